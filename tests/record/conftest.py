from __future__ import annotations

from pathlib import Path

import pytest

from tests.record.fake_renderer import POSTER


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one poster, which is the current one."""
    (tmp_path / "sale.poster").write_text(POSTER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
