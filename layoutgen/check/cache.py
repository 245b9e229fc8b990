"""A small cache of facts that are dear to find: in memory, and in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from layoutgen.base.cache_folder import cache_folder


class Cache:
    """Key → JSON value. A file that is missing, damaged or cannot be written only means that the fact is found again."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self._known: dict[str, dict[str, Any]] = {}

    def get(self, key: str) -> dict[str, Any] | None:
        if key in self._known:
            return self._known[key]
        if self.folder is None:
            return None
        try:
            value = json.loads(self._path(key).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(value, dict):
            return None
        self._known[key] = value
        return value

    def put(self, key: str, value: dict[str, Any]) -> None:
        self._known[key] = value
        if self.folder is None:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, suffix=".tmp", delete=False) as file:
                json.dump(value, file, ensure_ascii=False)
            try:
                os.replace(file.name, path)
            except OSError:
                os.unlink(file.name)

    def _path(self, key: str) -> Path:
        assert self.folder is not None
        return self.folder / key[:2] / f"{key}.json"


def key_of(*parts: Any) -> str:
    """A file name for anything that JSON can hold."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@cache
def default_cache() -> Cache:
    """The cache of this user; in memory only where there is no folder for it."""
    folder = cache_folder()
    return Cache(folder / "calibration" if folder else None)
