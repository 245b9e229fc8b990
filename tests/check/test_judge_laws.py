"""Laws of the judge, over any reading."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.check import judge
from layoutgen.check.model import ReadLine
from layoutgen.check.normalise import fold
from layoutgen.conditions.model import Conditions
from tests.check.factories import conditions, line, perfect, slogan

WORDS = ("SUMMER", "Sale", "50%", "off", "9,99 €", "Fresh", "Fisch", "夏日", "now", "3 for 2", "Grüße", "until 30.06.")
POLICIES = ("exact", "loose", "digits")

law = settings(deadline=None)

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@st.composite
def posters(draw: st.DrawFn) -> Conditions:
    """Up to five slogans below one another, each different from the others."""
    chosen = draw(st.lists(texts, min_size=1, max_size=5, unique_by=fold))
    policy = draw(st.sampled_from(POLICIES))
    return conditions(
        *(slogan(f"s.{n}", text, (90, 60 + 240 * n, 900, 150), 60, verify=policy) for n, text in enumerate(chosen))
    )


stray_lines = st.builds(
    line,
    st.sampled_from(("qqq", "HOT DEAL", "ギガ", "7777", "jjj")),
    st.builds(lambda n, left: (left, 215 + 240 * n, 300, 70), st.integers(0, 4), st.integers(0, 700)),
    st.floats(0.1, 1.0),
)


@law
@given(posters())
def test_a_perfect_reading_passes(what: Conditions) -> None:
    verdict = judge(what, perfect(what))
    assert verdict.passed
    assert verdict.score == 1
    assert not verdict.reasons


@law
@given(posters(), st.data())
def test_a_changed_digit_never_passes(what: Conditions, data: st.DataObject) -> None:
    places = [(g.id, i) for g in what.glyphs for i, c in enumerate(g.text) if c.isdigit()]
    if not places:
        return
    name, at = data.draw(st.sampled_from(places))
    text = next(g.text for g in what.glyphs if g.id == name)
    other = data.draw(st.sampled_from([c for c in "0123456789OlISZ８" if fold(c) != fold(text[at])]))
    verdict = judge(what, perfect(what, {name: text[:at] + other + text[at + 1 :]}))
    assert not verdict.passed
    assert verdict.status == "failed"


@law
@given(posters(), st.data())
def test_a_missing_slogan_never_passes(what: Conditions, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([glyph.id for glyph in what.glyphs]))
    verdict = judge(what, perfect(what, {name: ""}))
    assert {item.id for item in verdict.slogans if item.status == "failed"} == {name}


@law
@given(posters(), st.lists(stray_lines, max_size=4), st.randoms(use_true_random=False))
def test_the_order_of_readings_does_not_matter(what: Conditions, stray: list[ReadLine], random: object) -> None:
    reading = perfect(what, found=tuple(stray))
    regions = list(reading.regions)
    random.shuffle(regions)  # type: ignore[attr-defined]
    random.shuffle(stray)  # type: ignore[attr-defined]
    shuffled = reading.model_copy(update={"regions": tuple(regions), "found": tuple(stray)})
    assert judge(what, shuffled) == judge(what, reading)


@law
@given(posters(), st.lists(stray_lines, max_size=3), stray_lines)
def test_more_stray_text_never_raises_the_score(what: Conditions, stray: list[ReadLine], more: ReadLine) -> None:
    before = judge(what, perfect(what, {what.glyphs[0].id: "xx"}, tuple(stray)))
    after = judge(what, perfect(what, {what.glyphs[0].id: "xx"}, (*stray, more)))
    assert after.score <= before.score
    assert len(after.extra) >= len(before.extra)


@law
@given(posters())
def test_every_slogan_has_one_verdict(what: Conditions) -> None:
    verdict = judge(what, perfect(what, {what.glyphs[-1].id: "Lorem"}))
    assert [item.id for item in verdict.slogans] == [glyph.id for glyph in what.glyphs]
