"""The room that the words of a slogan have: its cell in its region."""

from __future__ import annotations

from collections.abc import Iterator

from layoutgen.conditions.surfaces import Scenery
from layoutgen.document.model import Image, Object, Qr, Region, Slogan
from layoutgen.layout.model import Placed
from layoutgen.noun import Box


def room_of(item: Placed, scenery: Scenery) -> Box | None:
    """The region of a slogan, up to half the way to every other element in it and every other slogan; None if it is turned."""
    if item.rotation % 360:
        return None
    own = scenery.bounds(item)
    region = next((held for held in scenery.ancestors(item) if isinstance(held.element, Region)), item)
    left, top, width, height = _around(own, region.box)
    right, bottom = left + width, top + height
    for box in _others(item, region, scenery):
        gaps = (own[0] - box[0] - box[2], box[0] - own[0] - own[2], own[1] - box[1] - box[3], box[1] - own[1] - own[3])
        gap = max(gaps)
        if gap < 0:
            continue  # they overlap, so there is nothing between them to share
        if gap == gaps[0]:
            left = max(left, own[0] - gap // 2)
        elif gap == gaps[1]:
            right = min(right, own[0] + own[2] + gap // 2)
        elif gap == gaps[2]:
            top = max(top, own[1] - gap // 2)
        else:
            bottom = min(bottom, own[1] + own[3] + gap // 2)
    return left, top, right - left, bottom - top


def _others(item: Placed, region: Placed, scenery: Scenery) -> Iterator[Box]:
    for other in scenery.layout.placed:
        inside = isinstance(other.element, Object | Image | Qr) and region in scenery.ancestors(other)
        if other is not item and (inside or isinstance(other.element, Slogan)):
            yield scenery.bounds(other)


def _around(first: Box, second: Box) -> Box:
    left, top = min(first[0], second[0]), min(first[1], second[1])
    right = max(first[0] + first[2], second[0] + second[2])
    bottom = max(first[1] + first[3], second[1] + second[3])
    return left, top, right - left, bottom - top
