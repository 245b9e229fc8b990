"""The backdrop: a designer's own paint exactly, or scenery painted from the words of the poster.

Scenery keeps clear of its texts: every band of it is moved away from the colours of the letters that stand on it until
they can be read. Nothing here is random; the same conditions and seed give the same pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops

from layoutgen.base.color import contrast_ratio, stops, to_hex
from layoutgen.base.geometry import area, intersection
from layoutgen.base.model import Box
from layoutgen.base.style import Paint
from layoutgen.conditions.model import Conditions, Scene
from layoutgen.typeset.paint import fill

from . import scenes
from .color import Rgb, chroma, luminance, mix, parse, readable_under, to_oklab, toned
from .extras import light_windows, paint_extra
from .scenes import Layer, Scenery
from .skylines import skyline

Pixels = NDArray[np.uint8]
LEAST_CONTRAST = 5.0
"""Between letters and the scenery beneath them; a little over the 4.5 of WCAG AA."""
FADE = 0.36
"""How far from letters, as a share of the height, scenery is back at its own colours."""
STOPS = 17
"""Of a gradient that was moved away from letters."""
PALE = 0.025
"""Chroma in OKLab below which a colour counts as grey."""
IN_FRONT = frozenset(("boards", "snow", "confetti", "bubbles"))
"""Extras that lie over the layers."""


@dataclass(frozen=True)
class TextArea:
    """Letters that stand on the backdrop: where, and their mean colour."""

    box: Box
    color: Rgb


def backdrop(conditions: Conditions, *, seed: int = 0) -> Image.Image:
    """The picture behind everything: RGB, of the canvas's size."""
    width, height = conditions.canvas.width, conditions.canvas.height
    scene = conditions.scene
    if scene.fill is not None:
        return painted(scene.fill, width, height)
    texts = text_areas(conditions)
    scenery = scenes.scene_of(scene.description, scene.look)
    named_colors = scenes.colors_of(scene.description)
    grain = 2.2 if scenes.tokens(scene.look or "") & scenes.PRINT else 0.0
    if scenery is None or (scenery.name in ("paper", "studio") and named_colors):
        pixels = _mesh(_plain_colors(scene, named_colors), width, height, texts, seed)
    else:
        pixels = _scenery(in_palette(scenery, scene.palette), width, height, texts, seed)
    return finish(pixels, grain=grain)


def painted(paint: Paint, width: int, height: int) -> Image.Image:
    """A colour or gradient, exactly: RGB; what is translucent lies on white."""
    picture = fill((width, height), paint)
    if picture.getchannel("A").getextrema() == (255, 255):
        return picture.convert("RGB")
    page = Image.new("RGB", (width, height), "white")
    page.paste(picture, mask=picture)
    return page


def mean_color(paint: Paint) -> Rgb:
    """The middle colour of a paint."""
    red, green, blue = np.mean([parse(stop) for stop in stops(paint)], axis=0)
    return float(red), float(green), float(blue)


def text_areas(conditions: Conditions) -> list[TextArea]:
    """The letters that stand on the bare backdrop: not those on an opaque panel."""
    return [
        TextArea(glyph.box, mean_color(glyph.style.color))
        for glyph in conditions.all_glyphs
        if not any(panel.paint and panel.opacity >= 0.6 and covers(panel.box, glyph.box) for panel in conditions.panels)
    ]


def covers(outer: Box, inner: Box, least: float = 0.8) -> bool:
    """Whether at least this share of the inner box lies in the outer one."""
    part = area(intersection(outer, inner))
    return part > 0 and part >= least * inner[2] * inner[3]


def in_palette(scenery: Scenery, palette: dict[str, str]) -> Scenery:
    """The scene in the poster's colours: each of its colours moves towards the nearest one of the palette."""
    if not palette:
        return scenery
    palette_colors = [parse(color) for color in palette.values()]
    labs = np.array([to_oklab(color) for color in palette_colors])

    def near(color: str) -> str:
        lab = to_oklab(parse(color))
        # Hue counts more than lightness: a pale sky may become the poster's blue, not its cream.
        distance = np.sqrt((0.6 * (labs[:, 0] - lab[0])) ** 2 + (1.6 * (labs[:, 1:] - lab[1:]) ** 2).sum(1))
        at = int(distance.argmin())
        share = 0.55 * max(0.0, 1 - float(distance[at]) / 0.32)
        return to_hex(mix(parse(color), palette_colors[at], share))

    layers = tuple(replace(layer, near=near(layer.near), far=near(layer.far)) for layer in scenery.layers)
    return replace(scenery, sky=tuple(near(color) for color in scenery.sky), layers=layers)


def gradient_clear_of(
    colors: Sequence[str], low: float, high: float, texts: Sequence[TextArea], height: int, accent: str
) -> tuple[str, ...]:
    """A vertical gradient between two heights (shares of the canvas's), moved away from the letters that stand on it.

    It changes where letters are and returns to its own colours above and below them. What is nearly grey, as snow is, takes
    the hue of the `accent` into the shade.
    """
    spans = [(text.box[1] / height, (text.box[1] + text.box[3]) / height, text) for text in texts]
    spans = [span for span in spans if min(span[1], high) - max(span[0], low) > 0.15 * (span[1] - span[0])]
    if not spans:
        return tuple(colors)
    values = [parse(color) for color in colors]
    vivid = max(values, key=chroma)
    if chroma(vivid) < PALE:
        vivid = mix(vivid, parse(accent), 0.6)
    at = np.linspace(low, high, len(values))
    gradient = []
    for y in np.linspace(low, high, STOPS):
        red, green, blue = (float(np.interp(y, at, [color[channel] for color in values])) for channel in range(3))
        # Deeper at the top, so that a band that is moved as a whole stays a gradient.
        depth = 2.2 * (1 - (float(y) - low) / max(high - low, 1e-6))
        gradient.append(to_hex(_contrasting_color((red, green, blue), float(y), spans, vivid, depth)))
    return tuple(gradient)


def smooth(value: float) -> float:
    """Smoothstep of a value clipped to 0 … 1."""
    value = min(1.0, max(0.0, value))
    return value * value * (3 - 2 * value)


def finish(pixels: Pixels, *, grain: float) -> Image.Image:
    """A quiet vignette over the whole, and grain where the look asks for it."""
    height, width = pixels.shape[:2]
    y = np.linspace(-1, 1, 32, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, 32, dtype=np.float32)[None]
    shade = 255 - 26 * np.clip((x * x + y * y - 0.5) / 1.5, 0, 1) ** 1.4
    vignette = Image.fromarray(shade.astype(np.uint8)).resize((width, height), Image.Resampling.BICUBIC)
    image = ImageChops.multiply(Image.fromarray(pixels), Image.merge("RGB", (vignette,) * 3))
    if grain:
        image = ImageChops.add(image, _grain(width, height, grain), offset=-128)
    return image


@lru_cache(maxsize=4)
def _grain(width: int, height: int, strength: float) -> Image.Image:
    """Grey noise around 128, as RGB: a tile of 256 pixels repeated."""
    noise = np.random.default_rng(7).normal(128, strength, (256, 256)).round().clip(0, 255).astype(np.uint8)
    tiled = Image.fromarray(np.tile(noise, (height // 256 + 1, width // 256 + 1))[:height, :width])
    return Image.merge("RGB", (tiled,) * 3)


def _scenery(scenery: Scenery, width: int, height: int, texts: Sequence[TextArea], seed: int) -> Pixels:
    pixels = np.empty((height, width, 3), np.uint8)
    edges = [*(layer.top - layer.rise for layer in scenery.layers), 1.0]
    horizon = scenery.layers[0].top if scenery.layers else 1.0
    accent = max(scenery.sky, key=lambda color: chroma(parse(color)))
    pixels[:] = _column(gradient_clear_of(scenery.sky, 0.0, horizon, texts, height, accent), height, until=horizon)[:, None]
    boxes = [text.box for text in texts]
    for extra in scenery.extras:
        if extra not in IN_FRONT:
            paint_extra(extra, pixels, horizon=horizon, seed=seed, avoid=boxes)
    for index, (layer, start, end) in enumerate(zip(scenery.layers, edges[:-1], edges[1:], strict=True)):
        # A layer's own gradient runs to the bottom of the canvas; only what shows of it has to keep clear.
        visible = [text for text in texts if (text.box[1] + text.box[3]) / height > start and text.box[1] / height < end]
        _paint_layer(
            pixels, layer, gradient_clear_of((layer.near, layer.far), start, 1.0, visible, height, accent), index, seed
        )
    for extra in scenery.extras:
        if extra in IN_FRONT:
            paint_extra(extra, pixels, horizon=horizon, seed=seed, avoid=boxes)
    return pixels


def _paint_layer(pixels: Pixels, layer: Layer, colors: Sequence[str], index: int, seed: int) -> None:
    """Fill everything below a layer's skyline, with a smooth edge."""
    height, width = pixels.shape[:2]
    line = skyline(layer.shape, width, height, layer.top, layer.rise, seed=seed * 31 + index)
    top, bottom = max(0, int(line.min()) - 1), min(height, int(line.max()) + 2)
    column = _column(colors, height, since=layer.top - layer.rise)
    if top < bottom:
        cover = np.clip(np.arange(top, bottom, dtype=np.float32)[:, None] + 0.5 - line[None], 0, 1)
        weight = (cover * 256).astype(np.int32)[..., None]
        band = pixels[top:bottom].astype(np.int32)
        pixels[top:bottom] = band + ((column[top:bottom, None] - band) * weight >> 8)
    pixels[bottom:] = column[bottom:, None]
    if layer.lit:
        light_windows(pixels, line, parse(layer.lit), seed=seed * 31 + index)


def _column(colors: Sequence[str], height: int, *, since: float = 0.0, until: float = 1.0) -> Pixels:
    """A vertical gradient (height, 3) between two heights, flat outside them."""
    at = np.linspace(since, max(until, since + 1e-6), len(colors))
    y = (np.arange(height) + 0.5) / height
    values = np.array([parse(color) for color in colors], dtype=np.float64)
    return np.stack([np.interp(y, at, values[:, channel]) for channel in range(3)], axis=1).round().astype(np.uint8)


def _plain_colors(scene: Scene, named_colors: list[str]) -> list[Rgb]:
    """Two to four colours for a backdrop without scenery: those named, else the palette's, else a quiet warm grey."""
    colors = [parse(color) for color in named_colors]
    description = scenes.tokens(scene.description or "")
    if description & {"pastel", "pale", "light", "soft"}:
        colors = [toned(color, lightness=0.88, chroma=0.6) for color in colors]
    if description & {"dark", "deep", "dunkel"}:
        colors = [toned(color, lightness=min(0.34, float(to_oklab(color)[0])), chroma=0.8) for color in colors]
    if not colors:
        colors = [parse(color) for color in list(scene.palette.values())[:4]]
    if not colors:
        colors = [parse("#efe6d8"), parse("#d9c7b0")]
    if len(colors) == 1:
        lightness = float(to_oklab(colors[0])[0])
        colors.append(toned(colors[0], lightness=lightness - 0.12 if lightness > 0.4 else lightness + 0.12))
    return colors


def _mesh(colors: list[Rgb], width: int, height: int, texts: Sequence[TextArea], seed: int) -> Pixels:
    """A soft mesh gradient of up to four colours, moved away from the letters at the heights where they stand."""
    rows, columns = 16, 6
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    spots = [(0.1, 0.05), (0.9, 0.95), (0.95, 0.1), (0.05, 0.9)]
    weights = []
    for index in range(min(4, len(colors))):
        at_x, at_y = spots[(index + seed) % 4]
        weights.append(np.exp(-((x - at_x) ** 2 + (y - at_y) ** 2) / (0.5 if index < 2 else 0.18)))
    small = sum(weight[..., None] * np.array(color) for weight, color in zip(weights, colors, strict=False))
    small = small / np.sum(weights, axis=0)[..., None]
    spans = [(text.box[1] / height, (text.box[1] + text.box[3]) / height, text) for text in texts]
    for row in range(rows):
        for column in range(columns):
            value = (float(small[row, column, 0]), float(small[row, column, 1]), float(small[row, column, 2]))
            small[row, column] = _contrasting_color(value, float(y[row, 0]), spans)
    image = Image.fromarray(np.clip(small, 0, 255).round().astype(np.uint8))
    return np.array(image.resize((width, height), Image.Resampling.BICUBIC))


def _contrasting_color(
    value: Rgb, y: float, spans: Sequence[tuple[float, float, TextArea]], vivid: Rgb | None = None, depth: float = 0.0
) -> Rgb:
    """A colour at a height, moved away from the letters near it; those of the largest text decide last."""
    for top, bottom, text in sorted(spans, key=lambda span: span[2].box[2] * span[2].box[3]):
        share = smooth(1 - (max(top - y, y - bottom, 0.0) - 0.02) / FADE)
        if share > 0 and contrast_ratio(luminance(value), luminance(text.color)) < LEAST_CONTRAST:
            rich = mix(value, vivid, 0.75) if vivid else value
            value = mix(value, readable_under(rich, text.color, LEAST_CONTRAST + depth), share)
    return value
