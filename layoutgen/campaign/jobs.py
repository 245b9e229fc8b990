"""Rows × canvases × locales → jobs, every one compiled once, so that nothing that is wrong is found out in the middle."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from layoutgen.campaign.data.table import Row
from layoutgen.campaign.data.validate import given
from layoutgen.campaign.file_names import Naming, name_of, no_two_alike, read_naming
from layoutgen.campaign.keys import keys_of, seed_of
from layoutgen.campaign.model import Brief, Job
from layoutgen.conditions import Limits
from layoutgen.diagnostics import Diagnostic, PosterError, merged
from layoutgen.document import load_text
from layoutgen.document.model import Export
from layoutgen.document.poster import Poster
from layoutgen.pipeline import Compiled, compile_poster
from layoutgen.renderers import limits_of

CHUNK = 100
ALONE = 1_000
"""Jobs; for fewer of them, starting other processes takes longer than it saves."""
MOST_FAULTS = 1_000
NOTHING = Export()


@dataclass(frozen=True)
class Pack:
    """A poster as it travels to another process: text and place. Its kits and pictures are read again there, and compared."""

    text: str
    name: str
    folder: str
    digest: str

    @classmethod
    def of(cls, poster: Poster) -> Pack:
        text = [content for _, content in poster.files if isinstance(content, bytes)][-1]
        return cls(text.decode(), poster.name, str(poster.folder), poster.digest)

    def unpack(self) -> Poster:
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
    brief: Brief
    naming: Naming
    limits: Limits

    @classmethod
    def of(cls, poster: Poster, brief: Brief, columns: Iterable[str], limits: Limits | None = None) -> Compiler:
        naming = read_naming(brief.naming, columns, suffixes(poster, brief.canvases))
        return cls(poster, brief, naming, limits or limits_of(brief.renderer))

    def jobs(self, row: Row) -> tuple[list[Job], list[Diagnostic]]:
        """The jobs of one row, those that others take a reference from first; and what is wrong with them."""
        found: dict[tuple[str, str], Job] = {}
        told: list[Diagnostic] = []
        for canvas in in_families(self.poster, self.brief.canvases):
            for locale in self.brief.locales:
                source = self.poster.exports.get(canvas, NOTHING).source
                first = found.get((source, locale)) if source else None
                try:
                    found[canvas, locale] = self.job(row, canvas, locale, first)
                except PosterError as error:
                    told += error.diagnostics
        return list(found.values()), list(merged(told, self.brief.canvases, self.brief.locales)) if told else []

    def job(self, row: Row, canvas: str, locale: str, source: Job | None = None) -> Job:
        params = given(row, self.poster, sheet=self.brief.sheet)
        cell = row.values.get(self.brief.seed_by)
        seed = seed_of(self.poster.title, canvas, self.brief.seed_by, row.key, cell)
        compiled = self.compile(params, canvas, locale, seed, row.where)
        stem = Path(self.poster.name).stem
        name = name_of(self.naming, row.values, key=row.key, canvas=canvas, locale=locale, poster=stem, where=row.where)
        export = self.poster.exports.get(canvas, NOTHING)
        keys = keys_of(compiled, self.brief, export, Path(name).suffix.lower(), source.key if source else "")
        return Job(
            row=row.key,
            where=row.where,
            params=params,
            told=json.dumps(compiled.document.params, ensure_ascii=False),
            canvas=canvas,
            locale=compiled.document.locale,
            name=name,
            seed=seed,
            key=keys.key,
            art_key=keys.art_key,
            parts=keys.parts,
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
            numbers=self.brief.numbers,
            assets=Path(self.brief.assets) if self.brief.assets else None,
        )
        return compiled if self.brief.candidates is None else compiled.with_candidates(self.brief.candidates)


def suffixes(poster: Poster, canvases: Iterable[str]) -> dict[str, str]:
    """The end of names that each canvas asks for, or nothing."""
    forms = {canvas: poster.exports.get(canvas, NOTHING).format for canvas in canvases}
    return {canvas: f".{form}" if form else "" for canvas, form in forms.items()}


def in_families(poster: Poster, canvases: Sequence[str]) -> list[str]:
    """Canvases that stand for themselves before those that come from one of them."""
    return sorted(canvases, key=lambda name: poster.exports.get(name, NOTHING).source is not None)


def compile_jobs(
    poster: Poster, brief: Brief, rows: Sequence[Row], columns: Sequence[str], *, processes: int | None = None
) -> list[Job]:
    """All jobs, in the order of the rows. PosterError with all that is wrong with any of them; LG820 for names that are alike.

    Where there are many, several processes share the work (`processes`, by default as many as there are cores).
    """
    compiler = Compiler.of(poster, brief, columns)
    count = len(rows) * len(brief.canvases) * len(brief.locales)
    processes = processes or (os.cpu_count() or 1)
    made = map(compiler.jobs, rows) if count < ALONE or processes < 2 else _shared(compiler, rows, columns, processes)
    jobs: list[Job] = []
    wrong: list[Diagnostic] = []
    for row, (found, told) in zip(rows, made, strict=True):
        # What came from another process says again what the row says.
        cells = given(row, poster, sheet=brief.sheet)
        jobs += [replace(job, row=row.key, where=row.where, params=cells) for job in found]
        wrong += told
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
    start = (Pack.of(compiler.poster), compiler.brief, tuple(columns))
    with ProcessPoolExecutor(processes, get_context("spawn"), _open, start) as pool:
        for found in pool.map(_compile, chunks):
            yield from found


_compiler: Compiler | None = None
"""Of a process that only compiles."""


def _open(pack: Pack, brief: Brief, columns: tuple[str, ...]) -> None:
    global _compiler  # noqa: PLW0603 - what a pool's process has to keep between calls
    _compiler = Compiler.of(pack.unpack(), brief, columns)


def _compile(rows: Sequence[Row]) -> list[tuple[list[Job], list[Diagnostic]]]:
    assert _compiler is not None
    return [_compiler.jobs(row) for row in rows]
