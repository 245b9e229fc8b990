"""Boxes and corners: where something was read, and whether that is where it belongs."""

from __future__ import annotations

import math
from collections.abc import Iterable

from layoutgen.base.model import Box

Quad = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Corners of a line of text, clockwise from where it starts to be read, in pixels."""


def area(box: Box) -> int:
    return max(0, box[2]) * max(0, box[3])


def intersection(a: Box, b: Box) -> Box:
    left, top = max(a[0], b[0]), max(a[1], b[1])
    return left, top, max(0, min(a[0] + a[2], b[0] + b[2]) - left), max(0, min(a[1] + a[3], b[1] + b[3]) - top)


def union(boxes: Iterable[Box]) -> Box | None:
    """The smallest box around all; None of none."""
    known = [box for box in boxes if area(box)]
    if not known:
        return None
    left, top = min(box[0] for box in known), min(box[1] for box in known)
    return left, top, max(box[0] + box[2] for box in known) - left, max(box[1] + box[3] for box in known) - top


def centre(box: Box) -> tuple[float, float]:
    return box[0] + box[2] / 2, box[1] + box[3] / 2


def contains(box: Box, point: tuple[float, float]) -> bool:
    return box[0] <= point[0] <= box[0] + box[2] and box[1] <= point[1] <= box[1] + box[3]


def covered(box: Box, covers: Iterable[Box]) -> float:
    """How much of a box lies under others, 0 … 1 (overlaps of the covers counted once, to about 2 %)."""
    parts = [part for part in (intersection(box, cover) for cover in covers) if area(part)]
    if not area(box) or not parts:
        return 0.0
    if len(parts) == 1:
        return area(parts[0]) / area(box)
    steps = 24
    hits = 0
    for row in range(steps):
        y = box[1] + (row + 0.5) * box[3] / steps
        for column in range(steps):
            x = box[0] + (column + 0.5) * box[2] / steps
            hits += any(contains(part, (x, y)) for part in parts)
    return hits / steps**2


def grow(box: Box, dx: float, dy: float) -> Box:
    return round(box[0] - dx), round(box[1] - dy), round(box[2] + 2 * dx), round(box[3] + 2 * dy)


def scale(box: Box, sx: float, sy: float) -> Box:
    left, top = round(box[0] * sx), round(box[1] * sy)
    return left, top, round((box[0] + box[2]) * sx) - left, round((box[1] + box[3]) * sy) - top


def clip(box: Box, width: int, height: int) -> Box:
    return intersection(box, (0, 0, width, height))


def rotate(point: tuple[float, float], about: tuple[float, float], degrees: float) -> tuple[float, float]:
    """Clockwise on a picture (y grows downwards), as `rotate:` is written."""
    angle = math.radians(degrees)
    x, y = point[0] - about[0], point[1] - about[1]
    return about[0] + x * math.cos(angle) - y * math.sin(angle), about[1] + x * math.sin(angle) + y * math.cos(angle)


def rotated(box: Box, about: tuple[float, float], degrees: float) -> Quad:
    """The corners of a box turned about a point."""
    left, top, right, bottom = box[0], box[1], box[0] + box[2], box[1] + box[3]
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    a, b, c, d = (rotate(corner, about, degrees) for corner in corners)
    return a, b, c, d


def bounds(quad: Quad) -> Box:
    """The upright box around four corners."""
    left, top = min(x for x, _ in quad), min(y for _, y in quad)
    right, bottom = max(x for x, _ in quad), max(y for _, y in quad)
    return round(left), round(top), round(right) - round(left), round(bottom) - round(top)


def upright(box: Box, degrees: float) -> Box:
    """The upright box around a box turned about its own centre."""
    return bounds(rotated(box, centre(box), degrees)) if degrees else box


def in_place(read: Box, expected: Box, room: Box | None = None, least: float = 0.5) -> bool:
    """By centre and coverage: generators never fill a box exactly, so IoU says little.

    `room`: what else the words may take up. They may reach out of it by a share of their own height only.
    """
    slack = 0.5 * min(expected[2], expected[3])
    wide = grow(expected, min(slack, 0.25 * expected[2]), min(slack, 0.25 * expected[3]))
    if contains(wide, centre(read)) and covered(read, [wide]) >= least:
        return True
    if room is None or room == expected:
        return False
    slack = 0.25 * min(*read[2:], *room[2:])
    wide = grow(room, slack, slack)
    return contains(wide, centre(read)) and covered(read, [wide]) >= least


def reading_order(boxes: list[Box], *, columns: bool = False) -> list[int]:
    """Indices of line boxes as they are read: rows from the top, each from the left (`columns`: from the right, downwards)."""
    if columns:
        turned = [(box[1], -(box[0] + box[2]), box[3], box[2]) for box in boxes]
        return reading_order(turned)
    left = sorted(range(len(boxes)), key=lambda i: centre(boxes[i])[1])
    order: list[int] = []
    while left:
        first = left[0]
        row = [i for i in left if _same_row(boxes[first], boxes[i])]
        order += sorted(row, key=lambda i: boxes[i][0])
        left = [i for i in left if i not in row]
    return order


def _same_row(a: Box, b: Box) -> bool:
    overlap = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return overlap > 0.5 * max(1, min(a[3], b[3]))
