"""What stands in rows and columns, and what is turned: as a designer would set it."""

from __future__ import annotations

from layoutgen.layout import solve
from tests.layout.build import Build


def test_what_is_turned_stays_about_the_middle_of_its_box() -> None:
    """A tall narrow box at the edge: upright, its text has a line that is longer than the page is wide."""
    b = Build()
    document = b.document(b.region("r", "timeline", box="879px 46px 17px 2194px", rotate=90.0), size=(896, 2240), margin="0%")
    layout = solve(document, "feed")
    left, top, width, height = layout["r.1"].box
    assert (abs(left + width / 2 - 887.5) <= 1, abs(top + height / 2 - 1143) <= 1) == (True, True)
    assert height > 2100
    text = layout["r.1"].text
    assert text
    x, y, wide, tall = text.lines[0].box
    assert (abs(x + wide / 2 - 887.5) <= 1, abs(y + tall / 2 - 1143) <= 3) == (True, True)
