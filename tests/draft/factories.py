"""Conditions by hand, with really set text: what lowering would hand to a renderer."""

from __future__ import annotations

from typing import Any

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering, Paint
from layoutgen.conditions.model import (
    CanvasSize,
    Conditions,
    Generation,
    Glyph,
    GlyphStyle,
    ObjectCondition,
    Overlay,
    Panel,
    Scene,
)
from layoutgen.typeset import FitItem, fit, set_text


def glyph(
    name: str, text: str, box: Box, color: Paint = "#ffffff", *, locale: str = "en", rotation: float = 0.0, **lettering: Any
) -> Glyph:
    """A slogan at the largest size that fits its box."""
    look = Lettering(**lettering)
    size = fit([FitItem(text, look, locale, 6.0)], box[2], box[3], gap=0, largest=box[3])
    assert size is not None
    text_set = set_text(text, look, size, box, locale=locale)
    return Glyph(
        id=name,
        region=name.split(".")[0],
        text=text,
        box=box,
        lines=tuple(line.text for line in text_set.lines),
        characters=text_set.characters,
        direction=text_set.direction,
        rotation=rotation,
        locale=locale,
        style=GlyphStyle(size=size, lettering=look, color=color, faces=text_set.faces),
        line_boxes=tuple(line.box for line in text_set.lines),
        baselines=tuple(line.baseline for line in text_set.lines),
    )


def thing(name: str, description: str, box: Box, rotation: float = 0.0) -> ObjectCondition:
    return ObjectCondition(id=name, description=description, box=box, rotation=rotation)


def conditions(
    width: int = 400,
    height: int = 500,
    *,
    scene: Scene | None = None,
    glyphs: tuple[Glyph, ...] = (),
    objects: tuple[ObjectCondition, ...] = (),
    panels: tuple[Panel, ...] = (),
    overlays: tuple[Overlay, ...] = (),
    generation: Generation | None = None,
    seed: int = 0,
) -> Conditions:
    return Conditions(
        canvas=CanvasSize(name="feed", width=width, height=height),
        locale="en",
        generation=generation or Generation(width=width, height=height, crop=(0, 0, width, height), scale=1.0),
        prompt="",
        scene=scene or Scene(fill="#0b3c5d"),
        glyphs=glyphs,
        objects=objects,
        panels=panels,
        overlays=overlays,
        seed=seed,
    )
