"""Parts of a picture made again, in the same layout: everything else keeps its pixels, and all of it is checked again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.check import Reader, open_reader
from layoutgen.conditions.model import Conditions
from layoutgen.diagnostics import PosterError
from layoutgen.loop.attempts import Attempts
from layoutgen.loop.patch import Patch, kept_picture, named_parts, patch_of, remake
from layoutgen.loop.rebind import poster_of, rebind
from layoutgen.loop.replay import changed_assets, open_recorded
from layoutgen.record import Lineage, Record, fingerprint, pixel_hash
from layoutgen.record.artefacts import read_artefacts
from layoutgen.record.result import Result
from layoutgen.renderers import Rendered, Renderer, limits_of
from layoutgen.retry import Decision, Task
from layoutgen.retry.decide import used_up
from layoutgen.retry.model import History

if TYPE_CHECKING:
    from PIL.Image import Image


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
) -> Result:
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
        conditions, new_params, changed = rebind(record, poster_of(record, folder), params, parts, limits)
    original_picture = kept_picture(record, folder)
    artefacts = read_artefacts(folder / record.artefacts) if record.artefacts else {}
    patch = patch_of(conditions, parts)
    used = record.attempts[record.best].seed
    first = seed if seed is not None else used if changed or not artefacts else used + 1
    conditions = conditions.model_copy(update={"seed": first})
    original = _Original(record, dict(new_params), conditions, original_picture, artefacts, patch)
    reader = reader or open_reader()
    if renderer is not None:
        return _redo(original, attempts, renderer, reader)
    with open_recorded(record, options) as opened:
        return _redo(original, attempts, opened, reader)


@dataclass(frozen=True, eq=False)
class _Original:
    """What a picture is redone from."""

    record: Record
    params: Mapping[str, Any]
    """The new ones, where there are any."""
    conditions: Conditions
    picture: Image
    artefacts: Mapping[str, Any]
    patch: Patch


def _redo(original: _Original, attempts: int | None, renderer: Renderer, reader: Reader) -> Result:
    started, conditions, patch = time.perf_counter(), original.conditions, original.patch

    def draw(decision: Decision, previous: Rendered | None) -> tuple[Rendered, Image]:
        return remake(renderer, conditions, original.picture, original.artefacts, patch, seed=decision.seed)

    def from_another_seed(history: History, task: Task) -> Decision:
        if stopped := _stopped(history, task):
            return Decision(None, reason=stopped)
        return Decision("repair", task.seed(history), "another seed" if history else "asked for", boxes=patch.boxes)

    task = Task.of(conditions, renderer.abilities, attempts=attempts)
    done = Attempts(conditions, renderer, reader, task, draw=draw)
    stopped, problem = done.follow(from_another_seed)
    assert done.picture is not None, "without a picture the problem is raised"
    lineage = Lineage(
        record=fingerprint(original.record),
        picture=original.record.image or "",
        pixels=pixel_hash(original.picture),
        artefacts=original.record.artefacts,
        parts=patch.parts,
        boxes=patch.boxes,
        protected=patch.protected,
        feather=patch.feather,
    )
    redone = {
        "params": dict(original.params),
        "chosen": "as the picture before",
        "image": None,
        "sha256": None,
        "artefacts": None,
        "origin": lineage,
        **done.record_fields(stopped, time.perf_counter() - started),
    }
    return Result(done.picture, original.record.model_copy(update=redone), done.evidence, problem)


def _stopped(history: History, task: Task) -> str:
    """Why there is no further attempt; empty when there is one."""
    if history and history[-1].verdict.passed:
        return "the words are right"
    if why := used_up(history, task):
        return why
    if len(history) > 1 and history[-1].pixels == history[-2].pixels:
        return "another seed gives the same picture"
    return ""
