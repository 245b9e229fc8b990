"""Posters in many scripts: lines, faces and the order of characters as goldens, which hold for any version of a font."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import regex

import layoutgen
from layoutgen.compositing.composite import composite
from layoutgen.conditions.model import Conditions, Glyph
from layoutgen.renderers import open_renderer
from tests.goldens import check_golden

HERE = Path(__file__).parent / "scripts"
POSTERS = sorted(HERE.glob("*.poster"))


def facts(glyph: Glyph) -> dict[str, Any]:
    """What a reader of the script looks for."""
    data, axis = glyph.text.encode(), int(glyph.direction == "vertical")
    return {
        "text": glyph.text,
        "direction": glyph.direction,
        "faces": glyph.style.faces,
        "lines": glyph.lines,
        # as they stand, from the left or from the top
        "seen": [
            [
                data[one.start : one.end].decode()
                for one in sorted(glyph.characters, key=lambda one: (one.box[axis], one.box[1 - axis]))
                if one.line == line
            ]
            for line in range(len(glyph.lines))
        ],
    }


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_lines_faces_and_order(path: Path) -> None:
    conditions = layoutgen.compile(path, renderer="draft")
    actual = {glyph.id: facts(glyph) for glyph in conditions.glyphs}
    check_golden(HERE / f"{path.stem}.json", json.dumps(actual, ensure_ascii=False, indent=1) + "\n")


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_boxes_cover_the_text_and_every_character_is_drawn(path: Path) -> None:
    conditions = layoutgen.compile(path, renderer="draft")
    pixels = drawn(conditions)
    for glyph in conditions.glyphs:
        data = glyph.text.encode()
        expected = [item for item in regex.findall(r"\X", glyph.text) if not item.isspace() and item != "\u00ad"]
        assert [data[one.start : one.end].decode() for one in glyph.characters] == expected
        for one in glyph.characters:
            left, top, width, height = one.box
            line = glyph.line_boxes[one.line]
            assert width > 0
            assert height > 0
            assert line[0] <= left
            assert line[1] <= top
            assert left + width <= line[0] + line[2]
            assert top + height <= line[1] + line[3]
            if not glyph.rotation:
                assert pixels[top : top + height, left : left + width].min() < 160, data[one.start : one.end].decode()


def drawn(conditions: Conditions) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    with open_renderer("draft") as renderer:
        return np.asarray(composite(renderer.render(conditions).image, conditions).convert("L"))
