"""What holds for every layout."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from layoutgen.base.model import Box
from layoutgen.diagnostics import PosterError
from layoutgen.document.model import Canvas, Document, Relation
from layoutgen.layout import Layout, solve
from layoutgen.layout.search import forbidden_pairs
from layoutgen.layout.tree import grow
from tests.layout.strategies import documents

LAW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


def solved(document: Document) -> Layout:
    try:
        return solve(document, "feed")
    except PosterError:
        assume(False)
        raise


@LAW
@given(documents())
def test_every_box_lies_on_its_canvas(document: Document) -> None:
    layout = solved(document)
    assert {item.id for item in layout.placed} == set(grow(document.elements["feed"]).nodes)
    for item in layout.placed:
        left, top, width, height = item.box
        assert width >= 1
        assert height >= 1
        assert left >= 0
        assert top >= 0
        assert left + width <= layout.canvas.width
        assert top + height <= layout.canvas.height


@LAW
@given(documents())
def test_parts_lie_in_their_regions_and_letters_in_their_boxes(document: Document) -> None:
    layout = solved(document)
    for item in layout.placed:
        if item.parent:
            assert contains(layout[item.parent].box, item.box)
        if item.text:
            for character in item.text.characters:
                assert contains(item.box, character.box)


@LAW
@given(documents())
def test_nothing_overlaps_that_may_not(document: Document) -> None:
    layout = solved(document)
    roots = grow(document.elements["feed"]).roots
    for first, second in forbidden_pairs(roots):
        assert not overlap(layout[first.id].box, layout[second.id].box), (first.id, second.id)


@LAW
@given(documents())
def test_what_is_written_holds(document: Document) -> None:
    layout = solved(document)
    left, top, width, height = layout.canvas.inner
    for element in document.elements["feed"]:
        for relation in element.placement.relations:
            assert relation_holds(relation, layout, width, height)
        for axis, whole, extent in ((2, width, element.extent.width), (3, height, element.extent.height)):
            if extent and extent.low and extent.high and element.kind != "qr":
                low, high = extent.low.pixels(whole), extent.high.pixels(whole)
                assert low - 1 <= layout[element.id].box[axis] <= high + 1
        at = element.placement.at
        if at and "left" in at.point:
            assert abs(layout[element.id].box[0] - left) <= 1
        if at and "top" in at.point:
            assert abs(layout[element.id].box[1] - top) <= 1


@LAW
@given(documents())
def test_the_same_document_gives_the_same_layout(document: Document) -> None:
    assert outcome(document) == outcome(document.model_copy(deep=True))


def test_hash_seeds_do_not_matter() -> None:
    script = (
        "from tests.layout.golden_layouts import SCENES; from layoutgen.layout import solve\n"
        "for make in SCENES.values(): print([(item.id, item.box) for item in solve(make(), 'feed').placed])"
    )
    root = Path(__file__).parents[2]
    runs = {
        subprocess.run(
            [sys.executable, "-P", "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            cwd=root,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@LAW
@given(st.data(), st.integers(2, 3))
def test_scaling_the_canvas_scales_the_boxes(data: st.DataObject, factor: int) -> None:
    document = data.draw(documents())
    canvas = document.canvases[0]
    larger = Canvas(
        name="feed", width=canvas.width * factor, height=canvas.height * factor, margin=canvas.margin, where=canvas.where
    )
    small, large = solved(document), solved(document.model_copy(update={"canvases": (larger,)}))
    for element in document.elements["feed"]:
        if element.placement.box:
            pairs = zip(small[element.id].box, large[element.id].box, strict=True)
            assert all(abs(a * factor - b) <= factor for a, b in pairs), element.id


def outcome(document: Document) -> object:
    try:
        return [(item.id, item.box, item.text and item.text.size) for item in solve(document, "feed").placed]
    except PosterError as problem:
        return [(item.code, item.message, item.hint) for item in problem.diagnostics]


def contains(outer: Box, inner: Box) -> bool:
    return (
        inner[0] >= outer[0]
        and inner[1] >= outer[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def relation_holds(relation: Relation, layout: Layout, width: float, height: float) -> bool:
    owner = next(item for item in layout.placed if relation in item.element.placement.relations)
    mine, other = owner.box, layout[relation.targets[0]].box
    gap = relation.gap.value / 100 if relation.gap else 0.0
    right, bottom = other[0] + other[2], other[1] + other[3]
    checks = {
        "below": mine[1] >= bottom + gap * height - 1,
        "above": mine[1] + mine[3] <= other[1] - gap * height + 1,
        "right-of": mine[0] >= right + gap * width - 1,
        "left-of": mine[0] + mine[2] <= other[0] - gap * width + 1,
        "align-left": abs(mine[0] - other[0]) <= 1,
        "align-right": abs(mine[0] + mine[2] - right) <= 1,
        "align-top": abs(mine[1] - other[1]) <= 1,
        "align-bottom": abs(mine[1] + mine[3] - bottom) <= 1,
        "center-with": min(abs(2 * mine[0] + mine[2] - other[0] - right), abs(2 * mine[1] + mine[3] - other[1] - bottom)) <= 2,
    }
    return checks[relation.kind]
