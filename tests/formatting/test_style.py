"""One style: what a text means, and every comment, is unchanged; what is formatted stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import layoutgen
from layoutgen.diagnostics import PosterError
from layoutgen.syntax import read_source
from layoutgen.syntax.formatter import format_source
from tests.formatting.source_strategies import FILES, tree
from tests.goldens import check_golden

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WRITTEN = sorted(path for suffix in ("poster", "kit") for path in HERE.glob(f"*.{suffix}"))
REAL = sorted(
    path for top in ("examples", "templates", "tests", "benchmarks") for path in (ROOT / top).rglob("*")
    if path.suffix in (".poster", ".kit")
)  # fmt: skip
SHIPPED = [path for path in REAL if path.relative_to(ROOT).parts[0] in ("examples", "templates")]


def assert_laws(text: str) -> str:
    formatted = format_source(text)
    assert tree(formatted) == tree(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    assert format_source(formatted) == formatted
    assert formatted.endswith("\n")
    assert "\r" not in formatted
    assert not formatted.startswith(("\n", "\ufeff"))
    return formatted


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_goldens(path: Path) -> None:
    check_golden(path.with_name(f"{path.name}.formatted"), assert_laws(path.read_bytes().decode()))


@pytest.mark.parametrize("path", REAL, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_poster_and_kit_here(path: Path) -> None:
    try:
        text = read_source(path).text
        tree(text)
    except PosterError:
        pytest.skip("is not in the language")
    assert_laws(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_shipped_is_in_the_style(path: Path) -> None:
    text = path.read_text("utf-8")
    assert format_source(text) == text


@settings(deadline=None)
@given(st.text(st.sampled_from('ab1 "{}():;,=#%\n\n\\.x?<>/'), max_size=60))
def test_any_text(text: str) -> None:
    try:
        if tree(text) == ([], []):  # nothing is left of nothing but `;`, and an empty file is an error
            return
    except PosterError:
        return
    assert_laws(text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES)
def test_any_file(text: str) -> None:
    """The laws; and outside strings of several lines no tabs, no blanks at the end of a line, never two empty lines."""
    formatted = re.sub(r'""".*?"""', '""', assert_laws(text), flags=re.S)
    assert "\n\n\n" not in formatted
    for line in formatted.split("\n"):
        assert line == line.rstrip()
        indent = len(line) - len(line.lstrip())
        assert line[:indent] == " " * indent
        assert indent % 2 == 0


def test_it_is_public() -> None:
    assert (
        layoutgen.format_source('poster 1 "A";region r{at:top of canvas}') == 'poster 1 "A"\nregion r { at: top of canvas }\n'
    )


def test_what_cannot_be_parsed_is_refused() -> None:
    with pytest.raises(PosterError) as caught:
        format_source('poster 1 "A"\nregion r {', "sale.poster")
    (item,) = caught.value.diagnostics
    assert (item.code, item.span and item.span.source.name) == ("LG108", "sale.poster")
