"""The nearest known word, for messages that ask `did you mean …?`."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a slip of, or None. Case counts least."""
    folded: dict[str, str] = {}
    for name in known:
        folded.setdefault(name.casefold(), name)
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean `x`?`, or an empty text; fits a diagnostic's label."""
    near = closest(word, known)
    return f"did you mean `{near}`?" if near else ""


def listed(words: Iterable[str], most: int = 12) -> str:
    """`a`, `b` and `c`; of more than `most` words only the first are shown."""
    quoted = [f"`{word}`" for word in words]
    if len(quoted) > most:
        return f"{', '.join(quoted[:most])} and {len(quoted) - most} more"
    return " and ".join(filter(None, [", ".join(quoted[:-1]), *quoted[-1:]]))
