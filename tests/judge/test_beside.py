"""What stands just beside a known line is seen, however narrow."""

from __future__ import annotations

import pytest

from layoutgen.check import Cache, open_reader, verify
from tests.check.making import conditions
from tests.check.setting import glyph, written


@pytest.mark.parametrize("text", ["33 FOR 2", "13 FOR 2", "3 FOR 21", "3 FOR 2 1", "I3 FOR 2"])
def test_a_narrow_character_beside_a_line(text: str) -> None:
    what = conditions(glyph("a", "3 FOR 2", (140, 300, 800, 120), size=90))
    (asked,) = what.glyphs
    drawn = conditions(glyph("a", text, asked.box, size=90))
    _, verdict = verify(written(drawn), what, open_reader(), Cache())
    assert verdict.status == "failed", verdict
