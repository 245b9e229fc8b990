"""Posters written in Python are texts of the language: dumped, read again, and checked like any other."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layoutgen
from layoutgen.building import (
    Literal,
    Part,
    backdrop,
    canvas,
    change,
    font,
    for_,
    group,
    image,
    language,
    look,
    object_,
    on,
    palette,
    param,
    poster,
    qr,
    quoted,
    reference,
    region,
    require,
    slogan,
    style,
    use,
    verify,
)
from layoutgen.diagnostics import PosterError, Source
from layoutgen.document import Document, bind, load_text
from layoutgen.document.model import Region, Slogan
from layoutgen.syntax import nodes, parse
from layoutgen.syntax.formatter import format_source
from tests.goldens import check_golden

HERE = Path(__file__).parent
SAMPLE = HERE.parent / "examples" / "acme"


def every_kind() -> layoutgen.Poster:
    return poster(
        'The "Big" Sale',
        use("brand/acme.kit"),
        param("product", "text", "Rocket {Skates}", length="1..20"),
        param("price", "money(EUR)?", Decimal("9.90"), min=0.01),
        param("until", "date", date(2027, 3, 31)),
        param("open", "flag", True),
        param("code", "text", "AB", pattern="[A-Z]{2}"),
        param("dishes", "list(name: text)", '[{"name": "Soup"}]'),
        canvas("feed 1080x1350", "story 1080x1920", margin="5%"),
        language("en"),
        backdrop(fill="gradient(paper, mist, 45deg)"),
        look("travel poster", never="people, watermarks"),
        style("loud", extends="headline", case="upper", line_height="105%"),
        region(
            "header",
            slogan("{{ product }}\nfor all", verify(text="loose"), name="product", style="loud"),
            slogan("only {{ price | money }}", when="price", draw="typeset", bullet="•"),
            at="top of canvas",
            size="90% x 22%",
        ),
        group("pair", object_("cat", "a cat", width="20%"), object_("dog", "a dog", right_of="cat gap 2%"), below="header"),
        region("menu", for_("dish", "dishes", slogan("{{ dish.name }}", face="bold serif")), size="60% x 20%", below="pair"),
        image("logo", at="top-left of canvas", width="10%"),
        qr("link", "https://example.com/{{ code }}", at="bottom-right of canvas", width="12%"),
        require("header.contrast >= 3"),
        on("story", change("header", change("product", lines=2), size="90% x 30%", face="brush script")),
        verify(text="exact", attempts=4, then="typeset"),
        folder=SAMPLE,
        weight=600,
        draw="generate",
    )  # fmt: skip


def documents(one: layoutgen.Poster) -> Document:
    return bind(one)[0]


def assert_same(one: layoutgen.Poster) -> None:
    again = load_text(one.dump(), one.name, one.folder)
    assert again.source == one.dump() == one.source
    assert again.files == one.files
    assert again.schema() == one.schema()
    assert again.digest == one.digest
    assert documents(again) == documents(one)


def test_every_kind() -> None:
    built = every_kind()
    check_golden(HERE / "building.poster.txt", built.dump())
    assert_same(built)
    assert built.title == 'The "Big" Sale'
    header, menu = (item for item in documents(built).elements["feed"] if isinstance(item, Region))
    texts = {item.id: item.text for item in (*header.children, *menu.children) if isinstance(item, Slogan)}
    assert texts == {
        "header.product": "ROCKET {SKATES}\nFOR ALL", "header.2": "only €9.90", "menu.1.1": "Soup",
    }  # fmt: skip


def test_it_renders() -> None:
    built = poster(
        "Hello", canvas("a 400x400", margin="5%"), backdrop(fill="#FFFFFF"), region("r", slogan("HELLO"), size="90% x 30%")
    )
    assert layoutgen.compile(built, renderer="draft").glyphs[0].text == "HELLO"


def test_fonts_and_references() -> None:
    built = poster("A", font("loud", "Oswald"), region("r", slogan("x", font="loud"), slogan("y", font="Playfair Display")))
    assert 'font loud "Oswald"' in built.dump()
    assert_same(built)
    with pytest.raises(PosterError) as caught:
        poster("A", reference("mood", "nothing.png", role="style"), region("r", slogan("x")))
    assert [item.code for item in caught.value.diagnostics] == ["LG222"]


def test_messages_point_into_the_text() -> None:
    with pytest.raises(PosterError) as caught:
        poster("A", region("header", slogan("x", colour="red"), at="top of canvas"), region("b", slogan("y"), below="heeder"))
    assert [(item.code, item.span and item.span.text) for item in caught.value.diagnostics] == [
        ("LG203", "colour"), ("LG204", "heeder"),
    ]  # fmt: skip
    assert "--> built.poster:9:" in str(caught.value)


@pytest.mark.parametrize(
    "write",
    [
        lambda value: region("r", size=value),
        lambda value: region("r", when=value),
        region,
        lambda value: slogan("x", name=value),
        lambda value: style("s", extends=value),
        lambda value: change(value, size="1% x 1%"),
        lambda value: palette(sun=value),
        require,
        canvas,
        lambda value: param("a", value),
        lambda value: on(value, change("r", size="1% x 1%")),
    ],
)
@pytest.mark.parametrize(
    "value",
    ["a; b: c", "a } region x { at: top of canvas", "a\nb", "a { b: c }", 'a } ; slogan "x" ; b {', "a // b", "a\n{ b: c"],
)
def test_a_value_adds_no_statements(write: object, value: str) -> None:
    with pytest.raises(PosterError):
        write(value)  # type: ignore[operator]


def test_a_template_is_closed_and_on_one_line() -> None:
    for text in ("{{ a", "{{ a }} {{", "{{ a\n}}"):
        with pytest.raises(PosterError) as caught:
            quoted(text)
        assert caught.value.diagnostics[0].code == "LG104"


ANY = st.text(st.characters(codec="utf-8"), max_size=40) | st.text(st.sampled_from("ab{}%#\"\\\n\t\r\x00'/u;"), max_size=20)


def parsed(written: str) -> str:
    (item,) = parse(Source("t", format_source(f"slogan {written}\n")))[0].statements
    (text,) = item.head[0]
    assert isinstance(text, nodes.Text)
    return text.value


@given(ANY)
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    assert parsed(quoted(Literal(text))) == text
    try:
        written = quoted(text)
    except PosterError:
        assert "{{" in text
    else:
        if "{{" not in text:
            assert parsed(written) == text


@given(ANY, st.sampled_from(["{{ a }}", '{{ a | default("}} \\" {{") }}', "{{ 'b' }}"]), ANY)
def test_templates_are_left_as_they_are(before: str, template: str, after: str) -> None:
    text = before.replace("{", "(") + template + after.replace("{", "(")
    assert parsed(quoted(text)) == text


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Co"]), min_size=1, max_size=20)
SLOGANS = st.builds(
    lambda text, more: slogan(Literal(f"x{text}x"), **more),
    WORDS,
    st.fixed_dictionaries(
        {},
        optional={
            "face": WORDS.map(Literal), "scale": st.sampled_from([0.5, "60%", 2]), "italic": st.booleans(),
            "weight": st.sampled_from([400, "bold"]), "color": st.sampled_from(["#FFF8E7", "sun"]), "style": st.just("loud"),
        },
    ),
)  # fmt: skip


def _nested(pair: tuple[list[Part], list[Part]]) -> list[Part]:
    return [*pair[0], region("inner", *pair[1], gap="2%")]


REGIONS = st.recursive(
    st.lists(SLOGANS, min_size=1, max_size=3),
    lambda inner: st.tuples(st.lists(SLOGANS, max_size=2), inner).map(_nested),
    max_leaves=3,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, st.lists(REGIONS, min_size=1, max_size=3))
def test_what_is_dumped_and_read_again_is_the_same(title: str, regions: list[list[Part]]) -> None:
    built = poster(
        title, canvas("a 800x900", margin="5%"), palette(sun="#F2A541"), style("loud", case="upper"),
        *(region(f"r{number}", *parts, size="90% x 20%") for number, parts in enumerate(regions)),
    )  # fmt: skip
    assert built.title == title
    assert_same(built)
