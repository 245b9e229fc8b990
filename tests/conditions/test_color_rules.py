"""Colours that a poster requires: refused where it asks for others itself."""

from __future__ import annotations

from typing import Any

import pytest

from layoutgen.base.style import BoxStyle, Gradient
from layoutgen.conditions import DRAFT, lower
from layoutgen.diagnostics import PosterError
from layoutgen.document.model import NearColor
from tests.conditions.factories import poster, region, require, slogan

NAVY = "#0b3c5d"


@pytest.mark.parametrize(
    ("part", "style", "panel", "message"),
    [
        ("lettering", {"color": NAVY}, None, "`r.1` is to be #0b3c5d, which is 48.6 from #e4002b; required is 5 at most"),
        ("lettering", {"color": Gradient(stops=("#e4002b", "#ffffff"))}, None, "`r.1` is to be #ffffff, which is 48.5"),
        ("lettering", {}, None, "`r.1` is to be #ffffff"),
        ("panel", {}, None, "`r` has no panel, so it has no colour that could be near #e4002b"),
        ("panel", {}, "#fff8e7", "`r` is to be #fff8e7"),
        ("panel", {}, "#e4002b", ""),
        ("lettering", {"color": "#e8062f"}, None, ""),
    ],
)  # fmt: skip
def test_a_colour_that_is_required_and_not_asked_for(part: str, style: dict[str, Any], panel: str | None, message: str) -> None:
    near = NearColor(
        element="r",
        part=part,
        color="#e4002b",
        within=5,
        where=require("r", ">", 1).where,
    )
    case = poster(
        {"r": (0, 0, 500, 300), "r.1": (0, 0, 500, 300)},
        region("r", slogan("r.1", "SALE", lettering=style), look=BoxStyle(panel=panel)),
        palette={"brand": "#e4002b"},
        near_colors=(near,),
    )
    if message:
        with pytest.raises(PosterError) as caught:
            lower(*case, DRAFT)
        (text,) = [item.render_text() for item in caught.value.diagnostics]
        assert message in text
        assert "LG407" in text
        assert "brand` in it" in text
    else:
        (rule,) = lower(*case, DRAFT)[0].colors
        assert (rule.element, rule.part, rule.near, rule.within) == ("r.1" if part == "lettering" else "r", part, "#e4002b", 5)
