"""What counts as the same text: shapes that nobody can misread are made equal before anything is compared.

`normalise` keeps spaces, `compact` drops them, `fold` also forgets what differs in size only. `figures` is what the
`digits` policy compares.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

_SINGLE = "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u2039\u203a\u00b4\u0060\uff07"
_DOUBLE = "\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\u301d\u301e\u301f\uff02"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d\u02d7"
_SHAPES = {ord(c): "'" for c in _SINGLE} | {ord(c): '"' for c in _DOUBLE} | {ord(c): "-" for c in _DASHES}
_SHAPES[ord("…")] = "..."

# Capital and small letter of one shape, told apart by size alone. Accented ones follow their base letter.
_SAME_SHAPE = "COSUVWXZPK"
_SIZES = {ord(c): c.lower() for c in _SAME_SHAPE} | {ord(a): b for a, b in zip("ŒØΟΚΧ", "œøοκχ", strict=True)}
_SIZES |= {
    ord(a): b
    for a, b in zip("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ", "あいうえおつやゆよわアイウエオツヤユヨワカケ", strict=True)
}
_SIZES |= {ord(c): "·" for c in "•∙⋅・●‧"}

SEPARATORS = ".,:/'-"
"""Marks that are part of a number between two digits."""
_INSIDE = frozenset(("", *".,:'"))
"""What may stand between two digits of a number that must not be broken."""


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """NFC, one width, one shape for each quote and dash, ligatures taken apart, every run of white space one space."""
    out: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        if unicodedata.category(character) in ("Cf", "Cc") and not character.isspace():
            continue
        if "\ufe00" <= character <= "\ufe0f":
            continue
        if _is_width_or_ligature(character):
            character = unicodedata.normalize("NFKC", character)
        out.append(character)
    joined = unicodedata.normalize("NFC", "".join(out)).translate(_SHAPES).replace("''", '"')
    return " ".join(joined.split())


def compact(text: str) -> str:
    """`normalise` without spaces: readers and generators disagree about them too often."""
    return normalise(text).replace(" ", "")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """`compact`, with letters that differ in size only (c and C, o and O) made equal."""
    out: list[str] = []
    for character in compact(text):
        parts = unicodedata.normalize("NFD", character)
        folded = parts[0].translate(_SIZES)
        out.append(unicodedata.normalize("NFC", folded + parts[1:]) if folded != parts[0] else character)
    return "".join(out)


def is_figure(character: str) -> bool:
    """A digit or any other written number, a currency sign, or a percent sign."""
    return is_digit(character) or unicodedata.category(character) == "Sc" or character in "%‰"


def has_digits(text: str) -> bool:
    return any(map(is_digit, text))


@lru_cache(maxsize=4096)
def figures(text: str) -> str:
    """Digits, currency signs and percent signs in order, with the marks inside numbers, the minus before or after one, and the
    decimal mark before one; all else is one `|`.

    `9.99` and `999` differ, and so do `2 for 10` and `210`, `-20%` and `20%`, `.99` and `99`. Spaces do not count.
    """
    characters = compact(text)
    out: list[str] = []
    for index, character in enumerate(characters):
        before, after = characters[index - 1 : index], characters[index + 1 : index + 2]
        if is_figure(character) or (character in SEPARATORS and belongs_to_number(character, before, after)):
            out.append(character)
        else:
            out.append("|")
    return re.sub(r"\|+", "|", "".join(out)).strip("|")


def belongs_to_number(mark: str, before: str, after: str) -> bool:
    """Whether a mark is part of the number beside it. A range is one, whatever dash it has."""
    follows, leads = bool(before) and is_digit(before), bool(after) and is_digit(after)
    if follows and leads:
        return True
    if mark == "-":
        return leads or bool(after and is_figure(after)) or (follows and not after)
    return mark in ".," and leads and not before.isalnum() and before not in SEPARATORS


def split_number(expected: str, read: str) -> str:
    """The first number of a text that was read with a space inside; empty if there is none. For texts of the same digits.

    A number may be broken after a hyphen, as a word may.
    """
    expected_gaps, read_gaps = _between_digits(normalise(expected)), _between_digits(normalise(read))
    for number, (inside, gap) in enumerate(zip(expected_gaps, read_gaps, strict=False)):
        if inside in _INSIDE and " " in gap and gap.replace(" ", "") == inside:
            return _number(normalise(expected), number)
    return ""


def raised(expected: str, read: str) -> bool:
    """Whether a small letter within a word was read as a capital beside letters that are small for certain: `hOme` for `home`.

    For texts that `fold` makes equal. There the size can be told; most often such a capital is a zero.
    """
    characters = compact(read)
    if len(characters) != len(compact(expected)):
        return False
    at = 0
    for word in words(expected):
        for number in range(1, len(word)):
            if word[number].islower() and characters[at + number].isupper():
                beside = range(number - 1, min(number + 2, len(word)))
                if any(word[n] == characters[at + n] and _surely_small(word[n]) for n in beside):
                    return True
        at += len(word)
    return False


def _surely_small(character: str) -> bool:
    return character.islower() and fold(character.upper()) != fold(character)


def recased(expected: str, read: str) -> list[int]:
    """Which characters of `compact(read)` are of another size than expected, beside others of their word that show the size.

    For texts that `fold` makes equal. Beside `olish`, a `p` can be told from a `P`; in `us` nothing tells it from `US`.
    """
    characters = compact(read)
    if len(characters) != len(compact(expected)):
        return []
    other, at = [], 0
    for word in words(expected):
        pairs = list(zip(word, characters[at:], strict=False))
        if any(one == two and _shows_size(one) for one, two in pairs):
            other += [at + number for number, (one, two) in enumerate(pairs) if one != two]
        at += len(word)
    return other


def _shows_size(character: str) -> bool:
    """Whether a character is certain to be large or small: a letter of two forms, or a sign of kana or Han."""
    forms = fold(character.upper()) != fold(character.lower())
    return forms or "\u3041" <= character <= "\u30fa" or "\u4e00" <= character <= "\u9fff"


def words(text: str) -> list[str]:
    return normalise(text).split()


def _between_digits(text: str) -> list[str]:
    """What stands between each digit and the next."""
    at = [index for index, character in enumerate(text) if is_digit(character)]
    return [text[one + 1 : other] for one, other in pairwise(at)]


def _number(text: str, digit: int) -> str:
    """The number, with its separators, that holds the digit of this index."""
    start = [index for index, character in enumerate(text) if is_digit(character)][digit]
    end = start
    while start and (is_digit(text[start - 1]) or text[start - 1] in SEPARATORS):
        start -= 1
    while end + 1 < len(text) and (is_digit(text[end + 1]) or text[end + 1] in SEPARATORS):
        end += 1
    return text[start : end + 1].strip(SEPARATORS)


def is_digit(character: str) -> bool:
    """A digit, or any other sign that is a number: ½, ², Ⅷ."""
    return unicodedata.category(character)[0] == "N"


def _is_width_or_ligature(character: str) -> bool:
    decomposition = unicodedata.decomposition(character)
    return decomposition.startswith(("<wide>", "<narrow>")) or "\ufb00" <= character <= "\ufb06" or character in "℃℉"
