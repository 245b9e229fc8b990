"""Plain shapes, drawn as what they are in the colour that the description names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import pi, sin

import regex
from PIL import Image, ImageDraw

from layoutgen.base.color import to_hex
from layoutgen.base.model import Box
from layoutgen.compositing.composite import place

from .color import parse, toned
from .scenes import COLORS

GREY = "#9a9fa6"
"""A shape without a colour."""
_NAMES = {
    "circle": "circle disc disk dot kreis punkt", "oval": "oval ellipse", "rectangle": "rectangle block rechteck",
    "square": "square quadrat", "line": "line linie strich", "band": "band stripe strip bar streifen balken",
    "triangle": "triangle dreieck", "ring": "ring", "arrow": "arrow pfeil", "wave": "wave welle",
}  # fmt: skip
SHAPES = {word: name for name, text in _NAMES.items() for word in text.split()}
_ADJECTIVES = {
    "circular": "circle", "round": "circle", "oval": "oval", "elliptical": "oval", "rectangular": "rectangle",
    "square": "square", "triangular": "triangle", "wavy": "wave",
}  # fmt: skip
_PLAIN = frozenset(
    """a an the one single of in and or solid plain simple large big huge small little tiny thin thick wide narrow long short
    tall bold filled flat round rounded circular oval elliptical rectangular square triangular curved wavy straight horizontal
    vertical diagonal dark light bright pale deep soft vivid pastel warm cool abstract geometric stylized stylised perfect empty
    hollow outlined opaque translucent transparent glossy matte smooth decorative colored coloured color colour hue tone
    pointing left right up down upward downward ein eine einen
    großer große großes kleiner kleine kleines
    """.split()
)
_CLAUSE = regex.compile(r"\b(?:with|that|which|on|against|surrounded|set|inside|at|mit|auf)\b|[.;:]")
_EDGE = regex.compile(r"\bwith an? ([^,.;]*?)\b(?:border|outline|edge|rim)\b")
_COUNTS = {"two": 2, "zwei": 2, "three": 3, "drei": 3, "four": 4, "vier": 4, "five": 5, "fünf": 5}
_AMBIGUOUS = frozenset(("wave", "ring", "band"))
"""Also a surge of water, a piece of jewellery, musicians: a shape only where it has a colour or is said to be plain."""
_JEWELS = frozenset("gold golden silver".split())
_ABSTRACT = frozenset("abstract geometric simple plain solid flat filled shape stylized stylised hollow".split())
_ENDINGS = regex.compile(r"(rot|blau|grün|gelb|schwarz|weiß)(?:er|es|e|en)$")


@dataclass(frozen=True)
class Shape:
    name: str
    color: str
    """`#rrggbb`."""
    border: str | None = None
    count: int = 1
    hollow: bool = False
    """Only its outline."""
    towards: str = "right"
    """Where an arrow points."""
    wavy: bool = False
    """A line that goes up and down."""
    upright: bool | None = None
    """Of lines and bands; None: as their box is longer."""


@cache
def shape_of(description: str) -> Shape | None:
    """The plain shape that a description is about; None where it is about something else, or about more than a shape."""
    text = description.lower().replace("-", " ")
    if regex.search(r"\bbeach ?balls?\b|\bstrandb[aä]ll", text) and not regex.search(r"\b(with|holding|playing|mit)\b", text):
        return Shape("beach-ball", GREY)
    clause = _CLAUSE.split(text, maxsplit=1)[0]
    words = regex.findall(r"\p{L}+", clause)
    names = [(at, name) for at, word in enumerate(words) if (name := SHAPES.get(word) or SHAPES.get(_singular(word)))]
    form = {"shape", "form", "figure"} & {_singular(word) for word in words}
    names = [(at, name) for at, name in names if not (words[at] in _ADJECTIVES and (form or at < names[-1][0]))]
    if not names and form:
        names = [(at, _ADJECTIVES[word]) for at, word in enumerate(words) if word in _ADJECTIVES][:1]
        words = [word for word in words if _singular(word) not in form]
    if len(names) != 1:
        return None
    at, name = names[0]
    others = [word for index, word in enumerate(words) if index != at]
    if not all(word in _PLAIN or word in _COUNTS or _color(word) for word in others):
        return None
    edge = _EDGE.search(text)
    colors = _colors(clause) or _colors(text.replace(edge[0], "") if edge else text)
    if (name in _AMBIGUOUS and not (colors or set(others) & _ABSTRACT)) or (name == "ring" and set(others) & _JEWELS):
        return None
    return Shape(
        name=name,
        color=colors[0] if colors else GREY,
        border=next(iter(_colors(edge[1])), None) if edge else None,
        count=next((_COUNTS[word] for word in others if word in _COUNTS), 1),
        hollow=bool({"hollow", "empty", "outlined"} & set(others)),
        towards=next((side for side in ("left", "up", "down") if {side, f"{side}ward"} & set(others)), "right"),
        wavy="wavy" in others and name == "line",
        upright=True if "vertical" in others else False if "horizontal" in others else None,
    )


def draw_shape(image: Image.Image, shape: Shape, box: Box, *, rotation: float = 0.0) -> None:
    """Draw a shape as large as its box allows, in the middle; several side by side."""
    _, _, width, height = box
    layer = Image.new("RGBA", (width, height))
    across = width >= height
    for index in range(shape.count):
        long = (width if across else height) / shape.count
        start, end = round(index * long), round((index + 0.9 if shape.count > 1 else 1) * long)
        size = (end - start, height) if across else (width, end - start)
        layer.paste(_draw_one(shape, max(1, size[0]), max(1, size[1])), (start, 0) if across else (0, start))
    place(image, layer, box, rotation=rotation, opacity=1.0)


def _draw_one(shape: Shape, width: int, height: int) -> Image.Image:
    if shape.name == "beach-ball":
        return _beach_ball(width, height)
    line = max(2, round(min(width, height) * 0.06))
    inner = _cover(shape, width, height, line if shape.border else 0)
    picture = Image.new("RGBA", (width, height), shape.border or shape.color)
    if shape.hollow and shape.name not in ("line", "ring"):
        hole = _cover(shape, width, height, line)
        picture.putalpha(Image.composite(Image.new("L", hole.size), _cover(shape, width, height, 0), hole))
        return picture
    if shape.border:
        picture.paste(shape.color, (0, 0), inner)
    picture.putalpha(_cover(shape, width, height, 0))
    return picture


def _cover(shape: Shape, width: int, height: int, inset: int) -> Image.Image:
    """What a shape covers, 0 … 255, its outline `inset` pixels within the largest that fits."""
    scale = 4 if width * height < 400_000 else 2
    cover = Image.new("L", (width * scale, height * scale))
    _PAINTERS["wavy" if shape.wavy else shape.name](
        _Pen(ImageDraw.Draw(cover), shape, width * scale, height * scale, inset * scale)
    )
    return cover.reduce(scale)


@dataclass(frozen=True)
class _Pen:
    draw: ImageDraw.ImageDraw
    shape: Shape
    width: int
    height: int
    inset: int

    def inside(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of something of this size in the middle, less the inset."""
        left, top = (self.width - width) / 2 + self.inset, (self.height - height) / 2 + self.inset
        return left, top, max(left, self.width - left - 1), max(top, self.height - top - 1)

    @property
    def side(self) -> int:
        return min(self.width, self.height)

    def polygon(self, *points: tuple[float, float]) -> None:
        """Points in shares of the box, less the inset."""
        wide, high = self.width - 2 * self.inset - 1, self.height - 2 * self.inset - 1
        self.draw.polygon([(self.inset + x * wide, self.inset + y * high) for x, y in points], fill=255)


def _circle(pen: _Pen) -> None:
    pen.draw.ellipse(pen.inside(pen.side, pen.side), fill=255)


def _oval(pen: _Pen) -> None:
    pen.draw.ellipse(pen.inside(pen.width, pen.height), fill=255)


def _ring(pen: _Pen) -> None:
    _circle(pen)
    hole = pen.side * 0.7 - 2 * pen.inset
    pen.draw.ellipse(_Pen(pen.draw, pen.shape, pen.width, pen.height, 0).inside(hole, hole), fill=0)


def _rectangle(pen: _Pen) -> None:
    pen.draw.rectangle(pen.inside(pen.width, pen.height), fill=255)


def _square(pen: _Pen) -> None:
    pen.draw.rectangle(pen.inside(pen.side, pen.side), fill=255)


def _band(pen: _Pen) -> None:
    """All of a long box, the middle third of another."""
    _along(pen, 1.0 if max(pen.width, pen.height) >= 2 * pen.side else 1 / 3)


def _line(pen: _Pen) -> None:
    _along(pen, 1.0 if max(pen.width, pen.height) >= 30 * pen.side else 0.05)


def _along(pen: _Pen, share: float) -> None:
    thick = max(8.0, pen.side * share)
    upright = pen.height > pen.width if pen.shape.upright is None else pen.shape.upright
    pen.draw.rectangle(pen.inside(thick, pen.height) if upright else pen.inside(pen.width, thick), fill=255)


def _triangle(pen: _Pen) -> None:
    pen.polygon((0.5, 0), (1, 1), (0, 1))


def _arrow(pen: _Pen) -> None:
    points = [(0.0, 0.33), (0.6, 0.33), (0.6, 0.0), (1.0, 0.5), (0.6, 1.0), (0.6, 0.67), (0.0, 0.67)]
    turned: dict[str, Callable[[float, float], tuple[float, float]]] = {
        "right": lambda x, y: (x, y),
        "left": lambda x, y: (1 - x, y),
        "down": lambda x, y: (y, x),
        "up": lambda x, y: (y, 1 - x),
    }
    pen.polygon(*(turned[pen.shape.towards](x, y) for x, y in points))


def _wave(pen: _Pen) -> None:
    """Filled from its crest to the bottom."""
    swing = min(0.25, 0.1 * pen.width / pen.height)
    pen.polygon(*((x / 96, swing * (1 - sin(4 * pi * x / 96))) for x in range(97)), (1, 1), (0, 1))


def _wavy(pen: _Pen) -> None:
    """Two swings across the middle of its box."""
    swing = min(0.35, 0.12 * pen.width / pen.height)
    crest = [(x / 96, 0.5 - swing * sin(4 * pi * x / 96)) for x in range(97)]
    thick = swing / 3
    pen.polygon(*((x, y - thick) for x, y in crest), *((x, y + thick) for x, y in reversed(crest)))


_PAINTERS: dict[str, Callable[[_Pen], None]] = {
    "circle": _circle, "oval": _oval, "ring": _ring, "rectangle": _rectangle, "square": _square, "band": _band,
    "line": _line, "triangle": _triangle, "arrow": _arrow, "wave": _wave, "wavy": _wavy,
}  # fmt: skip


def _beach_ball(width: int, height: int) -> Image.Image:
    """Wedges of four colours that meet under a white cap."""
    side, scale = min(width, height), 4
    ball = Image.new("RGBA", (side * scale, side * scale))
    pen, full = ImageDraw.Draw(ball), side * scale
    middle = (0.42 * full, 0.36 * full)
    reach = 2 * full
    wedges = ("#d6453d", "#f7f5f1", "#f4c93f", "#f7f5f1", "#3271c9", "#f7f5f1")
    for index, color in enumerate(wedges):
        bounds = (middle[0] - reach, middle[1] - reach, middle[0] + reach, middle[1] + reach)
        pen.pieslice(bounds, index * 60 + 15, index * 60 + 75, fill=color)
    cap = 0.09 * full
    pen.ellipse((middle[0] - cap, middle[1] - cap, middle[0] + cap, middle[1] + cap), fill="#ffffff")
    ball.putalpha(_cover(Shape("circle", GREY), side, side, 0).resize(ball.size))
    layer = Image.new("RGBA", (width, height))
    layer.paste(ball.reduce(scale), ((width - side) // 2, (height - side) // 2))
    return layer


def _colors(text: str) -> list[str]:
    """The colours named, `light` and `dark` before them heeded."""
    words = regex.findall(r"\p{L}+", text)
    colors = []
    for at, word in enumerate(words):
        if color := _color(word):
            before = words[at - 1] if at else ""
            shift = {"light": 0.85, "pale": 0.88, "pastel": 0.85, "dark": 0.38, "deep": 0.42}.get(before)
            colors.append(to_hex(toned(parse(color), lightness=shift, chroma=0.75 if shift else 1.0)) if shift else color)
    return colors


def _color(word: str) -> str | None:
    stem = _ENDINGS.match(word)
    return COLORS.get(stem[1] if stem else word)


def _singular(word: str) -> str:
    return word[:-1] if word.endswith("s") else word
