"""Rows × canvases × locales → jobs, every one compiled once, so that no mistake turns up halfway."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from layoutgen.base.picture_formats import FORMATS
from layoutgen.campaign.data.table import Row
from layoutgen.campaign.data.validate import given
from layoutgen.campaign.file_names import Naming, name_of, no_two_alike, read_naming
from layoutgen.campaign.keys import keys_of, seed_of
from layoutgen.campaign.model import CampaignSpec, Job
from layoutgen.conditions import Limits
from layoutgen.diagnostics import Diagnostic, PosterError, merged
from layoutgen.document import load_text
from layoutgen.document.model import Export
from layoutgen.document.poster import Poster
from layoutgen.pipeline import Compiled, compile_poster
from layoutgen.renderers import limits_of

CHUNK = 100
FEWEST_SHARED = 1_000
"""Jobs; for fewer of them, starting other processes takes longer than it saves."""
MOST_FAULTS = 1_000
NOTHING = Export()


@dataclass(frozen=True)
class PosterReference:
    """A poster as it travels to another process: text and place. Its kits and pictures are read there again, and compared."""

    text: str
    name: str
    folder: str
    digest: str

    @classmethod
    def of(cls, poster: Poster) -> PosterReference:
        text = [content for _, content in poster.files if isinstance(content, bytes)][-1]
        return cls(text.decode(), poster.name, str(poster.folder), poster.digest)

    def load(self) -> Poster:
        """LG892 when a file of the poster is not any more what it was."""
        poster = load_text(self.text, self.name, Path(self.folder))
        if poster.digest != self.digest:
            message = f"a kit, picture or font of `{self.name}` changed while the run was under way, or is another one there"
            raise PosterError(Diagnostic("LG892", message, hint="run the campaign again", file=self.name))
        return poster


@dataclass(frozen=True)
class Compiler:
    """What turns rows into jobs."""

    poster: Poster
    spec: CampaignSpec
    naming: Naming
    limits: Limits

    @classmethod
    def of(cls, poster: Poster, spec: CampaignSpec, columns: Iterable[str], limits: Limits | None = None) -> Compiler:
        naming = read_naming(spec.naming, columns, suffixes(poster, spec.canvases))
        return cls(poster, spec, naming, limits or limits_of(spec.renderer))

    def jobs(self, row: Row) -> tuple[list[Job], list[Diagnostic]]:
        """The jobs of one row, those that others take a reference from first; and what is wrong with them."""
        jobs: dict[tuple[str, str], Job] = {}
        problems: list[Diagnostic] = []
        for canvas in in_families(self.poster, self.spec.canvases):
            for locale in self.spec.locales:
                source = self.poster.exports.get(canvas, NOTHING).source
                first = jobs.get((source, locale)) if source else None
                try:
                    jobs[canvas, locale] = self.job(row, canvas, locale, first)
                except PosterError as error:
                    problems += error.diagnostics
        return list(jobs.values()), list(merged(problems, self.spec.canvases, self.spec.locales)) if problems else []

    def job(self, row: Row, canvas: str, locale: str, source: Job | None = None) -> Job:
        params = given(row, self.poster, sheet=self.spec.sheet)
        cell = row.values.get(self.spec.seed_by)
        seed = seed_of(self.poster.title, canvas, self.spec.seed_by, row.key, cell)
        compiled = self.compile(params, canvas, locale, seed, row.where)
        stem = Path(self.poster.name).stem
        name = name_of(self.naming, row.values, key=row.key, canvas=canvas, locale=locale, poster=stem, where=row.where)
        export = self.poster.exports.get(canvas, NOTHING)
        keys = keys_of(compiled, self.spec, export, Path(name).suffix.lower(), source.key if source else "")
        return Job(
            row=row.key,
            where=row.where,
            params=params,
            params_json=json.dumps(compiled.document.params, ensure_ascii=False),
            canvas=canvas,
            locale=compiled.document.locale,
            name=name,
            seed=seed,
            key=keys.key,
            art_key=keys.art_key,
            digests=keys.digests,
            overlaid=keys.overlaid,
            source=source.name if source else None,
        )

    def compile(self, params: dict[str, object], canvas: str, locale: str, seed: int, where: str) -> Compiled:
        compiled = compile_poster(
            self.poster,
            params,
            canvas=canvas,
            locale=locale,
            limits=self.limits,
            seed=seed,
            where=where,
            numbers=self.spec.numbers,
            assets=Path(self.spec.assets) if self.spec.assets else None,
        )
        return compiled if self.spec.candidates is None else compiled.with_candidates(self.spec.candidates)


def suffixes(poster: Poster, canvases: Iterable[str]) -> dict[str, str]:
    """The end of names that each canvas asks for, or nothing."""
    names = {canvas: poster.exports.get(canvas, NOTHING).format for canvas in canvases}
    return {canvas: FORMATS[name].suffixes[0] if name else "" for canvas, name in names.items()}


def in_families(poster: Poster, canvases: Sequence[str]) -> list[str]:
    """Canvases that stand for themselves before those that come from one of them."""
    return sorted(canvases, key=lambda name: poster.exports.get(name, NOTHING).source is not None)


def compile_jobs(
    poster: Poster, spec: CampaignSpec, rows: Sequence[Row], columns: Sequence[str], *, processes: int | None = None
) -> list[Job]:
    """All jobs, in the order of the rows. PosterError with all that is wrong with any of them; LG820 for names that are alike.

    Where there are many, several processes share the work (`processes`, by default as many as there are cores).
    """
    compiler = Compiler.of(poster, spec, columns)
    count = len(rows) * len(spec.canvases) * len(spec.locales)
    processes = processes or (os.cpu_count() or 1)
    compiled = (
        map(compiler.jobs, rows) if count < FEWEST_SHARED or processes < 2 else _shared(compiler, rows, columns, processes)
    )
    jobs: list[Job] = []
    wrong: list[Diagnostic] = []
    for row, (row_jobs, problems) in zip(rows, compiled, strict=True):
        # What comes back from another process repeats what the row holds: its own is kept.
        cells = given(row, poster, sheet=spec.sheet)
        jobs += [replace(job, row=row.key, where=row.where, params=cells) for job in row_jobs]
        wrong += problems
        if len(wrong) >= MOST_FAULTS:
            message = f"the first {MOST_FAULTS:,} mistakes are shown, and there may be more"
            raise PosterError([*wrong, Diagnostic("LG236", message, severity="hint")])
    if wrong:
        raise PosterError(wrong)
    no_two_alike((job.name, job.where) for job in jobs)
    return jobs


def _shared(
    compiler: Compiler, rows: Sequence[Row], columns: Sequence[str], processes: int
) -> Iterator[tuple[list[Job], list[Diagnostic]]]:
    chunks = [rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK)]
    start = (PosterReference.of(compiler.poster), compiler.spec, tuple(columns))
    with ProcessPoolExecutor(processes, get_context("spawn"), _open, start) as pool:
        for compiled in pool.map(_compile, chunks):
            yield from compiled


_compiler: Compiler | None = None
"""Of a process that only compiles."""


def _open(reference: PosterReference, spec: CampaignSpec, columns: tuple[str, ...]) -> None:
    global _compiler  # noqa: PLW0603 - what a pool's process has to keep between calls
    _compiler = Compiler.of(reference.load(), spec, columns)


def _compile(rows: Sequence[Row]) -> list[tuple[list[Job], list[Diagnostic]]]:
    assert _compiler is not None
    return [_compiler.jobs(row) for row in rows]
