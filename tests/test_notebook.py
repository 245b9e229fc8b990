"""Results in notebooks: in a real kernel, in a real browser on light and dark pages, with texts that look like HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import layoutgen
from layoutgen.base.notebook import bundle
from layoutgen.building import Literal, backdrop, canvas, poster, region, slogan, verify
from tests.browsers import CHROMIUM, DESKTOP, DRIVER, chromium
from tests.campaign.factories import DRAWN, rows, write, wrong
from tests.record.fake_renderer import Misspelling
from tests.report.test_browser import CONTRAST, show

NASTY = "</td><script>document.title='run'</script><b>"


def rendered(text: str = "SUMMER SALE", misread: str = "") -> layoutgen.Result:
    sale = poster(
        "Summer <Sale>",
        canvas("feed 540x675", margin="5%"),
        backdrop(fill="#0B3C5D"),
        region("header", slogan(Literal(text), name="headline", color="#FFF8E7"), at="top of canvas", size="90% x 22%"),
        region("offer", slogan("Up to 50% off", color="#FFF8E7"), below="header gap 4%", size="80% x 12%"),
        verify(attempts=1, unchecked="allow", extra="allow"),
    )
    renderer = Misspelling({"header.headline": misread} if misread else {})
    return layoutgen.render(sale, renderer=renderer)


@pytest.fixture(scope="module")
def failed() -> layoutgen.Result:
    return rendered(misread="SUMER SALLE")


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]


def test_a_result_shows_picture_and_verdict(failed: layoutgen.Result) -> None:
    shown = failed._repr_mimebundle_()
    html = shown["text/html"]
    assert len(html) < 60_000
    assert "Summer &lt;Sale&gt;" in html
    assert re.search(r"SUMMER SALE</td>.*SUMER SALLE</td>", html)
    assert "✗ failed" in html
    assert "`header.headline`" not in html  # said in its row
    assert shown["text/plain"].startswith("Summer <Sale>: failed\n  header.headline: ")
    assert all(address.startswith("data:image/webp;base64,") for address in Tags(html).addresses)


def test_a_verdict_shows_what_was_read(failed: layoutgen.Result) -> None:
    html = failed.verdict._repr_mimebundle_()["text/html"]
    assert "SUMER SALLE" in html
    assert Tags(html).addresses == []


def test_results_of_a_campaign(tmp_path: Path) -> None:
    path, _ = write(tmp_path, DRAWN)
    results = list(layoutgen.Campaign(path, rows(2), key="sku", renderer=wrong(times=1)).run(tmp_path / "out"))
    first, second = (result._repr_mimebundle_()["text/html"] for result in sorted(results, key=lambda result: result.row))
    assert "✗ failed" in first
    assert "✓ passed" in second
    assert second.count("data:image/webp") == 1
    assert results[0].image is not None
    results[0].image.unlink()
    assert "cannot be shown" in results[0]._repr_mimebundle_()["text/plain"]


def test_texts_stay_texts(failed: layoutgen.Result) -> None:
    word = failed.verdict.slogans[0].model_copy(update={"id": NASTY, "expected": NASTY, "read": NASTY, "reason": NASTY})
    html = bundle(NASTY, "failed", [word], facts=[NASTY], notes=[NASTY], picture=failed.image)["text/html"]
    assert set(Tags(html).found) == {"div", "b", "span", "table", "tr", "th", "td", "img"}
    assert Tags(html).found.count("b") == 1


@pytest.mark.slow
def test_in_a_real_kernel(tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    source = """import layoutgen
from layoutgen.building import backdrop, canvas, poster, region, slogan
sale = poster("Hello", canvas("a 400x300"), backdrop(fill="#FFFFFF"), region("r", slogan("HELLO"), size="80% x 60%"))
result = layoutgen.render(sale, renderer="draft")
result"""
    cells = [nbformat.v4.new_code_cell(source), nbformat.v4.new_code_cell("result.verdict")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [output["data"] for cell in notebook.cells for output in cell.outputs if output.output_type == "execute_result"]
    assert [data["text/plain"] for data in shown] == ["Hello: passed", "Verdict: passed"]
    assert "data:image/webp" in shown[0]["text/html"]
    assert "HELLO" in shown[1]["text/html"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if not (CHROMIUM and DRIVER):
        pytest.skip("chromium and chromedriver are not installed")
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.mark.slow
@pytest.mark.parametrize(("ground", "ink"), [("#ffffff", "rgba(0,0,0,.87)"), ("#111111", "rgba(255,255,255,.87)")])
def test_it_can_be_read_on_light_and_dark_pages(
    browser: Any, failed: layoutgen.Result, tmp_path: Path, ground: str, ink: str
) -> None:
    page = tmp_path / "page.html"
    html = failed._repr_mimebundle_()["text/html"] + failed.verdict._repr_mimebundle_()["text/html"]
    style = f"background:{ground};color:{ink};font:14px sans-serif"
    page.write_text(f'<!doctype html><meta charset="utf-8"><body style="{style}"><main>{html}</main>', encoding="utf-8")
    show(browser, page, DESKTOP)
    assert browser.execute_script(CONTRAST) == []
    assert browser.execute_script("return [...document.images].every(image => image.complete && image.naturalWidth > 100)")
    assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
