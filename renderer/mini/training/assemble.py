"""The trained stages → one checkpoint in GLM-Image's own layout, bfloat16.

python -m layoutgen.renderer.mini.training.assemble SHARDS RUNS FOLDER
"""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import GlmImagePipeline
from transformers import ByT5Tokenizer

from . import train_decoder, train_planner, train_vae
from .models import make_decoder, make_scheduler
from .options import path_arguments

LARGEST = "15MB"
"""Largest file of weights."""


def assemble(shards: Path, runs: Path, into: Path) -> Path:
    """Write the checkpoint and return its folder. It takes the averages of the weights, not the latest ones."""
    decoder = train_decoder.finished(runs)
    transformer = make_decoder()  # with the stock attention
    transformer.load_state_dict(decoder.transformer.state_dict())
    planner, processor = train_planner.finished(runs)
    pipeline = GlmImagePipeline(
        tokenizer=ByT5Tokenizer(),
        processor=processor,
        text_encoder=decoder.glyphs.eval(),
        vision_language_encoder=planner,
        vae=train_vae.finished(shards, runs),
        transformer=transformer.eval(),
        scheduler=make_scheduler(),
    )
    for part in (pipeline.text_encoder, pipeline.vision_language_encoder, pipeline.vae, pipeline.transformer):
        part.to(torch.bfloat16)
    pipeline.save_pretrained(into, safe_serialization=True, max_shard_size=LARGEST)
    return into


if __name__ == "__main__":
    print(assemble(*path_arguments(__doc__, "shards", "runs", "weights")))
