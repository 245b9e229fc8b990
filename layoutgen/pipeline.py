"""The whole way, on one screen: `.poster` → document → layout → conditions → image → picture → verdict → record."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from layoutgen.check import Reader, open_reader
from layoutgen.check.aesthetics import Aesthetics
from layoutgen.check.guarded_reader import GuardedReader
from layoutgen.conditions import Conditions, Limits
from layoutgen.conditions.stages import compile_canvas
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import Document, Poster, bind
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.layout import Layout
from layoutgen.loop.attempts import Attempts
from layoutgen.record import Record, files_of, plain_options
from layoutgen.record.result import Result
from layoutgen.renderers import Renderer, all_limits
from layoutgen.retry import RetryPolicy, Task, another, decide, open_policy


@dataclass(frozen=True)
class Compiled:
    """One poster for one canvas and locale, ready for a renderer."""

    poster: Poster
    document: Document
    layout: Layout
    conditions: Conditions
    warnings: tuple[Diagnostic, ...]

    def with_seed(self, seed: int) -> Compiled:
        """The same from another seed."""
        return replace(self, conditions=self.conditions.model_copy(update={"seed": seed}))

    def with_candidates(self, candidates: int) -> Compiled:
        """The same, with this many candidates planned at a time."""
        policy = self.conditions.policy.model_copy(update={"candidates": candidates})
        return replace(self, conditions=self.conditions.model_copy(update={"policy": policy}))


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
    compiled = compile_canvas(document, name, limits, seed=seed, alternatives=all_limits)
    # Of a poster with several canvases or languages a message says which one it is about.
    canvas_name = name if len(poster.canvases) > 1 else ""
    language = document.locale if len(poster.languages) > 1 else ""
    located = tuple(
        replace(item, canvas=canvas_name, locale=language, data=item.data or where) for item in compiled.diagnostics
    )
    if compiled.layout is None or compiled.conditions is None:
        raise PosterError(located)
    return Compiled(poster, document, compiled.layout, compiled.conditions, (*bound, *located))


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
    options: Mapping[str, Any] | None = None,
) -> Result:
    """Render, composite, read, judge, and again until the words are right or the bounds are reached.

    `attempts` and `seconds` bound it instead of what the poster says. `aesthetics`: where the poster has several candidates,
    as many pictures are made once one passes, within the same bounds, and of those that pass the best looking is kept.
    `chosen` and `options` go into the record: how the renderer came to be chosen, and what it was opened with.
    Once there is a picture, it is kept whatever happens: what went wrong then, Ctrl-C included, is in `Result.problem`.
    """
    started, conditions, reader = time.perf_counter(), compiled.conditions, GuardedReader(reader or open_reader())
    policy = open_policy(policy) if isinstance(policy, str) else policy
    task = Task.of(conditions, renderer.abilities, attempts=attempts, seconds=seconds)
    chooser = aesthetics if conditions.policy.candidates > 1 else None
    done = Attempts(conditions, renderer, reader, task, chooser)
    stopped, problem = done.follow(partial(decide, policy=policy))
    if done.picture is None:
        hint = "`--policy ladder` does"
        raise PosterError(Diagnostic("LG652", f"the retry policy made no attempt: {stopped}", hint=hint))
    if problem is None and chooser is not None and any(step.verdict.passed for step in done.history):
        reason, problem = done.follow(another)
        stopped = f"{stopped}; {reason}; {chooser.name} chose among {len(done.looks)} that pass" if not problem else reason
    document = compiled.document
    record = Record(
        poster=document.file,
        digest=compiled.poster.digest,
        files=files_of(compiled.poster),
        params=document.params,
        locale=document.locale,
        chosen=chosen,
        options=plain_options(options or {}),
        **done.record_fields(stopped, time.perf_counter() - started),
    )
    return Result(done.picture, record, done.evidence, problem)


def default_seed(document: Document, canvas: str) -> int:
    """A seed that stays when the copy changes: from the title and the canvas."""
    return zlib.crc32(f"{document.title}\n{canvas}".encode())
