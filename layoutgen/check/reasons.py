"""What is wrong with a reading, in one plain sentence."""

from __future__ import annotations

import unicodedata
from collections import Counter

from layoutgen.check.compare import Policy
from layoutgen.check.normalise import compact, figures, fold, normalise, words

_ADVICE = "; `draw: typeset` makes it exact"


def missing(expected: str) -> str:
    return f"Nothing was read where `{_short(expected)}` should be."


def misplaced(expected: str) -> str:
    return f"`{_short(expected)}` is written, but in the wrong place."


def different(expected: str, read: str, policy: Policy) -> str:
    """The difference between two strings, as a designer would put it."""
    start = f"Reads `{_short(normalise(read))}`"
    if policy == "digits" or (policy == "loose" and figures(expected) != figures(read)):
        right, wrong = figures(expected).replace("|", " "), figures(read).replace("|", " ")
        return (
            f"{start}: the figures are `{wrong}`, not `{right}`." if wrong else f"{start}: the figures `{right}` are missing."
        )
    return f"{start}: {_difference(expected, read)}."


def confusable(expected: str, lookalike: str) -> str:
    """About letters that read right, but whose shapes are those of others."""
    return f"By the shapes of its letters it says `{_short(normalise(lookalike))}`: {_difference(expected, lookalike)}."


def upside_down(expected: str) -> str:
    return f"`{_short(expected)}` is written upside down."


def split_up(expected: str, read: str, number: str) -> str:
    return f"Reads `{_short(normalise(read))}`: a space stands inside `{number}`."


def faint(expected: str, character: str) -> str:
    return f"`{character}` in `{_short(expected)}` cannot be made out with confidence."


def unasked(text: str, expected: tuple[str, ...]) -> str:
    """About text that nobody asked for, or that was asked for once only."""
    for one in expected:
        if fold(one) == fold(text):
            return f"`{_short(one)}` is written more than once."
    return f"`{_short(text)}` is written, but nobody asked for it."


def _difference(expected: str, read: str) -> str:
    if fold(read) == fold(expected) * 2:
        return "it is written twice"
    if compact(expected).casefold() == compact(read).casefold():
        return f"capital and small letters differ from `{_short(normalise(expected))}`"
    foreign = _scripts(read) - _scripts(expected)
    if foreign:
        return f"it has {' and '.join(sorted(foreign))} letters, not those of `{_short(normalise(expected))}`"
    by_words = _words(expected, read)
    return by_words or _letters(expected, read) or f"not `{_short(normalise(expected))}`"


def _words(expected: str, read: str) -> str:
    """Whole words that are missing or should not be there, if that is all."""
    expected_words, read_words = Counter(map(fold, words(expected))), Counter(map(fold, words(read)))
    lost, more = expected_words - read_words, read_words - expected_words
    if lost and not more:
        return _listed([word for word in words(expected) if fold(word) in lost], "is missing", "are missing")
    if more and not lost:
        added = [word for word in dict.fromkeys(words(read)) if fold(word) in more]
        if all(fold(word) in expected_words for word in added):
            return _listed(added, "is written more than once", "are written more than once")
        return _listed(added, "should not be there", "should not be there")
    if not lost and not more:
        return "the words are in another order"
    return ""


def _listed(items: list[str], one: str, many: str) -> str:
    names = list(dict.fromkeys(items))[:3]
    if len(names) == 1:
        kind = "word" if any(map(str.isalnum, names[0])) else "character"
        return f"the {kind} `{names[0]}` {one}"
    return f"the words {', '.join(f'`{name}`' for name in names[:-1])} and `{names[-1]}` {many}"


def _letters(expected: str, read: str) -> str:
    """One letter that is missing, added or another one, if that is all."""
    from rapidfuzz.distance import Levenshtein

    a, b = compact(expected), compact(read)
    edits = list(Levenshtein.editops(fold(expected), fold(read)))
    if len(edits) != 1 or len(fold(expected)) != len(a) or len(fold(read)) != len(b):
        return ""
    kind, i, j = edits[0].tag, edits[0].src_pos, edits[0].dest_pos
    if kind == "delete":
        return f"{_kind(a[i])} `{a[i]}` is missing"
    if kind == "insert":
        return f"{_kind(b[j])} `{b[j]}` should not be there"
    return f"`{b[j]}` stands where `{a[i]}` should"


def _kind(character: str) -> str:
    if character.isdigit():
        return "the digit"
    return "the letter" if character.isalpha() else "the character"


def _short(text: str, longest: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def unreadable_signs(characters: str) -> str:
    """About characters that the reader does not have; names their scripts where there is one."""
    scripts = sorted(_scripts(characters))
    if scripts:
        return f"The reader cannot read {' and '.join(scripts[:3])} letters, so this text cannot be checked{_ADVICE}."
    listed = " ".join(f"`{character}`" for character in characters[:5])
    return f"The reader does not know {listed}, so this text cannot be checked{_ADVICE}."


def same_shapes(expected: str) -> str:
    return f"The typeface of `{_short(expected)}` has the same shapes for capital and small letters."


def wide_numbers(expected: str) -> str:
    return f"The figures of `{_short(expected)}` are set so wide that the reader sees spaces between them."


def unreadable_reading(expected: str, read: str) -> str:
    got = f"as `{_short(read)}`" if read else "at all"
    verb = "reads" if read else "cannot read"
    return f"The reader {verb} `{_short(expected)}` {got} even when it is perfectly set, so it cannot be checked."


def _scripts(text: str) -> set[str]:
    return {name for character in text if (name := _script(character))}


def _script(character: str) -> str:
    if not character.isalpha():
        return ""
    name = unicodedata.name(character, "").split()
    return name[0].capitalize() if name and name[0] != "LATIN" else ""
