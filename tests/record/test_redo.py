"""Parts made again: the words change, everything else keeps its pixels."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import layoutgen
from layoutgen.diagnostics import PosterError
from layoutgen.loop.patch import mask_of, named_parts, patch_of
from layoutgen.loop.redo import redo
from layoutgen.record import Record, fingerprint, read_record
from tests.record.fake_renderer import POSTER, Misspelling
from tests.record.test_replay import run


def pixels(path: str | Path) -> Any:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def changed_outside(record: Record, old: Any, new: Any) -> int:
    """Pixels that differ beyond the soft edges."""
    assert record.origin is not None
    outside = np.ones(old.shape[:2], bool)
    for left, top, width, height in record.origin.boxes:
        more = record.origin.feather
        outside[max(0, top - more) : top + height + more, max(0, left - more) : left + width + more] = False
    return int((old != new).any(axis=2)[outside].sum())


@pytest.fixture
def sale(folder: Path) -> Path:
    run("render", "sale.poster", "--renderer", "draft", "-p", "price=9.99", "-o", "a.png")
    return folder / "a.record.json"


def test_new_words_and_nothing_else(sale: Path) -> None:
    result = run("redo", "a.record.json", "--only", "header", "-p", "headline=LAST DAYS", "-o", "b.png", "--json")
    document = json.loads(result.stdout)
    assert document["passed"] is True
    assert document["from"]["parts"] == ["header.headline"]
    assert {item["id"]: item["read"] for item in document["verdict"]["slogans"]}["header.headline"] == "LAST DAYS"
    record, older = read_record(sale.with_name("b.record.json")), read_record(sale)
    old, new = pixels("a.png"), pixels("b.png")
    assert changed_outside(record, old, new) == 0
    assert (old != new).any()
    assert record.origin is not None
    assert (record.origin.record, record.origin.picture) == (fingerprint(older), "a.png")
    assert record.params == {**older.params, "headline": "LAST DAYS"}
    assert [glyph.box for glyph in record.conditions.glyphs] == [glyph.box for glyph in older.conditions.glyphs]
    assert '"LAST DAYS"' in record.conditions.prompt
    assert '"SUMMER SALE"' not in record.conditions.prompt


def test_a_price_that_is_typeset(sale: Path) -> None:
    run("redo", "a.record.json", "--only", "cost", "-p", "price=12.50", "-o", "b.png")
    record = read_record(sale.with_name("b.record.json"))
    assert [item.source for item in record.conditions.overlays] == ["€12.50"]
    assert changed_outside(record, pixels("a.png"), pixels("b.png")) == 0
    run("redo", "a.record.json", "--only", "cost,header", "-p", "price=12.50", "-p", "headline=NOW", "-o", "c.png")


def test_it_can_be_redone_and_replayed(sale: Path) -> None:
    run("redo", "a.record.json", "--only", "header", "-p", "headline=LAST DAYS", "-o", "b.png")
    run("redo", "b.record.json", "--only", "cost", "-p", "price=12.50", "-o", "c.png")
    assert changed_outside(read_record(Path("c.record.json")), pixels("b.png"), pixels("c.png")) == 0
    run("replay", "b.record.json")
    run("replay", "c.record.json")
    Path("b.png").unlink()
    assert "error[LG675]" in run("replay", "c.record.json", code=4).stderr


def test_a_renderer_with_latents_is_asked_for_a_repair(folder: Path) -> None:
    layoutgen.render("sale.poster", renderer=Misspelling({}), seed=5).save("a.png")
    record = read_record(folder / "a.record.json")
    renderer = Misspelling({})
    made = redo(record, folder, ["header", "cat"], renderer=renderer)
    ((action, seed, boxes),) = renderer.asked
    assert (action, seed) == ("repair", 6)
    assert made.record.origin is not None
    assert boxes == made.record.origin.boxes
    assert len(boxes) == 2
    assert made.record.attempts[0].settings["kept"] is True
    assert changed_outside(made.record, pixels("a.png"), np.asarray(made.image).astype(int)) == 0
    with_seed = Misspelling({})
    redo(record, folder, ["header"], seed=77, renderer=with_seed)
    assert with_seed.asked[0][1] == 77
    (folder / "a.latents.safetensors").unlink()
    with pytest.raises(PosterError, match="LG676"):
        redo(record, folder, ["header"], renderer=Misspelling({}))


def test_it_tries_until_the_words_are_right(folder: Path) -> None:
    layoutgen.render("sale.poster", renderer=Misspelling({}), seed=5).save("a.png")
    record = read_record(folder / "a.record.json")
    renderer = Misspelling({"header.headline": "SUMER SALLE"}, times=1)
    made = redo(record, folder, ["header"], renderer=renderer)
    assert [item.seed for item in made.record.attempts] == [6, 7]
    assert [item.verdict.passed for item in made.record.attempts] == [False, True]
    assert made.record.best == 1


REFUSED: dict[str, tuple[list[str], str, int, str]] = {
    "not named": (["--only", "cost", "-p", "headline=HI"], "LG680", 1, "`header.headline` would change as well"),
    "a part goes away": (["--only", "cost", "-p", "price="], "LG680", 1, "`cost` would go away"),
    "too long": (
        ["--only", "header", "-p", "headline=" + "Everything must go " * 40], "LG681", 1, "do not fit where the old ones were",
    ),
    "no such part": (["--only", "heder"], "LG690", 2, "did you mean `header`"),
    "no such param": (["--only", "header", "-p", "headlin=x"], "LG700", 1, "headlin"),
    "bad value": (["--only", "cost", "-p", "price=cheap"], "LG7", 1, "cheap"),
    "no value": (["--only", "header", "-p", "headline"], "LG951", 2, "names no value"),
    "its own name": (["--only", "header", "-o", "a.png"], "LG691", 2, "another name"),
    "no format": (["--only", "header", "-o", "b.tiff"], "LG958", 2, "tiff"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(sale: Path, name: str) -> None:
    arguments, code, exit_code, said = REFUSED[name]
    before = sorted(Path().iterdir())
    output = [] if "-o" in arguments else ["-o", "b.png"]
    result = run("redo", "a.record.json", *arguments, *output, code=exit_code)
    assert f"error[{code}" in result.stderr
    assert said in result.stderr
    assert sorted(Path().iterdir()) == before


def test_another_poster_or_picture(sale: Path) -> None:
    (sale.parent / "sale.poster").write_text(POSTER + "\n", encoding="utf-8")
    result = run("redo", "a.record.json", "--only", "header", "-p", "headline=HI", "-o", "b.png", code=1)
    assert "`sale.poster` has been changed since" in result.stderr
    run("redo", "a.record.json", "--only", "header", "-o", "b.png")  # without params it is not needed
    (sale.parent / "sale.poster").unlink()
    assert "LG682" in run("redo", "a.record.json", "--only", "header", "-p", "headline=HI", "-o", "b.png", code=1).stderr
    Image.new("RGB", (540, 675)).save("a.png")
    assert "LG675" in run("redo", "a.record.json", "--only", "header", "-o", "c.png", code=4).stderr


def test_words_on_an_object_keep_their_pixels(folder: Path) -> None:
    """The caption lies on the cat, the cat is made again: the caption is protected."""
    poster = POSTER.replace("object dog", 'region tag { center-with: cat; size: 20% x 5%; slogan "cat" }\nobject dog')
    (folder / "sale.poster").write_text(poster, encoding="utf-8")
    layoutgen.render("sale.poster", renderer="draft").save("a.png")
    conditions = read_record(folder / "a.record.json").conditions
    patch = patch_of(conditions, named_parts(conditions, ["cat"]))
    mask = mask_of((540, 675), patch.boxes, patch.protected, patch.feather)
    (caption,) = [glyph for glyph in conditions.glyphs if glyph.text == "cat"]
    left, top, width, height = caption.line_boxes[0]
    assert not mask[top : top + height, left : left + width].any()
    assert mask.max() == 1
    # The other way round the cat is what the caption lies on, and changes with it.
    patch = patch_of(conditions, named_parts(conditions, ["tag"]))
    assert mask_of((540, 675), patch.boxes, patch.protected, patch.feather)[top + 2, left + 2] == 1


def test_variations_to_choose_from(folder: Path) -> None:
    result = run("render", "sale.poster", "--renderer", "draft", "--variations", "3", "--seed", "7", "-o", "out", "--json")
    results = json.loads(result.stdout)["results"]
    assert [Path(item["image"]).name for item in results] == ["sale-v1.png", "sale-v2.png", "sale-v3.png"]
    assert [item["attempts"][0]["seed"] for item in results] == [7, 8, 9]
    assert (pixels("out/sale-v1.png") != pixels("out/sale-v2.png")).any()
    run("render", "sale.poster", "--renderer", "draft", "--variations", "2", "--canvas", "all", "-o", "all")
    assert len(list(Path("all").glob("sale-*-v?.png"))) == 4
    assert "LG692" in run("render", "sale.poster", "--variations", "2", "-o", "a.png", code=2).stderr
    run("replay", "out/sale-v2.record.json")
