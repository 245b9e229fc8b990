"""The page about the engine: its example runs, and its table has every setting with its default."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from layoutgen.renderer.glm.memory import GIB, KINDS, PUBLISHED, plan_memory
from layoutgen.renderer.glm.settings import EngineSettings, MemorySettings

PAGE = (Path(__file__).parents[2] / "docs" / "glm.md").read_text("utf-8")
POSTER = """
poster 1 "Sale"
canvas feed 512x512
backdrop "a beach"
region header { at: top of canvas; size: 90% x 24%; slogan headline "SALE" }
"""


def test_the_stages_example_runs(tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sale.poster").write_text(POSTER, "utf-8")
    (tmp_path / "weights").symlink_to(tiny_checkpoint)
    monkeypatch.chdir(tmp_path)
    match = re.search(r"<!-- the stages example -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    assert match is not None
    names: dict[str, object] = {}
    exec(match[1].replace("steps=30", "steps=2"), names)  # our own page
    with Image.open("again.png") as picture:
        assert picture.size == (512, 512)


def test_the_table_has_every_setting() -> None:
    def shown(value: object) -> str:
        return "none" if value is None else json.dumps(value).strip('"')

    expected = [(f"{section}.{name}", shown(value)) for section, group in EngineSettings() for name, value in group]
    table = PAGE.partition("<!-- settings -->")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `([\w.]+)` \| `([^`]+)` \|", table, re.MULTILINE) == expected


def test_the_memory_that_plans_need() -> None:
    for kind in KINDS:
        plan = plan_memory(16 * GIB, PUBLISHED, MemorySettings(plan=kind))
        match = re.search(rf"^\| `{kind}` \| (\d+) GiB", PAGE, re.MULTILINE)
        assert match is not None
        assert int(match[1]) == round(plan.peak / GIB), kind
