"""Cropping lines of a picture at full resolution, turned upright."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from typing import TYPE_CHECKING

from layoutgen.base.geometry import Quad, centre, clip, grow, rotated
from layoutgen.base.model import Box

if TYPE_CHECKING:
    from PIL.Image import Image


def cut_box(image: Image, box: Box, *, degrees: float = 0.0, about: tuple[float, float] | None = None) -> Image:
    """What lies in a box that was turned clockwise about a point, turned back upright. Outside the picture it is cut off."""
    if not degrees:
        left, top, width, height = clip(box, image.width, image.height)
        return image.crop((left, top, left + max(1, width), top + max(1, height)))
    return cut_quad(image, rotated(box, about or centre(box), degrees), keep_direction=True)


def cut_quad(image: Image, quad: Quad, *, keep_direction: bool = False) -> Image:
    """The line between four corners, upright. A tall one is turned to the left, as readers expect of vertical lines."""
    from PIL.Image import Resampling, Transform, Transpose

    a, b, c, d = quad
    width = max(1, round(max(math.dist(a, b), math.dist(d, c))))
    height = max(1, round(max(math.dist(a, d), math.dist(b, c))))
    slanted = max(abs(a[1] - b[1]), abs(d[1] - c[1]), abs(a[0] - d[0]), abs(b[0] - c[0])) > 1.5
    if slanted:
        data = [*a, *d, *c, *b]
        line = image.transform((width, height), Transform.QUAD, data, Resampling.BICUBIC)
    else:
        left, top, wide, high = clip((round(a[0]), round(a[1]), width, height), image.width, image.height)
        line = image.crop((left, top, left + max(1, wide), top + max(1, high)))
    if not keep_direction and line.height >= 1.5 * line.width:
        line = line.transpose(Transpose.ROTATE_90)
    return line


def cut_column(image: Image, cells: Sequence[Box], turned: Container[Box] = ()) -> Image:
    """A column laid down as a line: its character cells side by side, each upright, as high as the largest.

    Words in the cells of `turned` were set turned to the right, and are turned back.
    """
    from PIL import Image as Images
    from PIL.Image import Resampling, Transpose

    words = {number for number, cell in enumerate(cells) if cell in turned}
    cut = []
    for number, cell in enumerate(cells):
        left, top, width, height = clip(cell, image.width, image.height)
        if width > 1 and height > 1:
            part = image.crop((left, top, left + width, top + height))
            cut.append(part.transpose(Transpose.ROTATE_90) if number in words else part)
    if not cut:
        return image.crop((0, 0, 1, 1))
    high = max(part.height for part in cut)
    parts = []
    for part in cut:
        width, height = part.size
        parts.append(part.resize((max(1, round(width * high / height)), high), Resampling.BICUBIC) if height != high else part)
    edge = high // 4
    strip = Images.new("RGB", (sum(part.width for part in parts) + 2 * edge, high), parts[0].getpixel((0, 0)))
    x = edge
    for part in parts:
        strip.paste(part, (x, 0))
        x += part.width
    return strip


def widened(line: Image, width: int) -> Image:
    """Stretched to a width, unless it is as wide already; at most twice as wide."""
    from PIL.Image import Resampling

    width = min(width, 2 * line.width)
    return line.resize((width, line.height), Resampling.BICUBIC) if width > line.width else line


def black_on_white(line: Image) -> Image:
    """Without colours, at full contrast; what most of the edge shows is the ground, and becomes the light one."""
    from PIL import ImageOps, ImageStat

    grey = line.convert("L")
    width, height = grey.size
    edges = [grey.crop(box) for box in ((0, 0, width, 1), (0, height - 1, width, height))]
    ground = sum(ImageStat.Stat(edge).median[0] for edge in edges) / len(edges)
    plain = ImageOps.autocontrast(grey, cutoff=1)
    return (ImageOps.invert(plain) if ground < ImageStat.Stat(grey).mean[0] else plain).convert("RGB")


def line_box(box: Box, margin: float) -> Box:
    """A line's box with a margin, in shares of its height: readers want some air, more at the ends than above."""
    height = min(box[2], box[3])
    return grow(box, margin * height, margin * height / 2)


def line_height(crop: Image, height: int, longest: int) -> Image:
    """A line shrunk to the height that a reader works at; never enlarged here. At most `longest` pixels wide."""
    from PIL.Image import Resampling

    if crop.height <= height and crop.width <= longest:
        return crop
    scale = min(1.0, height / crop.height)
    width = min(longest, max(1, round(crop.width * scale)))
    return crop.resize((width, min(crop.height, height)), Resampling.BILINEAR, reducing_gap=3.0)
