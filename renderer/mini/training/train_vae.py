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

from .loop import Optimiser, Run, ahead, averaged, rate, samples, to_unit
from .models import make_vae
from .options import asked, given
from .samples import Pixels, Sample

STAGE = "vae"
_CROP, _BATCH, _SHARED = 64, 24, 6
"""Pixels of a crop's side, crops in a batch, and crops of one picture."""
_NOISE = 0.08
"""Added to the latents in training, in units of their spread: the decoder must bear what the diffusion gets a little wrong."""


def train(
    shards: Path, runs: Path, minutes: float, seed: int, *, device: str = "cpu", workers: int = 1, batch: int = 1
) -> None:
    torch.manual_seed(seed)
    where = torch.device(device)
    vae = make_vae().to(where)
    optimiser = Optimiser([vae], blocks=("conv",))
    run = Run(runs, STAGE, {"vae": vae}, optimiser, 0.998)

    def start(rng: random.Random) -> Callable[[], Tensor]:
        source = samples(shards, rng)
        return lambda: to_unit(np.stack([crop for _ in range(batch * _BATCH // _SHARED) for crop in _crops(next(source), rng)]))

    batches = ahead(start, f"{seed} {run.step}", workers=workers)
    limit, losses = minutes * 60, []
    while (done := run.elapsed() / limit) < 1:
        picture = next(batches).to(where)
        with torch.autocast(where.type, torch.bfloat16):
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
        losses.append(torch.stack([off.detach(), edges.detach()]))
        if run.step % 50 == 0:
            off_, edges_ = torch.stack(losses).mean(0).double().cpu().numpy().round(4).tolist()
            losses.clear()
            run.log(off=off_, edges=edges_)
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
    total = torch.zeros((), device=shown.device)
    for _ in range(2):
        for axis in (-1, -2):
            total = total + (shown.diff(dim=axis) - wanted.diff(dim=axis)).abs().mean()
        shown, wanted = F.avg_pool2d(shown, 2), F.avg_pool2d(wanted, 2)
    return total


@torch.no_grad()
def finished(shards: Path, runs: Path, count: int = 64) -> AutoencoderKL:
    """The averaged VAE with the mean and spread of its latents in its configuration.

    These are measured once, on `count` samples, and kept: all that is made with this VAE must agree on them.
    """
    vae = make_vae()
    averaged(runs, STAGE, {"vae": vae})
    vae.eval()
    certain = vae.config.latent_channels
    vae.encoder.conv_out.weight[certain:] = 0.0  # it was trained without a spread: what is sampled is the mode
    vae.encoder.conv_out.bias[certain:] = -20.0
    kept = runs / f"{STAGE}.spread.json"
    if not kept.exists():
        source = samples(shards, random.Random(0), skip=0)
        latents = [vae.encode(to_unit(next(source).picture)[None]).latent_dist.mode().flatten(2)[0] for _ in range(count)]
        joined = torch.cat(latents, dim=1)
        kept.write_text(json.dumps({"latents_mean": joined.mean(1).tolist(), "latents_std": joined.std(1).tolist()}))
    vae.register_to_config(**json.loads(kept.read_text()))
    return vae


if __name__ == "__main__":
    train(asked().shards, asked().runs, **given())
