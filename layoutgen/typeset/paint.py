"""Paint as pixels: colours, gradients and panels."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw

from layoutgen.base.color import rgba8
from layoutgen.base.geometry import area, clip, edges, moved
from layoutgen.base.model import Box
from layoutgen.base.style import Gradient, Paint

_SUPERSAMPLING = 8
_STEPS = 2048


def fill(size: tuple[int, int], paint: Paint) -> Image.Image:
    """An RGBA picture of `size` (width, height) covered with a paint.

    A gradient runs from corner to corner along its angle, as in CSS: the first and last stop are met in the corners.
    """
    if isinstance(paint, str):
        return Image.new("RGBA", size, rgba8(paint))
    width, height = size
    angle = math.radians(paint.angle)
    dx, dy = math.cos(angle), math.sin(angle)
    reach = abs(dx) * width + abs(dy) * height or 1.0
    across = (np.arange(width, dtype=np.float32) + np.float32(0.5 - width / 2)) * np.float32(dx / reach)
    down = (np.arange(height, dtype=np.float32) + np.float32(0.5 - height / 2)) * np.float32(dy / reach)
    table = _table(paint)
    if abs(dx) < 1e-9 or abs(dy) < 1e-9:  # one row or one column says it all
        line = table[_steps(across if abs(dy) < 1e-9 else down)]
        pixels = np.broadcast_to(line[None, :] if abs(dy) < 1e-9 else line[:, None], (height, width))
    else:
        pixels = np.take(table, _steps(down[:, None] + across[None, :]))
    return Image.frombytes("RGBA", size, np.ascontiguousarray(pixels).tobytes())


def _steps(position: NDArray[np.float32]) -> NDArray[np.int32]:
    steps: NDArray[np.int32] = np.clip(
        (position + np.float32(0.5)) * np.float32(_STEPS - 1) + np.float32(0.5), 0, _STEPS - 1
    ).astype(np.int32)
    return steps


@lru_cache(256)
def _table(gradient: Gradient) -> NDArray[np.uint32]:
    """The gradient's colours in order, the four bytes of each as one number."""
    colors = np.array([rgba8(stop) for stop in gradient.stops], dtype=np.float64)
    if len(colors) == 1:
        colors = np.repeat(colors, 2, axis=0)
    at = np.linspace(0, 1, _STEPS)
    places = np.linspace(0, 1, len(colors))
    bands = np.stack([np.interp(at, places, colors[:, band]) for band in range(4)], axis=1).round().astype(np.uint8)
    return np.ascontiguousarray(bands).view(np.uint32).ravel()


def rounded_mask(size: tuple[int, int], radius: float) -> Image.Image:
    """An L mask of a rectangle of `size` with antialiased round corners."""
    width, height = size
    radius = min(radius, width / 2, height / 2)
    mask = Image.new("L", size, 255)
    side = math.ceil(radius)
    if side > 0:
        corner = _corner(side, radius)
        for turn, place in enumerate(((0, 0), (0, height - side), (width - side, height - side), (width - side, 0))):
            mask.paste(corner.rotate(90 * turn), place)
    return mask


@lru_cache(64)
def _corner(side: int, radius: float) -> Image.Image:
    """The top left corner."""
    big = Image.new("L", (side * _SUPERSAMPLING,) * 2, 0)
    reach = radius * _SUPERSAMPLING
    ImageDraw.Draw(big).ellipse((0, 0, 2 * reach - 1, 2 * reach - 1), fill=255)
    edge = round(reach)
    big.paste(255, (edge, 0, *big.size))
    big.paste(255, (0, edge, *big.size))
    return big.reduce(_SUPERSAMPLING)


def rounded_rectangle(
    image: Image.Image,
    box: Box,
    paint: Paint | None,
    *,
    radius: float = 0.0,
    opacity: float = 1.0,
    border: tuple[str, float] | None = None,
    rotation: float = 0.0,
) -> None:
    """Draw a panel on an RGB or RGBA image: `box`, `radius` and the border's (colour, width) in pixels.

    The border lies inside the box. `rotation` in degrees, clockwise, about the middle of the box.
    """
    left, top, width, height = box
    if width <= 0 or height <= 0:
        return
    mask = rounded_mask((width, height), radius)
    layer = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    if paint is not None:
        layer = masked(fill((width, height), paint), mask)
    if border is not None and border[1] > 0:
        color, thick = border[0], max(1, round(border[1]))
        inner = Image.new("L", (width, height), 0)
        if width > 2 * thick and height > 2 * thick:
            inner.paste(rounded_mask((width - 2 * thick, height - 2 * thick), max(0.0, radius - thick)), (thick, thick))
        layer.alpha_composite(masked(fill((width, height), color), ImageChops.subtract(mask, inner)))
    compose(image, layer, (left, top), opacity=opacity, rotation=rotation, centre=(left + width / 2, top + height / 2))


def masked(picture: Image.Image, mask: Image.Image) -> Image.Image:
    """An RGBA picture whose alpha is multiplied by an L mask of its size."""
    alpha = picture.getchannel("A")
    picture.putalpha(mask if alpha.getextrema() == (255, 255) else ImageChops.multiply(alpha, mask))
    return picture


def compose(
    image: Image.Image,
    layer: Image.Image,
    at: tuple[int, int],
    *,
    opacity: float = 1.0,
    rotation: float = 0.0,
    centre: tuple[float, float] | None = None,
) -> None:
    """Lay an RGBA layer on an RGB or RGBA image, its top left corner `at` a pixel; what lies outside is cut off.

    `rotation` in degrees, clockwise, about `centre` in the image's pixels (by default the layer's own middle).
    """
    if rotation % 360:
        layer, at = _rotated(layer, at, rotation, centre or (at[0] + layer.width / 2, at[1] + layer.height / 2))
    if opacity < 1:
        layer = layer.copy()
        layer.putalpha(layer.getchannel("A").point([round(value * opacity) for value in range(256)]))
    visible = clip((*at, *layer.size), *image.size)
    if not area(visible):
        return
    part = layer.crop(edges(moved(visible, -at[0], -at[1])))
    if image.mode == "RGBA":
        image.alpha_composite(part, visible[:2])
    else:
        image.paste(part, visible[:2], part)


def _rotated(
    layer: Image.Image, at: tuple[int, int], rotation: float, centre: tuple[float, float]
) -> tuple[Image.Image, tuple[int, int]]:
    angle = math.radians(rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(at[0] + x - centre[0], at[1] + y - centre[1]) for x in (0, layer.width) for y in (0, layer.height)]
    turned = [(x * cos - y * sin + centre[0], x * sin + y * cos + centre[1]) for x, y in corners]
    left, top = (math.floor(min(point[axis] for point in turned)) - 1 for axis in (0, 1))
    right, bottom = (math.ceil(max(point[axis] for point in turned)) + 1 for axis in (0, 1))
    # from a pixel of the result back to one of the layer
    x0, y0 = left - centre[0], top - centre[1]
    back = (
        cos, sin, cos * x0 + sin * y0 + centre[0] - at[0],
        -sin, cos, -sin * x0 + cos * y0 + centre[1] - at[1],
    )  # fmt: skip
    size = (right - left, bottom - top)
    return layer.transform(size, Image.Transform.AFFINE, back, Image.Resampling.BICUBIC), (left, top)
