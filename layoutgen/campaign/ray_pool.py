"""Jobs on a Ray cluster: one actor per GPU (per core, for renderers without one), each holding the model. Ray schedules,
waits, and starts lost actors again; nothing of that is done here."""

from __future__ import annotations

import os
from typing import Any

from layoutgen.campaign.jobs import PosterReference
from layoutgen.campaign.model import CampaignSpec
from layoutgen.campaign.run_job import Assignment, JobOutcome, JobRunner, failed, open_job_runner
from layoutgen.diagnostics import Diagnostic, PosterError

TRIES = 3
"""How often Ray does a job again whose actor was lost."""
LOCAL = "local"
STARTS = 3
"""How often it is tried to start a cluster of this machine."""
OBJECTS = 400_000_000
"""Bytes for what travels between its processes: a few pictures."""


def open_cluster(
    address: str, workers: int | None, reference: PosterReference, spec: CampaignSpec, columns: tuple[str, ...], gpus: float
) -> Cluster:
    """Connect to a cluster (`auto`, `HOST:PORT`, `ray://…`), or start one here (`local`). LG894 when neither works."""
    try:
        import ray
    except ImportError:
        raise _unreachable("Ray is not installed", "run pip install 'layoutgen[ray]'") from None
    started = not ray.is_initialized()
    if started:
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
        # Of its own accord Ray gives a node of a busy machine half a minute to start, and no more.
        for left in reversed(range(STARTS if address == LOCAL else 1)):
            try:
                if address == LOCAL:
                    ray.init(num_cpus=workers, include_dashboard=False, object_store_memory=OBJECTS, **quiet)
                else:
                    ray.init(address=address, **quiet)
                break
            except (Exception, SystemExit) as error:  # Ray raises whatever its transport does, and may want to end the process
                ray.shutdown()
                if not left:
                    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
                    raise _unreachable(
                        f"no Ray cluster answers at `{address}`: {reason}", "`--ray local` starts one here"
                    ) from None
    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call, unused-ignore]
    count = workers or max(1, int(resources.get("GPU", 0) // gpus if gpus else resources.get("CPU", 1)))
    return Cluster(count, reference, spec, columns, gpus, started)


def _unreachable(message: str, hint: str) -> PosterError:
    return PosterError(Diagnostic("LG894", message, hint=hint))


class Cluster:
    """A `Pool` of Ray actors."""

    def __init__(
        self, workers: int, reference: PosterReference, spec: CampaignSpec, columns: tuple[str, ...], gpus: float, started: bool
    ) -> None:
        import ray
        from ray.util import ActorPool

        actor = ray.remote(num_cpus=0 if gpus else 1, num_gpus=gpus, max_restarts=-1, max_task_retries=TRIES)(Worker)
        self.actors: list[Any] = [actor.remote((reference, spec, columns), 1) for _ in range(workers)]
        self._pool: Any = ActorPool(self.actors)
        self._workers = workers
        self._started = started
        self._jobs: dict[str, Assignment] = {}
        self._answers: dict[Any, str] = {}
        """Ray's references to answers that were not collected, and the names of their jobs."""

    @property
    def room(self) -> int:
        # As many wait as are worked on, so that what goes over the network is there when an actor is free.
        return 2 * self._workers - self.busy

    @property
    def busy(self) -> int:
        return len(self._jobs)

    def submit(self, job: Assignment) -> None:
        self._jobs[job.job.name] = job
        self._pool.submit(self._ask, job)

    def _ask(self, actor: Any, job: Assignment) -> Any:
        answer = actor.work.remote(job)
        self._answers[answer] = job.job.name
        return answer

    def collect(self) -> JobOutcome:
        from ray.exceptions import RayError

        try:
            outcome: JobOutcome = self._pool.get_next_unordered()
        except RayError as error:
            job = self._jobs.pop(self._lost())
            return failed(job, f"its worker was lost again and again: {(str(error).splitlines() or [''])[0]}")
        self._jobs.pop(outcome.entry.name)
        self._answers = {answer: name for answer, name in self._answers.items() if name != outcome.entry.name}
        return outcome

    def _lost(self) -> str:
        """The job whose answer is an error; the pool lets go of it without saying which it was."""
        import ray
        from ray.exceptions import RayError

        ready, _ = ray.wait(list(self._answers), num_returns=len(self._answers), timeout=0)
        for answer in ready:
            try:
                ray.get(answer)
            except RayError:
                return self._answers.pop(answer)
        raise AssertionError("an answer was an error")

    def close(self) -> None:
        import ray

        self._jobs.clear()
        if self._started:
            ray.shutdown()
        else:
            for actor in self.actors:
                ray.kill(actor)


class Worker:
    """One actor."""

    def __init__(self, start: tuple[PosterReference, CampaignSpec, tuple[str, ...]], threads: int) -> None:
        self._runner: JobRunner | PosterError
        try:
            self._runner = open_job_runner(*start, threads)
        except PosterError as error:
            self._runner = error

    def work(self, job: Assignment) -> JobOutcome:
        if isinstance(self._runner, PosterError):
            return failed(job, self._runner.diagnostics)
        return self._runner.work(job)

    def process(self) -> int:
        """The id of its process."""
        return os.getpid()
