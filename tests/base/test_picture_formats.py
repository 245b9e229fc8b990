"""Picture formats: one table, complete, and true about what each can carry."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image

from layoutgen.base.picture_formats import FORMATS, SUFFIXES, FormatName, decode, encode, format_of, made_by_layoutgen
from layoutgen.diagnostics import PosterError

NOISE = Image.fromarray(np.random.default_rng(7).integers(0, 255, (48, 64, 3), np.uint8))


def test_the_table_is_complete() -> None:
    assert tuple(FORMATS) == get_args(FormatName)
    assert all(suffix in item.suffixes for name, item in FORMATS.items() for suffix in [f".{name}"])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_a_format_carries(suffix: str, tmp_path: Path) -> None:
    item = format_of(suffix.upper())
    raw = encode(NOISE, suffix, {"Software": "layoutgen 1"})
    assert raw == encode(NOISE, suffix, {"Software": "layoutgen 1"}), "the same picture gives the same bytes"
    read = decode(raw, suffix)
    assert (read is None) == (item.pillow is None)
    if read is not None:
        assert (read.tobytes() == NOISE.tobytes()) == item.lossless
    if item.shrinks:
        assert len(encode(NOISE, suffix, quality=30)) < len(encode(NOISE, suffix))
    path = tmp_path / f"a{suffix}"
    path.write_bytes(raw)
    assert made_by_layoutgen(path)


@pytest.mark.parametrize(
    ("suffix", "name", "message"), [(".tiff", "", "`.tiff`"), (".tiff", "a.tiff", "`a.tiff`"), ("", "", "no suffix")]
)
def test_other_formats_are_refused(suffix: str, name: str, message: str) -> None:
    with pytest.raises(PosterError) as caught:
        format_of(suffix, name)
    assert (caught.value.diagnostics[0].code, message in caught.value.diagnostics[0].message) == ("LG958", True)
