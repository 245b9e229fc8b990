"""All the slogans of a picture compared with how they should be set, where the picture is set rather than generated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from layoutgen.check.legibility import exact, flaws, set_as_asked, untouched
from layoutgen.check.letterforms import letterforms
from layoutgen.check.model import Letterforms
from layoutgen.check.registration import straightened
from layoutgen.compositing.composite import composite
from layoutgen.conditions.limits import DRAFT
from layoutgen.diagnostics import PosterError
from layoutgen.renderers import open_renderer

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph


_FEW = 6
"""Reading this many lines costs about as much as a proof and comparing them once more."""


def compared_with_type(
    image: Image, conditions: Conditions, glyphs: Sequence[Glyph], *, thorough: bool = False
) -> tuple[Letterforms, ...]:
    """Each slogan that can be compared, in pixels of the canvas. `image`: RGB, of any size.

    Where something is wrong with a slogan that is set as asked for, all are compared once more with a proof: by then a picture
    that is only turned or shifted a little is laid straight. So are pictures in which nothing is set as asked for in its place.
    `thorough`: likewise where what is behind the letters could hide a mark; many slogans on scenery are always compared so, as
    that costs less than reading them.
    """
    compared = _compared(image, conditions, glyphs)
    set_here = [item for item in compared if set_as_asked(item)]
    uneven = sum(not item.even for item in set_here)
    hidden = uneven > _FEW or (thorough and bool(set_here) and (len(compared) < len(glyphs) or uneven > 0))
    displaced = bool(compared) and not set_here
    if not hidden and not displaced and not flaws(compared):
        return compared
    proof = _proof(conditions)
    if proof is None:
        return compared
    as_is = compared if displaced else _compared(image, conditions, glyphs, proof)
    if any(map(untouched, as_is)) or not (displaced or flaws(as_is)):
        return as_is
    straight = straightened(image, proof)
    if straight is image:
        return as_is
    # Laying it straight must not lay one wrong word where a right one should be.
    laid = _compared(straight, conditions, glyphs, proof)
    return laid if sum(map(exact, laid)) > sum(map(exact, as_is)) else as_is


def _compared(
    image: Image, conditions: Conditions, glyphs: Sequence[Glyph], proof: Image | None = None
) -> tuple[Letterforms, ...]:
    found = (letterforms(image, conditions, glyph, proof) for glyph in glyphs)
    return tuple(item for item in found if item is not None)


def _proof(conditions: Conditions) -> Image | None:
    """What the draft makes of the conditions; None where it cannot draw them, as their pictures are gone."""
    try:
        with open_renderer(DRAFT.name) as renderer:
            return composite(renderer.render(conditions).image, conditions).convert("RGB")
    except (PosterError, OSError):
        return None
