"""A finished picture as a file of the canvas's format: within its largest size, with its dots per inch and its bleed."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.model import Canvas, Export
from layoutgen.record.save import FORMATS, QUALITY, encode

if TYPE_CHECKING:
    from PIL.Image import Image

LOWEST = 30
"""Quality below which letters get frayed."""


def encoded(picture: Image, name: str, metadata: Mapping[str, str], canvas: Canvas, export: Export) -> tuple[bytes, int]:
    """The file's bytes, and the quality they were written with: the best one that `max` leaves. LG823 when none does."""
    suffix = PurePosixPath(name).suffix
    bleed = canvas.bleed.pixels(min(canvas.width, canvas.height), canvas.dpi) if canvas.bleed else 0.0

    def at(quality: int) -> bytes:
        return encode(picture, suffix, dict(metadata), quality=quality, dpi=canvas.dpi, bleed=bleed)

    whole = at(QUALITY)
    if export.largest is None or len(whole) <= export.largest:
        return whole, QUALITY
    low, high, best = LOWEST, QUALITY - 1, b""
    quality = 0
    while low <= high:
        middle = (low + high) // 2
        tried = at(middle)
        if len(tried) <= export.largest:
            best, quality, low = tried, middle, middle + 1
        else:
            high = middle - 1
    if not best:
        message = (
            f"`{name}` has {len(at(LOWEST)) // 1000} kB even with the lowest quality, and may have {export.largest // 1000} kB"
        )
        hint = f"raise `max` of the canvas `{canvas.name}`, make it smaller, or choose format: webp"
        raise PosterError(Diagnostic("LG823", message, hint=hint, canvas=canvas.name))
    return best, quality


def decoded(raw: bytes, name: str) -> Image | None:
    """The picture as those will see it who open the file; None where that is not known here (PDF)."""
    from PIL import Image

    form = FORMATS[PurePosixPath(name).suffix.lower()]
    if form == "PDF":
        return None
    with Image.open(io.BytesIO(raw), formats=(form,)) as opened:
        return opened.convert("RGB")
