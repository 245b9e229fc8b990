"""`manifest.jsonl`: one line a job, added when its picture is there, and only then. The last line of a job counts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from pydantic import ValidationError

from layoutgen.base.files import write_atomically
from layoutgen.campaign.model import ManifestEntry
from layoutgen.diagnostics import Diagnostic, PosterError


def read_manifest(path: Path) -> dict[tuple[str, str, str], ManifestEntry]:
    """The entries by row, canvas and locale; none where there is no file.

    A last line that was not written to its end, as after a power cut, does not count. LG832 for any other line that is not one.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise PosterError(
            Diagnostic("LG901", f"`{path}` cannot be read: {error.strerror}", hint="check its permissions")
        ) from None
    entries: dict[tuple[str, str, str], ManifestEntry] = {}
    whole, _, _torn = raw.rpartition(b"\n")
    for number, line in enumerate(whole.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = ManifestEntry.model_validate_json(line)
        except ValidationError:
            hint = f"move `{path.name}` away; the campaign is then made again, and its pictures go to .retired"
            message = f"line {number} of `{path.name}` is not a line of a manifest"
            raise PosterError(Diagnostic("LG832", message, hint=hint, file=str(path))) from None
        entries.pop(entry.place, None)
        entries[entry.place] = entry
    return entries


def write_manifest(path: Path, entries: Iterable[ManifestEntry]) -> None:
    """Replace the whole file, atomically. LG902."""
    write_atomically(path, b"".join(map(line_of, entries)))


def line_of(entry: ManifestEntry) -> bytes:
    return (json.dumps(entry.model_dump(mode="json"), ensure_ascii=False, separators=(",", ":")) + "\n").encode()


class LineFile:
    """An open file to which whole lines are added, each on the disk before the next. LG902."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def add(self, line: bytes) -> None:
        try:
            if self._file is None:
                self._file = self._path.open("ab", buffering=0)
            end = os.fstat(self._file.fileno()).st_size
            try:
                written = self._file.write(line)
                if written != len(line):
                    raise OSError(28, os.strerror(28))
                os.fsync(self._file.fileno())
            except OSError:
                # A disk that is full takes half a line; nothing of it stays.
                os.ftruncate(self._file.fileno(), end)
                raise
        except OSError as error:
            hint = "check the free space and the folder's permissions"
            message = f"`{self._path}` cannot be written: {error.strerror}"
            raise PosterError(Diagnostic("LG902", message, hint=hint)) from error

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
