"""Right to left: the direction of a text, the embedding levels of a line (UAX 9) and its order from left to right.

The rules are those of python-bidi, with the one about paired brackets (N0), which it leaves out, added between its steps.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Any

_RTL_CLASSES = ("R", "AL")
_RTL_LANGUAGES = frozenset("ar fa he iw ur yi ps sd ug ckb dv".split())
_BRACKETS = dict(zip("([{（［｛「『【〔〈《⟨", ")]}）］｝」』】〕〉》⟩", strict=True))
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A), "\u200b")


def has_rtl(text: str) -> bool:
    """Whether any letter of a text runs from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(character) in _RTL_CLASSES for character in text)


def base_level(text: str, direction: str, locale: str) -> int:
    """0 for left to right, 1 for right to left: as asked, else by the first strong letter, else by the locale."""
    if direction in ("ltr", "rtl"):
        return int(direction == "rtl")
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return 0
        if kind in _RTL_CLASSES:
            return 1
    return int(locale.lower().replace("_", "-").split("-")[0] in _RTL_LANGUAGES)


@lru_cache(4096)
def levels(text: str, base: int) -> tuple[int, ...]:
    """The level of every character of one line: even runs left to right, odd right to left. `base` is 0 or 1."""
    if base == 0 and not has_rtl(text):
        return (0,) * len(text)
    from bidi import algorithm

    storage = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, "LR"[base]
    # python-bidi knows no isolates; they are set aside as what they look like: nothing
    algorithm.get_embedding_levels(text.translate(_ISOLATES), storage)
    for index, character in enumerate(storage["chars"]):
        character["index"] = index
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    for run in storage["runs"]:
        _resolve_brackets(storage["chars"][run["start"] : run["start"] + run["length"]], run["sor"])
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    result = [base] * len(text)
    for character in storage["chars"]:  # invisible controls have been taken out; they keep the base level
        result[character["index"]] = character["level"]
    return tuple(result)


def visual_order(line_levels: list[int]) -> list[int]:
    """The indices of items with the given levels, from left to right (rule L2)."""
    order = list(range(len(line_levels)))
    for level in range(max(line_levels, default=0), 0, -1):
        start = None
        for index in range(len(line_levels) + 1):
            inside = index < len(line_levels) and line_levels[index] >= level
            if inside and start is None:
                start = index
            elif not inside and start is not None:
                order[start:index] = reversed(order[start:index])
                start = None
    return order


def _resolve_brackets(run: list[dict[str, Any]], before: str) -> None:
    """Rule N0: a pair of brackets takes the direction of its content and surroundings as one."""
    for opening, closing in _pairs(run):
        embedding = "LR"[run[opening]["level"] % 2]
        inside = {_strong(item["type"]) for item in run[opening + 1 : closing]} & {"L", "R"}
        if not inside:
            continue
        direction = embedding
        if embedding not in inside:
            previous = next((kind for item in reversed(run[:opening]) if (kind := _strong(item["type"]))), before)
            direction = previous if previous in inside else embedding
        run[opening]["type"] = run[closing]["type"] = direction


def _pairs(run: list[dict[str, Any]]) -> list[tuple[int, int]]:
    """Where brackets open and close, in the order in which they open."""
    pairs: list[tuple[int, int]] = []
    opened: list[tuple[str, int]] = []
    for index, item in enumerate(run):
        if item["type"] != "ON":
            continue
        if closing := _BRACKETS.get(item["ch"]):
            opened.append((closing, index))
        elif any(item["ch"] == expected for expected, _ in opened):
            while opened:
                expected, start = opened.pop()
                if expected == item["ch"]:
                    pairs.append((start, index))
                    break
    return sorted(pairs)


def _strong(kind: str) -> str:
    """The direction that a character counts as among neutrals; empty for none. Numbers count as right to left."""
    return {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}.get(kind, "")
