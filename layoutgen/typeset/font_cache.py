"""What fonts say about themselves, kept between runs: asking every package, or reading a character map, takes long."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from layoutgen.base.cache_folder import cache_folder


def remembered(name: str, stamp: str, make: Callable[[], Any]) -> Any:
    """What `make` gave when `stamp` was the same, else what it gives now. JSON-able values; what `make` raises is not kept.

    `name` is that of a file. Without a cache folder, or one that cannot be written, everything is made anew.
    """
    folder = cache_folder()
    path = None if folder is None else folder / "fonts" / f"{name}.json"
    if path is not None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(path.read_bytes())
            if kept["stamp"] == stamp:
                return kept["value"]
    value = make()
    if path is not None:
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            beside = path.with_suffix(f".{os.getpid()}.part")
            beside.write_text(json.dumps({"stamp": stamp, "value": value}, separators=(",", ":")), encoding="utf-8")
            beside.replace(path)
    return value


def packages_stamp() -> str:
    """Changes whenever a package is installed, updated or removed: then the folder of its metadata comes or goes."""
    return f"{sys.version} {' '.join(_changed(Path(folder)) for folder in sys.path if folder.endswith('packages'))}"


def file_stamp(path: str) -> str:
    """Changes whenever a file is written."""
    return f"{path} {_changed(Path(path))}"


def _changed(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "-"
    return f"{path}:{found.st_mtime_ns}:{found.st_size}"


def forget_fonts() -> None:
    """Empty every cache of typesetting. They hang on one another, so none is spared."""
    for name, module in list(sys.modules.items()):
        if name.startswith("layoutgen.typeset."):
            for value in list(vars(module).values()):
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()
