"""Stage 2, the semantic tokens: a vision tower and a codebook that say of every cell of 32 pixels what is there.

    python -m layoutgen.renderer.mini.training.train_vision SHARDS RUNS --minutes 10

Each cell is asked for its colours, whether letters or which kind of thing stand in it, where in the thing it lies, and the face
of the letters. The tower learns first with continuous features; then the codebook is laid into them by k-means, and both go on
together.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from layoutgen.renderer.draft.vocabulary import motif_of
from layoutgen.renderer.mini.things import KINDS
from numpy.typing import NDArray
from PIL import Image
from scipy.cluster.vq import kmeans2
from torch import Tensor, nn
from transformers.models.glm_image.modeling_glm_image import GlmImageVisionModel, GlmImageVQVAE

from layoutgen.base.model import Box

from .loop import Average, Optimiser, Run, Tensors, ahead, averaged, by_turns, rate, samples
from .models import vision_parts
from .options import asked, given
from .phrasing import face_words
from .posters import FACES, HELD_OUT_FACE
from .samples import Pixels, Sample

STAGE = "vision"
CELL, PATCH = 32, 16
_BATCH = 4
"""Posters; three pictures of each."""
_DECAY = 0.995
"""Of the average of the weights."""
_THUMB = 2
"""Colours a cell is asked for, along and across."""
_CLASSES = 2 + len(KINDS)
"""Nothing, letters, and each kind of thing."""
_NAMES = [*(name for name, _ in FACES), HELD_OUT_FACE[0]]
_FACES = {words: number for number, name in enumerate(_NAMES, start=1) for words in face_words(name)}
"""The numbers of faces, by all that they are called in posters."""

Grid = tuple[int, int]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Cells(Tensors):
    """Pictures cut into patches, and what each cell is to say; pictures lie end to end."""

    patches: Tensor
    """float32 (cells, 3 * 16 * 16)."""
    grids: Tensor
    """int64 (pictures, 3)."""
    colors: Tensor
    classes: Tensor
    faces: Tensor
    places: Tensor
    """float32 (cells, 2): down and across from the middle of a thing, in half sides of it; 0 elsewhere."""


class Asked(nn.Module):
    """What a cell's code is asked for."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(width, 256), nn.GELU())
        self.colors = nn.Linear(256, 3 * _THUMB * _THUMB)
        self.classes = nn.Linear(256, _CLASSES)
        self.faces = nn.Linear(256, len(_NAMES) + 1)
        self.places = nn.Linear(256, 2)

    def forward(self, codes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        found = self.trunk(codes * codes.shape[-1] ** 0.5)
        return self.colors(found), self.classes(found), self.faces(found), self.places(found)


def train(
    shards: Path,
    runs: Path,
    minutes: float,
    seed: int,
    *,
    device: str = "cpu",
    workers: int = 1,
    batch: int = 1,
    crowds: Path | None = None,
) -> None:
    """`crowds`: another folder of samples, from which every other poster comes."""
    torch.manual_seed(seed)
    where = torch.device(device)
    tower, codebook = vision_parts()
    codebook.register_buffer("laid", torch.zeros(()))
    heads = Asked(codebook.config.embed_dim)
    modules: dict[str, nn.Module] = {"visual": tower, "vqmodel": codebook, "heads": heads}
    for module in modules.values():
        module.to(where)
    optimiser = Optimiser(list(modules.values()), blocks=("blocks.",))
    run = Run(runs, STAGE, modules, optimiser, _DECAY)

    def start(rng: random.Random) -> Callable[[], Cells]:
        source = by_turns(samples(one, rng) for one in (shards, crowds) if one is not None)
        return lambda: cells_of([next(source) for _ in range(batch * _BATCH)], rng)

    batches = ahead(start, f"{seed} {run.step}", workers=workers)
    limit, seen = minutes * 60, []
    while (done := run.elapsed() / limit) < 1:
        cells = next(batches).to(where)
        if done > 0.4 and not codebook.laid:
            more = [next(batches).to(where) for _ in range(25)]
            with torch.no_grad():
                found = torch.cat([features(tower, codebook, one.patches, one.grids) for one in more])
                _lay(codebook, found, torch.cat([weights(one.classes) for one in more]), seed)
            run.average = Average(list(modules.values()), _DECAY)
        with torch.autocast(where.type, torch.bfloat16):
            raw = features(tower, codebook, cells.patches, cells.grids).float()
        codes, commit, used = F.normalize(raw, dim=-1), raw.new_zeros(()), 0
        if codebook.laid:
            codes, commit, ids = codebook.quantize(raw[None, None].permute(0, 3, 1, 2))
            codes, used = codes[0, :, 0].T, len(ids.unique())
        colors, classes, faces, places = heads(codes)
        weight = weights(cells.classes)
        off = ((colors - cells.colors).abs().mean(-1) * weight).mean()
        kinds = (F.cross_entropy(classes, cells.classes, reduction="none") * weight).mean()
        lettered = cells.faces > 0
        letters = F.cross_entropy(faces[lettered], cells.faces[lettered]) if lettered.any() else raw.new_zeros(())
        drawn = cells.classes > 1
        inner = F.smooth_l1_loss(places[drawn], cells.places[drawn]) if drawn.any() else raw.new_zeros(())
        loss = 2 * off + kinds + 0.5 * letters + 2 * inner + commit
        loss.backward()
        optimiser.step(rate(2e-3, run.step, done, warmup=80))
        run.average.update()
        run.step += 1
        right = (classes.argmax(-1) == cells.classes).float()
        seen.append(torch.stack([off.detach(), right[drawn].mean(), right[cells.classes == 1].mean(), inner.detach()]))
        if run.step % 50 == 0:
            off_, things, words, inner_ = torch.stack(seen).nanmean(0).double().cpu().numpy().round(4).tolist()
            seen.clear()
            face = (faces.argmax(-1) == cells.faces)[cells.faces > 0].float().mean()
            run.log(colors=off_, things=things, words=words, places=inner_, faces=round(float(face), 3), codes=used)
        if run.step % 200 == 0:
            run.save()
    run.save()


def weights(classes: Tensor) -> Tensor:
    """What a cell counts for: letters and things are few beside the backdrop."""
    return 1.0 + 1.0 * (classes == 1) + 5.0 * (classes > 1)


def features(tower: GlmImageVisionModel, codebook: GlmImageVQVAE, patches: Tensor, grids: Tensor) -> Tensor:
    """(cells, embed_dim), before they are normalised and quantised."""
    seen = tower(patches, grid_thw=grids).last_hidden_state
    found: Tensor = codebook.quant_conv(seen.T[None, :, :, None])[0, :, :, 0].T
    return found


def _lay(codebook: GlmImageVQVAE, found: Tensor, weight: Tensor, seed: int) -> None:
    """Put the codes where the features are; the more a cell counts for, the more codes for such cells."""
    points = F.normalize(found.float(), dim=-1).cpu().numpy()
    rng, share = np.random.default_rng(seed), weight.double().cpu().numpy()
    chosen = points[rng.choice(len(points), min(30000, len(points)), replace=False, p=share / share.sum())]
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of clusters that are empty, which are filled below
        centres, labels = kmeans2(chosen, codebook.config.num_embeddings, iter=12, minit="points", seed=seed)
    lonely = np.setdiff1d(np.arange(len(centres)), labels)
    centres[lonely] = points[rng.choice(len(points), len(lonely))]
    with torch.no_grad():
        codebook.quantize.embedding.weight.copy_(torch.from_numpy(centres))
        codebook.laid.fill_(1.0)


def cells_of(rows: list[Sample], rng: random.Random) -> Cells:
    """A batch: each picture on its own grid and on that of its preview, and its decoy on one of these."""
    found = []
    for row in rows:
        own, preview = grids(row.picture)
        found += [_cells(row, own), _cells(row, preview), _cells(row, rng.choice((own, preview)), decoy=True)]
    patches, colors, classes, faces, places = (
        torch.from_numpy(np.concatenate(part)) for part in zip(*(item[1:] for item in found), strict=True)
    )
    return Cells(patches, torch.tensor([(1, *item[0]) for item in found]), colors, classes, faces, places)


def grids(picture: Pixels) -> tuple[Grid, Grid]:
    """Cells of a picture, and of its preview as the planner's processor makes it."""
    height, width = picture.shape[:2]
    return (height // CELL, width // CELL), (int((height / width) ** 0.5 * 16), int((width / height) ** 0.5 * 16))


def _cells(sample: Sample, grid: Grid, *, decoy: bool = False) -> tuple[Grid, Array, Array, Array, Array, Array]:
    """What `Cells` has, of one picture. A decoy's words stand about where they stand in it."""
    picture = sample.decoy if decoy else sample.picture
    rows, columns = grid
    image = Image.fromarray(picture)
    small = np.asarray(image.resize((columns * _THUMB, rows * _THUMB), Image.Resampling.BOX), np.float32) / 127.5 - 1
    colors = small.reshape(rows, _THUMB, columns, _THUMB, 3).transpose(0, 2, 1, 3, 4).reshape(rows * columns, -1)
    height, width = picture.shape[:2]
    classes, faces = np.zeros(grid, np.int64), np.zeros(grid, np.int64)
    places = np.zeros((*grid, 2), np.float32)
    down, across = rows / height, columns / width
    middles = (np.mgrid[:rows, :columns].transpose(1, 2, 0) + 0.5) / (down, across)
    for thing in sample.conditions.objects:
        motif = motif_of(thing.description)
        if motif is not None and motif.name in _KIND:
            box = drawn_box(thing.box)
            where = inside(box, down, across, 0.05)
            classes[where] = 2 + _KIND[motif.name]
            places[where] = (middles[where] - (box[1] + box[3] / 2, box[0] + box[2] / 2)) / (box[2] / 2)
    for glyph in sample.conditions.glyphs:
        for box in glyph.line_boxes:
            place = inside(box, down, across, 0.0)
            classes[place] = 1
            faces[place] = _FACES.get(glyph.style.lettering.face or "", 0)
    return grid, _patches(picture, grid), colors, classes.reshape(-1), faces.reshape(-1), places.reshape(-1, 2)


def _patches(picture: Pixels, grid: Grid) -> Array:
    """float32 (cells, 3 * 16 * 16): a picture scaled to the grid and cut up, as the planner's processor does."""
    rows, columns = grid
    half = Image.fromarray(picture).resize((columns * PATCH, rows * PATCH), Image.Resampling.BICUBIC)
    cells = np.asarray(half, np.float32).reshape(rows, PATCH, columns, PATCH, 3) / 127.5 - 1
    return cells.transpose(0, 2, 4, 1, 3).reshape(rows * columns, -1)


_KIND = {kind.name: number for number, kind in enumerate(KINDS)}


def drawn_box(box: Box) -> Box:
    """Where a thing is drawn: it is as high as wide, and stands in the middle of its box."""
    left, top, width, height = box
    side = min(width, height)
    return left + (width - side) // 2, top + (height - side) // 2, side, side


def inside(box: Box, down: float, across: float, inset: float) -> tuple[slice, slice]:
    """The rows and columns of cells that a box covers about half, with its sides drawn in by a share."""
    left, top, width, height = box

    def stretch(start: int, length: int, scale: float) -> slice:
        first = round((start + inset * length) * scale)
        return slice(first, max(first + 1, round((start + (1 - inset) * length) * scale)))

    return stretch(top, height, down), stretch(left, width, across)


def finished(runs: Path) -> tuple[GlmImageVisionModel, GlmImageVQVAE]:
    """The averaged tower and codebook."""
    tower, codebook = vision_parts()
    codebook.register_buffer("laid", torch.zeros(()))
    averaged(runs, STAGE, {"visual": tower, "vqmodel": codebook, "heads": Asked(codebook.config.embed_dim)})
    del codebook.laid
    return tower.eval(), codebook.eval()


@torch.no_grad()
def tokens(tower: GlmImageVisionModel, codebook: GlmImageVQVAE, pictures: list[Pixels], grid: Grid) -> NDArray[np.int16]:
    """(pictures, rows, columns): the codes of pictures scaled to `grid` cells."""
    patches = torch.from_numpy(np.concatenate([_patches(picture, grid) for picture in pictures])).to(tower.device)
    raw = features(tower, codebook, patches, torch.tensor([(1, *grid)] * len(pictures), device=tower.device))
    ids = codebook.quantize(raw[None, None].permute(0, 3, 1, 2))[2]
    found: NDArray[np.int16] = ids.reshape(len(pictures), *grid).cpu().numpy().astype(np.int16)
    return found


if __name__ == "__main__":
    train(asked().shards, asked().runs, crowds=asked().crowds, **given())
