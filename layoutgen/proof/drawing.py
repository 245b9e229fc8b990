"""Conditions → the picture of the page, encoded; the latest ones are kept, so that an undone edit costs nothing."""

from __future__ import annotations

import io
from collections import OrderedDict
from threading import Lock

from layoutgen.compositing.composite import composite
from layoutgen.conditions.model import Conditions
from layoutgen.renderers import Renderer

QUALITY = 90
"""Of JPEG without subsampling: it is encoded in a tenth of the time of PNG or WebP, and the page is not what is published."""
MOST_KEPT = 96_000_000
"""Bytes."""


def draw_picture(conditions: Conditions, renderer: Renderer) -> bytes:
    """JPEG, of the canvas's size. LG5 where a file cannot be used."""
    picture = composite(renderer.render(conditions).image, conditions)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


class Shelf:
    """Pictures by key, the least lately used given up first; safe to use from several threads."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()
        self._size = 0
        self._most = most

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._pictures

    def get(self, key: str) -> bytes | None:
        with self._lock:
            found = self._pictures.get(key)
            if found is not None:
                self._pictures.move_to_end(key)
            return found

    def put(self, key: str, picture: bytes, needed: frozenset[str] = frozenset()) -> None:
        """Keep a picture; those that are `needed` stay, however many they are."""
        with self._lock:
            self._size += len(picture) - len(self._pictures.pop(key, b""))
            self._pictures[key] = picture
            for old in list(self._pictures):
                if self._size <= self._most:
                    break
                if old != key and old not in needed:
                    self._size -= len(self._pictures.pop(old))
