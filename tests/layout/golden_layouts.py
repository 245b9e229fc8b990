"""Layouts that the goldens keep, one for each thing that the language can say about places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from layoutgen.document.model import Document, Flow
from tests.layout.factories import Build, sample

SCENES: dict[str, Callable[[], Document]] = {"sample": sample}


def scene(make: Callable[[Build], Document]) -> Callable[[Build], Document]:
    SCENES[make.__name__.replace("_", "-")] = lambda: make(Build())
    return make


@scene
def absolute_boxes(b: Build) -> Document:
    """Percent of the canvas inside its margin, pixels, and millimetres by dpi."""
    return b.document(
        b.region("percent", "Percent", box="0% 0% 50% 20%"),
        b.region("pixels", "Pixels", box="10px 400px 300px 100px"),
        b.region("paper", "Paper", box="25.4mm 50.8mm 50.8mm 12.7mm"),
        dpi=150,
    )


@scene
def nine_anchors(b: Build) -> Document:
    points = ("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right")
    return b.document(*[b.region(f"r{i}", point, at=point, size="30% x 10%") for i, point in enumerate(points)])


@scene
def page_and_element_anchors(b: Build) -> Document:
    return b.document(
        b.image("photo", (900, 600), at="center of page", width="100%", overlap=True),
        b.region("card", "On the card", at="center", size="60% x 30%"),
        b.image("badge", (100, 100), at="top-right of card", width="12%"),
        b.object("full", at="top-left of page", size="1080px x 1350px"),
    )


@scene
def every_relation(b: Build) -> Document:
    return b.document(
        b.region("a", "Alpha", box="30% 30% 40% 10%"),
        b.region("under", "below", below="a gap 2%", size="20% x 5%"),
        b.region("over", "above", above="a gap 2%", height="5%", width="30%"),
        b.region("before", "left of", left_of="a gap 3%", height="8%"),
        b.region("after", "right of", right_of="a gap 3%", height="8%"),
        b.region("flush", "aligned", align_left="a", below="under gap 1%", size="15% x 4%"),
        b.region("edge", "aligned", align_right="a", align_bottom="flush", size="15% x 4%"),
        b.region("corner", "aligned", align_top="over", at="right", size="15% x 4%"),
        b.object("frame", box="0% 60% 100% 40%"),
        b.region("within", "inside", inside="frame", size="30% x 8%"),
        b.object("twin", center_with="within", size="40% x 12%"),
    )


@scene
def between_left_and_right_and_above_and_below(b: Build) -> Document:
    return b.document(
        b.object("cat", at="left", size="30% x 30%"),
        b.object("dog", at="right", size="30% x 30%"),
        b.object("giraffe", between="cat, dog"),
        b.region("top", "Top", at="top", size="80% x 10%"),
        b.region("bottom", "Bottom", at="bottom", size="80% x 10%"),
        b.region("middle", "Middle", between="bottom, top", width="40%"),
    )


@scene
def free_column(b: Build) -> Document:
    return b.document(b.region("one", "One thing"), b.object("two"), b.slogan("three", "A slogan of its own"), b.qr("four"))


@scene
def free_between_header_and_footer(b: Build) -> Document:
    return b.document(
        b.region("header", "Header", at="top", size="100% x 15%"),
        b.region("one", "The first of the things that nobody placed"),
        b.region("note", "A note", below="one gap 1%", width="40%"),
        b.region("two", "The second"),
        b.region("footer", "Footer", at="bottom", size="100% x 8%"),
        b.image("logo", (300, 300), at="bottom-right", width="6%", overlap=True),
    )


@scene
def crowded_column(b: Build) -> Document:
    return b.document(*[b.region(f"r{i}", f"Region number {i}") for i in range(20)])


@scene
def corner_elements_make_way(b: Build) -> Document:
    """The search: a wide title in the middle of the top meets a logo in its corner; anchored texts meet at one edge."""
    return b.document(
        b.region("title", "The title", at="top", width="70%"),
        b.image("logo", (200, 100), at="top-left", width="25%"),
        b.region("left", "left one", at="left", width="40%"),
        b.region("left2", "left two", at="left", width="40%"),
        b.region("base", "base", at="bottom", width="50%"),
        b.region("base2", "base two", at="bottom", width="50%"),
    )


@scene
def ranges_and_aspects(b: Build) -> Document:
    return b.document(
        b.region("text", "Wide", at="top-left", width="20%..40%", height="5%..10%"),
        b.object("thing", at="center", width="20%..40%", aspect=2.0),
        b.object("tall", at="bottom-left", height="20%", aspect=0.5),
        b.object("plain", at="bottom-right", aspect=3.0),
        b.image("picture", (300, 100), at="top-right", height="5%"),
        b.qr("code", at="bottom", size="20% x 10%"),
        b.object("open", at="right", width="..10%", height="25%.."),
    )


@scene
def column_row_and_grid(b: Build) -> Document:
    return b.document(
        b.region("column", "First line", "A second line that is rather longer", "Third", at="top", size="80% x 25%", gap="4%"),
        b.region("row", "€9.99", "instead of", "€12.99", at="center", size="90% x 10%", direction="row", valign="bottom"),
        b.region("grid", "Soup", "4.50", "Bread", "1.20", "Salad with nuts", "6.00", at="bottom", size="60% x 30%", columns=2),
    )


@scene
def right_to_left_row(b: Build) -> Document:
    b.font = None
    return b.document(
        b.region("row", "اليوم", "فقط", at="top", size="90% x 10%", direction="row"),
        b.region("left", "واحد", box="0% 50% 40% 10%"),
        b.region("right", "اثنان", box="60% 50% 40% 10%"),
        locale="ar",
    )


@scene
def nested(b: Build) -> Document:
    menu = b.region(
        "menu",
        b.slogan("menu.title", "Menu"),
        b.region("menu.soup", "Tomato soup", "4.50", direction="row"),
        b.region("menu.bread", "Bread and olives", "3.20", direction="row", padding="1%"),
        b.image("menu.photo", (300, 200), height="20%"),
        b.object("menu.leaf", height="10%"),
        at="center",
        size="80% x 70%",
        padding="3%",
    )
    return b.document(menu)


@scene
def placed_inside_a_region(b: Build) -> Document:
    card = b.region(
        "card",
        b.slogan("card.title", "A card", at="top of card"),
        b.slogan("card.text", "With a text that flows in what is left"),
        b.image("card.seal", (100, 100), at="bottom-right of card", width="20%"),
        b.slogan("card.small", "and a small one", lettering={"scale": 0.5}, below="card.text gap 2%"),
        box="10% 10% 80% 50%",
    )
    return b.document(card, b.object("arrow", below="card.title gap 1%", size="5% x 5%", left_of="card"))


@scene
def groups(b: Build) -> Document:
    return b.document(
        b.group(
            "pair",
            b.object("pair.cat", box="0% 0% 20% 20%"),
            b.object("pair.dog", box="25% 0% 20% 20%"),
            at="bottom-right",
        ),
        b.group(
            "stack",
            b.region("stack.one", "One", height="5%", width="40%"),
            b.region("stack.two", "Two", height="5%", width="40%"),
            at="top-left",
        ),
        b.group(
            "row",
            b.image("row.a", (100, 100)),
            b.image("row.b", (200, 100)),
            flow=Flow(direction="row"),
            below="stack gap 5%",
            size="60% x 15%",
        ),
        b.group("outer", b.group("outer.inner", b.object("outer.inner.x", size="10% x 10%")), above="pair gap 2%"),
    )


@scene
def turned(b: Build) -> Document:
    badge = b.region(
        "badge", "SALE", b.slogan("badge.small", "today", lettering={"scale": 0.5}), at="center", size="50% x 20%", rotate=-20.0
    )
    return b.document(
        badge,
        b.slogan("side", "Printed in Utrecht", at="right", size="6% x 50%", rotate=90.0),
        b.image("stamp", (300, 200), at="top", width="20%", rotate=8.0),
    )


@scene
def long_text_takes_few_lines(b: Build) -> Document:
    text = (
        "Open every day from nine to five, and on Thursdays until eight; closed on public holidays and in the last week of July"
    )
    return b.document(b.region("title", "Museum", at="top"), b.region("hours", text, below="title", width="60%"))


@scene
def avoids_an_object(b: Build) -> Document:
    return b.document(
        b.object("face", at="center", size="40% x 40%"),
        b.region("over", "May lie on it", at="center", size="30% x 5%"),
        b.region("beside", "May not", at="left", size="60% x 5%", avoid=("face",)),
    )


@scene
def a_reference_has_no_place(b: Build) -> Document:
    return b.document(b.reference("photo"), b.region("title", "Title", at="top"))


def summary(placed: Any) -> dict[str, Any]:
    result: dict[str, Any] = {"box": list(placed.box)}
    if placed.rotation:
        result["rotation"] = placed.rotation
    if placed.text:
        result["size"] = placed.text.size
        result["lines"] = [line.text for line in placed.text.lines]
    return result
