"""A reader that looks at the same pixels once, and keeps what it saw in a file if there is one."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.check.model import ReadLine
from layoutgen.check.reader import DETECTION_SIDE

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.base.geometry import Quad
    from layoutgen.check import Reader


class Remembering:
    """Wraps a reader. Answers belong to its name and to the very pixels, so a changed judge looks anew only where it looks
    at something else. Several processes may share a file.
    """

    def __init__(self, reader: Reader, file: Path | None = None) -> None:
        self.reader = reader
        self.name = reader.name
        self._table = sqlite3.connect(file or ":memory:", timeout=60, isolation_level=None)
        self._table.execute("pragma journal_mode = wal")
        self._table.execute("pragma synchronous = off")
        self._table.execute("create table if not exists answers (key text primary key, answer text)")

    def readable(self, text: str) -> bool:
        return self.reader.readable(text)

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        found = self._once("detect", image, side, lambda: self.reader.detect(image, side))
        return tuple(((a[0], a[1]), (b[0], b[1]), (c[0], c[1]), (d[0], d[1])) for a, b, c, d in found)

    def read(self, crops: Sequence[Image]) -> tuple[ReadLine, ...]:
        return tuple(self._line(crop) for crop in crops)

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        found = self._once("find", image, side, lambda: [line.model_dump() for line in self.reader.find(image, side)])
        return tuple(map(ReadLine.model_validate, found))

    def _line(self, crop: Image) -> ReadLine:
        def look() -> Any:
            return self.reader.read([crop])[0].model_dump()

        return ReadLine.model_validate(self._once("read", crop, 0, look))

    def _once(self, way: str, image: Image, side: int, look: Callable[[], Any]) -> Any:
        seen = f"{self.name} {way} {side} {image.mode} {image.size}".encode()
        key = hashlib.sha256(seen + image.tobytes()).hexdigest()
        row = self._table.execute("select answer from answers where key = ?", (key,)).fetchone()
        if row is None:
            row = (json.dumps(look(), ensure_ascii=False),)
            self._table.execute("insert or replace into answers values (?, ?)", (key, *row))
        return json.loads(row[0])
