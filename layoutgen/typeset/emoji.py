"""Emoji in slogans: which graphemes are pictures, and the pictures, drawn by resvg at whatever size they are needed.

A character that is a letter as well as an emoji (© or ❤) is a picture only where the text says so, with a variation selector.
"""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from PIL import Image

SIDE = 1.08
"""Ems that a picture is wide and high."""
ADVANCE = 1.16
"""Ems from one picture to the next."""
_SHOWN = regex.compile(r"\p{Emoji_Presentation}|\p{Emoji}[\p{Emoji_Modifier}\ufe0f]|\p{Regional_Indicator}{2}")


@lru_cache(8192)
def picture_of(grapheme: str) -> str:
    """The name of the picture that a grapheme is drawn as; empty for what is drawn with letters, or has no picture."""
    if grapheme.isascii() or not _SHOWN.match(grapheme):
        return ""
    codes = "-".join(f"{ord(character):04x}" for character in grapheme if character != "\ufe0f")
    return codes if codes in _block(codes.split("-")[0]) else ""


def has_pictures(text: str) -> bool:
    return not text.isascii() and any(map(picture_of, regex.findall(r"\X", text)))


@lru_cache(128)
def picture(name: str, side: int) -> Image.Image:
    """The picture as RGBA, `side` pixels wide and high. Callers must not change it."""
    from PIL import Image
    from resvg_py import svg_to_bytes

    view, body = drawing(name)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {view} {view}" width="{side}" height="{side}">{body}</svg>'
    )
    with Image.open(io.BytesIO(svg_to_bytes(svg_string=svg, skip_system_fonts=True))) as drawn:
        return drawn.convert("RGBA")


def drawing(name: str) -> tuple[int, str]:
    """A picture as SVG: the side of its view box, and what is in it. KeyError for a name that no picture has."""
    return _block(name.split("-")[0])[name]


@cache
def _archive() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO((files(__package__) / "emoji.zip").read_bytes()))


@cache
def _entries() -> frozenset[str]:
    return frozenset(_archive().namelist())


@lru_cache(64)
def _block(first: str) -> dict[str, tuple[int, str]]:
    """Every picture whose characters begin with this one."""
    return json.loads(_archive().read(first)) if first in _entries() else {}
