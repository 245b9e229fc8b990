"""How good the small model is, on posters that no training saw.

    python -m layoutgen.renderer.mini.measure --posters 200 [--model FOLDER] [--setting first|off|string|forced …] [--loop]

Held-out posters have other words, a face and arrangements that training never had. For each setting the first attempt is made
from pure noise and a free plan; `--loop` goes on as `render` does, up to six attempts and without typesetting. An object is
right when its kind stands in the right third of the canvas.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from layoutgen.check import open_reader
from layoutgen.conditions import Conditions
from layoutgen.pipeline import Compiled, Made, make

from . import open_renderer
from .objects import Judged, judge_objects
from .posters import random_poster
from .samples import compiled_of

SETTINGS: dict[str, tuple[str, ...]] = {
    "first": (),
    "off": ("regions.grain=none",),
    "string": ("regions.grain=string",),
    "forced": ("planner.forcing=force",),
}
"""What is measured: region conditions as trained, off, per string, and with the draft's plan."""
_PAGE = 24


def held_out(count: int) -> Iterator[tuple[int, Compiled]]:
    """Posters that can be laid out, with their seeds."""
    made = ((seed, compiled_of(random_poster(seed, held_out=True), seed)) for seed in itertools.count())
    return itertools.islice(((seed, compiled) for seed, compiled in made if compiled is not None), count)


def inside(made: Made, conditions: Conditions) -> tuple[int, int]:
    """Of the slogans that were read at all, how many have their middle in their own box; and how many were read."""
    boxes = {glyph.id: glyph.box for glyph in conditions.glyphs}
    found = [slogan for slogan in made.record.verdict.slogans if slogan.read and slogan.read_box]
    within = 0
    for slogan in found:
        left, top, width, height = slogan.read_box or (0, 0, 0, 0)
        x, y, w, h = boxes[slogan.id]
        within += x <= left + width / 2 <= x + w and y <= top + height / 2 <= y + h
    return within, len(found)


def sheet(pictures: list[tuple[Image.Image, str]]) -> Image.Image:
    """Pictures side by side, six in a row, each with a line under it."""
    side, line, across = 240, 22, 6
    whole = Image.new("RGB", (across * side, -(-len(pictures) // across) * (side + line)), "white")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(size=13)
    for number, (picture, words) in enumerate(pictures):
        left, top = number % across * side, number // across * (side + line)
        small = picture.copy()
        small.thumbnail((side - 8, side - 4))
        whole.paste(small, (left + (side - small.width) // 2, top + (side - small.height) // 2))
        pen.text((left + side / 2, top + side + line / 2), words, fill="black", font=font, anchor="mm")
    return whole


def measure(
    count: int,
    setting: str,
    *,
    model: str | None,
    attempts: int,
    pictures: Path | None = None,
    page: Path | None = None,
    more: tuple[str, ...] = (),
) -> dict[str, Any]:
    """One row of the table; the first 24 pictures, whatever they are, go on the page."""
    reader = open_reader()
    slogans = right = posters = passed = within = read = 0
    likeness, seconds = 0.0, 0.0
    things: list[Judged] = []
    shown: list[tuple[Image.Image, str]] = []
    with open_renderer(model=model, set=[*SETTINGS[setting], *more]) as renderer:
        for seed, compiled in held_out(count):
            started = time.perf_counter()
            made = make(compiled, renderer, reader, attempts=attempts)
            seconds += time.perf_counter() - started
            verdict = made.record.verdict
            correct = sum(slogan.status == "passed" for slogan in verdict.slogans)
            slogans, right = slogans + len(verdict.slogans), right + correct
            likeness += sum(1 - slogan.distance for slogan in verdict.slogans)
            passed += verdict.status == "passed"
            posters += 1
            one, all_ = inside(made, compiled.conditions)
            within, read = within + one, read + all_
            things += judge_objects(made.picture, compiled.conditions)
            if len(shown) < _PAGE:
                shown.append((made.picture.convert("RGB"), f"{correct} of {len(verdict.slogans)}"))
            if pictures is not None:
                pictures.mkdir(parents=True, exist_ok=True)
                made.picture.save(pictures / f"{setting}-{attempts}-{seed:04}.png")
            print(f"\r{posters}/{count} {right}/{slogans}", end="", file=sys.stderr)
    print(file=sys.stderr)
    if page is not None:
        sheet(shown).save(page, quality=70)
    return {
        "setting": setting,
        "attempts": attempts,
        "posters": posters,
        "posters_right": round(passed / posters, 4),
        "slogans": slogans,
        "slogans_right": round(right / slogans, 4),
        "similarity": round(likeness / slogans, 4),
        "inside": round(within / read, 4) if read else None,
        "read": read,
        "objects": len(things),
        "objects_right": round(sum(thing.right for thing in things) / len(things), 4) if things else None,
        "confused": dict(Counter(f"{thing.expected} as {thing.found}" for thing in things if not thing.right).most_common()),
        "seconds": round(seconds / posters, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posters", type=int, default=200)
    parser.add_argument("--model")
    parser.add_argument("--setting", action="append", choices=sorted(SETTINGS))
    parser.add_argument("--loop", action="store_true", help="up to six attempts")
    parser.add_argument("--pictures", type=Path, help="keep them in this folder")
    parser.add_argument("--page", type=Path, help="write a page of the first 24 pictures, e.g. page.webp")
    parser.add_argument("--set", action="append", default=[], help="engine settings, as of `render`")
    asked = parser.parse_args()
    for setting in asked.setting or ["first"]:
        row = measure(
            asked.posters,
            setting,
            model=asked.model,
            attempts=6 if asked.loop else 1,
            pictures=asked.pictures,
            page=asked.page,
            more=tuple(asked.set),
        )
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
