"""Styles with every property decided: lengths, paints, lettering and boxes.

The document resolves them from what the poster says; typesetting and the conditions use them.
"""

from __future__ import annotations

from typing import Literal

from layoutgen.base.model import FrozenModel

Unit = Literal["%", "px", "mm"]
Align = Literal["left", "center", "right"]
Valign = Literal["top", "middle", "bottom"]
Direction = Literal["auto", "ltr", "rtl", "vertical"]


class Length(FrozenModel):
    """A number with its unit, kept as written until a canvas is known."""

    value: float
    unit: Unit

    def pixels(self, whole: float, dpi: float | None = None) -> float:
        """Pixels of this length, where 100% is `whole` pixels. Millimetres need the canvas's `dpi`."""
        if self.unit == "px":
            return self.value
        if self.unit == "mm":
            if dpi is None:
                raise ValueError("a length in mm needs a canvas with dpi")
            return self.value / 25.4 * dpi
        return self.value * whole / 100

    def __str__(self) -> str:
        return f"{self.value:g}{self.unit}"


class Gradient(FrozenModel):
    """A linear gradient; `angle` in degrees, 0 = left to right, 90 = top to bottom."""

    stops: tuple[str, ...]
    angle: float = 90.0


Paint = str | Gradient
"""A colour as `#rrggbb` or `#rrggbbaa` (lower case), or a gradient of such colours."""


class Outline(FrozenModel):
    """A contour around letters; `width` in ems of the type size."""

    color: str
    width: float = 0.06


class Shadow(FrozenModel):
    """A shadow under letters; offsets and blur radius in ems of the type size."""

    color: str
    dx: float = 0.04
    dy: float = 0.05
    blur: float = 0.05


class Border(FrozenModel):
    color: str
    width: Length


class Lettering(FrozenModel):
    """How a text is set. `case` is not here: it is applied before anything else sees the text."""

    font: str | None = None
    """A family name, or the absolute path of a font file; None: chosen by `face`, weight and script."""
    face: str | None = None
    """The lettering in words, for generated letters and for choosing a font: `heavy condensed sans`."""
    weight: int | None = None
    """100 … 900; None: as `face` suggests, else 400."""
    italic: bool = False
    color: Paint | None = None
    """None: black or white, whichever is easier to read on what lies beneath."""
    scale: float = 1.0
    """A multiple of the region's common base size."""
    min_size: Length = Length(value=1.5, unit="%")
    """Smallest type size; percent of the canvas height."""
    letter_spacing: float = 0.0
    """Extra space between letters, in ems."""
    line_height: float = 1.15
    """Distance of baselines, as a multiple of the type size."""
    strike: bool = False
    underline: bool = False
    outline: Outline | None = None
    shadow: Shadow | None = None
    effect: str | None = None
    """Words such as `neon tubes`, for generated lettering; the draft draws those it knows."""
    direction: Direction = "auto"
    bullet: str | None = None
    hyphenate: bool = False
    """Words that would not fit even at the smallest size are hyphenated by the rules of their language."""
    align: Align = "center"

    @property
    def decorated(self) -> bool:
        """Whether anything but the letters themselves is drawn with them."""
        return bool(self.outline or self.shadow or self.effect or self.strike or self.underline)


class BoxStyle(FrozenModel):
    """What is drawn behind the content of a box."""

    panel: Paint | None = None
    radius: Length = Length(value=0, unit="px")
    padding: Length = Length(value=0, unit="px")
    opacity: float = 1.0
    """0 … 1, of the panel and border (of the picture itself for an image)."""
    border: Border | None = None
