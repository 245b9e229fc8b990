"""Typesetting as the last resort: what was wrong is gone, what was right is untouched."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image

from layoutgen.base.style import Gradient
from layoutgen.check import check_picture, open_reader
from layoutgen.compositing.composite import composite, to_canvas
from layoutgen.conditions.model import Conditions, Panel, Scene
from layoutgen.loop.typeset_fallback import cleaned, typeset_fallback
from layoutgen.renderers import open_renderer
from tests.draft.factories import conditions, glyph
from tests.retry.faulty_renderers import spoil

WIDTH, HEIGHT = 640, 480


def scene(**more: object) -> Conditions:
    glyphs = (
        glyph("header.1", "SUMMER SALE", (60, 30, 520, 90), "#ffffff").model_copy(update={"then": "typeset"}),
        glyph("offer.1", "Ends on Sunday", (60, 330, 520, 80), "#ffffff"),
    )
    return conditions(WIDTH, HEIGHT, glyphs=glyphs, **more)  # type: ignore[arg-type]


def wrong(conditions: Conditions, seed: int = 0) -> Image.Image:
    """The first slogan misspelt."""
    rng = random.Random(seed)
    bad = conditions.glyphs[0]
    while bad.text in (conditions.glyphs[0].text, ""):
        bad = spoil(conditions.glyphs[0], rng)
    return open_renderer("draft").render(conditions.model_copy(update={"glyphs": (bad, *conditions.glyphs[1:])})).image


def test_on_scenery_the_region_is_cleaned_first() -> None:
    conditions = scene(scene=Scene(description="sunlit beach, soft morning light"))
    image, reader = wrong(conditions), open_reader()
    _, before = check_picture(composite(image, conditions), conditions, reader)
    assert [item.passed for item in before.slogans] == [False, True]
    typeset = typeset_fallback(image, conditions, ["header.1"], before, reader)
    assert typeset.verdict.passed, typeset.verdict.reasons
    assert {item.id: item.status for item in typeset.verdict.slogans} == {"header.1": "typeset", "offer.1": "passed"}
    old, new = np.asarray(to_canvas(image, conditions)), np.asarray(typeset.picture)
    assert (old[200:] == new[200:]).all(), "what was right keeps its pixels"


def test_on_a_panel_the_panel_is_painted_again() -> None:
    panel = Panel(id="header", box=(40, 20, 560, 110), paint="#204060")
    conditions = scene(scene=Scene(description="sunlit beach"), panels=(panel,))
    first = conditions.glyphs[0].model_copy(update={"panel": "header"})
    conditions = conditions.model_copy(update={"glyphs": (first, *conditions.glyphs[1:])})
    image, reader = wrong(conditions), open_reader()
    _, before = check_picture(composite(image, conditions), conditions, reader)
    typeset = typeset_fallback(image, conditions, ["header.1"], before, reader)
    assert typeset.verdict.passed
    assert typeset.picture.getpixel((50, 30)) == (0x20, 0x40, 0x60)
    plain = open_renderer("draft").render(conditions).image
    assert np.abs(np.asarray(typeset.picture, int)[20:130] - np.asarray(plain, int)[20:130]).mean() < 1


def test_ink_that_does_not_stand_out_is_changed() -> None:
    conditions = scene(scene=Scene(fill="#f4efe6"))
    image, reader = wrong(conditions), open_reader()
    _, before = check_picture(composite(image, conditions), conditions, reader)
    typeset = typeset_fallback(image, conditions, ["header.1", "offer.1"], before, reader)
    assert typeset.verdict.passed
    assert np.asarray(typeset.picture.convert("L")).min() < 60, "white on cream became black"


def test_cleaning_takes_letters_away_and_keeps_what_is_protected() -> None:
    conditions = scene(scene=Scene(fill=Gradient(stops=("#0b3c5d", "#f2a541"), angle=90.0)))
    written = open_renderer("draft").render(conditions).image
    bare = open_renderer("draft").render(conditions.model_copy(update={"glyphs": ()})).image
    boxes = [conditions.glyphs[0].box, conditions.glyphs[1].box]
    typeset = np.asarray(cleaned(written, boxes), float)
    assert np.abs(typeset - np.asarray(bare, float)).max() < 40
    assert np.abs(typeset - np.asarray(bare, float)).mean() < 2
    kept = np.asarray(cleaned(written, boxes, [conditions.glyphs[1].box]))
    left, top, width, height = conditions.glyphs[1].box
    inside = (slice(top, top + height), slice(left, left + width))
    assert (kept[inside] == np.asarray(written)[inside]).all()
