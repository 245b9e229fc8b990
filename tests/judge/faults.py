"""Right and wrong pictures, judged by the real reader: `python -m tests.judge.faults --wrong 6000 --right 2000`.

A poster of eight slogans, in one of 15 faces and on one of 6 grounds, is compiled and drafted. Four of its slogans are made
wrong, each in one of some sixty ways: other strings are set in their places, they are moved or left out, or something is
painted on the picture. What is right beside them shows what is refused for no reason; whole right pictures are compressed,
scaled, turned, blurred and more, and judged too. `mini_bank` does the same to pictures that an image model drew.

Every number is another picture, always the same one. Limits of the judge are chosen on pictures of even numbers (`--part
limits`); figures are taken on the odd ones (`--part measure`). A run is cut in parts with `--from` and `--to`; with `--log`
it goes on where it was stopped, and with `--answers` the reader looks at the same pixels once only.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from functools import cache
from itertools import count, islice, tee
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import ImageChops

from layoutgen.base.geometry import edges, enclosing, grow
from layoutgen.check import Cache, RapidReader, check_picture
from tests.judge import mini_bank
from tests.judge.caching_reader import CachingReader
from tests.judge.figures import share_of, table, with_table
from tests.judge.planted_faults import conditions_of, drawn, right_and_bare, spoil_poster
from tests.judge.right_pictures import VARIANTS
from tests.judge.tally import Tally, judged

if TYPE_CHECKING:
    from layoutgen.base.model import Box
    from layoutgen.check import Reader
    from layoutgen.check.model import SloganVerdict
    from layoutgen.conditions.model import Glyph

EVERY = 4
"""Of so many pictures one is right as a whole."""


def picture(number: int, reader: Reader, cache: Cache | None = None, save: Path | None = None) -> Tally:
    """One picture, wrong or right, judged."""
    return right_picture(number, reader, cache) if number // 2 % EVERY == 0 else wrong_picture(number, reader, cache, save)


def wrong_picture(number: int, reader: Reader, cache: Cache | None = None, save: Path | None = None) -> Tally:
    """A fault that is not found is judged again on a picture without the others, as it may have been taken for part of one."""
    tally, work = Tally(), spoil_poster(number)
    image = work.picture()
    _, verdict = check_picture(image, work.conditions, reader, cache, composited=False)
    for fault in work.faults:
        result = judged(fault, verdict)
        if not result.found:
            single = work.picture(only=fault.id)
            _, again = check_picture(single, work.conditions, reader, cache, composited=False)
            # Nothing else is wrong with this one, so whatever keeps it from passing is the fault.
            result = replace(judged(fault, again), alone=True)
            result = result if result.found or again.passed else replace(result, found=True, reason="; ".join(again.reasons))
            if save and not result.found:
                single.save(save / f"{fault.kind}-{number}-{fault.id}.png")
        tally.faults.append(result)
    changed = ImageChops.difference(image, right_and_bare(number)[0])
    wrong = {fault.id for fault in work.faults}
    wrong |= {glyph.id for glyph in work.conditions.glyphs if changed.crop(edges(_surroundings(glyph))).getbbox()}
    _count(tally, "beside", number, [item for item in verdict.slogans if item.id not in wrong])
    return tally


def _surroundings(glyph: Glyph) -> Box:
    """Where a mark is close to a slogan: it belongs to what is wrong next to it, but may be told of as if it were its own."""
    return grow(enclosing(glyph.line_boxes), 0.7 * glyph.style.size, 0.5 * glyph.style.size)


def right_picture(number: int, reader: Reader, cache: Cache | None = None) -> Tally:
    tally, rng = Tally(), random.Random(f"right {number}")
    conditions = conditions_of(number)
    name = sorted(VARIANTS)[number // (2 * EVERY) % len(VARIANTS)]
    image = VARIANTS[name](drawn(conditions), rng)
    _, verdict = check_picture(image, conditions, reader, cache, composited=False)
    _count(tally, name, number, verdict.slogans)
    tally.refused += [(name, f"{number} extra {item.text!r}") for item in verdict.extra]
    return tally


def _count(tally: Tally, variant: str, number: int, right: Iterable[SloganVerdict]) -> None:
    for item in right:
        tally.right[variant] += 1
        if not item.passed:
            tally.refused.append((variant, f"{number} {item.id} {item.expected!r} {item.read!r}: {item.reason}"))


@cache
def _reader(answers: Path | None, threads: int) -> tuple[Reader, Cache]:
    reader = RapidReader(threads)
    return (CachingReader(reader, answers) if answers else reader), Cache()


@dataclass(frozen=True)
class Job:
    number: int
    answers: Path | None = None
    threads: int = 2
    save: Path | None = None
    bank: Path | None = None
    """The folder of pictures by an image model; None: drafts."""


def _one(job: Job) -> tuple[int, Tally]:
    reader, cache = _reader(job.answers, job.threads)
    if job.bank:
        return job.number, mini_bank.judge_picture(job.bank, job.number, reader, cache)
    return job.number, picture(job.number, reader, cache, job.save)


def measure(numbers: Iterable[int], *, jobs: int = 1, like: Job = Job(0)) -> Generator[tuple[int, Tally]]:
    """The pictures in their order."""
    work = (replace(like, number=number, threads=2 if jobs == 1 else 1) for number in numbers)
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
    like: Job = Job(0),
) -> Tally:
    """Pictures until there are enough faults; those in the log are not judged again, and new ones are added to it."""
    total, known = Tally(), _logged(log)
    ahead, numbers = tee(numbers)
    fresh = measure((number for number in ahead if number not in known), jobs=jobs, like=like)
    for done, number in enumerate(numbers, 1):
        tally = known[number] if number in known else next(fresh)[1]
        if number not in known:
            _write(log, number, tally)
        total.add(tally)
        if done % 20 == 0:
            right = f"right {total.right.total()} refused {len(total.refused)}"
            print(
                f"picture {number}: wrong {len(total.faults)} missed {len(total.missed())}; {right}",
                file=sys.stderr,
                flush=True,
            )
        if enough(total):
            break
    fresh.close()
    return total


def _write(log: Path | None, number: int, tally: Tally) -> None:
    if log:
        with log.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"picture": number, **tally.json()}, ensure_ascii=False) + "\n")
    for line in [f"missed {fault}" for fault in tally.missed()] + [f"refused {item}" for item in tally.refused]:
        print(line, file=sys.stderr, flush=True)


def _logged(log: Path | None) -> dict[int, Tally]:
    if log is None or not log.exists():
        return {}
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    return {line.pop("picture"): Tally.of(line) for line in lines}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", type=int, default=6000, help="wrong slogans, where there is no --to")
    parser.add_argument("--right", type=int, default=2000, help="right slogans, where there is no --to")
    parser.add_argument("--part", choices=("all", "limits", "measure"), default="all", help="pictures of even or odd numbers")
    parser.add_argument("--from", dest="start", type=int, default=0, metavar="N", help="the first picture")
    parser.add_argument("--to", dest="end", type=int, metavar="N", help="stop before this picture")
    parser.add_argument(
        "--bank", type=Path, metavar="FOLDER", help="spoil the pictures of tests.judge.mini_bank instead of drafts"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--log", type=Path, help="every picture and fault, a JSON line each; its pictures are not judged again")
    parser.add_argument("--answers", type=Path, help="a file in which the reader's answers to the same pixels are kept")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="where pictures of missed faults are put")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the figures into this page of the docs")
    options = parser.parse_args()
    started = time.perf_counter()

    def enough(tally: Tally) -> bool:
        return options.end is None and len(tally.faults) >= options.wrong and tally.right.total() >= options.right

    if options.save:
        options.save.mkdir(parents=True, exist_ok=True)
    end = mini_bank.size(options.bank) if options.bank and options.end is None else options.end
    numbers: Iterable[int] = count(options.start) if end is None else range(options.start, end)
    if options.part != "all":
        numbers = (number for number in numbers if number % 2 == (options.part == "measure"))
    like = Job(0, answers=options.answers, save=options.save, bank=options.bank)
    tally = collect(numbers, enough, jobs=options.jobs, log=options.log, like=like)
    text = table(tally.faults, tally.right, Counter(variant for variant, _ in tally.refused))
    print(text)
    if options.page:
        options.page.write_text(with_table(options.page.read_text("utf-8"), text), encoding="utf-8")
    wrong, missed, refused = len(tally.faults), len(tally.missed()), len(tally.refused)
    of_figures = sum(fault.figures for fault in tally.faults)
    print(f"wrong: {share_of(missed, wrong)} pass; of figures: {share_of(len(tally.missed(figures=True)), of_figures)}")
    print(f"right: {share_of(refused, tally.right.total())} refused; {time.perf_counter() - started:.0f} s")
    return 1 if tally.missed(figures=True) or missed > 0.003 * wrong or refused > 0.01 * tally.right.total() else 0


if __name__ == "__main__":
    sys.exit(main())
