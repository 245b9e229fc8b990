"""Batches for the decoder: windows of prepared posters, or whole ones, varied as they are in use."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from layoutgen.renderer.glm.head_bias import OFF
from layoutgen.renderer.mini import BOOST, VIEWS
from numpy.typing import NDArray
from torch import Tensor

from .loop import Tensors, by_turns
from .prepare import Prepared, endless, read_prepared
from .train_vision import drawn_box, inside

WINDOW = (4, 12)
"""Rows and columns of a crop, in the decoder's cells."""
AROUND = (10, 10)
"""The same of a crop around a thing, which has most of it."""
_BATCH, _GLYPHS, _BYTES, _PER_POSTER = 96, 20, 24, 8
_AROUND_BATCH, _AROUND_GLYPHS = 64, 16
_WHOLE_BATCH, _WHOLE_GLYPHS = 6, 88
_NO_GLYPHS, _NO_PLAN, _NEITHER = 0.04, 0.04, 0.06
"""How often glyphs are left out, the plan, or both; guidance compares with both left out."""

Window = tuple[int, int, int, int]
"""First row and column, rows, columns; cells, all even."""
Folders = Sequence[Path]
"""Of prepared posters: ordinary ones, and if there are some, crowded ones."""


@dataclass(frozen=True, eq=False)
class Batch(Tensors):
    latents: Tensor
    """(batch, channels, 2 rows, 2 columns)."""
    prior: Tensor
    """int64 (batch, cells)."""
    ids: Tensor
    """int64 (strings, bytes): each string of the batch once."""
    at: Tensor
    """int64 (batch, glyph tokens): where each token's embedding is in (strings * bytes); 0 where there is none."""
    known: Tensor
    """bool (batch, glyph tokens)."""
    bias: Tensor
    """float16 (batch, heads, glyph tokens, cells)."""
    letters: Tensor
    """bool (batch, cells)."""
    things: Tensor
    """bool (batch, cells)."""
    offsets: Tensor
    """int64 (batch, 2): row and column of the first cell."""
    sizes: Tensor
    """(batch, 2): height and width of the whole picture, pixels."""
    no_plan: Tensor
    """bool (batch,): the plan is left out."""


def batch_of(
    windows: list[tuple[Prepared, Window]], rng: random.Random, tokens: int, *, learn: bool = True, bound: bool = True
) -> Batch:
    """Windows of posters as one batch; with `learn`, varied as in training. Not `bound`: every cell sees every glyph alike."""
    strings: dict[tuple[int, str], int] = {}
    latents, prior, bias, at, known, letters, things, offsets, sizes, no_plan = ([] for _ in range(10))
    for poster, (top, left, rows, columns) in windows:
        height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
        latents.append(poster.latents[:, 2 * top : 2 * (top + rows), 2 * left : 2 * (left + columns)])
        plan = poster.decoy if learn and rng.random() < 0.5 else poster.tokens
        plan = plan[top // 2 : (top + rows) // 2, left // 2 : (left + columns) // 2].astype(np.int64)
        if learn:
            noise = np.random.default_rng(rng.getrandbits(32))
            wrong = noise.random(plan.shape) < rng.choice((0.0, 0.05, 0.2))
            plan = np.where(wrong, noise.permutation(poster.tokens.reshape(-1))[: plan.size].reshape(plan.shape), plan)
        prior.append(plan.repeat(2, 0).repeat(2, 1).reshape(-1))
        left_out = rng.random() if learn else 1.0
        no_plan.append(_NO_GLYPHS <= left_out < _NO_GLYPHS + _NEITHER + _NO_PLAN)
        whole = poster.patterns.reshape(len(VIEWS), -1, height, width)[:, :, top : top + rows, left : left + columns]
        whole = whole.reshape(*whole.shape[:2], -1)
        near = whole[0]
        seen = np.flatnonzero((near > OFF / 2).any(1))[:tokens] if left_out >= _NO_GLYPHS + _NEITHER else np.array([], int)
        grain = 1.0 if not bound else rng.random() if learn else 0.0
        one_at, one_bias = np.zeros(tokens, np.int64), np.full((len(VIEWS), tokens, rows * columns), OFF, np.float16)
        for slot, token in enumerate(seen):
            number = next(index for index, (first, last) in enumerate(poster.spans) if first <= token < last)
            first, last = poster.spans[number]
            padding = last - first - 1 - len(poster.strings[number].encode())
            row = strings.setdefault((padding, poster.strings[number]), len(strings))
            one_at[slot] = row * _BYTES + min(token - first, _BYTES - 1)
            pattern = whole[:, token]
            if grain >= 0.97:
                pattern = np.zeros_like(pattern)
            elif grain >= 0.9:
                pattern = np.where(near[last - 1] > OFF / 2, math.log(BOOST), OFF)[None]
            else:
                pattern = np.where(pattern > OFF / 2, pattern + math.log(BOOST), OFF)
            one_bias[:, slot] = pattern
        at.append(one_at)
        bias.append(one_bias)
        known.append(np.arange(tokens) < len(seen))
        lettered = (near > -8).any(0) if len(near) else np.zeros(rows * columns, bool)
        letters.append(lettered)
        things.append(_things(poster, (top, left, rows, columns)))
        offsets.append((top, left))
        sizes.append((16.0 * height, 16.0 * width))
    ids = np.zeros((max(1, len(strings)), _BYTES), np.int64)
    ids[0, 0] = 1
    for (padding, text), row in strings.items():
        encoded = [*([0] * padding + [byte + 3 for byte in text.encode()])[: _BYTES - 1], 1]
        ids[row] = encoded + [0] * (_BYTES - len(encoded))
    return Batch(
        latents=torch.from_numpy(np.stack(latents)).float(),
        prior=torch.from_numpy(np.stack(prior)),
        ids=torch.from_numpy(ids),
        at=torch.from_numpy(np.stack(at)),
        known=torch.from_numpy(np.stack(known)),
        bias=torch.from_numpy(np.stack(bias)),
        letters=torch.from_numpy(np.stack(letters)),
        things=torch.from_numpy(np.stack(things)),
        offsets=torch.tensor(offsets),
        sizes=torch.tensor(sizes),
        no_plan=torch.tensor(no_plan),
    )


def _things(poster: Prepared, window: Window) -> NDArray[np.bool_]:
    """(cells,): where things are drawn."""
    top, left, rows, columns = window
    found = np.zeros((poster.latents.shape[1] // 2, poster.latents.shape[2] // 2), bool)
    for box in poster.things:
        found[inside(drawn_box(box), 1 / 16, 1 / 16, 0.0)] = True
    return found[top : top + rows, left : left + columns].reshape(-1)


def window_of(poster: Prepared, rng: random.Random) -> Window:
    """A window on letters, all rows of their line in it where they fit; now and then on a thing or anywhere."""
    rows, columns = WINDOW
    height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    drawn = rng.random()
    if poster.strings and drawn < 0.82:
        # Every string as often as any other, and every letter of it.
        # Lines of a single row are too small to be learned well: most of them give their turn to another.
        for _ in range(4):
            first, last = poster.spans[rng.randrange(len(poster.spans))]
            near = poster.patterns[0, rng.randrange(first, last)]
            column, seen = int(near.argmax()) % width, np.flatnonzero(near > OFF / 2) // width
            if seen.max() > seen.min():
                break
        lowest, highest = sorted((int(seen.max()) - rows + 1, int(seen.min())))
        top, left = rng.randint(lowest, highest), column - rng.randrange(columns)
    elif poster.things and drawn < 0.95:
        x, y, w, h = rng.choice(poster.things)
        top, left = (rng.randint(y, y + h) // 16) - rows // 2, (rng.randint(x, x + w) // 16) - columns // 2
    else:
        top, left = rng.randint(0, height - rows), rng.randint(0, width - columns)
    return _placed(poster, top, left, WINDOW)


def window_around(poster: Prepared, rng: random.Random) -> Window:
    """A window with the middle of a thing in it, and mostly all of it."""
    rows, columns = AROUND
    x, y, w, h = rng.choice(poster.things)
    top = (y + h // 2) // 16 - rows // 2 + rng.randint(-2, 2)
    left = (x + w // 2) // 16 - columns // 2 + rng.randint(-2, 2)
    return _placed(poster, top, left, AROUND)


def _placed(poster: Prepared, top: int, left: int, size: tuple[int, int]) -> Window:
    """A window at even cells, moved into the poster."""
    height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    top, left = min(max(top, 0), height - size[0]), min(max(left, 0), width - size[1])
    return top // 2 * 2, left // 2 * 2, *size


def crops(folders: Folders, rng: random.Random, *, times: int = 1, bound: bool = True) -> Callable[[], Batch]:
    """What makes batches of `times` the usual number of windows; of the first folder, whose posters have more letters."""
    source = endless(folders[0], rng)

    def make() -> Batch:
        windows: list[tuple[Prepared, Window]] = []
        while len(windows) < times * _BATCH:
            poster = next(source)
            windows += [(poster, window_of(poster, rng)) for _ in range(_PER_POSTER)]
        return batch_of(windows[: times * _BATCH], rng, _GLYPHS, bound=bound)

    return make


def arounds(folders: Folders, rng: random.Random, *, times: int = 1, bound: bool = True) -> Callable[[], Batch]:
    """What makes batches of windows around things; of the last folder, whose posters have more of these."""
    source = (poster for poster in endless(folders[-1], rng) if poster.things)

    def make() -> Batch:
        windows = [(poster, window_around(poster, rng)) for poster in islice(source, times * _AROUND_BATCH)]
        return batch_of(windows, rng, _AROUND_GLYPHS, bound=bound)

    return make


def wholes(folders: Folders, rng: random.Random, *, times: int = 1, bound: bool = True) -> Callable[[], Batch]:
    """What makes batches of whole posters, those of one shape together, from one folder after the other."""
    alike = by_turns(of_one_shape(endless(folder, rng), times * _WHOLE_BATCH) for folder in folders)

    def make() -> Batch:
        posters = next(alike)
        rows, columns = posters[0].latents.shape[1] // 2, posters[0].latents.shape[2] // 2
        return batch_of([(poster, (0, 0, rows, columns)) for poster in posters], rng, _WHOLE_GLYPHS, bound=bound)

    return make


def of_one_shape(source: Iterator[Prepared], count: int) -> Iterator[list[Prepared]]:
    """So many posters of one shape at a time; those of other shapes wait."""
    held: dict[tuple[int, ...], list[Prepared]] = {}
    for poster in source:
        waiting = held.setdefault(poster.tokens.shape, [])
        waiting.append(poster)
        if len(waiting) == count:
            yield held.pop(poster.tokens.shape)


def validation(folder: Path, *, bound: bool = True) -> tuple[Batch, Batch]:
    """Windows on letters and around things, of the first file, which is not trained on."""
    rng, rows = random.Random(5), read_prepared(min(folder.glob("*.prepared")))
    written, drawn = [row for row in rows if row.strings][:_BATCH], [row for row in rows if row.things][:_AROUND_BATCH]
    letters = [(row, window_of(row, rng)) for row in written]
    things = [(row, window_around(row, rng)) for row in drawn]
    return (
        batch_of(letters, rng, _GLYPHS, learn=False, bound=bound),
        batch_of(things, rng, _AROUND_GLYPHS, learn=False, bound=bound),
    )
