from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.look import Lettering
from layoutgen.typeset import natural_width, wrap

PLAIN = Lettering()


def lines(text: str, width: float, locale: str = "en", **options: object) -> tuple[str, ...]:
    return wrap(text, PLAIN, 100, width, locale=locale, **options).lines  # type: ignore[arg-type]


def test_breaks_at_spaces_only_inside_the_width() -> None:
    assert lines("Summer sale on the beach", 700) == ("Summer sale", "on the beach")


def test_titles_are_balanced_without_an_extra_line() -> None:
    filled = natural_width("one two three four", PLAIN, 100, "en") * 0.95
    assert lines("one two three four", filled) == ("one two", "three four")


def test_never_inside_a_word() -> None:
    wrapped = wrap("Donaudampfschiff", PLAIN, 100, 300, locale="de")
    assert wrapped.lines == ("Donaudampfschiff",)
    assert not wrapped.fits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a well-known word", ("a", "well-", "known", "word")),
        ("call 555-1234", ("call", "555-1234")),
        ("minus -50 degrees", ("minus", "-50", "degrees")),
        ("10\u00a0km far", ("10\u00a0km", "far")),
        ("either/or", ("either/or",)),
        ("one\u2014two", ("one\u2014", "two")),
    ],
)
def test_where_latin_breaks(text: str, expected: tuple[str, ...]) -> None:
    assert lines(text, 1) == expected


def test_written_breaks_are_kept_and_empty_lines_count() -> None:
    wrapped = wrap("a b\n\nc", PLAIN, 100, 1000, locale="en")
    assert wrapped.lines == ("a b", "", "c")
    assert wrapped.height > wrap("a b\nc", PLAIN, 100, 1000, locale="en").height


def test_nobreak_keeps_everything_else_together() -> None:
    assert lines("a b c\nd e", 1, nobreak=True) == ("a b c", "d e")


def test_kinsoku() -> None:
    found = lines("他说：「大促销」。好！", 1, "zh")
    assert found == ("他", "说：", "「大", "促", "销」。", "好！")


def test_quotes_between_han_are_kept_with_their_word() -> None:
    assert lines("“全场”五折", 1, "zh") == ("“全", "场”", "五", "折")


def test_fewest_lines() -> None:
    assert lines("one two three", 5000, lines=(2, 3)) == ("one two", "three")
    assert lines("one", 5000, lines=(2, 3)) == ("one",)


def test_most_lines() -> None:
    assert not wrap("one two three", PLAIN, 100, 300, locale="en", lines=(1, 2)).fits
    assert wrap("one two three", PLAIN, 100, 600, locale="en", lines=(1, 2)).fits


def test_letter_spacing_adds_between_letters_only() -> None:
    spaced = Lettering(letter_spacing=0.1)
    assert natural_width("HIH", spaced, 100, "en") == pytest.approx(natural_width("HIH", PLAIN, 100, "en") + 20, abs=1)


def test_letter_spacing_leaves_joined_scripts_alone() -> None:
    assert natural_width("مرحبا", Lettering(letter_spacing=0.2), 100, "ar") == natural_width("مرحبا", PLAIN, 100, "ar")


def test_a_bullet_takes_room() -> None:
    assert natural_width("item", Lettering(bullet="•"), 100, "en") > natural_width("item", PLAIN, 100, "en") + 40


WORDS = st.lists(st.text("abcdefghijklmnopABC-.,", min_size=1, max_size=9), min_size=1, max_size=12).map(" ".join)
MIXED = st.lists(
    st.sampled_from(["sale", "50%", "夏季大促销，", "「今日」", "سعر", "ريال", "שלום", "Ночь", "(ABC)", "€9.99"]),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=100)
@given(text=WORDS | MIXED.map(" ".join), width=st.floats(20, 2000))
def test_wrapping_loses_nothing_and_respects_the_width(text: str, width: float) -> None:
    wrapped = wrap(text, PLAIN, 40, width, locale="en")
    assert "".join("".join(wrapped.lines).split()) == "".join(text.split())
    assert wrapped.width == pytest.approx(max(wrapped.widths))
    if wrapped.fits:
        assert wrapped.width <= width + 0.001
    assert all(text[start:end] == line for line, (start, end) in zip(wrapped.lines, wrapped.spans, strict=True))


@settings(deadline=None, max_examples=60)
@given(text=WORDS, width=st.floats(50, 1500), more=st.floats(0, 500))
def test_more_width_never_needs_more_lines(text: str, width: float, more: float) -> None:
    narrow, wide = (wrap(text, PLAIN, 40, room, locale="en") for room in (width, width + more))
    assert len(wide.lines) <= len(narrow.lines)
