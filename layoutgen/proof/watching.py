"""Which folders are watched, and a thread that says when something in them changed.

Folders, not files: editors save by putting a new file in the old one's place, and a file that is missing may come.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from threading import Event, Thread

STEP = 15
"""Milliseconds without another change until one is reported."""
GROUP = 150
"""Milliseconds after which one is reported, however fast others follow."""
MOST_FOLDERS = 200
SKIPPED = frozenset(("node_modules", "__pycache__", "venv", "site-packages"))


def folders_of(root: Path, used: Iterable[Path]) -> frozenset[Path]:
    """The folders of all files that are used, and those below the project's own, where new ones may come; not hidden ones."""
    used_folders = {path.parent for path in used if path.parent.is_dir()}
    waiting = [root]
    for folder in waiting:
        if len(waiting) > MOST_FOLDERS:
            break
        try:
            below = [Path(entry.path) for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        waiting += [path for path in sorted(below) if not path.name.startswith(".") and path.name not in SKIPPED]
    return frozenset([*used_folders, *waiting[:MOST_FOLDERS]])


def counts(path: str) -> bool:
    """False for what editors write beside a file while it is open."""
    name = os.path.basename(path)
    return not (name.startswith((".", "#")) or name.endswith(("~", ".swp", ".swx", ".tmp")) or name == "4913")


class Watch:
    """Watches a set of folders, which may be changed, and calls `changed(paths)` from a thread of its own."""

    def __init__(self, changed: Callable[[Collection[Path]], None]) -> None:
        self._changed = changed
        self._folders: frozenset[Path] = frozenset()
        self._stop = Event()
        self._thread: Thread | None = None

    def over(self, folders: frozenset[Path]) -> bool:
        """Watch these from now on. True when they are others than before: what happened in between is not reported."""
        if folders == self._folders:
            return False
        self.close()
        self._folders, self._stop = folders, Event()
        self._thread = Thread(target=self._run, args=(folders, self._stop), name="watch", daemon=True)
        self._thread.start()
        return True

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, folders: frozenset[Path], stop: Event) -> None:
        from watchfiles import watch

        there = sorted(folder for folder in folders if folder.is_dir())
        try:
            for changes in watch(
                *there,
                watch_filter=lambda change, path: counts(path),
                debounce=GROUP,
                step=STEP,
                stop_event=stop,
                rust_timeout=500,
                recursive=False,
                raise_interrupt=False,
            ):
                self._changed([Path(path) for _, path in changes])
        except (FileNotFoundError, RuntimeError):
            # A folder went away under it: everything is looked at again, and what is left is watched.
            if not stop.is_set():
                self._folders = frozenset()
                self._changed([])
