"""A renderer that misspells as often as it is told, with latents to repair from: the draft with other words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from layoutgen.base.model import Box
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Conditions, Glyph, set_text_of
from layoutgen.renderers import RenderAction, Rendered, Renderer, open_renderer
from layoutgen.typeset import FitItem, fit, set_text

POSTER = """poster 1 "Summer Sale"
param headline: text = "SUMMER SALE"
param price: money(EUR)?
canvas feed 540x675, story 540x960 { margin: 5% }
backdrop "sunlit beach with striped umbrellas, soft morning light"
region header { at: top of canvas; size: 90% x 22%; slogan headline "{{ headline }}" { color: #FFF8E7 } }
region offer { below: header gap 4%; size: 80% x 12%; slogan "Up to 50% off" }
region cost when price { below: offer gap 4%; size: 50% x 8%; slogan price "{{ price | money }}" { draw: typeset } }
object cat "a ginger tabby cat" { at: bottom-left of canvas; size: 30% x 35% }
object dog "a golden retriever" { at: bottom-right of canvas; size: 30% x 35% }
"""


class Misspelling(Renderer):
    """Writes `wrong` (by slogan) in its first `times` pictures; keeps latents, so it is asked for repairs."""

    limits = DRAFT

    def __init__(self, wrong: Mapping[str, str], times: int = 99) -> None:
        self._draft = open_renderer("draft")
        self._wrong, self._times = wrong, times
        self.asked: list[tuple[str, int, tuple[Box, ...]]] = []

    @property
    def identity(self) -> Mapping[str, str]:
        return self._draft.identity

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
        wrong = self._wrong if len(self.asked) < self._times else {}
        seed = conditions.seed if seed is None else seed
        self.asked.append((action, seed, tuple(boxes)))
        glyphs = tuple(respelt(glyph, wrong.get(glyph.id, glyph.text)) for glyph in conditions.glyphs)
        made = self._draft.render(conditions.model_copy(update={"glyphs": glyphs}), seed=seed)
        numbers = np.random.default_rng(seed)
        artefacts = {
            "latents": numbers.standard_normal((1, 16, 8, 8), np.float32),
            "prior_tokens": numbers.integers(0, 16384, (2, 2), np.int32),
            "steps": 30,
        }
        return Rendered(made.image, seed, made.seconds, artefacts, {**made.settings, "kept": previous is not None})

    def close(self) -> None:
        self._draft.close()


def respelt(glyph: Glyph, text: str) -> Glyph:
    """The slogan with another text, as large as fits."""
    if text == glyph.text:
        return glyph
    known = set_text_of(glyph)
    _, _, width, height = glyph.box
    size = fit([FitItem(text, known.lettering, known.locale, 6.0)], width, height, gap=0.0, largest=known.size)
    assert size is not None
    found = set_text(text, known.lettering, size, glyph.box, locale=known.locale)
    return glyph.model_copy(
        update={
            "text": text,
            "lines": tuple(line.text for line in found.lines),
            "characters": found.characters,
            "line_boxes": tuple(line.box for line in found.lines),
            "baselines": tuple(line.baseline for line in found.lines),
            "style": glyph.style.model_copy(update={"size": size}),
        }
    )
