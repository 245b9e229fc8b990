"""The formats of picture files: one table, which names, checks, writes and reads back all of them.

A new format is one function that writes it, its line in `FORMATS`, and its name in `FormatName`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITY = 92
"""Of JPEG and WebP, and of the picture in a PDF."""
PDF_DPI = 144.0
"""Where a canvas says nothing about print."""
SOFTWARE = "layoutgen"
"""What the metadata of every picture begins with."""

FormatName = Literal["png", "jpg", "webp", "pdf"]
"""As a canvas asks for it: `format: jpg`."""


@dataclass(frozen=True)
class Encoding:
    """What a file is written with, besides its pixels."""

    metadata: Mapping[str, str]
    quality: int = QUALITY
    dpi: float | None = None
    bleed: float = 0.0
    """Pixels that are cut off on each side."""

    @property
    def line(self) -> bytes:
        """The metadata, for formats with room for one text."""
        return "; ".join(f"{key}={value}" for key, value in self.metadata.items()).encode()

    @property
    def resolution(self) -> dict[str, Any]:
        """Pillow's option for formats that note dots per inch."""
        return {"dpi": (self.dpi, self.dpi)} if self.dpi else {}


@dataclass(frozen=True)
class PictureFormat:
    """One format, and what it can carry."""

    suffixes: tuple[str, ...]
    write: Callable[[Image, Encoding], bytes]
    pillow: str | None = None
    """What Pillow calls it; None where Pillow cannot read it."""
    lossless: bool = False
    """Whether every pixel is kept."""
    shrinks: bool = False
    """Whether a lower quality makes a smaller file: what `max` needs."""


def encode(
    picture: Image,
    suffix: str,
    metadata: Mapping[str, str] | None = None,
    *,
    quality: int = QUALITY,
    dpi: float | None = None,
    bleed: float = 0.0,
) -> bytes:
    """The picture's file bytes; the format follows the suffix. The same picture gives the same bytes. LG958."""
    return format_of(suffix).write(picture, Encoding(metadata or {}, quality, dpi, bleed))


def decode(raw: bytes, suffix: str) -> Image | None:
    """The picture as whoever opens the file will see it; None for a format that cannot be read back."""
    from PIL import Image

    pillow = format_of(suffix).pillow
    if pillow is None:
        return None
    with Image.open(io.BytesIO(raw), formats=(pillow,)) as opened:
        return opened.convert("RGB")


def format_of(suffix: str, name: str = "") -> PictureFormat:
    """The format of files that end in `suffix`; `name` is what a message calls the file. LG958."""
    picture_format = _BY_SUFFIX.get(suffix.lower())
    if picture_format is None:
        hint = f"end the name with one of {', '.join(SUFFIXES)}"
        message = f"pictures cannot be written as `{name or suffix or 'no suffix'}`"
        raise PosterError(Diagnostic("LG958", message, hint=hint))
    return picture_format


def made_by_layoutgen(path: Path) -> bool:
    """Whether a picture's metadata has our mark."""
    from PIL import Image, UnidentifiedImageError

    mark = SOFTWARE.encode()
    picture_format = _BY_SUFFIX.get(path.suffix.lower())
    try:
        if picture_format is not None and picture_format.pillow is None:
            return mark in path.read_bytes()
        with Image.open(path) as picture:
            texts = [picture.info.get(key, b"") for key in ("Software", "comment", "xmp")]
    except (OSError, UnidentifiedImageError):
        return False
    return any(mark in (text if isinstance(text, bytes) else str(text).encode()) for text in texts)


def _png(picture: Image, encoding: Encoding) -> bytes:
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    for key, value in encoding.metadata.items():
        info.add_itxt(key, value)
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=info, compress_level=4, **encoding.resolution)
    return out.getvalue()


def _jpeg(picture: Image, encoding: Encoding) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(
        out, "JPEG", quality=encoding.quality, subsampling=0, comment=encoding.line, **encoding.resolution
    )
    return out.getvalue()


def _webp(picture: Image, encoding: Encoding) -> bytes:
    from xml.sax.saxutils import escape

    text = escape(encoding.line.decode())
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"<xmp:CreatorTool>{text}</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=encoding.quality, method=4, xmp=xmp)
    return out.getvalue()


def _pdf(picture: Image, encoding: Encoding) -> bytes:
    """One page of the picture's size in print, its trim box inside the bleed."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    dpi = encoding.dpi or PDF_DPI
    width, height, edge = (72 * side / dpi for side in (picture.width, picture.height, encoding.bleed))
    # Invariant: neither times nor random numbers get into the file.
    page = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
    page.setProducer(encoding.line.decode() or SOFTWARE)
    page.setTrimBox((edge, edge, width - edge, height - edge))
    page.setBleedBox((0, 0, width, height))
    pixels = _jpeg(picture, replace(encoding, metadata={}, dpi=None))
    page.drawImage(ImageReader(io.BytesIO(pixels)), 0, 0, width, height)
    page.showPage()
    page.save()
    return out.getvalue()


FORMATS: dict[FormatName, PictureFormat] = {
    "png": PictureFormat((".png",), _png, "PNG", lossless=True),
    "jpg": PictureFormat((".jpg", ".jpeg"), _jpeg, "JPEG", shrinks=True),
    "webp": PictureFormat((".webp",), _webp, "WEBP", shrinks=True),
    "pdf": PictureFormat((".pdf",), _pdf),
}
NAMES = tuple(FORMATS)
SHRINKING = tuple(name for name, item in FORMATS.items() if item.shrinks)
"""Formats whose quality can give way to a largest size."""
_BY_SUFFIX = {suffix: item for item in FORMATS.values() for suffix in item.suffixes}
SUFFIXES = tuple(_BY_SUFFIX)
