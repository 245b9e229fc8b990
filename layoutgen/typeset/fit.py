"""Fitting: the largest common size at which texts fit a box."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from layoutgen.base.geometry import turned_size
from layoutgen.base.style import Lettering
from layoutgen.typeset.measure import block_height, break_lines, line_lengths
from layoutgen.typeset.prepare import divided, prepare

STEP = 0.25
"""Sizes are multiples of this many pixels, unless the smallest size is the answer."""


class FitItem(NamedTuple):
    """A text to be fitted, and its cell. Its type size is the common base size times `lettering.scale`."""

    text: str
    lettering: Lettering
    locale: str
    smallest: float
    """The smallest type size allowed, pixels."""
    lines: tuple[int, int] | None = None
    nobreak: bool = False
    padding: float = 0.0
    """Pixels between the cell and the words, on every side."""
    rotation: float = 0.0
    """Degrees, clockwise, by which the words are turned inside their cell."""
    width: float | None = None
    height: float | None = None
    """Of the cell, in pixels, where they are fixed; else it is as wide as its column and as high as the words need."""

    @property
    def bare(self) -> FitItem:
        """The words alone, upright and without padding."""
        return self._replace(padding=0.0, rotation=0.0)


class Needed(NamedTuple):
    """The room that texts need at their smallest sizes, pixels."""

    size: float
    """The base size at which no text is smaller than allowed."""
    width: float
    """Of the longest line when wrapped at the width asked about."""
    height: float


def fit(items: Sequence[FitItem], width: float, height: float, *, gap: float, largest: float, columns: int = 1) -> float | None:
    """The largest base size, in pixels, at which all items stand in one column; None if the smallest one does not fit.

    `gap` pixels lie between items; `largest` bounds the base size. A bigger box never gives a smaller size. In more
    `columns`, each of them `width` wide, the items fill row after row, and the highest item of a row makes its height.
    """
    return _largest(items, largest, lambda size: _rows_fit(items, columns, width, height, gap, size))


def fit_row(items: Sequence[FitItem], width: float, height: float, *, gap: float, largest: float) -> float | None:
    """As `fit`, for items side by side: each on its own written lines, as wide as its content, sharing the height."""
    return _largest(items, largest, lambda size: _row_fits(items, width, height, gap, size))


def needed(items: Sequence[FitItem], width: float, *, gap: float) -> Needed:
    """The room that the items need, in a column, at their smallest sizes when wrapped at `width`."""
    size = smallest_base(items)
    blocks = [block(item, size * item.lettering.scale, width, None) for item in items]
    return Needed(
        size=size,
        width=max((item[0] for item in blocks), default=0.0),
        height=sum(item[1] for item in blocks) + gap * max(0, len(items) - 1),
    )


def needed_row(items: Sequence[FitItem], *, gap: float) -> Needed:
    """The room that the items need side by side at their smallest sizes."""
    size = smallest_base(items)
    blocks = [block(item, size * item.lettering.scale, math.inf, None) for item in items]
    return Needed(
        size=size,
        width=sum(item[0] for item in blocks) + gap * max(0, len(items) - 1),
        height=max((item[1] for item in blocks), default=0.0),
    )


def smallest_base(items: Sequence[FitItem]) -> float:
    """The base size below which some item would be smaller than it may be."""
    return max((item.smallest / item.lettering.scale for item in items), default=STEP)


def block(item: FitItem, size: float, width: float, height: float | None) -> tuple[float, float, bool]:
    """Width and height, in pixels, of one item set at a type size within `width`; and whether its lines fit."""
    if not (item.padding or item.rotation):
        return _upright_block(item, size, width, height)
    padding = 2 * item.padding
    room = max(1.0, width - padding)
    if item.rotation:
        wide, tall, _ = _upright_block(item, size, room, None)
        wide, tall = turned_size(wide, tall, item.rotation)
        fits = wide <= room + 1e-6
    else:
        wide, tall, fits = _upright_block(item, size, room, None if height is None else max(1.0, height - padding))
    return wide + padding, tall + padding, fits


def _upright_block(item: FitItem, size: float, width: float, height: float | None) -> tuple[float, float, bool]:
    prepared = prepare(item.text, item.lettering, item.locale)
    vertical = prepared.direction == "vertical"
    room = (math.inf if height is None else height) if vertical else width
    if item.lettering.hyphenate and not item.nobreak:  # only what would not fit at any size
        prepared = divided(prepared, room / item.smallest)
    rows = break_lines(prepared, room / size, lines=item.lines, nobreak=item.nobreak)
    longest = max(line_lengths(prepared, rows)) * size
    across = block_height(prepared, len(rows)) * size
    fits = longest <= room + 1e-6 * size and (item.lines is None or len(rows) <= item.lines[1])
    return (across, longest, fits) if vertical else (longest, across, fits)


def _takes_rest(item: FitItem) -> bool:
    """Whether it is as high as the others of its column let it be, because its lines run down."""
    return item.lettering.direction == "vertical" and not item.rotation and item.height is None


def _rows_fit(items: Sequence[FitItem], columns: int, width: float, height: float, gap: float, size: float) -> bool:
    vertical: list[FitItem] = []
    rows = math.ceil(len(items) / columns)
    left = height - gap * max(0, rows - 1)
    for row in range(rows):
        cells = items[row * columns : (row + 1) * columns]
        if columns == 1 and _takes_rest(cells[0]):
            vertical.append(cells[0])
            continue
        tall = needed_height = 0.0
        for item in cells:
            need = _cell_height(item, size, width)
            own = need if item.height is None else item.height
            # Comparisons instead of `max`: this is asked for every size that is tried.
            tall = own if own > tall else tall
            needed_height = need if need > needed_height else needed_height
        left -= tall
        if left < -1e-6 or needed_height > tall + 1e-6:
            return False
    return all(_cell_height(item, size, width, left / len(vertical)) < math.inf for item in vertical)


def _cell_height(item: FitItem, size: float, width: float, height: float | None = None) -> float:
    """Pixels of height that an item needs at a base size; infinite where it, or one of its lines, is too wide for its cell."""
    width = width if item.width is None else item.width
    wide, tall, fits = block(item, size * item.lettering.scale, width, height if item.height is None else item.height)
    return tall if fits and (item.lettering.direction != "vertical" or wide <= width + 1e-6) else math.inf


def _row_fits(items: Sequence[FitItem], width: float, height: float, gap: float, size: float) -> bool:
    left = width - gap * max(0, len(items) - 1)
    for item in items:
        wide, tall, fits = block(item, size * item.lettering.scale, math.inf, height)
        left -= wide
        if not fits or tall > height + 1e-6 or left < -1e-6:
            return False
    return True


def _largest(items: Sequence[FitItem], largest: float, fits: Callable[[float], bool]) -> float | None:
    smallest = smallest_base(items)
    if smallest > largest + 1e-9 or not fits(smallest):
        return None
    return largest_step(smallest, largest, fits)


def largest_step(smallest: float, largest: float, fits: Callable[[float], bool]) -> float:
    """The largest size up to a bound, a multiple of STEP, for which a predicate holds that holds for `smallest`.

    Bisection: whether a size fits only ever changes once.
    """
    low, high = math.floor(smallest / STEP), math.floor(largest / STEP) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle * STEP):
            low = middle
        else:
            high = middle
    return max(smallest, low * STEP)
