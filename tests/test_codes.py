"""Every code that a message can carry is explained, and its example really shows it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import layoutgen
from layoutgen.cli.main import app
from layoutgen.diagnostics.codes import codes, codes_page, content
from tests.goldens import check_golden

PACKAGE = Path(layoutgen.__file__).parent
ROOT = Path(__file__).parents[1]


def used() -> Iterator[str]:
    for folder in (PACKAGE, ROOT / "renderer"):
        for path in folder.rglob("*.py"):
            yield from re.findall(r'["\'](LG\d{3})\b', path.read_text("utf-8"))


def test_every_code_that_is_used_is_explained_and_the_other_way_round() -> None:
    assert set(used()) == set(codes())


def test_the_page_of_codes() -> None:
    check_golden(ROOT / "docs" / "codes.md", codes_page())


@pytest.mark.parametrize("code", codes())
def test_the_example_shows_the_code(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = codes()[code]
    for name, text in entry.files.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content(text))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, entry.arguments)
    assert f"[{code}]" in result.stderr, result.stderr
    assert "Traceback" not in result.stderr
    if entry.fixed is not None:
        (tmp_path / "a.poster").write_bytes(content(entry.fixed))
        corrected = CliRunner().invoke(app, entry.arguments)
        assert f"[{code}]" not in corrected.stderr, corrected.stderr
        assert corrected.exit_code == 0, corrected.stderr


def test_json_and_text_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.poster").write_text('poster 1 "A"\nregion r {\n  gap = 3%\n  slogan "Hello"\n}\n')
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["check", "a.poster", "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "ok": False,
        "diagnostics": [
            {
                "code": "LG121",
                "severity": "error",
                "message": "a property is written with a colon, not with `=`",
                "file": "a.poster",
                "line": 3,
                "column": 3,
                "end_line": 3,
                "end_column": 11,
                "hint": "write `gap: …`",
            }
        ],
    }
