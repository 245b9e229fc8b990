from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from layoutgen.base.color import contrast, luminance, over_hex, readable_on, rgba8
from layoutgen.base.style import Gradient
from layoutgen.typeset.paint import fill, rounded_mask, rounded_rectangle


def test_colours() -> None:
    assert rgba8("#0b3c5d") == (11, 60, 93, 255)
    assert rgba8("#0b3c5d80") == (11, 60, 93, 128)
    for bad in ("red", "#fff", "#gggggg"):
        with pytest.raises(ValueError):  # noqa: PT011
            rgba8(bad)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert luminance("#ff0000") == pytest.approx(0.2126)


def test_contrast_of_a_gradient_is_its_worst() -> None:
    gradient = Gradient(stops=("#000000", "#777777"))
    assert contrast("#ffffff", gradient) == contrast("#ffffff", "#777777")


def test_readable_on() -> None:
    assert readable_on("#0b3c5d") == "#ffffff"
    assert readable_on("#f2a541") == "#000000"


def test_over() -> None:
    assert over_hex("#ff000080", "#000000") == "#800000"


@pytest.mark.parametrize(("angle", "first", "last"), [(0, (0, 10), (19, 10)), (90, (10, 0), (10, 19)), (45, (0, 0), (19, 19))])
def test_gradients_run_along_their_angle(angle: float, first: tuple[int, int], last: tuple[int, int]) -> None:
    image = fill((20, 20), Gradient(stops=("#000000", "#ffffff"), angle=angle))
    pixels = np.asarray(image)
    assert pixels[first[1], first[0], 0] < 15
    assert pixels[last[1], last[0], 0] > 240
    assert pixels.dtype == np.uint8


def test_a_rounded_mask_is_symmetric_and_antialiased() -> None:
    mask = np.asarray(rounded_mask((40, 30), 9.5))
    assert (mask == mask[::-1]).all()
    assert (mask == mask[:, ::-1]).all()
    assert mask[0, 0] == 0
    assert mask[15, 20] == 255
    assert len(np.unique(mask)) > 4


def test_a_panel_with_a_border_stays_in_its_box() -> None:
    image = Image.new("RGB", (100, 80), "#000000")
    rounded_rectangle(image, (20, 10, 50, 40), "#ff0000", radius=8, border=("#00ff00", 3))
    pixels = np.asarray(image)
    assert tuple(pixels[30, 45]) == (255, 0, 0)
    assert tuple(pixels[30, 21]) == (0, 255, 0)
    changed = pixels.max(axis=2)
    assert not changed[:10].any()
    assert not changed[50:].any()
    assert not changed[:, :20].any()
    assert not changed[:, 70:].any()


def test_a_translucent_panel_mixes() -> None:
    image = Image.new("RGB", (10, 10), "#000000")
    rounded_rectangle(image, (0, 0, 10, 10), "#ff0000", opacity=0.5)
    assert image.getpixel((5, 5)) == (128, 0, 0)
