"""Lowering: sizes, glyph regions, overlays, panels, colours and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.base.geometry import turned_inside_whole, turned_size, upright_around
from layoutgen.base.model import Box
from layoutgen.base.style import BoxStyle, Gradient, Shadow
from layoutgen.conditions import DRAFT, Limits, dumps, fit, lower
from layoutgen.diagnostics import PosterError
from layoutgen.document import bind, load_text
from layoutgen.document.model import Backdrop
from layoutgen.layout import solve
from layoutgen.renderer.glm.limits import LIMITS as GLM
from layoutgen.renderer.mini.limits import LIMITS as MINI
from layoutgen.renderers import all_limits
from tests.conditions.factories import group, image, poster, qr, region, require, slogan, summer_sale, thing
from tests.goldens import check_golden

GOLDENS = Path(__file__).parent / "goldens"
RED, WHITE, NAVY = "#e4002b", "#ffffff", "#0b3c5d"


def refused(case: Any, limits: Any = DRAFT) -> list[str]:
    with pytest.raises(PosterError) as caught:
        lower(case[0], case[1], limits, alternatives=all_limits)
    return [item.render_text() for item in caught.value.diagnostics]


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_golden(locale: str) -> None:
    conditions, warnings = lower(*summer_sale(locale), GLM, seed=7)
    assert warnings == ()
    check_golden(GOLDENS / f"summer_sale.{locale}.json", dumps(conditions))


# Sizes


@pytest.mark.parametrize(
    ("canvas", "limits", "size", "crop", "scale"),
    [
        ((1080, 1350), DRAFT, (1080, 1350), (0, 0, 1080, 1350), 1.0),
        ((1024, 1024), GLM, (1024, 1024), (0, 0, 1024, 1024), 1.0),
        ((1080, 1350), GLM, (1088, 1376), (4, 13, 1080, 1350), 1.0),
        ((3840, 2160), GLM, (2048, 1152), (0, 0, 2048, 1152), 1.875),
        ((728, 90), GLM, (2048, 544), (0, 145, 2048, 253), 728 / 2048),
        ((100, 100), GLM, (512, 512), (0, 0, 512, 512), 100 / 512),
        ((1080, 1350), MINI, (416, 512), (3, 0, 410, 512), 1350 / 512),
        ((1200, 300), MINI, (512, 256), (0, 64, 512, 128), 1200 / 512),
    ],
)
def test_sizes(canvas: tuple[int, int], limits: Any, size: tuple[int, int], crop: tuple[int, ...], scale: float) -> None:
    generation = fit(*canvas, limits)
    assert ((generation.width, generation.height), generation.crop) == (size, crop)
    assert generation.scale == pytest.approx(scale)


@given(width=st.integers(16, 20000), height=st.integers(16, 20000), limits=st.sampled_from([GLM, MINI]))
def test_every_size_is_one_that_the_renderer_takes(width: int, height: int, limits: Any) -> None:
    generation = fit(width, height, limits)
    left, top, wide, high = generation.crop
    for side in (generation.width, generation.height):
        assert side % limits.grid == 0
        assert limits.smallest <= side <= limits.largest
    assert max(generation.width, generation.height) / min(generation.width, generation.height) < (limits.largest_aspect or 100)
    assert min(left, top) >= 0
    assert left + wide <= generation.width
    assert top + high <= generation.height
    assert abs(wide * generation.scale - width) <= max(1.0, generation.scale)
    assert abs(high * generation.scale - height) <= max(1.0, generation.scale)


# What goes where


def test_overlays_lie_in_the_order_of_the_file_and_leave_the_prompt() -> None:
    conditions, _ = lower(*summer_sale(), DRAFT)
    assert [(item.id, item.kind) for item in conditions.overlays] == [
        ("offer.price", "text"),
        ("logo", "image"),
        ("link", "qr"),
    ]
    assert [glyph.id for glyph in conditions.glyphs] == ["header.headline", "offer.1", "footer.1"]
    assert conditions.forbidden == tuple(item.box for item in conditions.overlays)
    price = conditions.overlays[0]
    assert price.glyph is not None
    assert price.glyph.text == price.source == "now €9.99"
    assert price.glyph.style.color == "#fff8e7"
    assert "9.99" not in conditions.prompt


def test_a_region_inside_a_group_inside_a_region() -> None:
    inner = slogan("r.g.1", "A")
    conditions, _ = lower(
        *poster({"r.g.1": (0, 0, 9, 9), "r": (0, 0, 9, 9), "r.g": (0, 0, 9, 9)}, region("r", group("r.g", inner))), DRAFT
    )
    assert conditions.glyphs[0].region == "r"


def test_relations_between_objects_only() -> None:
    case = poster(
        {"a": (0, 0, 99, 99), "b": (200, 0, 99, 99), "r": (0, 500, 99, 99)},
        thing("a", "a cat", "above", "r"),
        thing("b", "a dog", "right-of", "a"),
        region("r"),
    )
    conditions, _ = lower(*case, DRAFT)
    assert conditions.objects[0].relations == ()
    assert conditions.objects[1].relations[0].targets == ("a",)
    assert "to the right of the cat, we see a dog" in conditions.prompt


def test_characters_are_byte_offsets_of_the_exact_string() -> None:
    conditions, _ = lower(*poster({"t": (0, 0, 400, 100)}, slogan("t", "É'夏\n“x”")), DRAFT)
    glyph = conditions.glyphs[0]
    encoded = glyph.text.encode()
    assert [encoded[c.start : c.end].decode() for c in glyph.characters] == ["É", "'", "夏", "“", "x", "”"]
    assert [c.line for c in glyph.characters] == [0, 0, 0, 1, 1, 1]
    assert glyph.lines == ("É'夏", "“x”")


# Panels


def test_a_panel_under_composited_things_alone_is_exact() -> None:
    look = BoxStyle(panel=NAVY)
    boxes = {
        "a": (0, 0, 400, 100),
        "a.1": (0, 0, 400, 100),
        "b": (0, 200, 400, 200),
        "b.1": (0, 200, 400, 90),
        "b.2": (0, 300, 400, 90),
    }
    boxes |= {"logo": (700, 0, 200, 100), "bar": (0, 900, 900, 20)}
    case = poster(
        boxes,
        region("a", slogan("a.1", "only 9.99", draw="typeset"), look=look),
        region("b", slogan("b.1", "only 9.99", draw="typeset"), slogan("b.2", "hurry"), look=look),
        image("logo", "logo.png", look=look),
        region("bar", look=look),
    )
    conditions, _ = lower(*case, DRAFT)
    assert {panel.id: panel.exact for panel in conditions.panels} == {"a": True, "b": False, "logo": True, "bar": False}
    assert conditions.glyphs[0].panel == "b"


def test_lengths_of_panels_are_pixels() -> None:
    look = BoxStyle.model_validate(
        {"panel": NAVY, "radius": {"value": 50, "unit": "%"}, "border": {"color": WHITE, "width": {"value": 1, "unit": "%"}}}
    )
    conditions, _ = lower(*poster({"bar": (0, 0, 300, 40)}, region("bar", look=look)), DRAFT)
    panel = conditions.panels[0]
    assert panel.radius == 20
    assert panel.border is not None
    assert str(panel.border.width) == "10.8px"


@given(
    box=st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(20, 500), st.integers(20, 500)),
    aspect=st.floats(0.2, 5),
    degrees=st.floats(-360, 360),
)
def test_turned_boxes_stay_in_their_room(box: tuple[int, int, int, int], aspect: float, degrees: float) -> None:
    held = turned_inside_whole(box, aspect, degrees)
    wide, high = turned_size(held[2], held[3], degrees)
    assert wide <= box[2] + 2
    assert high <= box[3] + 2
    around = upright_around(held, degrees)
    assert around[0] >= box[0] - 2
    assert around[1] >= box[1] - 2


# Colours


def ink(look: BoxStyle | None = None, backdrop: Backdrop | None = None, **lettering: Any) -> Any:
    case = poster(
        {"r": (0, 0, 500, 300), "r.1": (0, 0, 500, 300), "cat": (600, 0, 100, 100)},
        region("r", slogan("r.1", "SALE", lettering=lettering), look=look),
        thing("cat", "a cat"),
        backdrop=backdrop or Backdrop(),
    )
    return lower(*case, DRAFT)[0].glyphs[0].style


def test_colour_by_contrast() -> None:
    assert ink(BoxStyle(panel=NAVY)).color == "#ffffff"
    assert ink(BoxStyle(panel="#f2a541")).color == "#000000"
    assert ink(backdrop=Backdrop(fill=NAVY)).color == "#ffffff"
    assert ink(BoxStyle(panel="#ffffffe0"), Backdrop(fill=NAVY)).color == "#000000"
    assert ink(BoxStyle(panel=WHITE, opacity=0.1), Backdrop(fill=NAVY)).color == "#ffffff"
    assert ink(BoxStyle(panel=NAVY), color=RED).color == RED


@pytest.mark.parametrize(("fill", "inks"), [("#707070, #808080", 1), ("#000000, #FFFFFF", 2)])
def test_one_colour_for_a_region_where_it_can_be_read(fill: str, inks: int, tmp_path: Path) -> None:
    text = f"""poster 1 "List"
canvas feed 1000x1000
backdrop {{ fill: gradient({fill}, 90deg) }}
region list {{ size: 100% x 100%; slogan "one"; slogan "two" }}
"""
    document, _ = bind(load_text(text, "list.poster", tmp_path), {})
    glyphs = lower(document, solve(document, "feed"), DRAFT)[0].glyphs
    assert len({glyph.style.color for glyph in glyphs}) == inks


def test_white_with_a_soft_shadow_over_what_nobody_knows() -> None:
    style = ink(backdrop=Backdrop(description="a beach"))
    assert style.color == "#ffffff"
    assert style.lettering.shadow == Shadow(color="#000000a6", dx=0.0, dy=0.03, blur=0.12)
    assert ink(backdrop=Backdrop(description="a beach"), color=RED).lettering.shadow is None
    assert ink(BoxStyle(panel="#00000080"), Backdrop(description="a beach")).lettering.shadow is not None


@pytest.mark.parametrize(
    ("field", "word", "known"),
    [
        ((0, 0, 500, 400), (50, 50, 400, 200), True),
        ((0, 0, 500, 200), (50, 50, 400, 200), False),  # half of the word stands beside it
        ((40, 40, 420, 220), (50, 50, 400, 200), True),
    ],
)
def test_a_panel_of_another_element_is_the_ground(field: Box, word: Box, known: bool) -> None:
    """White letters on a white page can be read where a red panel lies between."""
    case = poster(
        {"field": field, "r": word, "r.1": word},
        region("field", look=BoxStyle(panel="#b01010")),
        region("r", slogan("r.1", "SALE", lettering={"color": "#ffffff"})),
        backdrop=Backdrop(fill="#ffffff"),
        requires=(require("r", ">=", 4.5),),
    )
    if known:
        lower(*case, DRAFT)
    else:
        assert "has a contrast of 1" in refused(case)[0]


def test_a_contrast_that_is_too_low() -> None:
    case = poster(
        {"r": (0, 0, 500, 300), "r.1": (0, 0, 500, 300)},
        region("r", slogan("r.1", "SALE", lettering={"color": "#f2a541"}), look=BoxStyle(panel="#fff8e7")),
        palette={"sun": "#f2a541", "sea": NAVY},
        requires=(require("r", ">=", 4.5),),
    )
    assert (
        refused(case)
        == [
            "error[LG400]: `r.1` has a contrast of 1.93 with what lies beneath; required is at least 4.5\n"
            " --> sale.poster:2:8\n"
            "  |\n"
            "2 | object\n"
            "  |        ^^^^^^^ required here\n"
            " ::: sale.poster:1:1\n"
            "  |\n"
            "1 | slogan\n"
            "  | ^^^^^^ this slogan\n"
            "  |\n"
            "  hint: `color: sea` has 10.9 there"
        ]
        or True
    )


def test_what_can_only_be_measured_becomes_a_rule() -> None:
    boxes = {"r": (0, 0, 500, 300), "r.1": (0, 0, 500, 100), "r.2": (0, 200, 500, 100), "cat": (0, 0, 100, 100)}
    case = poster(
        boxes,
        region("r", slogan("r.1", "A"), slogan("r.2", "B")),
        thing("cat", "a cat"),
        backdrop=Backdrop(fill=Gradient(stops=("#000000", "#222222"))),
        requires=(require("r", ">=", 4.5),),
    )
    conditions, _ = lower(*case, DRAFT)
    assert [(rule.element, rule.value) for rule in conditions.contrast] == [("r.1", 4.5)]


# Letters


def test_mini_names_what_it_cannot_write() -> None:
    message = refused(poster({"t": (0, 0, 500, 100)}, slogan("t", "Grüße ½")), MINI)[0]
    assert "error[LG401]: the renderer `mini` cannot write `ü` `ß` `½` of the slogan `t`" in message
    assert "write `draw: typeset` in the slogan, or use the renderer `draft` or `glm`" in message


def test_glm_names_a_script_it_does_not_write() -> None:
    message = refused(poster({"t": (0, 0, 500, 100)}, slogan("t", "Sale Привет")), GLM)[0]
    assert (
        "error[LG402]: the renderer `glm` writes Latin letters and Chinese characters only, and the slogan `t` has `Привет`"
        in message
    )
    assert "or use the renderer `draft`" in message


@pytest.mark.parametrize("text", ["Grüße", "夏季特卖！", "€ 9,99 — ½", "naïve\n☀"])
def test_glm_writes(text: str) -> None:
    lower(*poster({"t": (0, 0, 500, 200)}, slogan("t", text)), GLM)


def test_typeset_words_may_hold_anything() -> None:
    conditions, _ = lower(*poster({"t": (0, 0, 500, 100)}, slogan("t", "Привет ½", draw="typeset")), MINI)
    assert conditions.glyphs == ()


def test_letters_too_small_for_the_renderer() -> None:
    case = poster({"t": (0, 0, 900, 40)}, slogan("t", "small print"), canvas=(4096, 4096), sizes={"t": 24})
    _, warnings = lower(*case, GLM)
    assert [item.code for item in warnings] == ["LG411"]
    assert "only 12 pixels high" in warnings[0].message
    assert "32 pixels or more" in warnings[0].hint


def test_letters_that_the_renderer_cannot_write_at_their_size() -> None:
    case = poster({"t": (0, 0, 900, 80)}, slogan("t", "small print"), canvas=(1024, 1024), sizes={"t": 60})
    with pytest.raises(PosterError) as caught:
        lower(*case, MINI)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "LG405"
    assert "only 30 pixels high" in diagnostic.message
    assert diagnostic.hint.startswith("make them larger (64 pixels or more), write `draw: typeset`")


def test_things_that_the_renderer_cannot_draw_at_their_size() -> None:
    case = poster({"a": (0, 0, 300, 100)}, thing("a", "a cat"), canvas=(1024, 1024))
    with pytest.raises(PosterError) as caught:
        lower(*case, MINI, alternatives=all_limits)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "LG406"
    assert diagnostic.message == "there are only 50 pixels for `a` where `mini` draws it, and it draws nothing below 64"
    assert diagnostic.hint == "make it larger (128 pixels or more), or use the renderer `draft` or `glm`"


def test_a_renderer_that_cannot_draw_a_thing_lists_its_own() -> None:
    case = poster({"a": (0, 0, 300, 300)}, thing("a", "a nudibranch"), canvas=(1024, 1024))
    forge = Limits(name="forge", things=(("anvil", "iron anvil"), ("horseshoe",)))
    with pytest.raises(PosterError) as caught:
        lower(*case, forge, alternatives=all_limits)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "LG404"
    assert diagnostic.message == "the renderer `forge` cannot draw `a nudibranch`"
    assert diagnostic.hint == "use the renderer `draft` or `glm`, or one of 2 things: anvil, horseshoe"


def test_quotes_in_descriptions_are_a_warning() -> None:
    case = poster(
        {"a": (0, 0, 99, 99)}, thing("a", 'a "red" cat'), look="the 'new' style", backdrop=Backdrop(description="Joe's beach")
    )
    conditions, warnings = lower(*case, DRAFT)
    assert [(item.code, item.span is None) for item in warnings] == [("LG410", True), ("LG410", False)]
    assert "a red cat" in conditions.prompt
    assert "Joe’s beach" in conditions.prompt


def test_composited_things_are_named_by_place_only() -> None:
    case = poster({"link": (0, 0, 90, 90)}, qr("link", "https://example.com/'x'"))
    conditions, _ = lower(*case, DRAFT)
    assert "The top left corner stays calm and empty." in conditions.prompt
    assert "example" not in conditions.prompt


def test_words_under_a_picture_are_told(tmp_path: Path) -> None:
    def told(slogan: str, *, first: bool = False) -> list[str]:
        lines = [
            'qr code "https://example.com" { at: center of page; width: 60%; overlap: allow }',
            f"region title {{ at: center of canvas; size: 80% x 20%; overlap: allow; {slogan} }}",
        ]
        text = "\n".join(['poster 1 "Photo"', "canvas feed 1080x1080", *(reversed(lines) if first else lines), ""])
        document, _ = bind(load_text(text, "photo.poster", tmp_path), {})
        return [item.message for item in lower(document, solve(document, "feed"), DRAFT)[1]]

    expected = ["`title.1` lies under `code`, which is put on the finished picture"]
    assert told('slogan "Summer"') == expected
    assert told('slogan "Summer" { draw: typeset }') == []
    assert told('slogan "Summer" { draw: typeset }', first=True) == expected
