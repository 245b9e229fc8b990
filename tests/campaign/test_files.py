"""Formats, largest sizes, print, families of canvases, estimates, and budgets as pure functions."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

import layoutgen
from layoutgen.campaign import Campaign
from layoutgen.campaign.budget import Budget, Spent, exhausted, read_deadline, read_failures
from layoutgen.campaign.keys import moved_on, seed_of
from layoutgen.renderers import Rendered
from tests.campaign.factories import DRAWN, POSTER, make, manifest, pictures, rows, write, wrong


def with_canvas(block: str, poster: str = POSTER) -> str:
    return re.sub(r"canvas feed [^\n]*", f"canvas {block}", poster, count=1)


@pytest.mark.parametrize(("form", "kind"), [("jpg", "JPEG"), ("webp", "WEBP"), ("png", "PNG")])
def test_formats(tmp_path: Path, form: str, kind: str) -> None:
    poster, _ = write(tmp_path, with_canvas(f"feed 200x120 {{ format: {form} }}"))
    make(tmp_path, rows(1), poster)
    with Image.open(tmp_path / f"out/A0.{form}") as picture:
        assert (picture.format, picture.size) == (kind, (200, 120))


def test_pdf_with_bleed(tmp_path: Path) -> None:
    """The page is as large as the picture is in print, the trim box 3 mm inside; the same picture gives the same bytes."""
    poster, _ = write(tmp_path, with_canvas("feed 300x200 { dpi: 100; bleed: 3mm; format: pdf }"))
    make(tmp_path, rows(1), poster)
    (raw,) = pictures(tmp_path / "out").values()
    assert raw.startswith(b"%PDF-")
    boxes = {
        name.decode(): [float(x) for x in numbers.split()] for name, numbers in re.findall(rb"/(\w+Box) \[\s*([^\]]+)\]", raw)
    }
    edge = 72 * 3 / 25.4
    assert boxes["MediaBox"] == pytest.approx([0, 0, 216, 144])
    assert boxes["TrimBox"] == pytest.approx([edge, edge, 216 - edge, 144 - edge], abs=0.01)
    make(tmp_path, rows(1), poster, out="again")
    assert list(pictures(tmp_path / "again").values()) == [raw]


def test_the_largest_size_is_kept_and_read_once_more(tmp_path: Path) -> None:
    big = with_canvas("feed 600x400 { format: jpg; max: 12kB }", DRAWN)
    poster, _ = write(tmp_path, big)
    make(tmp_path, rows(1), poster)
    entry = next(iter(manifest(tmp_path / "out").values()))
    assert entry["bytes"] <= 12_000
    assert entry["passed"]
    with Image.open(io.BytesIO(next(iter(pictures(tmp_path / "out").values())))) as picture:
        assert picture.size == (600, 400)
    write(tmp_path, big.replace("12kB", "1kB"))
    summary = make(tmp_path, rows(1), poster)
    assert (summary.failed, summary.retired) == (1, 1)
    assert "LG823" in summary.failures[0].reasons[0]


class Seeing(type(wrong())):  # type: ignore[misc]
    """Notes the references that it is given; fails some canvases."""

    def __init__(self, fails: str = "") -> None:
        super().__init__({"r.name": "BALLL"} if fails else {}, 99 if fails else 0)
        self.references: dict[str, list[str]] = {}
        self._fails = fails

    def render(self, conditions, **how) -> Rendered:  # type: ignore[no-untyped-def]
        self.references[conditions.canvas.name] = [item.source for item in conditions.references]
        return super().render(conditions, **how)  # type: ignore[no-any-return]


def test_one_family(tmp_path: Path) -> None:
    """The story is given the passed feed picture of its row; without it there is none, and a new one makes a new story."""
    family = with_canvas("story 200x320 { from: feed }\ncanvas feed 320x200", DRAWN)
    poster, _ = write(tmp_path, family)
    failing = Seeing(fails="feed")
    summary = make(tmp_path, rows(1), poster, canvas="all", renderer=failing)
    assert (summary.failed, list(failing.references)) == (2, ["feed"])
    assert "`A0-feed.png`, which did not pass" in next(item for item in summary.failures if item.canvas == "story").reasons[0]
    good = Seeing()
    summary = make(tmp_path, rows(1), poster, canvas="all", renderer=good, retry_failed=True)
    assert summary.passed == 2
    assert good.references == {"feed": [], "story": [str((tmp_path / "out/A0-feed.png").resolve())]}
    changed = [{**rows(1)[0], "price": "1234.00"}]
    assert make(tmp_path, changed, poster, canvas="all", renderer=Seeing()).made == 2


@pytest.mark.parametrize(
    "line", ["story 2x2 { from: fead }", "a 90x90 { from: b }, b 90x90", "feed 90x90 { format: png; max: 5kB }"]
)
def test_what_canvases_cannot_say(tmp_path: Path, line: str) -> None:
    text = with_canvas(line.replace("a 90x90 { from: b }, b 90x90", "a 90x90 { from: b }\ncanvas b 90x90 { from: a }"))
    (tmp_path / "card.poster").write_text(text)
    with pytest.raises(layoutgen.PosterError, match=r"LG23[89]|LG217"):
        layoutgen.load(tmp_path / "card.poster")


def test_estimates_come_from_the_folder(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    make(tmp_path, rows(2), poster)
    with Campaign(poster, rows(6), key="sku", renderer="draft") as campaign:
        guess = campaign.estimate(tmp_path / "out")
    known = [entry["seconds"] for entry in manifest(tmp_path / "out").values()]
    assert (guess.jobs, guess.basis, guess.gpu_seconds) == (4, "jobs of this folder", 0.0)
    assert guess.seconds == pytest.approx(4 * sum(known) / 2, abs=0.1)


def test_contact_sheet_has_every_row(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    with Campaign(poster, rows(100), key="sku", renderer="draft", processes=1) as campaign:
        pages = campaign.preview(tmp_path / "out")
    assert [path.name for path in pages] == ["preview-1.png", "preview-2.png"]
    assert not (tmp_path / "out/manifest.jsonl").exists()


NOW = datetime(2026, 6, 1, 22, 0, tzinfo=UTC)


def test_deadlines() -> None:
    assert read_deadline("06:00", NOW) == datetime(2026, 6, 2, 6, 0, tzinfo=UTC)
    assert read_deadline("23:30", NOW) == datetime(2026, 6, 1, 23, 30, tzinfo=UTC)
    assert read_deadline("2026-07-01T06:00", NOW) == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)
    budget = Budget(deadline=datetime(2026, 6, 1, 22, 1, tzinfo=UTC))
    assert exhausted(budget, Spent(jobs=2, seconds=100.0), lambda: NOW) == ""
    assert exhausted(budget, Spent(jobs=2, seconds=130.0), lambda: NOW) == "deadline"  # the next would end too late
    for wrong_time in ("25:00", "noon", ""):
        with pytest.raises(layoutgen.PosterError, match="LG959"):
            read_deadline(wrong_time, NOW)


def test_shares_of_failures_need_some_jobs() -> None:
    budget = Budget(failures=read_failures("10%"))
    assert exhausted(budget, Spent(jobs=3, failed=2), lambda: NOW) == ""
    assert exhausted(budget, Spent(jobs=3, failed=3), lambda: NOW) == "failures"
    assert exhausted(budget, Spent(jobs=100, failed=10), lambda: NOW) == ""
    assert exhausted(budget, Spent(jobs=100, failed=11), lambda: NOW) == "failures"
    assert read_failures("5") == 5
    for nothing in ("0", "150%", "1.5", "x"):
        with pytest.raises(layoutgen.PosterError, match="LG959"):
            read_failures(nothing)


def test_gpu_seconds_count_what_is_under_way() -> None:
    spent = Spent(jobs=4, gpu_seconds=40.0)
    assert exhausted(Budget(gpu_seconds=60), spent, lambda: NOW, under_way=0) == ""
    assert exhausted(Budget(gpu_seconds=60), spent, lambda: NOW, under_way=2) == "gpu-seconds"


def test_seeds_depend_on_what_they_are_by() -> None:
    by_job = seed_of("Sale", "feed", "job", "A1")
    assert by_job != seed_of("Sale", "feed", "job", "A2")
    assert by_job != seed_of("Sale", "story", "job", "A1")
    assert seed_of("Sale", "feed", "poster", "A1") == seed_of("Sale", "feed", "poster", "A2")
    assert seed_of("Sale", "feed", "shop", "A1", "Köln") == seed_of("Sale", "feed", "shop", "A2", "Köln")
    assert len({moved_on(by_job, retries) for retries in range(4)}) == 4
