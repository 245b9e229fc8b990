"""`layoutgen.Campaign`: a poster and rows, checked as a whole, to be run into a folder any number of times."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from os.path import relpath
from pathlib import Path
from typing import Any

from layoutgen.base.files import file_digest, write_atomically
from layoutgen.base.picture_formats import encode
from layoutgen.campaign.budget import Budget, read_deadline, read_failures
from layoutgen.campaign.contact_sheet import COLUMNS, ROWS, contact_pages
from layoutgen.campaign.data.select import has_column, identified, meets, only, read_where
from layoutgen.campaign.data.sources import read_rows
from layoutgen.campaign.data.table import Table
from layoutgen.campaign.data.validate import bound, fitting, given
from layoutgen.campaign.estimate import Estimate, estimate
from layoutgen.campaign.file_names import default_template
from layoutgen.campaign.folder import FolderSettings, read_entries
from layoutgen.campaign.jobs import Compiler, PosterReference, compile_jobs
from layoutgen.campaign.model import CampaignSpec, Job
from layoutgen.campaign.plan import RunPlan, plan_run
from layoutgen.campaign.pool import InProcess, Pool, Processes
from layoutgen.campaign.progress import Announce
from layoutgen.campaign.ray_pool import open_cluster
from layoutgen.campaign.run import CampaignResult, Run
from layoutgen.campaign.run_job import JobRunner
from layoutgen.check import Reader
from layoutgen.conditions import DRAFT, Limits
from layoutgen.conditions.limits import foreign, unwritable
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import load
from layoutgen.document.poster import Poster
from layoutgen.document.variants import ALL, requested_canvases, requested_locales
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.pipeline import compile_poster
from layoutgen.record import plain_options
from layoutgen.renderers import Renderer, open_renderer, plugins, resolve
from layoutgen.retry import RetryPolicy

PAGE_OF = COLUMNS * ROWS
"""Drafts on one contact sheet."""


class Campaign:
    """One poster for many rows.

    `rows`: a file's path, or what a program has: `layoutgen.campaign.read_rows`. `canvas`, `locale`: one, several, or `all`;
    by default the first. `renderer`: a name, opened with `options`, or an open handle, which is used in this process and left
    open. `where`: a condition on rows, as `price < 5`. Everything is checked here; nothing is written before `run`.
    Raises PosterError with all that is wrong with the poster, the rows, or what is asked for.
    """

    def __init__(
        self,
        poster: Poster | str | Path,
        rows: object,
        *,
        key: str | None = None,
        canvas: str | Sequence[str] | None = None,
        locale: str | Sequence[str] | None = None,
        name: str | None = None,
        numbers: NumberStyle = "plain",
        assets: str | Path | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
        query: str | None = None,
        only_rows: Iterable[str] | None = None,
        where: str | None = None,
        limit: int | None = None,
        seed_by: str = "job",
        renderer: Renderer | str = "auto",
        reader: Reader | None = None,
        attempts: int | None = None,
        seconds: float | None = None,
        policy: str | RetryPolicy = "ladder",
        candidates: int | None = None,
        processes: int | None = None,
        **options: Any,
    ) -> None:
        self.poster = poster if isinstance(poster, Poster) else load(Path(poster))
        self._given, self._reader, self._policy = renderer, reader, policy
        self._tab, self._query, self._encoding, self._processes = sheet, query, encoding, processes
        table = identified(read_rows(rows, encoding=encoding, sheet=sheet, query=query), key)
        if seed_by not in ("job", "poster"):
            has_column(table, seed_by, "--seed-by")
        canvases = requested_canvases(self.poster, _split(canvas))
        locales = requested_locales(self.poster, _split(locale))
        template = name or default_template(len(canvases), len(locales))
        used = {*filter(None, (key, seed_by)), *(column for column in table.columns if f"row.{column}" in template)}
        self.notes: tuple[Diagnostic, ...] = (*self.poster.warnings, *table.notes, *fitting(table, self.poster, used))
        """Warnings, to be shown or not."""
        self.table = table
        self.selected = _selected(table, self.poster, only_rows, where, limit, numbers, assets)
        """Keys of the rows that are worked on; None for all of them."""
        self.choice = resolve(renderer, options, partial(_sample, self.poster, self.table))
        """The renderer, and why that one."""
        self.spec = CampaignSpec(
            renderer=self.choice.name,
            options=plain_options(options),
            canvases=tuple(canvases),
            locales=tuple(locales),
            naming=template,
            key=key,
            seed_by=seed_by,
            numbers=numbers,
            sheet=table.sheet,
            assets=None if assets is None else str(assets),
            attempts=attempts,
            seconds=seconds,
            policy=policy if isinstance(policy, str) else f"{policy.__module__}:{getattr(policy, '__qualname__', policy)}",
            candidates=candidates,
        )
        self._options = options
        self._opened: Renderer | None = None if isinstance(renderer, str) else renderer
        self._jobs: tuple[Job, ...] | None = None
        self._runs: list[Run] = []

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Every job, compiled once. The renderer is opened for its identity, which is part of what decides the pixels."""
        if self._jobs is None:
            self.spec = self.spec.model_copy(update={"identity": dict(self._open().identity)})
            jobs = compile_jobs(self.poster, self.spec, self.table.rows, self.table.columns, processes=self._processes)
            self._jobs = tuple(jobs)
        return self._jobs

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of a row, for form builders."""
        return self.poster.schema()

    def plan(self, folder: str | Path, *, retry_failed: bool = False) -> RunPlan:
        """What a run would do. Nothing is changed."""
        return plan_run(self.jobs, read_entries(Path(folder)), Path(folder), retry_failed=retry_failed, selected=self.selected)

    def estimate(self, folder: str | Path, *, retry_failed: bool = False, trial: bool = True) -> Estimate:
        """What `run` would take. `trial`: where the folder has no jobs yet, one is made for it, unless it needs a GPU."""
        plan = self.plan(folder, retry_failed=retry_failed)
        runner = self._runner() if trial and not self._needs_gpu else None
        return estimate(plan, read_entries(Path(folder)), runner)

    def preview(self, folder: str | Path) -> list[Path]:
        """The contact sheet: drafts of the selected rows, as `preview.png`, or `preview-1.png` … for many."""
        spec = self.spec.model_copy(update={"renderer": "draft", "options": {}})
        compiler = Compiler.of(self.poster, spec, self.table.columns, DRAFT)
        rows = [row for row in self.table.rows if self.selected is None or row.key in self.selected]
        jobs = compile_jobs(self.poster, spec, rows, self.table.columns, processes=self._processes)
        written: list[Path] = []
        for number, page in enumerate(contact_pages(compiler, jobs), start=1):
            name = "preview.png" if len(jobs) <= PAGE_OF else f"preview-{number}.png"
            written.append(Path(folder) / name)
            write_atomically(written[-1], encode(page, ".png"))
        return written

    def run(
        self,
        folder: str | Path,
        *,
        workers: int | None = None,
        ray: str | None = None,
        gpus: float | None = None,
        retry_failed: bool = False,
        max_gpu_seconds: float | None = None,
        deadline: str | datetime | None = None,
        stop_after_failures: str | float | None = None,
        on_result: Callable[[CampaignResult], object] | None = None,
        announce: Announce | None = None,
        terminal: bool = False,
    ) -> Run:
        """Make what is not there yet. Iterate over it for results as they come; `.summary()` waits for the end and tells of it.

        `workers`: processes of this machine; `ray`: the address of a cluster, `auto`, or `local`; without either, this
        process does it. `gpus`: of each worker on a cluster, by default 1 where the renderer needs one. A folder belongs to one
        poster, and one run at a time. PosterError: LG890 another run, LG833 another poster, LG902 disk and permissions.
        """
        folder, now = Path(folder), datetime.now().astimezone()
        if (workers or ray) and (not isinstance(self._given, str) or self._reader or not isinstance(self._policy, str)):
            hint = "give names: renderer='draft', policy='package:function'"
            raise PosterError(
                Diagnostic("LG959", "an open renderer, reader or function cannot go to other processes", hint=hint)
            )
        if workers and ray is None and workers < 1:
            raise PosterError(Diagnostic("LG959", f"{workers} workers can do nothing", hint="for example --workers 2"))
        stops = read_failures(stop_after_failures) if isinstance(stop_after_failures, str) else stop_after_failures
        until = read_deadline(deadline, now) if isinstance(deadline, str) else deadline
        jobs = self.jobs
        run = Run(
            folder=folder,
            settings=self.settings(folder),
            jobs=jobs,
            open_pool=lambda: self._pool(workers, ray, gpus),
            retry_failed=retry_failed,
            selected=self.selected,
            budget=Budget(max_gpu_seconds, until, stops),
            data_changed=self._data_changed,
            announce=announce,
            terminal=terminal,
            on_result=on_result,
        )
        self._runs.append(run)
        return run

    async def stream(self, folder: str | Path, **how: Any) -> AsyncIterator[CampaignResult]:
        """`run`, for programs with an event loop: the work is done in a thread, results come as they are made."""
        results = iter(await asyncio.to_thread(self.run, folder, **how))
        while (result := await asyncio.to_thread(next, results, None)) is not None:
            yield result

    def settings(self, folder: Path) -> FolderSettings:
        """What is kept in the folder, for `publish` and later runs."""
        self.jobs  # noqa: B018 - the identity is known from then on
        main = self.poster.folder / Path(self.poster.name).name
        assets = self.spec.assets
        return FolderSettings(
            poster=_relative(main, folder),
            digest=self.poster.digest,
            title=self.poster.title,
            data=None if self.table.path is None else _relative(self.table.path, folder),
            encoding=self._encoding,
            tab=self._tab,
            query=self._query,
            brief=self.spec.model_copy(update={"assets": assets and _relative(Path(assets), folder)}),
        )

    def close(self) -> None:
        """End runs that were left, and close the renderer, unless it was given open."""
        while self._runs:
            self._runs.pop().close()
        self._close_renderer()

    def _close_renderer(self) -> None:
        if self._opened is not None and isinstance(self._given, str):
            self._opened.close()
            self._opened = None

    def __enter__(self) -> Campaign:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _open(self) -> Renderer:
        if self._opened is None:
            self._opened = open_renderer(self.spec.renderer, **self._options)
        return self._opened

    @property
    def _needs_gpu(self) -> bool:
        return any(plugin.needs_gpu for plugin in plugins() if plugin.name == self.choice.name)

    def _pool(self, workers: int | None, ray: str | None, gpus: float | None) -> Pool:
        if ray is None and not workers:
            return InProcess(self._runner())
        self._close_renderer()  # its weights are needed elsewhere
        poster, columns = PosterReference.of(self.poster), self.table.columns
        if ray is None:
            return Processes(workers or 1, poster, self.spec, columns)
        return open_cluster(ray, workers, poster, self.spec, columns, float(self._needs_gpu) if gpus is None else gpus)

    def _runner(self) -> JobRunner:
        compiler = Compiler.of(self.poster, self.spec, self.table.columns, self._open().limits)
        return JobRunner(compiler, self._open(), self._reader, self._policy)

    def _data_changed(self) -> bool:
        return self.table.path is not None and file_digest(self.table.path) != self.table.digest


def _relative(path: Path, folder: Path) -> str:
    """A path from the folder, so that both can be moved together."""
    try:
        return Path(relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()


def _split(requested: str | Sequence[str] | None) -> str | Sequence[str] | None:
    """`feed,story` as the names in it."""
    if not isinstance(requested, str) or requested == ALL:
        return requested
    return [name.strip() for name in requested.split(",")]


def _selected(
    table: Table,
    poster: Poster,
    only_rows: Iterable[str] | None,
    where: str | None,
    limit: int | None,
    numbers: NumberStyle,
    assets: str | Path | None,
) -> frozenset[str] | None:
    """Every row is checked, whichever are chosen."""
    folder = None if assets is None else Path(assets)
    values = bound(table.rows, poster, numbers=numbers, assets=folder, sheet=table.sheet, keep=where is not None)
    if only_rows is None and where is None and limit is None:
        return None
    rows = only(table, list(only_rows)).rows if only_rows is not None else table.rows
    if where is not None:
        condition = read_where(where, dict.fromkeys([*(param.name for param in poster.params), *table.columns]))
        known = {row.key: bound_values for row, bound_values in zip(table.rows, values, strict=True)}
        rows = tuple(row for row in rows if meets(condition, row, known[row.key]))
    return frozenset(row.key for row in rows[:limit])


def _letters(poster: Poster, table: Table) -> str:
    """Every character of the texts of all rows, once."""
    names = [param.name for param in poster.params if param.type.kind in ("text", "enum")]
    return "".join(sorted({mark for row in table.rows for name in names for mark in str(row.values.get(name) or "")}))


def _sample(poster: Poster, table: Table, limits: Limits) -> None:
    """Compile the first row, and see whether the letters of all can be written."""
    for row in table.rows[:1]:
        compile_poster(poster, given(row, poster, sheet=table.sheet), limits=limits, where=row.where)
    if limits.characters is None and limits.scripts is None:
        return
    letters = _letters(poster, table)
    if unwritten := (*unwritable(letters, limits), *foreign(letters, limits.scripts)):
        raise PosterError(Diagnostic("LG401", f"it cannot write {', '.join(f'`{one}`' for one in unwritten[:5])}"))
