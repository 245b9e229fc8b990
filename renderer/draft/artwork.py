"""The draft's artwork: those of the emoji that show objects, drawn by resvg at whatever size they are needed."""

from __future__ import annotations

import io
import json
import re
from functools import cache, lru_cache
from importlib.resources import files

from PIL import Image

from layoutgen.typeset.emoji import drawing

SAMPLE = 160
"""Pixels of the sample on which a picture's ink is measured."""
GROUND = {"umbrella-on-ground": 2}
"""Pictures whose first shapes are ground of their own, and how many: the draft has a ground already."""


@cache
def names() -> frozenset[str]:
    """All pictures there are."""
    return frozenset(_characters())


def aspect(name: str) -> float:
    """Width / height of the picture's ink."""
    _, _, width, height = _ink(name)
    return width / height


@lru_cache(maxsize=64)
def artwork(name: str, width: int, height: int) -> Image.Image:
    """The picture as large as fits into `width` × `height` pixels, cropped to its ink: RGBA. Callers must not change it."""
    left, top, ink_width, ink_height = _ink(name)
    scale = min(width / ink_width, height / ink_height)
    size = (max(1, round(ink_width * scale)), max(1, round(ink_height * scale)))
    return _draw(name, (left, top, ink_width, ink_height), size)


@cache
def _characters() -> dict[str, str]:
    """Name → the characters that the picture stands for, as their code points."""
    characters: dict[str, str] = json.loads((files(__package__) / "artwork.json").read_text("utf-8"))
    return characters


@lru_cache(maxsize=64)
def _svg(name: str) -> tuple[int, str]:
    """Side of the view box, and what is in it."""
    side, body = drawing(_characters()[name])
    return side, re.sub(r"<path\b[^>]*/>", "", body, count=GROUND[name]) if name in GROUND else body


@lru_cache(maxsize=256)
def _ink(name: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of the picture's ink in its view box."""
    side, _ = _svg(name)
    scale = SAMPLE / side
    sample = _draw(name, (0, 0, side, side), (SAMPLE, SAMPLE))
    bounds = sample.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox()
    if bounds is None:
        raise ValueError(f"{name} is empty")
    left, top, right, bottom = bounds
    return left / scale, top / scale, (right - left) / scale, (bottom - top) / scale


def _draw(name: str, view: tuple[float, float, float, float], size: tuple[int, int]) -> Image.Image:
    from resvg_py import svg_to_bytes

    _, body = _svg(name)
    box = " ".join(f"{value:.4f}" for value in view)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" '
        f'width="{size[0]}" height="{size[1]}" preserveAspectRatio="none">{body}</svg>'
    )
    with Image.open(io.BytesIO(svg_to_bytes(svg_string=svg, skip_system_fonts=True))) as image:
        return image.convert("RGBA")
