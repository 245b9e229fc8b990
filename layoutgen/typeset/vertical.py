"""How letters stand in a column of vertical text: upright, turned with their word, or two figures abreast in one cell."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import regex

Orientation = Literal["upright", "turned", "abreast"]
_LETTER = r"\p{Latin}\p{Greek}\p{Cyrillic}\p{M}\p{Nd}"
_RUNS = regex.compile(
    r"(?P<abreast>(?<![\p{Latin}\p{Nd}.,:])[0-9]{2}(?![\p{Latin}\p{Nd}.,:]))"
    rf"|(?P<turned>[\p{{Latin}}\p{{Greek}}\p{{Cyrillic}}](?:[{_LETTER}.'’&\-]*[{_LETTER}])?)"
)


@lru_cache(8192)
def orientations(text: str) -> tuple[tuple[int, int, Orientation], ...]:
    """Start, end (in characters) and orientation of the runs of a text, in order.

    Words with small letters are turned to the right as one, as all Latin text is in books. Capitals and figures stand
    upright one under the other, as on signs, but the figures of a two-figure number share one cell (tate-chu-yoko).
    """
    runs: list[tuple[int, int, Orientation]] = []
    at = 0
    for match in _RUNS.finditer(text):
        if match["turned"] and not (len(match[0]) > 1 and any(character.islower() for character in match[0])):
            continue
        if match.start() > at:
            runs.append((at, match.start(), "upright"))
        runs.append((match.start(), match.end(), "turned" if match["turned"] else "abreast"))
        at = match.end()
    if at < len(text):
        runs.append((at, len(text), "upright"))
    return tuple(runs)
