"""What every checkpoint of `mini` must be, freshly trained or shipped."""

from __future__ import annotations

from pathlib import Path

from safetensors import safe_open

MEGABYTE = 10**6


def judge_files(folder: Path) -> None:
    """Every file of weights is bfloat16 and below 16 MB; all files together are below 36 MB."""
    files = sorted(folder.rglob("*.safetensors"))
    assert {file.parent.name for file in files} == {"text_encoder", "transformer", "vae", "vision_language_encoder"}
    for file in files:
        with safe_open(file, framework="pt") as weights:
            assert {weights.get_slice(name).get_dtype() for name in weights.keys()} == {"BF16"}  # noqa: SIM118
    assert max(file.stat().st_size for file in files) < 16 * MEGABYTE
    assert sum(file.stat().st_size for file in folder.rglob("*")) < 36 * MEGABYTE


def judge_stock_loading(folder: Path) -> None:
    from diffusers import GlmImagePipeline

    pipeline = GlmImagePipeline.from_pretrained(folder, local_files_only=True)
    assert (
        pipeline.transformer.config.prior_vq_quantizer_codebook_size
        == pipeline.vision_language_encoder.config.vq_config.num_embeddings
    )
