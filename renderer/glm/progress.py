"""What a person sees and can do while the engine works: bars on a terminal, and Ctrl-C between two tokens or steps."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

Report = Callable[[int, int], None]
"""Called with what is done so far, and all there is to do."""


class Bars:
    """Progress bars on stderr, one for each name; nothing at all where stderr is not a terminal."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._tasks: dict[str, int] = {}

    def of(self, name: str) -> Report:
        """The bar of a piece of work, restarted if there is one already."""

        def report(done: int, total: int) -> None:
            if self._progress is None:
                return
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(name, total=total)
            self._progress.update(self._tasks[name], completed=done, total=total)  # type: ignore[arg-type]

        return report


@contextmanager
def bars(*, bytes_of: str = "") -> Iterator[Bars]:
    """Bars that are gone when the work is done. `bytes_of`: what is counted is so large that only its share is shown."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Bars(None)
        return
    count = TaskProgressColumn() if bytes_of else MofNCompleteColumn()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bars(progress)


@contextmanager
def loading() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for weights that are read: called with the part that comes next, the bytes done, and all bytes."""
    with bars(bytes_of="weights") as progress:
        report = progress.of("loading the weights")
        yield lambda part, done, total: report(done, total)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Yields whether Ctrl-C was pressed, for loops to ask between two steps; pressed twice, it interrupts at once.

    It ends in KeyboardInterrupt when nothing asked in time. Outside the main thread, or where the program handles Ctrl-C by
    itself, nothing is changed.
    """
    ours = (
        threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if not ours:
        yield lambda: False
        return
    pressed = threading.Event()

    def handle(signum: int, frame: FrameType | None) -> None:
        if pressed.is_set():
            raise KeyboardInterrupt
        pressed.set()

    signal.signal(signal.SIGINT, handle)
    try:
        yield pressed.is_set
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if pressed.is_set():
        raise KeyboardInterrupt
