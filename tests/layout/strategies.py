"""Random posters: anchors, relations to earlier elements, extents, nested regions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from layoutgen.document.model import Document, Element
from tests.layout.factories import Build

POINTS = ("top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right")
RELATIONS = ("below", "above", "left_of", "right_of", "align_left", "align_right", "align_top", "align_bottom", "center_with")
KINDS = ("region", "region", "object", "image", "qr", "slogan")
WAYS = ("free", "free", "box", "at", "relation", "relation", "two")
WORDS = ("Summer", "Sale 50%", "Open every day", "Terms apply, while stocks last", "One\nTwo")


@st.composite
def documents(draw: st.DrawFn, *, kinds: tuple[str, ...] = KINDS, ways: tuple[str, ...] = WAYS) -> Document:
    """A poster in which only percentages are used; many of them cannot be solved."""
    b = Build()
    names: list[str] = []
    elements: list[Element] = []
    for number in range(draw(st.integers(1, 7))):
        name = f"e{number}"
        statements: dict[str, Any] = {}
        way = draw(st.sampled_from(ways))
        if way == "box":
            left, top = draw(st.integers(0, 80)), draw(st.integers(0, 80))
            width, height = draw(st.integers(5, 100 - left)), draw(st.integers(5, 100 - top))
            statements["box"] = f"{left}% {top}% {width}% {height}%"
        elif way == "at" or (way != "free" and not names):
            statements["at"] = draw(st.sampled_from(POINTS))
        elif way != "free":
            for kind in draw(st.lists(st.sampled_from(RELATIONS), min_size=1, max_size=2 if way == "two" else 1, unique=True)):
                gap = (
                    f" gap {draw(st.integers(0, 5))}%"
                    if draw(st.booleans()) and not kind.startswith(("align", "center"))
                    else ""
                )
                statements[kind] = draw(st.sampled_from(names)) + gap
        if way != "box":
            for axis in draw(st.lists(st.sampled_from(("width", "height")), unique=True)):
                low = draw(st.integers(5, 60))
                statements[axis] = draw(st.sampled_from((f"{low}%", f"{low}%..{low + 10}%")))
        kind = draw(st.sampled_from(kinds))
        if kind == "region":
            words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3))
            direction = draw(st.sampled_from(("column", "row")))
            elements.append(b.region(name, *words, direction=direction, **statements))
        elif kind == "slogan":
            elements.append(b.slogan(name, draw(st.sampled_from(WORDS)), **statements))
        else:
            elements.append(getattr(b, kind)(name, **statements))
        names.append(name)
    return b.document(*elements, size=(600, 800))
