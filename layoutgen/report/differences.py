"""What was expected beside what was read, character by character."""

from __future__ import annotations

from dataclasses import dataclass

MARKS = {" ": "␣", "\n": "↵", "\t": "⇥", "\u00a0": "⍽", "\u200b": "∅"}
"""Characters that nobody sees, where they are what differs."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the same on both sides, or is not."""

    text: str
    same: bool


def differences(expected: str, read: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """The pieces of both texts: what is missing or wrong in the first is what is extra or wrong in the second.

    Compared by what a reader sees as one character; a line break counts as a space, and capitals differ from small letters.
    """
    import regex
    from rapidfuzz.distance import Levenshtein

    left, right = (regex.findall(r"\X", text) for text in (expected, read))
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for step in Levenshtein.opcodes([_spaced(item) for item in left], [_spaced(item) for item in right]):
        same = step.tag == "equal"
        spans = (left[step.src_start : step.src_end], right[step.dest_start : step.dest_end])
        for side, span in zip(sides, spans, strict=True):
            if span:
                side.append(Piece("".join(span if same else [MARKS.get(item, item) for item in span]), same))
    return tuple(sides[0]), tuple(sides[1])


def _spaced(grapheme: str) -> str:
    return " " if grapheme in ("\n", "\r\n") else grapheme
