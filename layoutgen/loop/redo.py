"""Parts of a picture made again, in the same layout: everything else keeps its pixels, and all of it is checked again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.check import Reader, open_reader
from layoutgen.check import verify as check
from layoutgen.conditions.model import Conditions
from layoutgen.diagnostics import PosterError
from layoutgen.loop.patch import Patch, kept_picture, named_parts, patch_of, remake
from layoutgen.loop.rebind import poster_of, reworded
from layoutgen.loop.replay import changed_assets, open_recorded
from layoutgen.record import (
    Attempt,
    Evidence,
    Lineage,
    Record,
    assets_of,
    fingerprint,
    memory_held,
    pixel_hash,
    small_copy,
    versions,
)
from layoutgen.record.artefacts import read_artefacts
from layoutgen.renderers import Rendered, Renderer, limits_of
from layoutgen.retry import best

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, eq=False)
class Redone:
    """The new picture, its record, and what is kept beside it."""

    picture: Image
    record: Record
    evidence: Evidence


def redo(
    record: Record,
    folder: Path,
    only: Iterable[str],
    *,
    params: Mapping[str, object] | None = None,
    seed: int | None = None,
    attempts: int | None = None,
    renderer: Renderer | None = None,
    reader: Reader | None = None,
    options: Mapping[str, Any] | None = None,
) -> Redone:
    """Make the named parts again, with other params where `params` are given, until the words are right.

    `folder`: where the record and its picture lie. Without a `seed` the first attempt has the recorded one if words change and
    the next one if not, so that the same words come out another way.
    PosterError: LG690 unknown parts, LG680 to LG682 when the layout could not stay, LG674 to LG676 when what the picture is
    made of is not there, and what the renderer says.
    """
    parts = named_parts(record.conditions, only)
    problems = changed_assets(record)
    if problems and not params:
        raise PosterError(problems)
    conditions, new_params = record.conditions, dict(record.params)
    changed: tuple[str, ...] = ()
    if params:
        limits = limits_of(str(record.renderer["name"]))
        conditions, new_params, changed = reworded(record, poster_of(record, folder), params, parts, limits)
    kept = kept_picture(record, folder)
    artefacts = read_artefacts(folder / record.artefacts) if record.artefacts else {}
    patch = patch_of(conditions, parts)
    used = record.attempts[record.best].seed
    first = seed if seed is not None else used if changed or not artefacts else used + 1
    conditions = conditions.model_copy(update={"seed": first})
    job = _Job(conditions, kept, artefacts, patch, first, attempts or conditions.policy.attempts)
    reader = reader or open_reader()
    if renderer is not None:
        return _redo(record, job, new_params, renderer, reader)
    with open_recorded(record, options) as opened:
        return _redo(record, job, new_params, opened, reader)


@dataclass(frozen=True, eq=False)
class _Job:
    conditions: Conditions
    kept: Image
    artefacts: Mapping[str, Any]
    patch: Patch
    seed: int
    attempts: int


def _redo(record: Record, job: _Job, params: Mapping[str, Any], renderer: Renderer, reader: Reader) -> Redone:
    began = time.perf_counter()
    seconds = job.conditions.policy.seconds
    tried: list[_Tried] = []
    while True:
        tried.append(_try(job, len(tried), renderer, reader))
        if stopped := _stopped([item.attempt for item in tried], job.attempts, seconds):
            break
    attempts = tuple(item.attempt for item in tried)
    index = best([item.verdict for item in attempts])
    verdict = attempts[index].verdict
    lineage = Lineage(
        record=fingerprint(record),
        picture=record.image or "",
        pixels=pixel_hash(job.kept),
        artefacts=record.artefacts,
        parts=job.patch.parts,
        boxes=job.patch.boxes,
        protected=job.patch.protected,
        feather=job.patch.feather,
    )
    made = record.model_copy(
        update={
            "params": dict(params),
            "assets": assets_of(job.conditions),
            "seed": job.seed,
            "renderer": {"name": renderer.name, **renderer.identity},
            "chosen": "as the picture before",
            "reader": reader.name,
            "conditions": job.conditions,
            "attempts": attempts,
            "best": index,
            "verdict": verdict,
            "status": verdict.status,
            "passed": verdict.passed,
            "stopped": stopped,
            "seconds": round(time.perf_counter() - began, 3),
            "versions": dict(versions()),
            "image": None,
            "sha256": None,
            "artefacts": None,
            "origin": lineage,
        }
    )
    evidence = Evidence(tuple(small_copy(item.picture) for item in tried), tried[index].rendered.artefacts)
    return Redone(tried[index].picture, made, evidence)


@dataclass(frozen=True, eq=False)
class _Tried:
    attempt: Attempt
    picture: Image
    rendered: Rendered


def _try(job: _Job, number: int, renderer: Renderer, reader: Reader) -> _Tried:
    start, seed = time.perf_counter(), job.seed + number
    rendered, picture = remake(renderer, job.conditions, job.kept, job.artefacts, job.patch, seed=seed)
    reading, verdict = check(picture, job.conditions, reader)
    attempt = Attempt(
        action="repair",
        seed=seed,
        seconds=round(time.perf_counter() - start, 3),
        reading=reading,
        verdict=verdict,
        pixels=pixel_hash(picture),
        settings=dict(rendered.settings),
        reason="asked for" if number == 0 else "another seed",
        boxes=job.patch.boxes,
        memory=memory_held(),
    )
    return _Tried(attempt, picture, rendered)


def _stopped(attempts: list[Attempt], most: int, seconds: float | None) -> str:
    """Why there is no further attempt; empty when there is one."""
    if attempts[-1].verdict.passed:
        return "the words are right"
    if len(attempts) >= most:
        return f"all {most} attempts are used up"
    if seconds is not None and sum(attempt.seconds for attempt in attempts) >= seconds:
        return f"the {seconds:g} seconds are used up"
    if len(attempts) > 1 and attempts[-1].pixels == attempts[-2].pixels:
        return "another seed gives the same picture"
    return ""
