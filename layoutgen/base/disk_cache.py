"""What takes long to find out, kept between runs: JSON files in the user's cache folder, which may be deleted at any time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layoutgen.base.files import write_atomically
from layoutgen.diagnostics import PosterError

VARIABLE = "LAYOUTGEN_CACHE"
"""Environment variable: the cache folder; `off` keeps everything in memory."""


class Cache:
    """Keys and JSON values, in memory and, where there is a folder, in files.

    A file that is missing or damaged is a miss, and one that cannot be written is left out. Files are replaced as a whole, so
    any number of processes may share a folder.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._values: dict[str, Any] = {}

    def get(self, key: str) -> Any:
        """The value of a key, None where there is none."""
        if key not in self._values:
            value = self._read(key)
            if value is None:
                return None
            self._values[key] = value
        return self._values[key]

    def put(self, key: str, value: Any) -> None:
        self._values[key] = value
        self._write(key, value)

    def stamped(self, key: str, stamp: str, make: Callable[[], Any]) -> Any:
        """The value that was made under the same stamp, else what `make` gives now; what `make` raises is not kept.

        For what can change while the program runs, such as fonts: only files count, not what is in memory.
        """
        entry = self._read(key)
        if isinstance(entry, dict) and entry.get("stamp") == stamp and "value" in entry:
            return entry["value"]
        value = make()
        self._write(key, {"stamp": stamp, "value": value})
        return value

    def _read(self, key: str) -> Any:
        if self.folder is None:
            return None
        try:
            return json.loads(self._path(self.folder, key).read_bytes())
        except (OSError, ValueError):
            return None

    def _write(self, key: str, value: Any) -> None:
        if self.folder is None:
            return
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        with contextlib.suppress(PosterError):
            write_atomically(self._path(self.folder, key), data)

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / f"{key}.json"


def key_of(*parts: Any) -> str:
    """A key for anything that JSON can hold; its files are spread over folders."""
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return f"{digest[:2]}/{digest}"


def user_cache(name: str) -> Cache:
    """This user's cache of one kind of facts; in memory only where caches are switched off or there is no home."""
    folder = cache_folder()
    return Cache(folder / name if folder else None)


def cache_folder() -> Path | None:
    """The folder for this user's caches, in the platform's usual place; None when it is switched off or there is no home."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return None if chosen == "off" else Path(chosen)
    from platformdirs import user_cache_path

    try:
        folder = user_cache_path("layoutgen", appauthor=False)
    except RuntimeError:  # nobody knows where the user's home is; older versions of platformdirs return `~/…` then
        return None
    return folder if folder.is_absolute() else None
