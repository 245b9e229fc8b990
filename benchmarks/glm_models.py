"""GLM-Image in its published configuration with random weights: as large as the real one, and nothing to download."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, GlmImagePipeline, GlmImageTransformer2DModel
from transformers import (
    ByT5Tokenizer,
    GenerationConfig,
    GlmImageConfig,
    GlmImageForConditionalGeneration,
    T5Config,
    T5EncoderModel,
)

sys.path.insert(0, str(Path(__file__).parents[1]))

from layoutgen.renderer.mini.training.models import make_scheduler
from tests.glm.tiny_checkpoint import build_tiny, text_processor

CODEBOOK = 16384
GLYPHS: dict[str, Any] = {
    "vocab_size": 384,
    "d_model": 1472,
    "d_kv": 64,
    "d_ff": 3584,
    "num_layers": 12,
    "num_heads": 6,
    "feed_forward_proj": "gated-gelu",
}
VAE: dict[str, Any] = {
    "down_block_types": ("DownEncoderBlock2D",) * 4,
    "up_block_types": ("UpDecoderBlock2D",) * 4,
    "block_out_channels": (128, 512, 1024, 1024),
    "layers_per_block": 3,
    "latent_channels": 16,
    "sample_size": 1024,
    "use_quant_conv": False,
    "use_post_quant_conv": False,
    "mid_block_add_attention": False,
    "force_upcast": False,
    "scaling_factor": 1.0,
    "latents_mean": [0.0] * 16,
    "latents_std": [1.0] * 16,
}
ROPE = {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5, "mrope_section": [8, 12, 12]}


def published(device: torch.device, dtype: torch.dtype = torch.bfloat16, *, layers: int | None = None) -> Any:
    """The stock pipeline, 35 GB in bfloat16, on `device`. `layers`: fewer blocks, to try the benchmark itself out."""
    processor = text_processor(CODEBOOK)
    image, pad = processor.tokenizer.convert_tokens_to_ids(["<|image|>", "<|endoftext|>"])
    text: dict[str, Any] = {"rope_parameters": ROPE, "pad_token_id": pad}
    vision: dict[str, Any] = {}
    less = {} if layers is None else {"num_layers": layers}
    if layers is not None:
        text["num_hidden_layers"] = vision["depth"] = layers
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        # Made where they will be: the weights are whatever the classes begin with, and their buffers are right.
        with torch.device(device):
            planner = GlmImageForConditionalGeneration(
                GlmImageConfig(text_config=text, vision_config=vision, image_token_id=image)
            )
            decoder = GlmImageTransformer2DModel(num_attention_heads=32, attention_head_dim=128, **less)
            glyphs = T5EncoderModel(T5Config(**GLYPHS))
            vae = AutoencoderKL(**VAE)
    finally:
        torch.set_default_dtype(before)
    # Random weights leave the codebook now and then, on which the stock pipeline crashes.
    outside = [*range(CODEBOOK, planner.config.get_text_config().vision_vocab_size)]
    planner.generation_config = GenerationConfig(
        do_sample=True, temperature=0.9, top_p=0.75, eos_token_id=CODEBOOK + 1, pad_token_id=pad, suppress_tokens=outside
    )
    return GlmImagePipeline(
        tokenizer=ByT5Tokenizer(),
        processor=processor,
        text_encoder=glyphs.eval().requires_grad_(False),
        vision_language_encoder=planner.eval().requires_grad_(False),
        vae=vae.eval().requires_grad_(False),
        transformer=decoder.eval().requires_grad_(False),
        scheduler=make_scheduler(),
    )


def tiny(folder: Path) -> Path:
    """The checkpoint of the tests, where there is no GPU."""
    return build_tiny(folder)
