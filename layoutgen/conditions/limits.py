"""What a renderer can take: how a canvas fits into it, what it can write and draw."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from layoutgen.conditions.model import Generation, Limits

if TYPE_CHECKING:
    import regex

MODEL_SCRIPTS = ("Latin", "Han")
"""The scripts that GLM-Image was trained to write."""
DRAFT = Limits(name="draft", grid=1, smallest=1, largest=65536, exact_size=True)


_WORD = re.compile(r"[^\W_]+")


def fit(width: int, height: int, limits: Limits) -> Generation:
    """The generated picture for a canvas: its own size where that is allowed, else scaled, then padded on all sides.

    Both sides become multiples of `limits.grid` between its smallest and largest side, and their ratio stays below
    `largest_aspect`. The canvas lies in the middle of the padding.
    """
    if limits.exact_size:
        return Generation(width=width, height=height, crop=(0, 0, width, height), scale=1.0)
    grid = limits.grid
    smallest, largest = _up(limits.smallest, grid), limits.largest // grid * grid
    short, long = sorted((width, height))
    enlarge = smallest / short if _up(short, grid) < smallest else 1.0
    factor = min(enlarge, largest / long) if enlarge > 1 or long > largest else 1.0
    inner = (max(1, round(width * factor)), max(1, round(height * factor)))
    outer = [max(smallest, _up(side, grid)) for side in inner]
    if limits.largest_aspect:
        narrow = outer.index(min(outer))
        if max(outer) >= outer[narrow] * limits.largest_aspect:
            outer[narrow] = (int(max(outer) / limits.largest_aspect) // grid + 1) * grid
    crop = ((outer[0] - inner[0]) // 2, (outer[1] - inner[1]) // 2, *inner)
    return Generation(width=outer[0], height=outer[1], crop=crop, scale=1 / factor)


def misfit(generation: Generation, limits: Limits) -> str:
    """Why a renderer cannot make a picture of this size, in words, or nothing. Sizes from `fit` always fit."""
    size = f"a picture of {generation.width} x {generation.height}"
    short, long = sorted((generation.width, generation.height))
    if limits.exact_size:
        return ""
    if generation.width % limits.grid or generation.height % limits.grid:
        return f"{size}, and `{limits.name}` needs sides that are multiples of {limits.grid}"
    if short < limits.smallest or long > limits.largest:
        return f"{size}, and `{limits.name}` makes sides of {limits.smallest} to {limits.largest} pixels"
    if limits.largest_aspect and long >= short * limits.largest_aspect:
        return f"{size}, and `{limits.name}` makes none as long as {limits.largest_aspect:g}:1"
    return ""


def unwritable(text: str, limits: Limits) -> tuple[str, ...]:
    """The characters of a text that lie outside the renderer's character set, each once, in order."""
    if limits.characters is None:
        return ()
    return tuple(dict.fromkeys(c for c in text if c not in limits.characters and not c.isspace()))


def foreign(text: str, scripts: tuple[str, ...] | None) -> tuple[str, ...]:
    """The stretches of a text outside these scripts, each once, in order; None is all scripts."""
    if scripts is None or text.isascii():
        return ()
    return tuple(dict.fromkeys(_outside(scripts).findall(text)))


def can_draw(description: str, limits: Limits) -> bool:
    """Whether a description names an object that the renderer can draw, in the singular or with an s."""
    if limits.things is None:
        return True
    words = f" {' '.join(_WORD.findall(description.lower()))} "
    return any(f" {name} " in words or f" {name}s " in words for names in limits.things for name in names)


def can_write(text: str, limits: Limits) -> bool:
    return not unwritable(text, limits) and not foreign(text, limits.scripts)


@cache
def _outside(scripts: tuple[str, ...]) -> regex.Pattern[str]:
    import regex

    inside = "".join(rf"\p{{Script={script}}}" for script in (*scripts, "Common", "Inherited"))
    return regex.compile(f"[^{inside}]+")


def _up(side: int, grid: int) -> int:
    return -(-side // grid) * grid
