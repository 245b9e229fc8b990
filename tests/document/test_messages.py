"""Posters with mistakes in, messages out: `cases/wrong` when a poster is loaded, `cases/rows` when a row is bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from layoutgen.diagnostics import PosterError
from layoutgen.document import bind, load
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
