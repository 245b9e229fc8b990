"""Repair: chosen boxes are made again; outside their feather nothing changes, not by a bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from layoutgen.compositing.composite import blend
from layoutgen.conditions.model import CanvasSize, Conditions, Generation
from layoutgen.renderer.glm.decoder import Decoded, DecoderSettings
from layoutgen.renderer.glm.regions import FloatBox
from layoutgen.renderer.glm.repair import KeptLatents, KeptPicture
from layoutgen.renderer.glm.vae import decode_latents, encode_image
from tests.glm.decoder_fixtures import STEPS, decoded, load, picture, reference_pictures

SIZE = (192, 128)
SETTINGS = DecoderSettings(steps=STEPS, passes="separate", feather=24)
BOX = (40.0, 33.0, 52.0, 30.0)


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return load(tiny_checkpoint)


@pytest.fixture(scope="module")
def first(pipeline: Any) -> Decoded:
    return decoded(pipeline, SETTINGS, size=SIZE)


def keep_of(first: Decoded, *boxes: FloatBox, protected: tuple[FloatBox, ...] = ()) -> KeptPicture:
    return KeptPicture(first.latents, first.image, boxes or (BOX,), protected)


def blank(*boxes: FloatBox, protected: tuple[FloatBox, ...] = (), size: tuple[int, int] = SIZE) -> KeptPicture:
    return KeptPicture(torch.zeros(1, 16, size[1] // 8, size[0] // 8), Image.new("RGB", size), boxes, protected)


def changes(**values: Any) -> DecoderSettings:
    return DecoderSettings.model_validate({**SETTINGS.model_dump(), **values})


@pytest.mark.parametrize("values", [{}, {"repair_strength": 0.7}, {"feather": 0}, {"passes": "together"}])
@pytest.mark.parametrize("start", [None, "draft"])
def test_outside_the_feather_nothing_changes(pipeline: Any, first: Decoded, values: dict[str, Any], start: str | None) -> None:
    used, keep = changes(**values), keep_of(first)
    given_start = picture(SIZE) if start else None
    again = decoded(pipeline, used, size=SIZE, seed=9, words=("Sold",), keep=keep, start=given_start)

    mask = torch.from_numpy(keep.mask(8, used.feather, pitch=8))
    outside, inside = mask == 0, mask == 1
    assert outside.any()
    assert inside.any()
    assert torch.equal(again.latents[..., outside].view(torch.int32), first.latents[..., outside].view(torch.int32))
    assert not torch.isclose(again.latents[..., inside], first.latents[..., inside]).all(1).any()

    shares = keep.mask(8, used.feather, pitch=1)
    old, new = np.asarray(first.image), np.asarray(again.image)
    assert np.array_equal(old[shares == 0], new[shares == 0])
    assert not np.array_equal(old[shares == 1], new[shares == 1])


def test_inside_the_box_the_pixels_are_those_of_the_new_latents(pipeline: Any, first: Decoded) -> None:
    keep = keep_of(first)
    again = decoded(pipeline, SETTINGS, size=SIZE, seed=9, keep=keep)
    inside = keep.mask(8, SETTINGS.feather, pitch=1) == 1
    plain = decode_latents(pipeline.vae, again.latents)
    assert np.array_equal(np.asarray(again.image)[inside], np.asarray(plain)[inside])


@pytest.mark.parametrize("references", [None, reference_pictures((64, 64))])
def test_a_repair_of_everything_is_a_new_picture(pipeline: Any, first: Decoded, references: Any) -> None:
    whole = keep_of(first, (0.0, 0.0, *map(float, SIZE)))
    repaired = decoded(pipeline, SETTINGS, size=SIZE, seed=9, keep=whole, references=references)
    new = decoded(pipeline, SETTINGS, size=SIZE, seed=9, references=references)
    assert torch.equal(repaired.latents, new.latents)
    assert repaired.image.tobytes() == new.image.tobytes()


def test_a_repair_may_start_from_the_draft(pipeline: Any, first: Decoded) -> None:
    """The weaker it is, the closer the box stays to what it started from."""
    draft = picture(SIZE, seed=3)
    expected = encode_image(pipeline.vae, draft)
    keep = keep_of(first)
    inside = torch.from_numpy(keep.mask(8, SETTINGS.feather, pitch=8)) == 1
    far = [
        (decoded(pipeline, changes(steps=12, repair_strength=strength), size=SIZE, keep=keep, start=draft).latents - expected)[
            ..., inside
        ]
        .abs()
        .mean()
        for strength in (0.1, 0.5, 1.0)
    ]
    assert far == sorted(far)


def test_what_is_kept_is_seen_at_every_noise_level() -> None:
    kept, noise, latents = torch.randn(3, 1, 4, 2, 3)
    mask = torch.tensor([[0.0, 0.5, 1.0], [0.0, 0.0, 1.0]])[None, None]
    hold = KeptLatents(kept, noise, mask)
    for sigma in torch.tensor([1.0, 0.6, 0.0]):
        held = hold(latents, sigma)
        real = (1 - sigma) * kept + sigma * noise
        torch.testing.assert_close(held, real + mask * (latents - real))
        assert torch.equal(held[..., 1, 2], latents[..., 1, 2])
    assert torch.equal(hold(latents, torch.tensor(0.0))[..., 0], kept[..., 0])
    unknown = torch.full_like(latents, torch.nan)
    assert torch.equal(hold(unknown, torch.tensor(0.0))[..., 0], kept[..., 0])


sides = st.integers(0, 200)
boxes = st.tuples(sides, sides, st.integers(1, 200), st.integers(1, 200)).map(lambda box: tuple(map(float, box)))


@settings(max_examples=60, deadline=None)
@given(box=boxes, feather=st.sampled_from([0, 8, 20, 64]))
def test_masks_cover_boxes_and_fade_within_the_feather(box: Any, feather: int) -> None:
    left, top, width, height = box
    if left >= SIZE[0] or top >= SIZE[1]:
        with pytest.raises(ValueError, match="inside the picture"):
            blank(box).mask(8, feather, pitch=1)
        return
    pixels, cells = (blank(box).mask(8, feather, pitch=pitch) for pitch in (1, 8))
    assert pixels.shape == SIZE[::-1]
    assert cells.shape == (SIZE[1] // 8, SIZE[0] // 8)
    assert (pixels[int(top) : int(top + height), int(left) : int(left + width)] == 1).all()
    for mask, pitch in ((pixels, 1), (cells, 8)):
        assert mask.min() >= 0
        assert mask.max() == 1
        y, x = np.nonzero(mask)
        reach = 8 + feather
        assert (x * pitch + pitch > left - reach).all()
        assert (x * pitch < left + width + reach).all()
        assert (y * pitch + pitch > top - reach).all()
        assert (y * pitch < top + height + reach).all()
    # Pixels are made again exactly where the latents are.
    assert np.array_equal(np.kron(cells == 1, np.ones((8, 8), bool)), pixels == 1)


def test_boxes_are_snapped_to_cells_and_joined() -> None:
    mask = blank((9.0, 9.0, 6.0, 6.0), (100.0, 100.0, 4.0, 4.0)).mask(8, 0, pitch=1)
    expected = np.zeros_like(mask)
    expected[8:16, 8:16] = expected[96:104, 96:104] = 1
    assert np.array_equal(mask, expected)
    on_the_line = blank((16.0, 16.0, 16.0000001, 16.0)).mask(8, 0, pitch=8)
    assert on_the_line.sum() == 4


def test_no_feather_reaches_into_protected_boxes() -> None:
    neighbour = (64.0, 64.0, 40.0, 16.0)
    mask = blank((64.0, 80.0, 40.0, 16.0), protected=(neighbour,)).mask(8, 32, pitch=1)
    assert (mask[64:80, 64:104] == 0).all()
    assert (mask[80:96, 64:104] == 1).all()
    assert 0 < mask[85, 120] < 1
    overlapping = blank((64.0, 76.0, 40.0, 20.0), protected=(neighbour,)).mask(8, 32, pitch=1)
    assert (overlapping[72:96, 64:104] == 1).all()


@pytest.mark.parametrize("outside", [(), ((300.0, 10.0, 20.0, 20.0),), ((-30.0, 10.0, 20.0, 20.0),)])
def test_a_repair_needs_a_box(outside: tuple[FloatBox, ...]) -> None:
    with pytest.raises(ValueError, match="at least one box"):
        blank(*outside).mask(8, 16, pitch=8)


def test_boxes_of_the_canvas_become_boxes_of_the_generation(first: Decoded) -> None:
    conditions = Conditions(
        canvas=CanvasSize(name="feed", width=344, height=256),
        locale="en",
        generation=Generation(width=192, height=128, crop=(10, 0, 172, 128), scale=2.0),
        prompt="",
    )
    keep = KeptPicture.of(conditions, first.latents, first.image, [(20, 40, 60, 80)], [(0, 0, 344, 256)])
    assert keep.boxes == ((20.0, 20.0, 30.0, 40.0),)
    assert keep.protected == ((10.0, 0.0, 172.0, 128.0),)


def test_the_kept_picture_must_have_the_size(pipeline: Any, first: Decoded) -> None:
    with pytest.raises(ValueError, match="is made"):
        decoded(pipeline, SETTINGS, size=SIZE, keep=KeptPicture(first.latents, picture((64, 64)), (BOX,)))


def test_pictures_are_mixed_by_the_mask() -> None:
    black, white = (Image.new("RGB", (2, 1), color) for color in ("black", "white"))
    mixed = blend(black, white, np.array([[0.25, 1.0]], np.float32))
    assert mixed.getpixel((0, 0)) == (64, 64, 64)
    assert mixed.getpixel((1, 0)) == (255, 255, 255)
