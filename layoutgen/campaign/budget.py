"""What ends a run before its jobs do: GPU seconds, a time of day, too many failures. Each can be resumed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from layoutgen.campaign.model import StopReason
from layoutgen.diagnostics import Diagnostic, PosterError

FEWEST_JUDGED = 20
"""Jobs after which a share of failures means something."""


@dataclass(frozen=True)
class Budget:
    gpu_seconds: float | None = None
    deadline: datetime | None = None
    """Local time with its zone; no job is begun that would most likely end after it."""
    failures: float | None = None
    """Below 1: a share of the jobs done; from 1 on: a number of them."""


@dataclass
class Spent:
    """Of one run."""

    jobs: int = 0
    failed: int = 0
    gpu_seconds: float = 0.0
    seconds: float = 0.0
    """Of the jobs, one after another."""


def exhausted(budget: Budget, spent: Spent, now: Callable[[], datetime], under_way: int = 0) -> StopReason:
    """Why no further job may begin; empty while one may."""
    each = spent.gpu_seconds / spent.jobs if spent.jobs else 0.0
    if budget.gpu_seconds is not None and spent.gpu_seconds + each * (under_way + 1) > budget.gpu_seconds:
        return "gpu-seconds"
    if budget.deadline is not None:
        expected = timedelta(seconds=spent.seconds / spent.jobs if spent.jobs else 0.0)
        if now() + expected >= budget.deadline:
            return "deadline"
    if budget.failures is not None:
        # One failure among three jobs is not a share of anything: it is judged from twenty jobs on.
        share = math.floor(budget.failures * max(spent.jobs, FEWEST_JUDGED)) + 1
        most = budget.failures if budget.failures >= 1 else share
        if spent.failed >= most:
            return "failures"
    return ""


def read_deadline(written: str, now: datetime) -> datetime:
    """`06:00`, the next one to come, or `2026-06-01T06:00`. LG959."""
    if time := re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", written.strip()):
        moment = now.replace(hour=int(time[1]), minute=int(time[2]), second=0, microsecond=0)
        return moment if moment > now else moment + timedelta(days=1)
    try:
        moment = datetime.fromisoformat(written.strip())
    except ValueError:
        hint = "write a time of day, --deadline 06:00, or a day and a time: 2026-06-01T06:00"
        raise PosterError(Diagnostic("LG959", f"`--deadline {written}` is not a time", hint=hint)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)


def read_failures(written: str) -> float:
    """`2%` or a number of jobs. LG959."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", written.strip())
    value = float(match[1]) / (100 if match[2] else 1) if match else 0.0
    if not match or value <= 0 or (match[2] and value >= 1) or (not match[2] and value != int(value)):
        hint = "write a share of the jobs, 2%, or a number of them, 10"
        raise PosterError(Diagnostic("LG959", f"`--stop-after-failures {written}` is neither a share nor a number", hint=hint))
    return value
