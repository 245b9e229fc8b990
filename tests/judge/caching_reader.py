"""A reader that reads the same pixels only once, and keeps its answers in a file if there is one."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.check.model import AlignedLine, ReadLine
from layoutgen.check.reader import DETECTION_SIDE, read_and_align, yields_to_forms

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.base.geometry import Quad
    from layoutgen.check import Reader


class CachingReader:
    """Wraps a reader. Answers are kept by its name and the exact pixels, so after a change of the judge only crops that differ
    are read again. Several processes may share a file.
    """

    def __init__(self, reader: Reader, file: Path | None = None) -> None:
        self.reader = reader
        self.name = reader.name
        self.yields_to_forms = yields_to_forms(reader)
        self._table = sqlite3.connect(file or ":memory:", timeout=60, isolation_level=None)
        self._table.execute("pragma journal_mode = wal")
        self._table.execute("pragma synchronous = off")
        self._table.execute("create table if not exists answers (key text primary key, answer text)")

    def readable(self, text: str) -> bool:
        return self.reader.readable(text)

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        quads = self._once("detect", image, side, lambda: self.reader.detect(image, side))
        return tuple(((a[0], a[1]), (b[0], b[1]), (c[0], c[1]), (d[0], d[1])) for a, b, c, d in quads)

    def read(self, crops: Sequence[Image]) -> tuple[ReadLine, ...]:
        return tuple(self._line(crop) for crop in crops)

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        lines = self._once("find", image, side, lambda: [line.model_dump() for line in self.reader.find(image, side)])
        return tuple(map(ReadLine.model_validate, lines))

    def align(self, crops: Sequence[Image], texts: Sequence[str]) -> tuple[AlignedLine, ...]:
        return tuple(self._aligned(crop, text) for crop, text in zip(crops, texts, strict=True))

    def _aligned(self, crop: Image, text: str) -> AlignedLine:
        def read() -> Any:
            return read_and_align(self.reader, [crop], [text])[0].model_dump()

        return AlignedLine.model_validate(self._once(f"align {text}", crop, 0, read))

    def _line(self, crop: Image) -> ReadLine:
        def read() -> Any:
            return self.reader.read([crop])[0].model_dump()

        return ReadLine.model_validate(self._once("read", crop, 0, read))

    def _once(self, method: str, image: Image, side: int, read: Callable[[], Any]) -> Any:
        subject = f"{self.name} {method} {side} {image.mode} {image.size}".encode()
        key = hashlib.sha256(subject + image.tobytes()).hexdigest()
        row = self._table.execute("select answer from answers where key = ?", (key,)).fetchone()
        if row is None:
            row = (json.dumps(read(), ensure_ascii=False),)
            self._table.execute("insert or replace into answers values (?, ?)", (key, *row))
        return json.loads(row[0])
