"""A finished picture as a file of the canvas's format: within its largest size, with its dots per inch and its bleed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from layoutgen.base.picture_formats import QUALITY, encode
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.model import Canvas, Export

if TYPE_CHECKING:
    from PIL.Image import Image

LOWEST_QUALITY = 30
"""Below it letters get frayed."""


def encode_export(picture: Image, name: str, metadata: Mapping[str, str], canvas: Canvas, export: Export) -> tuple[bytes, int]:
    """The file's bytes, and the quality they were written with: the best one that `max` leaves. LG823 when none does."""
    suffix = PurePosixPath(name).suffix
    bleed = canvas.bleed.pixels(min(canvas.width, canvas.height), canvas.dpi) if canvas.bleed else 0.0

    def at(quality: int) -> bytes:
        return encode(picture, suffix, metadata, quality=quality, dpi=canvas.dpi, bleed=bleed)

    whole = at(QUALITY)
    if export.largest is None or len(whole) <= export.largest:
        return whole, QUALITY
    low, high, best = LOWEST_QUALITY, QUALITY - 1, b""
    quality = 0
    while low <= high:
        middle = (low + high) // 2
        candidate = at(middle)
        if len(candidate) <= export.largest:
            best, quality, low = candidate, middle, middle + 1
        else:
            high = middle - 1
    if not best:
        smallest = len(at(LOWEST_QUALITY)) // 1000
        message = f"`{name}` has {smallest} kB even with the lowest quality, and may have {export.largest // 1000} kB"
        hint = f"raise `max` of the canvas `{canvas.name}`, make it smaller, or choose format: webp"
        raise PosterError(Diagnostic("LG823", message, hint=hint, canvas=canvas.name))
    return best, quality
