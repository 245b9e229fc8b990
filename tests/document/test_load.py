"""Files, folders and pictures; what may be read, and what counts as the same poster."""

from __future__ import annotations

import contextlib
import itertools
import re
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pictures

from layoutgen.diagnostics import PosterError
from layoutgen.document import bind, load, load_text
from layoutgen.document.load.declarations import LARGEST_SIDE, SMALLEST_SIDE
from layoutgen.document.model import Image, Region, Slogan
from layoutgen.language.presets import PRESETS
from tests.timing import ratio

SAMPLE = Path(__file__).parent / "cases" / "sample" / "sale.poster"
ROW = {"price": "39.00", "was": "49.00", "legal": "While stocks last."}


def codes(error: PosterError) -> list[str]:
    return [item.code for item in error.diagnostics if item.severity == "error"]


def failing(text: str, folder: Path) -> list[str]:
    with pytest.raises(PosterError) as caught:
        bind(load_text(text, "a.poster", folder))
    return codes(caught.value)


def test_the_sample_of_the_language_binds() -> None:
    poster = load(SAMPLE)
    document, warnings = bind(poster, ROW)
    assert warnings == ()
    assert poster.warnings == ()
    assert [canvas.name for canvas in poster.canvases] == ["feed", "story", "banner"]
    assert document.elements["feed"][0] is document.elements["story"][0]
    offer = next(element for element in document.elements["banner"] if element.id == "offer")
    assert isinstance(offer, Region)
    assert [relation.kind for relation in offer.placement.relations] == ["right-of", "align-top"]
    price = offer.children[1]
    assert isinstance(price, Slogan)
    assert (price.id, price.text, price.draw, price.lettering.scale) == ("offer.price", "now €39.00", "typeset", 0.6)
    assert price.lettering.font == "Noto Sans", "the first font of a kit that locks its fonts is the default"
    assert poster.schema()["properties"].keys() == {"headline", "discount", "price", "legal", "was"}


def test_a_second_row_does_not_depend_on_the_first() -> None:
    poster = load(SAMPLE)
    first = bind(poster, ROW)
    assert bind(poster, {**ROW, "price": None, "discount": "10%"}) != first
    assert bind(poster, ROW) == first == bind(load(SAMPLE), ROW)


@pytest.mark.timed
def test_a_second_row_costs_a_fraction_of_the_first() -> None:
    poster, numbers = load(SAMPLE), itertools.count()
    bind(poster, ROW)
    assert ratio(lambda: bind(poster, {**ROW, "legal": f"Row {next(numbers)}"}), lambda: bind(load(SAMPLE), ROW)) < 0.3


def test_the_digest_covers_every_file(tmp_path: Path) -> None:
    for path in SAMPLE.parent.rglob("*"):
        target = tmp_path / path.relative_to(SAMPLE.parent)
        if path.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    before = load(tmp_path / "sale.poster", display_name="sale.poster").digest
    assert before == load(tmp_path / "sale.poster", display_name="sale.poster").digest
    for name in ("sale.poster", "brand/acme.kit", "sale.de.json", "assets/logo.png"):
        path = tmp_path / name
        kept = path.read_bytes()
        path.write_bytes(kept + b"\n")
        assert load(tmp_path / "sale.poster", display_name="sale.poster").digest != before, name
        path.write_bytes(kept)


def test_a_link_does_not_lead_out(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.kit").write_text('kit 1 "Secret"\n')
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "brand").symlink_to(tmp_path / "outside")
    assert failing('poster 1 "A"\nuse "brand/secret.kit"', inside) == ["LG221"]
    (tmp_path / "layoutgen.toml").touch()
    assert load_text('poster 1 "A"\nuse "../outside/secret.kit"', "a.poster", inside).title == "A"


def test_a_kit_is_taken_in_once(tmp_path: Path) -> None:
    (tmp_path / "base.kit").write_text('kit 1 "Base"\npalette sun #F2A541\n')
    for name in ("one", "two"):
        (tmp_path / f"{name}.kit").write_text(f'kit 1 "{name}"\nuse "base.kit"\nstyle {name} {{ color: sun }}\n')
    poster = load_text('poster 1 "A"\nuse "one.kit", "two.kit"\nregion r as one { slogan "x" as two }', "a.poster", tmp_path)
    assert poster.palette == {"sun": "#f2a541"}


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"text", "LG223"),
        (b"", "LG223"),
        (png(60_000, 60_000), "LG224"),
        (png(9_000, 9_000), "LG224"),
        (png(8, 8)[:-30], "LG223"),
    ],
    ids=["text", "empty", "bomb", "large", "cut off"],
)
def test_a_file_that_is_no_usable_picture(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "logo.png").write_bytes(content)
    assert failing('poster 1 "A"\nimage logo "logo.png"', tmp_path) == [code]
    assert failing('poster 1 "A"\nparam logo: image = "logo.png"\nimage logo "{{ logo }}"', tmp_path) == [code]


def test_a_picture_has_the_size_it_is_shown_in(tmp_path: Path) -> None:
    exif = Pictures.Exif()
    exif[0x0112] = 6
    Pictures.new("RGB", (40, 20)).save(tmp_path / "turned.jpg", exif=exif)
    document, _ = bind(load_text('poster 1 "A"\nimage photo "turned.jpg"', "a.poster", tmp_path))
    photo = document.elements["default"][0]
    assert isinstance(photo, Image)
    assert (photo.size, photo.source) == ((20, 40), str(tmp_path.resolve() / "turned.jpg"))


def test_pictures_of_a_row_may_lie_in_the_assets(tmp_path: Path) -> None:
    (tmp_path / "poster").mkdir()
    (tmp_path / "assets").mkdir()
    Pictures.new("RGB", (4, 2)).save(tmp_path / "assets" / "shoe.png")
    poster = load_text('poster 1 "A"\nparam shot: image\nimage shot "{{ shot }}"', "a.poster", tmp_path / "poster")
    document, _ = bind(poster, {"shot": "shoe.png"}, assets=tmp_path / "assets")
    assert document.elements["default"][0].id == "shot"
    with pytest.raises(PosterError):
        bind(poster, {"shot": "shoe.png"})


def test_a_locale_that_the_poster_lacks() -> None:
    with pytest.raises(PosterError, match="LG953"):
        bind(load(SAMPLE), ROW, locale="fr")
    assert bind(load(SAMPLE), ROW, locale="DE")[0].locale == "de"


def test_font_files(tmp_path: Path) -> None:
    (tmp_path / "broken.otf").write_bytes(b"not a font")
    (tmp_path / "plausible.ttf").write_bytes(b"\x00\x01\x00\x00" + bytes(20))
    assert failing('poster 1 "A"\nfont f "broken.otf"', tmp_path) == ["LG233"]
    poster = load_text('poster 1 "A"\nfont f "plausible.ttf"\nregion r { font: f; slogan "x" }', "a.poster", tmp_path)
    region = bind(poster)[0].elements["default"][0]
    assert isinstance(region, Region)
    slogan = region.children[0]
    assert isinstance(slogan, Slogan)
    assert slogan.lettering.font == str(tmp_path.resolve() / "plausible.ttf")


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_makes_a_canvas(preset: str, tmp_path: Path) -> None:
    canvas = load_text(f'poster 1 "A"\ncanvas {preset}', "a.poster", tmp_path).canvases[0]
    assert all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (canvas.width, canvas.height))
    named = load_text(f'poster 1 "A"\ncanvas mine {preset}', "a.poster", tmp_path).canvases[0]
    assert (named.width, named.height, named.dpi) == (canvas.width, canvas.height, canvas.dpi)


names = st.from_regex(r"[a-z]{1,3}", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(st.lists(names, min_size=1, max_size=6, unique=True), st.data())
def test_relations_only_name_live_elements(
    tmp_path_factory: pytest.TempPathFactory, elements: list[str], data: st.DataObject
) -> None:
    """Whatever is switched off, and however the relations run, the document names only what is in it."""
    kinds = st.sampled_from(["below", "above", "left-of", "align-left", "align-top", "inside", "center-with"])
    lines = ['poster 1 "A"', "param off: flag = no"]
    for name in elements:
        when = " when off" if data.draw(st.booleans()) else ""
        others = st.sampled_from([other for other in elements if other != name] or ["canvas"])
        placement = []
        if len(elements) > 1:
            placement = [f"{data.draw(kinds)}: {data.draw(others)}" for _ in range(data.draw(st.integers(0, 2)))]
        if data.draw(st.booleans()):
            placement.append(f"at: top of {data.draw(others)}")
        lines.append(f'object {name} "{name}"{when} {{ {"; ".join(placement)} }}')
    document, _ = bind(load_text("\n".join(lines), "a.poster", Path(tmp_path_factory.getbasetemp())))
    found = document.elements["default"]
    alive = {element.id for element in found}
    for element in found:
        relations, at = element.placement.relations, element.placement.at
        assert {target for relation in relations for target in relation.targets} <= alive - {element.id}
        assert at is None or at.of in (alive - {element.id}) | {"canvas", "page"}


CASES = [path.read_text("utf-8") for path in sorted((SAMPLE.parents[1]).glob("*/*.poster"))]
TOKENS = [re.findall(r'"(?:\\.|[^"\\\n])*"|[\w.-]+%?|\s+|.', text) for text in CASES]
EVERY_TOKEN = sorted({token for tokens in TOKENS for token in tokens if token.strip()})


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TOKENS), st.data())
def test_whatever_is_written_ends_in_a_document_or_in_messages(tokens: list[str], data: st.DataObject) -> None:
    """Files with a few words dropped, doubled or exchanged: nothing but PosterError is ever raised."""
    tokens = list(tokens)
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(tokens) - 1))
        tokens[place : place + data.draw(st.integers(0, 2))] = [" ", data.draw(st.sampled_from(EVERY_TOKEN)), " "]
    with contextlib.suppress(PosterError):
        bind(load_text("".join(tokens), "a.poster", SAMPLE.parents[1] / "right"))


def test_a_flood_of_mistakes_ends_early(tmp_path: Path) -> None:
    found = failing('poster 1 "A"\n' + "".join(f'regoin r{count} {{ slogan "x" }}\n' for count in range(2_000)), tmp_path)
    assert found == ["LG202"] * 100
