"""Drafts made wrong on purpose: a poster and a seed give the same picture and the same faults each time."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageChops

import layoutgen
from layoutgen.base.geometry import enclosing, grow
from layoutgen.base.model import Box
from layoutgen.check.normalise import figures, fold, is_figure
from layoutgen.conditions.model import Conditions, Glyph, set_text_of
from layoutgen.renderer.draft.renderer import draft
from layoutgen.renderers import open_renderer
from layoutgen.typeset import FitItem, FontProblem, fit, set_text
from layoutgen.typeset.draw import draw, ink
from tests.judge import fault_kinds, poster_bank
from tests.judge.painted_faults import OF_FIGURES, PAINTERS, Painter, Painting

if TYPE_CHECKING:
    from PIL.Image import Image

PLACES = ("moved", "missing", "extra_line", "doubled_line")
"""Faults of place."""
STYLES = ("strike_missing", "underline_missing")
"""Faults of style: a rule that was asked for is not drawn."""
KINDS = (*(kind.__name__ for kind in (*fault_kinds.FIGURES, *fault_kinds.LETTERS, *PAINTERS)), *PLACES, *STYLES)
FAULTS = 4
"""Slogans of eight that are made wrong; the others show whether anything right is refused beside them."""


@dataclass(frozen=True)
class Fault:
    """One thing made wrong on one picture, and what the judge made of it."""

    kind: str
    figures: bool
    """A digit, a separator inside a number, a currency or percent sign or a minus is wrong."""
    picture: int
    id: str
    expected: str
    drawn: str
    read: str = ""
    found: bool = True
    alone: bool = False
    """Found only on the picture that has no other faults."""
    reason: str = ""
    face: str = ""
    size: float = 0.0
    ground: str = ""


@lru_cache(8)
def conditions_of(number: int) -> Conditions:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faults.poster"
        path.write_text(poster_bank.poster(number), "utf-8")
        return layoutgen.compile(path, renderer="draft")


def drawn(conditions: Conditions) -> Image:
    return open_renderer("draft").render(conditions).image.convert("RGB")


@lru_cache(8)
def right_and_bare(number: int) -> tuple[Image, Image]:
    """The draft of a poster, and the same without letters."""
    conditions = conditions_of(number)
    return drawn(conditions), bare(conditions)


def bare(conditions: Conditions) -> Image:
    """The draft without letters."""
    ground: Image = draft(conditions, seed=conditions.seed % 2**32, letters=False).convert("RGB")
    return ground


def spoilt(glyph: Glyph, text: str) -> Glyph:
    """The slogan with another string, set in the same box at the same size, or smaller where it would not fit."""
    item = FitItem(text, glyph.style.lettering, glyph.locale, 4.0)
    size = fit([item], glyph.box[2], glyph.box[3], gap=0, largest=glyph.style.size) or glyph.style.size
    typeset = set_text(text, glyph.style.lettering, size, glyph.box, locale=glyph.locale)
    return glyph.model_copy(
        update={
            "text": text,
            "lines": tuple(line.text for line in typeset.lines),
            "characters": typeset.characters,
            "style": glyph.style.model_copy(update={"size": size, "faces": typeset.faces}),
            "line_boxes": tuple(line.box for line in typeset.lines),
            "baselines": tuple(line.baseline for line in typeset.lines),
        }
    )


def moved(glyph: Glyph, strip: Box) -> Glyph:
    """The slogan in the middle of a strip, at a size that fits."""
    return spoilt(glyph.model_copy(update={"box": strip}), glyph.text)


def strange(glyph: Glyph, text: str, strip: Box, name: str) -> Glyph:
    """A line that nobody asked for, in the look of another, or in any typeface that has its letters."""
    lettering = glyph.style.lettering if text == glyph.text else glyph.style.lettering.model_copy(update={"font": None})
    style = glyph.style.model_copy(update={"lettering": lettering})
    return spoilt(glyph.model_copy(update={"id": name, "box": strip, "style": style}), text)


def strips() -> list[Box]:
    edge = round(0.08 * poster_bank.WIDTH)
    return [
        (
            edge,
            round((top + 1.5) / 100 * poster_bank.HEIGHT),
            poster_bank.WIDTH - 2 * edge,
            round((height - 3) / 100 * poster_bank.HEIGHT),
        )
        for top, height in poster_bank.FREE
    ]


def same_pixels(one: Glyph, other: Glyph) -> bool:
    area = grow(enclosing((one.box, other.box)), one.style.size, one.style.size)
    return ImageChops.difference(*(ink(set_text_of(glyph), area) for glyph in (one, other))).getbbox() is None


@dataclass
class SpoiltPoster:
    """One poster on its way to a wrong picture."""

    number: int
    conditions: Conditions
    rng: random.Random
    free: list[Box] = field(default_factory=strips)
    drawn: dict[str, tuple[Glyph, ...]] = field(default_factory=dict)
    """What is drawn for each slogan."""
    painted: dict[str, tuple[Painter, int]] = field(default_factory=dict)
    """What is painted over which slogan, and the seed of that."""
    faults: list[Fault] = field(default_factory=list)

    def spoil(self, kind: str, glyph: Glyph) -> bool:
        """Make one slogan wrong, if it can be wrong in this way."""
        if kind in _SPOILS:
            return self._string(_SPOILS[kind], glyph)
        if kind in _PAINTERS:
            return self._paint(_PAINTERS[kind], glyph)
        if kind in STYLES:
            return self._style(kind, glyph)
        return self._place(kind, glyph)

    def picture(self, only: str | None = None) -> Image:
        """With all faults, or with those of one slogan alone, on the ground of the right picture."""
        _, ground = right_and_bare(self.number)
        image = ground.copy()
        for glyph in sorted(self.conditions.glyphs, key=lambda glyph: glyph.order):
            for one in self.drawn.get(glyph.id, (glyph,)) if only in (None, glyph.id) else (glyph,):
                draw(image, set_text_of(one), color=one.style.color, rotation=one.rotation)
        for glyph in self.conditions.glyphs:
            if glyph.id in self.painted and only in (None, glyph.id):
                painter, seed = self.painted[glyph.id]
                painter(Painting(image, ground, glyph, random.Random(seed)))
        return image

    def _string(self, spoil: fault_kinds.Spoil, glyph: Glyph) -> bool:
        text = spoil(glyph.text, self.rng)
        if text is None or not text.strip() or text == glyph.text or spoil is fault_kinds.cyrillic:
            return False
        try:
            other = spoilt(glyph, text)
        except FontProblem:
            return False
        if same_pixels(glyph, other):
            return False
        wrong = figures(text) != figures(glyph.text) or (spoil in fault_kinds.FIGURES and spoil is not fault_kinds.twin)
        self._fault(spoil.__name__, glyph, text, wrong)
        self.drawn[glyph.id] = (other,)
        return True

    def _paint(self, painter: Painter, glyph: Glyph) -> bool:
        if glyph.rotation or glyph.direction == "vertical":
            return False
        seed = self.rng.randrange(2**32)
        right, ground = right_and_bare(self.number)
        trial = Painting(right.copy(), ground, glyph, random.Random(seed))
        if not painter(trial) or ImageChops.difference(trial.image, right).getbbox() is None:
            return False
        sign = trial.written if painter.__name__ in ("mark_before", "sign_after") else ""
        beside = glyph.text[0] if painter.__name__ == "mark_before" else glyph.text[-1]
        wrong = painter.__name__ in OF_FIGURES or (is_figure(beside) and bool(sign) and (is_figure(sign) or sign in "-."))
        self._fault(painter.__name__, glyph, f"{glyph.text} with {trial.written}" if trial.written else glyph.text, wrong)
        self.painted[glyph.id] = painter, seed
        return True

    def _style(self, kind: str, glyph: Glyph) -> bool:
        rule = kind.partition("_")[0]
        if not getattr(glyph.style.lettering, rule):
            return False
        lettering = glyph.style.lettering.model_copy(update={rule: False})
        self._fault(kind, glyph, glyph.text, False)
        self.drawn[glyph.id] = (glyph.model_copy(update={"style": glyph.style.model_copy(update={"lettering": lettering})}),)
        return True

    def _place(self, kind: str, glyph: Glyph) -> bool:
        """The slogan left out or moved, or a line more in a free strip."""
        if kind == "missing":
            self._fault(kind, glyph, "", False)
            self.drawn[glyph.id] = ()
            return True
        if not self.free:
            return False
        strip = self.free.pop(self.rng.randrange(len(self.free)))
        if kind == "moved":
            self._fault(kind, glyph, glyph.text, False)
            self.drawn[glyph.id] = (moved(glyph, strip),)
            return True
        asked = {fold(one.text) for one in self.conditions.glyphs}
        foreign = [text for text in poster_bank.WITHOUT + poster_bank.WITH_FIGURES if fold(text) not in asked]
        text = glyph.text if kind == "doubled_line" else self.rng.choice(foreign)
        self._fault(kind, glyph, text, False)
        self.drawn[glyph.id] = (glyph, strange(glyph, text, strip, f"extra.{glyph.id}"))
        return True

    def _fault(self, kind: str, glyph: Glyph, text: str, wrong: bool) -> None:
        self.faults.append(
            Fault(
                kind=kind,
                figures=wrong,
                picture=self.number,
                id=glyph.id,
                expected=glyph.text,
                drawn=text,
                face=glyph.style.faces[0] if glyph.style.faces else "",
                size=round(glyph.style.size, 1),
                ground=self.conditions.scene.description or "paint",
            )
        )


def spoil_poster(number: int) -> SpoiltPoster:
    """Poster `number` with a fault in some of its slogans: of each kind as often as can be."""
    work = SpoiltPoster(number, conditions_of(number), random.Random(f"faults {number}"))
    glyphs = work.rng.sample(work.conditions.glyphs, len(work.conditions.glyphs))
    # In turn, so that of a few hundred posters each has every kind about as often.
    start = number * FAULTS * 7 % len(KINDS)
    waiting = [KINDS[(start + 7 * step) % len(KINDS)] for step in range(len(KINDS))]
    for kind in waiting:
        glyph = next((glyph for glyph in glyphs if work.spoil(kind, glyph)), None)
        if glyph is not None:
            glyphs.remove(glyph)
        if len(work.faults) == FAULTS:
            break
    return work


_SPOILS = {kind.__name__: kind for kind in (*fault_kinds.FIGURES, *fault_kinds.LETTERS)}
_PAINTERS = {painter.__name__: painter for painter in PAINTERS}
