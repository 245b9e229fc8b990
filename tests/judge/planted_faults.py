"""Drafts made wrong on purpose: a poster and a seed give the same picture and the same faults each time."""

from __future__ import annotations

import random
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import layoutgen
from layoutgen.base.model import Box
from layoutgen.check.normalise import figures, fold
from layoutgen.conditions.model import Conditions, Glyph, set_text_of
from layoutgen.renderers import open_renderer
from layoutgen.typeset import FitItem, MissingGlyphs, fit, set_text
from layoutgen.typeset.draw import draw
from tests.judge import fault_kinds, poster_bank

if TYPE_CHECKING:
    from PIL.Image import Image

PLACES = ("moved", "missing", "blurred", "extra line", "doubled line")
"""Faults that change no string."""


@dataclass(frozen=True)
class Fault:
    """One thing made wrong on one picture, and what the judge made of it."""

    kind: str
    figures: bool
    """A digit, a separator inside a number, a currency or percent sign is wrong."""
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
    unlike: float = 1.0
    """Of twins: the share of the two forms together that only one of them covers."""

    @property
    def sort(self) -> str:
        return "figures" if self.figures else "twins" if self.kind == "twin" else "others"


@cache
def conditions_of(number: int) -> Conditions:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "faults.poster"
        path.write_text(poster_bank.poster(number), "utf-8")
        return layoutgen.compile(path, renderer="draft")


def drawn(conditions: Conditions) -> Image:
    return open_renderer("draft").render(conditions).image.convert("RGB")


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
    from PIL import Image as Images
    from PIL import ImageChops

    pictures = []
    for glyph in (one, other):
        picture = Images.new("RGB", (poster_bank.WIDTH, poster_bank.HEIGHT), "white")
        draw(picture, set_text_of(glyph), color="#000000", rotation=glyph.rotation)
        pictures.append(picture)
    return ImageChops.difference(*pictures).getbbox() is None


def wrong_string(glyph: Glyph, spoil: fault_kinds.Spoil, rng: random.Random, none: Counter[str]) -> Glyph | None:
    """The slogan spoilt, or None, with the reason counted."""
    text = spoil(glyph.text, rng)
    if text is None or not text.strip() or text == glyph.text:
        return None
    kind = spoil.__name__
    try:
        other = spoilt(glyph, text)
    except MissingGlyphs:
        none[f"{kind}: not in the typeface"] += 1
        return None
    if same_pixels(glyph, other):
        none[f"{kind}: equal pixels"] += 1
        return None
    if kind == "cyrillic":
        none["cyrillic: the same letter in another typeface"] += 1
        return None
    if fold(text) == fold(glyph.text):
        none[f"{kind}: equal under the rules (size, shape of signs, spaces)"] += 1
        return None
    return other


def blurred(image: Image, glyph: Glyph) -> None:
    """Its letters blurred by more than their strokes are apart, so that nobody can read them."""
    from PIL import ImageFilter

    left, top, width, height = glyph.box
    frame = (left, top, left + width, top + height)
    image.paste(image.crop(frame).filter(ImageFilter.GaussianBlur(0.33 * glyph.style.size)), frame)


@dataclass
class Spoiling:
    """One poster on its way to a wrong picture."""

    number: int
    conditions: Conditions
    rng: random.Random
    none: Counter[str]
    free: list[Box] = field(default_factory=strips)
    drawn: dict[str, tuple[Glyph, ...]] = field(default_factory=dict)
    """What is drawn for each slogan."""
    blurs: list[Glyph] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def string(self, glyph: Glyph, *, digits: bool, others: bool) -> None:
        """A wrong string in the slogan's place, where one of the kinds asked for fits."""
        ways = [*(fault_kinds.FIGURES * 2 if digits else ()), *(fault_kinds.LETTERS if others else ())]
        for way in self.rng.sample(ways, len(ways)):
            other = wrong_string(glyph, way, self.rng, self.none)
            if other is None:
                continue
            wrong = way not in (fault_kinds.look_alike, fault_kinds.twin) and figures(other.text) != figures(glyph.text)
            if digits if wrong else others:
                self._fault(way.__name__, glyph, other.text, wrong, unlike(glyph, other) if way is fault_kinds.twin else 1.0)
                self.drawn[glyph.id] = (other,)
                return
        self.drawn[glyph.id] = (glyph,)

    def place(self, kind: str, glyph: Glyph) -> None:
        """The slogan left out, blurred or moved, or a line more in a free strip."""
        if kind in ("missing", "blurred"):
            self._fault(kind, glyph, "" if kind == "missing" else glyph.text)
            self.drawn[glyph.id] = () if kind == "missing" else (glyph,)
            self.blurs += [glyph] if kind == "blurred" else []
            return
        strip = self.free.pop(self.rng.randrange(len(self.free)))
        if kind == "moved":
            self._fault(kind, glyph, glyph.text)
            self.drawn[glyph.id] = (moved(glyph, strip),)
            return
        asked = {fold(one.text) for one in self.conditions.glyphs}
        foreign = [text for text in poster_bank.WITHOUT + poster_bank.WITH_FIGURES if fold(text) not in asked]
        text = glyph.text if kind == "doubled line" else self.rng.choice(foreign)
        self._fault(kind, glyph, text)
        self.drawn[glyph.id] = (glyph, strange(glyph, text, strip, f"extra.{glyph.id}"))

    def picture(self, only: str | None = None) -> Image:
        """With all faults, or with those of one slogan alone."""
        parts = [self.drawn[glyph.id] if only in (None, glyph.id) else (glyph,) for glyph in self.conditions.glyphs]
        image = drawn(self.conditions.model_copy(update={"glyphs": tuple(glyph for part in parts for glyph in part)}))
        for glyph in self.blurs:
            if only in (None, glyph.id):
                blurred(image, glyph)
        return image

    def _fault(self, kind: str, glyph: Glyph, text: str, wrong: bool = False, unlike: float = 1.0) -> None:
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
                unlike=unlike,
            )
        )


def spoil_poster(number: int, poster: int, none: Counter[str], *, digits: bool = True, others: bool = True) -> Spoiling:
    """One poster with a fault in nearly all of its slogans, and in its free strips. `number`: of the picture."""
    work = Spoiling(number, conditions_of(poster), random.Random(f"faults {number}"), none)
    for glyph in work.conditions.glyphs:
        kind = work.rng.choice(PLACES) if others and work.rng.random() < 0.25 else ""
        if kind in ("missing", "blurred") or (kind and work.free):
            work.place(kind, glyph)
        else:
            work.string(glyph, digits=digits, others=others)
    return work


def unlike(glyph: Glyph, other: Glyph) -> float:
    """How much the forms of the one character differ that two strings do not share, their left edges and baselines together."""
    import numpy as np
    from PIL import Image as Images

    at = next(n for n, (a, b) in enumerate(zip(glyph.text, other.text, strict=True)) if a != b)
    forms = []
    for item in (glyph, other):
        picture = Images.new("L", (poster_bank.WIDTH, poster_bank.HEIGHT), 255)
        lettering = item.style.lettering.model_copy(update={"letter_spacing": 0.0})
        typeset = set_text(item.text[at], lettering, 100.0, (100, 100, 800, 400), locale=item.locale)
        draw(picture, typeset, color="#000000")
        ink = np.asarray(picture) < 128
        columns = np.flatnonzero(ink.any(axis=0))
        forms.append(np.roll(ink, 100 - int(columns[0]), axis=1))
    one, two = forms
    return float((one ^ two).sum() / (one | two).sum())
