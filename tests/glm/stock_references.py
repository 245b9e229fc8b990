"""What the stock pipeline plans and draws from references, written by hand in an environment where it can: transformers 5.17.

    python -m venv stock
    stock/bin/pip install torch==2.13.0 transformers==5.17.0 diffusers==0.42.1 accelerate pillow
    stock/bin/python -m tests.glm.stock_references

writes `stock_references.json` beside this file. From transformers 5.20 on the stock pipeline fails on references (diffusers
0.42.1 calls the quantiser as it was before), so the test compares with this file.
"""

from __future__ import annotations

import base64
import hashlib
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
WORDS = 'The cat of the first picture sits on a mat. The title reads "The Mat" in bold red letters at the top.'
STRING = "The Mat"
DRAWN = (96, 64)
STEPS = 3
OUTPUT = Path(__file__).with_suffix(".json")


def pictures(count: int) -> list[Image.Image]:
    """Coarse coloured noise, smooth enough that a cell's token does not hang on the last bit."""
    result = []
    for number, size in enumerate(PICTURES[:count]):
        generator = torch.Generator().manual_seed(number)
        coarse = torch.randint(0, 256, (12, 12, 3), generator=generator, dtype=torch.uint8)
        result.append(Image.fromarray(coarse.numpy()).resize(size, Image.Resampling.NEAREST))
    return result


def main() -> None:
    import diffusers
    import transformers

    from tests.glm.tiny_checkpoint import build_tiny

    torch.set_num_threads(1)  # as in the tests: sums over several threads differ in the last bits
    with tempfile.TemporaryDirectory() as folder:
        pipeline = diffusers.GlmImagePipeline.from_pretrained(build_tiny(Path(folder)))
    result: list[dict[str, Any]] = []
    for count in (1, 2):
        for seed in SEEDS:
            prior, tokens, grids = pipeline.generate_prior_tokens(
                PROMPT, SIZE[1], SIZE[0], image=[pictures(count)], generator=torch.Generator().manual_seed(seed)
            )
            result.append(
                {
                    "references": count,
                    "seed": seed,
                    "prior": prior[0].tolist(),
                    "tokens": tokens[0].tolist(),
                    "grids": grids[0].tolist(),
                }
            )
    drawn = [draw(pipeline, count) for count in (1, 2)]
    versions = {"transformers": transformers.__version__, "diffusers": diffusers.__version__, "torch": torch.__version__}
    plans, pixels = (",\n".join(json.dumps(item) for item in items) for items in (result, drawn))
    head = f'"versions": {json.dumps(versions)},\n"arithmetic": "{arithmetic()}"'
    OUTPUT.write_text(f'{{{head},\n"plans": [\n{plans}\n],\n"drawn": [\n{pixels}\n]}}\n', "utf-8")


def arithmetic() -> str:
    """Changes with the CPU's arithmetic: where it differs, the last bits of all results may differ as well."""
    generator = torch.Generator().manual_seed(0)
    first, second = (torch.randn(shape, generator=generator) for shape in ((96, 200), (200, 64)))
    picture, kernel = (torch.randn(shape, generator=generator) for shape in ((1, 8, 24, 32), (8, 8, 3, 3)))
    product = torch.softmax(torch.nn.functional.gelu(first @ second), dim=-1)
    return hashlib.sha256(product.numpy().tobytes() + torch.conv2d(picture, kernel).numpy().tobytes()).hexdigest()


def draw(pipeline: Any, count: int) -> dict[str, Any]:
    """A whole picture from this many references: its latents, float32 in base64, and the sha256 of its RGB bytes."""
    steps: list[torch.Tensor] = []

    def keep(_: Any, step: int, time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
        steps.append(tensors["latents"])
        return tensors

    width, height = DRAWN
    image = pipeline(
        WORDS,
        image=pictures(count),
        height=height,
        width=width,
        num_inference_steps=STEPS,
        generator=torch.Generator().manual_seed(count),
        callback_on_step_end=keep,
    ).images[0]
    return {
        "references": count,
        "seed": count,
        "latents": base64.b64encode(steps[-1].float().numpy().tobytes()).decode(),
        "pixels": hashlib.sha256(image.tobytes()).hexdigest(),
    }


if __name__ == "__main__":
    main()
