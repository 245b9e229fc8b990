"""A tiny GLM-Image checkpoint: the real classes and the real folder layout, random weights, about a megabyte.

Everything that the engine reads off a checkpoint keeps its meaning: the visual tokens come first in the vocabulary (codebook,
then image start, image end and spare ones), the text follows; the chat template writes the pictures before the words; the
processor doubles as tokenizer and picture processor. Only the sizes differ, so no code may rely on the published numbers.
"""

from __future__ import annotations

import math
from pathlib import Path

import torch
from diffusers import AutoencoderKL, GlmImagePipeline, GlmImageTransformer2DModel
from tokenizers import pre_tokenizers
from transformers import (
    ByT5Tokenizer,
    GenerationConfig,
    GlmImageConfig,
    GlmImageForConditionalGeneration,
    GlmImageProcessor,
    PreTrainedTokenizerFast,
    T5Config,
    T5EncoderModel,
)

from layoutgen.renderer.mini.training.models import SPARE, make_scheduler
from layoutgen.renderer.mini.training.tokenizer import processor_of

CODEBOOK = 64
VISION_VOCAB = CODEBOOK + SPARE
"""As in the real checkpoint, spare rows follow the codebook; the first two are image start and image end."""

IMAGE_START = CODEBOOK
IMAGE_END = CODEBOOK + 1

_ANCHOR = 4.0
"""Value of the one embedding channel that no layer writes to: it gives the head, which has no bias, a constant to lean on."""


def build_tiny(folder: Path, *, layers: int = 2, eos_prone: bool = False, seed: int = 0) -> Path:
    """Write the tiny checkpoint into `folder` and return it.

    `layers` is the depth of the planner and of the decoder (1 lets an attention mask be tested exactly). `eos_prone` makes the
    planner end its grids early, as random weights and, rarely, the published ones do; without it nothing but codebook tokens
    is ever sampled.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        text = text_processor()
        pipeline = GlmImagePipeline(
            tokenizer=ByT5Tokenizer(),
            processor=text,
            text_encoder=_glyph_encoder(),
            vision_language_encoder=_planner(text.tokenizer, layers, eos_prone),
            vae=_vae(),
            transformer=_decoder(layers),
            scheduler=make_scheduler(),
        )
    pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


def text_processor(codebook: int = CODEBOOK) -> GlmImageProcessor:
    """The processor of a planner with this many codebook tokens, and a handful of words."""
    merges = [("t", "h"), ("th", "e"), ("i", "n"), ("a", "n"), ("Ġ", "a"), ("Ġ", "the")]
    words = [*sorted(pre_tokenizers.ByteLevel.alphabet()), *("".join(pair) for pair in merges)]
    processor: GlmImageProcessor = processor_of(words, merges, codebook=codebook, sides=(512, 2048))
    return processor


def _glyph_encoder() -> T5EncoderModel:
    config = T5Config(
        vocab_size=384,
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        pad_token_id=0,
        eos_token_id=1,
        is_encoder_decoder=False,
        use_cache=False,
    )
    return T5EncoderModel(config).eval()


def _planner(text: PreTrainedTokenizerFast, layers: int, eos_prone: bool) -> GlmImageForConditionalGeneration:
    pad, image = text.convert_tokens_to_ids(["<|endoftext|>", "<|image|>"])
    config = GlmImageConfig(
        text_config={
            "vocab_size": len(text),
            "hidden_size": 64,
            "intermediate_size": 128,
            "num_hidden_layers": layers,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 8192,
            "pad_token_id": pad,
            "eos_token_id": IMAGE_END,
            "vision_vocab_size": VISION_VOCAB,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10000.0,
                "partial_rotary_factor": 0.5,
                "mrope_section": [2, 3, 3],
            },
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "num_heads": 2,
            "intermediate_size": 64,
            "image_size": 512,
            "patch_size": 16,
        },
        vq_config={"embed_dim": 32, "num_embeddings": CODEBOOK, "latent_channels": 32},
        image_token_id=image,
        image_start_token_id=IMAGE_START,
        image_end_token_id=IMAGE_END,
    )
    model = GlmImageForConditionalGeneration(config).eval()
    _make_decisive(model, eos_prone)
    model.generation_config = GenerationConfig(
        do_sample=True, temperature=0.9, top_p=0.75, eos_token_id=IMAGE_END, pad_token_id=pad
    )
    return model


def _make_decisive(model: GlmImageForConditionalGeneration, eos_prone: bool) -> None:
    """Give the planner strong, context-dependent preferences, and decide whether it may leave the codebook.

    Freshly made weights are so small that every token is about as likely as any other; then hardly any mistake would show.
    """
    language = model.model.language_model
    with torch.no_grad():
        language.embed_tokens.weight.normal_(0.0, 1.0)
        language.embed_tokens.weight[:, 0] = _ANCHOR
        for name, parameter in language.layers.named_parameters():
            if parameter.ndim == 2:
                parameter.normal_(0.0, 1.0 / math.sqrt(parameter.shape[1]))
            elif name.endswith("bias"):
                parameter.normal_(0.0, 0.1)
            else:
                parameter[0] = 0.0  # the norms: the anchor channel is neither read nor written
        model.lm_head.weight.normal_(0.0, 0.12)
        outside = torch.arange(VISION_VOCAB) >= CODEBOOK
        model.lm_head.weight[:, 0] = torch.where(outside, -50.0, 0.0)
        if eos_prone:
            model.lm_head.weight[IMAGE_END, 0] = 0.5
        for parameter in [*model.model.visual.parameters(), *model.model.vqmodel.parameters()]:
            if parameter.ndim >= 2:
                parameter.normal_(0.0, 0.2)


def _decoder(layers: int) -> GlmImageTransformer2DModel:
    model = GlmImageTransformer2DModel(
        patch_size=2,
        in_channels=16,
        out_channels=16,
        num_layers=layers,
        attention_head_dim=16,
        num_attention_heads=2,
        text_embed_dim=32,
        time_embed_dim=32,
        condition_dim=8,
        prior_vq_quantizer_codebook_size=CODEBOOK,
    ).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 2:  # strong enough that a glyph, a prior token or a mask shows in the output
                parameter.normal_(0.0, 1.0 / math.sqrt(parameter.shape[1]))
    return model


def _vae() -> AutoencoderKL:
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 16, 16),
        layers_per_block=1,
        latent_channels=16,
        norm_num_groups=4,
        sample_size=128,
        use_quant_conv=False,
        use_post_quant_conv=False,
        mid_block_add_attention=False,
        force_upcast=False,
        scaling_factor=1.0,
        latents_mean=[round(0.05 * (index - 8), 3) for index in range(16)],
        latents_std=[round(0.8 + 0.03 * index, 3) for index in range(16)],
    ).eval()
