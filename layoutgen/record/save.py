"""Where pictures go. `NAME.png` only ever holds a picture that passed; writes are atomic; nothing is left half-written.

A picture that did not pass goes to `NAME.failed.png`, and an older `NAME.png` made by layoutgen moves to
`NAME.stale.png`. The record is `NAME.record.json`; beside it lie, where there are any, small pictures of all attempts in
`NAME.attempts/` and what the renderer kept of the best one in `NAME.latents.safetensors`.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.base.files import remove_if_empty, write_together
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.record.artefacts import pack
from layoutgen.record.model import Evidence, Record, fingerprint

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".pdf": "PDF"}
QUALITY = 92
"""Of JPEG and WebP, and of the picture in a PDF."""
PDF_DPI = 144.0
"""Where a canvas says nothing of print."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A result as files, before any of them is written."""

    target: Path
    record_path: Path
    record: Record
    """As it will stand there."""
    files: Mapping[Path, bytes]
    """In the order in which they take their names: the picture last."""


def prepare_result(
    picture: Image, record: Record, path: Path, evidence: Evidence | None = None, encoded: bytes | None = None
) -> Prepared:
    """What is to be written for one result: picture (`encoded`, where it is that already), record, evidence. LG958."""
    evidence = evidence or Evidence()
    encoded = encode(picture, path.suffix, metadata_of(record)) if encoded is None else encoded
    target = path if record.passed else sibling(path, "failed")
    record_path = path.with_name(f"{path.stem}.record.json")
    folder, latents = path.with_name(f"{path.stem}.attempts"), path.with_name(f"{path.stem}.latents.safetensors")
    beside: dict[Path, bytes] = {}
    attempts = record.attempts
    if len(attempts) > 1 or not record.passed:
        beside = {folder / f"{number}.webp": small_file(shown) for number, shown in enumerate(evidence.pictures, start=1)}
        attempts = tuple(
            attempt.model_copy(update={"picture": f"{folder.name}/{number}.webp"})
            if folder / f"{number}.webp" in beside
            else attempt
            for number, attempt in enumerate(attempts, start=1)
        )
    if packed := pack(evidence.artefacts):
        beside[latents] = packed
    record = record.model_copy(
        update={
            "image": target.name,
            "sha256": hashlib.sha256(encoded).hexdigest(),
            "attempts": attempts,
            "artefacts": latents.name if packed else None,
        }
    )
    written = (record.model_dump_json(indent=2) + "\n").encode()
    return Prepared(target, record_path, record, {**beside, record_path: written, target: encoded})


def save_result(picture: Image, record: Record, path: Path, evidence: Evidence | None = None) -> tuple[Path, Path]:
    """Write the picture where its verdict allows, the record, and the evidence. Returns the paths of the first two.

    All of it is written before anything takes its name, so a full disk changes nothing. LG958, LG902.
    """
    prepared = prepare_result(picture, record, path, evidence)
    if not record.passed:
        # The old picture goes first: should writing fail afterwards, nothing outdated is left to publish.
        _retire(path, sibling(path, "stale"))
    write_together(prepared.files)
    if record.passed:
        _retire(sibling(path, "failed"), None)
    folder, latents = path.with_name(f"{path.stem}.attempts"), path.with_name(f"{path.stem}.latents.safetensors")
    _tidy(folder, latents, keep=set(prepared.files))
    return prepared.target, prepared.record_path


def sibling(path: Path, word: str) -> Path:
    """`a.png` → `a.failed.png`"""
    return path.with_name(f"{path.stem}.{word}{path.suffix}")


def encode(
    picture: Image,
    suffix: str,
    metadata: dict[str, str] | None = None,
    *,
    quality: int = QUALITY,
    dpi: float | None = None,
    bleed: float = 0.0,
) -> bytes:
    """The picture's file bytes; the format follows the suffix. The same picture gives the same bytes.

    `quality` of formats that have one; `dpi` is noted in the file, where it is given; `bleed`, in pixels, is what a PDF says
    is cut off on each side. LG958.
    """
    from PIL import PngImagePlugin

    form = FORMATS.get(suffix.lower())
    if form is None:
        known = ", ".join(FORMATS)
        raise PosterError(
            Diagnostic(
                "LG958", f"pictures cannot be written as `{suffix or 'no suffix'}`", hint=f"end the name with one of {known}"
            )
        )
    out = io.BytesIO()
    if form == "PNG":
        info = PngImagePlugin.PngInfo()
        for key, value in (metadata or {}).items():
            info.add_itxt(key, value)
        picture.save(out, form, pnginfo=info, compress_level=4, **({"dpi": (dpi, dpi)} if dpi else {}))
    elif form == "JPEG":
        more: dict[str, Any] = {"dpi": (dpi, dpi)} if dpi else {}
        picture.convert("RGB").save(out, form, quality=quality, subsampling=0, comment=_one_line(metadata), **more)
    elif form == "PDF":
        return _pdf(picture, _one_line(metadata).decode(), quality, dpi or PDF_DPI, bleed)
    else:
        picture.save(out, form, quality=quality, method=4, xmp=_xmp(metadata))
    return out.getvalue()


def _pdf(picture: Image, told: str, quality: int, dpi: float, bleed: float) -> bytes:
    """One page of the picture's size in print, its trim box inside the bleed."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    inner, out = io.BytesIO(), io.BytesIO()
    picture.convert("RGB").save(inner, "JPEG", quality=quality, subsampling=0)
    width, height, edge = (72 * side / dpi for side in (picture.width, picture.height, bleed))
    # Invariant: neither times nor random numbers get into the file.
    page = Canvas(out, pagesize=(width, height), invariant=1, pageCompression=1)
    page.setProducer(told or "layoutgen")
    page.setTrimBox((edge, edge, width - edge, height - edge))
    page.setBleedBox((0, 0, width, height))
    inner.seek(0)
    page.drawImage(ImageReader(inner), 0, 0, width, height)
    page.showPage()
    page.save()
    return out.getvalue()


def small_file(picture: Image) -> bytes:
    """A picture as evidence is kept: WebP, with our mark."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "WEBP", quality=80, method=4, xmp=_xmp({"Software": "layoutgen"}))
    return out.getvalue()


def _tidy(folder: Path, latents: Path, keep: set[Path]) -> None:
    """Remove evidence of an older picture of the same name."""
    old = [path for path in folder.glob("*.webp") if path.stem.isdigit() and path not in keep] if folder.is_dir() else []
    for path in [*old, *({latents} - keep)]:
        if path == latents or made_by_layoutgen(path):
            path.unlink(missing_ok=True)
    if old:
        remove_if_empty(folder)


def made_by_layoutgen(path: Path) -> bool:
    """Whether a picture carries our mark in its metadata."""
    from PIL import Image, UnidentifiedImageError

    try:
        if path.suffix.lower() == ".pdf":
            return b"layoutgen" in path.read_bytes()
        with Image.open(path) as picture:
            marks = [picture.info.get(key, b"") for key in ("Software", "comment", "xmp")]
    except (OSError, UnidentifiedImageError):
        return False
    return any((mark if isinstance(mark, bytes) else str(mark).encode()).find(b"layoutgen") >= 0 for mark in marks)


def _retire(path: Path, to: Path | None) -> None:
    if path.is_file() and made_by_layoutgen(path):
        try:
            path.replace(to) if to else path.unlink()
        except OSError as error:
            raise PosterError(
                Diagnostic(
                    "LG902", f"the outdated `{path}` cannot be moved away: {error.strerror}", hint="close what holds it open"
                )
            ) from error


def metadata_of(record: Record) -> dict[str, str]:
    """What a picture's file says of itself."""
    return {
        "Software": f"layoutgen {record.versions.get('layoutgen', '')}",
        "layoutgen:poster": record.digest,
        "layoutgen:canvas": record.canvas,
        "layoutgen:locale": record.locale,
        "layoutgen:renderer": str(record.renderer["name"]),
        "layoutgen:seed": str(record.attempts[record.best].seed),
        "layoutgen:status": record.status,
        "layoutgen:record": fingerprint(record),
    }


def _one_line(metadata: dict[str, str] | None) -> bytes:
    return "; ".join(f"{key}={value}" for key, value in (metadata or {}).items()).encode()


def _xmp(metadata: dict[str, str] | None) -> bytes:
    from xml.sax.saxutils import escape

    text = escape(_one_line(metadata).decode())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">'
        f"<xmp:CreatorTool>{text}</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
