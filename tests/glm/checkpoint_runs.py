"""What the tests of loading and of memory run: both halves of a checkpoint, once, with fixed inputs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm.adapters import quiet
from layoutgen.renderer.glm.loading import Components


def outputs(components: Components) -> tuple[torch.Tensor, torch.Tensor]:
    """Latents after three steps from fixed prior tokens, and the planner's scores after a prompt."""
    pipeline = components.pipeline
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad(), quiet():
        glyphs = pipeline._get_glyph_embeds('"HI"')
        pipeline.set_progress_bar_config(disable=True)
        latents = pipeline(
            prompt=None,
            prompt_embeds=glyphs,
            negative_prompt_embeds=torch.zeros_like(glyphs),
            prior_token_ids=torch.arange(16).view(1, 16),
            height=64,
            width=64,
            num_inference_steps=3,
            output_type="latent",
            generator=generator,
        ).images
        words = components.processor.tokenizer("A sign<sop>2 2<eop>", return_tensors="pt")
        scores = components.vision_language_encoder(**words).logits
    return latents, scores


def message(action: Callable[[], object]) -> str:
    """What the error of an action says."""
    with pytest.raises(PosterError) as caught:
        action()
    return str(caught.value)
