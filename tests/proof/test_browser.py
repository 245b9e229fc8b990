"""The live preview in a real browser, on real edits: pictures follow the file, boxes lead to lines and lines to boxes."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browsers import PHONE, RATIO, chromium, needs_chromium, webdriver
from tests.proof.factories import POSTER, SECONDS, Served, make, served

pytestmark = [pytest.mark.slow, needs_chromium]
WIDE = (1440, 900)
ALL_DRAWN = """
return head.order.length > 0 && head.good &&
  [...pictures.values()].every(one => one.fresh && figures.get(one.id)?.key === one.key)
"""
SWAPPED = """
const swapped = [...document.querySelectorAll('figure')].map(one => Number(one.dataset.swapped))
  .filter(at => at > arguments[0]);
return swapped.length && Math.min(...swapped);
"""
"""Milliseconds since 1970 when the first picture after a moment took its place; 0: there is none."""


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("proof")
    make(folder)
    with served(folder) as running:
        yield running


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with chromium(tmp_path_factory.mktemp("profile"), logs=("browser",)) as driver:
        yield driver


@pytest.fixture
def page(proof: Served, browser: Any) -> Any:
    (proof.folder / "sale.poster").write_text(POSTER, encoding="utf-8")
    show(browser, proof, WIDE)
    browser.execute_script("sessionStorage.clear()")
    show(browser, proof, WIDE)
    return browser


def show(browser: Any, proof: Served, size: tuple[int, int], *, dark: bool = False) -> None:
    width, height = size
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    browser.get("about:blank")
    browser.get(proof.address)
    until(browser, ALL_DRAWN)


def until(browser: Any, script: str, *arguments: Any) -> Any:
    give_up = time.monotonic() + SECONDS
    while not (result := browser.execute_script(script, *arguments)):
        assert time.monotonic() < give_up, script
        time.sleep(0.02)
    return result


def press(browser: Any, *keys: str) -> None:
    webdriver.ActionChains(browser).send_keys(*keys).perform()


def on(browser: Any) -> set[tuple[str, str]]:
    """The boxes that are lit: picture and box."""
    script = "return [...document.querySelectorAll('.box.on')].map(one => [one.closest('figure').dataset.id, one.dataset.box])"
    return {(picture, box) for picture, box in browser.execute_script(script)}


def line(browser: Any) -> str:
    return str(browser.execute_script("return document.querySelector('.row.at code')?.textContent || ''")).strip()


def save(path: Path, text: str) -> float:
    """Milliseconds since 1970, just before the file was written."""
    now = time.time() * 1000
    path.write_text(text, encoding="utf-8")
    return now


def test_a_save_is_seen_at_once(proof: Served, page: Any) -> None:
    taken: list[float] = []
    for number in range(10):
        began = save(proof.folder / "sale.poster", POSTER.replace("SUMMER", f"DAY {number}"))
        taken.append(until(page, SWAPPED, began) - began)
        until(page, ALL_DRAWN)
    print(f"from the save to the first new picture: {', '.join(f'{one:.0f}' for one in taken)} ms")
    print(f"median {statistics.median(taken):.0f} ms")
    assert max(taken) < 5000
    assert (
        page.execute_script("return pictures.get('\\nfeed\\nde').boxes.find(box => box.id === 'header.headline').text")
        == "DAY 9"
    )


def test_scroll_zoom_and_elements_stay(proof: Served, page: Any) -> None:
    page.execute_script(
        "zoom(3); document.querySelector('#board').scrollTo(40, 700); window.first = document.querySelector('figure')"
    )
    before = page.execute_script(
        "return [board.scrollLeft, board.scrollTop, state.zoom, document.querySelector('figure img').src]"
    )
    assert before[1] > 300
    save(proof.folder / "sale.poster", POSTER.replace("90% x 22%", "90% x 20%"))
    until(page, "return document.querySelector('figure img').src !== arguments[0]", before[3])
    until(page, ALL_DRAWN)
    after = page.execute_script(
        "return [board.scrollLeft, board.scrollTop, state.zoom, document.querySelector('figure') === first]"
    )
    assert after == [*before[:3], True]


def test_a_box_leads_to_its_line(page: Any) -> None:
    box = page.find_element("css selector", "[data-id='\\nstory\\nde'] [data-box='header.headline']".replace("\\n", "\\a "))
    box.click()
    assert line(page).startswith("slogan headline")
    assert on(page) == {(f"\n{canvas}\n{locale}", "header.headline") for canvas in ("feed", "story") for locale in ("en", "de")}
    assert "in the flow of header" in page.find_element("id", "why").text


def test_a_line_leads_to_its_boxes(page: Any) -> None:
    rows = {row.text.split("\n")[-1].strip(): row for row in page.find_elements("css selector", ".row")}
    every = {f"\n{canvas}\n{locale}" for canvas in ("feed", "story") for locale in ("en", "de")}
    next(row for text, row in rows.items() if text.startswith("region offer")).click()
    assert on(page) == {(picture, box) for picture in every for box in ("offer", "offer.1")}  # both stand on it
    next(row for text, row in rows.items() if text.startswith("size: 90% x 22%")).click()
    assert on(page) == {(picture, "header") for picture in every}
    press(page, "s")
    press(page, "s")
    page.execute_script("code.focus()")
    press(page, "\ue015")  # down
    assert line(page).startswith("slogan headline")
    assert on(page) == {(picture, "header.headline") for picture in every}
    next(row for text, row in rows.items() if "x 32%" in text).click()
    assert on(page) == {(picture, "header") for picture in every if "story" in picture}
    next(row for text, row in rows.items() if text.startswith("param headline")).click()
    assert on(page) == {(picture, "header.headline") for picture in every}


def test_a_mistake_is_shown_in_place(proof: Served, page: Any) -> None:
    sources = page.execute_script("return [...document.querySelectorAll('figure img')].map(one => one.src)")
    save(proof.folder / "sale.poster", POSTER.replace("below: header", "below: heder"))
    until(page, "return document.querySelectorAll('figure.old').length === 4")
    assert page.execute_script("return [...document.querySelectorAll('figure img')].map(one => one.src)") == sources
    assert "grayscale" in page.execute_script("return getComputedStyle(document.querySelector('figure img')).filter")
    assert page.find_element("id", "status").text == "1 error"
    text = page.execute_script("return head.messages[0].text")
    assert page.execute_script("return document.querySelector('#messages pre').textContent").rstrip("\n") == text
    assert page.find_element("css selector", ".wavy").text == "heder"
    page.find_element("css selector", "#messages .code-link").click()
    until(page, "return document.querySelector('#explain').open")
    assert page.find_element("css selector", "#explain pre").text.startswith("LG204")
    press(page, "\ue00c")  # Escape
    page.find_element("css selector", "#messages .place").click()
    assert "below: heder" in line(page)
    save(proof.folder / "sale.poster", POSTER)
    until(page, ALL_DRAWN)
    assert page.find_elements("css selector", "figure.old") == []
    assert page.find_elements("css selector", ".message") == []


def test_by_keyboard(page: Any) -> None:
    def state(name: str) -> Any:
        return page.execute_script(f"return state.{name}")

    press(page, "b", "m", "r")
    assert (state("baselines"), state("margins"), state("regions")) == (True, True, True)
    visible = (
        "return [...document.querySelectorAll('.guides path')].filter(one => getComputedStyle(one).display !== 'none').length"
    )
    assert page.execute_script(visible) > 8
    press(page, "b", "m", "r")
    assert page.execute_script(visible) == 0
    first = state("current")
    press(page, "\ue014")  # right
    assert state("current") != first
    press(page, "\ue012")  # left
    assert state("current") == first
    press(page, "+", "+", "-")
    assert state("zoom") == pytest.approx(1.25)
    press(page, "0")
    assert state("zoom") == 1
    press(page, "l")
    count = "return [...document.querySelectorAll('figure')].filter(one => one.checkVisibility()).length"
    assert page.execute_script(count) == 2
    press(page, "c")
    assert page.execute_script(count) == 1
    press(page, "l", "l", "c", "c")
    assert page.execute_script(count) == 4
    press(page, "f")
    assert page.execute_script(count) == 1
    press(page, "\ue00c")
    assert page.execute_script(count) == 4
    press(page, "n")
    assert line(page).startswith("region header")
    press(page, "/")
    press(page, *"offer.1")
    assert page.execute_script("return document.querySelectorAll('.box.found').length") == 4
    press(page, "\ue00c")
    press(page, "?")
    assert page.execute_script("return document.querySelector('#help').open")
    keys = page.execute_script("return [...document.querySelectorAll('#help kbd')].map(one => one.textContent)")
    assert set(page.execute_script("return Object.keys(keys)")) - {"=", "-", "f", "ArrowLeft", "ArrowRight", "Escape"} <= set(
        keys
    )
    press(page, "\ue00c")
    assert [entry for entry in page.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [PHONE, WIDE])
def test_it_fits_and_can_be_read(proof: Served, page: Any, size: tuple[int, int], dark: bool) -> None:
    save(proof.folder / "sale.poster", POSTER.replace("below: header", "below: heder"))
    until(page, "return !head.good")
    show_size(page, size, dark)
    assert page.execute_script("return document.documentElement.scrollWidth") <= size[0]
    assert page.execute_script("return board.scrollWidth <= board.clientWidth")
    assert page.execute_script(CONTRAST) == []
    if size == PHONE:
        heights = "return [...document.querySelectorAll('header button, header select, header input, summary, .tabs button')]"
        assert min(page.execute_script(heights + ".filter(e => e.checkVisibility()).map(e => e.offsetHeight)")) >= 40


def show_size(browser: Any, size: tuple[int, int], dark: bool) -> None:
    metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size[0] < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    until(browser, "return innerWidth === arguments[0]", size[0])


CONTRAST = f"""{RATIO}
return [...document.querySelectorAll('body *')]
  .filter(e => e.checkVisibility() && !e.closest('.box, dialog'))
  .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
  .map(e => [ratio(e), parseFloat(getComputedStyle(e).fontSize), e.outerHTML.slice(0, 120)])
  .filter(([found, size]) => found < 4.5 || size < 11);
"""
