"""What the stock pipeline plans from references, written by hand in an environment where it can: transformers 5.17.

    python -m tests.glm.stock_references

writes `stock_references.json` beside this file. From transformers 5.20 on the stock pipeline fails on references (diffusers
0.42.1 calls the quantiser as it was before), so the test compares with this file.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import torch
from PIL import Image

PROMPT = "The cat of the first picture, in the manner of the second"
SIZE = (192, 128)
SEEDS = (0, 5)
PICTURES = ((512, 512), (1024, 768))
OUTPUT = Path(__file__).with_suffix(".json")


def pictures(count: int) -> list[Image.Image]:
    """Coarse coloured noise, smooth enough that a cell's token does not hang on the last bit."""
    found = []
    for number, size in enumerate(PICTURES[:count]):
        generator = torch.Generator().manual_seed(number)
        coarse = torch.randint(0, 256, (12, 12, 3), generator=generator, dtype=torch.uint8)
        found.append(Image.fromarray(coarse.numpy()).resize(size, Image.Resampling.NEAREST))
    return found


def main() -> None:
    import diffusers
    import transformers

    from .tiny import build_tiny

    with tempfile.TemporaryDirectory() as folder:
        pipeline = diffusers.GlmImagePipeline.from_pretrained(build_tiny(Path(folder)))
    found: list[dict[str, Any]] = []
    for count in (1, 2):
        for seed in SEEDS:
            prior, tokens, grids = pipeline.generate_prior_tokens(
                PROMPT, SIZE[1], SIZE[0], image=[pictures(count)], generator=torch.Generator().manual_seed(seed)
            )
            found.append(
                {
                    "references": count,
                    "seed": seed,
                    "prior": prior[0].tolist(),
                    "tokens": tokens[0].tolist(),
                    "grids": grids[0].tolist(),
                }
            )
    versions = {"transformers": transformers.__version__, "diffusers": diffusers.__version__, "torch": torch.__version__}
    lines = ",\n".join(json.dumps(item) for item in found)
    OUTPUT.write_text(f'{{"versions": {json.dumps(versions)},\n"plans": [\n{lines}\n]}}\n', "utf-8")


if __name__ == "__main__":
    main()
