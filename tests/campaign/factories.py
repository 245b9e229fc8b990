"""Posters and rows for campaigns: small, so that pictures are quick to make and to read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from layoutgen.campaign import Campaign
from tests.record.fake_renderer import Misspelling

POSTER = """poster 1 "Price card"
param name: text { length: 1..30 }
param price: money(EUR) { min: 0.01 }
canvas feed 200x120, story 120x200 { margin: 4% }
language en, de
backdrop { fill: #FFF8E7 }
region r { gap: 6%
  slogan name "{{ name }}" { draw: typeset; color: #0B3C5D }
  slogan price "{{ price | money }}" { draw: typeset; color: #0B3C5D }
}
verify { extra: allow; unchecked: allow; attempts: 1 }
"""
"""Everything in it is typeset, and nothing else is looked at, so making one takes a fraction of a second."""
DRAWN = """poster 1 "Sale card"
param name: text
param price: money(EUR)
canvas feed 320x200
backdrop { fill: #FFF8E7 }
region r { gap: 8%
  slogan name "{{ name }}" { color: #0B3C5D }
  slogan price "{{ price | money }}" { draw: typeset; color: #0B3C5D }
}
verify { extra: allow; attempts: 1 }
"""
"""Its name is drawn, so a renderer can get it wrong."""


def rows(count: int, price: str = "9.99") -> list[dict[str, str]]:
    return [{"sku": f"A{number}", "name": f"Ball {number}", "price": price} for number in range(count)]


def write(folder: Path, poster: str = POSTER, data: Sequence[Mapping[str, str]] | str | None = None) -> tuple[Path, Path]:
    """A poster and a CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.poster").write_text(poster, encoding="utf-8")
    if not isinstance(data, str):
        data = rows(3) if data is None else data
        lines = [",".join(data[0]), *(",".join(row.values()) for row in data)]
        data = "\n".join(lines) + "\n"
    (folder / "rows.csv").write_text(data, encoding="utf-8")
    return folder / "card.poster", folder / "rows.csv"


def make(folder: Path, data: object, poster: Path, *, out: str = "out", **how: Any) -> Any:
    """Run a campaign of drafts to its end; its summary."""
    runs = {
        name: how.pop(name)
        for name in ("retry_failed", "stop_after_failures", "max_gpu_seconds", "deadline", "workers")
        if name in how
    }
    with Campaign(poster, data, **{"key": "sku", "renderer": "draft", **how}) as campaign:
        return campaign.run(folder / out, **runs).summary()


def wrong(name: str = "BALLL", times: int = 99) -> Misspelling:
    """A renderer that misspells the name `times` times."""
    return Misspelling({"r.name": name}, times)


def manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifest's lines by name. Every line must be whole."""
    entries = [json.loads(line) for line in (folder / "manifest.jsonl").read_text("utf-8").splitlines()]
    return {entry["name"]: entry for entry in entries}


def pictures(folder: Path) -> dict[str, bytes]:
    """What someone could publish: every picture that lies in the open, by name."""
    ends = (".png", ".jpg", ".webp", ".pdf")
    paths = [path for path in folder.rglob("*") if path.suffix in ends]
    visible = [path for path in paths if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in visible if not path.name.startswith("preview")}


def command(*words: str | Path, cwd: Path, **how: Any) -> subprocess.CompletedProcess[str]:
    """The real command line, in a process of its own."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    line = [sys.executable, "-P", "-m", "layoutgen", *map(str, words)]
    return subprocess.run(line, cwd=cwd, env=environment, capture_output=True, text=True, check=False, **how)
