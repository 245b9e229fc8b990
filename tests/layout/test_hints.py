"""What messages of the layout say to do next, from the text of a poster on."""

from __future__ import annotations

from pathlib import Path

import pytest

from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import bind, load_text
from layoutgen.layout import solve


def told(region: str, canvas: str = "feed 1080x1350") -> Diagnostic:
    document, _ = bind(load_text(f'poster 1 "A"\ncanvas {canvas}\n{region}\n', "a.poster", Path()))
    with pytest.raises(PosterError) as caught:
        solve(document, document.canvases[0].name)
    (item,) = caught.value.diagnostics
    return item


TEXT = 'slogan "Open today"'
PADDED = "region r {{ size: 46% x 6%; padding: {}; {} }}"


def test_padding_that_takes_all_the_room_is_named() -> None:
    item = told(PADDED.format("10%", TEXT))
    assert item.code == "LG313"
    assert item.label.endswith("after `padding: 10%` of `r`")
    assert "; or write `padding: " in item.hint
    enough = item.hint.partition("or write `padding: ")[2].partition("`")[0]
    poster = load_text(f'poster 1 "A"\ncanvas feed 1080x1350\n{PADDED.format(enough, TEXT)}', "a.poster", Path())
    document, _ = bind(poster)
    assert solve(document, "feed").placed, "with the padding of the hint it fits"


def test_without_padding_nothing_is_said_of_it() -> None:
    item = told('region r { size: 10% x 3%; slogan "While stocks last. Terms and conditions apply." }')
    assert (item.code, "padding" in item.label + item.hint) == ("LG313", False)


def test_a_word_that_is_too_wide_may_be_divided() -> None:
    region = 'region r {{ size: 36% x 40%; min-size: 6%; {} slogan "Sommerschlussverkauf" }}'
    poster = 'poster 1 "A"\ncanvas feed 1080x1350\nlanguage de\n{}\n'
    assert told(region.format(""), "feed 1080x1350\nlanguage de").hint.endswith("or with `hyphenate: yes`")
    document, _ = bind(load_text(poster.format(region.format("hyphenate: yes;")), "a.poster", Path()))
    text = solve(document, "feed")["r.1"].text
    assert text
    lines = [line.text for line in text.lines]
    assert len(lines) > 1
    assert "".join(lines).replace("\u00ad", "") == "Sommerschlussverkauf"
    assert all(line.endswith("\u00ad") for line in lines[:-1])


def test_letters_that_no_font_has() -> None:
    item = told('region r { slogan "Big Sale \N{MAHJONG TILE BACK}\N{ZERO WIDTH JOINER}\N{COLLISION SYMBOL}" }')
    assert item.code == "LG310"
    assert 'or let the picture show it: object NAME "' in item.hint
    item = told('region r { slogan "ಕನ್ನಡ" }')
    assert item.hint == "on Debian and Ubuntu `apt install fonts-noto-core` brings a font that has them"
    item = told('region r { slogan "\N{CJK UNIFIED IDEOGRAPH-4E00}" { font: "Anton" } }')
    assert (item.code, item.hint) == ("LG311", "use another font, or leave `font` out so that one is found")
