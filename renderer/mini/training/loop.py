"""What the training stages share: optimisers, an average of the weights, a schedule by time, checkpoints, a log."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import cycle
from pathlib import Path
from typing import Any, Self, TypeVar

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from .samples import Sample, read_shard

T = TypeVar("T")


class Optimiser:
    """Muon for the matrices of named blocks and for convolutions, AdamW for everything else, one rate for both."""

    def __init__(self, modules: Sequence[nn.Module], *, blocks: Sequence[str] = (), decay: float = 0.01) -> None:
        matrices: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for module in modules:
            for name, weight in module.named_parameters():
                if weight.requires_grad:
                    in_blocks = any(part in name for part in blocks) and "relative" not in name
                    (matrices if in_blocks and weight.ndim in (2, 4) else others).append(weight)
        self.weights = [*matrices, *others]
        # Muon takes matrices: a kernel is treated as one, (out, in * height * width), in the same memory.
        self._flat = [(weight, nn.Parameter(weight.detach().flatten(1))) for weight in matrices]
        self._parts: list[Any] = [torch.optim.AdamW(others, lr=1e-3, weight_decay=decay, betas=(0.9, 0.98))]
        if matrices:
            self._parts.append(
                torch.optim.Muon([flat for _, flat in self._flat], lr=1e-3, weight_decay=decay, adjust_lr_fn="match_rms_adamw")
            )

    def step(self, rate: float, *, clip: float = 1.0) -> Tensor:
        """One step; gradients are clipped to this norm, then freed. Returns the norm before clipping, still on the device."""
        norm: Tensor = torch.nn.utils.clip_grad_norm_(self.weights, clip).detach()
        for weight, flat in self._flat:
            flat.grad = None if weight.grad is None else weight.grad.flatten(1)
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = rate
            part.step()
        for weight in [*self.weights, *(flat for _, flat in self._flat)]:
            weight.grad = None
        return norm

    def state_dict(self) -> list[Any]:
        return [part.state_dict() for part in self._parts]

    def load_state_dict(self, states: Sequence[Any]) -> None:
        for part, state in zip(self._parts, states, strict=True):
            part.load_state_dict(state)


class Average:
    """An exponential moving average of weights; `swap` lends it to the model."""

    def __init__(self, modules: Sequence[nn.Module], decay: float) -> None:
        self._weights = [weight for module in modules for weight in module.parameters()]
        self.values = [weight.detach().clone() for weight in self._weights]
        self._decay, self._seen = decay, 0

    def update(self) -> None:
        self._seen += 1
        share = 1 - min(self._decay, self._seen / (self._seen + 10))
        torch._foreach_lerp_(self.values, [weight.detach() for weight in self._weights], share)

    def swap(self) -> None:
        """Exchange the model's weights and the average; a second time undoes it."""
        with torch.no_grad():
            for weight, value in zip(self._weights, self.values, strict=True):
                model_weight = weight.detach().clone()
                weight.copy_(value)
                value.copy_(model_weight)


class TrainingRun:
    """One stage on disk: `FOLDER/STAGE.pt`, from which it continues, and the log `FOLDER/STAGE.log.jsonl`.

    A checkpoint of weights alone (without `optimiser`) is continued with a new optimiser; `first` is the step it began at.
    """

    def __init__(self, folder: Path, stage: str, modules: dict[str, nn.Module], optimiser: Optimiser, decay: float) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path, self._log = folder / f"{stage}.pt", folder / f"{stage}.log.jsonl"
        self._modules, self._optimiser = modules, optimiser
        self.average = Average(list(modules.values()), decay)
        self.step, self.first, self.seconds = 0, 0, 0.0
        if self.path.exists():
            state = torch.load(self.path, weights_only=True, map_location=self.average.values[0].device)
            for name, module in modules.items():
                module.load_state_dict(state["modules"][name])
            for value, saved in zip(self.average.values, state["average"], strict=True):
                value.copy_(saved)
            self.average._seen, self.step, self.seconds = state["step"], state["step"], state["seconds"]
            if "optimiser" in state:
                self._optimiser.load_state_dict(state["optimiser"])
                self.first = state.get("first", 0)
            else:
                self.first = self.step
        self._began = time.monotonic() - self.seconds

    def elapsed(self) -> float:
        """Seconds of training, over all runs."""
        return time.monotonic() - self._began

    def log(self, **values: Any) -> None:
        row = {"step": self.step, "seconds": round(self.elapsed()), **values}
        print(" ".join(f"{name} {value}" for name, value in row.items()), flush=True)
        with self._log.open("a") as file:
            file.write(json.dumps(row) + "\n")

    def keep_hot(self) -> None:
        """Before the rate comes down, once: `STAGE.hot.pt`, from which a longer training should continue."""
        if not (hot := self.path.with_suffix(".hot.pt")).exists():
            self.save(hot)

    def save(self, path: Path | None = None) -> None:
        """Atomically: a run that is stopped while it saves continues from the previous checkpoint."""
        path = path or self.path
        unfinished = path.with_suffix(".part")
        torch.save(
            {
                "modules": {name: module.state_dict() for name, module in self._modules.items()},
                "optimiser": self._optimiser.state_dict(),
                "average": self.average.values,
                "step": self.step,
                "first": self.first,
                "seconds": self.elapsed(),
            },
            unfinished,
        )
        unfinished.replace(path)


def averaged(folder: Path, stage: str, modules: dict[str, nn.Module]) -> None:
    """Load the averaged weights of a stage into its modules."""
    state = torch.load(folder / f"{stage}.pt", weights_only=True, map_location="cpu")
    weights = [weight for module in modules.values() for weight in module.parameters()]
    for name, module in modules.items():
        module.load_state_dict(state["modules"][name])
    with torch.no_grad():
        for weight, value in zip(weights, state["average"], strict=True):
            weight.copy_(value)


def rate(peak: float, step: int, progress: float, *, warmup: int = 200, cool: float = 0.35) -> float:
    """Warm up, stay, and come down over the last share of the time; `progress` is 0 … 1."""
    cooled = 1.0
    if progress >= 1 - cool:
        cooled = 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - 1 + cool) / cool)))
    return peak * min(1.0, (step + 1) / warmup) * cooled


def samples(folder: Path, rng: random.Random, *, skip: int = 1) -> Iterator[Sample]:
    """Endlessly, the samples of all shards but the first `skip`, which are for validation; the shards in random order.

    Shards that appear while this runs join in the next round.
    """
    while True:
        shards = sorted(folder.glob("*.shard"))[skip:]
        if not shards:
            raise SystemExit(
                f"there are no shards in {folder}: make some with `python -m layoutgen.renderer.mini.training.samples`"
            )
        rng.shuffle(shards)
        for path in shards:
            rows = list(read_shard(path))
            rng.shuffle(rows)
            yield from rows


class _Stream(IterableDataset[Any]):
    def __init__(self, start: Callable[[random.Random], Callable[[], Any]], seed: str) -> None:
        self._start, self._seed = start, seed

    def __iter__(self) -> Iterator[Any]:
        torch.set_num_threads(1)
        worker = get_worker_info()
        make = self._start(random.Random(f"{self._seed} {worker.id if worker else 0}"))
        while True:
            yield make()


def ahead(start: Callable[[random.Random], Callable[[], T]], seed: str, *, workers: int = 1) -> Iterator[T]:
    """Endlessly, batches made by `workers` processes beside the training.

    `start` is called once in each process, with a random generator of its own, and returns what makes a batch.
    """
    pinned = torch.cuda.is_available()
    return iter(DataLoader(_Stream(start, seed), batch_size=None, num_workers=workers, prefetch_factor=4, pin_memory=pinned))


def by_turns(sources: Iterable[Iterator[T]]) -> Iterator[T]:
    """One from each of several endless sources, in turn."""
    return (next(source) for source in cycle(sources))


@dataclass(frozen=True, eq=False)
class Tensors:
    """A batch of several tensors."""

    def pin_memory(self) -> Self:
        """Called by the loader, so that copies to a GPU overlap with training."""
        return replace(self, **{item.name: getattr(self, item.name).pin_memory() for item in fields(self)})

    def to(self, device: torch.device) -> Self:
        return replace(self, **{item.name: getattr(self, item.name).to(device, non_blocking=True) for item in fields(self)})


def to_unit(pixels: Any) -> Tensor:
    """uint8 (…, height, width, 3) → float32 (…, 3, height, width), -1 … 1."""
    return torch.from_numpy(pixels.copy()).movedim(-1, -3).float() / 127.5 - 1
