"""When what is kept about fonts is out of date: stamps of files and packages, and forgetting what is in memory."""

from __future__ import annotations

import sys
from pathlib import Path


def packages_stamp() -> str:
    """Changes whenever a package is installed, updated or removed: then the folder of its metadata comes or goes."""
    return f"{sys.version} {' '.join(_changed(Path(folder)) for folder in sys.path if folder.endswith('packages'))}"


def file_stamp(path: str) -> str:
    """Changes whenever a file is written."""
    return f"{path} {_changed(Path(path))}"


def _changed(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return "-"
    return f"{path}:{status.st_mtime_ns}:{status.st_size}"


def forget_fonts() -> None:
    """Empty every cache of typesetting. They hang on one another, so none is spared."""
    for name, module in list(sys.modules.items()):
        if name.startswith("layoutgen.typeset."):
            for value in list(vars(module).values()):
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()
