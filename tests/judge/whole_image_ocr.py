"""The check beside RapidOCR as it comes out of the box on the whole picture: `python -m tests.judge.whole_image_ocr`.

The check looks for text at a low resolution and reads each slogan from its own crop; that takes about half as long
(`benchmarks/speed.py`). Here the same judge gives its verdict on both readings: of the drafts of the examples, where every
slogan is right, and of the real pictures, where people say what is right (`tests/real/pictures.py`).
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import layoutgen
from layoutgen.base.geometry import bounds
from layoutgen.check import Cache, calibrate, check_picture, judge, open_reader
from layoutgen.check.model import Reading, ReadLine
from layoutgen.compositing.composite import composite
from tests.real.pictures import FOLDER, SEEN, entries, poster_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Pair:
    """One slogan: whether it is right, and whether it passes on both ways."""

    picture: str
    text: str
    right: bool
    check: bool
    whole: bool
    read: tuple[str, str]


def pairs(name: str, image: Image, conditions: Conditions, right: dict[str, bool], engine: Any) -> Iterator[Pair]:
    """`right`: region → whether its slogan is; others are."""
    reader, cache = open_reader(), Cache()
    _, check = check_picture(image, conditions, reader, cache)
    whole = judge(conditions, read_whole(image, conditions, engine), calibrate(conditions, reader, cache))
    others = {item.id: item for item in whole.slogans}
    for item in check.slogans:
        if item.status != "typeset":
            other = others[item.id]
            truth = right.get(item.id.partition(".")[0], True)
            yield Pair(name, item.expected, truth, item.passed, other.passed, (item.read, other.read))


def read_whole(image: Image, conditions: Conditions, engine: Any) -> Reading:
    import numpy as np

    output = engine(np.asarray(image.convert("RGB"))[:, :, ::-1])
    lines = zip(output.boxes, output.txts, output.scores, strict=True) if output.txts else ()
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    return Reading(
        reader="rapidocr",
        regions=(),
        found=tuple(
            ReadLine(text=text, box=bounds([(float(x) / sx, float(y) / sy) for x, y in box]), score=float(score))
            for box, text, score in lines
        ),
    )


def compare() -> list[Pair]:
    from PIL import Image as Images
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "critical"})
    result: list[Pair] = []
    for path in sorted(EXAMPLES.rglob("*.poster")):
        conditions = layoutgen.compile(path, renderer="draft")
        with layoutgen.open_renderer("draft") as renderer:
            image = composite(renderer.render(conditions).image, conditions)
        result += pairs(path.stem, image, conditions, {}, engine)
    with tempfile.TemporaryDirectory() as folder:
        for entry in entries() if FOLDER.is_dir() else ():
            path = Path(folder) / f"{Path(entry['file']).stem}.poster"
            path.write_text(poster_of(entry), "utf-8")
            texts = SEEN[entry["file"]].texts
            right = {f"text{number}": seen.right for number, seen in enumerate(texts, start=1)}
            with Images.open(FOLDER / entry["file"]) as image:
                result += pairs(path.stem, image.convert("RGB"), layoutgen.compile(path, renderer="draft"), right, engine)
    return result


def main() -> int:
    every = compare()
    for item in every:
        if not item.right == item.check == item.whole:
            outcomes = ["passed" if passed else "not passed" for passed in (item.check, item.whole)]
            print(f"{item.picture} {item.text!r} ({'right' if item.right else 'wrong'}):")
            print(f"    check {outcomes[0]} {item.read[0]!r}\n    whole {outcomes[1]} {item.read[1]!r}")
    print(
        f"{len(every)} slogans: same verdict {sum(item.check == item.whole for item in every)}; "
        f"check agrees with the truth on {sum(item.check == item.right for item in every)}, "
        f"whole image on {sum(item.whole == item.right for item in every)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
