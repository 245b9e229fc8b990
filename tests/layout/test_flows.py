"""What stands in rows and columns, and what is turned: as a designer would set it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from layoutgen.document import bind, load_text
from layoutgen.layout import solve
from tests.layout.factories import Build, length


def test_what_is_turned_stays_about_the_middle_of_its_box() -> None:
    """A tall narrow box at the edge: upright, its text has a line that is longer than the page is wide."""
    b = Build()
    words = b.slogan("r.1", "timeline", lettering={"min_size": length("12px")})
    document = b.document(b.region("r", words, box="879px 46px 17px 2194px", rotate=90.0), size=(896, 2240), margin="0%")
    layout = solve(document, "feed")
    left, top, width, height = layout["r.1"].box
    assert (abs(left + width / 2 - 887.5) <= 1, abs(top + height / 2 - 1143) <= 1) == (True, True)
    assert height > 2100
    text = layout["r.1"].text
    assert text
    x, y, wide, tall = text.lines[0].box
    assert (abs(x + wide / 2 - 887.5) <= 1, abs(y + tall / 2 - 1143) <= 3) == (True, True)


DISHES = [
    {"name": "Roast pumpkin soup with toasted seeds", "price": "6.50 EUR"},
    {"name": "Mushroom tart", "price": "9.80 EUR"},
    {"name": "Lamb tagine, apricots, couscous", "price": "13.50 EUR"},
    {"name": "Pho", "price": "10.40 EUR"},
]
REGIONS = """
      region what { slogan "{{ dish.name }}" { align: left } }
      region cost { slogan "{{ dish.price | money }}" { align: right } }
"""
SLOGANS = """
      slogan what "{{ dish.name }}" { align: left }
      slogan cost "{{ dish.price | money }}" { align: right }
"""
MENU = """poster 1 "Menu"
param dishes: list(name: text, price: money(EUR))
canvas board 1080x1350 { margin: 5% }
region title { at: top of canvas; size: 100% x 15%; slogan "Menu" }
region list {
  below: title gap 3%
  size: 100% x 70%
  for dish in dishes {
    region row {
      flow: row
      CELLS
    }
  }
}
"""


@pytest.mark.parametrize("cells", [REGIONS, SLOGANS], ids=["regions", "slogans"])
@pytest.mark.parametrize("dishes", [DISHES, DISHES[1:], DISHES[1:2] * 6], ids=["long", "shorter", "equal"])
def test_the_copies_of_a_for_are_set_alike(cells: str, dishes: list[dict[str, str]], tmp_path: Path) -> None:
    document, _ = bind(load_text(MENU.replace("CELLS", cells), "menu.poster", tmp_path), {"dishes": dishes})
    layout = solve(document, "board")
    for part in ("what", "cost"):
        copies = [item for item in layout.placed if item.text and part in item.id]
        assert len(copies) == len(dishes)
        assert len({item.text.size for item in copies if item.text}) == 1
        assert len({item.box[0] for item in copies}) == 1
        assert len({item.box[2] for item in copies}) == 1
    prices = [item.text.lines[0].box for item in layout.placed if item.text and "cost" in item.id]
    ends = [left + width for left, _, width, _ in prices]
    assert max(ends) - min(ends) <= 1
    assert max(ends) > layout["list"].box[0] + layout["list"].box[2] - 5


def test_rows_of_one_line_are_evenly_spaced(tmp_path: Path) -> None:
    dishes = [*DISHES[1:2] * 3, *DISHES[3:] * 3]
    document, _ = bind(load_text(MENU.replace("CELLS", SLOGANS), "menu.poster", tmp_path), {"dishes": dishes})
    layout = solve(document, "board")
    tops = [item.box[1] for item in layout.placed if item.parent == "list"]
    steps = [after - before for before, after in pairwise(tops)]
    assert max(steps) - min(steps) <= 1


def test_copies_in_the_flow_of_one_row_keep_their_own_widths(tmp_path: Path) -> None:
    text = """poster 1 "Tags"
param tags: list(name: text)
canvas board 1080x1350 { margin: 5% }
region list { at: top of canvas; size: 100% x 10%; flow: row; for tag in tags { slogan "{{ tag.name }}" } }
"""
    document, _ = bind(load_text(text, "tags.poster", tmp_path), {"tags": [{"name": "vegan"}, {"name": "without nuts"}]})
    first, second = [item for item in solve(document, "board").placed if item.text]
    assert first.box[2] < second.box[2]


@pytest.mark.parametrize("align", ["left", "center", "right"])
def test_a_row_with_room_to_spare_is_aligned_as_a_whole(align: str) -> None:
    b = Build()
    cells = [b.slogan(f"r.{at}", text, lettering={"align": align}) for at, text in enumerate(("€59.00", "€34.90"), 1)]
    row = b.region("r", *cells, box="10% 10% 80% 5%", direction="row", gap="4%", align=align)
    layout = solve(b.document(row), "feed")
    (left, _, width, _), first, second = (layout[name].box for name in ("r", "r.1", "r.2"))
    gap = second[0] - first[0] - first[2]
    assert abs(gap - 0.04 * width) <= 2
    before, after = first[0] - left, left + width - second[0] - second[2]
    assert before + after > 0.3 * width
    assert {"left": before <= 1, "center": abs(before - after) <= 2, "right": after <= 2}[align]
    text = layout["r.1"].text
    assert text
    assert first[2] - text.lines[0].box[2] <= 4


def test_words_that_are_aligned_apart_keep_the_whole_row() -> None:
    b = Build()
    cells = (b.slogan("r.1", "Soup", lettering={"align": "left"}), b.slogan("r.2", "€4.90", lettering={"align": "right"}))
    layout = solve(b.document(b.region("r", *cells, box="10% 10% 80% 5%", direction="row")), "feed")
    (left, _, width, _), first, second = (layout[name].box for name in ("r", "r.1", "r.2"))
    assert first[0] == left
    assert left + width - second[0] - second[2] <= 2


def test_an_anchor_without_a_name_is_of_what_holds_the_element(tmp_path: Path) -> None:
    text = """poster 1 "Card"
canvas board 1000x1000
region card {
  box: 10% 10% 50% 50%
  padding: 5%
  region foot { at: bottom; height: 20%; slogan "below" }
  group seal { at: top-right; object dot "a dot" { size: 10% x 10% } }
}
region page-foot { at: bottom; height: 5%; slogan "under all" }
"""
    document, _ = bind(load_text(text, "card.poster", tmp_path))
    layout = solve(document, "board")
    assert layout["card.foot"].box == (150, 470, 400, 80)
    assert layout["card.seal"].box == (510, 150, 40, 40)
    assert layout["page-foot"].box[1] == 950


def test_cards_in_columns_are_set_alike(tmp_path: Path) -> None:
    """The last card holds least; its row is not pressed below what it needs."""
    text = MENU.replace("flow: row\n      CELLS", "padding: 2%" + SLOGANS).replace("  for dish", "  columns: 2\n  for dish")
    document, _ = bind(load_text(text, "cards.poster", tmp_path), {"dishes": DISHES})
    layout = solve(document, "board")
    texts = [item.text.size for item in layout.placed if item.text and item.id.startswith("list")]
    assert len(texts) == 2 * len(DISHES)
    assert len(set(texts)) == 1


def test_a_group_with_a_size_is_what_the_percentages_in_it_are_of(tmp_path: Path) -> None:
    text = """poster 1 "Card"
canvas board 1000x1000
group card { at: center of canvas; size: 50% x 40%; padding: 3%; object sun "a sun" { at: top; size: 100% x 50% } }
"""
    document, _ = bind(load_text(text, "card.poster", tmp_path), {})
    layout = solve(document, "board")
    assert (layout["card"].box, layout["card.sun"].box) == ((250, 300, 500, 400), (280, 330, 440, 170))


def test_a_group_without_a_size_lies_around_its_contents_and_its_padding(tmp_path: Path) -> None:
    text = """poster 1 "Pair"
canvas board 1000x1000
group pair {
  at: bottom-left of canvas; padding: 2%
  object star "a star" { size: 20% x 10% }
  object moon "a moon" { right-of: star gap 5%; align-top: star; size: 20% x 10% }
}
"""
    document, _ = bind(load_text(text, "pair.poster", tmp_path), {})
    layout = solve(document, "board")
    assert [layout[name].box for name in ("pair", "pair.star", "pair.moon")] == [
        (0, 860, 490, 140),
        (20, 880, 200, 100),
        (270, 880, 200, 100),
    ]


CELLS = """poster 1 "Cells"
canvas board 400x400
region r {
  width: 50%; height: 60%
  columns: 2
  slogan a "Hello big" { height: 5% }
  slogan b "World of ours" { height: 5% }
}
"""
COLUMN = """poster 1 "Column"
canvas board 400x400
region r {
  width: 50%; height: 80%
  slogan a "日本語の長い文章を書きます日本語の長い文章を書きます" { direction: vertical }
  slogan b "World of ours" { padding: 2% }
}
"""


def test_words_in_columns_fit_the_heights_written_for_them(tmp_path: Path) -> None:
    layout = solve(bind(load_text(CELLS, "cells.poster", tmp_path))[0], "board")
    for name in ("r.a", "r.b"):
        text = layout[name].text
        assert text is not None
        assert text.box[3] <= layout[name].box[3]


def test_vertical_text_takes_the_space_that_a_padded_text_leaves(tmp_path: Path) -> None:
    layout = solve(bind(load_text(COLUMN, "column.poster", tmp_path))[0], "board")
    text = layout["r.a"].text
    assert text is not None
    assert len(text.lines) > 1
