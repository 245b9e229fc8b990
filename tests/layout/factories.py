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
    found = re.fullmatch(r"(-?[\d.]+)(%|px|mm)", text)
    assert found, text
    return Length(value=float(found[1]), unit=found[2])


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

    def common(self, name: str, said: dict[str, Any]) -> dict[str, Any]:
        """The fields that all elements share; takes what it knows out of `said`."""
        fields: dict[str, Any] = {"id": name, "name": name.rpartition(".")[2], "where": self.where()}
        box = at = None
        if "box" in said:
            left, top, width, height = (length(part) for part in said.pop("box").split())
            box = AbsoluteBox(left=left, top=top, width=width, height=height, where=self.where())
        if "at" in said:
            point, _, of = said.pop("at").partition(" of ")
            at = Anchor(point=point, of=of or "canvas", where=self.where())
        relations = []
        for kind in KINDS:
            texts = said.pop(kind, None)
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
        extent: dict[str, Any] = {name: said.pop(name) for name in ("aspect", "lines") if name in said}
        if "size" in said:
            where = self.where()
            sides = [length(part) for part in said.pop("size").split(" x ")]
            extent["width"], extent["height"] = (Range(low=side, high=side, where=where) for side in sides)
        for axis in ("width", "height"):
            if axis in said:
                extent[axis] = self.extent(said.pop(axis))
        fields["extent"] = Extent(**extent)
        if "padding" in said:
            fields["look"] = BoxStyle(padding=length(said.pop("padding")))
        fields.update({key: said.pop(key) for key in ("rotate", "overlap", "avoid") if key in said})
        return fields

    def slogan(self, name: str, text: str, **said: Any) -> Slogan:
        fields = self.common(name, said)
        lettering = Lettering(**{"font": self.font, **said.pop("lettering", {})})
        return Slogan(**fields, text=text, lettering=lettering, verify=Verify(), **said)

    def region(self, name: str, *children: Element | str, **said: Any) -> Region:
        """Strings among the children become slogans `name.1`, `name.2` …"""
        fields = self.common(name, said)
        flow: dict[str, Any] = {key: said.pop(key) for key in ("direction", "columns", "align", "valign") if key in said}
        if "gap" in said:
            flow["gap"] = length(said.pop("gap"))
        assert not said, said
        made = [self.slogan(f"{name}.{at}", child) if isinstance(child, str) else child for at, child in enumerate(children, 1)]
        return Region(**fields, flow=Flow(**flow), children=tuple(made))

    def group(self, name: str, *children: Element, flow: Flow | None = None, **said: Any) -> Group:
        return Group(**self.common(name, said), flow=flow, children=children)

    def object(self, name: str, **said: Any) -> Object:
        return Object(**self.common(name, said), description=name)

    def image(self, name: str, size: tuple[int, int] = (400, 200), **said: Any) -> Image:
        return Image(**self.common(name, said), source=f"/{name}.png", size=size)

    def qr(self, name: str, **said: Any) -> Qr:
        return Qr(**self.common(name, said), content="https://example.com/s")

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
