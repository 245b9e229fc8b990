"""Preparing a text: cut into the segments between which a line may break, each shaped and measured in ems, once.

What comes out depends on neither size nor width, so a search over sizes is arithmetic on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from layoutgen.base.style import Lettering
from layoutgen.typeset.bidi import base_level, has_rtl
from layoutgen.typeset.breaks import SOFT_HYPHEN, cuts, syllables
from layoutgen.typeset.fonts import FontChoice, choose, covers, drawn
from layoutgen.typeset.shape import Atom, Metrics, atoms, metrics, vertical_atoms

BULLET_GAP = 0.35
"""Ems between the bullet and the first line."""


@dataclass(frozen=True, eq=False)
class Segment:
    """What no line break can divide. Lengths in ems."""

    start: int
    end: int
    """Offsets into the text, in characters."""
    atoms: tuple[Atom, ...]
    width: float
    """With letter spacing after every letter but the last."""
    space: float
    """Of the spaces that follow, with the letter spacing around them."""
    left: float
    right: float
    top: float
    bottom: float
    """Ink beyond the advance width and from the baseline, as of an Atom."""
    hyphen: float = 0.0
    """Of the hyphen that is drawn where a line ends with this segment; 0 for none."""
    added: bool = False
    """The hyphen is not in the text: hyphenation divides the word here."""


@dataclass(frozen=True, eq=False)
class PreparedText:
    """A text ready to be broken: everything in ems, nothing depends on size or width."""

    text: str
    choice: FontChoice
    direction: str
    """`ltr`, `rtl` or `vertical`."""
    paragraphs: tuple[tuple[Segment, ...], ...]
    """Segments between the written line breaks; an empty one is an empty line."""
    starts: tuple[tuple[float, ...], ...]
    """Of every paragraph, where each segment starts when all stand on one line; and where the last one's space ends."""
    metrics: Metrics
    indent: float
    """Room for the bullet before the first line."""
    hanging: bool
    """Every line is indented, not only the first."""
    above: float
    """From the top of the block down to the first baseline (to the first column's middle: from its side)."""
    below: float
    """From the last baseline to the bottom of the block."""
    left: float
    right: float
    """The largest overhang of any segment beyond its line."""
    pitch: float
    """Distance of baselines."""
    bidi: bool
    spacing: float


def prepare(text: str, lettering: Lettering, locale: str) -> PreparedText:
    """The text measured in ems; cached. Raises what `choose` raises, and ValueError for a text without letters."""
    return _prepare(
        text,
        lettering.font,
        lettering.face,
        lettering.weight,
        lettering.italic,
        lettering.letter_spacing,
        lettering.line_height,
        lettering.direction,
        lettering.bullet,
        lettering.align,
        locale,
    )


@lru_cache(2048)
def _prepare(
    text: str,
    font: str | None,
    words: str | None,
    weight: int | None,
    italic: bool,
    spacing: float,
    line_height: float,
    direction: str,
    bullet: str | None,
    align: str,
    locale: str,
) -> PreparedText:
    lettering = Lettering(font=font, face=words, weight=weight, italic=italic)
    choice = choose(lettering, text + (bullet or ""), locale)
    vertical = direction == "vertical"
    decided = "vertical" if vertical else ("ltr", "rtl")[base_level(text, direction, locale)]
    bidi = not vertical and (has_rtl(text) or decided == "rtl")
    paragraphs = tuple(_segments(text, start, end, choice, spacing, bidi, vertical) for start, end in _paragraphs(text))
    segments = [segment for row in paragraphs for segment in row]
    sample = next((character for character in text if drawn(character)), "H")
    face = next((atom.face for segment in segments for atom in segment.atoms), choice.primary)
    face_metrics = metrics(face, sample)
    top = max((segment.top for segment in segments), default=face_metrics.cap)
    bottom = max((segment.bottom for segment in segments), default=0.0)
    middle = 0.0 if vertical else face_metrics.middle
    hanging = align == ("right" if decided == "rtl" else "left")
    return PreparedText(
        text=text,
        choice=choice,
        direction=decided,
        paragraphs=paragraphs,
        starts=tuple(_starts(row) for row in paragraphs),
        metrics=face_metrics,
        indent=0.0 if not bullet or vertical else bullet_width(choice, bullet, bidi) + BULLET_GAP,
        hanging=hanging,
        above=max(line_height / 2 + middle, top),
        below=max(line_height / 2 - middle, bottom),
        left=max((segment.left for segment in segments), default=0.0),
        right=max((segment.right for segment in segments), default=0.0) + (_trailing(segments, spacing) if bidi else 0.0),
        pitch=line_height,
        bidi=bidi,
        spacing=spacing,
    )


def divided(prepared: PreparedText, room: float) -> PreparedText:
    """The text with every segment that is too wide for a line of `room` ems taken apart where its language allows a hyphen."""
    beside = prepared.left + prepared.right + prepared.indent
    return _divided(
        prepared, frozenset(segment for row in prepared.paragraphs for segment in row if segment.width + beside > room)
    )


@lru_cache(2048)
def _divided(prepared: PreparedText, wide: frozenset[Segment]) -> PreparedText:
    if not wide or prepared.direction == "vertical":
        return prepared
    paragraphs = tuple(
        tuple(part for segment in row for part in (_parts(prepared, segment) if segment in wide else (segment,)))
        for row in prepared.paragraphs
    )
    return replace(prepared, paragraphs=paragraphs, starts=tuple(_starts(row) for row in paragraphs))


def _parts(prepared: PreparedText, segment: Segment) -> Iterator[Segment]:
    choice, spacing = prepared.choice, prepared.spacing
    word = prepared.text[segment.start : segment.end]
    hyphen = hyphen_atom(choice, prepared.bidi).advance + spacing
    for first, last in pairwise((0, *syllables(word, choice.language), len(word))):
        if last < len(word):
            run = atoms(choice, word[first:last], prepared.bidi, spacing != 0)
            part = _segment(segment.start + first, segment.start + last, run, 0.0, spacing, False)
            yield replace(part, hyphen=hyphen, added=True)
        else:
            run = atoms(choice, word[first:], prepared.bidi, spacing != 0)
            part = _segment(segment.start + first, segment.end, run, 0.0, spacing, False)
            yield replace(part, space=segment.space, hyphen=segment.hyphen, added=segment.added)


def hyphen_atom(choice: FontChoice, bidi: bool) -> Atom:
    """What divides a word at the end of a line."""
    mark = "\u2010" if covers(choice.primary, "\u2010") else "-"
    return atoms(choice, mark, bidi, False)[0]


def bullet_width(choice: FontChoice, bullet: str, bidi: bool) -> float:
    """Ems of a bullet's advance."""
    return sum(atom.advance for atom in atoms(choice, bullet, bidi, False))


def _starts(row: tuple[Segment, ...]) -> tuple[float, ...]:
    at, starts = 0.0, [0.0]
    for segment in row:
        at += segment.width + segment.space
        starts.append(at)
    return tuple(starts)


def _paragraphs(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for part in text.split("\n"):
        spans.append((at, at + len(part)))
        at += len(part) + 1
    return spans


def _segments(
    text: str, start: int, end: int, choice: FontChoice, spacing: float, bidi: bool, vertical: bool
) -> tuple[Segment, ...]:
    spans = [(start + first, start + last) for first, last in cuts(text[start:end])]
    segments = []
    for number, (first, last) in enumerate(spans):
        following = spans[number + 1][0] if number + 1 < len(spans) else end
        word = text[first:last]
        run = vertical_atoms(choice, word) if vertical else atoms(choice, word, bidi, spacing != 0)
        gap = text[last:following] if following < end else ""
        segment = _segment(first, last, run, space_width(choice, gap, vertical), spacing, bool(gap))
        soft = word[-1] == SOFT_HYPHEN and not vertical
        segments.append(replace(segment, hyphen=hyphen_atom(choice, bidi).advance + spacing) if soft else segment)
    return tuple(segments)


def _segment(start: int, end: int, run: tuple[Atom, ...], space: float, spacing: float, gap: bool) -> Segment:
    width, left, right = 0.0, 0.0, 0.0
    for atom in run:
        left = max(left, atom.left - width)
        right = max(right, width + inked_width(atom, spacing) + atom.right)
        width += atom.advance + spaced(atom, spacing)
    trailing = spaced(run[-1], spacing) and spacing if run else 0.0
    width -= trailing
    return Segment(
        start=start,
        end=end,
        atoms=run,
        width=width,
        space=space + trailing + (spacing if gap else 0.0),
        left=left,
        right=max(0.0, right - width),
        top=max((atom.top for atom in run), default=0.0),
        bottom=max((atom.bottom for atom in run), default=0.0),
    )


def _trailing(segments: list[Segment], spacing: float) -> float:
    """What ends a line of two directions need not be its last word, whose trailing letter spacing is not counted."""
    kinds = {atom.connected for segment in segments for atom in segment.atoms}
    return max(0.0, spacing) if len(kinds) > 1 else 0.0


def inked_width(atom: Atom, spacing: float) -> float:
    """Ems from the start of an atom's first letter to the end of its last, letter spacing between them."""
    return atom.advance + spacing * atom.gaps


def spaced(atom: Atom, spacing: float) -> float:
    """Ems that letter spacing adds to an atom, one after each letter; scripts with joined letters take none."""
    return 0.0 if atom.connected else spacing * (atom.gaps + 1)


@lru_cache(4096)
def space_width(choice: FontChoice, gap: str, vertical: bool) -> float:
    """Ems of a run of spaces; a tab is one space."""
    if not gap:
        return 0.0
    gap = "".join(" " if character in "\t\r\v\f" else character for character in gap if character != "\u200b")
    wide = sum(character == "\u3000" for character in gap)
    rest = gap.replace("\u3000", "")
    if vertical:
        return wide + 0.3 * len(rest)
    return wide + sum(atom.advance for atom in atoms(choice, rest, False, False)) if rest else float(wide)


def segments_of(line: str) -> list[tuple[int, int]]:
    """Start and end of the segments of one line: the same as those of the text that it is a line of."""
    return list(cuts(line))
