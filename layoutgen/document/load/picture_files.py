"""Looking at a picture file without trusting it: is it one, how large is it. Results are kept until the file changes."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path

from layoutgen.diagnostics import Collector, Span

PICTURES = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg"),
    "WEBP": (".webp",),
    "GIF": (".gif",),
    "TIFF": (".tif", ".tiff"),
    "BMP": (".bmp",),
}
"""The formats that a poster may name files of, as Pillow calls them, and how such files end."""
PICTURE_SUFFIXES = tuple(suffix for suffixes in PICTURES.values() for suffix in suffixes)
LARGEST_PIXELS = 64_000_000
LARGEST_BYTES = 200_000_000
_ORIENTATION = 0x0112


def picture_size(path: Path, written: str, span: Span, collector: Collector) -> tuple[int, int] | None:
    """Width and height in pixels as the picture is shown (turned as its EXIF says); None after an error was collected."""
    try:
        facts = path.stat()
    except OSError as error:
        collector.error("LG222", span, f"the picture `{written}` cannot be read: {error.strerror}")
        return None
    size = _look_at(path, facts.st_mtime_ns, facts.st_size)
    if isinstance(size, tuple):
        return size
    code, problem = size.split(" ", 1)
    collector.error(code, span, problem.format(written))
    return None


@lru_cache(maxsize=512)
def _look_at(path: Path, _modified: int, size: int) -> tuple[int, int] | str:
    """The size, or a code and a message with a gap for the name."""
    from PIL import Image, UnidentifiedImageError

    if size > LARGEST_BYTES:
        return f"LG224 the picture `{{}}` is larger than {LARGEST_BYTES // 1_000_000} MB"
    too_large = f"LG224 the picture `{{}}` has more than {LARGEST_PIXELS // 1_000_000} million pixels"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=tuple(PICTURES)) as picture:
                width, height = picture.size
                if width * height > LARGEST_PIXELS:
                    return too_large
                # A PNG's EXIF may follow its pixels, and looking for it there would decode them.
                known = picture.format != "PNG" or "exif" in picture.info
                turned = known and picture.getexif().get(_ORIENTATION) in (5, 6, 7, 8)
            with Image.open(path, formats=tuple(PICTURES)) as picture:
                picture.verify()
    except Image.DecompressionBombError:
        return too_large
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        return "LG223 `{}` is not a picture that can be opened (PNG, JPEG, WebP, GIF, TIFF and BMP can)"
    return (height, width) if turned else (width, height)
