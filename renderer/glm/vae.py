"""Pictures to latents and back, normalised as the decoder takes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.image_processor import VaeImageProcessor
from PIL import Image
from torch import Tensor

TOKEN = 16
"""Side of a picture token, pixels. A picture is scaled down to whole tokens, as in the stock pipeline."""


def scale_factor(vae: Any) -> int:
    """Pixels on a side of one latent."""
    return int(2 ** (len(vae.config.block_out_channels) - 1))


@torch.no_grad()
def encode_image(
    vae: Any, image: Image.Image, *, device: torch.device | None = None, dtype: torch.dtype | None = None
) -> Tensor:
    """The mode of a picture's latents, (1, channels, height / 8, width / 8), less their mean, over their deviation."""
    width, height = (side // TOKEN * TOKEN for side in image.size)
    if not width or not height:
        raise ValueError(f"a picture of {image.width} x {image.height} is smaller than a token of {TOKEN} pixels")
    pixels = VaeImageProcessor(vae_scale_factor=scale_factor(vae)).preprocess(image.convert("RGB"), height=height, width=width)
    dtype = dtype or vae.dtype
    latents: Tensor = vae.encode(pixels.to(device or vae.device, dtype)).latent_dist.mode()
    mean, deviation = _moments(vae, latents)
    return (latents - mean) / deviation


@torch.no_grad()
def decode_latents(vae: Any, latents: Tensor, *, device: torch.device | None = None, tiling: bool = False) -> Image.Image:
    """The picture, RGB, of normalised latents (1, channels, height, width).

    `tiling` decodes large pictures piece by piece, with less memory and faint seams.
    """
    latents = latents.to(device or vae.device, vae.dtype)
    mean, deviation = _moments(vae, latents)
    with _tiled(vae, tiling):
        pixels = vae.decode(latents * deviation + mean, return_dict=False)[0]
    pictures: list[Image.Image] = VaeImageProcessor(vae_scale_factor=scale_factor(vae)).postprocess(pixels, output_type="pil")
    return pictures[0]


def _moments(vae: Any, like: Tensor) -> tuple[Tensor, Tensor]:
    mean, deviation = (
        torch.tensor(values).view(1, -1, 1, 1).to(like.device, like.dtype)
        for values in (vae.config.latents_mean, vae.config.latents_std)
    )
    return mean, deviation


@contextmanager
def _tiled(vae: Any, on: bool) -> Iterator[None]:
    before = vae.use_tiling
    vae.use_tiling = on or before
    try:
        yield
    finally:
        vae.use_tiling = before
