"""GLM-Image as a renderer: the stages of one picture in the order that an action needs, guarded and recorded."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Self, get_args

import numpy as np
import torch
from torch import Tensor

from layoutgen.base.model import Box
from layoutgen.conditions.limits import misfit
from layoutgen.conditions.model import Conditions, Limits
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderer.glm.limits import LIMITS as GLM
from layoutgen.renderers import Abilities, Costs, RenderAction, Rendered, Renderer
from layoutgen.renderers.abilities import CANDIDATES

from . import stages
from .decode_errors import NotFinite, NotPossible
from .loading import Components
from .memory import GIB, MemoryPlan, apply_plan, is_out_of_memory, out_of_memory, release_memory, step_down
from .planner import TokenPlan
from .progress import Bars, bars, interruptible
from .references import References, upsample
from .settings import EngineSettings, read_settings
from .stages import Engine, Stop

_OPTIONS = frozenset(
    f"{section}.{name}" for section, group in EngineSettings() if section != "memory" for name in type(group).model_fields
) | {"memory.tiling"}
"""The settings that `render` takes as options."""
_FORCING = ("off", "bias", "force")
"""From the gentlest to the strongest."""


class GlmRenderer(Renderer):
    """A loaded checkpoint. One picture at a time.

    `artefacts` of a picture: `latents`, float32 (1, channels, height / 8, width / 8), and `prior_tokens`, int32
    (height / 32, width / 32), as numpy arrays; with these and its image a later attempt starts from it.
    """

    def __init__(
        self, components: Components, memory: MemoryPlan, settings: EngineSettings | None = None, *, limits: Limits = GLM
    ) -> None:
        """`limits`: what these weights can take; their name is the renderer's."""
        self._limits = limits
        self._engine: Engine | None = Engine(components, memory, settings or EngineSettings())
        self._identity = dict(components.identity)
        self._references: tuple[object, References | None] | None = None

    @property
    def limits(self) -> Limits:
        return self._limits

    @property
    def identity(self) -> Mapping[str, str]:
        """Model, revision, digest of the weights, licence, number type, adapters, and the versions of the libraries."""
        return dict(self._identity)

    @property
    def abilities(self) -> Abilities:
        """Every action, and the settings that may be varied with these weights.

        A decoder whose heads see the glyphs differently was trained with these regions and writes nothing with others; and
        where several candidates are planned anyway, the retry policy does not plan fewer.
        """
        settings = self.engine.settings
        fixed = {name for name in _OPTIONS if name.startswith("regions.")} if settings.regions.views else set()
        if settings.planner.candidates > 1:
            fixed.add(CANDIDATES)
        return Abilities(
            tunable=_OPTIONS - fixed,
            costs=Costs(steps=settings.decoder.steps),
            minimum_repair_strength=settings.decoder.repair_weakest,
        )

    @property
    def engine(self) -> Engine:
        """What the functions of `stages` take. RuntimeError after `close`."""
        if self._engine is None:
            raise RuntimeError("this renderer is closed")
        return self._engine

    def render(
        self,
        conditions: Conditions,
        *,
        seed: int | None = None,
        action: RenderAction = "plan",
        previous: Rendered | None = None,
        boxes: Sequence[Box] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Rendered:
        """One picture. `plan`: a new plan, decoded. `redecode`: the plan of `previous` with new noise. `repair`: only `boxes`
        of it again. `replan`: a new plan, its regions held to the draft at least as `planner.replan` says.

        Without what they start from, `redecode` and `repair` are a `plan`. `options` are settings for this picture, by their
        names: `{"decoder.steps": 30}`; of `memory` only `tiling`.
        PosterError: LG424 sizes, LG510 … LG512 references, LG551 and LG552 settings, LG567 values that are not numbers, LG571
        out of memory, also with the next smaller plan. KeyboardInterrupt leaves the renderer as it was.
        """
        if action not in get_args(RenderAction):
            raise ValueError(f"there is no action `{action}`: there are {', '.join(get_args(RenderAction))}")
        if problem := misfit(conditions.generation, self.limits.model_copy(update={"smallest": self.limits.grid})):
            raise PosterError(Diagnostic("LG424", f"the conditions are for {problem}", hint=f"compile them for `{self.name}`"))
        began, seed = time.perf_counter(), conditions.seed if seed is None else seed
        earlier = _Earlier.of(previous, conditions)
        if action == "repair" and earlier is not None and not boxes:
            raise ValueError("a repair needs boxes")
        settings = self._settings(options, action)
        request = _Request(
            conditions, seed % 2**63, "plan" if action in ("redecode", "repair") and earlier is None else action, earlier, boxes
        )
        _reset_peak(self.engine.components.device)
        with bars() as progress_bars, interruptible() as stop:
            result = self._guarded(settings, request, progress_bars, stop)
        report = {"action": request.action, "settings": settings.model_dump(mode="json"), **result.report}
        report["memory"] = {**self.engine.memory.to_json(), "peak_gib": _peak(self.engine.components.device)}
        return Rendered(result.image, seed, time.perf_counter() - began, result.artefacts, report)

    def close(self) -> None:
        """Let go of the weights. The caches of the device are emptied."""
        if self._engine is not None:
            device = self._engine.components.device
            self._engine = self._references = None
            release_memory(device)

    def _settings(self, options: Mapping[str, Any] | None, action: str) -> EngineSettings:
        """Those in effect for one picture."""
        base = self.engine.settings
        pairs = [f"{name}={'none' if value is None else json.dumps(value)}" for name, value in (options or {}).items()]
        settings = read_settings(pairs=pairs, base=base)
        if settings.memory.model_copy(update={"tiling": base.memory.tiling}) != base.memory:
            raise ValueError("where the weights are is settled when the renderer is opened")
        if action == "replan":
            forcing = max(settings.planner.forcing, settings.planner.replan, key=_FORCING.index)
            settings = settings.model_copy(update={"planner": settings.planner.model_copy(update={"forcing": forcing})})
        return settings

    def _guarded(self, settings: EngineSettings, request: _Request, progress_bars: Bars, stop: Stop) -> _Result:
        """The job, with the next smaller memory plan should the device run out of memory once."""
        while True:
            engine = replace(self.engine, settings=settings)
            try:
                return self._run(engine, request, progress_bars, stop)
            except NotFinite as error:
                raise PosterError(Diagnostic("LG567", str(error), hint=error.hint)) from error
            except NotPossible as error:
                raise PosterError(Diagnostic("LG552", str(error), hint=error.hint)) from error
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                smaller = step_down(engine.memory) if settings.memory.step_down else None
                if smaller is None:
                    raise out_of_memory(engine.memory) from error
            # Outside of the handler, since the error holds on to the tensors of the attempt.
            release_memory(engine.components.device)
            components = apply_plan(engine.components, smaller)
            self._engine = replace(self.engine, components=components, memory=smaller)
            self._identity = dict(components.identity)

    def _run(self, engine: Engine, request: _Request, progress_bars: Bars, stop: Stop) -> _Result:
        conditions, earlier = request.conditions, request.earlier
        report: dict[str, Any] = {}
        if earlier is not None and request.action in ("redecode", "repair"):
            tokens, references = earlier.tokens, self._read_references(engine, conditions)
        else:
            plan = stages.plan(engine, conditions, seed=request.seed, progress=progress_bars.of("planning"), stop=stop)
            row = stages.best_row(plan)
            tokens, references = plan.tokens[row].reshape(plan.grid), plan.references
            self._references = (_stamps(conditions), references)
            report["plan"] = _plan_report(plan, row)
        grid = (tokens.shape[0], tokens.shape[1])
        prior, encoded = upsample(tokens.reshape(1, -1), grid), stages.encode(engine, conditions)
        progress = progress_bars.of("drawing")
        if earlier is not None and request.action == "repair":
            decoded = stages.repair(
                engine,
                conditions,
                prior,
                encoded,
                latents=earlier.latents,
                image=earlier.image,
                boxes=request.boxes,
                seed=request.seed,
                references=references,
                progress=progress,
                stop=stop,
            )
            report["boxes"] = [list(box) for box in request.boxes]
        else:
            decoded = stages.decode(
                engine, conditions, prior, encoded, seed=request.seed, references=references, progress=progress, stop=stop
            )
        report["decoder"] = {"steps": len(decoded.sigmas) - 1, "skipped": decoded.skipped}
        artefacts = {"latents": decoded.latents.numpy(), "prior_tokens": tokens.numpy().astype(np.int32)}
        return _Result(decoded.image, artefacts, report)

    def _read_references(self, engine: Engine, conditions: Conditions) -> References | None:
        """Those of the last plan if they are the same pictures, else read again."""
        stamps = _stamps(conditions)
        if self._references is None or self._references[0] != stamps:
            self._references = (stamps, stages.references_of(engine, conditions))
        return self._references[1]


@dataclass(frozen=True, eq=False)
class _Earlier:
    """What a request starts from: an earlier picture."""

    image: Any
    latents: Tensor
    tokens: Tensor
    """int64 (height / 32, width / 32)."""

    @classmethod
    def of(cls, previous: Rendered | None, conditions: Conditions) -> Self | None:
        """None when it is of another size or was made by a renderer that keeps nothing."""
        latents, tokens = (None if previous is None else previous.artefacts.get(name) for name in ("latents", "prior_tokens"))
        size = stages.size_of(conditions)
        if previous is None or latents is None or tokens is None or previous.image.size != size:
            return None
        return cls(
            previous.image, torch.from_numpy(np.array(latents, np.float32)), torch.from_numpy(np.array(tokens, np.int64))
        )


@dataclass(frozen=True, eq=False)
class _Request:
    conditions: Conditions
    seed: int
    action: RenderAction
    earlier: _Earlier | None
    boxes: Sequence[Box]


@dataclass(frozen=True, eq=False)
class _Result:
    image: Any
    artefacts: dict[str, Any]
    report: dict[str, Any]


def _plan_report(plan: TokenPlan, row: int) -> dict[str, Any]:
    """For the record: with these an exact replay is possible on the same machine."""
    scores = plan.draft_likelihood
    return {
        "width": plan.width,
        "seeds": list(plan.seeds),
        "row": row,
        "likelihood": [round(value, 5) for value in plan.likelihood.tolist()],
        "draft_likelihood": None if scores is None else [round(value, 5) for value in scores.tolist()],
        "dropped": [{"seed": item.seed, "draft_likelihood": round(item.draft_likelihood, 5)} for item in plan.dropped],
        "captured": plan.captured,
    }


def _stamps(conditions: Conditions) -> object:
    """Changes when a reference or its file does."""
    stamps = []
    for item in conditions.references:
        try:
            status = Path(item.source).stat()
            stamps.append((item.source, status.st_mtime_ns, status.st_size))
        except OSError:
            stamps.append((item.source, 0, 0))  # the error comes when it is opened
    return stamps


def _reset_peak(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def _peak(device: torch.device) -> float | None:
    """GiB that were in use at once on the device; None on the CPU."""
    return round(torch.cuda.max_memory_allocated(device) / GIB, 2) if device.type == "cuda" else None
