"""The whole way, on one screen: `.poster` → document → layout → conditions → image → picture → verdict → record."""

from __future__ import annotations

import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from layoutgen.check import Reader, open_reader
from layoutgen.check import verify as check
from layoutgen.composite import composite
from layoutgen.conditions import Conditions, Limits, lower
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import Document, Poster, bind
from layoutgen.layout import Layout, solve
from layoutgen.record import (
    Attempt,
    Evidence,
    Record,
    assets_of,
    files_of,
    memory_held,
    pixel_hash,
    small_copy,
    versions,
)
from layoutgen.renderers import Rendered, Renderer
from layoutgen.retry import Step, best, decide

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


def compile_poster(
    poster: Poster,
    params: Mapping[str, object] | None = None,
    *,
    canvas: str | None = None,
    locale: str | None = None,
    limits: Limits,
    seed: int | None = None,
    where: str = "",
) -> Compiled:
    """Bind, solve and lower. Raises PosterError with the errors of the first stage that has any."""
    document, bound = bind(poster, params, locale=locale, where=where)
    name = canvas or document.canvases[0].name
    seed = default_seed(document, name) if seed is None else seed
    # Of a poster with several canvases or languages a message says which one it is about.
    told = (name if len(poster.canvases) > 1 else "", document.locale if len(poster.languages) > 1 else "")
    try:
        layout = solve(document, name)
        conditions, lowered = lower(document, layout, limits, seed=seed)
    except PosterError as error:
        raise PosterError(replace(item, canvas=told[0], locale=told[1]) for item in error.diagnostics) from None
    warnings = (*bound, *(replace(item, canvas=told[0], locale=told[1]) for item in lowered))
    return Compiled(poster, document, layout, conditions, warnings)


def make(
    compiled: Compiled, renderer: Renderer, reader: Reader | None = None, *, attempts: int | None = None, chosen: str = ""
) -> Made:
    """Render, composite, read, judge, and again until the words are right or the bounds are reached."""
    began, conditions, reader = time.perf_counter(), compiled.conditions, reader or open_reader()
    policy = conditions.policy if attempts is None else conditions.policy.model_copy(update={"attempts": attempts})
    history: list[Step] = []
    done: list[Attempt] = []
    kept: tuple[int, Image] | None = None
    rendered: Rendered | None = None
    shown: list[Image] = []
    artefacts: Mapping[str, Any] = {}
    while (decision := decide(history, policy, conditions.seed)).action:
        start = time.perf_counter()
        rendered = renderer.render(conditions, seed=decision.seed, action=decision.action, previous=rendered)
        picture = composite(rendered.image, conditions)
        reading, verdict = check(picture, conditions, reader)
        seconds, pixels = time.perf_counter() - start, pixel_hash(picture)
        history.append(Step(decision.action, decision.seed, seconds, verdict, pixels))
        done.append(
            Attempt(
                action=decision.action,
                seed=decision.seed,
                seconds=round(seconds, 3),
                reading=reading,
                verdict=verdict,
                pixels=pixels,
                settings=dict(rendered.settings),
                reason=decision.reason,
                start=len(done) - 1 if done and decision.action != "plan" else None,
                memory=memory_held(),
            )
        )
        shown.append(small_copy(picture))
        if kept is None or best(history) == len(history) - 1:
            kept = (len(history) - 1, picture)
            artefacts = rendered.artefacts
    assert kept is not None, "the first decision is always an attempt"
    index, picture = kept
    record = _record(compiled, renderer, reader, done, index, decision.reason, chosen, time.perf_counter() - began)
    return Made(picture, record, Evidence(tuple(shown), artefacts))


def _record(
    compiled: Compiled,
    renderer: Renderer,
    reader: Reader,
    attempts: list[Attempt],
    index: int,
    stopped: str,
    chosen: str,
    seconds: float,
) -> Record:
    verdict, document, conditions = attempts[index].verdict, compiled.document, compiled.conditions
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
        reader=reader.name,
        conditions=conditions,
        attempts=tuple(attempts),
        best=index,
        verdict=verdict,
        status=verdict.status,
        passed=verdict.passed,
        stopped=stopped,
        seconds=round(seconds, 3),
        versions=dict(versions()),
    )


def default_seed(document: Document, canvas: str) -> int:
    """A seed that stays when the copy changes: from the title and the canvas."""
    return zlib.crc32(f"{document.title}\n{canvas}".encode())
