"""The report page as text: it says everything, escapes everything, and refers to nothing outside."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import layoutgen
from layoutgen.check.model import ObjectVerdict
from layoutgen.record import Record, read_record
from layoutgen.report import report_page
from layoutgen.report.page import differences
from tests.record.fake_renderer import POSTER, Misspelling
from tests.record.test_replay import run

NASTY = '<script>alert("x")</script> & "quotes"'


class Links(HTMLParser):
    """Every attribute that could load something, and every element."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "action", "srcset", "data", "poster")]
        if tag not in ("meta", "link", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Record:
    monkeypatch.chdir(tmp_path)
    Path("sale.poster").write_text(POSTER, encoding="utf-8")
    wrong = {"header.headline": "SUMER SALLE"}
    layoutgen.render("sale.poster", {"price": "9.99"}, renderer=Misspelling(wrong, times=1), attempts=3).save("a.png")
    return read_record(Path("a.record.json"))


def test_one_file_that_loads_nothing(record: Record, tmp_path: Path) -> None:
    page = report_page(record, tmp_path)
    parser = Links()
    parser.feed(page)
    assert parser.open == []
    assert all(link.startswith(("data:", "#")) for link in parser.links), parser.links
    assert not {"script", "iframe", "object", "embed", "form", "base"} & set(parser.tags)
    assert not re.search(r"@import|url\(", page)
    assert sum(link.startswith("data:image/webp") for link in parser.links) == 2 * len(record.attempts)


def test_it_shows_what_differs(record: Record, tmp_path: Path) -> None:
    page = report_page(record, tmp_path)
    assert "SUM<mark>M</mark>ER SALE" in page
    assert "SUMER SA<mark>L</mark>LE" in page
    for attempt in record.attempts:
        assert f"seed {attempt.seed}" in page
    assert "sale.poster, as it was" in page
    assert "sunlit beach" in page


def test_everything_is_escaped(record: Record, tmp_path: Path) -> None:
    slogan = record.verdict.slogans[0].model_copy(update={"expected": NASTY, "read": NASTY[:-3], "reason": f"Reads `{NASTY}`."})
    verdict = record.verdict.model_copy(update={"slogans": (slogan,), "reasons": (NASTY,), "warnings": (NASTY,)})
    attempt = record.attempts[record.best].model_copy(update={"verdict": verdict, "reason": NASTY, "action": NASTY})
    conditions = record.conditions.model_copy(update={"title": NASTY, "prompt": NASTY})
    nasty = record.model_copy(
        update={"attempts": (attempt,), "best": 0, "conditions": conditions, "poster": NASTY, "stopped": NASTY, "chosen": NASTY}
    )
    page = report_page(nasty, tmp_path)
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_objects_are_told(record: Record, tmp_path: Path) -> None:
    assert "<h3>Objects</h3>" not in report_page(record, tmp_path)
    cat = ObjectVerdict(id="cat", found=True, passed=True, status="drawn", box=(0, 0, 9, 9))
    dog = ObjectVerdict(id="dog", found=False, passed=False, status="missing", reason="`dog` was not found on the picture.")
    bird = ObjectVerdict(id="bird", found=True, passed=True, status="stand-in", drawn_as="dove")
    attempt = record.attempts[0]
    seen = attempt.model_copy(update={"verdict": attempt.verdict.model_copy(update={"objects": (cat, dog, bird)})})
    page = report_page(record.model_copy(update={"attempts": (seen, *record.attempts[1:])}), tmp_path)
    assert "<code>cat</code> is in its place" in page
    assert "<code>dog</code> was not found on the picture." in page
    assert "<code>bird</code> is drawn as dove" in page


def test_pictures_that_are_gone_are_said_to_be(record: Record, tmp_path: Path) -> None:
    for path in (tmp_path / "a.attempts").iterdir():
        path.unlink()
    (tmp_path / "a.png").write_bytes(b"another picture")
    page = report_page(record, tmp_path)
    assert "has been changed since" in page
    assert "picture not kept" in page
    assert "data:image" not in page


def test_pictures_of_attempts_are_taken_from_beside_the_record_only(record: Record, tmp_path: Path) -> None:
    attempts = tuple(attempt.model_copy(update={"picture": "../secret.webp"}) for attempt in record.attempts)
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.webp").write_bytes((tmp_path / "a.attempts" / "1.webp").read_bytes())
    (tmp_path / "inner" / "a.png").write_bytes((tmp_path / "a.png").read_bytes())
    page = report_page(record.model_copy(update={"attempts": attempts}), tmp_path / "inner")
    assert page.count("data:image") == 2


def test_the_command(record: Record, tmp_path: Path) -> None:
    run("report", "a.record.json")
    run("report", "a.record.json", "-o", "proof.html")
    assert Path("a.html").read_bytes() == Path("proof.html").read_bytes()
    run("report", "none.record.json", code=4)


@pytest.mark.parametrize(
    ("expected", "read", "marked"),
    [
        ("SALE", "SALE", "SALE|SALE"),
        ("SALE", "SALLE", "SALE|SAL[L]E"),
        ("SALE", "", "[SALE]|"),
        ("50% off", "60% off", "[5]0% off|[6]0% off"),
        ("a b", "ab", "a[␣]b|ab"),
        ("Big\nsale", "Big sale", "Big\nsale|Big sale"),
        ("Cafe\u0301", "Cafe", "Caf[e\u0301]|Caf[e]"),
        ("夏季大促", "夏季大足", "夏季大[促]|夏季大[足]"),
    ],
)
def test_differences(expected: str, read: str, marked: str) -> None:
    sides = differences(expected, read)
    texts = ["".join(segment.text if segment.same else f"[{segment.text}]" for segment in side) for side in sides]
    assert "|".join(texts) == marked
