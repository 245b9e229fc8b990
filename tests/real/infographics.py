"""Real infographics → `.poster` files: one slogan for every text layer of the source, none merged, none dropped.

The source is `data/bizgen/infographics.json` in the folder `shared` beside the checkout: 41 infographics of 896×2240 pixels,
each a list of layers with a box and a caption (`Text "Acne" in <color-25>, <en-font-3>.`). What it does not hold is
decided here: font numbers have no names, so a number stands for one of a few faces, the same one everywhere; and a text
gets a panel where the colour beneath it, as far as captions name it, is too close to its own.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 896, 2240
SHARED = Path(__file__).parents[2] / "../shared/data"
SOURCE = SHARED / "bizgen/infographics.json"
COLORS = SHARED / "bizgen/color_idx.json"
FACES = (
    "clean sans", "humanist sans, bold", "grotesque", "condensed sans", "classic serif", "heavy condensed sans",
    "elegant serif, bold",
)  # fmt: skip
LEAST_CONTRAST = 4.5
SMALLEST_TYPE = 12
"""Pixels; the smallest texts of the source are about 15."""
_BLANK = re.compile(r"\b(blank|empty|plain|solid|uniform|flat)\b")

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the canvas."""


@dataclass(frozen=True)
class Layer:
    kind: str
    """`text` or `element`."""
    box: Box
    words: str
    """The text to be drawn, or the caption of an element."""
    color: str | None
    """A CSS colour name."""
    font: int = 0
    clipped: bool = False
    """The source's box reaches beyond the canvas."""
    left: bool = False
    """A run of spaces after the words keeps room for something at their right."""


@dataclass(frozen=True)
class Infographic:
    index: int
    texts: tuple[Layer, ...]
    elements: tuple[Layer, ...]
    caption: str
    empty: int
    """Text layers without any letters: they cannot become slogans."""


@cache
def infographics() -> tuple[Infographic, ...]:
    """All of the source, in its order."""
    return tuple(_read(entry) for entry in json.loads(SOURCE.read_text("utf-8")))


def poster_of(source: Infographic) -> str:
    """The infographic as the text of a `.poster` file. Regions are called `text1` …, objects `element1` …"""
    ground = _ground(source)
    names = dict.fromkeys(color for layer in source.texts if (color := layer.color))
    lines = [
        f'poster 1 "Infographic {source.index}"',
        "",
        f"canvas full {WIDTH}x{HEIGHT}",
        f'backdrop "{_quoted(_shortened(source.caption))}" {{ fill: {_hex(ground)} }}',
        f"palette {', '.join(f'{name} {_hex(name)}' for name in names)}",
        f"min-size: {SMALLEST_TYPE}px",
        "",
    ]
    for number, layer in enumerate((layer for layer in source.elements if not _covers_page(layer.box)), start=1):
        lines.append(f'object element{number} "{_quoted(_shortened(layer.words))}" {{ box: {_placed(layer.box)} }}')
    lines.append("")
    for number, layer in enumerate(source.texts, start=1):
        overlap = any(other is not layer and _shared(layer.box, other.box) for other in source.texts)
        panel = _panel(layer, source, ground)
        looks = [f"box: {_placed(layer.box)}"]
        looks += ["overlap: allow"] if overlap else []
        looks += [f"panel: {panel}"] if panel else []
        looks += ["rotate: 90deg"] if _turned(layer) else []
        style = [f'face: "{FACES[layer.font % len(FACES)]}"', *([f"color: {layer.color}"] if layer.color else [])]
        style += ["align: left"] if layer.left else []
        lines.append(f"region text{number} {{")
        lines.append(f"  {'; '.join(looks)}")
        lines.append(f'  slogan "{_quoted(layer.words)}" {{ {"; ".join(style)} }}')
        lines.append("}")
    return "\n".join(lines) + "\n"


def _read(entry: dict[str, Any]) -> Infographic:
    layers = entry["layers_all"]
    texts = [_text(layer) for layer in layers if layer["category"] == "text"]
    elements = [_element(layer) for layer in layers if layer["category"] == "element"]
    caption = next((layer["caption"] for layer in layers if layer["category"] == "base"), "")
    kept = tuple(layer for layer in texts if layer.words)
    return Infographic(entry["index"], kept, tuple(elements), caption, len(texts) - len(kept))


def _text(layer: dict[str, Any]) -> Layer:
    match = re.fullmatch(r'Text "(.*)" in <color-(\d+)>, <\w+-font-(\d+)>\. ?', layer["caption"], re.DOTALL)
    if match is None:
        raise ValueError(f"not the caption of a text layer: {layer['caption'][:80]}")
    box, clipped = _clip(layer)
    # Space around the words has no letters; lines that the source broke stay broken.
    lines = (line.strip() for line in layer["text"].strip().split("\n"))
    words = "\n".join(line for line in lines if line)
    room = layer["text"].endswith("   ")
    return Layer("text", box, words, _css_names()[int(match[2])], int(match[3]), clipped, room)


def _element(layer: dict[str, Any]) -> Layer:
    box, clipped = _clip(layer)
    return Layer("element", box, layer["caption"], color_in(layer["caption"]), 0, clipped)


def _clip(layer: dict[str, Any]) -> tuple[Box, bool]:
    left, top = layer["top_left"]
    right, bottom = layer["bottom_right"]
    box = max(0, left), max(0, top), min(WIDTH, right), min(HEIGHT, bottom)
    return box, box != (left, top, right, bottom)


@cache
def _css_names() -> dict[int, str]:
    return {number: name for name, number in json.loads(COLORS.read_text("utf-8")).items()}


def color_in(caption: str) -> str | None:
    """The first CSS colour that a caption names: `light blue` is `lightblue`."""
    from PIL import ImageColor

    known: dict[str, Any] = ImageColor.colormap
    words: list[str] = re.findall(r"[a-z]+", caption.lower())
    for at, word in enumerate(words):
        joined = words[at - 1] + word if at else word
        if joined in known and joined != word:
            return joined
        if word in known:
            return word
    return None


def _hex(name: str) -> str:
    from PIL import ImageColor

    return "#{:02x}{:02x}{:02x}".format(*ImageColor.getrgb(name)[:3])


def _ground(source: Infographic) -> str:
    """The colour of the page: that of an element which covers it, else that of the caption's background."""
    for layer in source.elements:
        if _covers_page(layer.box) and layer.color:
            return layer.color
    match = re.search(r"((?:[a-z]+ )?[a-z]+) background", source.caption.lower())
    return (color_in(match[1]) if match else None) or "white"


def _panel(text: Layer, source: Infographic, ground: str) -> str | None:
    """A panel under a text that could not be read otherwise."""
    beneath = [
        layer
        for layer in source.elements
        if _shared(text.box, layer.box) > 0.3 * _area(text.box) and not _covers_page(layer.box)
    ]
    surface = min(beneath, key=lambda layer: _area(layer.box)) if beneath else None
    color = surface.color if surface and surface.color else ground
    ink = text.color or "black"
    if surface is None or (_BLANK.search(surface.words) and surface.color is None):
        return None if _contrast(ink, color) >= LEAST_CONTRAST else _far_from(ink)
    return _hex(color) if _contrast(ink, color) >= LEAST_CONTRAST else _far_from(ink)


def _turned(text: Layer) -> bool:
    """Whether a box is so narrow that its words can only run along it."""
    width, height = text.box[2] - text.box[0], text.box[3] - text.box[1]
    return height > 3 * width and width < SMALLEST_TYPE * 0.5 * max(len(word) for word in text.words.split())


def _far_from(ink: str) -> str:
    return max(("#ffffff", "#101418"), key=lambda color: _contrast(ink, color))


def _contrast(one: str, other: str) -> float:
    """The contrast of WCAG, 1 … 21."""
    from PIL import ImageColor

    def luminance(name: str) -> float:
        parts = [value / 255 for value in ImageColor.getrgb(name)[:3]]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _covers_page(box: Box) -> bool:
    return _area(box) >= 0.9 * WIDTH * HEIGHT


def _area(box: Box) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _shared(one: Box, other: Box) -> int:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return max(0, width) * max(0, height)


def _placed(box: Box) -> str:
    left, top, right, bottom = box
    return f"{left}px {top}px {right - left}px {bottom - top}px"


def _shortened(caption: str) -> str:
    """The first sentence of a caption, without its opening words."""
    sentence = re.split(r"(?<=[.!?])\s", " ".join(caption.split()), maxsplit=1)[0].rstrip(".")
    shown = re.sub(r"^The (image|picture)( you've provided)? (features?|contains?|shows?|depicts|is|displays) ", "", sentence)
    return shown[:160].rsplit(" ", 1)[0] if len(shown) > 160 else shown


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("{{", "\\u{7b}\\u{7b}")
