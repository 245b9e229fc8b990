"""Jobs beside what the folder has: what is done, what is stale and why, what is left to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from layoutgen.base.suggest import listed
from layoutgen.campaign.folder import art_path
from layoutgen.campaign.model import PARTS, Entry, Job
from layoutgen.language.values import shown

GONE = "its row is not in the data any more"
LOST = "its picture is not there any more"


@dataclass(frozen=True)
class Order:
    """A job to do, in the order of the plan."""

    job: Job
    retries: int = 0


@dataclass(frozen=True)
class Stale:
    entry: Entry
    why: str
    back: bool
    """Whether a job of the plan will make it anew."""


@dataclass(frozen=True)
class Plan:
    """What a run will do. Nothing was changed yet."""

    jobs: tuple[Job, ...]
    orders: tuple[Order, ...]
    done: Mapping[str, Entry]
    """By name: jobs that need not be done again, failed ones that stay failed included."""
    stale: tuple[Stale, ...]
    shared: int
    """Jobs whose art is there, or will be when another job was done."""

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
        """Why pictures are stale, and how many of them."""
        return dict(Counter(item.why for item in self.stale).most_common())


def make_plan(
    jobs: Sequence[Job],
    entries: Mapping[tuple[str, str, str], Entry],
    folder: Path,
    *,
    retry_failed: bool = False,
    selected: Collection[str] | None = None,
) -> Plan:
    """Compare. A job is done when an entry of its key and name is there, and its picture; failed ones until retried.

    `selected`: keys of the only rows that are to be worked on. What is outdated is so for the other rows as well.
    """
    done: dict[str, Entry] = {}
    orders: list[Order] = []
    stale: list[Stale] = []
    again: set[str | None] = set()
    for job in jobs:
        entry = entries.get(job.place)
        if selected is not None and job.row not in selected:
            if entry is not None and (why := _outdated(job, entry, folder)):
                stale.append(Stale(entry, why, back=False))
            elif entry is not None:
                done[job.name] = entry
            continue
        if entry is None:
            orders.append(Order(job))
        elif why := _outdated(job, entry, folder):
            stale.append(Stale(entry, why, back=True))
            orders.append(Order(job, entry.retries if why == LOST else 0))
        elif not entry.passed and job.source in again:
            stale.append(Stale(entry, "the picture that it comes from is made again", back=True))
            orders.append(Order(job, entry.retries))
        elif not entry.passed and retry_failed:
            stale.append(Stale(entry, "it failed, and is tried again", back=True))
            orders.append(Order(job, entry.retries + 1))
        else:
            done[job.name] = entry
            continue
        again.add(job.name)
    wanted = {job.place for job in jobs}
    stale += [Stale(entry, GONE, back=False) for place, entry in entries.items() if place not in wanted]
    return Plan(tuple(jobs), tuple(orders), done, tuple(stale), _shared(orders, folder))


def _outdated(job: Job, entry: Entry, folder: Path) -> str:
    """Why the picture of an entry is not that of the job; empty when it is."""
    if entry.key != job.key:
        return changed(job, entry)
    if entry.name != job.name:
        return "it has another name now"
    if entry.image is None:
        return ""
    try:
        size = (folder / entry.image).stat().st_size
    except OSError:
        return LOST
    return "" if size == entry.bytes else "its file was changed"


def changed(job: Job, entry: Entry) -> str:
    told = job.values
    names = [name for name in {**told, **entry.params} if told.get(name) != entry.params.get(name)]
    if len(names) == 1:
        before, after = entry.params.get(names[0]), told.get(names[0])
        return (
            f"`{names[0]}` changed"
            if before is None or after is None
            else f"`{names[0]}` changed: {_said(before)} → {_said(after)}"
        )
    if names:
        return f"{listed(names, 4)} changed"
    parts = dict(zip(PARTS, job.parts, strict=True))
    changed = [part for part in ("settings", "files", "poster") if parts[part] != entry.parts.get(part)]
    said = {"settings": "the renderer or its settings changed", "files": "a picture or font that it uses changed"}
    return said.get(changed[0], "the poster changed") if changed else "the seed changed"


def _said(value: object) -> str:
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
