"""Stage 1, the VAE: pictures to latents of 8 × 8 pixels and back, with sharp letters.

python -m layoutgen.renderer.mini.train_vae SHARDS RUNS --minutes 20
"""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import Tensor

from .asking import asked
from .models import make_vae
from .samples import Pixels, Sample
from .training import Optimiser, Run, ahead, averaged, rate, samples, to_unit

STAGE = "vae"
_CROP, _BATCH, _SHARED = 64, 24, 6
"""Pixels of a crop's side, crops in a batch, and crops of one picture."""
_NOISE = 0.08
"""Added to the latents in training, in units of their spread: the decoder must bear what the diffusion gets a little wrong."""


def train(shards: Path, runs: Path, minutes: float, seed: int) -> None:
    torch.manual_seed(seed)
    vae = make_vae()
    optimiser = Optimiser([vae], blocks=("conv",))
    run = Run(runs, STAGE, {"vae": vae}, optimiser, 0.998)
    rng = random.Random(seed + run.step)
    source = samples(shards, rng)
    batches = ahead(lambda: to_unit(np.stack([crop for _ in range(_BATCH // _SHARED) for crop in _crops(next(source), rng)])))
    limit, losses = minutes * 60, []
    while (done := run.elapsed() / limit) < 1:
        picture = next(batches)
        with torch.autocast("cpu", torch.bfloat16):
            latents = vae.encode(picture).latent_dist.mode()
            latents = latents + _NOISE * latents.detach().std() * torch.randn_like(latents)
            shown = vae.decode(latents).sample
        shown = shown.float()
        off = (shown - picture).abs().mean()
        edges = _edges(shown, picture)
        loss = off + edges + 1e-3 * latents.float().square().mean()
        loss.backward()
        optimiser.step(rate(5e-3, run.step, done, warmup=60))
        run.average.update()
        run.step += 1
        losses.append((float(off.detach()), float(edges.detach())))
        if run.step % 50 == 0:
            run.log(
                off=round(float(np.mean([a for a, _ in losses[-50:]])), 4),
                edges=round(float(np.mean([b for _, b in losses[-50:]])), 4),
            )
        if run.step % 500 == 0:
            run.save()
    run.save()


def _crops(sample: Sample, rng: random.Random) -> list[Pixels]:
    return [_crop(sample, rng) for _ in range(_SHARED)]


def _crop(sample: Sample, rng: random.Random) -> Pixels:
    """A square of the picture, mostly one with letters or things in it."""
    picture = sample.picture if rng.random() < 0.5 else sample.decoy
    height, width = picture.shape[:2]
    boxes = [glyph.box for glyph in sample.conditions.glyphs] + [thing.box for thing in sample.conditions.objects]
    left, top = rng.randint(0, width - _CROP), rng.randint(0, height - _CROP)
    if boxes and rng.random() < 0.85:
        x, y, w, h = rng.choice(boxes)
        left, top = rng.randint(x, x + w) - _CROP // 2, rng.randint(y, y + h) - _CROP // 2
    left, top = min(max(left, 0), width - _CROP), min(max(top, 0), height - _CROP)
    return picture[top : top + _CROP, left : left + _CROP]


def _edges(shown: Tensor, wanted: Tensor) -> Tensor:
    """How far apart the slopes are, along and across, at full and at half size."""
    total = torch.zeros(())
    for _ in range(2):
        for axis in (-1, -2):
            total = total + (shown.diff(dim=axis) - wanted.diff(dim=axis)).abs().mean()
        shown, wanted = F.avg_pool2d(shown, 2), F.avg_pool2d(wanted, 2)
    return total


@torch.no_grad()
def finished(shards: Path, runs: Path, count: int = 64):  # type: ignore[no-untyped-def]
    """The averaged VAE with the mean and spread of its latents in its configuration."""
    vae = make_vae()
    averaged(runs, STAGE, {"vae": vae})
    vae.eval()
    source = samples(shards, random.Random(0), skip=0)
    latents = [vae.encode(to_unit(next(source).picture)[None]).latent_dist.mode().flatten(2)[0] for _ in range(count)]
    joined = torch.cat(latents, dim=1)
    certain = vae.config.latent_channels
    vae.encoder.conv_out.weight[certain:] = 0.0  # it was trained without a spread: what is sampled is the mode
    vae.encoder.conv_out.bias[certain:] = -20.0
    vae.register_to_config(latents_mean=joined.mean(1).tolist(), latents_std=joined.std(1).tolist())
    return vae


if __name__ == "__main__":
    torch.set_num_threads(asked().threads)
    train(asked().shards, asked().runs, asked().minutes, asked().seed)
