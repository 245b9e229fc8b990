"""Files: written completely or not at all, and stamps and digests that tell whether one has changed."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from layoutgen.diagnostics import Diagnostic, PosterError

Stamp = tuple[int, int]
"""Time of the last change, and size."""
MISSING: Stamp = (0, 0)


def stamp_of(path: str | Path) -> Stamp:
    """Differs after the file was written, so that what was cached of it is not taken for the new one."""
    try:
        status = os.stat(path)
    except OSError:
        return MISSING
    return status.st_mtime_ns, status.st_size


def file_digest(path: Path) -> str:
    """sha256 of a file; empty when it cannot be read any more."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def cached_digest(path: str) -> str:
    """The same, computed again only when the file has changed."""
    return _digest(path, stamp_of(path))


@lru_cache(maxsize=4096)
def _digest(path: str, stamp: Stamp) -> str:
    return file_digest(Path(path))


def write_atomically(path: Path, data: bytes) -> None:
    """Write to a temporary file beside the target and rename it. LG902 when the place cannot be written."""
    write_together({path: data})


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write several files, all under temporary names first; then they take their own, in the order given. LG902."""
    staged: dict[Path, str] = {}
    new_folders: list[Path] = []
    path = Path()
    try:
        for path, data in files.items():
            new_folders += _make_folder(path.parent)
            handle, staged[path] = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(staged[path], _mode(path))
        for path in files:
            os.replace(staged[path], path)
            del staged[path]
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "check the folder, its permissions and the free space"
        raise PosterError(Diagnostic("LG902", f"`{path}` cannot be written: {reason}", hint=hint)) from error
    finally:
        for temporary in staged.values():
            Path(temporary).unlink(missing_ok=True)
        if staged:
            for folder in reversed(new_folders):
                remove_if_empty(folder)


def remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # something else lies in it, or it is gone
        return


def _mode(path: Path) -> int:
    """The permissions of a new file, or those of the file that it replaces."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0o666 & ~_umask()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current


def _make_folder(folder: Path) -> list[Path]:
    """Make a folder and those above it; the new ones, outermost first."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return missing[::-1]
