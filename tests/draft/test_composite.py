"""Compositing: exact pixels, codes that decode, and pictures that cannot be used."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from layoutgen.base.model import Box
from layoutgen.base.qr import QUIET_ZONE, SMALLEST_MODULE, qr_image, qr_modules
from layoutgen.compositing.composite import composite
from layoutgen.compositing.pictures import fitted, load_picture
from layoutgen.conditions import lower
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import Generation, Overlay, Panel, set_text_of
from layoutgen.diagnostics import PosterError
from layoutgen.document import bind, load_text
from layoutgen.layout import solve
from layoutgen.typeset.draw import draw
from tests.draft.factories import conditions, glyph

SEA = (11, 60, 93)


def page(width: int = 200, height: int = 160) -> Image.Image:
    return Image.new("RGB", (width, height), SEA)


def overlay(kind: str, source: str, box: Box, **more: Any) -> Overlay:
    return Overlay.model_validate({"id": "logo", "kind": kind, "source": source, "box": box, **more})


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8), "RGBA")


def test_an_opaque_picture_of_its_own_size_arrives_unchanged(tmp_path: Path) -> None:
    logo = noise(60, 40)
    logo.putalpha(255)
    logo.save(tmp_path / "logo.png")
    result = composite(page(), conditions(200, 160, overlays=(overlay("image", str(tmp_path / "logo.png"), (30, 20, 60, 40)),)))
    assert (np.asarray(result)[20:60, 30:90] == np.asarray(logo)[..., :3]).all()
    outside = np.asarray(result).copy()
    outside[20:60, 30:90] = SEA
    assert (outside == SEA).all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 60),
    height=st.integers(1, 60),
    left=st.integers(-40, 210),
    top=st.integers(-40, 170),
    opacity=st.sampled_from([1.0, 0.5, 0.0]),
    seed=st.integers(0, 1000),
)
def test_alpha_is_composited_pixel_for_pixel(
    tmp_path: Path, width: int, height: int, left: int, top: int, opacity: float, seed: int
) -> None:
    logo = noise(width, height, seed)
    path = tmp_path / f"logo-{width}-{height}-{seed}.png"
    logo.save(path)
    result = composite(page(), conditions(overlays=(overlay("image", str(path), (left, top, width, height), opacity=opacity),),
                                          width=200, height=160))  # fmt: skip
    expected = np.empty((160, 200, 3))
    expected[:] = SEA
    pixels = np.asarray(logo).astype(float)
    for y in range(max(0, top), min(160, top + height)):
        for x in range(max(0, left), min(200, left + width)):
            alpha = pixels[y - top, x - left, 3] / 255 * opacity
            expected[y, x] = pixels[y - top, x - left, :3] * alpha + expected[y, x] * (1 - alpha)
    assert np.abs(np.asarray(result) - expected).max() <= 1.5


@pytest.mark.parametrize(
    ("fit", "inked"), [("contain", (50, 20, 150, 70)), ("cover", (50, 20, 150, 120))], ids=["contain", "cover"]
)
def test_fit(tmp_path: Path, fit: str, inked: Box) -> None:
    Image.new("RGBA", (40, 20), "#ff0000").save(tmp_path / "red.png")
    box = (50, 20, 100, 50 if fit == "contain" else 100)
    result = composite(page(), conditions(200, 160, overlays=(overlay("image", str(tmp_path / "red.png"), box, fit=fit),)))
    red = np.asarray(result)[..., 0] > 200
    rows, columns = np.nonzero(red)
    assert (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1) == inked


@pytest.mark.parametrize("size", [(276, 276), (97, 31), (31, 97)])
def test_a_picture_fills_a_box_of_any_size(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("RGBA", (300, 200), "#ff0000").save(tmp_path / "red.png")
    filled = overlay("image", str(tmp_path / "red.png"), (0, 0, *size), fit="cover")
    assert fitted(filled).size == size


def test_a_quarter_turn_moves_pixels_and_changes_none(tmp_path: Path) -> None:
    logo = noise(40, 40)
    logo.putalpha(255)
    logo.save(tmp_path / "logo.png")
    turned = overlay("image", str(tmp_path / "logo.png"), (30, 20, 40, 40), rotation=90)
    result = composite(page(), conditions(200, 160, overlays=(turned,)))
    # Clockwise: what was at the left is at the top.
    assert (np.asarray(result)[20:60, 30:70] == np.rot90(np.asarray(logo)[..., :3], -1)).all()


def test_later_overlays_lie_on_earlier_ones_and_on_exact_panels(tmp_path: Path) -> None:
    for name in ("red", "blue"):
        Image.new("RGB", (40, 40), name).save(tmp_path / f"{name}.png")
    poster = conditions(
        200,
        160,
        panels=(
            Panel(id="a", box=(0, 0, 100, 100), paint="#ffffff", exact=True),
            Panel(id="b", box=(100, 0, 100, 100), paint="#ffffff"),
        ),
        overlays=(
            overlay("image", str(tmp_path / "red.png"), (10, 10, 40, 40)),
            overlay("image", str(tmp_path / "blue.png"), (30, 30, 40, 40)),
        ),
    )
    result = composite(page(), poster)
    assert [result.getpixel(point) for point in ((5, 5), (15, 15), (40, 40), (150, 50))] == [
        (255, 255, 255), (255, 0, 0), (0, 0, 255), SEA,
    ]  # fmt: skip


def test_typeset_words_are_drawn_at_the_size_of_the_canvas() -> None:
    words = glyph("offer.price", "now €49.90", (20, 30, 160, 60), "#fff8e7", font="Oswald")
    generation = Generation(width=128, height=96, crop=(14, 8, 100, 80), scale=2.0)
    poster = conditions(
        200, 160, generation=generation, overlays=(overlay("text", words.text, words.box, glyph=words.model_dump()),)
    )
    result = composite(Image.new("RGB", (128, 96), SEA), poster)
    expected = page()
    draw(expected, set_text_of(words), color="#fff8e7")
    assert result.tobytes() == expected.tobytes()


@pytest.mark.parametrize("side", [82, 100, 140])
@pytest.mark.parametrize("rotation", [0, 90, 12])
def test_a_code_decodes(side: int, rotation: float) -> None:
    content = "https://example.com/a/rather/long/address"
    overlaid = overlay("qr", content, (60 - side // 4, 40, side, side), rotation=rotation)
    result = composite(page(260, 260), conditions(260, 260, overlays=(overlaid,)))
    assert [code.text for code in zxingcpp.read_barcodes(np.asarray(result))] == [content]


def test_a_code_is_whole_modules_in_a_white_margin() -> None:
    modules = qr_modules("layoutgen")
    image = qr_image("layoutgen", 100, 120)
    pixels = np.asarray(image)
    count = len(modules) + 8
    module = 100 // count
    assert image.size == (count * module, count * module)
    assert set(np.unique(pixels)) == {0, 255}
    assert (pixels[: 4 * module] == 255).all()
    assert (pixels[4 * module : -4 * module : module, 4 * module : -4 * module : module] == np.where(modules, 0, 255)).all()


def test_a_code_that_is_too_small_or_too_long() -> None:
    side = (len(qr_modules("layoutgen")) + 2 * QUIET_ZONE) * SMALLEST_MODULE
    qr_image("layoutgen", side, side)
    for content, size, code in (("layoutgen", side - 1, "LG430"), ("a" * 2332, 2000, "LG431"), ("", 200, "LG431")):
        with pytest.raises(PosterError) as caught:
            qr_image(content, size, size, name="link")
        assert caught.value.diagnostics[0].code == code
        assert "`link`" in caught.value.diagnostics[0].message


def test_pictures_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("notes")
    whole = tmp_path / "whole.png"
    noise(64, 64).save(whole)
    (tmp_path / "cut.png").write_bytes(whole.read_bytes()[:2000])
    (tmp_path / "huge.png").write_bytes(_png_that_claims(60_000, 60_000))
    (tmp_path / "large.png").write_bytes(_png_that_claims(12_000, 12_000))
    expected = {
        "gone.png": "LG510",
        "": "LG510",
        "notes.png": "LG511",
        "cut.png": "LG511",
        "huge.png": "LG512",
        "large.png": "LG512",
    }
    for name, code in expected.items():
        with pytest.raises(PosterError) as caught:
            load_picture(tmp_path / name)
        assert caught.value.diagnostics[0].code == code, name


def test_a_picture_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20)).save(tmp_path / "photo.jpg", exif=exif)
    assert load_picture(tmp_path / "photo.jpg").size == (20, 40)


def test_a_rendered_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="the conditions ask for 400 × 500"):
        composite(page(), conditions(400, 500))


def test_the_crop_is_scaled_to_the_canvas() -> None:
    image = Image.new("RGB", (128, 96), "white")
    image.paste(SEA, (14, 8, 114, 88))
    generation = Generation(width=128, height=96, crop=(14, 8, 100, 80), scale=2.0)
    result = composite(image, conditions(200, 160, generation=generation))
    assert result.size == (200, 160)
    assert result.getcolors() == [(200 * 160, SEA)]


def _png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")


def test_a_picture_has_round_corners_padding_and_a_border_on_top(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "#ff0000").save(tmp_path / "red.png")
    text = """poster 1 "Round"
canvas x 400x400
backdrop { fill: #0000FF }
image photo "red.png" { box: 100px 100px 200px 200px; fit: cover; radius: 50%; border: #00FF00 10px }
image small "red.png" { box: 0px 0px 60px 60px; fit: cover; panel: #FFFFFF; padding: 20px }
"""
    poster = load_text(text, "round.poster", tmp_path)
    document, _ = bind(poster, {})
    lowered, _ = lower(document, solve(document, "x"), DRAFT)
    picture = composite(Image.new("RGB", (lowered.generation.width, lowered.generation.height), "#0000ff"), lowered)
    points = {"corner": (104, 104), "edge": (200, 104), "inside": (200, 120), "panel": (10, 10), "padded": (30, 30)}
    assert {name: picture.getpixel(point) for name, point in points.items()} == {
        "corner": (0, 0, 255),
        "edge": (0, 255, 0),
        "inside": (255, 0, 0),
        "panel": (255, 255, 255),
        "padded": (255, 0, 0),
    }


def test_a_badge_lies_on_the_photo_before_it(tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "#000000").save(tmp_path / "dark.png")
    text = """poster 1 "Badge"
canvas x 400x400
image photo "dark.png" { box: 0% 0% 100% 100%; fit: cover; overlap: allow }
region badge { at: center of canvas; size: 60% x 30%; overlap: allow; panel: #FFFFFF; slogan "New" { draw: typeset } }
"""
    document, _ = bind(load_text(text, "badge.poster", tmp_path), {})
    lowered, warnings = lower(document, solve(document, "x"), DRAFT)
    picture = composite(Image.new("RGB", (400, 400), "#0000ff"), lowered)
    assert (picture.getpixel((10, 10)), picture.getpixel((84, 144))) == ((0, 0, 0), (255, 255, 255))
    (overlay,) = [overlay for overlay in lowered.overlays if overlay.glyph]
    assert overlay.glyph is not None
    assert overlay.glyph.style.color == "#000000", "the words are read against the panel, not the photo"
    assert warnings == ()
