"""Where lines of text were read: whether that is where they belong, and in which order they are read."""

from __future__ import annotations

from layoutgen.base.geometry import centre, contains, covered, grow, shared
from layoutgen.base.model import Box


def in_place(read: Box, expected: Box, room: Box | None = None, least: float = 0.5) -> bool:
    """By centre and coverage: generators never fill a box exactly, so IoU says little.

    `room`: what else the words may take up. They may reach out of it by a share of their own height only.
    """
    slack = 0.5 * min(expected[2], expected[3])
    grown = grow(expected, min(slack, 0.25 * expected[2]), min(slack, 0.25 * expected[3]))
    if contains(grown, centre(read)) and covered(read, [grown]) >= least:
        return True
    if room is None or room == expected:
        return False
    slack = 0.25 * min(*read[2:], *room[2:])
    grown = grow(room, slack, slack)
    return contains(grown, centre(read)) and covered(read, [grown]) >= least


def reading_order(boxes: list[Box], *, columns: bool = False) -> list[int]:
    """Indices of line boxes as they are read: rows from the top, each from the left (`columns`: from the right, downwards)."""
    if columns:
        turned = [(box[1], -(box[0] + box[2]), box[3], box[2]) for box in boxes]
        return reading_order(turned)
    remaining = sorted(range(len(boxes)), key=lambda i: centre(boxes[i])[1])
    order: list[int] = []
    while remaining:
        first = remaining[0]
        row = [i for i in remaining if _same_row(boxes[first], boxes[i])]
        order += sorted(row, key=lambda i: boxes[i][0])
        remaining = [i for i in remaining if i not in row]
    return order


def _same_row(a: Box, b: Box) -> bool:
    _, down = shared(a, b)
    return down > 0.5 * max(1, min(a[3], b[3]))
