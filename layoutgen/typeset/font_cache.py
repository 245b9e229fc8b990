"""When cached facts about fonts are stale: stamps of files and packages, and clearing what is cached in memory."""

from __future__ import annotations

import sys

from layoutgen.base.files import stamp_of


def packages_stamp() -> str:
    """Changes whenever a package is installed, updated or removed, because the folder of its metadata comes or goes."""
    return f"{sys.version} {' '.join(map(file_stamp, (folder for folder in sys.path if folder.endswith('packages'))))}"


def file_stamp(path: str) -> str:
    """Changes whenever a file is written."""
    modified, size = stamp_of(path)
    return f"{path}:{modified}:{size}"


def clear_font_caches() -> None:
    """Clear every cache of typesetting. They depend on one another, so all of them go."""
    for name, module in list(sys.modules.items()):
        if name.startswith("layoutgen.typeset."):
            for value in list(vars(module).values()):
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()
