"""The colours of lettering and panels: measured on drafts, after what pictures go through, and held to what is required."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

import layoutgen
from layoutgen.check import check_picture, judge
from layoutgen.check.colors import measured_colors
from layoutgen.check.model import ColorReading, ColorVerdict, Verdict
from layoutgen.compositing.composite import composite
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Conditions
from layoutgen.document import bind
from layoutgen.document.load.loader import load_text
from layoutgen.renderers import open_renderer
from layoutgen.retry.faults import faults
from tests.check.factories import perfect

RULES = """
require header.title.color near brand within 5
require header.panel near cream
"""
ASKED = {
    ("header.title", "lettering"): "#e4002b",
    ("header.legal", "lettering"): "#123456",
    ("foot.1", "lettering"): "#ffffff",
    ("header", "panel"): "#fff3dc",
}


def poster(color: str = "brand", panel: str = "cream", rules: str = "", weight: int = 800) -> str:
    return f"""poster 1 "Sale"
canvas a 800x600
palette brand #E4002B, cream #FFF3DC
backdrop "sunny beach"
region header {{
  at: top of canvas; size: 90% x 40%; panel: {panel}; padding: 4%; radius: 3%
  slogan title "SALE" {{ color: {color}; weight: {weight} }}
  slogan legal "and more" {{ color: #123456; draw: typeset; scale: 50% }}
}}
region foot {{
  at: bottom of canvas; size: 60% x 20%; rotate: -8deg
  slogan "half price" {{ weight: 800; outline: #000000 6%; color: #FFFFFF }}
}}
{rules}"""


def lowered(text: str) -> Conditions:
    return layoutgen.compile(load_text(text, "a.poster", Path()), renderer="draft")


@pytest.fixture(scope="module")
def drafts() -> dict[str, Image.Image]:
    """Pictures of the poster as it is, and with other colours."""
    texts = {
        "right": poster(),
        "other red": poster(color="#F00060"),
        "other panel": poster(panel="#FFE0A0"),
        "fine": poster(weight=200),
        "fine, other red": poster(color="#F00060", weight=200),
        "fine and blue": poster(color="#0B3C5D", weight=200),
    }
    with open_renderer(DRAFT.name) as renderer:
        made = {name: lowered(text) for name, text in texts.items()}
        return {name: composite(renderer.render(what).image, what).convert("RGB") for name, what in made.items()}


def checked(image: Image.Image, what: Conditions, *, composited: bool = False) -> Verdict:
    return check_picture(image, what, composited=composited)[1]


def compressed(image: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def by_element(verdict: Verdict) -> dict[tuple[str, str], ColorVerdict]:
    return {(item.id, item.part): item for item in verdict.colors}


@pytest.mark.parametrize("composited", [True, False])
def test_a_draft_has_the_colours_asked_for(drafts: dict[str, Image.Image], composited: bool) -> None:
    found = by_element(checked(drafts["right"], lowered(poster(rules=RULES)), composited=composited))
    assert {name: item.asked for name, item in found.items()} == ASKED
    assert all(item.passed and item.difference < 0.5 for item in found.values()), found


@pytest.mark.parametrize("change", ["jpeg 15", "jpeg 30", "half", "blur", "shift"])
def test_right_colours_stay_right(drafts: dict[str, Image.Image], change: str) -> None:
    image = drafts["right"]
    match change.split():
        case ["jpeg", quality]:
            image = compressed(image, int(quality))
        case ["half"]:
            image = image.resize((400, 300), Image.Resampling.BICUBIC)
        case ["blur"]:
            image = image.filter(ImageFilter.GaussianBlur(1.5))
        case ["shift"]:
            image = image.transform(image.size, Image.Transform.AFFINE, (1, 0, 1.3, 0, 1, -1.6), Image.Resampling.BICUBIC)
    verdict = checked(image, lowered(poster(rules=RULES)))
    assert verdict.passed, verdict.reasons
    assert all(item.passed for item in verdict.colors)
    assert by_element(verdict)["header", "panel"].difference < 3


def test_lettering_in_another_colour_fails(drafts: dict[str, Image.Image]) -> None:
    what = lowered(poster(rules=RULES))
    for image in (drafts["other red"], compressed(drafts["other red"], 30)):
        verdict = checked(image, what)
        title = next(item for item in verdict.slogans if item.id == "header.title")
        assert not verdict.passed
        assert title.status == "failed"
        assert "from brand #e4002b, and the poster requires 5 at most (CIEDE2000)." in title.reason
        assert by_element(verdict)["header.title", "lettering"].difference > 10
        assert "header.title" in {fault.key for fault in faults(verdict, what)}


def test_a_panel_in_another_colour_fails(drafts: dict[str, Image.Image]) -> None:
    what = lowered(poster(rules=RULES))
    verdict = checked(drafts["other panel"], what)
    assert any("The colour of the panel is #ffe0a0" in reason for reason in verdict.reasons)
    assert [(fault.key, fault.kind) for fault in faults(verdict, what) if fault.kind == "color"] == [("panel header", "color")]


def test_without_a_rule_another_colour_is_only_told(drafts: dict[str, Image.Image]) -> None:
    found = by_element(checked(drafts["other panel"], lowered(poster())))["header", "panel"]
    assert found.passed
    assert found.difference > 10


def test_strokes_too_fine_to_tell_are_a_warning_and_far_colours_fail(drafts: dict[str, Image.Image]) -> None:
    what = lowered(poster(rules=RULES, weight=200))
    right = checked(compressed(drafts["fine"], 30).resize((400, 300), Image.Resampling.BOX), what)
    assert all(item.passed for item in right.colors), right.colors
    blue = checked(compressed(drafts["fine and blue"], 30), what)
    assert not by_element(blue)["header.title", "lettering"].passed


def test_fine_strokes_of_an_untouched_picture_are_measured_exactly(drafts: dict[str, Image.Image]) -> None:
    what = lowered(poster(rules=RULES, weight=200))
    right, wrong = checked(drafts["fine"], what), checked(drafts["fine, other red"], what)
    assert right.passed
    assert by_element(right)["header.title", "lettering"].difference < 0.5
    assert by_element(wrong)["header.title", "lettering"].measured == "#f00060"
    assert not by_element(wrong)["header.title", "lettering"].passed


def test_letters_of_other_forms_have_the_colour_that_stands_out_from_the_ground() -> None:
    """As image models draw them: thick bars where the words are, in none of the set forms."""
    what = lowered(poster())
    title = what.glyphs[0]
    image = Image.new("RGB", (800, 600), "#FFF3DC")
    left, top, width, height = title.line_boxes[0]
    for at in range(left + 10, left + width, 40):
        ImageDraw.Draw(image).rectangle((at, top, at + 22, top + height), fill="#1B7F3A")
    found = {item.id: item for item in measured_colors(image, what, [title], (), {})}
    assert found["header.title"].measured == "#1b7f3a"


def test_a_rule_on_what_could_not_be_measured_warns() -> None:
    what = lowered(poster(rules=RULES))
    assert [note for note in judge(what, perfect(what)).warnings if "cannot be measured" in note] == [
        "`header.title`: its colour cannot be measured here, so it is not checked.",
        "`header`: its colour cannot be measured here, so it is not checked.",
    ]


@pytest.mark.parametrize(("measured", "error", "passes"), [("#e4002b", 0, True), ("#e8103a", 0, True), ("#f00060", 0, False),
                                                           ("#f00060", 25, True), ("#0b3c5d", 25, False)])  # fmt: skip
def test_the_judge_holds_colours_to_the_rule(measured: str, error: float, passes: bool) -> None:
    what = lowered(poster(rules=RULES))
    colors = (ColorReading(id="header.title", part="lettering", measured=measured, error=error),)
    verdict = judge(what, perfect(what).model_copy(update={"colors": colors}))
    assert by_element(verdict)["header.title", "lettering"].passed is passes
    assert next(item for item in verdict.slogans if item.id == "header.title").passed is passes


def test_a_colour_from_a_param_is_required() -> None:
    text = poster(rules="require header.title.color near tint within 7", color="tint").replace(
        "palette", "param tint: color?\npalette", 1
    )
    loaded = load_text(text, "a.poster", Path())
    rule = bind(loaded, {"tint": "#00AA55"})[0].near_colors
    assert [(item.color, item.within, item.part) for item in rule] == [("#00aa55", 7.0, "lettering")]
    assert bind(loaded, {})[0].near_colors == ()
