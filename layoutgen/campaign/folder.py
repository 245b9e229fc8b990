"""The output folder: one run at a time, nothing outdated in it, nothing half-written left behind."""

from __future__ import annotations

import glob
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from layoutgen.base.files import write_atomically
from layoutgen.base.model import FrozenModel
from layoutgen.campaign.manifest import LineFile, read_manifest, write_manifest
from layoutgen.campaign.model import ART, FAILED, MANIFEST, RETIRED, SETTINGS, SHEET, CampaignSpec, ManifestEntry
from layoutgen.diagnostics import Diagnostic, PosterError

LOCK = ".lock"
_TEMPORARY = re.compile(r"\..+\.[a-z0-9_]{8}")
"""What `layoutgen.record.save` calls a file before it is complete."""


class FolderSettings(FrozenModel):
    """`campaign.json`: what campaign the folder belongs to, so that `publish` and later runs can tell."""

    poster: str
    """Path of the poster, from the folder."""
    digest: str
    title: str
    data: str | None
    """Path of the data file, from the folder; None for rows that a program gave."""
    encoding: str | None = None
    tab: str | None = None
    """Of a workbook."""
    query: str | None = None
    brief: CampaignSpec
    """The spec, by its name in the file."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder; LG890 when another run does, LG902 when it cannot be written. Ends with the process, however it ends."""
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        hint = "check the folder, its permissions and the free space"
        raise PosterError(Diagnostic("LG902", f"`{folder}` cannot be made: {error.strerror}", hint=hint)) from None
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        hint = "wait for it, or write into another folder: -o FOLDER"
        raise PosterError(Diagnostic("LG890", f"another run is at work in `{folder}`", hint=hint)) from None
    except OSError as error:
        hint = "check the folder's permissions"
        raise PosterError(Diagnostic("LG890", f"`{folder / LOCK}` cannot be locked: {error.strerror}", hint=hint)) from None
    try:
        yield
    finally:
        lock.release()


def read_settings(folder: Path) -> FolderSettings | None:
    """What campaign the folder belongs to; None where nothing was made in it yet. LG831 when that cannot be read."""
    path = folder / SETTINGS
    try:
        return FolderSettings.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        message, hint = f"`{path}` does not say which campaign the folder belongs to", "run the campaign into another folder"
        raise PosterError(Diagnostic("LG831", message, hint=hint)) from None


def needed_settings(folder: Path) -> FolderSettings:
    settings = read_settings(folder)
    if settings is None:
        hint = "name the folder of `layoutgen campaign … -o FOLDER`"
        raise PosterError(Diagnostic("LG831", f"`{folder}` is not the folder of a campaign", hint=hint))
    return settings


def write_settings(folder: Path, settings: FolderSettings) -> None:
    """LG833 when the folder is that of another poster."""
    before = read_settings(folder)
    if before is not None and before.poster != settings.poster:
        message = f"`{folder}` is the folder of the poster `{before.poster}`"
        hint = "choose another folder: its pictures would all be retired"
        raise PosterError(Diagnostic("LG833", message, hint=hint))
    if before != settings:
        write_atomically(folder / SETTINGS, (settings.model_dump_json(indent=2) + "\n").encode())


def beside(path: Path) -> tuple[Path, Path, Path]:
    """The record, the attempts and the latents of a picture."""
    stem = path.name.rpartition(".")[0].removesuffix(".failed")
    return tuple(path.with_name(f"{stem}{end}") for end in (".record.json", ".attempts", ".latents.safetensors"))  # type: ignore[return-value]


def thumbnail(name: str) -> str:
    """Where the small picture for the proof sheet lies, for the job of this name."""
    return f"{SHEET}/{name}.webp"


class Retirement:
    """Moves outdated pictures, with all that lies beside them, to `.retired/`, and says why in `.retired/log.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = LineFile(folder / RETIRED / "log.jsonl")
        self.count = 0

    def retire(self, image: str, why: str) -> None:
        """LG902 when a file cannot be moved: nothing may be rendered then."""
        path = self._folder / image
        home = self._folder / RETIRED / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        moved = [one for one in (path, *beside(path)) if one.exists()]
        try:
            for one in moved:
                target = home / one.relative_to(self._folder)
                target.parent.mkdir(parents=True, exist_ok=True)
                one.replace(target)
            if moved:
                (self._folder / RETIRED).mkdir(exist_ok=True)
                line = {"image": image, "to": home.relative_to(self._folder).as_posix(), "why": why, "at": now()}
                self._log.add((json.dumps(line, ensure_ascii=False) + "\n").encode())
                self.count += 1
        except OSError as error:
            hint = "close what holds it open, and run the campaign again: nothing was rendered"
            message = f"the outdated `{image}` cannot be moved away: {error.strerror}"
            raise PosterError(Diagnostic("LG902", message, hint=hint)) from error


def orphans(folder: Path, entries: Iterable[ManifestEntry]) -> list[str]:
    """Pictures with a record that the manifest does not know: of a run that was killed just before it could say so."""
    known = {entry.record for entry in entries}
    images: list[Path] = []
    for path in walk(folder):
        if path.name.endswith(".record.json") and path.relative_to(folder).as_posix() not in known:
            stem = path.name.removesuffix(".record.json")
            images += [one for one in path.parent.glob(f"{glob.escape(stem)}.*") if one.suffix != ".json" and one.is_file()
                      and one.name in {f"{stem}{one.suffix}", f"{stem}.failed{one.suffix}"}] or [path]  # fmt: skip
    return sorted(one.relative_to(folder).as_posix() for one in images)


def walk(folder: Path) -> Iterator[Path]:
    """The files of the folder, those in hidden folders only where failed pictures are kept."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") or (name == FAILED and Path(parent) == folder))
        yield from (Path(parent) / name for name in sorted(files))


def remove_leftovers(folder: Path) -> None:
    """Files that a killed run had begun to write."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != RETIRED]
        for name in files:
            if _TEMPORARY.fullmatch(name):
                with suppress(OSError):
                    (Path(parent) / name).unlink()


def read_entries(folder: Path) -> dict[tuple[str, str, str], ManifestEntry]:
    return read_manifest(folder / MANIFEST)


def write_entries(folder: Path, entries: Iterable[ManifestEntry]) -> None:
    write_manifest(folder / MANIFEST, entries)


def art_path(folder: Path, art_key: str) -> Path:
    return folder / ART / art_key[:2] / f"{art_key}.png"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
