"""Faults painted on a finished picture: what people do with a brush, and what image models do to letters besides misspelling.

Each takes a slogan as it stands on a picture and paints over it; it returns whether there was anything to paint.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layoutgen.base.geometry import clip, edges, enclosing, grow
from layoutgen.base.model import Box
from layoutgen.check.normalise import is_figure
from layoutgen.conditions.model import Glyph
from layoutgen.typeset import FitItem, FontProblem, fit, set_text
from layoutgen.typeset.draw import draw

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass
class Painting:
    """A slogan on a picture, and the same picture without any letters."""

    image: Image
    bare: Image
    glyph: Glyph
    rng: random.Random
    written: str = ""
    """What was written on it, where it was something."""

    @property
    def lines(self) -> Box:
        return enclosing(self.glyph.line_boxes)

    @property
    def size(self) -> float:
        return self.glyph.style.size

    @property
    def color(self) -> str:
        return str(self.glyph.style.color)

    def fade(self, box: Box, share: float) -> None:
        """Let the ground shine through, 0 not at all … 1 nothing else."""
        from PIL import Image as Images

        box = clip(box, *self.image.size)
        frame = edges(box)
        self.image.paste(Images.blend(self.image.crop(frame), self.bare.crop(frame), share), box[:2])

    def letters(self, keep: Callable[[str], bool]) -> list[Box]:
        text = self.glyph.text.encode()
        return [one.box for one in self.glyph.characters if min(one.box[2:]) > 0 and keep(text[one.start : one.end].decode())]


Painter = Callable[[Painting], bool]


def faint_letter(work: Painting) -> bool:
    boxes = work.letters(lambda c: c.isalnum() and not is_figure(c))
    if len(boxes) < 2:
        return False
    work.fade(grow(work.rng.choice(boxes), 1, 0.3 * work.size), work.rng.uniform(0.72, 0.95))
    return True


def faint_figure(work: Painting) -> bool:
    boxes = work.letters(is_figure)
    if not boxes or len(work.letters(str.isprintable)) < 2:
        return False
    work.fade(grow(work.rng.choice(boxes), 1, 0.3 * work.size), work.rng.uniform(0.72, 0.95))
    return True


def half_faint(work: Painting) -> bool:
    left, top, width, height = grow(work.lines, 0.1 * work.size, 0.3 * work.size)
    first = work.rng.random() < 0.5
    work.fade((left if first else left + width // 2, top, width // 2, height), work.rng.uniform(0.9, 0.96))
    return True


def strip_cut_out(work: Painting) -> bool:
    left, top, width, height = work.glyph.line_boxes[0]
    thick = max(3, round(work.rng.uniform(0.1, 0.16) * work.size))
    work.fade((left - 8, top + round(work.rng.uniform(0.35, 0.6) * height), width + 16, thick), 1.0)
    return True


def lower_third_missing(work: Painting) -> bool:
    left, top, width, height = work.glyph.line_boxes[-1]
    work.fade((left - 8, top + round(0.67 * height), width + 16, height), 1.0)
    return True


def blurred(work: Painting) -> bool:
    """By more than strokes are apart, so that only shapes are left."""
    from PIL import ImageFilter

    box = clip(grow(work.lines, work.size, 0.5 * work.size), *work.image.size)
    softened = work.image.crop(edges(box)).filter(ImageFilter.GaussianBlur(work.rng.uniform(0.24, 0.34) * work.size))
    work.image.paste(softened, box[:2])
    return True


def struck_through(work: Painting) -> bool:
    for left, top, width, height in work.glyph.line_boxes:
        thick = max(2, round(0.06 * work.size))
        middle = top + round(work.rng.uniform(0.5, 0.62) * height)
        _pen(work).rectangle((left - 4, middle, left + width + 4, middle + thick), fill=_ink(work))
    return not work.glyph.style.lettering.strike


def underlined(work: Painting) -> bool:
    left, _, width, _ = work.glyph.line_boxes[-1]
    below = round(work.glyph.baselines[-1] + 0.1 * work.size)
    _pen(work).rectangle((left, below, left + width, below + max(2, round(0.06 * work.size))), fill=work.color)
    return not work.glyph.style.lettering.underline


def crossed_out(work: Painting) -> bool:
    left, top, width, height = work.lines
    thick = max(3, round(0.07 * work.size))
    _pen(work).line((left, top, left + width, top + height), fill="#D01020", width=thick)
    _pen(work).line((left, top + height, left + width, top), fill="#D01020", width=thick)
    return True


def scribbled_over(work: Painting) -> bool:
    left, top, width, height = work.lines
    points = [
        (left + width * step / 14, top + height * (0.15 if step % 2 else 0.85) + work.rng.uniform(-0.1, 0.1) * height)
        for step in range(15)
    ]
    _pen(work).line(points, fill=_ink(work), width=max(2, round(0.05 * work.size)), joint="curve")
    return True


def overprinted(work: Painting) -> bool:
    word = work.rng.choice(("VOID", "SOLD OUT", "SAMPLE", "CANCELLED"))
    left, top, width, height = work.lines
    return _write(work, word, (left, top, width, height), "#C02030", 0.85 * work.size)


def veiled(work: Painting) -> bool:
    """A large pale word across it."""
    left, top, width, height = work.lines
    strength = work.rng.choice(("30", "3C", "48"))
    ground = work.bare.convert("L").getpixel((left + width // 2, top + height // 2))
    color = ("#000000" if isinstance(ground, (int, float)) and ground > 110 else "#FFFFFF") + strength
    around = clip(grow(work.lines, 0.6 * work.size, 1.2 * work.size), *work.image.size)
    return _write(work, "VOID", around, color, 3 * work.size, least=1.6 * work.size)


def second_text(work: Painting) -> bool:
    """Another line inside its own place, where there is room below or above."""
    text = work.rng.choice((work.glyph.text, "not today", "NO", "xqzr", "as if"))
    _, top, _, height = work.lines
    own = work.glyph.box
    below, above = own[1] + own[3] - (top + height), top - own[1]
    room = max(below, above)
    if room < 0.45 * work.size or room < 26:
        return False
    place = (own[0], top + height + 4, own[2], below - 4) if below >= above else (own[0], own[1], own[2], above - 4)
    return _write(work, text, place, work.color, 0.9 * room, least=22)


def mark_before(work: Painting) -> bool:
    """A dot, an asterisk, a sign: close to the first letter."""
    left, *_ = work.glyph.line_boxes[0]
    base, size = work.glyph.baselines[0], work.size
    mark = work.rng.choice((".", "*", "-", "$", "'"))
    place = (round(left - 0.62 * size), round(base - size), round(0.56 * size), round(1.3 * size))
    return _write(work, mark, place, work.color, size)


def sign_after(work: Painting) -> bool:
    """A sign or figure right behind the last letter: `5€` for `5`."""
    left, _, width, _ = work.glyph.line_boxes[-1]
    base, size = work.glyph.baselines[-1], work.size
    mark = work.rng.choice(("€", "%", "$", "0", "-", "*"))
    place = (round(left + width + 0.04 * size), round(base - size), round(0.9 * size), round(1.3 * size))
    return place[0] + place[2] < work.image.width and _write(work, mark, place, work.color, 0.9 * size)


def accent_painted(work: Painting) -> bool:
    """Two dots or a stroke above a letter."""
    boxes = work.letters(lambda c: c in "AEIOUNaeou")
    if not boxes:
        return False
    left, _, width, _ = work.rng.choice(boxes)
    line = min(work.glyph.line_boxes, key=lambda box: abs(box[1] - boxes[0][1]))
    tall, dot = line[1] - round(0.1 * work.size), max(2, round(0.05 * work.size))
    middle = left + width // 2
    if work.rng.random() < 0.5:
        for x in (middle - 2 * dot, middle + 2 * dot):
            _pen(work).ellipse((x - dot, tall - 2 * dot, x + dot, tall), fill=work.color)
    else:
        _pen(work).line((middle - 2 * dot, tall, middle + 2 * dot, tall - 3 * dot), fill=work.color, width=max(2, dot))
    return True


def upside_down(work: Painting) -> bool:
    return _turned(work, 180)


def mirrored(work: Painting) -> bool:
    from PIL import ImageOps

    if len(work.letters(str.isalnum)) < 3:
        return False
    box = clip(grow(work.lines, 2, 2), *work.image.size)
    work.image.paste(ImageOps.mirror(work.image.crop(edges(box))), box[:2])
    return True


def sideways(work: Painting) -> bool:
    """Its first word turned by a quarter where it stands."""
    boxes = work.letters(lambda c: not c.isspace())[:3]
    if len(boxes) < 3:
        return False
    box = clip(enclosing(boxes), *work.image.size)
    part = work.image.crop(edges(box))
    work.fade(box, 1.0)
    turned = part.rotate(90, expand=True)
    turned.thumbnail((box[2], box[3]))
    work.image.paste(turned, (box[0] + (box[2] - turned.width) // 2, box[1] + (box[3] - turned.height) // 2))
    return True


def scribble_beside(work: Painting) -> bool:
    """Strokes like letters, right under or above it."""
    left, top, width, height = work.lines
    below = top + height + 0.62 * work.size < work.image.height
    y = top + height + 0.18 * work.size if below else top - 0.5 * work.size
    x, pen = left + 0.1 * width, _pen(work)
    while x < left + 0.75 * width:
        tall, wide = work.rng.uniform(0.2, 0.34) * work.size, work.rng.uniform(0.1, 0.24) * work.size
        stroke = max(2, round(0.045 * work.size))
        pen.arc((x, y, x + wide, y + tall), work.rng.uniform(0, 180), work.rng.uniform(200, 420), fill=work.color, width=stroke)
        pen.line((x + wide, y, x + wide * work.rng.uniform(0.4, 1.1), y + tall), fill=work.color, width=stroke)
        x += wide + work.rng.uniform(0.06, 0.14) * work.size
    return True


def stroke_removed(work: Painting) -> bool:
    """A part of a Chinese character gone: malformed, and still read as it."""
    boxes = work.letters(lambda c: "\u4e00" <= c <= "\u9fff")
    if not boxes:
        return False
    left, top, width, height = work.rng.choice(boxes)
    quarter = work.rng.choice(((0, 0), (0.5, 0), (0, 0.5), (0.5, 0.5)))
    part = (left + round(quarter[0] * width), top + round(quarter[1] * height), round(0.5 * width), round(0.5 * height))
    work.fade(part, 1.0)
    return True


_NO_RULES = {"strike": False, "underline": False}


def _turned(work: Painting, degrees: int) -> bool:
    if len(work.letters(str.isalnum)) < 3:
        return False
    box = clip(grow(work.lines, 2, 2), *work.image.size)
    work.image.paste(work.image.crop(edges(box)).rotate(degrees), box[:2])
    return True


def _write(work: Painting, text: str, place: Box, color: str, largest: float, least: float = 8.0) -> bool:
    """A text in a place, at the largest size that fits, in the slogan's typeface."""
    from PIL import Image as Images

    lettering = work.glyph.style.lettering.model_copy(update={"case": "none", "bullet": None, **_NO_RULES})
    if min(place[2:]) < 8:
        return False
    try:
        size = fit([FitItem(text, lettering, work.glyph.locale, least)], place[2], place[3], gap=0, largest=max(least, largest))
        if size is None or size < least:
            return False
        typeset = set_text(text, lettering, size, place, locale=work.glyph.locale)
    except FontProblem:
        return False
    work.written = text
    layer = Images.new("RGBA", work.image.size)
    draw(layer, typeset, color=color)
    work.image.paste(Images.alpha_composite(work.image.convert("RGBA"), layer).convert("RGB"))
    return True


def _pen(work: Painting) -> Any:
    from PIL import ImageDraw

    return ImageDraw.Draw(work.image)


def _ink(work: Painting) -> str:
    return work.rng.choice((work.color, "#C01828"))


PAINTERS: tuple[Painter, ...] = (
    faint_letter, faint_figure, half_faint, strip_cut_out, lower_third_missing, blurred, struck_through, underlined,
    crossed_out, scribbled_over, overprinted, veiled, second_text, mark_before, sign_after, accent_painted, upside_down,
    mirrored, sideways, scribble_beside, stroke_removed,
)  # fmt: skip
OF_FIGURES = frozenset({"faint_figure"})
