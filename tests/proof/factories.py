"""A poster with a kit, a picture, a font, translations and rows, and the real command that shows it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image

from layoutgen.typeset.inventory import families

POSTER = """poster 1 "Sale"
use "brand.kit"
param headline: text = "SUMMER"
param price: money(EUR)?
canvas feed 540x675, story 540x960 { margin: 5% }
language en, de
backdrop { fill: gradient(night, #14202B) }
style shout { color: cream }
region header {
  at: top of canvas
  size: 90% x 22%
  slogan headline "{{ headline }}" as shout { font: house }
}
region offer { below: header gap 4%; size: 80% x 12%; slogan "Up to 50% off" as shout }
region cost when price { below: offer gap 4%; size: 50% x 8%; slogan price "{{ price | money }}" { draw: typeset } }
image logo "logo.png" { at: bottom-right of canvas; width: 14% }
on story {
  header { at: top of canvas; size: 90% x 32% }
}
"""
KIT = 'kit 1 "Brand"\npalette night #0B3C5D, cream #FFF8E7\nfont house "house.ttf"\n'
GERMAN = {
    "SUMMER": "SOMMER",
    "{{ headline }}": "{{ headline }}",
    "Up to 50% off": "Bis zu 50 % sparen",
    "{{ price | money }}": "{{ price | money }}",
}
ROWS = "headline,price\n" + "".join(f"OFFER {number},{number}.50\n" for number in range(1, 8))
SECONDS = 60.0
"""Until a test gives up; nothing is timed."""


def font_file(family: str) -> Path:
    """A font of the machine, to be copied into a project."""
    return Path(families()[family.lower()][0].path)


def make(folder: Path) -> Path:
    (folder / "brand.kit").write_text(KIT, encoding="utf-8")
    (folder / "sale.de.json").write_text(json.dumps(GERMAN, indent=2), encoding="utf-8")
    (folder / "rows.csv").write_text(ROWS, encoding="utf-8")
    Image.new("RGB", (80, 80), "#D8432F").save(folder / "logo.png")
    shutil.copy(font_file("anton"), folder / "house.ttf")
    poster = folder / "sale.poster"
    poster.write_text(POSTER, encoding="utf-8")
    return poster


@contextmanager
def served(folder: Path, *more: str) -> Iterator[Served]:
    """`layoutgen preview sale.poster --watch`, ended by Ctrl-C."""
    log = folder / ".log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "layoutgen", "preview", "sale.poster", "--watch", *more],
            cwd=folder,
            stdout=out,
            stderr=out,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
    try:
        give_up = time.monotonic() + SECONDS
        while not (address := re.search(r"http://\S+", log.read_text("utf-8"))):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < give_up
            time.sleep(0.05)
        yield Served(address[0], folder, process, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


class Served:
    def __init__(self, address: str, folder: Path, process: subprocess.Popen[bytes], log: Path) -> None:
        self.address = address
        self.folder = folder
        self.process = process
        self.log = log

    def wait_for(self, words: str) -> None:
        """Wait until the terminal says this: a picture is on the page a moment before it does."""
        give_up = time.monotonic() + SECONDS
        while words not in self.log.read_text("utf-8"):
            assert time.monotonic() < give_up, f"`{words}` was never printed"
            time.sleep(0.02)

    def events(self) -> Events:
        return Events(self.address)


class Events:
    """What a page would know: follows the server-sent events."""

    def __init__(self, address: str) -> None:
        self._stream = urllib.request.urlopen(f"{address}events", timeout=SECONDS)
        self.head: dict[str, Any] = {}
        self.pictures: dict[str, dict[str, Any]] = {}

    def until(self, what: Callable[[Events], object]) -> Events:
        give_up = time.monotonic() + SECONDS
        while not (self.head and what(self)):
            assert time.monotonic() < give_up, self.head.get("messages")
            line = self._stream.readline()
            assert line, "the server ended"
            if line.startswith(b"data: "):
                update = json.loads(line[6:])
                self.head = update.get("head", self.head)
                self.pictures |= {one["id"]: one for one in update["pictures"]}
                self.pictures = {name: one for name, one in self.pictures.items() if name in self.head["order"]}
        return self

    def drawn(self) -> Events:
        return self.until(lambda one: one.shown and all(item["key"] and item["good"] and item["fresh"] for item in one.shown))

    @property
    def shown(self) -> list[dict[str, Any]]:
        return [self.pictures[name] for name in self.head["order"] if name in self.pictures]

    def keys(self) -> dict[str, str]:
        return {name: one["key"] for name, one in self.pictures.items()}

    def close(self) -> None:
        self._stream.close()
