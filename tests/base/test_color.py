"""Colours: notation, WCAG's contrast, mixing, and OKLab there and back."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.base.color import (
    contrast,
    contrast_ratio,
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
