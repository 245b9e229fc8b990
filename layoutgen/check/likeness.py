"""Generated lettering that follows the forms asked for: what of it is faint, cut through, struck or painted over.

Image models draw letters heavier or lighter, and strokes a little off, but in their places. So only the middle of each stroke
must be ink of one colour, and only what runs through all letters at once counts: a faint letter, a gap, a rule, a foreign
colour. Lettering that is set otherwise, or larger or elsewhere, has no ink where it should be, and nothing is concluded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from layoutgen.base.geometry import upright
from layoutgen.check.asked_lettering import AskedLettering, asked_lettering, cut_like, outside_canvas
from layoutgen.check.ground import OPPONENT, Mask, Pixels, grown, length, smooth_ground
from layoutgen.check.model import LetterPresence, Likeness

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph

_ROOM = 0.07
"""Ems by which the edge of a stroke may be off."""
_SOLID = 0.6
"""Strokes count from this share of their half width inwards."""
_BAND, _RULE = 0.07, 0.035
"""Ems of the height of a gap through all letters, and of a rule."""
_FAINTEST = 24.0
"""Levels of 255 between letters and ground below which nothing can be told."""
_THERE = 0.45
"""A letter of whose strokes this share is ink is there by and large."""
_FOREIGN = 0.2
"""Ink is of another colour from this distance, as a share of the contrast of letters and ground."""
_LEAST = 8
"""Pixels of solid ink without which nothing can be told."""


@dataclass(frozen=True)
class _Ink:
    """How far each pixel is from the ground towards the colour of the letters, and beside that way; shares of the contrast."""

    along: Pixels
    beside: Pixels
    noise: float


def likeness(image: Image, conditions: Conditions, glyph: Glyph) -> Likeness | None:
    """What the picture shows where a slogan should be; None where that cannot be told.

    `image`: RGB, of any size. Outlined, many-coloured and glowing lettering is not looked at.
    """
    style = glyph.style.lettering
    if style.outline or style.effect or not isinstance(glyph.style.color, str):
        return None
    asked = asked_lettering(conditions, glyph)
    if asked is None:
        return None
    pixels = cut_like(image, conditions, asked) @ OPPONENT.T
    room = grown(asked.coverage, max(1, round(_ROOM * asked.em)))
    ink = _ink(pixels, asked.coverage, (room < 0.02) & ~outside_canvas(conditions, asked), asked.em)
    if ink is None:
        return None
    places = [upright(item.box, item.rotation) for item in conditions.objects]
    places += [upright(item.box, item.rotation) for item in conditions.overlays]
    for place in places:
        ink.beside[asked.slices(place, 1)] = 0
    letters = tuple(_letters(asked, ink))
    lines = range(len(glyph.line_boxes))
    return Likeness(
        id=glyph.id,
        letters=letters,
        alike=_alike(asked, ink.along, letters),
        gap=max((_gap(asked, ink.along, number) for number in lines), default=0.0),
        rule=max((_rule(asked, ink, number) for number in lines), default=0.0),
        ruled=style.strike or style.underline,
        noise=round(ink.noise, 4),
    )


def _ink(pixels: Pixels, coverage: Pixels, free: Mask, em: float) -> _Ink | None:
    core = coverage > 0.95
    core = core if core.sum() >= _LEAST else coverage > 0.6
    if core.sum() < _LEAST or free.mean() < 0.05:
        return None
    ground, noise = smooth_ground(pixels, free, 0.5 * em)
    towards = pixels - ground
    distances = length(towards)
    # The strongest part of what should be ink shows its colour, even where half of it is faint.
    strong = core & (distances >= np.quantile(distances[core], 0.6))
    color = np.median(towards[strong], axis=0)
    contrast = float(np.linalg.norm(color))
    if contrast < _FAINTEST:
        return None
    along = towards @ color / contrast**2
    return _Ink(along, np.sqrt(np.maximum((distances / contrast) ** 2 - along**2, 0)), noise / contrast)


def _letters(asked: AskedLettering, ink: _Ink) -> Iterator[LetterPresence]:
    import cv2

    text = asked.glyph.text.encode()
    most = max(1.0, _ROOM * asked.em)
    for character in asked.glyph.characters:
        if min(character.box[2:]) <= 0:
            continue
        rows, columns = asked.slices(character.box, 1)
        form = np.pad((asked.coverage[rows, columns] > 0.5).astype(np.uint8), 1)
        if form.sum() < _LEAST:
            continue
        inside = cv2.distanceTransform(form, cv2.DIST_L2, 3)[1:-1, 1:-1]
        middle = inside >= min(most, _SOLID * float(inside.max()))
        inked = float(_of_the_color(ink, rows, columns).sum()) / float(form.sum())
        there = float(np.clip(ink.along[rows, columns][middle], 0, 1).mean())
        letter = text[character.start : character.end].decode()
        foreign = float((ink.beside[rows, columns][middle] > _FOREIGN).mean())
        yield LetterPresence(
            text=letter, box=character.box, present=round(there, 4), inked=round(inked, 4), foreign=round(foreign, 4)
        )


def _alike(asked: AskedLettering, along: Pixels, letters: Sequence[LetterPresence]) -> float:
    """The correlation of ink and forms where letters are that are there by and large."""
    near = np.zeros(along.shape, np.bool_)
    for letter in letters:
        if letter.present >= _THERE:
            near[asked.slices(letter.box, 2)] = True
    ink, form = np.clip(along[near], 0, 1), asked.coverage[near]
    return round(float(np.corrcoef(ink, form)[0, 1]), 4) if len(ink) and ink.std() and form.std() else 0.0


def _of_the_color(ink: _Ink, rows: slice, columns: slice) -> Mask:
    """What is of the letters' colour, rather than something in the ground."""
    same: Mask = (np.abs(ink.along[rows, columns] - 1) < 0.35) & (ink.beside[rows, columns] < _FOREIGN)
    return same


def _gap(asked: AskedLettering, along: Pixels, number: int) -> float:
    """The share of ink that is missing in the emptiest band across three quarters of a line's letters."""
    high = max(2, round(_BAND * asked.em))
    rows, _ = asked.slices(asked.glyph.line_boxes[number], 0)
    letters = [one for one in asked.glyph.characters if one.line == number and min(one.box[2:]) > 0]
    emptiest = 0.0
    for top in range(rows.start, rows.stop - high):
        shares = []
        for letter in letters:
            band = (slice(top, top + high), asked.slices(letter.box, 0)[1])
            solid = asked.coverage[band] > 0.8
            if solid.sum() >= 0.5 * high:
                shares.append(float(np.clip(along[band][solid], 0, 1).mean()))
        if len(shares) >= max(2, 0.5 * len(letters)):
            emptiest = max(emptiest, 1 - float(np.quantile(shares, 0.75)))
    return round(emptiest, 4)


def _rule(asked: AskedLettering, ink: _Ink, number: int) -> float:
    """How much more of a row across a line, or just under it, is ink than letters put there; 0 unless nearly all of it is."""
    rows, columns = asked.slices(asked.glyph.line_boxes[number], 0)
    rows = slice(rows.start, min(ink.along.shape[0], rows.stop + round(0.3 * asked.em)))
    there = _of_the_color(ink, rows, columns).mean(axis=1)
    asked_for = (grown(asked.coverage, 1)[rows, columns] > 0.3).mean(axis=1)
    high = max(2, round(_RULE * asked.em))
    most = 0.0
    for top in range(len(there) - high):
        least = float(there[top : top + high].min())
        if least > 0.8:
            most = max(most, least - float(asked_for[top : top + high].max()))
    return round(most, 4)
