"""Posters as training samples: compiled and drafted by the project itself, and kept on disk in shards.

    python -m layoutgen.renderer.mini.training.samples FOLDER --count 20000 [--crowded]

A shard can be made on any machine, by any number of processes at a time: shard `n` always holds the same posters.
"""

from __future__ import annotations

import argparse
import io
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from layoutgen.renderer.mini.limits import LIMITS as MINI
from numpy.typing import NDArray
from PIL import Image

from layoutgen.conditions import Conditions, Limits
from layoutgen.diagnostics import PosterError
from layoutgen.document import load_text
from layoutgen.pipeline import Compiled, compile_poster

from .posters import random_poster
from .snap_to_cells import snapped

SHARD = 200
"""Posters in a shard."""

LEARNT = MINI.model_copy(update={"least_type": 0.0, "least_thing": 0.0})
"""What is learnt from: letters and things below what the renderer takes are no harm."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Sample:
    """A poster, its draft, and the draft of the same design with other words."""

    conditions: Conditions
    picture: Pixels
    """(height, width, 3)."""
    decoy: Pixels
    """What a plan may look like that got the places right and the letters wrong."""


def make_sample(seed: int, *, crowded: bool = False) -> Sample | None:
    """None when the random words do not fit into the random boxes, or their lines not into the rows of the decoder."""
    conditions = conditions_of(random_poster(seed, crowded=crowded), seed)
    decoy = conditions_of(random_poster(seed, copy=1, crowded=crowded), seed)
    if conditions is None or decoy is None:
        return None
    true, other = snapped(conditions), snapped(decoy)
    if true is None or other is None:
        return None
    return Sample(true[0], np.asarray(true[1]), np.asarray(other[1]))


def compiled_of(text: str, seed: int, limits: Limits = MINI) -> Compiled | None:
    """A poster compiled for the small model; None when it cannot be laid out, or is not what the model takes."""
    try:
        return compile_poster(load_text(text, "random.poster", Path()), limits=limits, seed=seed)
    except PosterError:
        return None


def conditions_of(text: str, seed: int) -> Conditions | None:
    """The conditions of a poster to learn from; None when it cannot be laid out."""
    compiled = compiled_of(text, seed, LEARNT)
    return None if compiled is None else compiled.conditions


def write_shard(folder: Path, number: int, *, size: int = SHARD, crowded: bool = False) -> Path:
    """Make a shard of so many posters, less those that cannot be laid out, unless it is there."""
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
    for written, picture, decoy in pickle.loads(path.read_bytes()):
        yield Sample(Conditions.model_validate_json(written), _pixels(picture), _pixels(decoy))


def _png(pixels: Pixels) -> bytes:
    into = io.BytesIO()
    Image.fromarray(pixels).save(into, "PNG", compress_level=1)
    return into.getvalue()


def _pixels(png: bytes) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=20_000, help="posters, in whole shards")
    parser.add_argument("--every", type=int, default=1, help="make each so manieth shard only")
    parser.add_argument("--first", type=int, default=0, help="beginning with this one")
    parser.add_argument("--crowded", action="store_true", help="posters full of things, for a folder of their own")
    asked = parser.parse_args()
    for number in range(asked.first, -(-asked.count // SHARD), asked.every):
        print(write_shard(asked.folder, number, crowded=asked.crowded), flush=True)


if __name__ == "__main__":
    main()
