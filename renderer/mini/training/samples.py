"""Posters as training samples: compiled and drafted by layoutgen itself, and stored on disk in shards.

    python -m layoutgen.renderer.mini.training.samples FOLDER --count 20000 [--crowded]

Any machine, and any number of processes, can make shards: shard `n` always holds the same posters.
"""

from __future__ import annotations

import argparse
import io
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from layoutgen.conditions import Conditions, Limits
from layoutgen.diagnostics import PosterError
from layoutgen.document import load_text
from layoutgen.pipeline import Compiled, compile_poster
from layoutgen.renderer.mini.limits import LIMITS as MINI

from .posters import random_poster
from .snap_to_cells import snap_to_cells

SHARD = 200
"""Posters in a shard."""

TRAINING_LIMITS = MINI.model_copy(update={"least_type": 0.0, "least_thing": 0.0})
"""For training: letters and objects smaller than the renderer accepts do no harm."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Sample:
    """A poster, its draft, and the draft of the same design with other words."""

    conditions: Conditions
    picture: Pixels
    """(height, width, 3)."""
    decoy: Pixels
    """What a plan looks like that has the places right and the letters wrong."""


def make_sample(seed: int, *, crowded: bool = False) -> Sample | None:
    """None if the random words do not fit into the random boxes, or their lines do not fit the rows of the decoder."""
    conditions = conditions_of(random_poster(seed, crowded=crowded), seed)
    decoy = conditions_of(random_poster(seed, copy=1, crowded=crowded), seed)
    if conditions is None or decoy is None:
        return None
    snapped, snapped_decoy = snap_to_cells(conditions), snap_to_cells(decoy)
    if snapped is None or snapped_decoy is None:
        return None
    return Sample(snapped[0], np.asarray(snapped[1]), np.asarray(snapped_decoy[1]))


def compiled_of(text: str, seed: int, limits: Limits = MINI) -> Compiled | None:
    """A poster compiled for the small model; None if it cannot be laid out, or is outside the model's limits."""
    try:
        return compile_poster(load_text(text, "random.poster", Path()), limits=limits, seed=seed)
    except PosterError:
        return None


def conditions_of(text: str, seed: int) -> Conditions | None:
    """The conditions of a training poster; None if it cannot be laid out."""
    compiled = compiled_of(text, seed, TRAINING_LIMITS)
    return None if compiled is None else compiled.conditions


def write_shard(folder: Path, number: int, *, size: int = SHARD, crowded: bool = False) -> Path:
    """Make a shard of `size` posters, without those that cannot be laid out, unless the file exists."""
    path = folder / f"{number:05}.shard"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for seed in range(number * size, (number + 1) * size):
        sample = make_sample(seed, crowded=crowded)
        if sample is not None:
            rows.append((sample.conditions.model_dump_json(), _png(sample.picture), _png(sample.decoy)))
    part = path.with_suffix(".part")
    part.write_bytes(pickle.dumps(rows))
    part.replace(path)
    return path


def read_shard(path: Path) -> Iterator[Sample]:
    for conditions, picture, decoy in pickle.loads(path.read_bytes()):
        yield Sample(Conditions.model_validate_json(conditions), _pixels(picture), _pixels(decoy))


def _png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _pixels(png: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the shards go")
    parser.add_argument("--count", type=int, default=20_000, help="posters, in whole shards")
    parser.add_argument("--every", type=int, default=1, help="make only each Nth shard")
    parser.add_argument("--first", type=int, default=0, help="the first of these")
    parser.add_argument("--crowded", action="store_true", help="posters full of objects, for a folder of their own")
    arguments = parser.parse_args()
    for number in range(arguments.first, -(-arguments.count // SHARD), arguments.every):
        print(write_shard(arguments.folder, number, crowded=arguments.crowded), flush=True)


if __name__ == "__main__":
    main()
