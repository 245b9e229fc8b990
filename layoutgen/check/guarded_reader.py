"""A guarded reader: one that crashes or hangs becomes a coded error, and the picture is kept.

Each call runs in a thread of its own, so that waiting for it can end: after a time, or with Ctrl-C. A thread that hangs cannot
be stopped; it is left behind and does not keep the program from ending.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from layoutgen.base.geometry import Quad
from layoutgen.check.model import AlignedLine, ReadLine
from layoutgen.check.reader import DETECTION_SIDE, Reader, read_and_align, yields_to_forms
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

SECONDS = 120.0
"""Longest wait for one call. Reading takes a few seconds on the slowest machines."""
T = TypeVar("T")


class GuardedReader:
    """A `Reader` around another one. PosterError (LG601) when that one fails, or does not answer within `seconds`."""

    def __init__(self, reader: Reader, seconds: float = SECONDS) -> None:
        self._reader = reader
        self._seconds = seconds
        self._hung = False

    @property
    def yields_to_forms(self) -> bool:
        return yields_to_forms(self._reader)

    @property
    def name(self) -> str:
        return self._call(lambda: self._reader.name)

    def readable(self, text: str) -> bool:
        return self._call(lambda: self._reader.readable(text))

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        return self._call(lambda: self._reader.detect(image, side))

    def read(self, crops: Sequence[Image]) -> tuple[ReadLine, ...]:
        return self._call(lambda: self._reader.read(crops))

    def align(self, crops: Sequence[Image], texts: Sequence[str]) -> tuple[AlignedLine, ...]:
        return self._call(lambda: read_and_align(self._reader, crops, texts))

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        return self._call(lambda: self._reader.find(image, side))

    def _call(self, ask: Callable[[], T]) -> T:
        if self._hung:
            raise _failed("it does not answer")
        answers: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

        def work() -> None:
            try:
                answers.put((ask(), None))
            except BaseException as problem:  # whatever it is, the waiting thread must hear of it
                answers.put((None, problem))

        threading.Thread(target=work, name="reader", daemon=True).start()
        try:
            answer, problem = answers.get(timeout=self._seconds)
        except queue.Empty:
            self._hung = True
            raise _failed(f"it did not answer within {self._seconds:g} seconds") from None
        if problem is None:
            return answer  # type: ignore[no-any-return]
        if isinstance(problem, (PosterError, KeyboardInterrupt, SystemExit)):
            raise problem
        message = (str(problem).strip().splitlines() or [""])[-1]
        raise _failed(f"{type(problem).__name__}: {message}" if message else type(problem).__name__) from problem


def _failed(message: str) -> PosterError:
    return PosterError(
        Diagnostic(
            "LG601",
            f"the words in the picture cannot be read, because the reader failed: {message}",
            hint="the picture is kept unread; run `layoutgen doctor`, then `layoutgen verify` on it",
        )
    )
