"""Stage 1, the VAE: pictures to latents of 8 × 8 pixels and back, with sharp letters.

python -m layoutgen.renderer.mini.training.train_vae SHARDS RUNS --minutes 20
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from diffusers import AutoencoderKL
from torch import Tensor

from .loop import Optimiser, TrainingRun, ahead, averaged, rate, samples, to_unit
from .models import make_vae
from .options import arguments, shared_arguments
from .samples import Pixels, Sample

STAGE = "vae"
_CROP, _BATCH, _SHARED = 64, 24, 6
"""Pixels of a crop's side, crops in a batch, and crops of one picture."""
_NOISE = 0.08
"""Added to the latents in training, in units of their spread: the decoder must tolerate small errors of the diffusion."""


def train(
    shards: Path, runs: Path, minutes: float, seed: int, *, device: str = "cpu", workers: int = 1, batch: int = 1
) -> None:
    torch.manual_seed(seed)
    target = torch.device(device)
    vae = make_vae().to(target)
    optimiser = Optimiser([vae], blocks=("conv",))
    run = TrainingRun(runs, STAGE, {"vae": vae}, optimiser, 0.998)

    def start(rng: random.Random) -> Callable[[], Tensor]:
        source = samples(shards, rng)
        return lambda: to_unit(np.stack([crop for _ in range(batch * _BATCH // _SHARED) for crop in _crops(next(source), rng)]))

    batches = ahead(start, f"{seed} {run.step}", workers=workers)
    limit, losses = minutes * 60, []
    while (progress := run.elapsed() / limit) < 1:
        pictures = next(batches).to(target)
        with torch.autocast(target.type, torch.bfloat16):
            latents = vae.encode(pictures).latent_dist.mode()
            latents = latents + _NOISE * latents.detach().std() * torch.randn_like(latents)
            decoded = vae.decode(latents).sample
        decoded = decoded.float()
        error = (decoded - pictures).abs().mean()
        edges = _edges(decoded, pictures)
        loss = error + edges + 1e-3 * latents.float().square().mean()
        loss.backward()
        optimiser.step(rate(5e-3, run.step, progress, warmup=60))
        run.average.update()
        run.step += 1
        losses.append(torch.stack([error.detach(), edges.detach()]))
        if run.step % 50 == 0:
            error_, edges_ = torch.stack(losses).mean(0).double().cpu().numpy().round(4).tolist()
            losses.clear()
            run.log(off=error_, edges=edges_)
        if run.step % 500 == 0:
            run.save()
    run.save()


def _crops(sample: Sample, rng: random.Random) -> list[Pixels]:
    return [_crop(sample, rng) for _ in range(_SHARED)]


def _crop(sample: Sample, rng: random.Random) -> Pixels:
    """A square of the picture, usually one with letters or objects in it."""
    picture = sample.picture if rng.random() < 0.5 else sample.decoy
    height, width = picture.shape[:2]
    boxes = [glyph.box for glyph in sample.conditions.glyphs] + [thing.box for thing in sample.conditions.objects]
    left, top = rng.randint(0, width - _CROP), rng.randint(0, height - _CROP)
    if boxes and rng.random() < 0.85:
        x, y, w, h = rng.choice(boxes)
        left, top = rng.randint(x, x + w) - _CROP // 2, rng.randint(y, y + h) - _CROP // 2
    left, top = min(max(left, 0), width - _CROP), min(max(top, 0), height - _CROP)
    return picture[top : top + _CROP, left : left + _CROP]


def _edges(decoded: Tensor, expected: Tensor) -> Tensor:
    """How far apart the slopes are, along and across, at full and at half size."""
    total = torch.zeros((), device=decoded.device)
    for _ in range(2):
        for axis in (-1, -2):
            total = total + (decoded.diff(dim=axis) - expected.diff(dim=axis)).abs().mean()
        decoded, expected = F.avg_pool2d(decoded, 2), F.avg_pool2d(expected, 2)
    return total


@torch.no_grad()
def finished(shards: Path, runs: Path, count: int = 64) -> AutoencoderKL:
    """The averaged VAE with the mean and spread of its latents in its configuration.

    These are measured once, on `count` samples, and saved: everything made with this VAE must agree on them.
    """
    vae = make_vae()
    averaged(runs, STAGE, {"vae": vae})
    vae.eval()
    mean_channels = vae.config.latent_channels
    vae.encoder.conv_out.weight[mean_channels:] = 0.0  # it was trained without a spread: a sample is the mode
    vae.encoder.conv_out.bias[mean_channels:] = -20.0
    statistics = runs / f"{STAGE}.spread.json"
    if not statistics.exists():
        source = samples(shards, random.Random(0), skip=0)
        latents = [vae.encode(to_unit(next(source).picture)[None]).latent_dist.mode().flatten(2)[0] for _ in range(count)]
        all_latents = torch.cat(latents, dim=1)
        statistics.write_text(
            json.dumps({"latents_mean": all_latents.mean(1).tolist(), "latents_std": all_latents.std(1).tolist()})
        )
    vae.register_to_config(**json.loads(statistics.read_text()))
    return vae


if __name__ == "__main__":
    train(arguments().shards, arguments().runs, **shared_arguments())
