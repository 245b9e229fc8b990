"""Drafts with seeded faults, judged by the real reader: `python -m tests.judge.faults --digits 2000 --others 1000`.

A poster of eight slogans is compiled and drafted. The draft is then drawn again with wrong strings set in the slogans'
places, or with slogans moved, left out, blurred, or with lines that nobody asked for; and judged against the conditions it
should have met. Left out and counted is what is no fault: equal pixels, and what `exact` takes for equal (letters that differ
in size only, shapes of quotes and dashes, spaces). Twins, a letter O for a zero or an I for an l, are counted apart, with how
much their forms differ in the typeface at hand: a ring among digits is a zero to people too.

Every number is another picture, always the same one; two of three have faults of figures only, and slogans that are right.
A run is cut in parts with `--from` and `--to`; with `--log` it goes on where it was stopped, and with `--answers` the reader
looks at the same pixels once only, so that a changed judge is measured in a fraction of the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from itertools import count, islice, tee
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.base.geometry import area, intersection
from layoutgen.check import Cache, RapidReader, check_picture
from layoutgen.check.normalise import fold
from tests.judge import poster_bank
from tests.judge.caching_reader import CachingReader
from tests.judge.planted_faults import Fault, spoil_poster, strips

if TYPE_CHECKING:
    from layoutgen.check import Reader
    from layoutgen.check.model import Verdict

SORTS = ("figures", "others", "twins")
POSTERS = 120
"""Different posters; each is spoilt as often as it takes."""


@dataclass
class Tally:
    """What came of the faults of some pictures. `none`: by why they are no faults."""

    faults: list[Fault] = field(default_factory=list)
    none: Counter[str] = field(default_factory=Counter)
    right: int = 0
    """Slogans without a fault."""
    alarms: list[str] = field(default_factory=list)
    """What the verdict says against them."""

    def missed(self, sort: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.sort == sort and not fault.found]

    def count(self, sort: str) -> int:
        return sum(fault.sort == sort for fault in self.faults)

    def add(self, other: Tally) -> None:
        self.faults += other.faults
        self.none += other.none
        self.right += other.right
        self.alarms += other.alarms

    def json(self) -> dict[str, object]:
        return {**asdict(self), "none": dict(self.none)}

    @classmethod
    def of(cls, known: dict[str, object]) -> Tally:
        faults = [Fault(**fault) for fault in known["faults"]]  # type: ignore[attr-defined]
        return cls(faults, Counter(known["none"]), known["right"], known["alarms"])  # type: ignore[arg-type, call-overload]


def judged(fault: Fault, verdict: Verdict) -> Fault:
    """Whether the verdict tells of the fault: the slogan fails, or there is text too much where it is.

    A line too much may also be told of as part of a slogan that is wrong.
    """
    slogan = next(item for item in verdict.slogans if item.id == fault.id)
    if fault.kind not in ("extra line", "doubled line"):
        line = (0, slogan.box[1], poster_bank.WIDTH, slogan.box[3])
        extra = any(area(intersection(item.box, line)) for item in verdict.extra)
        return replace(fault, found=not slogan.passed or extra, read=slogan.read, reason=slogan.reason)
    extras = [item.text for item in verdict.extra if any(area(intersection(item.box, strip)) for strip in strips())]
    within = [item.read for item in verdict.slogans if not item.passed and fold(fault.drawn) in fold(item.read)]
    return replace(fault, found=bool(extras or within), read=" / ".join(extras or within))


def picture(number: int, reader: Reader, cache: Cache | None = None) -> Tally:
    """One picture made wrong, and judged. A fault that is not found is judged again on a picture without the others, as it
    may have been taken for part of one."""
    tally = Tally()
    work = spoil_poster(number, number % POSTERS, tally.none, others=number % 3 == 0)
    _, verdict = check_picture(work.picture(), work.conditions, reader, cache)
    for fault in work.faults:
        result = judged(fault, verdict)
        if not result.found:
            _, single = check_picture(work.picture(only=fault.id), work.conditions, reader, cache)
            result = replace(judged(fault, single), alone=True)
        tally.faults.append(result)
    wrong = {fault.id for fault in work.faults}
    right = [item for item in verdict.slogans if item.id not in wrong]
    tally.right = len(right)
    tally.alarms = [f"{number} {item.expected!r} {item.read!r}: {item.reason}" for item in right if not item.passed]
    return tally


@cache
def _reader(answers: Path | None, threads: int) -> tuple[Reader, Cache]:
    reader = RapidReader(threads)
    return (CachingReader(reader, answers) if answers else reader), Cache()


def _one(job: tuple[int, Path | None, int]) -> tuple[int, Tally]:
    number, answers, threads = job
    return number, picture(number, *_reader(answers, threads))


def measure(numbers: Iterable[int], *, jobs: int = 1, answers: Path | None = None) -> Generator[tuple[int, Tally]]:
    """The pictures in their order."""
    work = ((number, answers, 2 if jobs == 1 else 1) for number in numbers)
    if jobs == 1:
        yield from map(_one, work)
        return
    with get_context("spawn").Pool(jobs) as pool:
        waiting = [pool.apply_async(_one, (job,)) for job in islice(work, 2 * jobs)]
        while waiting:
            yield waiting.pop(0).get()
            waiting += [pool.apply_async(_one, (job,)) for job in islice(work, 1)]


def collect(
    numbers: Iterable[int],
    enough: Callable[[Tally], bool] = lambda _: False,
    *,
    jobs: int = 1,
    log: Path | None = None,
    answers: Path | None = None,
) -> Tally:
    """Pictures until there are enough faults; those in the log are not judged again, and new ones are added to it."""
    total, known = Tally(), _logged(log)
    ahead, numbers = tee(numbers)
    fresh = measure((number for number in ahead if number not in known), jobs=jobs, answers=answers)
    for done, number in enumerate(numbers, 1):
        tally = known[number] if number in known else next(fresh)[1]
        if number not in known:
            _write(log, number, tally)
        total.add(tally)
        if done % 20 == 0:
            counts = ", ".join(f"{sort} {total.count(sort)} missed {len(total.missed(sort))}" for sort in SORTS)
            print(f"picture {number}: {counts}; right {total.right} alarms {len(total.alarms)}", file=sys.stderr, flush=True)
        if enough(total):
            break
    fresh.close()
    return total


def _write(log: Path | None, number: int, tally: Tally) -> None:
    if log:
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"picture": number, **tally.json()}, ensure_ascii=False) + "\n")
    for fault in tally.faults:
        if not fault.found:
            print("missed", fault, file=sys.stderr, flush=True)


def _logged(log: Path | None) -> dict[int, Tally]:
    if log is None or not log.exists():
        return {}
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return {line.pop("picture"): Tally.of(line) for line in lines}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--digits", type=int, default=2000, help="faults of figures, where there is no --to")
    parser.add_argument("--others", type=int, default=1000, help="other faults, where there is no --to")
    parser.add_argument("--from", dest="start", type=int, default=0, metavar="N", help="the first picture")
    parser.add_argument("--to", dest="end", type=int, metavar="N", help="stop before this picture")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--log", type=Path, help="every picture and fault, a JSON line each; its pictures are not judged again")
    parser.add_argument("--answers", type=Path, help="a file in which the reader's answers to the same pixels are kept")
    options = parser.parse_args()
    started = time.perf_counter()

    def enough(tally: Tally) -> bool:
        return options.end is None and tally.count("figures") >= options.digits and tally.count("others") >= options.others

    numbers = count(options.start) if options.end is None else range(options.start, options.end)
    tally = collect(numbers, enough, jobs=options.jobs, log=options.log, answers=options.answers)
    for sort in SORTS:
        missed, total = tally.missed(sort), tally.count(sort)
        print(f"{sort}: {total}, missed {len(missed)} ({100 * len(missed) / max(1, total):.2f} %)")
        lost = Counter(fault.kind for fault in missed)
        for kind, number in sorted(Counter(fault.kind for fault in tally.faults if fault.sort == sort).items()):
            print(f"    {kind:16} {number:5}  missed {lost[kind]}")
        for fault in missed:
            print(f"      {fault.picture} {fault.kind} {fault.face} {fault.size:g} px:", end=" ")
            print(f"{fault.expected!r} drawn {fault.drawn!r} read {fault.read!r}; unlike {fault.unlike:.2f}")
    print("no faults:", *(f"\n    {reason}: {number}" for reason, number in sorted(tally.none.items())))
    print(f"found only on a picture of their own: {sum(fault.found and fault.alone for fault in tally.faults)}")
    print(f"right slogans beside them: {tally.right}, not passed {len(tally.alarms)}")
    for alarm in tally.alarms:
        print(f"      {alarm}")
    print(f"{time.perf_counter() - started:.0f} s")
    return 1 if tally.missed("figures") or len(tally.missed("others")) > 0.005 * tally.count("others") else 0


if __name__ == "__main__":
    sys.exit(main())
