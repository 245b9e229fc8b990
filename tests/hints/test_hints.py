"""Design hints: one file each, what is said about it, and whether the edits that come along mend it."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

import layoutgen
from layoutgen.cli.check import check_poster
from layoutgen.cli.main import app
from layoutgen.diagnostics import Diagnostic
from layoutgen.diagnostics.codes import codes
from layoutgen.document import load_text
from layoutgen.hints import RULES
from layoutgen.hints.words import can_be_read
from tests.goldens import check_golden

CASES = sorted((Path(__file__).parent / "cases").glob("*.poster"))
ROOT = Path(__file__).parents[2]
POSTERS = (*sorted((ROOT / "examples").rglob("*.poster")), *sorted((ROOT / "templates/starters").glob("*.poster")))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cases and the picture that they show."""
    for path in CASES[0].parent.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    Image.new("RGB", (120, 80), "#336699").save(tmp_path / "dots.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(text: str, name: str) -> list[Diagnostic]:
    return check_poster(load_text(text, name, Path()))


def mended(text: str, found: list[Diagnostic]) -> str:
    """The text with every edit carried out, the last first; of several at one place only one."""
    edits = {(hint.fix.span.start, hint.fix.span.end): hint.fix.text for hint in found if hint.fix}
    for start, end in sorted(edits, reverse=True):
        text = text[:start] + edits[start, end] + text[end:]
    return text


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_what_is_said(case: Path) -> None:
    text = case.read_text("utf-8")
    found = check(text, case.name)
    assert {item.severity for item in found} <= {"hint"}
    said = [item.render_text() + (f"\n  fix: {item.fix.title}" if item.fix else "") for item in found]
    edited = mended(text, found)
    if edited != text:
        said.append(f"With every fix carried out:\n{edited}")
    check_golden(case.with_suffix(".txt"), "\n\n".join(said) + "\n")


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_the_edits_mend_what_they_are_for(case: Path) -> None:
    """What had an edit is not said any more, and nothing new but hints of what the edit moved."""
    text = case.read_text("utf-8")
    found = check(text, case.name)
    again = check(mended(text, found), case.name)
    assert {item.severity for item in again} <= {"hint"}
    left = {(item.code, item.message.split("`")[1]) for item in again}
    assert not left & {(item.code, item.message.split("`")[1]) for item in found if item.fix}


def test_every_hint_has_a_case() -> None:
    said = "".join(path.with_suffix(".txt").read_text("utf-8") for path in CASES)
    assert all(f"hint[{code}]" in said for code in (*RULES, "LG011"))
    assert {code for code in codes() if code.startswith("LG0")} == {*RULES, "LG011"}


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_examples_and_starters_have_none(path: Path) -> None:
    assert not [item.render_text() for item in check_poster(layoutgen.load(path))]


def test_hints_change_no_exit_code() -> None:
    result = CliRunner().invoke(app, ["check", "contrast.poster", "--json"])
    document = json.loads(result.stdout)
    assert (result.exit_code, document["ok"]) == (0, True)
    first = document["diagnostics"][0]
    assert (first["code"], first["severity"]) == ("LG001", "hint")
    assert set(first["fix"]) == {"title", "text", "file", "line", "column", "end_line", "end_column"}


def test_hints_wait_for_what_is_wrong() -> None:
    """A canvas that cannot be laid out has no hints, and nothing is said about allowances then."""
    text = CASES[0].with_name("idle.poster").read_text("utf-8").replace("80% x 40%", "80% x 0.5%")
    assert [(item.code, item.severity) for item in check(text, "a.poster")] == [("LG313", "error")]


@pytest.mark.slow
def test_signs_are_those_of_the_reader() -> None:
    from layoutgen.check import open_reader

    reader = open_reader()
    # All of the first two planes but Chinese characters, of which the rarest are taken as known.
    points = [*range(0x21, 0x3400), *range(0xA000, 0xF900), *range(0xFB00, 0x20000)]
    signs = [chr(point) for point in points if unicodedata.category(chr(point)) not in ("Cn", "Cs", "Co", "Cc")]
    wrong = [sign for sign in signs if not sign.isspace() and reader.readable(sign) != can_be_read(sign)]
    assert not wrong
