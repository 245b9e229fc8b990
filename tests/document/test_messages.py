"""Posters with mistakes in, messages out: `cases/wrong` when a poster is loaded, `cases/rows` when a row is bound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from layoutgen.diagnostics import PosterError
from layoutgen.document import bind, load, load_text
from tests.document.test_documents import directives
from tests.goldens import check_golden

CASES = Path(__file__).parent / "cases"


@pytest.mark.parametrize("path", sorted(CASES.glob("wrong/*.poster")), ids=lambda path: path.stem)
def test_messages_of_a_file(path: Path) -> None:
    with pytest.raises(PosterError) as caught:
        load(path, display_name=path.name)
    check_golden(path.with_suffix(".txt"), f"{caught.value}\n")


@pytest.mark.parametrize("path", sorted(CASES.glob("rows/*.poster")), ids=lambda path: path.stem)
def test_messages_of_a_row_name_the_data(path: Path) -> None:
    poster = load(path, display_name=path.name)
    with pytest.raises(PosterError) as caught:
        bind(poster, directives(path)["params"], where="june.csv row 42")
    assert all(item.data.startswith("june.csv row 42") for item in caught.value.diagnostics)
    check_golden(path.with_suffix(".txt"), f"{caught.value}\n")


def test_a_message_with_its_data(tmp_path: Path) -> None:
    """Head, place, line, carets with what was meant, and the row: as the description of the language shows it."""
    text = (
        'poster 1 "Sale"\nregion header { slogan "Sale" }'
        + "\n" * 20
        + 'region offer {\n  below: heeder gap 3%\n  slogan "Hi"\n}\n'
    )
    with pytest.raises(PosterError) as caught:
        load_text(text, "sale.poster", tmp_path)
    (item,) = caught.value.diagnostics
    assert (
        replace(item, data="june.csv row 42").render_text()
        == """\
error[LG204]: no region or object is called `heeder`
  --> sale.poster:23:10
   |
23 |   below: heeder gap 3%
   |          ^^^^^^ did you mean `header`?
   |
  data: june.csv row 42"""
    )
