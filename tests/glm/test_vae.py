"""Pictures to latents and back, as the stock pipeline does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from layoutgen.renderer.glm.vae import decode_latents, encode_image, scale_factor
from tests.glm.decoder_fixtures import load, picture


@pytest.fixture(scope="module")
def vae(tiny_checkpoint: Path) -> Any:
    return load(tiny_checkpoint).vae


def test_latents_are_normalised(vae: Any) -> None:
    image = picture((96, 64))
    latents = encode_image(vae, image)
    assert latents.shape == (1, 16, 8, 12)
    pixels = torch.from_numpy(np.asarray(image, np.float32) / 255).permute(2, 0, 1)[None] * 2 - 1
    with torch.no_grad():
        mode = vae.encode(pixels).latent_dist.mode()
    mean, deviation = (torch.tensor(values).view(1, -1, 1, 1) for values in (vae.config.latents_mean, vae.config.latents_std))
    torch.testing.assert_close(latents * deviation + mean, mode)


def test_a_picture_is_scaled_down_to_whole_tokens(vae: Any) -> None:
    image = picture((101, 70))
    assert torch.equal(encode_image(vae, image), encode_image(vae, image.resize((96, 64), Image.Resampling.LANCZOS)))


def test_every_mode_of_colour_is_read_as_rgb(vae: Any) -> None:
    image = picture()
    opaque = image.copy()
    opaque.putalpha(255)
    assert torch.equal(encode_image(vae, opaque), encode_image(vae, image))
    assert encode_image(vae, image.convert("L")).shape == (1, 16, 8, 12)


def test_a_picture_smaller_than_a_token(vae: Any) -> None:
    with pytest.raises(ValueError, match="smaller than a token"):
        encode_image(vae, picture((15, 64)))


def test_the_same_latents_give_the_same_picture(vae: Any) -> None:
    latents = torch.randn(1, 16, 8, 12, generator=torch.Generator().manual_seed(0))
    image = decode_latents(vae, latents)
    assert image.mode == "RGB"
    assert image.size == (96, 64)
    assert image.tobytes() == decode_latents(vae, latents).tobytes()
    assert scale_factor(vae) == 8


def test_tiles_give_nearly_the_same_picture_and_are_switched_off_again(vae: Any) -> None:
    latents = torch.randn(1, 16, 24, 24, generator=torch.Generator().manual_seed(0))
    whole, tiled = decode_latents(vae, latents), decode_latents(vae, latents, tiling=True)
    assert tiled.size == whole.size
    assert tiled.tobytes() != whole.tobytes()
    assert np.abs(np.asarray(whole, float) - np.asarray(tiled, float)).mean() < 16
    assert not vae.use_tiling


def test_tiles_are_switched_off_again_after_an_error(vae: Any) -> None:
    with pytest.raises(RuntimeError):
        decode_latents(vae, torch.zeros(1, 3, 24, 24), tiling=True)
    assert not vae.use_tiling
