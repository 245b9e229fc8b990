"""The four networks in their small sizes: the same classes as GLM-Image's, made from the same kinds of configuration."""

from __future__ import annotations

from typing import Any

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, GlmImageTransformer2DModel
from transformers import GenerationConfig, GlmImageConfig, GlmImageForConditionalGeneration, T5Config, T5EncoderModel
from transformers.models.glm_image.configuration_glm_image import GlmImageVisionConfig, GlmImageVQVAEConfig
from transformers.models.glm_image.modeling_glm_image import GlmImageVisionModel, GlmImageVQVAE

from layoutgen.renderer.mini import VIEWS

CODEBOOK = 2048
SPARE = 128
"""Rows after the codebook, as in the published checkpoint; the first two are image start and image end."""
GLYPH_WIDTH = 192
_LEAST_SHIFT, _MORE_SHIFT, _BASE_TOKENS = 0.25, 0.75, 256
"""Of the scheduler, as published."""
CHANNELS = 16


def make_vae() -> AutoencoderKL:
    """Its residual branches start at zero and the rest preserves lengths, so that colours pass through from the first step."""
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 32, 64, 96),
        layers_per_block=1,
        latent_channels=CHANNELS,
        norm_num_groups=1,  # more would take the colour out of even surfaces, with so few channels
        sample_size=512,
        use_quant_conv=False,
        use_post_quant_conv=False,
        mid_block_add_attention=False,
        force_upcast=False,
        scaling_factor=1.0,
        latents_mean=[0.0] * CHANNELS,
        latents_std=[1.0] * CHANNELS,
    )
    for name, weight in vae.named_parameters():
        if name.endswith("conv2.weight"):
            torch.nn.init.zeros_(weight)
        elif weight.ndim == 4 and "resnets" not in name:
            torch.nn.init.normal_(weight, std=0.1 * weight[0].numel() ** -0.5)
            with torch.no_grad():
                middle = weight[:, :, weight.shape[2] // 2, weight.shape[3] // 2]
                middle += torch.nn.init.orthogonal_(torch.empty_like(middle))
    return vae


def make_decoder() -> GlmImageTransformer2DModel:
    """6 blocks, 10 heads of 32. Gates and the last layer start at zero, so that training starts from the identity."""
    decoder = GlmImageTransformer2DModel(
        patch_size=2,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        num_layers=6,
        attention_head_dim=32,
        num_attention_heads=len(VIEWS),
        text_embed_dim=GLYPH_WIDTH,
        time_embed_dim=32,
        condition_dim=16,
        prior_vq_quantizer_codebook_size=CODEBOOK,
    )
    with torch.no_grad():
        for block in decoder.transformer_blocks:
            torch.nn.init.zeros_(block.norm1.linear.weight)
            torch.nn.init.zeros_(block.norm1.linear.bias)
        torch.nn.init.zeros_(decoder.proj_out.weight)
        torch.nn.init.zeros_(decoder.proj_out.bias)
    return decoder


def make_glyph_encoder() -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(
            vocab_size=384,
            d_model=GLYPH_WIDTH,
            d_kv=32,
            d_ff=384,
            num_layers=2,
            num_heads=6,
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            relative_attention_num_buckets=96,
            pad_token_id=0,
            eos_token_id=1,
            is_encoder_decoder=False,
            use_cache=False,
        )
    )


VISION: dict[str, Any] = {
    "depth": 4,
    "hidden_size": 160,
    "num_heads": 4,
    "intermediate_size": 480,
    "image_size": 512,
    "patch_size": 16,
}
CODES: dict[str, Any] = {"embed_dim": 24, "num_embeddings": CODEBOOK, "latent_channels": 160}


def vision_parts() -> tuple[GlmImageVisionModel, GlmImageVQVAE]:
    """The planner's vision tower and codebook on their own."""
    return GlmImageVisionModel(GlmImageVisionConfig(**VISION)), GlmImageVQVAE(GlmImageVQVAEConfig(**CODES))


def make_planner(text: Any) -> GlmImageForConditionalGeneration:
    """The planner with its vision tower and codebook; `text` is the tokenizer."""
    pad, image = text.convert_tokens_to_ids(["<|endoftext|>", "<|image|>"])
    config = GlmImageConfig(
        text_config={
            "vocab_size": len(text),
            "hidden_size": 256,
            "intermediate_size": 576,
            "num_hidden_layers": 5,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 4096,
            "pad_token_id": pad,
            "eos_token_id": CODEBOOK + 1,
            "vision_vocab_size": CODEBOOK + SPARE,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "partial_rotary_factor": 0.5,
                "mrope_section": [4, 6, 6],
            },
        },
        vision_config=VISION,
        vq_config=CODES,
        image_token_id=image,
        image_start_token_id=CODEBOOK,
        image_end_token_id=CODEBOOK + 1,
    )
    model = GlmImageForConditionalGeneration(config)
    model.generation_config = GenerationConfig(
        do_sample=True, temperature=0.9, top_p=0.75, eos_token_id=CODEBOOK + 1, pad_token_id=pad
    )
    return model


def make_scheduler() -> FlowMatchEulerDiscreteScheduler:
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1000,
        shift=1.0,
        use_dynamic_shifting=True,
        base_shift=_LEAST_SHIFT,
        max_shift=_MORE_SHIFT,
        base_image_seq_len=_BASE_TOKENS,
        max_image_seq_len=4096,
        time_shift_type="linear",
    )


def shifted(timestep: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """The noise level of a timestep (both 0 … 1) in a picture of `tokens` tokens, as the scheduler shifts it."""
    shift = _LEAST_SHIFT + _MORE_SHIFT * (tokens / _BASE_TOKENS).sqrt()
    return shift * timestep / (1 + (shift - 1) * timestep)
