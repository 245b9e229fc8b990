"""Pictures that posters name: opened with a plain message for everything that can be wrong, and fitted into their boxes."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.base.files import Stamp, stamp_of
from layoutgen.conditions.model import Overlay
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.load.picture_files import PICTURES

if TYPE_CHECKING:
    from PIL import Image

LARGEST_PICTURE = 100_000_000
"""Pixels; a picture that claims more is refused before it is decoded."""


def load_picture(path: str | Path, *, name: str = "") -> Image.Image:
    """A picture file as RGBA, upright. LG510: not there or not readable; LG511: not a picture; LG512: too many pixels."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    what = f"the picture `{path}`" + (f" of `{name}`" if name else "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter than a warning
            opened = Image.open(path, formats=tuple(PICTURES))
        with opened as image:
            if image.width * image.height > LARGEST_PICTURE:
                raise _too_large(what, image.width, image.height)
            return ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError:
        raise PosterError(
            Diagnostic("LG511", f"{what} is not a picture that can be read", hint="use PNG, JPEG, WebP, GIF, TIFF or BMP")
        ) from None
    except Image.DecompressionBombError:
        raise _too_large(what) from None
    except (OSError, SyntaxError, ValueError) as error:
        # Pillow raises SyntaxError for broken PNG chunks and ValueError for impossible headers.
        if isinstance(error, OSError) and error.errno is not None:
            reason = error.strerror or "it cannot be opened"
            raise PosterError(
                Diagnostic("LG510", f"{what} cannot be opened: {reason.lower()}", hint="check the path")
            ) from error
        raise PosterError(
            Diagnostic("LG511", f"{what} is damaged", hint="open it in an image editor and save it again")
        ) from error


def fitted(overlay: Overlay) -> Image.Image:
    """The picture of an image overlay at the size it has in its box: RGBA."""
    from PIL import Image

    picture = _opened(overlay.source, stamp_of(overlay.source), overlay.id)
    _, _, width, height = overlay.box
    if picture.size == (width, height):
        return picture.copy()
    ratios = (width / picture.width, height / picture.height)
    if overlay.fit == "cover":
        scale = max(ratios)
        # Rounding may ask for slightly more than the picture has.
        part = min(width / scale, picture.width), min(height / scale, picture.height)
        left, top = (picture.width - part[0]) / 2, (picture.height - part[1]) / 2
        region = (left, top, min(left + part[0], picture.width), min(top + part[1], picture.height))
        return picture.resize((width, height), Image.Resampling.LANCZOS, box=region)
    scale = min(ratios)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.copy() if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def _opened(path: str, stamp: Stamp, name: str) -> Image.Image:
    return load_picture(path, name=name)


def _too_large(what: str, width: int = 0, height: int = 0) -> PosterError:
    size = f": {width} × {height} pixels" if width else ""
    return PosterError(
        Diagnostic(
            "LG512",
            f"{what} is too large{size}",
            hint=f"at most {LARGEST_PICTURE // 1_000_000} million pixels; save it smaller",
        )
    )
