from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.base.style import Lettering
from layoutgen.typeset import FitItem, fit, fit_row, needed, needed_row, set_text, wrap

TEXTS = (
    ("SUMMER SALE", "en"),
    ("Up to 50% off everything on the beach", "en"),
    ("jetzt nur €9,99", "de"),
    ("夏季大促销，全场五折起！", "zh"),
    ("سعر 50 ريال فقط", "ar"),
    ("מבצע קיץ", "he"),
    ("縦書きのセール", "ja"),
)
FACES = (None, "heavy condensed sans", "elegant serif", "script")


@st.composite
def items(draw: st.DrawFn) -> FitItem:
    text, locale = draw(st.sampled_from(TEXTS))
    vertical = locale == "ja" and draw(st.booleans())
    lettering = Lettering(
        face=draw(st.sampled_from(FACES)),
        scale=draw(st.sampled_from((0.5, 1.0, 1.5))),
        italic=draw(st.booleans()),
        letter_spacing=draw(st.sampled_from((0.0, 0.0, 0.1))),
        line_height=draw(st.sampled_from((0.9, 1.15, 1.5))),
        direction="vertical" if vertical else "auto",
        align=draw(st.sampled_from(("left", "center", "right"))),
        bullet=draw(st.sampled_from((None, None, "•"))),
    )
    return FitItem(text, lettering, locale, smallest=draw(st.sampled_from((6.0, 9.5))))


@settings(deadline=None, max_examples=80)
@given(
    column=st.lists(items(), min_size=1, max_size=3),
    width=st.integers(40, 900),
    height=st.integers(20, 900),
    more=st.tuples(st.integers(0, 300), st.integers(0, 300)),
)
def test_a_bigger_box_never_gives_a_smaller_size(column: list[FitItem], width: int, height: int, more: tuple[int, int]) -> None:
    small = fit(column, width, height, gap=8, largest=300)
    big = fit(column, width + more[0], height + more[1], gap=8, largest=300)
    if small is not None:
        assert big is not None
        assert big >= small
        assert all(small * item.lettering.scale >= item.smallest - 1e-9 for item in column)


@settings(deadline=None, max_examples=100)
@given(item=items(), width=st.integers(40, 900), height=st.integers(20, 600))
def test_what_fits_is_set_inside_the_box(item: FitItem, width: int, height: int) -> None:
    base = fit([item], width, height, gap=0, largest=400)
    if base is None:
        return
    text = set_text(item.text, item.lettering, base * item.lettering.scale, (7, 11, width, height), locale=item.locale)
    for line in text.lines:
        left, top, wide, tall = line.box
        assert left >= 7
        assert top >= 11
        assert left + wide <= 7 + width
        assert top + tall <= 11 + height


def test_nothing_fits_below_the_smallest_size() -> None:
    item = FitItem("Summer sale", Lettering(), "en", smallest=20)
    assert fit([item], 50, 500, gap=0, largest=400) is None
    room = needed([item], 50, gap=0)
    assert room.size == 20
    assert fit([item], room.width, room.height, gap=0, largest=400) == 20


def test_needed_room_is_enough_for_a_column_and_a_row() -> None:
    column = [FitItem("Summer", Lettering(), "en", 20), FitItem("sale now", Lettering(scale=0.5), "en", 20)]
    room = needed(column, 400, gap=10)
    assert room.size == 40
    assert fit(column, 400, room.height, gap=10, largest=400) == 40
    row = needed_row(column, gap=10)
    assert fit_row(column, row.width, row.height, gap=10, largest=400) == 40
    assert fit_row(column, row.width - 2, row.height, gap=10, largest=400) is None


def test_scales_share_one_base() -> None:
    column = [FitItem("SALE", Lettering(), "en", 8), FitItem("small print", Lettering(scale=0.4), "en", 8)]
    base = fit(column, 500, 200, gap=10, largest=400)
    assert base is not None
    heights = [wrap(item.text, item.lettering, base * item.lettering.scale, 500, locale="en").height for item in column]
    assert sum(heights) + 10 <= 200
    assert base % 0.25 == 0


def test_line_limits_bound_the_size() -> None:
    free = FitItem("Up to 50% off everything", Lettering(), "en", 8)
    one = FitItem("Up to 50% off everything", Lettering(), "en", 8, lines=(1, 1))
    sizes = [fit([item], 400, 300, gap=0, largest=400) for item in (free, one)]
    assert sizes[0] is not None
    assert sizes[1] is not None
    assert sizes[1] < sizes[0]


def test_largest_bounds_the_size() -> None:
    assert fit([FitItem("A", Lettering(), "en", 8)], 5000, 5000, gap=0, largest=33) == 33
    assert fit([FitItem("A", Lettering(), "en", 40)], 5000, 5000, gap=0, largest=33) is None


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_a_line_box_is_line_height_times_size(locale: str) -> None:
    text = "SALE" if locale == "en" else "促销"
    assert wrap(text, Lettering(line_height=1.5), 100, 900, locale=locale).height == pytest.approx(150)


def test_a_cell_has_room_for_padding_and_for_what_is_turned() -> None:
    words = FitItem("Summer sale", Lettering(), "en", 8)
    plain = fit([words], 400, 100, gap=0, largest=400)
    assert plain == fit([words._replace(padding=10)], 420, 120, gap=0, largest=400)
    assert plain == fit([words._replace(width=400)], 900, 100, gap=0, largest=400)
    assert plain == fit([words._replace(height=100)], 400, 100, gap=0, largest=400)
    turned = fit([words._replace(rotation=45)], 400, 100, gap=0, largest=400)
    assert turned is not None
    assert plain is not None
    assert turned < plain


def test_rows_of_a_grid_are_as_high_as_their_highest_item() -> None:
    words = FitItem("SALE", Lettering(), "en", 8)
    one = fit([words], 400, 60, gap=0, largest=400)
    assert one is not None
    assert one == fit([words] * 4, 400, 130, gap=10, largest=400, columns=2)
    assert one == fit([words, words._replace(height=70)], 400, 70, gap=0, largest=one, columns=2)
