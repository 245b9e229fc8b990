"""What is kept about fonts between runs is used while it is true, and never needed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from layoutgen.typeset import inventory
from layoutgen.typeset.font_cache import file_stamp, packages_stamp


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LAYOUTGEN_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_stamps_change_with_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font = tmp_path / "a.ttf"
    assert file_stamp(str(font)) == file_stamp(str(font))
    before = file_stamp(str(font))
    font.write_bytes(b"a")
    assert file_stamp(str(font)) != before
    packages = tmp_path / "site-packages"
    packages.mkdir()
    monkeypatch.syspath_prepend(str(packages))
    before = packages_stamp()
    os.utime(packages, ns=(1, 1))  # as when a package comes or goes
    assert packages_stamp() != before


def test_fonts_are_the_same_from_memory(folder: Path) -> None:
    """A second process takes what the first has kept, without reading a font or a package."""
    script = (
        "import sys; from layoutgen.typeset import inventory as i; found = i.families();"
        "covered = i.coverage(found['anton'][0].path, 0); print(hash((str(sorted(found.items())), str(sorted(covered)))));"
        "print(*(name for name in ('fontTools', 'fontpkg') if name in sys.modules))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        ).stdout.splitlines()
        for _ in range(2)
    ]
    assert runs[0][0] == runs[1][0]
    assert [run[1] for run in runs] == ["fontTools fontpkg", ""]
    assert inventory.families()["anton"][0].family == "Anton"
