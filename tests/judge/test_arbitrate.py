"""Which of several looks is believed."""

from __future__ import annotations

import pytest

from layoutgen.base.style import Lettering
from layoutgen.check import Cache, check_picture, open_reader
from layoutgen.check.arbitrate import convincing, unanimous
from layoutgen.check.model import ReadLine
from layoutgen.conditions.model import Glyph
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph, written


def test_a_later_look_sets_figures_right_only_when_it_is_sure() -> None:
    def read(text: str, score: float, of: str) -> tuple[ReadLine, ...]:
        scores = tuple(score if character in of else 0.99 for character in text)
        return (ReadLine(text=text, box=(0, 0, 100, 20), score=0.97, scores=scores),)

    five, fifty = read("5% OFF", 1.0, "5"), read("50% OFF", 0.52, "0")
    assert not convincing(five, fifty, same_place=True)
    assert convincing(five, read("50% OFF", 0.95, "0"), same_place=True)
    assert convincing(fifty, five, same_place=True)
    assert not convincing(read("50% OFF", 0.95, "0"), five, same_place=True)
    assert convincing(read("50% OFF", 0.95, "0"), five, same_place=False), "it may have been a neighbour's"
    pounds, euros = read("18 £", 0.94, "£"), read("18 €", 0.62, "€")
    assert not convincing(pounds, euros, same_place=False)
    assert convincing(euros, pounds, same_place=False)


def test_looks_that_agree_are_believed() -> None:
    def looks(*texts: str, score: float = 0.98) -> list[ReadLine]:
        return [ReadLine(text=text, box=(0, 0, 1, 1), score=score, scores=(score,) * len(text)) for text in texts]

    wrong = "UP TO 5% OFF"
    assert unanimous("UP TO 50% OFF", looks(wrong, wrong, "UP TO5% OFF"))
    assert not unanimous("UP TO 50% OFF", looks(wrong, wrong, "UP TO 50% OFF"))
    assert not unanimous("UP TO 50% OFF", looks(wrong, wrong, wrong, score=0.8))
    assert not unanimous("UP TO 50% OFF", looks(*["UP TO 5% OF"] * 3)), "the end may have been cut off"
    assert not unanimous("UP TO 50% OFF", looks(*["UNDER THE ROOF"] * 3)), "other words than these"
    assert not unanimous(wrong, looks(wrong, wrong))


FIGURES = (
    ("UP TO 50% OFF", "UP TO 5% OFF"),
    ("Tickets 18 € / 12 €", "Tickets 18 £ / 12 €"),
    ("was €129.00", "was £129.00"),
    ("only $4.95", "only $495"),
    ("Call 0800 123 456", "Call 0800 123 466"),
)


@pytest.mark.parametrize("face", ["Anton", "Oswald", "Bebas Neue", "Playfair Display"])
def test_figures_in_narrow_and_in_bold_faces(face: str) -> None:
    rows = range(0, 1200, 240)
    asked = conditions(*(_set(face, top, right) for top, (right, _) in zip(rows, FIGURES, strict=True)))
    drawn = conditions(*(_set(face, top, wrong) for top, (_, wrong) in zip(rows, FIGURES, strict=True)))
    reader, cache = open_reader(), Cache()
    assert all(item.passed for item in check_picture(written(asked), asked, reader, cache)[1].slogans)
    assert not any(item.passed for item in check_picture(written(drawn), asked, reader, cache)[1].slogans)


def _set(face: str, top: int, text: str) -> Glyph:
    size = 60 + top / 30
    return glyph(f"t{top}", text, (60, 40 + top, 960, 160), lettering=Lettering(font=face), size=size)
