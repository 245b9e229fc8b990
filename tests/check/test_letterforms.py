"""Lettering compared with how it should be set: faults that a reader reads over, and what is no fault."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from layoutgen.base.geometry import edges
from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check.legibility import Flaw, exact, flaws, set_as_asked
from layoutgen.check.letterforms import letterforms
from layoutgen.check.model import Letterforms
from layoutgen.check.registration import straightened
from layoutgen.conditions.model import Conditions, Glyph, Scene, set_text_of
from layoutgen.typeset.draw import draw
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph

FACES = ("clean sans", "heavy condensed sans", "serif", "elegant serif", "slab serif", "script")
GROUND = "#F4EFE6"
Change = Callable[[Image.Image], Image.Image]


def poster(*texts: str, face: str = "clean sans", lettering: dict[str, Any] | None = None, size: float = 72.0) -> Conditions:
    style = Lettering(face=face, **(lettering or {}))
    glyphs = [
        glyph(f"s.{number}", text, (80, 90 + 260 * number, 900, 160), lettering=style, size=size)
        for number, text in enumerate(texts)
    ]
    return conditions(*glyphs).model_copy(update={"scene": Scene(fill=GROUND)})


def picture(what: Conditions, ground: str = GROUND) -> Image.Image:
    image = Image.new("RGB", (what.canvas.width, what.canvas.height), ground)
    for item in what.glyphs:
        draw(image, set_text_of(item), color=item.style.color, rotation=item.rotation)
    return image


def compared(image: Image.Image, what: Conditions, proof: Image.Image | None = None) -> list[Letterforms]:
    return [found for item in what.glyphs if (found := letterforms(image, what, item, proof)) is not None]


def flaw(image: Image.Image, what: Conditions) -> Flaw | None:
    return flaws(compared(image, what)).get("s.0")


def faded(image: Image.Image, box: Box, share: float = 0.93) -> Image.Image:
    crop = image.crop(edges(box))
    image.paste(Image.blend(crop, Image.new("RGB", crop.size, GROUND), share), box[:2])
    return image


def jpeg(quality: int) -> Change:
    def change(image: Image.Image) -> Image.Image:
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return change


def scaled(share: float) -> Change:
    return lambda image: image.resize((round(image.width * share), round(image.height * share)), Image.Resampling.LANCZOS)


def blurred(deviation: float) -> Change:
    return lambda image: image.filter(ImageFilter.GaussianBlur(deviation))


def noisy(deviation: float) -> Change:
    def change(image: Image.Image) -> Image.Image:
        noise = np.random.default_rng(5).normal(0, deviation, (image.height, image.width, 3))
        return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))

    return change


WHOLE: dict[str, Change] = {
    "as it is": lambda image: image,
    "JPEG 15": jpeg(15),
    "JPEG 40": jpeg(40),
    "half as large": scaled(0.5),
    "twice as large": scaled(2),
    "blurred": blurred(1.5),
    "noisy": noisy(12),
}


@pytest.mark.parametrize("change", WHOLE.values(), ids=WHOLE.keys())
@pytest.mark.parametrize("face", FACES)
def test_right_lettering_has_no_flaw_whatever_was_done_to_all_of_it(face: str, change: Change) -> None:
    what = poster("Only €19.99", "Grand Opening", face=face)
    found = compared(change(picture(what)), what)
    assert len(found) == 2
    assert all(map(set_as_asked, found))
    assert flaws(found) == {}


@pytest.mark.parametrize("face", FACES)
def test_what_is_exactly_as_set_needs_no_reading(face: str) -> None:
    what = poster("Only €19.99", face=face)
    assert all(map(exact, compared(picture(what), what)))
    assert not any(map(exact, compared(picture(poster("Only €19.98", face=face)), what)))


def a_faint_letter(image: Image.Image, item: Glyph) -> str:
    faded(image, item.characters[2].box, 0.8)
    return item.text[2]


def half_the_word_faint(image: Image.Image, item: Glyph) -> str:
    left, top, width, height = item.line_boxes[0]
    faded(image, (left - 10, top - 40, width // 2, height + 80))
    return item.text[0]


def a_strip_cut_out(image: Image.Image, item: Glyph) -> str:
    left, top, width, height = item.line_boxes[0]
    faded(image, (left - 10, top + height // 2 - 6, width + 20, 9), 1.0)
    return item.text[0]


def the_lower_third_missing(image: Image.Image, item: Glyph) -> str:
    left, top, width, height = item.line_boxes[0]
    faded(image, (left - 10, top + 2 * height // 3, width + 20, height), 1.0)
    return item.text[0]


def struck_through(image: Image.Image, item: Glyph) -> str:
    left, top, width, height = item.line_boxes[0]
    ImageDraw.Draw(image).rectangle((left, top + height // 2, left + width, top + height // 2 + 3), fill=str(item.style.color))
    return "O"


def crossed_out(image: Image.Image, item: Glyph) -> str:
    left, top, width, height = item.line_boxes[0]
    pen = ImageDraw.Draw(image)
    pen.line((left, top, left + width, top + height), fill="#C01020", width=7)
    pen.line((left, top + height, left + width, top), fill="#C01020", width=7)
    return item.text[0]


def another_word_over_it(image: Image.Image, item: Glyph) -> str:
    left, top, *_ = item.line_boxes[0]
    over = glyph("over", "VOID", (left, top - 10, 500, 110), size=64)
    draw(image, set_text_of(over), color="#B03030")
    return "N"


PAINTED = (
    a_faint_letter, half_the_word_faint, a_strip_cut_out, the_lower_third_missing, struck_through, crossed_out,
    another_word_over_it,
)  # fmt: skip


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("paint", PAINTED)
def test_a_painted_fault_is_a_flaw_that_names_letters(paint: Callable[[Image.Image, Glyph], str], face: str) -> None:
    what = poster("MOUNTAIN AIR", face=face)
    image = picture(what)
    letter = paint(image, what.glyphs[0])
    for change in (WHOLE["as it is"], WHOLE["JPEG 40"]):
        found = flaw(change(image), what)
        assert found is not None
        assert f"`{letter}`" in found.reason


def test_a_flaw_of_a_figure_counts_as_one_of_figures() -> None:
    what = poster("Only €19.99")
    image = picture(what)
    faded(image, next(one.box for one in what.glyphs[0].characters if "Only €".encode()[one.start :] == "€".encode()), 0.8)
    found = flaw(image, what)
    assert found is not None
    assert found.fault == "digits"


@pytest.mark.parametrize("mark", [(-26, 44, -14, 56), (10, -18, 22, -8)], ids=["a dot before it", "a mark above it"])
def test_a_mark_beside_letters_on_paint_is_a_flaw(mark: tuple[int, int, int, int]) -> None:
    what = poster("19.99")
    image = picture(what)
    left, top, *_ = what.glyphs[0].line_boxes[0]
    at = (left + mark[0], top + mark[1], left + mark[2], top + mark[3])
    ImageDraw.Draw(image).ellipse(at, fill=str(what.glyphs[0].style.color))
    assert flaw(image, what) is not None


def test_a_strike_that_was_asked_for_must_be_there() -> None:
    what = poster("was 49 €", lettering={"strike": True})
    assert flaw(picture(what), what) is None
    assert flaw(picture(poster("was 49 €")), what) is not None


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [("Polish", "polish"), ("every day", "everyday"), ("1 299 kr", "1299 kr"), ("SALE", "5ALE"), ("10%", "10‰"), ("US", "us")],
)
def test_other_words_fail_on_a_picture_whose_rest_is_set(asked: str, drawn: str) -> None:
    what = poster(asked, "Open daily")
    found = flaws(compared(picture(poster(drawn, "Open daily")), what))
    assert set(found) == {"s.0"}


def test_nothing_is_concluded_about_another_typeface() -> None:
    what = poster("Grand Opening", "Open daily", face="clean sans")
    assert flaws(compared(picture(poster("Grand Opening", "Open daily", face="serif")), what)) == {}


def test_letters_that_are_all_but_the_ground_fail() -> None:
    what = poster("Grand Opening")
    pale = what.model_copy(update={"glyphs": tuple(
        item.model_copy(update={"style": item.style.model_copy(update={"color": "#DDD8CE"})}) for item in what.glyphs
    )})  # fmt: skip
    found = flaw(picture(pale), pale)
    assert found is None or found.fault == "contrast"


@pytest.mark.parametrize("degrees", [-1.0, -0.3, 0.4, 1.0])
def test_a_picture_that_is_a_little_turned_is_laid_straight(degrees: float) -> None:
    what = poster("Only €19.99", "Grand Opening", "every day")
    proof = picture(what)
    turned = proof.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=GROUND)
    straight = straightened(turned, proof)
    assert straight is not turned
    assert flaws(compared(straight, what, proof)) == {}
    assert straightened(proof, proof) is proof
    wrong = picture(poster("Only €19.98", "Grand Opening", "every day"))
    again = straightened(wrong.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=GROUND), proof)
    assert set(flaws(compared(again, what, proof))) == {"s.0"}


def framed(image: Image.Image) -> Image.Image:
    frame = Image.new("RGB", (image.width + 26, image.height + 26), "#282828")
    frame.paste(image, (13, 13))
    return frame


def cropped(image: Image.Image) -> Image.Image:
    return image.crop((11, 11, image.width - 5, image.height - 5))


@pytest.mark.parametrize("change", [framed, cropped])
def test_a_picture_that_is_framed_or_cropped_is_laid_over_its_proof(change: Change) -> None:
    what = poster("Only €19.99", "Grand Opening", "every day")
    proof = picture(what)
    found = compared(straightened(change(proof), proof), what, proof)
    assert len(list(filter(exact, found))) == 3
    wrong = change(picture(poster("Only €19.98", "Grand Opening", "every day")))
    assert set(flaws(compared(straightened(wrong, proof), what, proof))) == {"s.0"}


@pytest.mark.parametrize("effect", ["neon", "3d", "emboss"])
def test_another_digit_in_a_glow_is_seen(effect: str) -> None:
    def lit(text: str) -> Conditions:
        what = poster(text, face="heavy condensed sans", lettering={"effect": effect}, size=120)
        (item,) = what.glyphs
        style = item.style.model_copy(update={"color": "#6BE8FF"})
        return what.model_copy(update={"glyphs": (item.model_copy(update={"style": style}),), "scene": Scene(fill="#120A2A")})

    asked, other = lit("LEVEL 33"), lit("LEVEL 38")
    assert flaw(picture(asked, "#120A2A"), asked) is None
    assert flaw(picture(other, "#120A2A"), asked) is not None


def test_a_faint_word_across_scenery_is_seen_beside_a_proof() -> None:
    rows = np.linspace(90, 215, 1350).astype(np.uint8)[:, None, None]
    hills = np.broadcast_to(rows, (1350, 1080, 3)).copy()
    hills[420:, ::90] = 60
    what = poster("Grand Opening", "Open daily").model_copy(update={"scene": Scene(description="hills")})
    proof = Image.fromarray(hills)
    for item in what.glyphs:
        draw(proof, set_text_of(item), color=item.style.color)
    image = proof.copy()
    veil = Image.new("RGBA", image.size)
    draw(veil, set_text_of(glyph("void", "VOID", (40, 60, 1000, 420), size=300)), color="#00000030")
    image.paste(Image.alpha_composite(image.convert("RGBA"), veil).convert("RGB"))
    assert flaws(compared(proof, what, proof)) == {}
    assert "s.0" in flaws(compared(image, what, proof))


@pytest.mark.parametrize("face", ["clean sans", "serif"])
def test_a_mark_within_the_shadow_of_a_letter_is_seen(face: str) -> None:
    soft = {"shadow": {"dx": 0.0, "dy": 0.02, "blur": 0.12, "color": "#00000088"}}
    asked, marked = poster("OPEN LATE", face=face, lettering=soft), poster("\u00d6PEN LATE", face=face, lettering=soft)
    assert flaw(picture(asked), asked) is None
    assert flaw(picture(marked), asked) is not None


def test_an_outline_makes_letters_stand_out_that_are_as_light_as_the_ground() -> None:
    def light(**lettering: Any) -> Conditions:
        what = poster("Wild honey", lettering=lettering)
        (item,) = what.glyphs
        style = item.style.model_copy(update={"color": "#FFFFFF"})
        return what.model_copy(update={"glyphs": (item.model_copy(update={"style": style}),)})

    outlined, bare = light(outline={"color": "#3B2118", "width": 0.05}), light()
    assert flaw(picture(outlined), outlined) is None
    assert compared(picture(outlined), outlined)[0].contrast > 7
    assert not any(item.contrast > 1.25 for item in compared(picture(bare), bare))


@pytest.mark.parametrize("change", WHOLE.values(), ids=WHOLE.keys())
def test_a_missing_underline_is_seen(change: Change) -> None:
    lined, plain = poster("no refunds", lettering={"underline": True}), poster("no refunds")
    assert flaw(change(picture(lined)), lined) is None
    assert flaw(change(picture(plain)), lined) is not None


@pytest.mark.parametrize("face", FACES)
def test_a_thin_cross_over_words_is_seen_where_nothing_was_done_to_the_picture(face: str) -> None:
    what = poster("Up to 50% off", face=face)
    image = picture(what)
    left, top, width, height = what.glyphs[0].line_boxes[0]
    pencil = ImageDraw.Draw(image)
    for ends in ((left, top, left + width, top + height), (left, top + height, left + width, top)):
        pencil.line(ends, fill="#C06A60", width=2)
    assert flaw(picture(what), what) is None
    assert flaw(image, what) is not None
