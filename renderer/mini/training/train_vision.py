"""Stage 2, the semantic tokens: a vision tower and a codebook that say what is in every cell of 32 pixels.

    python -m layoutgen.renderer.mini.training.train_vision SHARDS RUNS --minutes 10

Each cell has to tell its colours, whether it has letters or which kind of object, where in the object it lies, and the face of
the letters. The tower first learns with continuous features; then k-means lays the codebook into them, and both learn together.
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
from numpy.typing import NDArray
from PIL import Image
from scipy.cluster.vq import kmeans2
from torch import Tensor, nn
from transformers.models.glm_image.modeling_glm_image import GlmImageVisionModel, GlmImageVQVAE

from layoutgen.base.model import Box
from layoutgen.renderer.draft.vocabulary import motif_of
from layoutgen.renderer.mini.things import KINDS

from .loop import Average, Optimiser, Tensors, TrainingRun, ahead, averaged, by_turns, rate, samples
from .models import vision_parts
from .options import arguments, shared_arguments
from .phrasing import face_descriptions
from .posters import FACES, HELD_OUT_FACE
from .samples import Pixels, Sample

STAGE = "vision"
CELL, PATCH = 32, 16
_BATCH = 4
"""Posters; three pictures of each."""
_DECAY = 0.995
"""Of the average of the weights."""
_THUMB = 2
"""Colours of a cell, along and across."""
_CLASSES = 2 + len(KINDS)
"""Nothing, letters, and each kind of object."""
_NAMES = [*(name for name, _ in FACES), HELD_OUT_FACE[0]]
_FACES = {words: number for number, name in enumerate(_NAMES, start=1) for words in face_descriptions(name)}
"""The numbers of faces, by all the names that posters use for them."""

Grid = tuple[int, int]
Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class VisionBatch(Tensors):
    """Pictures cut into patches, and what each cell has to tell; the pictures follow one another."""

    patches: Tensor
    """float32 (cells, 3 * 16 * 16)."""
    grids: Tensor
    """int64 (pictures, 3)."""
    colors: Tensor
    classes: Tensor
    faces: Tensor
    places: Tensor
    """float32 (cells, 2): down and across from the middle of an object, in halves of its side; 0 elsewhere."""


class CellHeads(nn.Module):
    """What a cell's code has to tell."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(width, 256), nn.GELU())
        self.colors = nn.Linear(256, 3 * _THUMB * _THUMB)
        self.classes = nn.Linear(256, _CLASSES)
        self.faces = nn.Linear(256, len(_NAMES) + 1)
        self.places = nn.Linear(256, 2)

    def forward(self, codes: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        hidden = self.trunk(codes * codes.shape[-1] ** 0.5)
        return self.colors(hidden), self.classes(hidden), self.faces(hidden), self.places(hidden)


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
    target = torch.device(device)
    tower, codebook = vision_parts()
    codebook.register_buffer("laid", torch.zeros(()))
    heads = CellHeads(codebook.config.embed_dim)
    modules: dict[str, nn.Module] = {"visual": tower, "vqmodel": codebook, "heads": heads}
    for module in modules.values():
        module.to(target)
    optimiser = Optimiser(list(modules.values()), blocks=("blocks.",))
    run = TrainingRun(runs, STAGE, modules, optimiser, _DECAY)

    def start(rng: random.Random) -> Callable[[], VisionBatch]:
        source = by_turns(samples(one, rng) for one in (shards, crowds) if one is not None)
        return lambda: cells_of([next(source) for _ in range(batch * _BATCH)], rng)

    batches = ahead(start, f"{seed} {run.step}", workers=workers)
    limit, statistics = minutes * 60, []
    while (progress := run.elapsed() / limit) < 1:
        cells = next(batches).to(target)
        if progress > 0.4 and not codebook.laid:
            calibration = [next(batches).to(target) for _ in range(25)]
            with torch.no_grad():
                all_features = torch.cat([features(tower, codebook, one.patches, one.grids) for one in calibration])
                _lay(codebook, all_features, torch.cat([weights(one.classes) for one in calibration]), seed)
            run.average = Average(list(modules.values()), _DECAY)
        with torch.autocast(target.type, torch.bfloat16):
            cell_features = features(tower, codebook, cells.patches, cells.grids).float()
        codes, commit, code_count = F.normalize(cell_features, dim=-1), cell_features.new_zeros(()), 0
        if codebook.laid:
            codes, commit, ids = codebook.quantize(cell_features[None, None].permute(0, 3, 1, 2))
            codes, code_count = codes[0, :, 0].T, len(ids.unique())
        colors, classes, faces, places = heads(codes)
        weight = weights(cells.classes)
        color_error = ((colors - cells.colors).abs().mean(-1) * weight).mean()
        class_loss = (F.cross_entropy(classes, cells.classes, reduction="none") * weight).mean()
        lettered = cells.faces > 0
        face_loss = F.cross_entropy(faces[lettered], cells.faces[lettered]) if lettered.any() else cell_features.new_zeros(())
        on_objects = cells.classes > 1
        place_loss = cell_features.new_zeros(())
        if on_objects.any():
            place_loss = F.smooth_l1_loss(places[on_objects], cells.places[on_objects])
        loss = 2 * color_error + class_loss + 0.5 * face_loss + 2 * place_loss + commit
        loss.backward()
        optimiser.step(rate(2e-3, run.step, progress, warmup=80))
        run.average.update()
        run.step += 1
        correct = (classes.argmax(-1) == cells.classes).float()
        on_letters = cells.classes == 1
        shares = (correct[on_objects].mean(), correct[on_letters].mean())
        statistics.append(torch.stack([color_error.detach(), *shares, place_loss.detach()]))
        if run.step % 50 == 0:
            color_error_, objects_, letters_, place_loss_ = (
                torch.stack(statistics).nanmean(0).double().cpu().numpy().round(4).tolist()
            )
            statistics.clear()
            face = (faces.argmax(-1) == cells.faces)[cells.faces > 0].float().mean()
            run.log(
                colors=color_error_,
                things=objects_,
                words=letters_,
                places=place_loss_,
                faces=round(float(face), 3),
                codes=code_count,
            )
        if run.step % 200 == 0:
            run.save()
    run.save()


def weights(classes: Tensor) -> Tensor:
    """The weight of each cell: letters and objects are few compared with the backdrop."""
    return 1.0 + 1.0 * (classes == 1) + 5.0 * (classes > 1)


def features(tower: GlmImageVisionModel, codebook: GlmImageVQVAE, patches: Tensor, grids: Tensor) -> Tensor:
    """(cells, embed_dim), before they are normalised and quantised."""
    hidden = tower(patches, grid_thw=grids).last_hidden_state
    result: Tensor = codebook.quant_conv(hidden.T[None, :, :, None])[0, :, :, 0].T
    return result


def _lay(codebook: GlmImageVQVAE, cell_features: Tensor, cell_weights: Tensor, seed: int) -> None:
    """Put the codes where the features are; the higher the weight of cells, the more codes for them."""
    points = F.normalize(cell_features.float(), dim=-1).cpu().numpy()
    rng, probability = np.random.default_rng(seed), cell_weights.double().cpu().numpy()
    sample = points[rng.choice(len(points), min(30000, len(points)), replace=False, p=probability / probability.sum())]
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # about empty clusters, which are filled below
        centres, labels = kmeans2(sample, codebook.config.num_embeddings, iter=12, minit="points", seed=seed)
    empty = np.setdiff1d(np.arange(len(centres)), labels)
    centres[empty] = points[rng.choice(len(points), len(empty))]
    with torch.no_grad():
        codebook.quantize.embedding.weight.copy_(torch.from_numpy(centres))
        codebook.laid.fill_(1.0)


def cells_of(rows: list[Sample], rng: random.Random) -> VisionBatch:
    """A batch: each picture on its own grid and on that of its preview, and its decoy on one of the two."""
    pictures = []
    for row in rows:
        own, preview = grids(row.picture)
        pictures += [_cells(row, own), _cells(row, preview), _cells(row, rng.choice((own, preview)), decoy=True)]
    patches, colors, classes, faces, places = (
        torch.from_numpy(np.concatenate(part)) for part in zip(*(item[1:] for item in pictures), strict=True)
    )
    return VisionBatch(patches, torch.tensor([(1, *item[0]) for item in pictures]), colors, classes, faces, places)


def grids(picture: Pixels) -> tuple[Grid, Grid]:
    """Cells of a picture, and of its preview as the planner's processor makes it."""
    height, width = picture.shape[:2]
    return (height // CELL, width // CELL), (int((height / width) ** 0.5 * 16), int((width / height) ** 0.5 * 16))


def _cells(sample: Sample, grid: Grid, *, decoy: bool = False) -> tuple[Grid, Array, Array, Array, Array, Array]:
    """What `VisionBatch` holds, for one picture. The words of a decoy are about where they are in the picture."""
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
            cells = covered_cells(box, down, across, 0.05)
            classes[cells] = 2 + _KIND[motif.name]
            places[cells] = (middles[cells] - (box[1] + box[3] / 2, box[0] + box[2] / 2)) / (box[2] / 2)
    for glyph in sample.conditions.glyphs:
        for box in glyph.line_boxes:
            cells = covered_cells(box, down, across, 0.0)
            classes[cells] = 1
            faces[cells] = _FACES.get(glyph.style.lettering.face or "", 0)
    return grid, _patches(picture, grid), colors, classes.reshape(-1), faces.reshape(-1), places.reshape(-1, 2)


def _patches(picture: Pixels, grid: Grid) -> Array:
    """float32 (cells, 3 * 16 * 16): a picture scaled to the grid and cut up, as the planner's processor does."""
    rows, columns = grid
    half = Image.fromarray(picture).resize((columns * PATCH, rows * PATCH), Image.Resampling.BICUBIC)
    cells = np.asarray(half, np.float32).reshape(rows, PATCH, columns, PATCH, 3) / 127.5 - 1
    return cells.transpose(0, 2, 4, 1, 3).reshape(rows * columns, -1)


_KIND = {kind.name: number for number, kind in enumerate(KINDS)}


def drawn_box(box: Box) -> Box:
    """Where an object is drawn: it is square, in the middle of its box."""
    left, top, width, height = box
    side = min(width, height)
    return left + (width - side) // 2, top + (height - side) // 2, side, side


def covered_cells(box: Box, down: float, across: float, inset: float) -> tuple[slice, slice]:
    """The rows and columns of cells that a box covers by about half or more, its sides inset by a share."""
    left, top, width, height = box

    def stretch(start: int, length: int, scale: float) -> slice:
        first = round((start + inset * length) * scale)
        return slice(first, max(first + 1, round((start + (1 - inset) * length) * scale)))

    return stretch(top, height, down), stretch(left, width, across)


def finished(runs: Path) -> tuple[GlmImageVisionModel, GlmImageVQVAE]:
    """The averaged tower and codebook."""
    tower, codebook = vision_parts()
    codebook.register_buffer("laid", torch.zeros(()))
    averaged(runs, STAGE, {"visual": tower, "vqmodel": codebook, "heads": CellHeads(codebook.config.embed_dim)})
    del codebook.laid
    return tower.eval(), codebook.eval()


@torch.no_grad()
def tokens(tower: GlmImageVisionModel, codebook: GlmImageVQVAE, pictures: list[Pixels], grid: Grid) -> NDArray[np.int16]:
    """(pictures, rows, columns): the codes of pictures scaled to `grid` cells."""
    patches = torch.from_numpy(np.concatenate([_patches(picture, grid) for picture in pictures])).to(tower.device)
    cell_features = features(tower, codebook, patches, torch.tensor([(1, *grid)] * len(pictures), device=tower.device))
    ids = codebook.quantize(cell_features[None, None].permute(0, 3, 1, 2))[2]
    result: NDArray[np.int16] = ids.reshape(len(pictures), *grid).cpu().numpy().astype(np.int16)
    return result


if __name__ == "__main__":
    train(arguments().shards, arguments().runs, crowds=arguments().crowds, **shared_arguments())
