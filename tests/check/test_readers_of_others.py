"""A reader that someone else brings, through the protocol alone: it reads figures by comparing them with templates."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from layoutgen.base.geometry import Quad, corners
from layoutgen.base.style import Lettering
from layoutgen.check import Cache, Reader, check_picture
from layoutgen.check.model import ReadLine
from layoutgen.check.reader import DETECTION_SIDE
from layoutgen.conditions.model import Conditions
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph, written

SIDE = 24


class FigureReader:
    """Reads dark figures of one typeface on light paper, and nothing else."""

    name = "figures 1"

    def readable(self, text: str) -> bool:
        return all(character in "0123456789" for character in text if not character.isspace())

    def detect(self, image: Image.Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        ink = np.asarray(image.convert("L")) < 128
        rows = _runs(ink.any(axis=1))
        found = []
        for top, bottom in rows:
            across = np.flatnonzero(ink[top:bottom].any(axis=0))
            found.append(corners((int(across[0]), top, int(across[-1] - across[0] + 1), bottom - top)))
        return tuple(found)

    def read(self, crops: Sequence[Image.Image]) -> tuple[ReadLine, ...]:
        return tuple(self._line(crop) for crop in crops)

    def find(self, image: Image.Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        lines = []
        for quad in self.detect(image, side):
            (left, top), _, (right, bottom), _ = quad
            box = (round(left), round(top), round(right - left), round(bottom - top))
            line = self._line(image.crop((box[0], box[1], box[0] + box[2], box[1] + box[3])))
            lines.append(line.model_copy(update={"box": box}))
        return tuple(line for line in lines if line.text)

    def _line(self, crop: Image.Image) -> ReadLine:
        ink = np.asarray(crop.convert("L")) < 128
        read = [_nearest(ink[:, left:right]) for left, right in _runs(ink.any(axis=0))]
        scores = tuple(round(score, 4) for _, score in read)
        mean = sum(scores) / len(scores) if scores else 0.0
        return ReadLine(text="".join(figure for figure, _ in read), box=(0, 0, *crop.size), score=round(mean, 4), scores=scores)


def _runs(there: Any) -> list[tuple[int, int]]:
    steps = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(np.int8)))
    return [(int(start), int(end)) for start, end in steps.reshape(-1, 2)]


def _nearest(ink: NDArray[np.bool_]) -> tuple[str, float]:
    shape = _shape(ink)
    apart = {figure: float(np.abs(shape - template).mean()) for figure, template in _templates().items()}
    best = min(apart, key=lambda figure: apart[figure])
    return best, 1 - apart[best]


def _shape(ink: NDArray[np.bool_]) -> NDArray[np.float32]:
    rows = np.flatnonzero(ink.any(axis=1))
    cut = Image.fromarray((ink[rows[0] : rows[-1] + 1] * 255).astype(np.uint8))
    return np.asarray(cut.resize((SIDE, SIDE), Image.Resampling.BILINEAR), np.float32) / np.float32(255)


@cache
def _templates() -> dict[str, NDArray[np.float32]]:
    shapes = {}
    for figure in "0123456789":
        ink = np.asarray(picture_of(figure)[0].convert("L")) < 128
        across = np.flatnonzero(ink.any(axis=0))
        shapes[figure] = _shape(ink[:, across[0] : across[-1] + 1])
    return shapes


def picture_of(text: str) -> tuple[Image.Image, Conditions]:
    what = conditions(glyph("number", text, (200, 300, 600, 200), size=120.0, lettering=Lettering(font="Archivo")))
    return written(what), what


@pytest.mark.parametrize("text", ["1984", "2 026", "35 790", "60"])
def test_it_reads_what_is_right(text: str) -> None:
    image, what = picture_of(text)
    reader: Reader = FigureReader()
    reading, verdict = check_picture(image, what, reader, Cache(), second_engine=False)
    assert verdict.passed, verdict.reasons
    assert reading.reader == "figures 1"
    assert [line.text for region in reading.regions for line in region.lines] == [text.replace(" ", "")]
    assert not any(region.characters for region in reading.regions)


@pytest.mark.parametrize(("asked", "drawn"), [("1984", "1964"), ("60", "80"), ("2026", "2028")])
def test_it_decides_what_is_wrong(asked: str, drawn: str) -> None:
    image, _ = picture_of(drawn)
    _, what = picture_of(asked)
    verdict = check_picture(image, what, FigureReader(), Cache(), second_engine=False)[1]
    assert verdict.status == "failed"
    assert verdict.slogans[0].read == drawn
