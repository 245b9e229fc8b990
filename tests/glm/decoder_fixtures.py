"""What the tests of decoding share: the tiny pipeline, plans, reference pictures, a picture to draw on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import GlmImagePipeline
from PIL import Image
from torch import Tensor

from layoutgen.renderer.glm.decoder import Decoded, DecoderSettings, decode
from layoutgen.renderer.glm.glyphs import encode_glyphs
from layoutgen.renderer.glm.references import References
from tests.glm.tiny_checkpoint import CODEBOOK

SIZE = (96, 64)
STEPS = 5
QUICK = DecoderSettings(steps=STEPS, passes="separate")
WORDS = ("Sale", "Grand Café")


def load(folder: Path) -> Any:
    pipeline = GlmImagePipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def prior_tokens(size: tuple[int, int] = SIZE, seed: int = 0) -> Tensor:
    """A plan, on the decoder's grid; its cells are smaller than a real plan's, which does not matter to the decoder."""
    count = size[0] // 16 * (size[1] // 16)
    return torch.randint(0, CODEBOOK, (1, count), generator=torch.Generator().manual_seed(seed))


def picture(size: tuple[int, int] = SIZE, seed: int = 0) -> Image.Image:
    """Soft random colours."""
    small = np.random.default_rng(seed).integers(0, 256, (4, 6, 3), np.uint8)
    return Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)


def reference_pictures(*sizes: tuple[int, int]) -> References:
    images = tuple(picture(size, seed) for seed, size in enumerate(sizes))
    tokens = tuple(prior_tokens(size, seed=10 + seed)[0] for seed, size in enumerate(sizes))
    return References(images, tokens, torch.tensor([(1, size[1] // 16, size[0] // 16) for size in sizes]), ())


def decoded(pipeline: Any, settings: DecoderSettings = QUICK, *, words: tuple[str, ...] = WORDS, **options: Any) -> Decoded:
    size = options.pop("size", SIZE)
    prior = options.pop("prior", None)
    bias, seed = options.pop("bias", None), options.pop("seed", 0)
    prior = prior_tokens(size) if prior is None else prior
    return decode(pipeline, prior, encode_glyphs(pipeline, words), bias, size=size, seed=seed, settings=settings, **options)


def stock(
    pipeline: Any,
    settings: DecoderSettings = QUICK,
    *,
    words: tuple[str, ...] = WORDS,
    size: tuple[int, int] = SIZE,
    seed: int = 0,
    references: References | None = None,
    output: str = "latent",
) -> Any:
    """The stock pipeline's latents or picture, from the same prior tokens and glyphs."""
    given: dict[str, Any] = {}
    if references:
        given = {
            "image": list(references.images),
            "prior_token_image_ids": [torch.cat(references.tokens)],
            "source_image_grid_thw": [references.grids],
        }
    return pipeline(
        prompt=None,
        prompt_embeds=encode_glyphs(pipeline, words).embeddings,
        prior_token_ids=prior_tokens(size),
        width=size[0],
        height=size[1],
        num_inference_steps=settings.steps,
        guidance_scale=settings.guidance,
        generator=torch.Generator().manual_seed(seed),
        output_type=output,
        **given,
    ).images
