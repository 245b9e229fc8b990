"""Every example: all canvases and languages compile without a warning, and the draft of each passes the check."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

import layoutgen
from layoutgen.check import Reader, open_reader

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
POSTERS = sorted(EXAMPLES.rglob("*.poster"))


def variants() -> Iterator[tuple[Path, str, str]]:
    for path in POSTERS:
        poster = layoutgen.load(path)
        for canvas in poster.canvases:
            for locale in poster.languages:
                yield path, canvas.name, locale


@pytest.fixture(scope="module")
def reader() -> Reader:
    return open_reader()


@pytest.mark.parametrize(
    ("path", "canvas", "locale"), list(variants()), ids=lambda value: value.stem if isinstance(value, Path) else value
)
def test_draft_passes(path: Path, canvas: str, locale: str, reader: Reader) -> None:
    result = layoutgen.render(path, canvas=canvas, locale=locale, renderer="draft", reader=reader, attempts=1)
    assert result.passed, result.verdict.reasons
    assert not result.verdict.extra
    assert all(code.passed for code in result.verdict.codes)


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_no_warnings(path: Path) -> None:
    from layoutgen.conditions import DRAFT
    from layoutgen.pipeline import compile_poster

    poster = layoutgen.load(path)
    assert not poster.warnings
    for canvas in poster.canvases:
        for locale in poster.languages:
            compiled = compile_poster(poster, canvas=canvas.name, locale=locale, limits=DRAFT)
            assert not compiled.warnings, [item.render_text() for item in compiled.warnings]


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.stem)
def test_begins_with_comments(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    assert any(line.startswith("//") for line in lines[:5])


def test_readme_lists_every_example() -> None:
    page = (EXAMPLES / "README.md").read_text("utf-8")
    for path in EXAMPLES.rglob("*.poster"):
        assert f"({path.relative_to(EXAMPLES).as_posix()})" in page


def test_sidecars_translate_everything() -> None:
    for path in POSTERS:
        poster = layoutgen.load(path)
        assert len(poster.languages) == 1 or set(poster.languages[1:]) <= set(poster.translations)


def test_the_menu_without_sweets() -> None:
    document = layoutgen.compile(EXAMPLES / "menu/menu.poster", {"sweets": ""}, renderer="draft")
    assert not any("sweets" in overlay.id for overlay in document.overlays)


def test_a_price_that_does_not_drop_is_refused() -> None:
    with pytest.raises(layoutgen.PosterError) as caught:
        layoutgen.compile(EXAMPLES / "prices.poster", {"was": "10", "price": "20"}, renderer="draft")
    assert "price < was" in str(caught.value)


def test_logo_is_what_its_script_draws() -> None:
    import numpy as np
    from PIL import Image

    spec = importlib.util.spec_from_file_location("draw_logo", EXAMPLES / "acme/brand/draw_logo.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    path = EXAMPLES / "acme/brand/logo.png"
    assert path.stat().st_size < 20_000
    with Image.open(path) as kept:
        drawn = module.draw_logo()
        assert kept.size == drawn.size
        # the file keeps 64 colours
        assert np.abs(np.asarray(kept.convert("RGBA"), int) - np.asarray(drawn, int)).max() < 64


def test_pictures_of_the_readme_are_small() -> None:
    for path in (ROOT / "docs/pictures").glob("*.webp"):
        assert path.stat().st_size <= 60_000
