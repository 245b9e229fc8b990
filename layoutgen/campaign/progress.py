"""How a run is getting on: one line on a terminal, and JSON lines in `log.jsonl` for programs."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from layoutgen.campaign.folder import now
from layoutgen.campaign.manifest import LineFile
from layoutgen.campaign.model import LOG, ManifestEntry

Announce = Callable[[str], None]
STEPS = 10
"""Lines that are printed where there is no terminal."""


@dataclass
class Standing:
    """Of one run, so far."""

    total: int
    done: int = 0
    passed: int = 0
    attempts: int = 0
    began: float = field(default_factory=time.perf_counter)

    def add(self, entry: ManifestEntry) -> None:
        self.done += 1
        self.passed += entry.passed
        self.attempts += entry.attempts

    @property
    def rate(self) -> float:
        """Jobs a second."""
        return self.done / max(time.perf_counter() - self.began, 1e-9)

    @property
    def left(self) -> float | None:
        """Seconds, most likely."""
        return (self.total - self.done) / self.rate if self.done else None

    def figures(self) -> dict[str, Any]:
        """For the log, and in words for people."""
        return {
            "done": self.done,
            "total": self.total,
            "jobs_per_minute": round(60 * self.rate, 2),
            "seconds_left": None if self.left is None else round(self.left, 1),
            "pass_rate": round(self.passed / self.done, 4) if self.done else None,
            "attempts_per_job": round(self.attempts / self.done, 3) if self.done else None,
        }


class Log:
    """`log.jsonl`: a line for the start, each job, and the end."""

    def __init__(self, folder: Path) -> None:
        self._lines = LineFile(folder / LOG)

    def write(self, event: str, **fields: Any) -> None:
        self._lines.add((json.dumps({"at": now(), "event": event, **fields}, ensure_ascii=False) + "\n").encode())

    def close(self) -> None:
        self._lines.close()


class Progress:
    """The line for people. Silent where nobody asked for it."""

    def __init__(self, total: int, announce: Announce | None, terminal: bool) -> None:
        self.standing = Standing(total)
        self._announce = announce
        self._bar: Any = None
        self._task: Any = None
        self._terminal = terminal and announce is not None

    def __enter__(self) -> Self:
        if self._terminal:
            from rich import progress
            from rich.console import Console

            columns = ("[progress.description]{task.description}", progress.BarColumn(), "{task.completed}/{task.total}")
            self._bar = progress.Progress(*columns, progress.TextColumn("{task.fields[words]}"), console=Console(stderr=True))
            self._task = self._bar.add_task("campaign", total=self.standing.total, words="")
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def add(self, entry: ManifestEntry) -> None:
        standing = self.standing
        before = STEPS * standing.done // max(standing.total, 1)
        standing.add(entry)
        if self._bar is not None:
            self._bar.update(self._task, completed=standing.done, words=in_words(standing.figures()))
        elif self._announce is not None and STEPS * standing.done // max(standing.total, 1) > before:
            self._announce(f"{standing.done}/{standing.total}: {in_words(standing.figures())}")


def in_words(figures: Mapping[str, Any]) -> str:
    left = figures["seconds_left"]
    parts = [f"{figures['jobs_per_minute']:g} a minute"]
    if left:
        parts.append(f"{spell(left)} left")
    if figures["pass_rate"] is not None:
        parts += [f"{100 * figures['pass_rate']:.0f}% passed", f"{figures['attempts_per_job']:.1f} attempts"]
    return ", ".join(parts)


def spell(seconds: float) -> str:
    """`42 s`, `7 min`, `3.5 h`"""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
