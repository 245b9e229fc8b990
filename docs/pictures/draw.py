"""Draws the pictures of this folder: every example with the draft renderer, 480 pixels wide. `python docs/pictures/draw.py`"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import layoutgen

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "examples"
WIDTH = 480

PICTURES: tuple[tuple[str, str, str | None, str | None], ...] = (
    ("welcome", "welcome.poster", None, None),
    ("tea-zh", "tea-zh.poster", None, None),
    ("souq-ar", "souq-ar.poster", None, None),
    ("sale-feed", "summer-sale/sale.poster", "feed", "en"),
    ("sale-story-de", "summer-sale/sale.poster", "story", "de"),
    ("sale-banner", "summer-sale/sale.poster", "banner", "en"),
    ("acme", "acme/launch.poster", None, None),
    ("prices", "prices.poster", None, None),
    ("menu", "menu/menu.poster", None, None),
    ("concert", "concert.poster", None, None),
    ("hiring", "hiring.poster", None, None),
)
"""Picture, poster, canvas, language."""


def params_of(poster: Path) -> Mapping[str, object]:
    """The data that lies beside a poster: `mains.json` is the param `mains`; translations (`sale.de.json`) are not data."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in poster.parent.glob("*.json") if "." not in path.stem}


def draw(name: str, poster: Path, canvas: str | None, locale: str | None) -> Path:
    """Render one example; raises where its words are not right."""
    result = layoutgen.render(poster, params_of(poster), canvas=canvas, locale=locale, renderer="draft")
    if not result.passed:
        raise layoutgen.WordsWrong(result.verdict)
    picture = result.image.convert("RGB")
    target = HERE / f"{name}.webp"
    picture.resize((WIDTH, round(picture.height * WIDTH / picture.width))).save(target, quality=82, method=6)
    return target


if __name__ == "__main__":
    for name, poster, canvas, locale in PICTURES:
        target = draw(name, EXAMPLES / poster, canvas, locale)
        print(f"{target.name} {target.stat().st_size / 1000:.0f} kB", file=sys.stderr)
