"""The bias of each attention head on the characters of a line, for decoders whose heads see them differently.

A glyph token has no position, and one bias for all heads says only that a character is near, not on which side of a cell it
lies or how far through it the cell is. Heads that look a little to the left and to the right, and heads in which a character's
weight against its string's end rises from one of its sides to the other, say just that. The published decoder was not trained
with such heads; small ones learn to spell with them many times faster.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from layoutgen.base.model import FrozenModel

OFF = -1e4
"""Added to a pair's score, it leaves exactly nothing of its weight, in bfloat16 too, and no row without a finite sum."""
CUT = 12.0
"""A score lowered by more than this is off."""

_SLOPE = 3.0
_SOFT = 2.0  # pixels over which the edge of a character is soft
_REACH = 4.0  # pixels beside a character that still count as its own, where there is a slope
_STEEPEST = 6.0  # of a slope: the weight of a character against its string's end stays within e^6

Distances = NDArray[np.float64]


class HeadBias(FrozenModel):
    """What one head sees of the characters."""

    what: Literal["near", "at", "along", "across", "nothing"] = "near"
    """`near`: the characters around a point, softly; `at`: the one at a point; `along`, `across`: how far from its middle the
    point lies, as its weight against that of its string's end; `nothing`: the head sees no glyphs."""
    shift: float = 0.0
    """`near`, `at`: the point is this many pixels further along the line than the cell's centre."""
    slope: float = Field(6.0, gt=0)
    """`along`, `across`: how much its score rises over the character, or over a pixel."""
    per: Literal["character", "pixel"] = "character"

    @property
    def relative(self) -> bool:
        """Whether a character's weight is measured against its string's end."""
        return self.what in ("along", "across")


def head_bias(view: HeadBias, along: Distances, across: Distances, size: tuple[float, float]) -> Distances:
    """The bias of one character for each cell, `OFF` where it is not seen.

    `along` and `across` are the cells' distances from the middle of the character and of its line, in pixels; `size` is the
    character's length along the line and the line's height.
    """
    if view.what == "nothing":
        return np.full(along.shape, OFF)
    point = along + view.shift
    if view.what == "near":
        bias = -_SLOPE * (point / size[0]) ** 2
        return np.where(bias >= -CUT, bias, OFF)
    beyond = np.maximum(np.abs(point) - size[0] / 2, 0)
    if view.what == "at":
        bias = -((beyond / _SOFT) ** 2)
        return np.where(bias >= -CUT, bias, OFF)
    distance, length = (along, size[0]) if view.what == "along" else (across, size[1])
    slope = view.slope / length if view.per == "character" else view.slope
    return np.where(beyond <= _REACH, np.clip(slope * distance, -_STEEPEST, _STEEPEST), OFF)
