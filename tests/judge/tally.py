"""What came of judging pictures: which faults were found, and what was refused though it is right."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from layoutgen.base.geometry import area, grow, intersection
from layoutgen.check.normalise import fold
from tests.judge.planted_faults import Fault, strips

if TYPE_CHECKING:
    from layoutgen.check.model import Verdict


@dataclass
class Tally:
    """What came of some pictures."""

    faults: list[Fault] = field(default_factory=list)
    right: Counter[str] = field(default_factory=Counter)
    """Right slogans by what was done to their picture; `beside` wrong ones."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """The variant, and what the verdict says."""

    def missed(self, *, figures: bool | None = None) -> list[Fault]:
        return [fault for fault in self.faults if not fault.found and figures in (None, fault.figures)]

    def add(self, other: Tally) -> None:
        self.faults += other.faults
        self.right += other.right
        self.refused += other.refused

    def json(self) -> dict[str, object]:
        return {**asdict(self), "right": dict(self.right)}

    @classmethod
    def of(cls, known: dict[str, Any]) -> Tally:
        faults = [Fault(**fault) for fault in known["faults"]]
        return cls(faults, Counter(known["right"]), [(variant, reason) for variant, reason in known["refused"]])


def judged(fault: Fault, verdict: Verdict) -> Fault:
    """Whether the verdict tells of the fault: the slogan fails, or there is text too much where it is.

    A line too much may also be told of as part of a slogan that is wrong.
    """
    slogan = next(item for item in verdict.slogans if item.id == fault.id)
    if fault.kind not in ("extra_line", "doubled_line"):
        near = grow(slogan.box, fault.size, fault.size)
        extra = any(area(intersection(item.box, near)) for item in verdict.extra)
        return replace(fault, found=not slogan.passed or extra, read=slogan.read, reason=slogan.reason)
    extras = [item.text for item in verdict.extra if any(area(intersection(item.box, strip)) for strip in strips())]
    within = [item.read for item in verdict.slogans if not item.passed and fold(fault.drawn) in fold(item.read)]
    return replace(fault, found=bool(extras or within), read=" / ".join(extras or within))
