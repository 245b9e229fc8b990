"""What counts as the same text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.check.compare import Policy, compare, other_spaces
from layoutgen.check.normalise import compact, figures, fold, has_digits, normalise, raised


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Don’t “wait”", 'Don\'t "wait"'),
        ("«Été»", '"Été"'),
        ("10–20 — 30−40", "10-20 - 30-40"),
        ("e\u0301te\u0301", "été"),
        ("ＡＢＣ１２３％", "ABC123%"),
        ("ﬁne oﬀer", "fine offer"),
        ("two\nlines", "two lines"),
        ("soft\u00adhyphen", "softhyphen"),
        ("no\u00a0break", "no break"),
        ("and so on…", "and so on..."),
        ("ｶﾀｶﾅ", "カタカナ"),
    ],
)
def test_shapes_that_do_not_matter(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize("pair", ["cC", "oO", "sS", "vV", "wW", "xX", "zZ", "pP", "kK", "uU", "öÖ", "čČ", "•·", "っつ"])
def test_letters_that_differ_in_size_only(pair: str) -> None:
    assert fold(pair[0]) == fold(pair[1])
    assert compact(pair[0]) != compact(pair[1])


@pytest.mark.parametrize("pair", ["aA", "eE", "0O", "1l", "Il", "5S", "АA", "ОO", "е" + "e", ".,", "$S", "oö", "日曰"])
def test_letters_that_stay_apart(pair: str) -> None:
    assert fold(pair[0]) != fold(pair[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Up to 50% off", "50%"),
        ("now 9,99 €", "9,99€"),
        ("2 for 10", "2|10"),
        ("210", "210"),
        ("from 9:00-17:30.", "9:00-17:30"),
        ("no figures, none", ""),
        ("５０％", "50%"),
    ],
)
def test_figures(text: str, expected: str) -> None:
    assert figures(text) == expected


def test_numbers_other_than_digits_are_digits() -> None:
    assert has_digits("½ price")
    assert has_digits("٣ أيام")
    assert not has_digits("half price")


@pytest.mark.parametrize(
    ("policy", "expected", "read", "right"),
    [
        ("exact", "Sale", "Sale", True),
        ("exact", "Sale", "SALE", False),
        ("exact", "SOS", "sos", True),
        ("exact", "COSY", "cosY", False),
        ("exact", "Polish", "polish", False),
        ("exact", "きっと", "きつと", False),
        ("loose", "now only -20% on all", "now only 20% on all", False),
        ("digits", "-20%", "20%", False),
        ("digits", "20%", "-20%", False),
        ("digits", "−20%", "-20%", True),
        ("digits", "10:30 – 18:00", "10:30-18:00", True),
        ("digits", "$.99", "$99", False),
        ("digits", "30-day trial", "30 day trial", True),
        ("digits", "9.99-", "9.99", False),
        ("exact", "SUMMER SALE", "SUMMERSALE", True),
        ("exact", "50%", "50", False),
        ("loose", "While stocks last", "While stock last", True),
        ("loose", "While stocks last 10", "While stocks last 16", False),
        ("loose", "Sale", "Sole", False),
        ("digits", "Only 9,99 €", "0nly 9,99 €", False),
        ("digits", "Only 9,99 €", "Onky 9,99€", True),
        ("digits", "Only 9,99 €", "Only 999 €", False),
        ("digits", "Only 9,99 €", "Only 9,99 $", False),
        ("digits", "Only 5О% of it", "Only 50% of it", False),
        ("digits", "Fresh fish", "", False),
        ("off", "Fresh fish", "", True),
    ],
)
def test_policies(policy: Policy, expected: str, read: str, right: bool) -> None:
    assert compare(expected, read, policy).right is right


@pytest.mark.parametrize(
    ("expected", "read", "wrong"),
    [
        ("Welcome home", "Welcome hOme", True),
        ("Taste the coast", "Taste the cOast", True),
        ("Code 25", "COde 25", True),
        ("crème", "crÈme", True),
        ("Zoo", "ZOO", False),
        ("open air", "Open air", False),
        ("COSY", "CoSY", False),
        ("Plate 7 • Survey", "Plate 7 · Survey", False),
    ],
)
def test_a_capital_within_small_letters(expected: str, read: str, wrong: bool) -> None:
    """It is as high as a capital is: most often it is a zero."""
    assert raised(expected, read) is wrong


def test_differences_that_warn() -> None:
    assert not compare("Welcome home", "Welcome hOme", "exact").right
    assert compare("SOS", "sos", "exact").size
    assert compare("COSY", "cosY", "exact", cased=False).size
    assert compare("SUMMER SALE", "SUMMERSALE", "exact").spacing
    assert not compare("SUMMER SALE", "SUMMER\nSALE", "exact").spacing


def test_spaces_at_the_ends_of_lines_are_of_no_account() -> None:
    assert not other_spaces("Don't Miss All-You-Can-Eat", ["Don't Miss All-You-", "Can-Eat"])
    assert not other_spaces("测试文本测，“测”试，《书》！", ["测试", "文本测， “测”试，", "《书》！"])
    assert other_spaces("open air cinema", ["openair", "cinema"])
    assert other_spaces("therapist", ["the rapist"])
    assert not other_spaces("open air cinema", ["open", "air cinema"])


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert compare(text, text, "exact").distance == 0


def test_a_hyphen_that_divides_a_word_is_none_of_the_text() -> None:
    from layoutgen.check.model import ReadLine
    from layoutgen.check.target import merged, without_hyphen

    first, last = (ReadLine(text=text, box=(0, 0, 9, 9), score=1.0) for text in ("der Sommer-", "schluss-"))
    assert merged((without_hyphen(first, "der Sommer\u00ad"), last)) == "der Sommerschluss-"
    assert without_hyphen(last, "schluss-") is last
    assert without_hyphen(last, "schluss\u00ad").text == "schluss\u00ad"
