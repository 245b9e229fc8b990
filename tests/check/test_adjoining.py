"""Signs beyond a slogan's ends and accents above its capitals belong to what is read; those of neighbours do not."""

from __future__ import annotations

import pytest

from layoutgen.base.style import Lettering
from layoutgen.check import Cache, check_picture
from layoutgen.check.model import Verdict
from tests.check.factories import conditions
from tests.check.typeset_samples import glyph, written

BOX = (90, 420, 900, 300)
FACES = ("Noto Sans", "Anton", "Playfair Display", "Archivo")
PLAIN = dict(zip("ÖÑÁÊÜÉÄÍÓÚÀÈÇÅ", "ONAEUEAIOUAECA", strict=True))
ACCENTED = """
    SCHÖN AÑO NIÑA PAPÁ FÊTE ZÜRICH Österreich CAFÉ MÜNCHEN JALAPEÑO MÉXICO GRÖSSE CORAZÓN PERÚ DÉJÀ NOËL ÄPFEL ÅRHUS
""".split()


def verdict_on(asked: str, drawn: str, face: str, *, extra: str = "fail", degrees: float = 0.0, size: float = 120) -> Verdict:
    lettering = Lettering(font=face)
    pair = [
        conditions(glyph("a", text, BOX, "es", lettering=lettering, size=size, rotation=degrees), extra=extra)
        for text in (asked, drawn)
    ]
    return check_picture(written(pair[1]), pair[0], cache=Cache())[1]


def plain(text: str) -> str:
    return "".join((PLAIN | {"Ë": "E"}).get(character, character) for character in text)


@pytest.mark.parametrize("face", FACES)
def test_accents_above_capitals_are_seen(face: str) -> None:
    for text in ACCENTED[FACES.index(face) % 2 :: 2]:
        assert verdict_on(plain(text), text, face).status == "failed", text
        assert not verdict_on(text, plain(text), face).passed, text
        assert verdict_on(plain(text), plain(text), face).passed, text


@pytest.mark.parametrize("face", FACES)
def test_asked_accents_pass_with_tight_lines_too(face: str) -> None:
    for text in ("PAPÁ ES\nMÁS QUE", "ANO\nAÑO", "Grand\nÉTÉ"):
        lettering = Lettering(font=face, line_height=1.1)
        what = conditions(glyph("a", text, BOX, "fr", lettering=lettering, size=100))
        verdict = check_picture(written(what), what, cache=Cache())[1]
        assert verdict.passed, (text, verdict)


@pytest.mark.parametrize(("face", "extra"), [("Noto Sans", "fail"), ("Anton", "allow"), ("Playfair Display", "allow")])
@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        *(("5", "5€"), ("5", "$5"), ("50", "50%"), ("Only 9.99", "Only 9.99$"), ("9.99", "*9.99"), ("9.99", "9.99-")),
        *(("20%", "-20%"), ("9.99", ".9.99"), ("12", "12*"), ("Sale", "Sale*"), ("Room 5", "Room 5+")),
    ],
)
def test_signs_at_the_ends_belong_to_the_slogan(face: str, extra: str, asked: str, drawn: str) -> None:
    verdict = verdict_on(asked, drawn, face, extra=extra)
    assert verdict.status == "failed", verdict


@pytest.mark.parametrize(("asked", "drawn"), [("9.99", "9.99-"), ("SCHON", "SCHÖN"), ("20%", "-20%")])
def test_in_turned_lines_too(asked: str, drawn: str) -> None:
    assert verdict_on(asked, drawn, "Archivo", degrees=-12).status == "failed"
    assert verdict_on(drawn, drawn, "Archivo", degrees=-12).passed


def test_the_signs_of_neighbours_are_theirs() -> None:
    lettering = Lettering(font="Archivo")
    what = conditions(
        glyph("a", "ONLY", (120, 290, 380, 120), lettering=lettering, size=90),
        glyph("b", "$5", (440, 290, 200, 120), lettering=lettering, size=90),
        glyph("c", "GRÓSS ÉTÉ", (100, 390, 600, 120), lettering=lettering, size=90),
    )
    verdict = check_picture(written(what), what, cache=Cache())[1]
    assert verdict.passed, verdict
