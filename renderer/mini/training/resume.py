"""A finished checkpoint → the checkpoints of its training stages, so that anyone can train further from the shipped weights.

    python -m layoutgen.renderer.mini.training.resume RUNS [WEIGHTS]

Optimisers start afresh. A finished checkpoint lacks what only the vision stage needs, so its codes cannot be trained further.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from diffusers import GlmImagePipeline
from torch import nn

from layoutgen.renderer.mini import WEIGHTS

from . import train_decoder, train_planner, train_vae, train_vision
from .models import make_planner, make_vae, vision_parts
from .options import path_arguments


def resume(weights: Path, runs: Path) -> Path:
    """Write the stages of a checkpoint into a new folder and return it. FileExistsError if the folder exists."""
    runs.mkdir(parents=True)
    pipeline = GlmImagePipeline.from_pretrained(weights, local_files_only=True)
    pipeline.processor.save_pretrained(runs / "processor")

    decoder = train_decoder.Decoder()
    decoder.transformer.load_state_dict(pipeline.transformer.state_dict())
    decoder.glyphs.load_state_dict(pipeline.text_encoder.state_dict())
    _write(runs, train_decoder.STAGE, decoder=decoder)

    planner = make_planner(pipeline.processor.tokenizer)
    planner.load_state_dict(pipeline.vision_language_encoder.state_dict())
    _write(runs, train_planner.STAGE, language=train_planner.LanguageModel(planner))

    tower, codebook = vision_parts()
    tower.load_state_dict(planner.model.visual.state_dict())
    codebook.load_state_dict(planner.model.vqmodel.state_dict())
    codebook.register_buffer("laid", torch.ones(()))
    heads = train_vision.CellHeads(codebook.config.embed_dim)
    _write(runs, train_vision.STAGE, visual=tower, vqmodel=codebook, heads=heads)

    vae = make_vae()
    vae.load_state_dict(pipeline.vae.state_dict())
    _write(runs, train_vae.STAGE, vae=vae)
    spread = {name: list(pipeline.vae.config[name]) for name in ("latents_mean", "latents_std")}
    (runs / f"{train_vae.STAGE}.spread.json").write_text(json.dumps(spread))
    return runs


def _write(runs: Path, stage: str, **modules: nn.Module) -> None:
    """As `TrainingRun` reads it: weights before the first step."""
    torch.save(
        {
            "modules": {name: module.state_dict() for name, module in modules.items()},
            "average": [weight.detach() for module in modules.values() for weight in module.parameters()],
            "step": 0,
            "seconds": 0.0,
        },
        runs / f"{stage}.pt",
    )


if __name__ == "__main__":
    folder, weights = path_arguments(__doc__, "runs", weights=WEIGHTS)
    print(resume(weights, folder))
