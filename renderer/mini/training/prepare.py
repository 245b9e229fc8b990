"""Samples as the decoder and the planner take them: latents, semantic tokens, and where each glyph may be seen.

    python -m layoutgen.renderer.mini.training.prepare SHARDS RUNS FOLDER

Needs the finished VAE and vision stages. A shard becomes a file of the same name; any number of processes can share the work.
"""

from __future__ import annotations

import argparse
import pickle
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from layoutgen.base.model import Box
from layoutgen.conditions import Conditions
from layoutgen.renderer.glm.glyphs import unencoded
from layoutgen.renderer.glm.regions import region_bias, token_grid
from layoutgen.renderer.mini import VIEWS, defaults

from . import train_vae, train_vision
from .loop import to_unit
from .samples import Sample, read_shard

BOUND = defaults().regions.model_copy(update={"boost": 1.0})
"""Settings for the patterns; training adds the boost."""


@dataclass(frozen=True, eq=False)
class PreparedPoster:
    """One poster. Cells are the decoder's, 16 pixels square; tokens are of 32."""

    latents: NDArray[np.float16]
    """(channels, height / 8, width / 8), normalised."""
    tokens: NDArray[np.int16]
    """(height / 32, width / 32)."""
    decoy: NDArray[np.int16]
    """The same, for the design with other words."""
    preview: NDArray[np.int16]
    strings: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Of each string in the glyph tokens: padding if any, bytes, end."""
    packed: bytes
    """`patterns`, compressed."""
    objects: tuple[Box, ...]
    """Boxes of objects, pixels."""
    prompt: str

    @cached_property
    def patterns(self) -> NDArray[np.float16]:
        """(heads, glyph tokens, cells): bias between each and every cell, per character, hard, without a boost."""
        cells = self.tokens.size * 4
        return np.frombuffer(zlib.decompress(self.packed), np.float16).reshape(len(VIEWS), -1, cells)


def packed(conditions: Conditions) -> bytes:
    """The patterns of a poster, compressed."""
    size = conditions.canvas.width, conditions.canvas.height
    layout = unencoded([glyph.text for glyph in conditions.glyphs])
    bias = region_bias(conditions, layout, token_grid(size), BOUND)
    return zlib.compress(b"" if bias is None else bias.image.astype(np.float16).tobytes(), 1)


@torch.no_grad()
def prepare(sample: Sample, vae: Any, tower: Any, codebook: Any) -> PreparedPoster:
    conditions, picture = sample.conditions, sample.picture
    mean, spread = (torch.tensor(vae.config[name])[:, None, None] for name in ("latents_mean", "latents_std"))
    with torch.autocast(vae.device.type, torch.bfloat16):
        latents = vae.encode(to_unit(picture)[None].to(vae.device)).latent_dist.mode()[0].float().cpu()
    grid, preview_grid = train_vision.grids(picture)
    tokens, decoy = train_vision.tokens(tower, codebook, [picture, sample.decoy], grid)
    preview = train_vision.tokens(tower, codebook, [picture], preview_grid)[0]
    layout = unencoded([glyph.text for glyph in conditions.glyphs])
    return PreparedPoster(
        latents=((latents - mean) / spread).numpy().astype(np.float16),
        tokens=tokens,
        decoy=decoy,
        preview=preview,
        strings=tuple(string.text for string in layout.strings),
        spans=tuple(string.span for string in layout.strings),
        packed=packed(conditions),
        objects=tuple(item.box for item in conditions.objects),
        prompt=conditions.prompt,
    )


def read_prepared(path: Path) -> list[PreparedPoster]:
    rows: list[PreparedPoster] = pickle.loads(path.read_bytes())
    return rows


def endless(folder: Path, rng: random.Random, *, skip: int = 1) -> Iterator[PreparedPoster]:
    """Endlessly, in random order, all posters but those of the first `skip` files; new files join in the next round."""
    while True:
        paths = sorted(folder.glob("*.prepared"))[skip:]
        rng.shuffle(paths)
        for path in paths:
            rows = read_prepared(path)
            rng.shuffle(rows)
            yield from rows


def prepare_all(shards: Path, runs: Path, folder: Path, *, first: int = 0, every: int = 1, device: str = "cpu") -> None:
    """Every shard that has not been prepared yet; with `every` N, each Nth from the `first` on."""
    folder.mkdir(parents=True, exist_ok=True)
    vae = train_vae.finished(shards, runs).to(device)
    tower, codebook = (part.to(device) for part in train_vision.finished(runs))
    for path in sorted(shards.glob("*.shard"))[first::every]:
        target = folder / f"{path.stem}.prepared"
        if not target.exists():
            rows = [prepare(sample, vae, tower, codebook) for sample in read_shard(path)]
            unfinished = target.with_suffix(".part")
            unfinished.write_bytes(pickle.dumps(rows))
            unfinished.replace(target)
            print(target, len(rows), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shards", type=Path, help="folder of training posters")
    parser.add_argument("runs", type=Path, help="folder of the trained stages")
    parser.add_argument("folder", type=Path, help="where the prepared posters go")
    parser.add_argument("--every", type=int, default=1, help="prepare only each Nth shard")
    parser.add_argument("--first", type=int, default=0, help="the first of these")
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where to compute: cuda or cpu"
    )
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    prepare_all(
        arguments.shards,
        arguments.runs,
        arguments.folder,
        first=arguments.first,
        every=arguments.every,
        device=arguments.device,
    )


if __name__ == "__main__":
    # Through the module's own name, under which other programs find what is pickled here.
    from layoutgen.renderer.mini.training.prepare import main as run

    run()
