from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.base.style import Lettering
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
    broken = lines("他说：「大促销」。好！", 1, "zh")
    assert broken == ("他", "说：", "「大", "促", "销」。", "好！")


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


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("ลดราคาครั้งใหญ่วันนี้เท่านั้น", "th", ("ลด", "ราคา", "ครั้ง", "ใหญ่", "วัน", "นี้", "เท่านั้น")),
        ("សួស្តីពិភពលោក", "km", ("សួស្តី", "ពិភពលោក")),
        ("Soldes d’été ! « Oui »", "fr", ("Soldes", "d’été !", "« Oui »")),
        ("한국어 문장이 2026년", "ko", ("한국어", "문장이", "2026년")),
        ("2026年12月31日100円", "ja", ("2026年", "12月", "31日", "100円")),
        ("ちょっとキャー", "ja", ("ちょっ", "と", "キャー")),
        ("🎉🎊👍🏽👩‍🚀", "en", ("🎉", "🎊", "👍🏽", "👩‍🚀")),
        ("Donau\u00addampf\u00adschiff", "de", ("Donau\u00ad", "dampf\u00ad", "schiff")),
    ],
)
def test_where_unicode_breaks(text: str, locale: str, expected: tuple[str, ...]) -> None:
    from layoutgen.typeset.breaks import cuts

    assert tuple(text[start:end] for start, end in cuts(text)) == expected


def test_japanese_breaks_between_phrases_where_there_is_room() -> None:
    assert lines("ちょっと待って、とキャーが言った。", 920, "ja") == ("ちょっと待って、", "とキャーが言った。")


def test_chinese_words_stay_whole_where_there_is_room() -> None:
    assert lines("全场大促销现在开始", 560, "zh") == ("全场大促销", "现在开始")


def test_hyphenation_divides_only_what_is_too_wide_and_only_if_asked() -> None:
    asked = Lettering(hyphenate=True)
    wrapped = wrap("der Sommerschlussverkauf", asked, 100, 700, locale="de")
    assert wrapped.lines == ("der Sommer\u00ad", "schlussverkauf")
    assert wrapped.fits
    assert not wrap("der Sommerschlussverkauf", PLAIN, 100, 700, locale="de").fits
    assert wrap("der Sommer", asked, 100, 700, locale="de").lines == ("der Sommer",)
    assert not wrap("Sommerschlussverkauf", asked, 100, 700, locale="tlh").fits


def test_a_soft_hyphen_is_wide_only_at_the_end_of_a_line() -> None:
    whole = natural_width("Donau\u00addampf", PLAIN, 100, "de")
    assert whole == pytest.approx(natural_width("Donaudampf", PLAIN, 100, "de"), abs=3)
    narrow = wrap("Donau\u00addampf", PLAIN, 100, whole - 5, locale="de")
    assert narrow.lines == ("Donau\u00ad", "dampf")
    assert narrow.widths[0] > natural_width("Donau", PLAIN, 100, "de") + 10
