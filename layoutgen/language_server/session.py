"""One editor: its open texts, what was found in them, and when to look again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from pathlib import Path

from layoutgen.diagnostics import PosterError, Source
from layoutgen.language_server.analysis import Checked, complete, quick
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.workspace import Workspace, workspace_of
from layoutgen.layout import Layout

AT_ONCE = 0.05
"""Seconds after a change until syntax and document are looked at: keys that come together count once."""
PAUSE = 0.5
"""Seconds without a change until layout and all after it are."""


class EditorSession:
    """Runs on the event loop; only layout and what follows it leave it, for a thread."""

    def __init__(self, publish: Callable[[Path, Checked | None], None], executor: Callable[[], Executor]) -> None:
        self.buffers = Buffers()
        self.pause = PAUSE
        self._publish, self._executor = publish, executor
        self._checked: dict[Path, Checked] = {}
        self._shown: dict[Path, Checked] = {}
        self._layouts: dict[Path, Mapping[str, Layout]] = {}
        self._timers: dict[Path, list[asyncio.TimerHandle]] = {}
        self._tasks: set[asyncio.Task[Checked | None]] = set()
        self._one_at_a_time = asyncio.Lock()
        self._ended = False

    def workspace(self, path: Path) -> Workspace | None:
        """None where the file cannot be read."""
        with contextlib.suppress(PosterError):
            return workspace_of(path, self.buffers)
        return None

    def changed(self, path: Path, *, saved: bool = False) -> None:
        """Look again at a text, and at every open one that uses it."""
        for other in self.buffers.opened:
            workspace = self.workspace(other)
            if other == path or (workspace and any(member.path == path for member in workspace.members)):
                self._checked.pop(other, None)
                self._schedule(other, 0.0 if saved else self.pause)

    def all_changed(self) -> None:
        """Files on disk are not what they were."""
        for path in self.buffers.opened:
            self._checked.pop(path, None)
            self._schedule(path, self.pause)

    def closed(self, path: Path) -> None:
        self._cancel(path)
        for known in (self._checked, self._shown, self._layouts):
            known.pop(path, None)
        self._publish(path, None)

    def checked(self, path: Path) -> Checked:
        """What is known of a text as it is now; at least the quick stages."""
        source = self.buffers.read(path)
        known = self._checked.get(path)
        if known is None or known.source != source:
            known = self._checked[path] = quick(path, source, self.buffers)
        return known

    async def completed(self, path: Path) -> Checked:
        """The same with layout and all after it, which a thread works out."""
        checked = self.checked(path)
        if not checked.complete:
            async with self._one_at_a_time:
                loop = asyncio.get_running_loop()
                found = await loop.run_in_executor(
                    self._executor(), complete, checked, lambda: self._stale(path, checked.source)
                )
            if found is None or self._stale(path, checked.source):
                return checked
            checked = self._checked[path] = found
        if checked.layouts:
            self._layouts[path] = checked.layouts
        return checked

    def layouts(self, path: Path) -> Mapping[str, Layout]:
        """The last boxes that are known, even of a text that has errors now."""
        return self._layouts.get(path, {})

    def end(self) -> None:
        """Nobody waits for anything any more."""
        self._ended = True
        for path in list(self._timers):
            self._cancel(path)

    def _stale(self, path: Path, source: Source) -> bool:
        return self._ended or self.buffers.opened.get(path) != source

    def _schedule(self, path: Path, pause: float) -> None:
        self._cancel(path)
        loop = asyncio.get_running_loop()
        self._timers[path] = [
            loop.call_later(min(AT_ONCE, pause), self._look, path),
            loop.call_later(pause, self._look_further, path),
        ]

    def _cancel(self, path: Path) -> None:
        for timer in self._timers.pop(path, ()):
            timer.cancel()

    def _look(self, path: Path) -> None:
        """Show what the quick stages say, where that is news: what layout said a moment ago stays until it is known again."""
        if path not in self.buffers.opened:
            return
        checked = self.checked(path)
        previous = self._shown.get(path)
        if previous is None or _failed(checked) or _failed(previous) or _messages_of(checked) - _messages_of(previous):
            self._show(path, checked)

    def _look_further(self, path: Path) -> None:
        async def look() -> Checked | None:
            if path not in self.buffers.opened:
                return None
            checked = await self.completed(path)
            if not self._stale(path, checked.source):
                self._show(path, checked)
            return checked

        task = asyncio.get_running_loop().create_task(look())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _show(self, path: Path, checked: Checked) -> None:
        if self._shown.get(path) is not checked:
            self._shown[path] = checked
            self._publish(path, checked)


def _failed(checked: Checked) -> bool:
    return any(item.severity == "error" for item in checked.diagnostics)


def _messages_of(checked: Checked) -> set[tuple[str, str]]:
    return {(item.code, item.message) for item in checked.diagnostics}


def overlapping(checked: Checked, start: int, end: int) -> Iterable[int]:
    """The numbers of the diagnostics whose place touches `start` … `end` of their own text."""
    for number, item in enumerate(checked.diagnostics):
        span = item.span
        if span is not None and span.source.name == checked.source.name and span.start <= end and start <= span.end:
            yield number
