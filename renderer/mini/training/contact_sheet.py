"""A sheet of what the decoder now makes of unseen windows, each beside its target, and how much of it OCR reads right.

python -m layoutgen.renderer.mini.training.contact_sheet PREPARED SHARDS RUNS sheet.png
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from rapidfuzz.distance import Levenshtein
from torch import Tensor

from . import train_decoder, train_vae
from .batches import WINDOW, DecoderBatch, batch_of
from .models import shifted
from .options import path_arguments
from .prepare import PreparedPoster, read_prepared
from .train_decoder import Decoder

_STEPS, _COUNT = 16, 32


@torch.no_grad()
def draw(model: Decoder, batch: DecoderBatch, *, steps: int = _STEPS, seed: int = 0) -> Tensor:
    """Latents of a batch from pure noise, in as many equal steps of the unshifted time."""
    latents = torch.randn(batch.latents.shape, generator=torch.Generator().manual_seed(seed))
    times = torch.linspace(1, 0, steps + 1)
    levels = shifted(times[:, None], batch.sizes.prod(1) / 256)
    for step in range(steps):
        velocity = model(latents, times[step].expand(len(latents)), batch)
        latents = latents + (levels[step + 1] - levels[step])[:, None, None, None] * velocity
    return latents


def pixels(vae: Any, latents: Tensor) -> list[Image.Image]:
    mean, spread = (torch.tensor(vae.config[name])[None, :, None, None] for name in ("latents_mean", "latents_std"))
    with torch.no_grad():
        decoded = vae.decode(latents * spread + mean).sample.clamp(-1, 1)
    return [Image.fromarray(((picture + 1) * 127.5).byte().permute(1, 2, 0).numpy()) for picture in decoded]


def windows(folder: Path) -> list[tuple[PreparedPoster, tuple[int, int, int, int], tuple[int, int, int, int], str]]:
    """Windows of the first shard, which is not trained on, that contain a whole string in one line; its box and its text."""
    rng, result = random.Random(3), []
    rows, columns = WINDOW
    for poster in read_prepared(min(folder.glob("*.prepared"))):
        height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
        for text, (_, last) in zip(poster.strings, poster.spans, strict=True):
            cells = np.argwhere(poster.patterns[0, last - 1].reshape(height, width) > -100)
            (top, left), (bottom, right) = cells.min(0), cells.max(0) + 1
            y, x = min(top // 2 * 2, height - rows), min(left // 2 * 2, width - columns)
            if " " not in text and bottom - y <= rows and right - x <= columns and bottom - top <= 4:
                box = ((left - x) * 16, (top - y) * 16, (right - left) * 16, (bottom - top) * 16)
                result.append((poster, (int(y), int(x), rows, columns), box, text))
    rng.shuffle(result)
    return result[:_COUNT]


def main() -> None:
    folder, shards, runs, into = path_arguments(__doc__, "prepared", "shards", "runs", "sheet")
    from rapidocr import RapidOCR

    torch.set_num_threads(2)
    model, vae, reader = train_decoder.finished(runs), train_vae.finished(shards, runs, 16), RapidOCR()
    rows = windows(folder)
    batch = batch_of([(poster, window) for poster, window, _, _ in rows], random.Random(0), 20, learn=False)
    drawn, targets = pixels(vae, draw(model, batch)), pixels(vae, batch.latents)
    sheet = Image.new("RGB", (4 * 400, 8 * 100), "white")
    scores: dict[str, list[float]] = {"made": [], "meant": []}
    for index, (_, _, (x, y, w, h), text) in enumerate(rows):
        for side, (name, picture) in enumerate((("meant", targets[index]), ("made", drawn[index]))):
            sheet.paste(picture, (index % 4 * 400 + side * 196, index // 4 * 100))
            crop = np.asarray(picture.crop((x, y, x + w, y + h)).resize((w * 2, h * 2)))[:, :, ::-1]
            read: Any = reader(crop, use_det=False, use_cls=False)
            scores[name].append(Levenshtein.normalized_similarity((read.txts[0] if read.txts else "").replace(" ", ""), text))
    sheet.save(into)
    for name, values in scores.items():
        print(
            name,
            "right",
            sum(value == 1 for value in values),
            "of",
            len(values),
            "similarity",
            round(float(np.mean(values)), 3),
        )


if __name__ == "__main__":
    main()
