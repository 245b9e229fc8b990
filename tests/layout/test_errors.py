"""What cannot be laid out is told: the circle, one minimal set of statements, the size that would fit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings

from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.model import Document, Element, Extent, Placement
from layoutgen.layout import solve
from layoutgen.layout.tree import PlacementStatement, grow, statements
from tests.layout.factories import Build
from tests.layout.strategies import documents


def errors(document: Document) -> tuple[Diagnostic, ...]:
    with pytest.raises(PosterError) as caught:
        solve(document, "feed")
    return caught.value.diagnostics


def lines(item: Diagnostic) -> list[int]:
    """All the lines that a message shows."""
    assert item.span
    return [item.span.line, *(related.span.line for related in item.related)]


def test_a_circle_is_shown_link_by_link() -> None:
    b = Build()
    document = b.document(
        b.region("a", "A", below="b"),
        b.region("b", "B", below="c gap 2%"),
        b.region("c", "C", align_top="a"),
        b.region("d", "D"),
    )
    (item,) = errors(document)
    assert item.code == "LG301"
    assert item.message == "each of these is placed by the next, in a circle: `a` → `b` → `c` → `a`"
    assert [item.label, *(related.label for related in item.related)] == [
        "`a` is placed by `b`",
        "`b` is placed by `c`",
        "`c` is placed by `a`",
    ]
    assert lines(item) == [2, 5, 8]


def test_two_axes_are_no_circle() -> None:
    b = Build()
    document = b.document(b.region("a", "A", below="b", width="20%"), b.region("b", "B", left_of="a", width="20%"))
    assert len(solve(document, "feed").placed) == 4


def test_a_circle_through_a_group() -> None:
    b = Build()
    part = b.object("g.part", box="0% 0% 10% 10%")
    document = b.document(b.group("g", part, below="x"), b.object("x", below="g.part"))
    assert [item.code for item in errors(document)] == ["LG301"]


def test_who_stands_between_others_is_blamed_only_where_there_is_no_room() -> None:
    b = Build()
    here, there = b.object("a", box="0% 30% 20% 20%"), b.object("b", box="80% 40% 15% 15%")
    wide = b.region("wide", "W", inside="b", size="90% x 20%")
    (item,) = errors(b.document(here, there, b.object("mid", between="a, b", size="30% x 30%"), wide))
    assert (item.code, item.message) == ("LG300", "what is said about `b` and `wide` cannot all hold")
    b = Build()
    here, there = b.object("a", box="0% 30% 20% 20%"), b.object("b", box="80% 40% 15% 15%")
    (item,) = errors(b.document(here, there, b.object("mid", between="a, b", size="70% x 70%")))
    assert (item.code, item.message) == ("LG300", "what is said about `a`, `b` and `mid` cannot all hold")


def test_a_relation_to_oneself() -> None:
    b = Build()
    (item,) = errors(b.document(b.region("a", "A", below="a")))
    assert (item.code, item.message) == ("LG301", "`a` is placed by itself")


def test_a_relation_to_ones_own_content() -> None:
    b = Build()
    (item,) = errors(b.document(b.region("a", b.slogan("a.x", "A"), below="a.x")))
    assert (item.code, item.message) == ("LG302", "`a` is placed by its own content, `a.x`")


def test_one_conflict_shows_only_what_matters() -> None:
    b = Build()
    document = b.document(
        b.region("header", "Header", at="top", size="90% x 30%"),
        b.object("cat", at="left", size="20% x 20%"),
        b.region("offer", "Offer", below="header gap 2%", height="40%"),
        b.region("legal", "Legal", below="offer gap 2%", height="30%"),
        b.region("footer", "Footer", at="bottom", size="66% x 6%"),
    )
    (item,) = errors(document)
    assert item.code == "LG300"
    assert item.message == (
        "what is said about `header`, `offer` and `legal` cannot all hold: together they need 104% of the height"
    )
    assert lines(item) == [3, 9, 10, 13, 14]


def test_conflicts_without_a_line_in_common_are_all_told() -> None:
    b = Build()
    document = b.document(
        b.object("a", at="top", below="b"),
        b.object("b", at="bottom"),
        b.object("c", width="20%", left_of="d"),
        b.object("d", at="right", width="99%"),
    )
    assert [item.code for item in errors(document)] == ["LG300", "LG300"]


def test_larger_than_the_canvas() -> None:
    b = Build()
    (item,) = errors(b.document(b.object("a", size="120% x 10%")))
    assert (item.code, item.message) == ("LG303", "`a` does not lie within the canvas")
    assert item.label == "1166 x 124 px"


def test_larger_than_its_region() -> None:
    b = Build()
    region = b.region("r", b.object("r.photo", at="top of r", size="120% x 10%"), at="center", size="50% x 50%")
    (item,) = errors(b.document(region))
    assert (item.code, item.message) == ("LG303", "`r.photo` does not lie within `r`")


def test_boxes_that_overlap_are_told_pair_by_pair() -> None:
    b = Build()
    document = b.document(*[b.region(f"r{i}", "Text", box=f"0% {i * 8}% 50% 10%") for i in range(3)], b.object("o", at="top"))
    diagnostics = errors(document)
    assert [item.message for item in diagnostics] == ["`r1` would lie on `r0`", "`r2` would lie on `r1`"]
    assert {item.code for item in diagnostics} == {"LG306"}


def test_no_room_for_all_of_a_column() -> None:
    b = Build()
    (item,) = errors(b.document(*[b.region(f"r{i}", "Text", at="left", size="60% x 30%") for i in range(4)]))
    assert item.code == "LG300"
    assert item.message == (
        "`r0`, `r1`, `r2` and `r3` all stand at the left, one under the other: together they need 120% of the height"
    )
    assert len(lines(item)) == 8


def test_elements_at_one_edge_stack_in_reading_order() -> None:
    b = Build()
    layout = solve(b.document(*[b.region(f"r{i}", "Text", at="left", size="60% x 11%") for i in range(9)]), "feed")
    tops = [layout[f"r{i}"].box[1] for i in range(9)]
    assert tops == sorted(tops)


def test_what_adds_up_to_too_much_is_added_up() -> None:
    b = Build()
    document = b.document(
        b.object("cat", at="left", size="32% x 30%"),
        b.object("dog", at="right", size="32% x 30%"),
        b.object("giraffe", between="cat, dog", size="44% x 45%"),
    )
    (item,) = errors(document)
    assert (item.code, item.message) == (
        "LG300",
        "what is said about `cat`, `dog` and `giraffe` cannot all hold: together they need 108% of the width",
    )


def test_nothing_is_added_up_that_does_not_follow_one_another() -> None:
    b = Build()
    document = b.document(
        b.object("a", at="left", width="60%"),
        b.object("b", align_right="a", width="70%"),
    )
    (item,) = errors(document)
    assert (item.code, item.message) == ("LG300", "what is said about `a` and `b` cannot all hold")


def test_a_row_wider_than_its_region_is_added_up() -> None:
    b = Build()
    parts = [b.region(f"r.{name}", "Text", width=width) for name, width in (("a", "26%"), ("b", "44%"), ("c", "22%"))]
    (item,) = errors(b.document(b.region("r", *parts, direction="row", gap="6%", padding="2%", at="top", size="100% x 20%")))
    assert (item.code, item.message) == (
        "LG306",
        "what `r` holds does not fit into it: with the gaps it takes 104% of its width",
    )


def test_no_room_in_a_corner() -> None:
    b = Build()
    (item,) = errors(b.document(*[b.region(f"r{i}", "Text", at="top-left", size="30% x 10%") for i in range(2)]))
    assert (item.code, item.message) == ("LG306", "there is no room to keep `r0` and `r1` apart")


def test_the_bound_of_the_search_is_told() -> None:
    b = Build()
    edges = ("left", "right") * 4
    (item,) = errors(b.document(*[b.region(f"r{i}", "Text", at=edges[i], size="60% x 15%") for i in range(8)]))
    assert item.code == "LG307"
    assert "400 tries" in item.message


def test_free_elements_with_heights_that_do_not_fit() -> None:
    b = Build()
    (item,) = errors(b.document(*[b.region(f"r{i}", "Text", size="60% x 40%") for i in range(3)]))
    assert item.code == "LG306"


def test_a_region_without_room_for_what_it_holds() -> None:
    b = Build()
    parts = [b.region(f"r.{name}", "Text", height="60%") for name in "ab"]
    (item,) = errors(b.document(b.region("r", *parts, box="0% 0% 100% 30%")))
    assert item.code == "LG306"
    assert item.message == "what `r` holds does not fit into it: with the gaps it takes 122% of its height"
    assert len(item.related) == 1


def test_text_that_does_not_fit_says_what_would() -> None:
    b = Build()
    document = b.document(b.region("legal", "While stocks last. Terms and conditions apply.", at="bottom", size="10% x 3%"))
    (item,) = errors(document)
    assert item.code == "LG313"
    assert item.message == "`legal.1` does not fit at the smallest size, 20.2 px"
    assert item.label.startswith("needs ")
    size = item.label.removeprefix("needs ").partition(" of")[0]
    assert f"a box of at least {size}" in item.hint
    b = Build()
    wide, tall = (int(part.removesuffix("%")) for part in size.split(" x "))
    fits = b.document(
        b.region("legal", "While stocks last. Terms and conditions apply.", at="bottom", size=f"{max(wide, 10)}% x {tall + 1}%")
    )
    assert solve(fits, "feed")["legal.1"].text


def test_the_min_size_that_is_proposed_fits() -> None:
    b = Build()
    text = "While stocks last. Terms and conditions apply."
    (item,) = errors(b.document(b.region("legal", text, at="bottom", size="20% x 3%")))
    percent = float(item.hint.rpartition("min-size: ")[2].rstrip("`%"))
    b = Build()
    slogan = b.slogan("legal.1", text, lettering={"min_size": {"value": percent, "unit": "%"}})
    assert solve(b.document(b.region("legal", slogan, at="bottom", size="20% x 3%")), "feed")["legal.1"].text


def test_every_text_that_does_not_fit_is_told() -> None:
    b = Build()
    document = b.document(*[b.region(f"r{i}", "Far too long for this", box=f"0% {i * 10}% 2% 2%") for i in range(3)])
    assert [item.code for item in errors(document)] == ["LG313"] * 3


def test_fonts_without_the_letters() -> None:
    b = Build()
    document = b.document(
        b.region("a", b.slogan("a.1", "大促销", lettering={"font": "Anton"})),
        b.region("b", b.slogan("b.1", "Sale", lettering={"font": "Antonn"})),
        b.region("c", b.slogan("c.1", "𒀀", lettering={"font": None})),
    )
    diagnostics = errors(document)
    assert [item.code for item in diagnostics] == ["LG311", "LG314", "LG310"]
    assert "`Anton`" in diagnostics[1].hint


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(documents(kinds=("object", "object", "region"), ways=("at", "relation", "two")))
def test_a_conflict_is_minimal(document: Document) -> None:
    """Alone, the statements shown cannot be laid out; without any one of them, the others can.

    Pictures and QR codes are left out: without one extent their own proportions give it, which is another condition.
    """
    try:
        solve(document, "feed")
        assume(False)
    except PosterError as problem:
        conflicts = [item for item in problem.diagnostics if item.code in ("LG300", "LG303")]
    assume(conflicts)
    written = statements(grow(document.elements["feed"]).nodes.values())
    for item in conflicts:
        assert item.span
        spans = [item.span, *(related.span for related in item.related)]
        core = {statement for statement, span in written if span in spans}
        assert conflicting(only(document, core))
        for statement in core:
            assert not conflicting(only(document, core - {statement}))


def conflicting(document: Document) -> bool:
    try:
        solve(document, "feed")
    except PosterError as problem:
        return any(item.code in ("LG300", "LG303") for item in problem.diagnostics)
    return False


def only(document: Document, remaining: set[PlacementStatement]) -> Document:
    """The same poster with nothing said but these statements."""

    def strip(element: Element) -> Element:
        def keeps(where: object) -> bool:
            return PlacementStatement.of(element.id, where) in remaining  # type: ignore[arg-type]

        old, extent = element.placement, element.extent
        placement = Placement(
            box=old.box if old.box and keeps(old.box.where) else None,
            at=old.at if old.at and keeps(old.at.where) else None,
            relations=tuple(relation for relation in old.relations if keeps(relation.where)),
        )
        size = Extent(
            width=extent.width if extent.width and keeps(extent.width.where) else None,
            height=extent.height if extent.height and keeps(extent.height.where) else None,
        )
        return element.model_copy(update={"placement": placement, "extent": size})

    return document.model_copy(update={"elements": {"feed": tuple(strip(item) for item in document.elements["feed"])}})
