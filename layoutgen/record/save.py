"""Where pictures go. `NAME.png` only ever holds a picture that passed; writes are atomic; nothing is left half-written.

A picture that did not pass goes to `NAME.failed.png`, and an older `NAME.png` made by layoutgen moves to
`NAME.stale.png`. The record is `NAME.record.json`; beside it lie, where there are any, small pictures of all attempts in
`NAME.attempts/` and what the renderer kept of the best one in `NAME.latents.safetensors`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.base.files import remove_if_empty, write_together
from layoutgen.base.picture_formats import SOFTWARE, encode, made_by_layoutgen
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.record.artefacts import pack
from layoutgen.record.model import Evidence, Record, fingerprint

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, eq=False)
class PreparedFiles:
    """A result as files, before any of them is written."""

    target: Path
    record_path: Path
    record: Record
    """As it will stand there."""
    files: Mapping[Path, bytes]
    """In the order in which they take their names: the picture last."""


def prepare_result(
    picture: Image, record: Record, path: Path, evidence: Evidence | None = None, encoded: bytes | None = None
) -> PreparedFiles:
    """What is to be written for one result: picture (`encoded`, where it is that already), record, evidence. LG958."""
    evidence = evidence or Evidence()
    encoded = encode(picture, path.suffix, metadata_of(record)) if encoded is None else encoded
    target = path if record.passed else sibling(path, "failed")
    record_path = path.with_name(f"{path.stem}.record.json")
    folder, latents = path.with_name(f"{path.stem}.attempts"), path.with_name(f"{path.stem}.latents.safetensors")
    beside: dict[Path, bytes] = {}
    attempts = record.attempts
    if len(attempts) > 1 or not record.passed:
        beside = {folder / f"{number}.webp": small_file(small) for number, small in enumerate(evidence.pictures, start=1)}
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
    return PreparedFiles(target, record_path, record, {**beside, record_path: written, target: encoded})


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


def small_file(picture: Image) -> bytes:
    """A picture as evidence is kept: WebP, with our mark."""
    return encode(picture.convert("RGB"), ".webp", {"Software": SOFTWARE}, quality=80)


def _tidy(folder: Path, latents: Path, keep: set[Path]) -> None:
    """Remove evidence of an older picture of the same name."""
    old = [path for path in folder.glob("*.webp") if path.stem.isdigit() and path not in keep] if folder.is_dir() else []
    for path in [*old, *({latents} - keep)]:
        if path == latents or made_by_layoutgen(path):
            path.unlink(missing_ok=True)
    if old:
        remove_if_empty(folder)


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
        "Software": f"{SOFTWARE} {record.versions.get('layoutgen', '')}",
        "layoutgen:poster": record.digest,
        "layoutgen:canvas": record.canvas,
        "layoutgen:locale": record.locale,
        "layoutgen:renderer": str(record.renderer["name"]),
        "layoutgen:seed": str(record.attempts[record.best].seed),
        "layoutgen:status": record.status,
        "layoutgen:record": fingerprint(record),
    }
