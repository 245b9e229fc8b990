"""Whole layouts, kept as JSON: boxes in reading order, sizes and lines of the texts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from layoutgen.layout import solve
from tests.goldens import check_golden
from tests.layout.golden_layouts import SCENES, summary


@pytest.mark.parametrize("name", SCENES)
def test_layout_is_as_kept(name: str) -> None:
    layout = solve(SCENES[name](), "feed")
    lines = [f"  {json.dumps(item.id)}: {json.dumps(summary(item), ensure_ascii=False)}" for item in layout.placed]
    check_golden(Path(__file__).parent / "goldens" / f"{name}.json", "{\n" + ",\n".join(lines) + "\n}\n")


def test_why_names_what_was_written() -> None:
    layout = solve(SCENES["sample"](), "feed")
    assert layout["header"].why == ("at: top of canvas (line 2)", "width: 90% (line 3)", "height: 22% (line 3)")
    assert layout["header.1"].why[1] == "text: 1 line at 144.5 px"
    assert layout["link"].why[-1] == "height: from the aspect 1"
