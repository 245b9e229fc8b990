"""The whole way, on one screen: `.poster` → document → layout → conditions → image → picture → verdict → record."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.check import Reader, open_reader
from layoutgen.check.aesthetics import Aesthetics
from layoutgen.check.guarded_reader import GuardedReader
from layoutgen.conditions import Conditions, Limits, lower
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import Document, Poster, bind
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.layout import Layout, solve
from layoutgen.loop.attempts import Attempts
from layoutgen.record import Evidence, Record, assets_of, files_of, versions
from layoutgen.renderers import Renderer, all_limits
from layoutgen.retry import RetryPolicy, Task, another, decide, open_policy

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Compiled:
    """One poster for one canvas and locale, ready for a renderer."""

    poster: Poster
    document: Document
    layout: Layout
    conditions: Conditions
    warnings: tuple[Diagnostic, ...]

    def with_seed(self, seed: int) -> Compiled:
        """The same, by another chance."""
        return replace(self, conditions=self.conditions.model_copy(update={"seed": seed}))

    def with_candidates(self, candidates: int) -> Compiled:
        """The same, with so many candidates planned at a time."""
        policy = self.conditions.policy.model_copy(update={"candidates": candidates})
        return replace(self, conditions=self.conditions.model_copy(update={"policy": policy}))


@dataclass(frozen=True)
class Made:
    """The picture that was kept, and its record."""

    picture: Image
    record: Record
    evidence: Evidence = field(default_factory=Evidence)
    problem: KeyboardInterrupt | PosterError | None = None
    """What ended it before its time; the picture is the best one until then."""


def compile_poster(
    poster: Poster,
    params: Mapping[str, object] | None = None,
    *,
    canvas: str | None = None,
    locale: str | None = None,
    limits: Limits,
    seed: int | None = None,
    where: str = "",
    numbers: NumberStyle = "plain",
    assets: Path | None = None,
) -> Compiled:
    """Bind, solve and lower. Raises PosterError with the errors of the first stage that has any.

    `where`, `numbers` and `assets` are of the data that the params come from: `layoutgen.document.bind`.
    """
    document, bound = bind(poster, params, locale=locale, where=where, numbers=numbers, assets=assets)
    name = canvas or document.canvases[0].name
    seed = default_seed(document, name) if seed is None else seed
    # Of a poster with several canvases or languages a message says which one it is about.
    told = (name if len(poster.canvases) > 1 else "", document.locale if len(poster.languages) > 1 else "")
    try:
        layout = solve(document, name)
        conditions, lowered = lower(document, layout, limits, seed=seed, alternatives=all_limits)
    except PosterError as error:
        found = (replace(item, canvas=told[0], locale=told[1], data=item.data or where) for item in error.diagnostics)
        raise PosterError(found) from None
    warnings = (*bound, *(replace(item, canvas=told[0], locale=told[1], data=item.data or where) for item in lowered))
    return Compiled(poster, document, layout, conditions, warnings)


def make(
    compiled: Compiled,
    renderer: Renderer,
    reader: Reader | None = None,
    *,
    attempts: int | None = None,
    seconds: float | None = None,
    policy: str | RetryPolicy = "ladder",
    aesthetics: Aesthetics | None = None,
    chosen: str = "",
) -> Made:
    """Render, composite, read, judge, and again until the words are right or the bounds are reached.

    `attempts` and `seconds` bound it instead of what the poster says. `aesthetics`: where the poster has several candidates,
    as many pictures are made once one passes, within the same bounds, and of those that pass the best looking is kept.
    Once there is a picture, it is kept whatever happens: what went wrong then, Ctrl-C included, is in `Made.problem`.
    """
    began, conditions, reader = time.perf_counter(), compiled.conditions, GuardedReader(reader or open_reader())
    policy = open_policy(policy) if isinstance(policy, str) else policy
    task = Task.of(conditions, renderer.abilities, attempts=attempts, seconds=seconds)
    taste = aesthetics if conditions.policy.candidates > 1 else None
    done = Attempts(conditions, renderer, reader, task, taste)
    problem: KeyboardInterrupt | PosterError | None = None
    try:
        while (decision := decide(done.history, task, policy)).action:
            done.attempt(decision)
        stopped = decision.reason
        if taste is not None and any(step.verdict.passed for step in done.history):
            while (decision := another(done.history, task)).action:
                done.attempt(decision)
            stopped = f"{stopped}; {decision.reason}; {taste.name} chose among {len(done.looks)} that pass"
    except (KeyboardInterrupt, PosterError) as error:
        problem, stopped = error, _told(error)
        done.keep_unread(stopped)
    if done.picture is None:
        raise problem or _nothing(decision.reason)
    record = _record(compiled, renderer, done, stopped, chosen, time.perf_counter() - began)
    return Made(done.picture, record, done.evidence, problem)


def _told(error: KeyboardInterrupt | PosterError) -> str:
    return error.diagnostics[0].message if isinstance(error, PosterError) else "interrupted"


def _nothing(why: str) -> PosterError:
    return PosterError(Diagnostic("LG652", f"the retry policy made no attempt: {why}", hint="`--policy ladder` does"))


def _record(compiled: Compiled, renderer: Renderer, done: Attempts, stopped: str, chosen: str, seconds: float) -> Record:
    best, document, conditions = done.records[done.best], compiled.document, compiled.conditions
    verdict = best.verdict
    identity: dict[str, Any] = {"name": renderer.name, **renderer.identity}
    return Record(
        poster=document.file,
        digest=compiled.poster.digest,
        files=files_of(compiled.poster),
        assets=assets_of(conditions),
        params=document.params,
        locale=document.locale,
        canvas=conditions.canvas.name,
        seed=conditions.seed,
        renderer=identity,
        chosen=chosen,
        reader=best.reading.reader,
        conditions=conditions,
        attempts=tuple(done.records),
        best=done.best,
        verdict=verdict,
        status="typeset" if verdict.passed and best.action == "typeset" else verdict.status,
        passed=verdict.passed,
        stopped=stopped,
        seconds=round(seconds, 3),
        versions=dict(versions()),
    )


def default_seed(document: Document, canvas: str) -> int:
    """A seed that stays when the copy changes: from the title and the canvas."""
    return zlib.crc32(f"{document.title}\n{canvas}".encode())
