"""The document: what a poster means for one set of params and one locale, before any canvas is chosen.

Params are bound, strings evaluated (case applied), styles resolved, `when`, `for` and `on` carried out, relations to
elements that are switched off rewritten. No unit is lost. Every canvas has its own tree of elements; canvases without
overrides share one.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from layoutgen.base.model import FrozenModel, Place
from layoutgen.base.picture_formats import FormatName
from layoutgen.base.style import Align, BoxStyle, Length, Lettering, Paint, Valign

Point = Literal["top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right"]
RelationKind = Literal[
    "below", "above", "left-of", "right-of", "between", "inside",
    "align-left", "align-right", "align-top", "align-bottom", "center-with",
]  # fmt: skip


class Range(FrozenModel):
    """An extent between two lengths; a fixed one has `low == high`."""

    low: Length | None = None
    high: Length | None = None
    where: Place


class Anchor(FrozenModel):
    """`at: POINT of TARGET`; the target is `canvas` (inside the margin), `page` (all of it) or an element's id."""

    point: Point
    of: str = "canvas"
    where: Place


class Relation(FrozenModel):
    """`below: header gap 3%`; targets are full element ids, `between` has two."""

    kind: RelationKind
    targets: tuple[str, ...]
    gap: Length | None = None
    where: Place


class AbsoluteBox(FrozenModel):
    """`box: LEFT TOP WIDTH HEIGHT`."""

    left: Length
    top: Length
    width: Length
    height: Length
    where: Place


class Placement(FrozenModel):
    """Where an element goes. Percentages are of the canvas inside its margin, or of the parent for nested elements."""

    box: AbsoluteBox | None = None
    at: Anchor | None = None
    relations: tuple[Relation, ...] = ()

    @property
    def free(self) -> bool:
        """Nothing is said: the flow of the parent, or the solver, decides."""
        return self.box is None and self.at is None and not self.relations


class Extent(FrozenModel):
    width: Range | None = None
    height: Range | None = None
    aspect: float | None = None
    """width / height"""
    lines: tuple[int, int] | None = None
    """Fewest and most lines a slogan may break into."""


class Flow(FrozenModel):
    """How a region or group stacks the children that are not placed otherwise."""

    direction: Literal["column", "row"] = "column"
    columns: int = 1
    gap: Length = Length(value=2, unit="%")
    """Percent of the parent's extent along the flow."""
    align: Align = "center"
    valign: Valign = "middle"


class Verify(FrozenModel):
    """How strict the check is and how hard to try. On a slogan only `text`, `unchecked` and `then` count."""

    text: Literal["exact", "loose", "digits", "off"] = "exact"
    extra: Literal["fail", "warn", "allow"] = "fail"
    unchecked: Literal["fail", "allow"] = "fail"
    attempts: int = 6
    seconds: float | None = None
    candidates: int = 1
    then: Literal["fail", "typeset"] = "fail"


class _Element(FrozenModel):
    id: str
    """Dotted path of names: `header.price`; unnamed slogans and copies of `for` are counted: `header.1`, `dish.2.name`."""
    name: str
    placement: Placement = Placement()
    extent: Extent = Extent()
    look: BoxStyle = BoxStyle()
    rotate: float = 0.0
    """Degrees, clockwise; turns what is inside the box."""
    overlap: bool = False
    """True: `overlap: allow`."""
    avoid: tuple[str, ...] = ()
    """Ids of objects that this element may not lie on."""
    where: Place


class Slogan(_Element):
    kind: Literal["slogan"] = "slogan"
    text: str
    """Evaluated, case applied; newlines are forced breaks."""
    lettering: Lettering
    draw: Literal["generate", "typeset"] = "generate"
    verify: Verify
    nobreak: bool = False


class Region(_Element):
    kind: Literal["region"] = "region"
    flow: Flow = Flow()
    children: tuple[Element, ...] = ()


class Group(_Element):
    kind: Literal["group"] = "group"
    flow: Flow | None = None
    """None: the group has no size of its own; it is the box around its children, whose percentages are of what holds it."""
    children: tuple[Element, ...] = ()


class Object(_Element):
    kind: Literal["object"] = "object"
    description: str


class Image(_Element):
    kind: Literal["image"] = "image"
    source: str
    """Absolute path of a picture inside the project (or the campaign's assets) folder; checked to be one."""
    size: tuple[int, int]
    """Its own pixels, width and height."""
    fit: Literal["contain", "cover"] = "contain"


class Qr(_Element):
    kind: Literal["qr"] = "qr"
    content: str


class Reference(_Element):
    kind: Literal["reference"] = "reference"
    source: str
    role: Literal["edit", "subject", "style", "identity"] = "subject"


Element = Annotated[Slogan | Region | Group | Object | Image | Qr | Reference, Field(discriminator="kind")]


class Canvas(FrozenModel):
    name: str
    width: int
    height: int
    margin: tuple[Length, Length, Length, Length] = (Length(value=0, unit="px"),) * 4
    """top, right, bottom, left; percent of the canvas's shorter side"""
    dpi: float | None = None
    bleed: Length | None = None
    where: Place

    @property
    def inner(self) -> tuple[float, float, float, float]:
        """Left, top, width and height inside the margin, in pixels."""
        side = min(self.width, self.height)
        top, right, bottom, left = (length.pixels(side, self.dpi) for length in self.margin)
        return left, top, self.width - left - right, self.height - top - bottom


class Export(FrozenModel):
    """What a campaign makes of a canvas."""

    format: FormatName | None = None
    """None: as the file's name ends."""
    largest: int | None = None
    """Bytes of the file, at most."""
    source: str | None = None
    """`from`: the canvas whose passed picture is a reference for this one."""


class Backdrop(FrozenModel):
    description: str | None = None
    fill: Paint | None = None


class Contrast(FrozenModel):
    """`require header.contrast >= 4.5`: a condition on the design, checked when colours are known."""

    element: str
    operator: Literal[">", ">=", "<", "<=", "==", "!="]
    value: float
    where: Place


class NearColor(FrozenModel):
    """`require header.title.color near brand within 5`: a condition on the finished picture."""

    element: str
    part: Literal["lettering", "panel"]
    color: str
    """`#rrggbb`."""
    within: float
    """CIEDE2000, at most."""
    where: Place


class Document(FrozenModel):
    title: str
    file: str
    locale: str
    """BCP 47, one of `languages`."""
    languages: tuple[str, ...]
    canvases: tuple[Canvas, ...]
    backdrop: Backdrop = Backdrop()
    look: str | None = None
    never: str | None = None
    palette: dict[str, str] = {}
    elements: dict[str, tuple[Element, ...]]
    """By canvas name, in the order of the file; `on` overrides are carried out."""
    requires: tuple[Contrast, ...] = ()
    near_colors: tuple[NearColor, ...] = ()
    verify: Verify = Verify()
    params: dict[str, object] = {}
    """The bound values, JSON-able, for the record."""

    def canvas(self, name: str) -> Canvas:
        return next(canvas for canvas in self.canvases if canvas.name == name)
