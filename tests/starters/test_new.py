"""`layoutgen new`: a poster of one's own, with answers, canvases and a kit; nothing is written over unasked."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import layoutgen
from layoutgen.language.values import Money, Percent
from layoutgen.starters.begin import begin_poster
from layoutgen.starters.catalogue import kit_names, limits_in_words, starter_names, starter_path
from layoutgen.starters.rebrand import match_palettes

LAYOUTGEN = (sys.executable, "-m", "layoutgen")


def run(*args: str, folder: Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = [*LAYOUTGEN, *args]
    result = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert result.returncode == code, result.stderr
    return result


def defaults(path: Path) -> dict[str, Any]:
    return {param.name: param.default for param in layoutgen.load(path).params}


def test_answers_become_defaults(tmp_path: Path) -> None:
    given = {"headline": 'Final "days" \\ now', "discount": "30%", "was": "", "price": "1.5", "until": "2028-02-29"}
    path = begin_poster("sale", tmp_path / "friday.poster", given)[0]
    values = defaults(path)
    assert values["headline"] == given["headline"]
    assert values["discount"] == Percent(Decimal("0.3"))
    assert values["was"] is None
    assert values["price"] == Money(Decimal("1.5"), "EUR")
    assert str(values["until"]) == "2028-02-29"
    assert values["product"] == "Everything in store"
    assert "layoutgen preview friday.poster" in path.read_text("utf-8")


@pytest.mark.parametrize("name", starter_names())
def test_without_answers_it_is_the_template(name: str, tmp_path: Path) -> None:
    paths = begin_poster(name, tmp_path / f"{name}.poster")
    for path in paths:
        assert path.read_bytes() == (starter_path(name).parent / path.name).read_bytes()
    assert defaults(paths[0]) == defaults(starter_path(name))


def test_a_list_stands_in_a_file_of_its_own(tmp_path: Path) -> None:
    dishes = json.dumps([{"name": "Soup", "price": "4.50 EUR"}])
    path = begin_poster("menu", tmp_path / "lunch.poster", {"dishes": dishes})[0]
    assert [dish["name"] for dish in defaults(path)["dishes"]] == ["Soup"]
    assert json.loads((tmp_path / "lunch.dishes.json").read_text("utf-8")) == [{"name": "Soup", "price": "4.50 EUR"}]


def test_a_new_text_asks_for_its_translation(tmp_path: Path) -> None:
    path = begin_poster("sale", tmp_path / "a.poster", {"headline": "Final Days"})[0]
    assert "Big Sale" not in json.loads((tmp_path / "a.de.json").read_text("utf-8"))
    warnings = [item.render_text() for item in layoutgen.load(path).warnings]
    assert len(warnings) == 1
    assert "Final Days" in warnings[0]


def test_canvases_that_are_not_kept_are_gone(tmp_path: Path) -> None:
    path = begin_poster("sale", tmp_path / "a.poster", canvases=["banner", "feed"])[0]
    assert [canvas.name for canvas in layoutgen.load(path).canvases] == ["feed", "banner"]
    text = path.read_text("utf-8")
    assert "on story" not in text
    assert "on banner" in text
    assert "\n\n\n" not in text


@pytest.mark.parametrize("kit", kit_names())
@pytest.mark.parametrize("name", starter_names())
def test_every_starter_in_every_kit(name: str, kit: str, tmp_path: Path) -> None:
    from layoutgen.conditions import DRAFT
    from layoutgen.pipeline import compile_poster

    poster = layoutgen.load(begin_poster(name, tmp_path / f"{name}.poster", kit=kit)[0])
    brand = set(layoutgen.load(begin_poster("sale", tmp_path / "other/sale.poster", kit=kit)[0]).palette)
    assert set(poster.palette) == brand
    assert not poster.warnings
    for locale in poster.languages:
        compiled = compile_poster(poster, locale=locale, limits=DRAFT)
        assert not compiled.warnings, [item.render_text() for item in compiled.warnings]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kit"), [("sale", "corner"), ("menu", "stillwater")])
def test_a_starter_in_a_kit_says_what_it_should(name: str, kit: str, tmp_path: Path) -> None:
    result = layoutgen.render(begin_poster(name, tmp_path / f"{name}.poster", kit=kit)[0], renderer="draft", attempts=1)
    assert result.passed, result.verdict.reasons


def test_what_a_kit_requires_is_required(tmp_path: Path) -> None:
    path = begin_poster("sale", tmp_path / "sale.poster", kit="corner")[0]
    with pytest.raises(layoutgen.PosterError, match="offer_from < offer_until"):
        layoutgen.compile(path, {"offer_from": "2028-01-01"}, renderer="draft")


def test_a_locked_kit_takes_no_other_colour(tmp_path: Path) -> None:
    path = begin_poster("sale", tmp_path / "sale.poster", kit="corner")[0]
    path.write_text(path.read_text("utf-8").replace("fill: blaze", "fill: #00FF00"), encoding="utf-8")
    with pytest.raises(layoutgen.PosterError, match="LG225"):
        layoutgen.compile(path, renderer="draft")


def test_colours_that_could_be_told_apart_still_can() -> None:
    old = {"paper": "#F4F0E6", "ink": "#101010", "sign": "#D92A1C"}
    matches = match_palettes(old, {"night": "#0B1026", "snow": "#FFFFFF", "leaf": "#2E7D32"})
    assert matches == {"paper": "snow", "ink": "night", "sign": "leaf"}


def test_a_kit_of_ones_own_and_the_kit_it_uses(tmp_path: Path) -> None:
    house = tmp_path / "house"
    house.mkdir()
    (house / "base.kit").write_text('kit 1 "Base"\npalette night #101522, snow #FFFFFF\n', encoding="utf-8")
    mine = 'kit 1 "Mine"\nuse "base.kit"\npalette leaf #2E7D32, corn #F2D04B\nstyle headline { face: "slab serif" }\n'
    (house / "mine.kit").write_text(mine, encoding="utf-8")
    path = begin_poster("sale", tmp_path / "one/sale.poster", kit=str(house / "mine.kit"))[0]
    poster = layoutgen.load(path)
    assert set(poster.palette) == {"night", "snow", "leaf", "corn"}
    assert 'face: "slab serif"' in path.read_text("utf-8")
    # a second poster beside it shares the kit
    begin_poster("event", tmp_path / "one/event.poster", kit=str(house / "mine.kit"))


def test_nothing_is_written_over_unasked(tmp_path: Path) -> None:
    mine = tmp_path / "sale.de.json"
    mine.write_text("{}", encoding="utf-8")
    messages = run("new", "sale", folder=tmp_path, code=2).stderr
    assert "LG955" in messages
    assert [path.name for path in tmp_path.iterdir()] == ["sale.de.json"]
    assert mine.read_text("utf-8") == "{}"
    run("new", "sale", "--force", folder=tmp_path)
    assert "Großer Sale" in mine.read_text("utf-8")


def test_all_wrong_answers_are_told_at_once(tmp_path: Path) -> None:
    messages = run("new", "sale", "-p", "discount=300%", "-p", "price=cheap", folder=tmp_path, code=1).stderr
    assert "discount" in messages
    assert "price" in messages
    assert not list(tmp_path.iterdir())


def test_it_does_not_ask_without_a_terminal(tmp_path: Path) -> None:
    assert "say which one" in run("new", folder=tmp_path, code=2).stderr
    document = json.loads(run("new", "quote", "-o", "words.poster", "--json", folder=tmp_path).stdout)
    assert document["poster"] == "words.poster"
    assert set(document["files"]) == {"words.poster", "words.es.json"}


def test_the_list_as_data(tmp_path: Path) -> None:
    document = json.loads(run("new", "--list", "--json", folder=tmp_path).stdout)
    assert [row["name"] for row in document["templates"]] == starter_names()
    assert {row["name"] for row in document["kits"]} == set(kit_names())
    sale = next(row for row in document["templates"] if row["name"] == "sale")
    discount = next(param for param in sale["params"] if param["name"] == "discount")
    assert discount == {"name": "discount", "type": "percent", "limits": "5% to 90%", "default": "40%", "required": False}
    assert Path(sale["thumbnail"]).is_file()
    assert sale["languages"] == ["en", "de"]


def test_limits_in_words() -> None:
    types = {param.name: param.type for param in layoutgen.load(starter_path("product")).params}
    assert limits_in_words(types["price"]) == "at least 1"
    assert limits_in_words(types["hours"]) == "1 to 200"
    assert limits_in_words(types["name"]) == "1 to 18 characters"


@pytest.mark.slow
def test_it_asks_on_a_terminal(tmp_path: Path) -> None:
    """A real terminal: the third answer is wrong and asked for again."""
    main, side = pty.openpty()
    process = subprocess.Popen([*LAYOUTGEN, "new", "quote"], cwd=tmp_path, stdin=side, stdout=side, stderr=side)
    os.close(side)
    seen = ""
    for question, answer in (
        ("words (text", "Say it simply."),
        ("author (text", "Anna"),
        ("source (text", "x" * 70),
        ("source (text", "-"),
        ("canvases to keep", "square,wide"),
    ):
        seen = _until(main, question, process)
        os.write(main, f"{answer}\n".encode())
    seen = _until(main, "next:", process)
    process.wait(60)
    assert process.returncode == 0, seen
    path = tmp_path / "quote.poster"
    assert defaults(path) == {"words": "Say it simply.", "author": "Anna", "source": None}
    assert [canvas.name for canvas in layoutgen.load(path).canvases] == ["square", "wide"]


def _until(terminal: int, words: str, process: subprocess.Popen[bytes]) -> str:
    """What a terminal shows up to and with these words; each call begins after the answer to the last."""
    seen, end = "", time.monotonic() + 120
    while words not in seen:
        assert time.monotonic() < end, seen
        if select.select([terminal], [], [], 1)[0]:
            try:
                seen += os.read(terminal, 4096).decode(errors="replace")
            except OSError as error:
                raise AssertionError(f"it ended with {process.poll()}: {seen}") from error
    return seen
