"""Draws the marks of the two brand kits. `python templates/kits/draw_logos.py`"""

from __future__ import annotations

from math import pi, sin
from pathlib import Path

from PIL import Image, ImageDraw

HERE = Path(__file__).parent
SIDE, SMOOTH = 320, 4
"""Pixels of a mark's side; it is drawn larger and scaled down, so that its edges are smooth."""


def corner() -> Image.Image:
    """An orange tile with one corner folded over."""
    side = SIDE * SMOOTH
    logo = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(logo)
    pen.rounded_rectangle([0, 0, side - 1, side - 1], side * 0.2, fill="#E8430C")
    pen.polygon([(side * x, side * y) for x, y in ((0.42, 0.0), (1.0, 0.0), (1.0, 0.58))], fill=(0, 0, 0, 0))
    pen.polygon([(side * x, side * y) for x, y in ((0.42, 0.0), (1.0, 0.58), (0.42, 0.58))], fill="#FFE04A")
    pen.ellipse([side * 0.16, side * 0.68, side * 0.34, side * 0.86], fill="#FFFFFF")
    return logo.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


def stillwater() -> Image.Image:
    """A sun over three waves, in one thin ring."""
    side = SIDE * SMOOTH
    logo = Image.new("RGBA", (side, side))
    pen = ImageDraw.Draw(logo)
    pen.ellipse([side * 0.02] * 2 + [side * 0.98] * 2, outline="#24443A", width=side // 40)
    pen.ellipse([side * 0.37, side * 0.2, side * 0.63, side * 0.46], fill="#B4552F")
    for row in range(3):
        reach = (0.3, 0.27, 0.18)[row]
        points = [(0.5 - reach + 2 * reach * i / 80, 0.58 + 0.1 * row + 0.022 * sin(i / 80 * 4 * pi)) for i in range(81)]
        pen.line([(side * x, side * y) for x, y in points], fill="#24443A", width=side // 32, joint="curve")
    return logo.resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    for draw in (corner, stillwater):
        draw().quantize(32).save(HERE / f"{draw.__name__}-logo.png", optimize=True)
