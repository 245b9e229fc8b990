"""The pictures of docs/engine.md are those that the stages make today."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.docs.markdown_blocks import ROOT, blocks_of

FOLDER = ROOT / "docs" / "pictures" / "engine"
NAMES = ("layout", "characters", "draft", "reading", "repair")


def test_they_are_small() -> None:
    assert {path.stem for path in FOLDER.glob("*.webp")} == set(NAMES)
    assert sum(path.stat().st_size for path in FOLDER.glob("*.webp")) < 250_000


def test_they_are_of_the_poster_that_the_page_shows() -> None:
    posters = [
        block.text for page in ("tour", "engine") for block in blocks_of(ROOT / "docs" / f"{page}.md")
        if block.title == "party.poster"
    ]  # fmt: skip
    assert len(posters) == 2
    assert posters[0] == posters[1]


@pytest.mark.slow
def test_they_are_drawn_by_the_stages(tmp_path: Path) -> None:
    script = runpy.run_path(str(FOLDER / "draw.py"))
    script["main"].__globals__["HERE"] = tmp_path
    script["main"]()
    for name in NAMES:
        with Image.open(FOLDER / f"{name}.webp") as committed, Image.open(tmp_path / f"{name}.webp") as drawn:
            assert committed.size == drawn.size
            difference = np.abs(np.asarray(committed.convert("RGB"), float) - np.asarray(drawn.convert("RGB"), float))
            assert difference.mean() < 2, name
