"""The conditions: the contract with every renderer, plain JSON. `--conditions C.json` reads the same shape back.

Boxes are whole pixels of the output canvas; only `generation` is in the renderer's own pixels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from layoutgen.base.model import Box, FrozenModel
from layoutgen.base.style import Border, Lettering, Paint
from layoutgen.typeset.model import Character, Line, SetText


class Limits(FrozenModel):
    """What a renderer can take. `lower` fits the sizes to it and refuses what it cannot write."""

    name: str
    grid: int = 32
    """Sides are multiples of this."""
    smallest: int = 32
    largest: int = 16384
    """Smallest and largest side, pixels."""
    largest_aspect: float | None = None
    """Longer side / shorter side must stay below this."""
    characters: str | None = None
    """Every character it can write, beside whitespace; None: any."""
    scripts: tuple[str, ...] | None = None
    """Unicode scripts it can write (`Latin`, `Han`), beside digits, punctuation and symbols; None: any."""
    things: tuple[tuple[str, ...], ...] | None = None
    """The objects it can draw, each by all its names, the usual one first; None: any."""
    longest: int | None = None
    """UTF-8 bytes of the longest slogan that it can write; None: any."""
    smallest_type: float = 0.0
    """Letters set smaller than this, in its own pixels, are likely to be misspelt."""
    least_type: float = 0.0
    """It cannot write letters set smaller than this, in its own pixels."""
    least_thing: float = 0.0
    """It cannot draw objects whose box has a side smaller than this, in its own pixels."""
    prompt_languages: tuple[Literal["en", "zh"], ...] = ("en", "zh")
    exact_size: bool = False
    """True: it draws at the output size itself; nothing is padded or scaled (the draft)."""


class CanvasSize(FrozenModel):
    name: str
    width: int
    height: int


class Generation(FrozenModel):
    """The picture the renderer makes, in its own pixels: `crop` of it, resampled to the canvas's size, is the canvas.

    `scale` is output pixels per generation pixel; the crop's sides are whole pixels, so it holds to within one of them.
    """

    width: int
    height: int
    crop: Box
    scale: float


class GlyphStyle(FrozenModel):
    """Everything that the lettering of one slogan needs; sizes in output pixels."""

    size: float
    lettering: Lettering
    color: Paint
    """Decided: `lettering.color`, or black or white by contrast."""
    faces: tuple[str, ...] = ()


class Glyph(FrozenModel):
    """One string and where its letters go. `start` and `end` of characters are byte offsets in the UTF-8 string."""

    id: str
    region: str
    text: str
    box: Box
    lines: tuple[str, ...]
    characters: tuple[Character, ...]
    direction: Literal["ltr", "rtl", "vertical"]
    rotation: float = 0.0
    style: GlyphStyle
    verify: Literal["exact", "loose", "digits", "off"] = "exact"
    unchecked: Literal["fail", "allow"] = "fail"
    then: Literal["fail", "typeset"] = "fail"
    line_boxes: tuple[Box, ...] = ()
    baselines: tuple[float, ...] = ()
    room: Box | None = None
    """The part of its region that no other element takes up: a generator may break lines otherwise and write anywhere in it.
    None where the words are turned."""
    order: int = 0
    """Place in the file: where letters may overlap, later ones lie on top."""
    panel: str | None = None
    """Id of the nearest panel behind the words."""
    locale: str = "en"
    """BCP 47; the forms of some letters depend on it."""


class ObjectRelation(FrozenModel):
    """Where the poster puts an object in relation to others: `between` has two targets."""

    kind: Literal["below", "above", "left-of", "right-of", "between", "inside"]
    targets: tuple[str, ...]


class ObjectCondition(FrozenModel):
    id: str
    description: str
    box: Box
    rotation: float = 0.0
    relations: tuple[ObjectRelation, ...] = ()
    """To other objects only."""


class Overlay(FrozenModel):
    """Something composited exactly, at output resolution: a picture, a QR code, or a typeset slogan."""

    id: str
    kind: Literal["image", "qr", "text"]
    source: str
    """A file path, a QR code's content, or the slogan's text."""
    box: Box
    rotation: float = 0.0
    opacity: float = 1.0
    fit: Literal["contain", "cover"] = "contain"
    radius: float = 0.0
    """Pixels: the corners of a picture or code are cut off as round as this."""
    glyph: Glyph | None = None
    """Of a typeset slogan: how it is set."""


class Panel(FrozenModel):
    """A filled or bordered box behind content. Part of the picture to generate, and of the draft."""

    id: str
    box: Box
    paint: Paint | None
    radius: float = 0.0
    """Pixels; at most half the shorter side."""
    opacity: float = 1.0
    border: Border | None = None
    rotation: float = 0.0
    exact: bool = False
    """True: composited under a typeset slogan or an overlay, so that it is exact as well."""
    before: str | None = None
    """Of an exact panel: the overlay that it is composited just before, the first one on it; None: before all of them."""


class ReferenceCondition(FrozenModel):
    id: str
    source: str
    role: Literal["edit", "subject", "style", "identity"]


class Scene(FrozenModel):
    """The picture behind everything, in words and paint."""

    description: str | None = None
    fill: Paint | None = None
    look: str | None = None
    never: str | None = None
    palette: dict[str, str] = Field(default_factory=dict)


class Policy(FrozenModel):
    """The poster's bounds on checking and retrying."""

    extra: Literal["fail", "warn", "allow"] = "fail"
    attempts: int = 6
    seconds: float | None = None
    candidates: int = 1


class ContrastRule(FrozenModel):
    element: str
    operator: Literal[">", ">=", "<", "<=", "==", "!="]
    value: float


class ColorRule(FrozenModel):
    """Lettering or a panel that must be near a colour on the picture."""

    element: str
    part: Literal["lettering", "panel"]
    near: str
    """`#rrggbb`."""
    within: float
    """CIEDE2000, at most."""


class Conditions(FrozenModel):
    version: Literal[1] = 1
    title: str = ""
    canvas: CanvasSize
    locale: str
    generation: Generation
    prompt: str
    negative: str | None = None
    """What must not appear (`never`); for renderers with a negative prompt."""
    scene: Scene = Scene()
    panels: tuple[Panel, ...] = ()
    glyphs: tuple[Glyph, ...] = ()
    objects: tuple[ObjectCondition, ...] = ()
    overlays: tuple[Overlay, ...] = ()
    forbidden: tuple[Box, ...] = ()
    """Boxes in which the generator must write nothing: under overlays."""
    references: tuple[ReferenceCondition, ...] = ()
    contrast: tuple[ContrastRule, ...] = ()
    """`require NAME.contrast` rules that can only be measured on the result."""
    colors: tuple[ColorRule, ...] = ()
    """`require NAME.color near …` and `require NAME.panel near …` rules."""
    policy: Policy = Policy()
    seed: int = 0

    @property
    def typeset_glyphs(self) -> tuple[Glyph, ...]:
        """The strings that are composited exactly, as overlays."""
        return tuple(overlay.glyph for overlay in self.overlays if overlay.glyph is not None)

    @property
    def all_glyphs(self) -> tuple[Glyph, ...]:
        """Every string of the picture: the generated ones, then the typeset ones."""
        return self.glyphs + self.typeset_glyphs

    @property
    def named_files(self) -> tuple[str, ...]:
        """Paths of the files that these conditions name, each once: pictures, references, and fonts of the project."""
        names = [overlay.source for overlay in self.overlays if overlay.kind == "image"]
        names += [reference.source for reference in self.references]
        fonts = (glyph.style.lettering.font for glyph in self.all_glyphs)
        names += [font for font in fonts if font and Path(font).is_absolute()]
        return tuple(dict.fromkeys(names))


def set_text_of(glyph: Glyph) -> SetText:
    """The lines and characters of a glyph region as typesetting draws them, in pixels of the canvas, before rotation."""
    return SetText(
        text=glyph.text,
        size=glyph.style.size,
        lettering=glyph.style.lettering,
        locale=glyph.locale,
        direction=glyph.direction,
        faces=glyph.style.faces,
        box=glyph.box,
        lines=tuple(
            Line(text=text, box=box, baseline=baseline)
            for text, box, baseline in zip(glyph.lines, glyph.line_boxes, glyph.baselines, strict=True)
        ),
        characters=glyph.characters,
    )
