"""The proof sheet in a real browser: filtered, marked, exported, approved; with 2,000 jobs in it; data runs nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from layoutgen.campaign.folder import read_entries, read_settings
from layoutgen.campaign.model import ManifestEntry
from layoutgen.campaign.proof_sheet import sheet_page
from layoutgen.cli.main import app
from tests.browsers import DESKTOP, PHONE, chromium, needs_chromium
from tests.campaign.factories import DRAWN, make, pictures, rows, write, wrong
from tests.report.test_browser import CONTRAST, show, visible

pytestmark = needs_chromium
NASTY = "</script><script>document.title='run'</script>"


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("campaign")
    poster, _ = write(folder, DRAWN)
    data = [*rows(3), {"sku": "bad", "name": NASTY[:30], "price": "1.00"}]
    make(folder, data, poster, renderer=wrong(times=1))
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    downloads = tmp_path_factory.mktemp("downloads")
    profile, prefs = tmp_path_factory.mktemp("profile"), {"download.default_directory": str(downloads)}
    with chromium(profile, logs=("browser", "performance"), prefs=prefs) as driver:
        driver.downloads = downloads
        yield driver


def names(browser: Any) -> list[str]:
    names: list[str] = browser.execute_script("return [...document.querySelectorAll('#cards .top b')].map(e => e.textContent)")
    return names


def test_shown_filtered_marked_exported_approved_published(browser: Any, campaign: Path) -> None:
    out = campaign / "out"
    show(browser, out / "index.html", DESKTOP)
    assert names(browser) == ["A0.png", "A1.png", "A2.png", "bad.png"]
    assert browser.execute_script("return [...document.images].every(image => image.complete && image.naturalWidth > 100)")
    assert browser.title == "Sale card: 3 of 4 passed"
    assert [item.text for item in visible(browser, "#cards dd.wrong")] == ["BALLL"]
    browser.find_element("id", "text").send_keys("ball 1")
    deadline = time.monotonic() + 10
    while names(browser) != ["A1.png"]:
        assert time.monotonic() < deadline
    browser.find_element("id", "text").clear()
    browser.execute_script("document.getElementById('text').dispatchEvent(new Event('input'))")
    browser.find_element("css selector", "#status option[value=failed]").click()
    assert names(browser) == ["A0.png"]
    assert not browser.find_element("css selector", "#cards .yes").is_enabled()  # what failed cannot be approved
    browser.find_element("css selector", "#status option[value='passed']").click()
    browser.find_element("id", "all").click()
    browser.find_element("css selector", "[aria-label='Reject A2.png']").click()
    browser.find_element("id", "export").click()
    path, deadline = browser.downloads / "marks.json", time.monotonic() + 20
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    marks = {mark["image"]: mark["mark"] for mark in json.loads(path.read_text("utf-8"))["marks"]}
    assert marks == {"A1.png": "approved", "A2.png": "rejected", "bad.png": "approved"}
    result = CliRunner().invoke(app, ["approve", str(out), str(path), "--by", "Ada"])
    assert result.exit_code == 0, result.stderr
    assert "2 approved, 1 rejected, by Ada" in result.stderr
    lines = [json.loads(line) for line in (out / "approvals.jsonl").read_text("utf-8").splitlines()]
    assert {(line["image"], line["mark"], line["by"]) for line in lines} == {
        (name, mark, "Ada") for name, mark in marks.items()
    }
    assert [entry for entry in browser.get_log("browser") if entry["level"] != "DEBUG"] == []


def test_data_runs_nothing(browser: Any, campaign: Path) -> None:
    show(browser, campaign / "out/index.html", DESKTOP)
    assert browser.title != "run"
    browser.find_element("id", "text").send_keys("</script>")
    time.sleep(0.3)
    assert names(browser) == ["bad.png"]
    assert len(browser.find_elements("tag name", "script")) == 2


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_it_fits_and_can_be_read(browser: Any, campaign: Path, size: tuple[int, int], dark: bool) -> None:
    show(browser, campaign / "out/index.html", size, dark=dark)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
    assert (
        browser.execute_script(
            CONTRAST.replace("e.checkVisibility()", "e.checkVisibility() && !e.disabled && e.tagName != 'OPTION'")
        )
        == []
    )
    targets = browser.execute_script(
        "return [...document.querySelectorAll('button, select, input')].map(e => e.getBoundingClientRect().height)"
    )
    assert min(targets) >= 40


def test_two_thousand_jobs(browser: Any, campaign: Path) -> None:
    """As many cards as one page holds are made, whatever there is; turning and searching go over all of them."""
    out = campaign / "out"
    settings = read_settings(out)
    assert settings is not None
    (first, *_rest) = read_entries(out).values()
    many = [_copy(first, number) for number in range(2000)]
    page = out / "large.html"
    page.write_text(sheet_page(out, many, settings, total=2000), encoding="utf-8")
    assert page.stat().st_size < 2_500_000
    show(browser, page, DESKTOP)
    assert len(browser.find_elements("css selector", "#cards > li")) == 60
    assert browser.find_element("id", "where").text == "1 to 60 of 2000"
    browser.find_element("id", "next").click()
    assert browser.find_element("id", "where").text == "61 to 120 of 2000"
    took = browser.execute_script(
        "const began = performance.now(); document.getElementById('text').value = 'job-1999'; filter();"
        "return performance.now() - began"
    )
    assert names(browser) == ["job-1999.png"]
    print(f"searching 2,000 jobs took {took:.0f} ms")


def _copy(entry: ManifestEntry, number: int) -> ManifestEntry:
    return entry.model_copy(update={"name": f"job-{number}.png", "row": f"row {number}"})


def test_marks_on_other_pictures_are_refused_as_a_whole(campaign: Path, tmp_path: Path) -> None:
    out = campaign / "out"
    good = next(entry for entry in read_entries(out).values() if entry.passed)
    marks = [
        {"image": good.image, "sha256": good.sha256, "mark": "approved"},
        {"image": "A9.png", "sha256": "0" * 64, "mark": "approved"},
    ]
    (tmp_path / "marks.json").write_text(json.dumps({"version": 1, "marks": marks}))
    before = (out / "approvals.jsonl").read_bytes() if (out / "approvals.jsonl").exists() else b""
    result = CliRunner().invoke(app, ["approve", str(out), str(tmp_path / "marks.json"), "--by", "Ada"])
    assert result.exit_code == 1
    assert "[LG835]" in result.stderr
    assert ((out / "approvals.jsonl").read_bytes() if (out / "approvals.jsonl").exists() else b"") == before
    assert pictures(out)
