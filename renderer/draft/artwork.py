"""The draft's artwork: SVGs of Noto Emoji (Apache-2.0), drawn by resvg at whatever size they are needed."""

from __future__ import annotations

import io
import re
import zipfile
from functools import cache, lru_cache
from importlib.resources import files

from PIL import Image

SAMPLE = 160
"""Pixels of the sample on which a picture's ink is measured."""


@cache
def names() -> frozenset[str]:
    """All pictures there are."""
    return frozenset(name.removesuffix(".svg") for name in _archive().namelist())


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
def _archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((files(__package__) / "artwork.zip").read_bytes()))


@lru_cache(maxsize=64)
def _svg(name: str) -> tuple[str, float, float]:
    """Body, width and height of the view box."""
    text = _archive().read(f"{name}.svg").decode()
    match = re.match(r'<svg [^>]*viewBox="0 0 ([\d.]+) ([\d.]+)">', text)
    if match is None:
        raise ValueError(f"{name} has no view box")
    return text[match.end() : -len("</svg>")], float(match[1]), float(match[2])


@lru_cache(maxsize=256)
def _ink(name: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of the picture's ink in its view box."""
    _, width, height = _svg(name)
    scale = SAMPLE / max(width, height)
    sample = _draw(name, (0, 0, width, height), (round(width * scale), round(height * scale)))
    bounds = sample.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox()
    if bounds is None:
        raise ValueError(f"{name} is empty")
    left, top, right, bottom = bounds
    return left / scale, top / scale, (right - left) / scale, (bottom - top) / scale


def _draw(name: str, view: tuple[float, float, float, float], size: tuple[int, int]) -> Image.Image:
    from resvg_py import svg_to_bytes

    body, _, _ = _svg(name)
    box = " ".join(f"{value:.4f}" for value in view)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{box}" '
        f'width="{size[0]}" height="{size[1]}" preserveAspectRatio="none">{body}</svg>'
    )
    with Image.open(io.BytesIO(svg_to_bytes(svg_string=svg, skip_system_fonts=True))) as image:
        return image.convert("RGBA")
