"""Colours: notation, WCAG's contrast, mixing, and OKLab there and back."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.base.color import (
    ciede2000,
    contrast,
    contrast_ratio,
    difference,
    from_oklab,
    is_hex,
    luminance,
    mix_hex,
    mix_oklab,
    over,
    over_hex,
    pixel_luminances,
    readable_on,
    relative_luminance,
    rgba,
    rgba8,
    to_cielab,
    to_hex,
    to_oklab,
)

COLORS = st.tuples(*[st.integers(0, 255)] * 3).map(to_hex)


@given(st.lists(st.integers(0, 255), min_size=3, max_size=4))
def test_hex_there_and_back(channels: list[int]) -> None:
    written = to_hex(channels)
    assert is_hex(written)
    assert list(rgba8(written)) == [*channels, 255][:4]
    assert to_hex(255 * part for part in rgba(written)) == to_hex(rgba8(written))


@pytest.mark.parametrize("text", ["", "#fff", "0b3c5d", "#0b3c5g", "#0b 3c 5d", "#0b3c5d8", "red"])
def test_what_is_not_a_colour(text: str) -> None:
    assert not is_hex(text)
    with pytest.raises(ValueError, match="is not a colour such as"):
        rgba8(text)


@given(COLORS, COLORS)
def test_contrast_is_that_of_wcag(a: str, b: str) -> None:
    assert 1 <= contrast(a, b) == contrast(b, a) <= 21.0000001
    assert contrast(a, b) == contrast_ratio(luminance(a), luminance(b))
    assert contrast(readable_on(a), a) >= 4.5
    pixels = np.array([rgba8(a)[:3], rgba8(b)[:3]], dtype=np.float64)
    assert pixel_luminances(pixels) == pytest.approx([luminance(a), luminance(b)])


def test_known_luminances() -> None:
    assert relative_luminance((1.0, 1.0, 1.0)) == pytest.approx(1)
    assert luminance("#ff0000") == pytest.approx(0.2126)
    assert luminance("#00ff0000") == pytest.approx(0.7152)  # alpha is not looked at


@given(COLORS, COLORS, st.floats(0, 1))
def test_mixing(a: str, b: str, share: float) -> None:
    assert mix_hex(f"{a}80", b, 0) == f"{a}80"
    assert mix_hex(a, b, 1) == f"{b}ff"
    assert over_hex(f"{a}ff", b) == a
    assert over_hex(f"{a}00", b) == b
    assert over(rgba(a), rgba(b)) == rgba(a)
    light = mix_oklab(to_oklab(rgba(a)[:3]), to_oklab(rgba(b)[:3]), share)[0]
    ends = to_oklab(rgba(a)[:3])[0], to_oklab(rgba(b)[:3])[0]
    assert min(ends) - 1e-9 <= light <= max(ends) + 1e-9


@given(COLORS)
def test_oklab_there_and_back(color: str) -> None:
    assert from_oklab(to_oklab(rgba(color)[:3])) == pytest.approx(rgba(color)[:3], abs=2e-4)


def test_checking_a_poster_needs_no_pixels() -> None:
    """Colours and boxes are used wherever a poster is checked, so they load neither numpy nor Pillow."""
    code = "import sys, layoutgen.base.color, layoutgen.base.geometry; print({'numpy', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


SHARMA = """
50 2.6772 -79.7751 50 0 -82.7485 2.0425
50 3.1571 -77.2803 50 0 -82.7485 2.8615
50 2.8361 -74.0200 50 0 -82.7485 3.4412
50 -1.3802 -84.2814 50 0 -82.7485 1
50 -1.1848 -84.8006 50 0 -82.7485 1
50 -0.9009 -85.5211 50 0 -82.7485 1
50 0 0 50 -1 2 2.3669
50 -1 2 50 0 0 2.3669
50 2.4900 -0.0010 50 -2.4900 0.0009 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0010 7.1792
50 2.4900 -0.0010 50 -2.4900 0.0011 7.2195
50 2.4900 -0.0010 50 -2.4900 0.0012 7.2195
50 -0.0010 2.4900 50 0.0009 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0010 -2.4900 4.8045
50 -0.0010 2.4900 50 0.0011 -2.4900 4.7461
50 2.5 0 50 0 -2.5 4.3065
50 2.5 0 73 25 -18 27.1492
50 2.5 0 61 -5 29 22.8977
50 2.5 0 56 -27 -3 31.9030
50 2.5 0 58 24 15 19.4535
50 2.5 0 50 3.1736 0.5854 1
50 2.5 0 50 3.2972 0 1
50 2.5 0 50 1.8634 0.5757 1
50 2.5 0 50 3.2592 0.3350 1
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""
"""Two colours in CIELAB and their difference: table 1 of Sharma, Wu and Dalal, `The CIEDE2000 color-difference formula`."""


@pytest.mark.parametrize("row", SHARMA.strip().splitlines())
def test_ciede2000_agrees_with_the_published_pairs(row: str) -> None:
    *pair, expected = map(float, row.split())
    first, second = (pair[0], pair[1], pair[2]), (pair[3], pair[4], pair[5])
    assert ciede2000(first, second) == pytest.approx(expected, abs=5e-5)
    assert ciede2000(second, first) == pytest.approx(expected, abs=5e-5)


def test_differences_of_hex_colours() -> None:
    assert to_cielab((1.0, 1.0, 1.0)) == pytest.approx((100, 0, 0), abs=0.02)
    assert to_cielab((1.0, 0.0, 0.0)) == pytest.approx((53.24, 80.09, 67.20), abs=0.02)
    assert difference("#000000", "#ffffff") == pytest.approx(100, abs=0.01)
    assert difference("#e4002b", "#e4002b") == 0
    assert difference("#e4002b80", "#e4002bff") == 0
