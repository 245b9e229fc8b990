"""Prompts as prose: goldens to read, and what no good sentence has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.base.style import Border, BoxStyle, Gradient, Length, Outline, Shadow
from layoutgen.conditions import DRAFT, lower, write_prompt
from layoutgen.conditions.colors import color_name
from layoutgen.conditions.prompt.facts import place
from layoutgen.document.model import Backdrop, Document, Reference
from layoutgen.layout.model import Layout
from tests.conditions.factories import HERE, poster, region, slogan, summer_sale, thing
from tests.goldens import check_golden

GOLDENS = Path(__file__).parent / "goldens"


def pixels(value: float) -> Length:
    return Length(value=value, unit="px")


def every_look(locale: str) -> tuple[Document, Layout]:
    """One of each thing that a prompt can speak of."""
    fade = Gradient(stops=("#ff3366", "#ffd700"))
    mega: dict[str, Any] = {
        "face": "hand-painted brush script",
        "weight": 700,
        "color": fade,
        "outline": Outline(color="#000000"),
        "shadow": Shadow(color="#222222"),
        "effect": "neon tubes",
    }
    elements = (
        region(
            "a",
            slogan("a.1", "Mega\nDeals!", lettering=mega),
            slogan("a.2", 'Joe\'s "best" café', lettering={"weight": 800, "italic": True}),
            rotate=-6,
            look=BoxStyle(panel="#f2a541", radius=pixels(200), border=Border(color="#ffffff", width=pixels(4))),
        ),
        region(
            "b",
            slogan("b.was", "€ 19.99", lettering={"strike": True, "color": "#808080"}),
            slogan("b.now", "€ 9.99", lettering={"color": "#e4002b", "weight": 900, "underline": True}),
            slogan("b.web", "www.example.com", lettering={"letter_spacing": 0.2, "color": "#e4002b"}),
            look=BoxStyle(panel="#ffffff80"),
        ),
        slogan("v", "竖排文字", lettering={"direction": "vertical", "color": "#000000", "bullet": "•", "face": "楷体"}),
        region("bar", look=BoxStyle(panel=fade, border=Border(color="#000000", width=pixels(2)))),
        region("frame", slogan("frame.1", "NEW", rotate=90), look=BoxStyle(border=Border(color="#d4af37", width=pixels(2)))),
        thing("cat", 'A cat wearing a "SALE" tag.'),
        thing("dog", "a small dog", "left-of", "cat"),
        thing("hills", "mountains with snow"),
        thing("moons", 'two moons, 12" wide'),
        Reference(id="photo", name="photo", source="photo.png", role="style", where=HERE),
    )
    boxes = {
        "a": (100, 100, 600, 300), "a.1": (120, 110, 560, 180), "a.2": (120, 300, 560, 80), "b": (700, 500, 300, 200),
        "b.was": (700, 500, 140, 60), "b.now": (850, 500, 150, 60), "b.web": (700, 600, 300, 40), "v": (20, 400, 60, 600),
        "bar": (0, 1200, 1080, 150), "frame": (400, 1000, 300, 60), "frame.1": (400, 1000, 300, 60),
        "cat": (300, 600, 200, 200), "dog": (100, 600, 100, 100), "hills": (0, 0, 1080, 1350), "moons": (430, 700, 200, 200),
    }  # fmt: skip
    backdrop = Backdrop(fill=Gradient(stops=("#f2a541", "#0b3c5d"), angle=45))
    return poster(boxes, *elements, locale=locale, backdrop=backdrop, look='A bold "Bauhaus" print.', never="no people")


@pytest.mark.parametrize("locale", ["en", "zh"])
@pytest.mark.parametrize("case", [summer_sale, every_look])
def test_goldens(case: Any, locale: str) -> None:
    document, layout = case(locale)
    conditions, _ = lower(document, layout, DRAFT)
    check_golden(GOLDENS / f"{case.__name__}.{locale}.txt", conditions.prompt + "\n")


def test_a_bare_poster() -> None:
    document, layout = poster({})
    conditions, _ = lower(document, layout, DRAFT)
    assert conditions.prompt == (
        "A clean, flat graphic design poster, seen straight on. There is no text anywhere in the picture."
    )


def test_emphasis_is_put_on_what_came_out_wrong() -> None:
    document, layout = summer_sale()
    conditions, _ = lower(document, layout, DRAFT)
    plain, stressed = conditions.prompt, write_prompt(conditions, emphasis=["offer.1"])
    assert '"Up to 50% off"' in stressed
    assert stressed.replace(", spelled exactly like this, letter for letter", "") == plain != stressed


paints = st.sampled_from(["#ffffff", "#0b3c5d", "#ff8800", "#12345680", Gradient(stops=("#ff0000", "#0000ff", "#00ff00"))])
phrases = st.sampled_from(
    ["brush script", "An old lamp", "neon,", "a cat.", "", "orange peel effect", "霓虹灯", "12 apples", "the sea;"]
)


@st.composite
def looks(draw: st.DrawFn) -> Any:
    count = draw(st.integers(0, 5))
    children = [
        slogan(
            f"r.{n}",
            draw(st.sampled_from(["SALE", "€ 5", "Two\nlines", "x", "see www.shop.com", "long " * 20])),
            rotate=draw(st.sampled_from([0.0, 0.0, -5.0, 30.0, 90.0, 180.0])),
            look=BoxStyle(panel=draw(st.none() | paints), radius=pixels(draw(st.sampled_from([0, 8, 80])))),
            lettering={
                "face": draw(st.none() | phrases),
                "effect": draw(st.none() | phrases),
                "weight": draw(st.sampled_from([None, 200, 400, 650, 900])),
                "italic": draw(st.booleans()),
                "strike": draw(st.booleans()),
                "color": draw(st.none() | paints),
                "outline": draw(st.sampled_from([None, Outline(color="#ffa500", width=0.2)])),
                "shadow": draw(st.sampled_from([None, Shadow(color="#000000")])),
                "bullet": draw(st.sampled_from([None, "•"])),
            },
        )
        for n in range(count)
    ]
    border = draw(st.sampled_from([None, Border(color="#ffa500", width=pixels(2))]))
    frame = region("r", *children, look=BoxStyle(panel=draw(st.none() | paints), border=border))
    objects = [
        thing("a", draw(phrases)),
        thing("b", draw(phrases), "below", "a"),
        thing("c", draw(phrases), "between", "a", "b"),
    ]
    side = st.integers(1, 900)
    boxes = {
        name: (draw(side), draw(side), draw(side), draw(side))
        for name in ["r", "a", "b", "c", *(f"r.{n}" for n in range(count))]
    }
    backdrop = Backdrop(description=draw(st.none() | phrases), fill=draw(st.none() | paints))
    palette = {str(n): draw(st.sampled_from(["#ff8800", "#0b3c5d", "#ffffff"])) for n in range(draw(st.integers(0, 3)))}
    look, never = draw(st.none() | phrases), draw(st.none() | phrases)
    return poster(boxes, frame, *objects, canvas=(900, 900), backdrop=backdrop, palette=palette, look=look, never=never)


@given(case=looks())
@settings(max_examples=120, deadline=None)
def test_prompts_are_clean_prose(case: Any) -> None:
    document, layout = case
    conditions, _ = lower(document, layout, DRAFT)
    english = re.sub('"[^"]*"', "X", write_prompt(conditions, "en"))
    assert not re.search(r"  |\n| [,.;]|,[,.]|\.\.|,\S|\b(an?|the|of|with|in|on|and|is) [,.]|\b(\w+) \2\b", english), english
    assert not re.search(r"\ba [aeio]|\ban [^aeiou]", english.lower()), english
    assert all(sentence[0].isupper() or sentence[0] == "X" for sentence in english.rstrip(".").split(". ")), english
    chinese = re.sub("“[^”]*”", "X", write_prompt(conditions, "zh"))
    assert not re.search(r"  |\n| [，。、]|[，、][，。、]|。。|的的|[\u4e00-\u9fff]\.", chinese), chinese


@pytest.mark.parametrize(
    ("box", "key"),
    [
        ((0, 0, 200, 100), "top-left"), ((400, 450, 200, 100), "middle-center"), ((850, 880, 100, 100), "bottom-right"),
        ((50, 0, 900, 100), "top-wide"), ((0, 50, 100, 900), "tall-left"), ((0, 0, 1000, 1000), "all"),
        ((400, 250, 200, 100), "upper-center"), ((700, 650, 200, 100), "lower-right"),
    ],
)  # fmt: skip
def test_places(box: Any, key: str) -> None:
    assert place(box, 1000, 1000) == key


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("#000000", ("black", "黑色")), ("#ffffff", ("white", "白色")), ("#f2a541", ("golden orange", "金橙色")),
        ("#0b3c5d", ("deep blue", "深蓝色")), ("#fff8e7", ("cream", "奶油色")), ("#556677", ("slate grey", "石板灰")),
        ("#e4002b", ("red", "红色")), ("#2a9d8f", ("teal", "蓝绿色")), ("#00ff00", ("bright green", "鲜绿色")),
    ],
)  # fmt: skip
def test_color_names(color: str, name: tuple[str, str]) -> None:
    assert color_name(color) == name
