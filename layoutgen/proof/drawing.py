"""Conditions → the picture of the page, encoded; the latest ones are cached, so that an undone edit costs nothing."""

from __future__ import annotations

import io
from collections import OrderedDict
from threading import Lock

from layoutgen.compositing.composite import composite
from layoutgen.conditions.model import Conditions
from layoutgen.renderers import Renderer

QUALITY = 90
"""Of JPEG without subsampling: it is encoded in a tenth of the time of PNG or WebP, and the page is not what is published."""
CAPACITY = 96_000_000
"""Bytes."""


def draw_picture(conditions: Conditions, renderer: Renderer) -> bytes:
    """JPEG, of the canvas's size. LG5 where a file cannot be used."""
    picture = composite(renderer.render(conditions).image, conditions)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


class PictureCache:
    """Pictures by key, the least recently used dropped first; safe to use from several threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._pictures: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()
        self._size = 0
        self._capacity = capacity

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return key in self._pictures

    def get(self, key: str) -> bytes | None:
        with self._lock:
            picture = self._pictures.get(key)
            if picture is not None:
                self._pictures.move_to_end(key)
            return picture

    def put(self, key: str, picture: bytes, needed: frozenset[str] = frozenset()) -> None:
        """Cache a picture; those that are `needed` stay, however many they are."""
        with self._lock:
            self._size += len(picture) - len(self._pictures.pop(key, b""))
            self._pictures[key] = picture
            for old in list(self._pictures):
                if self._size <= self._capacity:
                    break
                if old != key and old not in needed:
                    self._size -= len(self._pictures.pop(old))
