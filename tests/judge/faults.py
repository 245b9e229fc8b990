"""Drafts with seeded faults, judged by the real reader: `python -m tests.judge.faults --digits 2000 --others 1000`.

A poster of eight slogans is compiled and drafted. The draft is then drawn again with wrong strings set in the slogans'
places, or with slogans moved, left out, blurred, or with lines that nobody asked for; and judged against the conditions it
should have met. Left out and counted is what is no fault: equal pixels, and what `exact` takes for equal (letters that differ
in size only, shapes of quotes and dashes, spaces). Twins, a letter O for a zero or an I for an l, are counted apart, with how
much their forms differ in the typeface at hand: a ring among digits is a zero to people too.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.check import Cache, open_reader, verify
from layoutgen.check.geometry import area, intersection
from layoutgen.check.normalise import fold
from tests.judge import bank
from tests.judge.seeding import Fault, conditions_of, drawn, spoil_poster, strips

if TYPE_CHECKING:
    from layoutgen.check.model import Verdict

POSTERS = 60
"""Different posters; each is spoilt as often as it takes."""


@dataclass
class Tally:
    """What came of many faults. `none`: by why they are no faults."""

    faults: list[Fault] = field(default_factory=list)
    none: Counter[str] = field(default_factory=Counter)
    right: int = 0
    right_failed: list[Fault] = field(default_factory=list)

    def missed(self, sort: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.sort == sort and not fault.found]

    def count(self, sort: str) -> int:
        return sum(fault.sort == sort for fault in self.faults)


def judged(fault: Fault, verdict: Verdict) -> Fault:
    """Whether the verdict tells of the fault: the slogan fails, or there is text too much where it is.

    A line too much may also be told of as part of a slogan that is wrong.
    """
    slogan = next(item for item in verdict.slogans if item.id == fault.id)
    if fault.kind not in ("extra line", "doubled line"):
        line = (0, slogan.box[1], bank.WIDTH, slogan.box[3])
        extra = any(area(intersection(item.box, line)) for item in verdict.extra)
        return replace(fault, found=not slogan.passed or extra, read=slogan.read, reason=slogan.reason)
    extras = [item.text for item in verdict.extra if any(area(intersection(item.box, strip)) for strip in strips())]
    told = [item.read for item in verdict.slogans if not item.passed and fold(fault.drawn) in fold(item.read)]
    return replace(fault, found=bool(extras or told), read=" / ".join(extras or told))


def measure(
    digits: int, others: int, *, posters: int = POSTERS, first: int = 0, talk: bool = False, right: bool = False
) -> Tally:
    """Faults until there are so many of each sort."""
    tally, cache, reader = Tally(), Cache(), open_reader()
    if right:
        for number in range(posters):
            conditions = conditions_of(number)
            _, verdict = verify(drawn(conditions), conditions, reader, cache)
            tally.right += len(verdict.slogans)
            tally.right_failed += _alarms(number, verdict)
    for number, seed in _rounds(posters, first):
        more_digits, more_others = tally.count("figures") < digits, tally.count("others") < others
        if not more_digits and not more_others:
            break
        image, faults = spoil_poster(number, seed, tally.none, digits=more_digits, others=more_others)
        _, verdict = verify(image, conditions_of(number), reader, cache)
        for fault in faults:
            tally.faults.append(judged(fault, verdict))
            if talk and not tally.faults[-1].found:
                print("missed", tally.faults[-1], file=sys.stderr, flush=True)
    return tally


def _alarms(number: int, verdict: Verdict) -> Iterator[Fault]:
    for item in verdict.slogans:
        if not item.passed:
            yield Fault("right", False, number, 0, item.id, item.expected, item.expected, item.read, reason=item.reason)
    for extra in verdict.extra:
        yield Fault("right", False, number, 0, "", "", "", extra.text, reason="nobody asked for it")


def _rounds(posters: int, first: int) -> Iterator[tuple[int, int]]:
    seed = first
    while True:
        for number in range(posters):
            yield number, seed
        seed += 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--digits", type=int, default=2000, help="faults of figures")
    parser.add_argument("--others", type=int, default=1000, help="other faults")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--right", action="store_true", help="judge the posters without faults as well")
    parser.add_argument("--json", type=Path, help="every fault, as JSON")
    options = parser.parse_args()
    started = time.perf_counter()
    tally = measure(options.digits, options.others, first=options.first, talk=True, right=options.right)
    for sort in ("figures", "others", "twins"):
        missed, total = tally.missed(sort), tally.count(sort)
        print(f"{sort}: {total}, missed {len(missed)} ({100 * len(missed) / max(1, total):.2f} %)")
        lost = Counter(fault.kind for fault in missed)
        for kind, count in sorted(Counter(fault.kind for fault in tally.faults if fault.sort == sort).items()):
            print(f"    {kind:16} {count:5}  missed {lost[kind]}")
        for fault in missed:
            print(f"      {fault.poster} {fault.seed} {fault.kind} {fault.face} {fault.size:g} px:", end=" ")
            print(f"{fault.expected!r} drawn {fault.drawn!r} read {fault.read!r}; unlike {fault.unlike:.2f}")
    print("no faults:", *(f"\n    {reason}: {count}" for reason, count in sorted(tally.none.items())))
    if options.right:
        print(f"right slogans: {tally.right}, not passed {len(tally.right_failed)}")
        for item in tally.right_failed:
            print(f"      {item.poster} {item.id} {item.expected!r} {item.read!r} {item.reason}")
    print(f"{time.perf_counter() - started:.0f} s")
    if options.json:
        options.json.write_text(json.dumps([asdict(fault) for fault in tally.faults], ensure_ascii=False, indent=1), "utf-8")
    return 1 if tally.missed("figures") else 0


if __name__ == "__main__":
    sys.exit(main())
