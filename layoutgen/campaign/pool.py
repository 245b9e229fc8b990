"""Where jobs are done: in this process, or in several of this machine. A pool never holds more than it can work on."""

from __future__ import annotations

import os
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait as wait_for
from typing import Protocol

from layoutgen.campaign.jobs import PosterReference
from layoutgen.campaign.model import CampaignSpec
from layoutgen.campaign.run_job import Assignment, JobOutcome, JobRunner, failed, open_job_runner
from layoutgen.diagnostics import PosterError

MOST_LOSSES = 3
"""How often a job may take its worker with it."""


class Pool(Protocol):
    """Takes jobs while it has room, and gives outcomes in whatever order they are done."""

    @property
    def room(self) -> int:
        """How many more jobs it can take."""
        ...

    @property
    def busy(self) -> int:
        """Jobs that it has, and whose outcomes were not collected."""
        ...

    def submit(self, job: Assignment) -> None: ...

    def collect(self) -> JobOutcome:
        """The next outcome; waits for one."""
        ...

    def close(self) -> None:
        """Release everything. Jobs under way are dropped."""
        ...


class InProcess:
    """One job at a time, in this process."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner
        self._waiting: deque[Assignment] = deque()

    @property
    def room(self) -> int:
        return 1 - len(self._waiting)

    @property
    def busy(self) -> int:
        return len(self._waiting)

    def submit(self, job: Assignment) -> None:
        self._waiting.append(job)

    def collect(self) -> JobOutcome:
        outcome = self._runner.work(self._waiting[0])
        self._waiting.popleft()
        return outcome

    def close(self) -> None:
        self._waiting.clear()


class Processes:
    """Processes of this machine, each with a renderer of its own. One that dies is replaced, and its job is done again."""

    def __init__(self, workers: int, reference: PosterReference, spec: CampaignSpec, columns: tuple[str, ...]) -> None:
        self._workers = workers
        # One thread each: the cores are for other workers, and reading gains little from more.
        self._start = (reference, spec, columns, 1)
        self._pool = self._open()
        self._running: dict[Future[JobOutcome], Assignment] = {}
        self._losses: dict[str, int] = {}
        self._done: deque[JobOutcome] = deque()

    def _open(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._workers, get_context("spawn"), _enter, self._start)

    @property
    def room(self) -> int:
        # One more than there are workers, so that none waits for its next job.
        return self._workers + 1 - self.busy

    @property
    def busy(self) -> int:
        return len(self._running) + len(self._done)

    def submit(self, job: Assignment) -> None:
        try:
            self._running[self._pool.submit(_work, job)] = job
        except BrokenProcessPool:
            self._replace()
            self._running[self._pool.submit(_work, job)] = job

    def collect(self) -> JobOutcome:
        while not self._done:
            finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
            lost: list[Assignment] = []
            for future in finished:
                job = self._running.pop(future)
                try:
                    self._done.append(future.result())
                except BrokenProcessPool:
                    lost.append(job)
            if lost:
                # The pool cannot tell which of its jobs did it, so all that were under way are counted.
                lost += self._running.values()
                self._running.clear()
                self._replace()
                for job in lost:
                    self._again(job)
        return self._done.popleft()

    def _again(self, job: Assignment) -> None:
        losses = self._losses[job.job.name] = self._losses.get(job.job.name, 0) + 1
        if losses >= MOST_LOSSES:
            self._done.append(failed(job, f"its worker was lost {losses} times, most likely for want of memory"))
        else:
            self._running[self._pool.submit(_work, job)] = job

    def _replace(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = self._open()

    def close(self) -> None:
        self._running.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)


_runner: JobRunner | PosterError | None = None
"""Of a worker's process."""


def _enter(reference: PosterReference, spec: CampaignSpec, columns: tuple[str, ...], threads: int) -> None:
    """The start of a worker. One that cannot open its renderer stays, and says so for each job."""
    import signal

    global _runner  # noqa: PLW0603 - what a pool's process has to keep between calls
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that gives out the work
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _runner = open_job_runner(reference, spec, columns, threads)
    except PosterError as error:
        _runner = error


def _end_with_parent() -> None:
    """A worker whose parent was killed must not stay."""
    parent = parent_process()
    if parent is not None:
        wait_for([parent.sentinel])
        os._exit(1)


def _work(job: Assignment) -> JobOutcome:
    if isinstance(_runner, PosterError):
        return failed(job, _runner.diagnostics)
    assert _runner is not None
    return _runner.work(job)
