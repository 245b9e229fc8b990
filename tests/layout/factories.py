"""Documents for layout tests, without the language: every statement gets a line of its own in a made-up source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

from layoutgen.base.style import BoxStyle, Length, Lettering
from layoutgen.diagnostics import Source, Span
from layoutgen.document.model import (
    AbsoluteBox,
    Anchor,
    Canvas,
    Document,
    Element,
    Extent,
    Flow,
    Group,
    Image,
    Object,
    Placement,
    Qr,
    Range,
    Reference,
    Region,
    Relation,
    Slogan,
    Verify,
)

LINES = 400
SOURCE = Source("t.poster", "".join(f"line {number:03}\n" for number in range(1, LINES + 1)))
KINDS = (
    "below", "above", "left_of", "right_of", "between", "inside",
    "align_left", "align_right", "align_top", "align_bottom", "center_with",
)  # fmt: skip


def length(text: str) -> Length:
    match = re.fullmatch(r"(-?[\d.]+)(%|px|mm)", text)
    assert match, text
    return Length(value=float(match[1]), unit=match[2])


class Build:
    """Collects elements; every call of `where` is the next line."""

    def __init__(self) -> None:
        self.line = 0
        self.font: str | None = "Noto Sans"

    def where(self) -> Span:
        start = self.line % LINES * 9
        self.line += 1
        return Span(SOURCE, start, start + 8)

    def extent(self, text: str) -> Range:
        low, dots, high = text.partition("..")
        first = length(low) if low else None
        return Range(low=first, high=(length(high) if high else None) if dots else first, where=self.where())

    def common(self, name: str, statements: dict[str, Any]) -> dict[str, Any]:
        """The fields that all elements share; takes what it knows out of `said`."""
        fields: dict[str, Any] = {"id": name, "name": name.rpartition(".")[2], "where": self.where()}
        box = at = None
        if "box" in statements:
            left, top, width, height = (length(part) for part in statements.pop("box").split())
            box = AbsoluteBox(left=left, top=top, width=width, height=height, where=self.where())
        if "at" in statements:
            point, _, of = statements.pop("at").partition(" of ")
            at = Anchor(point=point, of=of or "canvas", where=self.where())
        relations = []
        for kind in KINDS:
            texts = statements.pop(kind, None)
            for text in [texts] if isinstance(texts, str) else texts or []:
                names, _, gap = text.partition(" gap ")
                relations.append(
                    Relation(
                        kind=kind.replace("_", "-"),
                        targets=tuple(part.strip() for part in names.split(",")),
                        gap=length(gap) if gap else None,
                        where=self.where(),
                    )
                )
        fields["placement"] = Placement(box=box, at=at, relations=tuple(relations))
        extent: dict[str, Any] = {name: statements.pop(name) for name in ("aspect", "lines") if name in statements}
        if "size" in statements:
            where = self.where()
            sides = [length(part) for part in statements.pop("size").split(" x ")]
            extent["width"], extent["height"] = (Range(low=side, high=side, where=where) for side in sides)
        for axis in ("width", "height"):
            if axis in statements:
                extent[axis] = self.extent(statements.pop(axis))
        fields["extent"] = Extent(**extent)
        if "padding" in statements:
            fields["look"] = BoxStyle(padding=length(statements.pop("padding")))
        fields.update({key: statements.pop(key) for key in ("rotate", "overlap", "avoid") if key in statements})
        return fields

    def slogan(self, name: str, text: str, **statements: Any) -> Slogan:
        fields = self.common(name, statements)
        lettering = Lettering(**{"font": self.font, **statements.pop("lettering", {})})
        return Slogan(**fields, text=text, lettering=lettering, verify=Verify(), **statements)

    def region(self, name: str, *children: Element | str, **statements: Any) -> Region:
        """Strings among the children become slogans `name.1`, `name.2` …"""
        fields = self.common(name, statements)
        flow: dict[str, Any] = {
            key: statements.pop(key) for key in ("direction", "columns", "align", "valign") if key in statements
        }
        if "gap" in statements:
            flow["gap"] = length(statements.pop("gap"))
        assert not statements, statements
        elements = [
            self.slogan(f"{name}.{at}", child) if isinstance(child, str) else child for at, child in enumerate(children, 1)
        ]
        return Region(**fields, flow=Flow(**flow), children=tuple(elements))

    def group(self, name: str, *children: Element, flow: Flow | None = None, **statements: Any) -> Group:
        return Group(**self.common(name, statements), flow=flow, children=children)

    def object(self, name: str, **statements: Any) -> Object:
        return Object(**self.common(name, statements), description=name)

    def image(self, name: str, size: tuple[int, int] = (400, 200), **statements: Any) -> Image:
        return Image(**self.common(name, statements), source=f"/{name}.png", size=size)

    def qr(self, name: str, **statements: Any) -> Qr:
        return Qr(**self.common(name, statements), content="https://example.com/s")

    def reference(self, name: str) -> Reference:
        return Reference(**self.common(name, {}), source=f"/{name}.png")

    def document(
        self,
        *elements: Element,
        size: tuple[int, int] = (1080, 1350),
        margin: str = "5%",
        dpi: float | None = None,
        locale: str = "en",
    ) -> Document:
        canvas = Canvas(name="feed", width=size[0], height=size[1], margin=(length(margin),) * 4, dpi=dpi, where=self.where())
        return Document(
            title="Test", file="t.poster", locale=locale, languages=(locale,), canvases=(canvas,), elements={"feed": elements}
        )


Axis = Literal["x", "y"]


def sample(build: Build | None = None) -> Document:
    """The elements of the language's sample poster."""
    b = build or Build()
    return b.document(
        b.region("header", "OPEN AGAIN", at="top", size="90% x 22%"),
        b.region("offer", "UP TO 50% OFF", "now €9.99", below="header gap 3%", size="70% x 12%"),
        b.object("cat", at="left", size="30% x 35%"),
        b.object("dog", at="right", size="30% x 35%"),
        b.object("giraffe", between="cat, dog", above="footer gap 2%"),
        b.region("footer", "While stocks last. Terms apply.", at="bottom", size="66% x 6%"),
        b.image("logo", (400, 300), at="bottom-right", width="14%"),
        b.qr("link", at="bottom-left", width="12%"),
    )


def boxes(elements: Sequence[Any]) -> dict[str, tuple[int, int, int, int]]:
    return {item.id: item.box for item in elements}
