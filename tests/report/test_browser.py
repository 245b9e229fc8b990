"""The report page in a real browser: clicked through, used by keyboard, on a phone, with nothing loaded from outside."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import layoutgen
from layoutgen.record import read_record
from layoutgen.report import report_page
from tests.browsers import DESKTOP, PHONE, RATIO, chromium, needs_chromium
from tests.record.fake_renderer import POSTER, Misspelling

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    before = Path.cwd()
    os.chdir(folder)
    try:
        Path("sale.poster").write_text(POSTER, encoding="utf-8")
        wrong = {"header.headline": "SUMER SALLE", "offer.1": "Up to 56% off"}
        renderer = Misspelling(wrong, times=2)
        layoutgen.render("sale.poster", {"price": "9.99"}, renderer=renderer, attempts=3).save("a.png", allow_failed=True)
        Path("a.html").write_text(report_page(read_record(Path("a.record.json")), folder), encoding="utf-8")
    finally:
        os.chdir(before)
    return folder / "a.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile"), logs=("browser", "performance")) as driver:
        yield driver


def show(browser: Any, page: Path, size: tuple[int, int], *, dark: bool = False) -> None:
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.get(page.as_uri())


def requested(browser: Any) -> list[str]:
    """Every address that was asked for since the last look."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [item["params"]["request"]["url"] for item in messages if item["method"] == "Network.requestWillBeSent"]


def visible(browser: Any, selector: str) -> list[Any]:
    return [item for item in browser.find_elements("css selector", selector) if item.is_displayed()]


def test_clicking_through_it(browser: Any, page: Path) -> None:
    browser.get("about:blank")
    requested(browser)  # what the browser opened by itself
    show(browser, page, DESKTOP)
    ids = [item.get_attribute("id") for item in visible(browser, ".attempt")]
    labels = visible(browser, ".attempts label")
    assert len(labels) > 1
    assert ids == [f"attempt-{len(labels)}"]  # the last one passed, and was kept
    labels[0].click()
    assert [item.get_attribute("id") for item in visible(browser, ".attempt")] == ["attempt-1"]
    assert [item.text for item in visible(browser, "mark")][:1] == ["M"]
    boxes = visible(browser, "#attempt-1 .box")
    assert boxes
    browser.find_element("id", "boxes").click()
    assert visible(browser, ".box") == []
    browser.find_element("id", "boxes").click()
    assert len(visible(browser, "#attempt-1 .box")) == len(boxes)
    browser.find_element("css selector", "#attempt-1 a.box").click()
    assert browser.execute_script("return location.hash") == "#word-1-0"
    for summary in visible(browser, "summary"):
        summary.click()
    assert len(visible(browser, "details[open] > pre")) >= 3
    assert [entry for entry in browser.get_log("browser") if entry["level"] != "DEBUG"] == []
    assert {url for url in requested(browser) if not url.startswith("data:")} == {page.as_uri()}


def test_every_picture_is_really_shown(browser: Any, page: Path) -> None:
    show(browser, page, DESKTOP)
    assert browser.execute_script("return [...document.images].every(image => image.complete && image.naturalWidth > 100)")


def test_by_keyboard(browser: Any, page: Path) -> None:
    from selenium.webdriver.common.keys import Keys

    show(browser, page, DESKTOP)

    def press(key: str) -> Any:
        browser.switch_to.active_element.send_keys(key)
        return browser.switch_to.active_element

    focused = browser.find_element("tag name", "body")
    focused.send_keys(Keys.TAB)
    assert browser.switch_to.active_element.get_attribute("id") == "boxes"
    press(Keys.SPACE)
    assert visible(browser, ".box") == []
    press(Keys.SPACE)
    assert press(Keys.TAB).get_attribute("name") == "attempt"
    press(Keys.ARROW_LEFT)
    assert not browser.find_element("css selector", ".attempts label:last-child input").is_selected()
    (attempt,) = visible(browser, ".attempt")
    box = press(Keys.TAB)
    assert "box" in box.get_attribute("class")
    assert box.get_attribute("aria-label").startswith("header.headline: ")
    press(Keys.ENTER)
    assert browser.execute_script("return document.querySelector(':target').dataset.row") == "0"
    for _ in range(60):
        if press(Keys.TAB).tag_name == "summary":
            break
    press(Keys.ENTER)
    assert visible(browser, "details[open]")
    assert attempt.is_displayed()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, DESKTOP, (320, 640)])
def test_it_fits_and_can_be_read(browser: Any, page: Path, size: tuple[int, int], dark: bool) -> None:
    show(browser, page, size, dark=dark)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= size[0]
    small = browser.execute_script(
        "return [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && !e.closest('.box')"
        " && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))"
        ".filter(e => parseFloat(getComputedStyle(e).fontSize) < 11).map(e => e.outerHTML)"
    )
    assert small == []
    low = browser.execute_script(CONTRAST)
    assert low == []
    targets = browser.execute_script(
        "return [...document.querySelectorAll('summary, .switch, .attempts label')].filter(e => e.checkVisibility())"
        ".map(e => e.getBoundingClientRect().height)"
    )
    assert min(targets) >= 40


CONTRAST = f"""{RATIO}
return [...document.querySelectorAll('main *, header *')]
  .filter(e => e.checkVisibility() && !e.closest('.box') && [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
  .map(e => [ratio(e), e.outerHTML.slice(0, 120)]).filter(([found]) => found < 4.5);
"""
