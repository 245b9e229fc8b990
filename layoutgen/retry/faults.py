"""What is wrong with a picture, as things to mend: from the verdict's own fields, never from its sentences."""

from __future__ import annotations

from dataclasses import dataclass

from layoutgen.base.geometry import centre, clip, contains, grow_by_share, upright
from layoutgen.base.model import Box
from layoutgen.check.model import Verdict
from layoutgen.conditions.model import Conditions

AIR = 0.15
"""Around what is made again, as a share of its shorter side: wrong letters seldom stay inside their box."""
HOPELESS = frozenset({"unreadable", "code"})
"""No other picture changes these: the reader cannot tell, or they are composited and always the same."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    key: str
    """The same thing has the same key in every picture: a slogan's id, `extra`, `code ID`, `object ID`."""
    kind: str
    """`letters`, `digits`, `missing`, `place`, `doubled`, `extra`, `contrast`, `unreadable`, `code` or `object`."""
    boxes: tuple[Box, ...] = ()
    """What would have to be made again, canvas pixels."""


def faults(verdict: Verdict, conditions: Conditions) -> tuple[Fault, ...]:
    """Everything that keeps a picture from passing."""
    if verdict.passed:
        return ()
    turned = {glyph.id: glyph.rotation for glyph in conditions.glyphs}
    found: list[Fault] = []
    for item in verdict.slogans:
        if item.passed:
            continue
        kind = item.fault or ("unreadable" if item.status == "unchecked" else "letters")
        place = upright(item.box, turned.get(item.id, 0.0))
        boxes = [place]
        if item.read_box is not None and not contains(place, centre(item.read_box)):
            boxes.append(item.read_box)
        found.append(Fault(item.id, kind, tuple(_aired(box, conditions) for box in boxes)))
    if verdict.extra and conditions.policy.extra == "fail":
        found.append(Fault("extra", "extra", tuple(_aired(item.box, conditions) for item in verdict.extra)))
    found += [Fault(f"code {item.id}", "code") for item in verdict.codes if not item.passed]
    found += [Fault(f"object {item.id}", "object") for item in verdict.objects if not item.passed]
    return tuple(found)


def _aired(box: Box, conditions: Conditions) -> Box:
    return clip(grow_by_share(box, AIR), conditions.canvas.width, conditions.canvas.height)


def right(verdict: Verdict) -> frozenset[str]:
    """The slogans that pass."""
    return frozenset(item.id for item in verdict.slogans if item.passed)


def spares(before: Verdict, after: Verdict, targets: tuple[str, ...]) -> bool:
    """Whether nothing but the targets is worse afterwards."""
    was = {item.id: item for item in before.slogans}
    for item in after.slogans:
        old = was.get(item.id)
        if old is None or item.id in targets:
            continue
        if (old.passed and not item.passed) or item.distance > old.distance + 0.05:
            return False
    broken = {item.id for item in after.codes if not item.passed} - {item.id for item in before.codes if not item.passed}
    broken |= {item.id for item in after.objects if not item.passed} - {item.id for item in before.objects if not item.passed}
    return not broken and ("extra" in targets or len(after.extra) <= len(before.extra))
