"""Conditions → the draft: backdrop, objects, panels, letters."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from PIL import Image

from layoutgen.base.geometry import enclosing, overlaps, upright_around
from layoutgen.base.model import Box
from layoutgen.compositing.composite import draw_panel, to_generation
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Conditions, Glyph, Panel, set_text_of
from layoutgen.renderers import Abilities, RenderAction, Rendered, Renderer
from layoutgen.typeset.draw import draw

from .backdrop import backdrop, covers, mean_color, text_areas
from .labels import draw_label
from .objects import draw_object, drawn_object
from .scrim import shade

ARTWORK = "noto-emoji, @iconify-json/noto 1.2.9"
OPTIONS = frozenset({"labels"})


class DraftRenderer(Renderer):
    """It holds nothing but caches, and draws at the output's own size."""

    limits = DRAFT
    abilities = Abilities(actions=frozenset({"plan"}), tunable=OPTIONS)

    def __init__(self, *, labels: bool = False) -> None:
        self._labels = labels

    @property
    def identity(self) -> Mapping[str, str]:
        return dict(_identity())

    def render(
        self,
        conditions: Conditions,
        *,
        seed: int | None = None,
        action: RenderAction = "plan",
        previous: Rendered | None = None,
        boxes: Sequence[Box] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Rendered:
        """The whole draft: every `action` is a `plan`. `options`: `labels`, as for `open_renderer`. ValueError for others."""
        options = options or {}
        if unknown := set(options) - OPTIONS:
            raise ValueError(f"the draft has no option {', '.join(sorted(unknown))}")
        started = time.perf_counter()
        seed = conditions.seed if seed is None else seed
        landscape = seed % 2**32  # any whole number is a seed, a negative one as well
        labels = bool(options.get("labels", self._labels))
        image = to_generation(draft(conditions, seed=landscape, labels=labels), conditions)
        known = tuple(map(drawn_object, conditions.objects))
        return Rendered(image, seed, time.perf_counter() - started, {}, {"labels": labels}, known)


def draft(conditions: Conditions, *, seed: int = 0, labels: bool = False, letters: bool = True) -> Image.Image:
    """The draft at the canvas's size: RGB, without overlays and exact panels, which are composited later.

    Without `letters` all is there but them: what stands behind them keeps clear of them all the same.
    """
    image = backdrop(conditions, seed=seed)
    under = [panel for panel in conditions.panels if any(covers(panel.box, item.box) for item in conditions.objects)]
    for panel in under:
        _panel(image, panel)
    unlabelled = [item for item in conditions.objects if not draw_object(image, item, item.box)]
    for panel in conditions.panels:
        if panel not in under:
            _panel(image, panel)
    _shade(image, conditions)
    if labels:
        for item in unlabelled:
            draw_label(image, item)
    for glyph in sorted(conditions.glyphs, key=lambda glyph: glyph.order) if letters else ():
        draw(image, set_text_of(glyph), color=glyph.style.color, rotation=glyph.rotation, opacity=1.0)
    return image


def _panel(image: Image.Image, panel: Panel) -> None:
    if not panel.exact:
        draw_panel(image, panel)


def _shade(image: Image.Image, conditions: Conditions) -> None:
    """Shades behind letters on scenery or on objects. A designer's own paint is left as it is."""
    bare = {text.box for text in text_areas(conditions)}
    for glyph in conditions.all_glyphs:
        on_object = any(overlaps(upright_around(glyph.box, glyph.rotation), item.box) for item in conditions.objects)
        if glyph.box in bare and not glyph.style.lettering.outline and (conditions.scene.fill is None or on_object):
            shade(image, _inked(glyph), mean_color(glyph.style.color), glyph.style.size)


def _inked(glyph: Glyph) -> Box:
    """The box around a glyph's lines; around all of its own box when it is turned."""
    if not glyph.line_boxes or glyph.rotation % 360:
        return upright_around(glyph.box, glyph.rotation)
    return enclosing(glyph.line_boxes)


@cache
def _identity() -> tuple[tuple[str, str], ...]:
    identity = [("artwork", ARTWORK)]
    for package in ("layoutgen", "pillow", "numpy", "resvg-py"):
        try:
            identity.append((package, version(package)))
        except PackageNotFoundError:
            identity.append((package, "unknown"))
    return tuple(identity)
