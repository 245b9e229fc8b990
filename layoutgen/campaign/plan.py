"""Jobs compared with what the folder has: what is done, what is stale and why, what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from layoutgen.base.suggest import listed
from layoutgen.campaign.folder import art_path
from layoutgen.campaign.model import DIGESTS, Digest, Job, ManifestEntry
from layoutgen.language.values import shown

StaleCause = Literal["row-gone", "changed", "renamed", "picture-lost", "picture-changed", "source-stale", "retried"]
"""For programs; `Stale.why` is for people."""
_WHY: dict[StaleCause, str] = {
    "row-gone": "its row is not in the data any more",
    "renamed": "it has another name now",
    "picture-lost": "its picture is not there any more",
    "picture-changed": "its file was changed",
    "source-stale": "the picture that it comes from is made again",
    "retried": "it failed, and is tried again",
}


@dataclass(frozen=True)
class Order:
    """A job to do, in the order of the plan."""

    job: Job
    retries: int = 0


@dataclass(frozen=True)
class Stale:
    """A picture that does not count any more."""

    entry: ManifestEntry
    cause: StaleCause
    remade: bool
    """Whether a job of the plan makes it again."""
    change: str = ""
    """What changed, where it is the job."""

    @property
    def why(self) -> str:
        return self.change or _WHY[self.cause]


@dataclass(frozen=True)
class RunPlan:
    """What a run will do. Nothing was changed yet."""

    jobs: tuple[Job, ...]
    orders: tuple[Order, ...]
    done: Mapping[str, ManifestEntry]
    """By name: jobs that need not be done again, failed ones that stay failed included."""
    stale: tuple[Stale, ...]
    shared: int
    """Jobs whose art is there, or will be once another job is done."""

    @property
    def skipped(self) -> int:
        """Jobs of rows that are not selected, and that have no picture."""
        return len(self.jobs) - len(self.orders) - len(self.done)

    @property
    def passed(self) -> int:
        return sum(entry.passed for entry in self.done.values())

    @property
    def failed(self) -> int:
        return len(self.done) - self.passed

    def reasons(self) -> dict[str, int]:
        """Why pictures are stale, for people, and how many of them."""
        return dict(Counter(item.why for item in self.stale).most_common())

    def causes(self) -> dict[StaleCause, int]:
        """Why pictures are stale, for programs, and how many of them."""
        return dict(Counter(item.cause for item in self.stale).most_common())


def plan_run(
    jobs: Sequence[Job],
    entries: Mapping[tuple[str, str, str], ManifestEntry],
    folder: Path,
    *,
    retry_failed: bool = False,
    selected: Collection[str] | None = None,
) -> RunPlan:
    """Compare. A job is done when an entry of its key and name is there, and its picture; failed ones until retried.

    `selected`: keys of the only rows that are to be worked on. What is outdated is so for the other rows as well.
    """
    done: dict[str, ManifestEntry] = {}
    orders: list[Order] = []
    stale: list[Stale] = []
    again: set[str | None] = set()
    for job in jobs:
        entry = entries.get(job.place)
        if selected is not None and job.row not in selected:
            if entry is not None and (outdated := _outdated(job, entry, folder, remade=False)):
                stale.append(outdated)
            elif entry is not None:
                done[job.name] = entry
            continue
        if entry is None:
            orders.append(Order(job))
        elif outdated := _outdated(job, entry, folder, remade=True):
            stale.append(outdated)
            orders.append(Order(job, entry.retries if outdated.cause == "picture-lost" else 0))
        elif not entry.passed and job.source in again:
            stale.append(Stale(entry, "source-stale", remade=True))
            orders.append(Order(job, entry.retries))
        elif not entry.passed and retry_failed:
            stale.append(Stale(entry, "retried", remade=True))
            orders.append(Order(job, entry.retries + 1))
        else:
            done[job.name] = entry
            continue
        again.add(job.name)
    places = {job.place for job in jobs}
    stale += [Stale(entry, "row-gone", remade=False) for place, entry in entries.items() if place not in places]
    return RunPlan(tuple(jobs), tuple(orders), done, tuple(stale), _shared(orders, folder))


def _outdated(job: Job, entry: ManifestEntry, folder: Path, *, remade: bool) -> Stale | None:
    """Why the picture of an entry is not that of the job; None when it is."""
    if entry.key != job.key:
        return Stale(entry, "changed", remade, changed(job, entry))
    if entry.name != job.name:
        return Stale(entry, "renamed", remade)
    if entry.image is None:
        return None
    try:
        size = (folder / entry.image).stat().st_size
    except OSError:
        return Stale(entry, "picture-lost", remade)
    return None if size == entry.bytes else Stale(entry, "picture-changed", remade)


def changed(job: Job, entry: ManifestEntry) -> str:
    """What is another in the job than in the picture that was made, in words."""
    values = job.values
    names = [name for name in {**values, **entry.params} if values.get(name) != entry.params.get(name)]
    if len(names) == 1:
        before, after = entry.params.get(names[0]), values.get(names[0])
        return (
            f"`{names[0]}` changed"
            if before is None or after is None
            else f"`{names[0]}` changed: {_plain(before)} → {_plain(after)}"
        )
    if names:
        return f"{listed(names, 4)} changed"
    digests = dict(zip(DIGESTS, job.digests, strict=True))
    return next((_CHANGES[part] for part in _CHANGES if digests[part] != entry.parts.get(part)), "the seed changed")


_CHANGES: dict[Digest, str] = {
    "settings": "the renderer or its settings changed",
    "files": "a picture or font that it uses changed",
    "poster": "the poster changed",
}
"""In this order: a change of settings or files may be one of the poster as well."""


def _plain(value: object) -> str:
    return shown(value).strip('"')


def _shared(orders: Sequence[Order], folder: Path) -> int:
    """Jobs that take their art from one that is done before them, or from a run before."""
    seen: set[str] = set()
    count = 0
    for order in orders:
        if not order.job.overlaid or order.retries:
            continue
        count += order.job.art_key in seen or art_path(folder, order.job.art_key).is_file()
        seen.add(order.job.art_key)
    return count
