"""Pictures that an image model drew, for faults to be painted on: `python -m tests.judge.mini_bank FOLDER [--count 150]`.

The shipped small model draws each poster once, from a seed of its own; what is there already is kept. `judge_picture` takes the
slogans that pass as they are, paints faults on them one after another, and counts what is found. As they are, and changed as
`right_pictures` does, they are right ones.
"""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import layoutgen
from layoutgen.base.geometry import clip, edges, grow
from layoutgen.check import check_picture
from layoutgen.compositing.composite import composite
from layoutgen.renderers import open_renderer
from tests.judge.painted_faults import OF_FIGURES, PAINTERS, Painting
from tests.judge.planted_faults import Fault
from tests.judge.right_pictures import VARIANTS
from tests.judge.tally import Tally, judged

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.check import Cache, Reader
    from layoutgen.conditions.model import Conditions

WORDS = (
    "SALE", "Open daily", "Fresh bread", "Summer", "5% off", "Big night", "$12", "Coffee", "Jazz", "Weekend", "Live music",
    "New", "Hello", "Best deal", "Pizza", "10 am", "Only 9.99", "Room 7", "Market", "Winter", "Half price", "Book now", "50%",
    "Garden", "Free tea", "Ice cream", "24 hours", "Cinema", "Flowers", "Yoga", "20 May", "Fish bar", "Sunday", "Tickets",
)  # fmt: skip
GROUNDS = (
    "plain paper", "green hills", "night sky", "sandy beach", "blue wall", "wooden table", "red curtain", "snowy field",
)  # fmt: skip
FAULTS = 5
"""Faults that are painted on each right slogan, one at a time."""


def poster(number: int) -> str:
    rng = random.Random(f"mini {number}")
    first, second = rng.sample(WORDS, 2)
    return "\n".join([
        f'poster 1 "Mini {number}"',
        "canvas feed 512x512 { margin: 6% }",
        "language en",
        f'backdrop "{rng.choice(GROUNDS)}"',
        f'region top {{ at: top of canvas; size: 88% x 34%; slogan "{first}" }}',
        f'region low {{ below: top gap 12%; size: 88% x 24%; slogan "{second}" }}',
        "",
    ])  # fmt: skip


def make(folder: Path, count: int) -> None:
    """Draw what is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_renderer("mini") as renderer:
        for number in range(count):
            target = folder / f"{number}.png"
            if not target.exists():
                conditions = conditions_of(folder, number)
                composite(renderer.render(conditions, seed=number).image, conditions).save(target)
                print(target, file=sys.stderr, flush=True)


def size(folder: Path) -> int:
    return len(list(folder.glob("*.png")))


@cache
def conditions_of(folder: Path, number: int) -> Conditions:
    path = folder / f"{number}.poster"
    if not path.exists():
        path.write_text(poster(number), "utf-8")
    return layoutgen.compile(path, renderer="mini")


def bare(image: Image, conditions: Conditions) -> Image:
    """The picture with its lettering painted out."""
    import cv2
    import numpy as np
    from PIL import Image as Images

    pixels = np.asarray(image).copy()
    for glyph in conditions.glyphs:
        for line in glyph.line_boxes:
            frame = clip(grow(line, 0.15 * glyph.style.size, 0.25 * glyph.style.size), *image.size)
            left, top, right, bottom = edges(frame)
            part = pixels[top:bottom, left:right]
            _, mask = cv2.threshold(cv2.cvtColor(part, cv2.COLOR_RGB2GRAY), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
            rim = np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
            ink = mask if rim.mean() < 128 else 255 - mask
            part[:] = cv2.inpaint(part, cv2.dilate(ink, np.ones((5, 5), np.uint8)), 4, cv2.INPAINT_TELEA)
    return Images.fromarray(pixels)


def judge_picture(folder: Path, number: int, reader: Reader, cache: Cache | None = None) -> Tally:
    """The right slogans of one picture, as they are, changed, and each with some faults painted on it."""
    from PIL import Image as Images

    tally, rng = Tally(), random.Random(f"mini faults {number}")
    conditions = conditions_of(folder, number)
    image = Images.open(folder / f"{number}.png").convert("RGB")
    _, plain = check_picture(image, conditions, reader, cache)
    right = [item for item in plain.slogans if item.passed and item.read.split() == item.expected.split()]
    for name in rng.sample(sorted(VARIANTS), 3):
        _, verdict = check_picture(VARIANTS[name](image, rng), conditions, reader, cache)
        for item in verdict.slogans:
            if item.id in {one.id for one in right}:
                tally.right[f"mini {name}"] += 1
                if not item.passed:
                    tally.refused.append((f"mini {name}", f"{number} {item.expected!r} {item.read!r}: {item.reason}"))
    empty = bare(image, conditions)
    for item in right:
        glyph = next(one for one in conditions.glyphs if one.id == item.id)
        glyph = glyph.model_copy(update={"style": glyph.style.model_copy(update={"color": _ink(image, empty, glyph.box)})})
        done = 0
        for painter in rng.sample(PAINTERS, len(PAINTERS)):
            work = Painting(image.copy(), empty, glyph, rng)
            if done == FAULTS or not painter(work) or work.image.tobytes() == image.tobytes():
                continue
            done += 1
            _, verdict = check_picture(work.image, conditions, reader, cache)
            figures = painter.__name__ in OF_FIGURES
            fault = Fault(
                painter.__name__, figures, number, glyph.id, glyph.text, work.written, size=glyph.style.size, ground="mini"
            )
            tally.faults.append(replace(judged(fault, verdict), alone=True))
    return tally


def _ink(image: Image, empty: Image, box: tuple[int, int, int, int]) -> str:
    """The colour of the letters in a box: what differs most from the picture without them."""
    import numpy as np

    one, other = (np.asarray(item.crop(edges(box)), np.float32) for item in (image, empty))
    away = np.abs(one - other).sum(-1)
    color = np.median(one[away >= np.quantile(away, 0.97)], axis=0)
    return "#" + "".join(f"{round(float(value)):02X}" for value in color)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where pictures and posters are put")
    parser.add_argument("--count", type=int, default=150, help="how many there should be")
    options = parser.parse_args()
    make(options.folder, options.count)
    return 0


if __name__ == "__main__":
    sys.exit(main())
