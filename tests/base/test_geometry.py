"""Boxes: what the functions promise of one another, and how each of them rounds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from layoutgen.base.geometry import (
    area,
    array_slices,
    bounds,
    centre,
    clip,
    covered,
    edges,
    enclosing,
    gaps,
    grow,
    grow_by_share,
    holds,
    intersection,
    overlaps,
    rotated,
    scale,
    shared,
    shrink,
    turned_size,
    union,
    upright,
    upright_around,
)
from layoutgen.base.model import Box

SIDES = st.integers(0, 400)
PLACES = st.integers(-200, 400)
BOXES = st.tuples(PLACES, PLACES, SIDES, SIDES)


@given(BOXES, BOXES)
def test_what_two_boxes_share_lies_in_both(a: Box, b: Box) -> None:
    part = intersection(a, b)
    assert part == intersection(b, a)
    assert (area(part) > 0) == (min(shared(a, b)) > 0)
    if area(part):
        assert overlaps(a, b)
        assert max(gaps(a, b)) < 0
        assert holds(a, part)
        assert holds(b, part)
        assert holds(enclosing((a, b)), part)
    assert 0 <= covered(a, [b]) <= 1


def test_union_leaves_out_what_has_no_area() -> None:
    assert union([]) is None
    assert union([(5, 5, 0, 9)]) is None
    assert union([(5, 5, 0, 9), (10, 10, 5, 5), (20, 0, 5, 5)]) == (10, 0, 15, 15)
    assert enclosing([(5, 5, 0, 9), (10, 10, 5, 5)]) == (5, 5, 10, 10)


def test_covers_that_overlap_count_once() -> None:
    assert covered((0, 0, 10, 10), [(0, 0, 5, 10), (0, 0, 5, 10)]) == 0.5
    assert covered((0, 0, 0, 10), [(0, 0, 5, 10)]) == 0


@given(BOXES, st.sampled_from((0.5, 0.75, 1.5, 2.0)))
def test_scaled_boxes_that_touched_still_touch(box: Box, by: float) -> None:
    beside = (box[0] + box[2], box[1], 7, box[3])
    assert edges(scale(box, by, by))[2] == scale(beside, by, by)[0]


def test_shrunk_boxes_of_one_size_keep_one_size() -> None:
    assert {shrink((left, 0, 5, 4), 2, 2)[2:] for left in range(4)} == {(2, 2)}


def test_growing_rounds_every_number_by_itself() -> None:
    assert grow((10, 10, 20, 20), 0.75, 2) == (9, 8, 22, 24)
    assert grow_by_share((10, 10, 20, 40), 0.25) == (5, 5, 30, 50)


@given(BOXES, st.floats(-720, 720))
def test_the_box_around_a_turned_one(box: Box, degrees: float) -> None:
    around, near = upright_around(box, degrees), upright(box, degrees)
    corners = rotated(box, centre(box), degrees)
    loose = (around[0] - 0.01, around[1] - 0.01, around[2] + 0.02, around[3] + 0.02)
    assert all(loose[0] <= x <= loose[0] + loose[2] and loose[1] <= y <= loose[1] + loose[3] for x, y in corners)
    assert all(abs(a - b) <= 1 for a, b in zip(edges(around), edges(near), strict=True))
    width, height = turned_size(box[2], box[3], degrees)
    assert abs(near[2] - width) <= 1
    assert abs(near[3] - height) <= 1


def test_whole_turns_change_nothing() -> None:
    for degrees in (0, 180, 360, -360):
        assert upright((3, 4, 50, 20), degrees) == (3, 4, 50, 20)
        assert upright_around((3, 4, 50, 20), degrees) == (3, 4, 50, 20)
    assert upright_around((0, 0, 50, 20), 90) == (15, -15, 20, 50)
    assert bounds(rotated((0, 0, 50, 20), (0, 0), 90)) == (-20, 0, 20, 50)


@given(BOXES)
def test_a_box_of_an_array_never_counts_from_the_end(box: Box) -> None:
    rows, columns = array_slices(box)
    left, top, width, height = clip(box, 1000, 1000)
    assert (rows.stop - rows.start, columns.stop - columns.start) == (height, width)
    if area(box):
        assert (rows.start, columns.start) == (top, left)
