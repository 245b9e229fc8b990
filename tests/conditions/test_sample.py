"""The sample of the language page, from its file to conditions; and what is turned, through the real layout."""

from __future__ import annotations

import json
from math import cos, radians, sin
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from layoutgen.conditions import DRAFT, from_json, lower, to_json
from layoutgen.conditions.model import Glyph, Panel
from layoutgen.document import bind, load
from layoutgen.layout import solve
from layoutgen.renderer.glm.limits import LIMITS as GLM
from tests.goldens import check_golden

GOLDENS = Path(__file__).parent / "goldens"

SAMPLE = """\
poster 1 "Summer Sale"

use "brand/acme.kit"
param headline: text = "SUMMER SALE"
param discount: percent = 50%
param price: money(EUR)?
param legal: text?

canvas feed 1080x1350, story 1080x1920, banner 1200x628 { margin: 5% }
language en, de, zh
backdrop "sunlit beach with striped umbrellas, soft morning light"
look "mid-century travel poster, screen-print texture" { never: "people, watermarks" }
palette sun #F2A541, sea #0B3C5D, cream #FFF8E7

style shout { face: "heavy condensed sans"; color: cream; case: upper }
style small extends shout { scale: 60%; case: none }

region header {
  at: top of canvas
  size: 90% x 22%
  slogan headline "{{ headline | default("Open") }}" as shout
}

region offer when discount {
  below: header gap 3%
  size: 70% x 12%
  slogan "Up to {{ discount }} off" as shout { verify: exact }
  slogan price "now {{ price | money }}" as small when price { draw: typeset }
}

object cat "a ginger tabby cat" { at: left of canvas; size: 30% x 35% }
object dog "a golden retriever" { at: right of canvas; size: 30% x 35% }
object giraffe "a giraffe holding a book" { between: cat, dog; above: footer gap 2% }

region footer when legal { at: bottom of canvas; size: 66% x 6%; slogan "{{ legal }}" as small }

image logo "assets/logo.png" { at: bottom-right of canvas; width: 14% }
qr link "https://example.com/s" { at: bottom-left of canvas; width: 12% }

require header.contrast >= 4.5
on banner {
  header { at: top-left of canvas; size: 45% x 30% }
  offer { right-of: header gap 4%; align-top: header; size: 45% x 30% }
}
verify { text: exact; attempts: 6; candidates: 2; then: typeset }
"""

TURNED = """\
poster 1 "Turned"
canvas feed 1080x1080 { margin: 5% }
backdrop { fill: #F2A541 }
region tag {
  box: 5% 5% 50% 30%
  rotate: -12deg
  panel: #0B3C5D
  padding: 3%
  slogan "MEGA DEALS"
  slogan "this weekend only" { scale: 50% }
}
region side { box: 40% 50% 10% 35%; rotate: 90deg; panel: #ffffff80; slogan "SIDE" }
image logo "assets/logo.png" { box: 60% 75% 30% 20%; rotate: 15deg }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    Image.new("RGB", (280, 140), "red").save(tmp_path / "assets" / "logo.png")
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "acme.kit").write_text('kit 1 "Acme"\n')
    (tmp_path / "sale.poster").write_text(SAMPLE)
    (tmp_path / "turned.poster").write_text(TURNED)
    return tmp_path


@pytest.mark.parametrize("canvas", ["feed", "story", "banner"])
@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_sample_to_conditions(project: Path, canvas: str, locale: str) -> None:
    poster = load(project / "sale.poster")
    params = {"price": "9.99", "legal": "While stocks last."}
    document, _ = bind(poster, params, locale=locale)
    conditions, warnings = lower(document, solve(document, canvas), GLM)
    assert warnings == ()
    value = to_json(conditions)
    assert from_json(json.loads(json.dumps(value))) == conditions
    # Boxes have their goldens with the layout; here is what lowering adds.
    summary: dict[str, Any] = {name: value[name] for name in ("generation", "prompt", "negative", "policy", "contrast")}
    summary |= {kind: [item["id"] for item in value[kind]] for kind in ("glyphs", "objects", "overlays", "panels")}
    golden = json.dumps(summary, ensure_ascii=False, indent=2) + "\n"
    check_golden(GOLDENS / f"sample.{canvas}.{locale}.json", golden)


def test_a_panel_turns_with_the_words_on_it(project: Path) -> None:
    document, _ = bind(load(project / "turned.poster"))
    layout = solve(document, "feed")
    conditions, _ = lower(document, layout, DRAFT)
    panels = {panel.id: panel for panel in conditions.panels}
    for glyph in conditions.glyphs:
        panel = panels[glyph.panel or ""]
        assert panel.rotation == glyph.rotation
        left, top, width, height = panel.box
        for x, y in corners(glyph):
            x, y = turned(x, y, panel, -panel.rotation)
            assert left - 2 <= x <= left + width + 2
            assert top - 2 <= y <= top + height + 2
        room = layout[panel.id].box
        for x, y in corners(panel):
            assert room[0] - 2 <= x <= room[0] + room[2] + 2
            assert room[1] - 2 <= y <= room[1] + room[3] + 2
    logo, room = conditions.overlays[0], layout["logo"].box
    assert logo.rotation == 15
    assert logo.box[2] / logo.box[3] == pytest.approx(2, abs=0.03)
    assert conditions.forbidden[0][2] == pytest.approx(room[2], abs=10)


def corners(item: Glyph | Panel) -> list[tuple[float, float]]:
    left, top, width, height = item.box
    return [turned(x, y, item, item.rotation) for x in (left, left + width) for y in (top, top + height)]


def turned(x: float, y: float, about: Glyph | Panel, degrees: float) -> tuple[float, float]:
    left, top, width, height = about.box
    dx, dy = x - left - width / 2, y - top - height / 2
    c, s = cos(radians(degrees)), sin(radians(degrees))
    return left + width / 2 + dx * c - dy * s, top + height / 2 + dx * s + dy * c
