"""Where each string may be written → an attention bias between its glyph tokens and the picture's tokens.

The decoder's picture tokens are cells of 16 × 16 pixels; a string's glyph tokens carry no position of their own. So the bias
binds them to their place, in one of two grains: per string, to the cells of its box; per character, to the rows of the
character's line and across by -3 (Δ / character width)², Δ from a cell's centre to the character's. Nothing here loads torch.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from layoutgen.base.geometry import FloatBox, centre, enclosing, rotate, rotated
from layoutgen.base.model import Box, FrozenModel
from layoutgen.conditions.model import Conditions, Glyph

from .head_bias import CUT, OFF, HeadBias, head_bias

if TYPE_CHECKING:
    from .glyphs import Glyphs, StringTokens

TOKEN = 16
"""Side of a picture token, generation pixels."""
REST = -1.0
"""Per character: pads, ends, spaces and breaks see the whole box a little."""

_COVERED = 0.25  # a cell belongs to a box that covers this share of it, or its centre
_SAMPLES = 16  # a side of a cell, for the share that is covered
_MARGIN = 0.1  # of the line's height, above and below it
_NARROWEST = TOKEN / 2  # a thinner character could fall between two cells' centres

Grid = tuple[int, int]
"""Rows and columns of picture tokens."""
Array = NDArray[np.float32]
Cells = NDArray[np.bool_]


class RegionSettings(FrozenModel):
    """How strongly words are bound to their places. The default is the gentlest published form: soft, per string, early."""

    grain: Literal["none", "string", "character"] = "string"
    hard: bool = False
    """True: outside its place a glyph is not seen at all. False: it keeps `base` of its weight there."""
    base: float = Field(0.2, gt=0, le=1)
    strength: float = Field(1.0, ge=0)
    """Multiplies every bias that is not off."""
    boost: float = Field(1.0, gt=0)
    """Multiplies a glyph's weight inside its place."""
    direction: Literal["both", "image", "glyphs"] = "both"
    """`image`: only what the picture's tokens take from glyphs is bound; `glyphs`: only what glyphs take from the picture."""
    isolate: bool = False
    """True: strings do not see each other."""
    steps: float = Field(0.2, ge=0, le=1)
    """The first share of the denoising steps has the bias."""
    layers: tuple[float, float] = (0.0, 1.0)
    """From and up to which share of the decoder's depth."""
    views: tuple[HeadBias, ...] = ()
    """Per character: the bias of each attention head in turn; empty: all alike. For decoders that were trained this way."""

    @model_validator(mode="after")
    def _layers_in_order(self) -> Self:
        first, last = self.layers
        if not 0 <= first < last <= 1:
            raise ValueError("`layers` are two shares of the depth, the smaller first, between 0 and 1")
        return self


@dataclass(frozen=True, eq=False)
class RegionBias:
    """What is added to attention scores. Glyph tokens that share a place share a pattern, so it stays small."""

    grid: Grid
    patterns: Array
    """([heads,] patterns, rows · columns): bias between a glyph token and every picture token."""
    pattern_of: NDArray[np.int64]
    """(glyph tokens): which pattern each has."""
    glyphs: Array
    """(glyph tokens, glyph tokens)."""
    direction: Literal["both", "image", "glyphs"] = "both"
    steps: float = 1.0
    layers: tuple[float, float] = (0.0, 1.0)

    @property
    def tokens(self) -> int:
        return len(self.pattern_of)

    @property
    def heads(self) -> int:
        """How many attention heads it has; 1: all share one."""
        return self.patterns.shape[0] if self.patterns.ndim == 3 else 1

    @property
    def image(self) -> Array:
        """([heads,] glyph tokens, picture tokens)."""
        return self.patterns[..., self.pattern_of, :]

    def on(self, step: int, steps: int) -> bool:
        """Whether a denoising step, counted from 0, has the bias."""
        return step < math.ceil(self.steps * steps - 1e-9)

    def in_layer(self, layer: int, layers: int) -> bool:
        """Whether a layer, counted from 0, has the bias."""
        first, last = self.layers
        return first <= (layer + 0.5) / layers < last

    def to_image(self) -> Array:
        """([heads,] picture tokens, glyph tokens): added to the scores of the picture's queries on glyph keys."""
        image = self.image.swapaxes(-1, -2)
        return np.zeros_like(image) if self.direction == "glyphs" else image

    def to_glyphs(self) -> Array:
        """([heads,] glyph tokens, glyph tokens + picture tokens): added to the scores of glyph queries on all of them."""
        image = self.image
        glyphs = np.broadcast_to(self.glyphs, (*image.shape[:-1], self.tokens))
        return np.concatenate([glyphs, np.zeros_like(image) if self.direction == "image" else image], axis=-1)

    def full(self, cached: int = 0) -> Array:
        """The whole additive mask, [heads ×] (glyph + picture tokens) × (cached + glyph + picture tokens).

        The decoder's order: keys that references left in the cache first, then glyphs, then the picture.
        """
        tokens, cells = self.tokens, self.grid[0] * self.grid[1]
        mask = np.zeros((*self.patterns.shape[:-2], tokens + cells, cached + tokens + cells), np.float32)
        mask[..., :tokens, cached:] = self.to_glyphs()
        mask[..., tokens:, cached : cached + tokens] = self.to_image()
        return mask


def token_grid(size: tuple[int, int]) -> Grid:
    """Rows and columns of picture tokens of a generated picture, `size` = width and height in pixels."""
    width, height = size
    if width < TOKEN or height < TOKEN or width % TOKEN or height % TOKEN:
        raise ValueError(f"a picture of {width} x {height} is not made of whole tokens of {TOKEN} pixels")
    return height // TOKEN, width // TOKEN


def in_generation(box: Box | FloatBox, conditions: Conditions) -> FloatBox:
    """A box of the canvas in the renderer's own pixels, unrounded."""
    left, top, width, height = conditions.generation.crop
    across, down = width / conditions.canvas.width, height / conditions.canvas.height
    return left + box[0] * across, top + box[1] * down, box[2] * across, box[3] * down


def cells(box: FloatBox, grid: Grid, *, degrees: float = 0.0, about: tuple[float, float] | None = None) -> Cells:
    """The cells of a box, (rows, columns): those whose centre is inside it or of which it covers a quarter; at least one.

    The box, in generation pixels, is turned clockwise about its centre, or about a point.
    """
    about = about or centre(box)
    corners = rotated(box, about, degrees)
    first = [max(0, math.floor(min(side) / TOKEN)) for side in zip(*corners, strict=True)]
    last = [
        min(count, math.ceil(max(side) / TOKEN)) for side, count in zip(zip(*corners, strict=True), grid[::-1], strict=True)
    ]
    covered = np.zeros(grid, bool)
    if first[0] < last[0] and first[1] < last[1]:
        part = covered[first[1] : last[1], first[0] : last[0]]
        shape = part.shape[0], _SAMPLES, part.shape[1], _SAMPLES
        share = _inside(box, _points(first, last, TOKEN / _SAMPLES), about, degrees).reshape(shape).mean((1, 3))
        part |= (share >= _COVERED) | _inside(box, _points(first, last, TOKEN), about, degrees)
    if not covered.any():
        x, y = rotate(centre(box), about, degrees)
        covered[_nearest(y, grid[0]), _nearest(x, grid[1])] = True
    return covered


def region_bias(conditions: Conditions, glyphs: Glyphs, grid: Grid, settings: RegionSettings) -> RegionBias | None:
    """The bias that binds every string of the conditions to its place; None when there is nothing to bind.

    `glyphs` must be the encoded strings of `conditions.glyphs`, in their order.
    """
    texts = [string.text for string in glyphs.strings]
    if texts != [glyph.text for glyph in conditions.glyphs]:
        raise ValueError("the encoded strings are not those of the conditions")
    if settings.grain == "none" or not texts:
        return None
    patterns: list[Array] = []
    pattern_of = np.zeros(glyphs.tokens, np.int64)
    for glyph, string in zip(conditions.glyphs, glyphs.strings, strict=True):
        placement = GlyphPlacement.of(glyph, conditions, grid)
        for span, pattern in _span_patterns(placement, string, settings):
            pattern_of[slice(*span)] = len(patterns)
            patterns.append(pattern)
    heads = max(pattern.shape[0] if pattern.ndim == 3 else 0 for pattern in patterns)
    shape = (heads, *grid) if heads else grid
    stacked = np.stack([np.broadcast_to(pattern, shape) for pattern in patterns], axis=-3)
    return RegionBias(
        grid=grid,
        patterns=stacked.reshape(*stacked.shape[:-2], -1),
        pattern_of=pattern_of,
        glyphs=_string_bias(glyphs.strings, glyphs.tokens, settings),
        direction=settings.direction,
        steps=settings.steps,
        layers=settings.layers,
    )


@dataclass(frozen=True)
class GlyphPlacement:
    """Where one string is set, in generation pixels and cells."""

    glyph: Glyph
    grid: Grid
    box: FloatBox
    lines: tuple[FloatBox, ...]
    boxes: tuple[FloatBox, ...]
    """Of its characters."""

    @classmethod
    def of(cls, glyph: Glyph, conditions: Conditions, grid: Grid) -> GlyphPlacement:
        count = 1 + max((character.line for character in glyph.characters), default=-1)
        lines = [
            glyph.line_boxes[line]
            if line < len(glyph.line_boxes)
            else enclosing([character.box for character in glyph.characters if character.line == line] or [glyph.box])
            for line in range(max(count, len(glyph.line_boxes)))
        ]
        return cls(
            glyph,
            grid,
            in_generation(glyph.box, conditions),
            tuple(in_generation(line, conditions) for line in lines),
            tuple(in_generation(character.box, conditions) for character in glyph.characters),
        )

    @property
    def centre(self) -> tuple[float, float]:
        """What it is turned about."""
        return centre(self.box)

    def cells(self, box: FloatBox) -> Cells:
        return cells(box, self.grid, degrees=self.glyph.rotation, about=self.centre)

    def all_cells(self) -> Cells:
        """Its box, and its lines where they reach beyond it."""
        covered: Cells = np.logical_or.reduce([self.cells(box) for box in (self.box, *self.lines)])
        return covered

    def rows_of(self, line: int, within: Cells) -> Cells:
        """The cells of the string that lie beside a line (of vertical text: above and below it)."""
        left, top, width, height = self.lines[line]
        whole = enclosing([self.box, *self.lines])
        if self.glyph.direction == "vertical":
            band = (left - _MARGIN * width, whole[1], width * (1 + 2 * _MARGIN), whole[3])
        else:
            band = (whole[0], top - _MARGIN * height, whole[2], height * (1 + 2 * _MARGIN))
        rows = self.cells(band) & within
        return rows if rows.any() else self.cells(self.lines[line])

    @cached_property
    def upright(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """x and y of the cells' centres, each (rows, columns), with the text turned back upright; pixels."""
        x, y = rotate(_points([0, 0], [self.grid[1], self.grid[0]], TOKEN), self.centre, -self.glyph.rotation)
        return x, y

    def distances(self, index: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Pixels, each (rows, columns): from a character's centre to the cells' along its line, and from the line's across."""
        points = self.upright
        side = _axis(self.glyph)
        box, line = self.boxes[index], self.lines[self.glyph.characters[index].line]
        along = points[side] - (box[side] + box[side + 2] / 2)
        return along, points[1 - side] - (line[1 - side] + line[3 - side] / 2)

    def size(self, index: int) -> tuple[float, float]:
        """Of a character: its length along the line, and its line's height."""
        side = _axis(self.glyph)
        line = self.lines[self.glyph.characters[index].line]
        return max(self.boxes[index][side + 2], _NARROWEST), line[3 - side]


def _span_patterns(
    placement: GlyphPlacement, string: StringTokens, settings: RegionSettings
) -> list[tuple[tuple[int, int], Array]]:
    """Token spans of a string, each with its pattern of shape ([heads,] rows, columns); later ones replace earlier ones."""
    outside = OFF if settings.hard else settings.strength * math.log(settings.base)
    inside, boost = placement.all_cells(), math.log(settings.boost)

    def pattern(visible: Cells, bias: float | NDArray[np.float64]) -> Array:
        if not settings.hard:
            bias = np.maximum(bias, math.log(settings.base))
        return np.where(visible, settings.strength * (bias + boost), outside).astype(np.float32)

    if settings.grain == "string":
        return [(string.span, pattern(inside, 0.0))]
    head_biases = settings.views or (HeadBias(),)

    def of_heads(patterns: list[Array]) -> Array:
        return np.stack(patterns) if settings.views else patterns[0]

    nowhere = np.zeros_like(inside)
    rest = of_heads([pattern(nowhere if head.relative or head.what == "nothing" else inside, REST) for head in head_biases])
    end = of_heads(
        [pattern(nowhere if head.what == "nothing" else inside, 0.0 if head.relative else REST) for head in head_biases]
    )
    patterns_by_span = [(string.span, rest), ((string.end - 1, string.end), end)]
    rows = [placement.rows_of(line, inside) for line in range(len(placement.lines))]
    for index, character in enumerate(placement.glyph.characters):
        along, across = placement.distances(index)
        patterns = []
        for head in head_biases:
            bias = head_bias(head, along, across, placement.size(index))
            visible = rows[character.line] & (bias > OFF)
            if head.what == "near" and not visible.any():  # set beside its line: the nearest cell of the line sees it
                nearest = np.argmin(np.where(rows[character.line], np.abs(along), np.inf))
                visible.flat[nearest], bias.flat[nearest] = True, -CUT
            patterns.append(pattern(visible, bias))
        patterns_by_span.append((string.of_bytes(character.start, character.end), of_heads(patterns)))
    return patterns_by_span


def _axis(glyph: Glyph) -> Literal[0, 1]:
    """Along which axis its lines run: 0 for x, 1 for y."""
    return 1 if glyph.direction == "vertical" else 0


def _string_bias(strings: Sequence[StringTokens], tokens: int, settings: RegionSettings) -> Array:
    if not settings.isolate:
        return np.zeros((tokens, tokens), np.float32)
    owner = np.repeat(np.arange(len(strings)), [string.end - string.start for string in strings])
    return np.where(owner[:, None] == owner[None, :], 0.0, OFF).astype(np.float32)


def _points(first: Sequence[int], last: Sequence[int], pitch: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """x and y of the middles of squares of a pitch, over cells from (column, row) up to (column, row)."""
    per_cell = round(TOKEN / pitch)
    x, y = ((np.arange(a * per_cell, b * per_cell) + 0.5) * pitch for a, b in zip(first, last, strict=True))
    across, down = np.meshgrid(x, y)
    return across, down


def _inside(box: FloatBox, points: tuple[Any, Any], about: tuple[float, float], degrees: float) -> Cells:
    x, y = rotate(points, about, -degrees)
    near = 1e-6  # a point on the edge is inside, whichever way it was turned
    left, top, width, height = box
    inside: Cells = (x >= left - near) & (x <= left + width + near) & (y >= top - near) & (y <= top + height + near)
    return inside


def _nearest(at: float, count: int) -> int:
    return min(max(math.floor(at / TOKEN), 0), count - 1)
