"""`layoutgen fmt`: files, standard input, exit codes, and what is left alone."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from layoutgen.cli.main import app

UNTIDY = 'poster 1 "A"\r\nregion r{at:top of canvas}  \n'
TIDY = 'poster 1 "A"\nregion r { at: top of canvas }\n'
BROKEN = 'poster 1 "A"\nregion r {\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in {"untidy": UNTIDY, "tidy": TIDY, "broken": BROKEN}.items():
        (tmp_path / f"{name}.poster").write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fmt(*arguments: str, code: int = 0, given: bytes | None = None) -> Any:
    result = CliRunner().invoke(app, ["fmt", *arguments], input=given)
    assert result.exit_code == code, result.stderr + result.stdout
    return result


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_writes_what_changes_and_nothing_else(folder: Path) -> None:
    before = (folder / "tidy.poster").stat().st_mtime_ns
    (folder / "untidy.poster").chmod(0o600)
    result = fmt("untidy.poster", "tidy.poster")
    assert (result.stdout, result.stderr) == ("", "formatted untidy.poster\n")
    assert texts(folder) == {"untidy.poster": TIDY.encode(), "tidy.poster": TIDY.encode(), "broken.poster": BROKEN.encode()}
    assert (folder / "tidy.poster").stat().st_mtime_ns == before
    assert (folder / "untidy.poster").stat().st_mode & 0o777 == 0o600
    assert fmt("untidy.poster", "tidy.poster").stderr == "nothing to change\n"


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "link.poster").symlink_to("untidy.poster")
    fmt("link.poster")
    assert (folder / "link.poster").is_symlink()
    assert (folder / "untidy.poster").read_bytes() == TIDY.encode()


def test_check_names_files_and_changes_nothing(folder: Path) -> None:
    before = texts(folder)
    result = fmt("untidy.poster", "tidy.poster", "--check", code=1)
    assert (result.stdout, result.stderr) == ("", "would format untidy.poster\n")
    fmt("tidy.poster", "--check")
    assert texts(folder) == before


def test_a_diff_can_be_applied(folder: Path) -> None:
    before = texts(folder)
    shown = fmt("untidy.poster", "--diff").stdout_bytes
    assert texts(folder) == before
    subprocess.run(["git", "apply", "--unidiff-zero", "-p0", "-"], input=shown, cwd=folder, check=True)
    assert (folder / "untidy.poster").read_bytes() == TIDY.encode()
    fmt("untidy.poster", "--diff", "--check")


def test_a_diff_of_a_file_without_a_last_line_end(folder: Path) -> None:
    (folder / "untidy.poster").write_bytes(TIDY.rstrip().encode())
    assert fmt("untidy.poster", "--diff", "--check", code=1).stdout.splitlines()[-3:] == [
        "-region r { at: top of canvas }", "\\ No newline at end of file", "+region r { at: top of canvas }",
    ]  # fmt: skip


def test_what_has_errors_is_left_alone_and_the_rest_is_formatted(folder: Path) -> None:
    result = fmt("broken.poster", "untidy.poster", code=1)
    assert "error[LG108]" in result.stderr
    assert "--> broken.poster:2:10" in result.stderr
    assert texts(folder) == {"untidy.poster": TIDY.encode(), "tidy.poster": TIDY.encode(), "broken.poster": BROKEN.encode()}


def test_standard_input(folder: Path) -> None:
    assert fmt("-", given=UNTIDY.encode()).stdout == TIDY
    assert fmt("-", given=TIDY.encode()).stdout == TIDY
    assert fmt("-", "--check", given=UNTIDY.encode(), code=1).stdout == ""
    result = fmt("-", given=BROKEN.encode(), code=1)
    assert result.stdout == ""
    assert "--> stdin:2:10" in result.stderr
    assert "LG113" in fmt("-", given=b"\xff\xfe", code=1).stderr


def test_one_json_document(folder: Path) -> None:
    document = json.loads(fmt("broken.poster", "tidy.poster", "untidy.poster", "--diff", "--json", code=1).stdout)
    assert document["ok"] is False
    assert [(item["file"], item["changed"]) for item in document["files"]] == [("tidy.poster", False), ("untidy.poster", True)]
    assert document["files"][1]["diff"].startswith("--- untidy.poster\n+++ untidy.poster\n")
    assert [item["code"] for item in document["diagnostics"]] == ["LG108"]
    assert json.loads(fmt("-", "--json", given=UNTIDY.encode()).stdout)["files"] == [
        {"file": "-", "changed": True, "text": TIDY}
    ]  # fmt: skip


def test_things_outside(folder: Path) -> None:
    assert "LG901" in fmt("nothing.poster", code=4).stderr
    fmt(code=2)
    if os.geteuid():
        folder.chmod(0o500)
        assert "LG902" in fmt("untidy.poster", code=4).stderr
        folder.chmod(0o700)
    assert (folder / "untidy.poster").read_bytes() == UNTIDY.encode()
