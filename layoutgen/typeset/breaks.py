"""Where lines may break: Unicode's rules (UAX 14, by ICU), narrowed to what looks right on a poster; and within words.

ICU knows the scripts that are written without spaces (Thai, Lao, Khmer, Burmese) from its dictionaries, what may not begin or
end a line in Chinese and Japanese, which quotes open and which close, and that `Soldes !` stays together.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

import regex

from layoutgen.typeset.shape import is_cjk

if TYPE_CHECKING:
    from icu4py.breakers import LineBreaker, WordBreaker
    from pyphen import Pyphen

SOFT_HYPHEN = "\u00ad"
"""Where a word may be divided. A line that ends in one is drawn with a hyphen, elsewhere it is not seen."""
CLOSING = frozenset(
    "、。，．・：；？！゛゜ー」』）】〉》〕｝］’”…‥—,.:;?!)]}%％‰°℃々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ·"
)
"""Never at the start of a line in Chinese and Japanese, beside what Unicode forbids."""
OPENING = frozenset("「『（【〈《〔｛［‘“([{￥＄$￡£¥€")
"""Never at the end of a line in Chinese and Japanese, beside what Unicode forbids."""
LEAST = 3
"""Letters before and after a hyphen, at least."""
_NARROW_SPACES = frozenset("\u00a0\u202f\u2007\u2060\ufeff")
"""Spaces at which no line breaks."""
_HYPHENS = frozenset("-‐–—")
_STRICT = "ja-u-lb-strict"
"""As line breaking is strictest: no small kana at the start of a line. It changes nothing in other scripts."""
_PHRASES = "ja-u-lw-phrase"
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_UNSPACED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|[\U0001f3fb-\U0001f3ff\ufe0f\u20e3]")
_WORD = regex.compile(r"[\p{L}\p{M}]+")


@lru_cache(16384)
def cuts(text: str) -> tuple[tuple[int, int], ...]:
    """Start and end, in characters, of the segments of a text that no line break divides; the spaces between are in none."""
    spans = []
    for first, last in pairwise((0, *_opportunities(text), len(text))):
        while first < last and _breaking_space(text[first]):
            first += 1
        while last > first and _breaking_space(text[last - 1]):
            last -= 1
        if first < last:
            spans.append((first, last))
    return tuple(spans)


@lru_cache(4096)
def phrase_ends(text: str) -> frozenset[int]:
    """Where a Chinese word or a Japanese phrase ends, in characters: the places where a break disturbs least."""
    from icu4py.breakers import LineBreaker, WordBreaker

    if text.isascii():
        return frozenset(range(len(text) + 1))
    return frozenset(_places(text, LineBreaker(text, _PHRASES) if _KANA.search(text) else WordBreaker(text, "zh")))


@lru_cache(4096)
def syllables(word: str, locale: str) -> tuple[int, ...]:
    """Where a word may be divided with a hyphen, in characters from its start. None where the language's rules are unknown."""
    dictionary = _dictionary(locale)
    if dictionary is None:
        return ()
    offsets: list[int] = []
    for match in _WORD.finditer(word):
        # a division that changes the letters around it would not be what the poster says
        offsets += [match.start() + at for at in dictionary.positions(match[0]) if not getattr(at, "data", None)]
    return tuple(offsets)


@cache
def _dictionary(locale: str) -> Pyphen | None:
    from pyphen import Pyphen, language_fallback

    name = language_fallback(locale.replace("-", "_"))
    return Pyphen(lang=name, left=LEAST, right=LEAST) if name else None


def _opportunities(text: str) -> list[int]:
    if text.isascii() and " " not in text and "-" not in text and text.isprintable():
        return []
    from icu4py.breakers import LineBreaker

    return [at for at in _places(text, LineBreaker(text, _STRICT)) if 0 < at < len(text) and _good(text, at)]


def _places(text: str, breaker: LineBreaker | WordBreaker) -> list[int]:
    """The ends of a breaker's segments, in characters; ICU counts in UTF-16."""
    ends = [end for _, end in breaker.segments()]
    if all(character <= "\uffff" for character in text):
        return ends
    units = accumulate((1 + (character > "\uffff") for character in text), initial=0)
    index = {unit: at for at, unit in enumerate(units)}
    return [index[end] for end in ends if end in index]


def _good(text: str, at: int) -> bool:
    """Whether a break that Unicode allows is one on a poster: within what has no space, only where its script has none."""
    before, after = text[at - 1], text[at]
    if _breaking_space(before) or before == SOFT_HYPHEN:
        return True
    if is_cjk(before) or is_cjk(after):
        counted = before.isdecimal() and before.isascii()  # a number keeps its counter: 100円
        return not (after in CLOSING or before in OPENING or counted)
    if before in _HYPHENS:
        # after a hyphen that stands between letters: `well-known`, not `-50` and not `555-1234`
        return after.isalpha() and at >= 2 and text[at - 2].isalnum()
    return bool(_UNSPACED.match(before) and _UNSPACED.match(after)) or bool(_EMOJI.match(before) and _EMOJI.match(after))


def _breaking_space(character: str) -> bool:
    return (character.isspace() and character not in _NARROW_SPACES) or character == "\u200b"
