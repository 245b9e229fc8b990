"""What the page shows of a poster, without a server: boxes and their lines, keys, messages, rows, what is watched."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import layoutgen
from layoutgen.compositing.composite import composite
from layoutgen.proof import PreviewRequest, RowSource, compile_preview
from layoutgen.proof.compiling import CompiledPreview, RowWindow
from layoutgen.proof.drawing import PictureCache
from layoutgen.proof.model import PreviewBox
from layoutgen.proof.watching import counts, folders_of
from layoutgen.renderers import open_renderer
from tests.proof.factories import GERMAN, POSTER, make


@pytest.fixture
def poster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Path("sale.poster")


def compiled(poster: Path, table: RowSource | None = None, view: RowWindow = RowWindow()) -> CompiledPreview:  # noqa: B008
    return compile_preview(PreviewRequest(poster, rows=table), view)


def box(preview: CompiledPreview, canvas: str, locale: str, name: str) -> PreviewBox:
    pictures = [one.picture for one in preview.drawings if (one.picture.canvas, one.picture.locale) == (canvas, locale)]
    return next(item for item in pictures[0].boxes if item.id == name)


def lines(item: PreviewBox) -> set[tuple[str, int, int, str]]:
    return {(one.file, one.first, one.last, one.how) for one in item.lines}


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_every_canvas_in_every_language_is_drawn(poster: Path) -> None:
    preview = compiled(poster)
    assert preview.good
    assert [(one.picture.canvas, one.picture.locale) for one in preview.drawings] == [
        ("feed", "en"), ("story", "en"), ("feed", "de"), ("story", "de"),
    ]  # fmt: skip
    assert [source.name for source in preview.sources] == ["sale.poster", "brand.kit", "sale.de.json"]
    assert {path.name for path in preview.used} == {"sale.poster", "brand.kit", "sale.de.json", "logo.png", "house.ttf"}


def test_the_picture_is_that_of_the_preview(poster: Path) -> None:
    (story,) = [one for one in compiled(poster).drawings if one.picture.canvas == "story" and one.picture.locale == "de"]
    assert story.conditions is not None
    with open_renderer("draft", labels=True) as renderer:
        drawn = composite(renderer.render(story.conditions).image, story.conditions)
    assert np.array_equal(np.asarray(drawn), np.asarray(layoutgen.preview(poster, canvas="story", locale="de")))


def test_lines_of_boxes(poster: Path) -> None:
    preview = compiled(poster)
    first, last = line_of(POSTER, "region header"), line_of(POSTER, "region offer") - 1
    header = lines(box(preview, "feed", "en", "header"))
    assert header == {("sale.poster", first, last, "own")}
    on = line_of(POSTER, "  header { at: top")
    assert lines(box(preview, "story", "en", "header")) == header | {("sale.poster", on, on, "on")}
    slogan = line_of(POSTER, "  slogan headline")
    assert box(preview, "feed", "en", "header.headline").lines[0].first == slogan
    assert lines(box(preview, "feed", "en", "header.headline")) == {
        ("sale.poster", slogan, slogan, "own"),
        ("sale.poster", line_of(POSTER, "param headline"), line_of(POSTER, "param headline"), "uses"),
        ("sale.poster", line_of(POSTER, "style shout"), line_of(POSTER, "style shout"), "uses"),
        ("brand.kit", 2, 2, "uses"),  # the style's colour
        ("brand.kit", 3, 3, "uses"),  # the font
    }
    translated = [one for one in box(preview, "feed", "de", "offer.1").lines if one.file == "sale.de.json"]
    assert [one.first for one in translated] == [2 + list(GERMAN).index("Up to 50% off")]


def test_keys_change_with_the_pixels_alone(poster: Path) -> None:
    before = {one.picture.id: one.picture.key for one in compiled(poster).drawings}
    poster.write_text(POSTER.replace("region offer", "// a note\n\nregion offer"))
    moved = compiled(poster)
    assert {one.picture.id: one.picture.key for one in moved.drawings} == before
    assert box(moved, "feed", "en", "offer").lines[0].first == line_of(POSTER, "region offer") + 2
    poster.write_text(POSTER.replace("90% x 32%", "90% x 30%"))
    after = {one.picture.id: one.picture.key for one in compiled(poster).drawings}
    assert {name for name in before if before[name] != after[name]} == {"\nstory\nen", "\nstory\nde"}
    Path("logo.png").touch()
    assert {one.picture.id: one.picture.key for one in compiled(poster).drawings} == after
    Image.new("RGB", (80, 80), "#0000FF").save("logo.png")
    assert not set(after.values()) & {one.picture.key for one in compiled(poster).drawings}


def test_messages_are_those_of_the_terminal(poster: Path) -> None:
    poster.write_text(POSTER.replace("below: header", "below: heder"))
    preview = compiled(poster)
    assert not preview.good
    assert preview.drawings == ()
    with pytest.raises(layoutgen.PosterError) as error:
        layoutgen.load(poster)
    assert [message.text for message in preview.messages] == [item.render_text() for item in error.value.diagnostics]
    assert (preview.messages[0].code, preview.messages[0].line) == ("LG204", line_of(POSTER, "region offer"))
    assert preview.sources[0].text == poster.read_text()


def test_what_is_wrong_on_one_canvas_leaves_the_others(poster: Path) -> None:
    poster.write_text(POSTER.replace("size: 90% x 32%", "size: 90% x 1%"))
    preview = compiled(poster)
    assert {one.picture.canvas for one in preview.drawings if one.conditions} == {"feed"}
    assert {one.picture.canvas for one in preview.drawings if one.picture.good} == {"feed"}
    (wrong,) = [message for message in preview.messages if message.severity == "error"]
    assert wrong.text.splitlines()[6] == "  canvas: story"


def test_rows_are_turned_and_searched(poster: Path) -> None:
    table = RowSource("rows.csv")
    preview = compiled(poster, table, RowWindow(offset=3))
    assert preview.rows is not None
    assert (preview.rows.total, preview.rows.offset, preview.rows.found) == (7, 3, 7)
    assert [one.picture.row for one in preview.drawings[::4]] == [f"rows.csv row {number}" for number in (5, 6, 7)]
    assert box(preview, "feed", "en", "header.headline").text == "OFFER 4"
    last = compiled(poster, table, RowWindow(offset=99))
    assert last.rows is not None
    assert last.rows.offset == 6
    sought = compiled(poster, table, RowWindow(query="offer 6"))
    assert sought.rows is not None
    assert sought.rows.found == 1
    assert box(sought, "feed", "en", "cost.price").text.endswith("6.50")
    nothing = compiled(poster, table, RowWindow(query="nowhere"))
    assert nothing.drawings == ()
    assert nothing.good


def test_a_wrong_cell_names_its_row(poster: Path) -> None:
    rows = Path("rows.csv")
    rows.write_text(rows.read_text().replace("2.50", "two"))
    preview = compiled(poster, RowSource("rows.csv"))
    assert {one.picture.row for one in preview.drawings if not one.conditions} == {"rows.csv row 3"}
    assert any("rows.csv row 3 column price" in message.text for message in preview.messages)


def test_which_folders_are_watched(tmp_path: Path) -> None:
    for name in ("a/b", ".git/objects", "node_modules/x"):
        (tmp_path / name).mkdir(parents=True)
    elsewhere = tmp_path / ".hidden"
    elsewhere.mkdir()
    folders = folders_of(tmp_path, [elsewhere / "rows.csv"])
    assert folders == {tmp_path, tmp_path / "a", tmp_path / "a/b", elsewhere}
    assert [name for name in ("sale.poster", ".sale.poster.swp", "sale.poster~", "4913", "#a#") if counts(name)] == [
        "sale.poster"
    ]


def test_the_shelf_gives_up_the_least_lately_used() -> None:
    shelf = PictureCache(capacity=10)
    shelf.put("a", b"12345")
    shelf.put("b", b"12345")
    assert shelf.get("a") == b"12345"
    shelf.put("c", b"12345", needed=frozenset(("a", "c")))
    assert [key for key in "abc" if key in shelf] == ["a", "c"]
    shelf.put("d", b"1234567890", needed=frozenset("acd"))
    assert [key for key in "acd" if key in shelf] == ["a", "c", "d"]
