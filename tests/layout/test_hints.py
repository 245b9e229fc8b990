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


def test_letters_that_no_font_has() -> None:
    item = told('region r { slogan "Big Sale \N{PARTY POPPER}" }')
    assert item.code == "LG310"
    assert item.hint.endswith('or let the picture show it: object NAME "party popper"')
    item = told('region r { slogan "\N{CJK UNIFIED IDEOGRAPH-4E00}" { font: "Anton" } }')
    assert (item.code, item.hint) == ("LG311", "use another font, or leave `font` out so that one is found")
