"""Where this user's caches lie. What is in them can always be made again."""

from __future__ import annotations

import os
import sys
from pathlib import Path

VARIABLE = "LAYOUTGEN_CACHE"
"""Environment variable: the cache folder; `off` keeps everything in memory."""


def cache_folder() -> Path | None:
    """The folder for this user's caches, in the platform's usual place; None when it is switched off or there is no home."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        return None if chosen == "off" else Path(chosen)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        base = str(home / "Library" / "Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else home / ".cache") / "layoutgen"
