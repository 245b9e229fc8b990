"""Batches for the decoder: windows of prepared posters, or whole posters, varied as in use."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from layoutgen.renderer.glm.head_bias import OFF
from layoutgen.renderer.mini import BOOST, VIEWS

from .loop import Tensors, by_turns
from .prepare import PreparedPoster, endless, read_prepared
from .train_vision import covered_cells, drawn_box

WINDOW = (4, 12)
"""Rows and columns of a crop, in the decoder's cells."""
AROUND = (10, 10)
"""The same for a crop around an object, which contains most of it."""
_BATCH, _GLYPHS, _BYTES, _PER_POSTER = 96, 20, 24, 8
_AROUND_BATCH, _AROUND_GLYPHS = 64, 16
_WHOLE_BATCH, _WHOLE_GLYPHS = 6, 88
_NO_GLYPHS, _NO_PLAN, _NEITHER = 0.04, 0.04, 0.06
"""How often the glyphs, the plan, or both are left out; guidance compares with both left out."""

Window = tuple[int, int, int, int]
"""First row and column, rows, columns; cells, all even."""
Folders = Sequence[Path]
"""Folders of prepared posters: ordinary ones, and optionally crowded ones."""


@dataclass(frozen=True, eq=False)
class DecoderBatch(Tensors):
    latents: Tensor
    """(batch, channels, 2 rows, 2 columns)."""
    prior: Tensor
    """int64 (batch, cells)."""
    ids: Tensor
    """int64 (strings, bytes): every string of the batch once."""
    at: Tensor
    """int64 (batch, glyph tokens): where each token's embedding is in (strings * bytes), or 0."""
    known: Tensor
    """bool (batch, glyph tokens)."""
    bias: Tensor
    """float16 (batch, heads, glyph tokens, cells)."""
    letters: Tensor
    """bool (batch, cells)."""
    objects: Tensor
    """bool (batch, cells)."""
    offsets: Tensor
    """int64 (batch, 2): row and column of the first cell."""
    sizes: Tensor
    """(batch, 2): height and width of the whole picture, pixels."""
    no_plan: Tensor
    """bool (batch,): the plan is left out."""


def batch_of(
    windows: list[tuple[PreparedPoster, Window]], rng: random.Random, tokens: int, *, learn: bool = True, bound: bool = True
) -> DecoderBatch:
    """Windows of posters as one batch; with `learn`, varied as in training. Not `bound`: every cell sees all glyphs equally."""
    strings: dict[tuple[int, str], int] = {}
    latents, prior, bias, at, known, letters, objects, offsets, sizes, no_plan = ([] for _ in range(10))
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
        omission = rng.random() if learn else 1.0
        no_plan.append(_NO_GLYPHS <= omission < _NO_GLYPHS + _NEITHER + _NO_PLAN)
        patterns = poster.patterns.reshape(len(VIEWS), -1, height, width)[:, :, top : top + rows, left : left + columns]
        patterns = patterns.reshape(*patterns.shape[:2], -1)
        nearby = patterns[0]
        visible = np.flatnonzero((nearby > OFF / 2).any(1))[:tokens] if omission >= _NO_GLYPHS + _NEITHER else np.array([], int)
        grain = 1.0 if not bound else rng.random() if learn else 0.0
        rows_of_tokens, token_bias = np.zeros(tokens, np.int64), np.full((len(VIEWS), tokens, rows * columns), OFF, np.float16)
        for slot, token in enumerate(visible):
            number = next(index for index, (first, last) in enumerate(poster.spans) if first <= token < last)
            first, last = poster.spans[number]
            padding = last - first - 1 - len(poster.strings[number].encode())
            row = strings.setdefault((padding, poster.strings[number]), len(strings))
            rows_of_tokens[slot] = row * _BYTES + min(token - first, _BYTES - 1)
            pattern = patterns[:, token]
            if grain >= 0.97:
                pattern = np.zeros_like(pattern)
            elif grain >= 0.9:
                pattern = np.where(nearby[last - 1] > OFF / 2, math.log(BOOST), OFF)[None]
            else:
                pattern = np.where(pattern > OFF / 2, pattern + math.log(BOOST), OFF)
            token_bias[:, slot] = pattern
        at.append(rows_of_tokens)
        bias.append(token_bias)
        known.append(np.arange(tokens) < len(visible))
        lettered = (nearby > -8).any(0) if len(nearby) else np.zeros(rows * columns, bool)
        letters.append(lettered)
        objects.append(_object_cells(poster, (top, left, rows, columns)))
        offsets.append((top, left))
        sizes.append((16.0 * height, 16.0 * width))
    ids = np.zeros((max(1, len(strings)), _BYTES), np.int64)
    ids[0, 0] = 1
    for (padding, text), row in strings.items():
        encoded = [*([0] * padding + [byte + 3 for byte in text.encode()])[: _BYTES - 1], 1]
        ids[row] = encoded + [0] * (_BYTES - len(encoded))
    return DecoderBatch(
        latents=torch.from_numpy(np.stack(latents)).float(),
        prior=torch.from_numpy(np.stack(prior)),
        ids=torch.from_numpy(ids),
        at=torch.from_numpy(np.stack(at)),
        known=torch.from_numpy(np.stack(known)),
        bias=torch.from_numpy(np.stack(bias)),
        letters=torch.from_numpy(np.stack(letters)),
        objects=torch.from_numpy(np.stack(objects)),
        offsets=torch.tensor(offsets),
        sizes=torch.tensor(sizes),
        no_plan=torch.tensor(no_plan),
    )


def _object_cells(poster: PreparedPoster, window: Window) -> NDArray[np.bool_]:
    """(cells,): where objects are drawn."""
    top, left, rows, columns = window
    mask = np.zeros((poster.latents.shape[1] // 2, poster.latents.shape[2] // 2), bool)
    for box in poster.objects:
        mask[covered_cells(drawn_box(box), 1 / 16, 1 / 16, 0.0)] = True
    return mask[top : top + rows, left : left + columns].reshape(-1)


def window_of(poster: PreparedPoster, rng: random.Random) -> Window:
    """A window on letters with all rows of their line, if they fit; now and then on an object, or anywhere."""
    rows, columns = WINDOW
    height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    choice = rng.random()
    if poster.strings and choice < 0.82:
        # All strings are equally likely, and so are all letters of a string.
        # Lines of a single row are too small to be learnt well: most of them give their turn to another.
        for _ in range(4):
            first, last = poster.spans[rng.randrange(len(poster.spans))]
            pattern = poster.patterns[0, rng.randrange(first, last)]
            column, line_rows = int(pattern.argmax()) % width, np.flatnonzero(pattern > OFF / 2) // width
            if line_rows.max() > line_rows.min():
                break
        lowest, highest = sorted((int(line_rows.max()) - rows + 1, int(line_rows.min())))
        top, left = rng.randint(lowest, highest), column - rng.randrange(columns)
    elif poster.objects and choice < 0.95:
        x, y, w, h = rng.choice(poster.objects)
        top, left = (rng.randint(y, y + h) // 16) - rows // 2, (rng.randint(x, x + w) // 16) - columns // 2
    else:
        top, left = rng.randint(0, height - rows), rng.randint(0, width - columns)
    return _inside_poster(poster, top, left, WINDOW)


def window_around(poster: PreparedPoster, rng: random.Random) -> Window:
    """A window with the middle of an object in it, and usually all of it."""
    rows, columns = AROUND
    x, y, w, h = rng.choice(poster.objects)
    top = (y + h // 2) // 16 - rows // 2 + rng.randint(-2, 2)
    left = (x + w // 2) // 16 - columns // 2 + rng.randint(-2, 2)
    return _inside_poster(poster, top, left, AROUND)


def _inside_poster(poster: PreparedPoster, top: int, left: int, size: tuple[int, int]) -> Window:
    """A window at even cells, moved inside the poster."""
    height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    top, left = min(max(top, 0), height - size[0]), min(max(left, 0), width - size[1])
    return top // 2 * 2, left // 2 * 2, *size


def line_windows(folders: Folders, rng: random.Random, *, times: int = 1, bound: bool = True) -> Callable[[], DecoderBatch]:
    """What makes batches of windows on lines, `times` as many as usual, of the first folder: its posters have more letters."""
    source = endless(folders[0], rng)

    def make() -> DecoderBatch:
        windows: list[tuple[PreparedPoster, Window]] = []
        while len(windows) < times * _BATCH:
            poster = next(source)
            windows += [(poster, window_of(poster, rng)) for _ in range(_PER_POSTER)]
        return batch_of(windows[: times * _BATCH], rng, _GLYPHS, bound=bound)

    return make


def object_windows(folders: Folders, rng: random.Random, *, times: int = 1, bound: bool = True) -> Callable[[], DecoderBatch]:
    """What makes batches of windows around objects, from the last folder, whose posters have more of these."""
    source = (poster for poster in endless(folders[-1], rng) if poster.objects)

    def make() -> DecoderBatch:
        windows = [(poster, window_around(poster, rng)) for poster in islice(source, times * _AROUND_BATCH)]
        return batch_of(windows, rng, _AROUND_GLYPHS, bound=bound)

    return make


def whole_posters(folders: Folders, rng: random.Random, *, times: int = 1, bound: bool = True) -> Callable[[], DecoderBatch]:
    """What makes batches of whole posters of one shape, from each folder in turn."""
    same_shape = by_turns(of_one_shape(endless(folder, rng), times * _WHOLE_BATCH) for folder in folders)

    def make() -> DecoderBatch:
        posters = next(same_shape)
        rows, columns = posters[0].latents.shape[1] // 2, posters[0].latents.shape[2] // 2
        return batch_of([(poster, (0, 0, rows, columns)) for poster in posters], rng, _WHOLE_GLYPHS, bound=bound)

    return make


def of_one_shape(source: Iterator[PreparedPoster], count: int) -> Iterator[list[PreparedPoster]]:
    """`count` posters of one shape at a time; those of other shapes wait."""
    by_shape: dict[tuple[int, ...], list[PreparedPoster]] = {}
    for poster in source:
        same_shape = by_shape.setdefault(poster.tokens.shape, [])
        same_shape.append(poster)
        if len(same_shape) == count:
            yield by_shape.pop(poster.tokens.shape)


def validation(folder: Path, *, bound: bool = True) -> tuple[DecoderBatch, DecoderBatch]:
    """Windows on letters and around objects, from the first file, which is not trained on."""
    rng, rows = random.Random(5), read_prepared(min(folder.glob("*.prepared")))
    with_text = [row for row in rows if row.strings][:_BATCH]
    with_objects = [row for row in rows if row.objects][:_AROUND_BATCH]
    letters = [(row, window_of(row, rng)) for row in with_text]
    objects = [(row, window_around(row, rng)) for row in with_objects]
    return (
        batch_of(letters, rng, _GLYPHS, learn=False, bound=bound),
        batch_of(objects, rng, _AROUND_GLYPHS, learn=False, bound=bound),
    )
