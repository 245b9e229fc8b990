"""A run: outdated pictures away first, then job after job, each picture and its line in the manifest before the next counts."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from layoutgen.base.files import write_atomically, write_together
from layoutgen.campaign.budget import Budget, Spent, exhausted
from layoutgen.campaign.folder import (
    FolderSettings,
    Retirement,
    art_path,
    locked,
    orphans,
    read_entries,
    remove_leftovers,
    write_entries,
    write_settings,
)
from layoutgen.campaign.manifest import LineFile, line_of
from layoutgen.campaign.model import MANIFEST, PAGE, Failure, Job, ManifestEntry, StopReason, Summary
from layoutgen.campaign.plan import Order, RunPlan, plan_run
from layoutgen.campaign.pool import InProcess, Pool
from layoutgen.campaign.progress import Announce, Log, Progress
from layoutgen.campaign.run_job import Assignment, JobOutcome, failed
from layoutgen.diagnostics import Diagnostic, PosterError

UNKNOWN = "it is not in the manifest: a run was killed just then, or it is from another campaign"
MOST_FAILURES = 300
"""Failures that a summary lists."""


@dataclass(frozen=True)
class CampaignResult:
    """One picture of a campaign, as a run hands it out."""

    entry: ManifestEntry
    folder: Path

    @property
    def image(self) -> Path | None:
        """The picture's file: below `.failed/` when it did not pass, None when there is none."""
        return None if self.entry.image is None else self.folder / self.entry.image

    @property
    def record(self) -> Path | None:
        return None if self.entry.record is None else self.folder / self.entry.record

    @property
    def passed(self) -> bool:
        return self.entry.passed

    @property
    def status(self) -> str:
        return self.entry.status

    @property
    def row(self) -> str:
        return self.entry.row

    @property
    def reasons(self) -> tuple[str, ...]:
        return self.entry.reasons

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """For notebooks."""
        from layoutgen.base.notebook import bundle

        entry = self.entry
        width, height = entry.size
        facts = (f"{entry.canvas} {width}x{height}", entry.locale, f"row {entry.row}", entry.name)
        return bundle(entry.row, self.status, entry.words, facts=facts, notes=entry.reasons, picture=self.image)


@dataclass
class Run:
    """A plan being carried out. Iterating does the work and gives each result as it comes; `summary` does what is left."""

    folder: Path
    settings: FolderSettings
    jobs: tuple[Job, ...]
    open_pool: Callable[[], Pool]
    retry_failed: bool = False
    selected: frozenset[str] | None = None
    budget: Budget = field(default_factory=Budget)
    data_changed: Callable[[], bool] = lambda: False
    announce: Announce | None = None
    terminal: bool = False
    on_result: Callable[[CampaignResult], object] | None = None
    clock: Callable[[], datetime] = lambda: datetime.now().astimezone()

    def __post_init__(self) -> None:
        self.plan: RunPlan | None = None
        self.trouble: list[Diagnostic] = []
        """What went wrong beside words, each once."""
        self._spent = Spent()
        self._entries: dict[tuple[str, str, str], ManifestEntry] = {}
        self._attempts = 0
        self._retired = 0
        self._seconds = 0.0
        self._stopped: StopReason = ""
        self._ended = False
        self._results: Generator[CampaignResult] | None = None

    def __iter__(self) -> Iterator[CampaignResult]:
        if self._results is None:
            self._results = self._go()
        return self._results

    def close(self) -> None:
        """Release the folder; what was not begun is left for another run."""
        if self._results is not None:
            self._results.close()

    def summary(self) -> Summary:
        """The summary at the end; what is left to do is done first."""
        for _ in self:
            pass
        return self.so_far()

    def _go(self) -> Generator[CampaignResult]:
        began = time.perf_counter()
        with ExitStack() as around:
            around.enter_context(locked(self.folder))
            write_settings(self.folder, self.settings)
            plan = self._prepare()
            log = Log(self.folder)
            around.callback(log.close)
            log.write("start", jobs=len(plan.jobs), to_do=len(plan.orders), stale=plan.causes())
            progress = around.enter_context(Progress(len(plan.orders), self.announce, self.terminal))
            try:
                if plan.orders:
                    yield from self._work(plan, log, progress)
            except (KeyboardInterrupt, GeneratorExit):
                self._stopped = "interrupted"
                raise
            except PosterError:
                # A disk that is full, most likely: what was made stays, and its lines are in the manifest.
                with suppress(PosterError):
                    self._end(plan, log, began)
                raise
            finally:
                if not self._ended:
                    self._end(plan, log, began)

    def _end(self, plan: RunPlan, log: Log, began: float) -> None:
        self._ended = True
        self._seconds = time.perf_counter() - began
        self._tidy_up(plan)
        log.write("end", **self.so_far().model_dump(mode="json", exclude={"failures"}))

    def _prepare(self) -> RunPlan:
        """Nothing outdated is left where pictures are, before anything is rendered."""
        remove_leftovers(self.folder)
        entries = read_entries(self.folder)
        retirement = Retirement(self.folder)
        for image in orphans(self.folder, entries.values()):
            retirement.retire(image, UNKNOWN)
        self.plan = plan = plan_run(self.jobs, entries, self.folder, retry_failed=self.retry_failed, selected=self.selected)
        for stale in plan.stale:
            if stale.entry.image is not None:
                retirement.retire(stale.entry.image, stale.why)
            entries.pop(stale.entry.place)
        self._retired = retirement.count
        self._entries = entries
        write_entries(self.folder, self._in_order(plan))
        return plan

    def _in_order(self, plan: RunPlan) -> list[ManifestEntry]:
        return [self._entries[job.place] for job in plan.jobs if job.place in self._entries]

    def _work(self, plan: RunPlan, log: Log, progress: Progress) -> Iterator[CampaignResult]:
        pool = self.open_pool()
        manifest = LineFile(self.folder / MANIFEST)
        queue = Queue(plan, self.folder)
        try:
            for order in queue.lost:
                yield from self._fail(order, manifest, log, progress, queue)
            while queue.ready or pool.busy:
                while queue.ready and pool.room > 0 and not self._stopped:
                    self._stopped = exhausted(self.budget, self._spent, self.clock, pool.busy)
                    if not self._stopped:
                        self._begin(queue.ready.popleft(), pool)
                if not pool.busy:
                    break
                try:
                    outcome = pool.collect()
                except KeyboardInterrupt:
                    if self._stopped == "interrupted" or isinstance(pool, InProcess):
                        raise
                    self._stopped = "interrupted"
                    if self.announce:
                        self.announce("interrupted: pictures under way are finished; press again to drop them")
                    continue
                yield from self._record(outcome, manifest, log, progress, queue)
        finally:
            manifest.close()
            pool.close()

    def _begin(self, order: Order, pool: Pool) -> None:
        job = order.job
        assignment = Assignment(job, order.retries)
        if job.overlaid and not order.retries:
            try:
                art = art_path(self.folder, job.art_key).read_bytes()
            except OSError:
                art = None
            assignment = replace(assignment, art=art)
        if job.source is not None:
            # Passed, so that its picture has its own name.
            assignment = replace(assignment, source=str((self.folder / job.source).resolve()))
        pool.submit(assignment)

    def _record(
        self, outcome: JobOutcome, manifest: LineFile, log: Log, progress: Progress, queue: Queue
    ) -> Iterator[CampaignResult]:
        """Files first, then their line; who waited for this job is ready, or fails with it."""
        entry = outcome.entry
        if outcome.art is not None:
            path = art_path(self.folder, entry.art_key)
            if not path.exists():
                write_atomically(path, outcome.art)
        write_together({self.folder / name: content for name, content in outcome.files.items()})
        manifest.add(line_of(entry))
        self._entries[entry.place] = entry
        self._spent.jobs += 1
        self._spent.failed += not entry.passed
        self._spent.gpu_seconds += entry.gpu_seconds
        self._spent.seconds += entry.seconds
        self._attempts += entry.attempts
        progress.add(entry)
        log.write(
            "job",
            name=entry.name,
            status=entry.status,
            attempts=entry.attempts,
            seconds=entry.seconds,
            reasons=entry.reasons,
            **progress.standing.figures(),
            **({"details": outcome.details} if outcome.details else {}),
        )
        for item in outcome.trouble:
            if not any(item.code == known.code and item.message == known.message for known in self.trouble):
                self.trouble.append(item)
        result = CampaignResult(entry, self.folder)
        if self.on_result is not None:
            self.on_result(result)
        yield result
        for order in queue.done(entry):
            yield from self._fail(order, manifest, log, progress, queue)

    def _fail(self, order: Order, manifest: LineFile, log: Log, progress: Progress, queue: Queue) -> Iterator[CampaignResult]:
        why = f"It comes from `{order.job.source}`, which did not pass."
        yield from self._record(failed(Assignment(order.job, order.retries), why), manifest, log, progress, queue)

    def _tidy_up(self, plan: RunPlan) -> None:
        from layoutgen.campaign.proof_sheet import write_sheet

        entries = self._in_order(plan)
        write_entries(self.folder, entries)
        write_sheet(self.folder, entries, self.settings, total=len(plan.jobs))

    def so_far(self) -> Summary:
        """The summary as things stand, also of a run that was interrupted."""
        assert self.plan is not None, "the run has begun"
        entries = self._in_order(self.plan)
        wrong = [entry for entry in entries if not entry.passed]
        left = len(self.plan.orders) - self._spent.jobs
        return Summary(
            ok=not wrong and not left,
            folder=str(self.folder),
            jobs=len(self.plan.jobs),
            done_before=len(self.plan.done),
            made=self._spent.jobs,
            passed=len(entries) - len(wrong),
            failed=len(wrong),
            left=left,
            skipped=self.plan.skipped,
            retired=self._retired,
            attempts=self._attempts,
            seconds=round(self._seconds, 3),
            gpu_seconds=round(self._spent.gpu_seconds, 3),
            stopped=self._stopped if left or self._stopped == "interrupted" else "",
            data_changed=self.data_changed(),
            failures=tuple(
                Failure(
                    row=entry.row,
                    canvas=entry.canvas,
                    locale=entry.locale,
                    name=entry.name,
                    image=entry.image,
                    reasons=entry.reasons,
                )
                for entry in wrong[:MOST_FAILURES]
            ),
            manifest=str(self.folder / MANIFEST),
            sheet=str(self.folder / PAGE),
        )


class Queue:
    """The orders that can be begun. Whoever takes another one's art, or its picture, waits for it."""

    def __init__(self, plan: RunPlan, folder: Path) -> None:
        self.ready: deque[Order] = deque()
        self.lost: list[Order] = []
        """Orders that cannot be done: what they come from failed in an earlier run."""
        self._folder = folder
        self._waiting: dict[str, list[Order]] = {}
        first: dict[str, str] = {}
        again = {order.job.name for order in plan.orders}
        for order in plan.orders:
            job = order.job
            if job.source in again:
                self._waiting.setdefault(job.source, []).append(order)
            elif job.source is not None and not plan.done[job.source].passed:
                self.lost.append(order)
            elif self._shares(order) and job.art_key in first:
                self._waiting.setdefault(first[job.art_key], []).append(order)
            else:
                self.ready.append(order)
                if self._shares(order):
                    first[job.art_key] = job.name

    def _shares(self, order: Order) -> bool:
        return order.job.overlaid and not order.retries and not art_path(self._folder, order.job.art_key).is_file()

    def done(self, entry: ManifestEntry) -> list[Order]:
        """Make ready who waited for this job; who cannot do without it is returned."""
        lost: list[Order] = []
        leader = ""
        for order in self._waiting.pop(entry.name, ()):
            if order.job.source == entry.name:
                (self.ready if entry.passed else lost).append(order)
            elif leader:
                # There is no art after all, so the next one makes it, whatever the order in which jobs are done.
                self._waiting.setdefault(leader, []).append(order)
            else:
                self.ready.append(order)
                leader = order.job.name if self._shares(order) else ""
        return lost
