"""The nearest known word, for messages that ask `did you mean …?`."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is most likely a misspelling of, or None. Case does not count; a swap counts once."""
    from rapidfuzz.distance import OSA

    folded = word.casefold()
    slips = 1 if len(word) < 5 else 2 if len(word) < 9 else 3
    near = [(OSA.distance(folded, name.casefold(), score_cutoff=slips), name) for name in known]
    distance, name = min(near, default=(slips + 1, ""), key=lambda item: item[0])
    # A word of one or two letters has nothing left to recognise it by after a slip.
    return name if distance <= slips and distance < len(word) - (len(word) < 3) else None


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
