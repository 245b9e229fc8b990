"""Draws the gallery: `python docs/pictures/gallery/draw.py [NAME…]`

For every starter template, the picture of its first canvas and language as the draft renderer makes it: 480 pixels wide here,
and 240 beside the template, for `layoutgen new --list`. `conditions.json` keeps a digest of what each picture was made from.
`docs/gallery.md` is rewritten.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

import layoutgen
from layoutgen.conditions import Conditions, to_json
from layoutgen.starters.begin import begin_poster
from layoutgen.starters.catalogue import about, starter_names, starter_path, thumbnail

HERE = Path(__file__).parent
STAMPS, PAGE = HERE / "conditions.json", HERE.parents[1] / "gallery.md"
WIDTH, SMALL = 480, 240
REBRANDED = (("sale", "corner"), ("menu", "stillwater"))
"""A starter and the kit it is shown in."""


def names() -> list[str]:
    """All pictures: `sale`, and `sale-corner` for the one in a kit."""
    return [*starter_names(), *(f"{template}-{kit}" for template, kit in REBRANDED)]


def conditions_of(name: str) -> Conditions:
    """What the picture of this name is made from."""
    template, _, kit = name.partition("-") if name not in starter_names() else (name, "", "")
    if not kit:
        return layoutgen.compile(starter_path(template), renderer="draft")
    with tempfile.TemporaryDirectory() as folder:
        return layoutgen.compile(begin_poster(template, Path(folder) / f"{template}.poster", kit=kit)[0], renderer="draft")


def stamp(conditions: Conditions) -> str:
    """sha256 of the conditions, the first 16 digits."""
    text = json.dumps(to_json(conditions), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def draw(name: str) -> str:
    """Draw one picture (and the thumbnail of a starter); returns its stamp."""
    from layoutgen.compositing.composite import composite

    conditions = conditions_of(name)
    with layoutgen.open_renderer("draft") as renderer:
        picture = composite(renderer.render(conditions).image, conditions).convert("RGB")
    _save(picture, WIDTH, HERE / f"{name}.webp", 84)
    if name in starter_names():
        _save(picture, SMALL, thumbnail(name), 76)
    return stamp(conditions)


def page() -> str:
    """`docs/gallery.md`."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Gallery"
    yield ""
    yield "The starter templates, drawn by the `draft` renderer. Each has three canvases, two languages and typed"
    yield "params with defaults, and renders as it is; `layoutgen new --list` says more. This page is written by"
    yield "`python docs/pictures/gallery/draw.py`."
    for name in starter_names():
        yield ""
        yield f"## {name}"
        yield about(name)
        yield ""
        yield f"`layoutgen new {name}`"
        yield ""
        yield f"![the starter {name}](pictures/gallery/{name}.webp)"
    yield ""
    yield "## In a brand kit"
    yield "A kit brings colours, typefaces, a look and a logo; the layout stays."
    for template, kit in REBRANDED:
        yield ""
        yield f"`layoutgen new {template} --kit {kit}`"
        yield ""
        yield f"![{template} in the kit {kit}](pictures/gallery/{template}-{kit}.webp)"


def _save(picture: Image.Image, width: int, path: Path, quality: int) -> None:
    size = (width, round(picture.height * width / picture.width))
    picture.resize(size, Image.Resampling.LANCZOS).save(path, quality=quality, method=6)


if __name__ == "__main__":
    stamps = json.loads(STAMPS.read_text("utf-8")) if STAMPS.exists() else {}
    for name in sys.argv[1:] or names():
        stamps[name] = draw(name)
        print(f"{name} {(HERE / f'{name}.webp').stat().st_size / 1000:.0f} kB", file=sys.stderr)
    stamps = {name: stamps[name] for name in names() if name in stamps}
    STAMPS.write_text(json.dumps(stamps, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
