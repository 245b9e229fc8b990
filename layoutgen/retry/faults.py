"""What is wrong with a picture, fault by fault: from the verdict's own fields, never from its sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layoutgen.base.geometry import centre, clip, contains, grow_by_share, upright
from layoutgen.base.model import Box
from layoutgen.check.model import Verdict
from layoutgen.conditions.model import Conditions

FaultKind = Literal[
    "letters", "digits", "missing", "place", "doubled", "extra", "contrast", "color", "damaged", "unreadable", "code",
    "object", "undrawn",
]  # fmt: skip
MARGIN = 0.15
"""Margin around what is made again, as a share of its shorter side: wrong letters seldom stay inside their box."""
HOPELESS: frozenset[FaultKind] = frozenset({"unreadable", "code", "undrawn"})
"""No other picture changes these: the reader cannot tell, they are composited and always the same, or cannot be drawn."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong."""

    key: str
    """The same thing has the same key in every picture: a slogan's id, `extra`, `code ID`, `panel ID`, `object ID`."""
    kind: FaultKind
    boxes: tuple[Box, ...] = ()
    """What would have to be made again, in canvas pixels."""


def faults(verdict: Verdict, conditions: Conditions) -> tuple[Fault, ...]:
    """Everything that keeps a picture from passing."""
    if verdict.passed:
        return ()
    rotations = {glyph.id: glyph.rotation for glyph in conditions.glyphs}
    result: list[Fault] = []
    for item in verdict.slogans:
        if item.passed:
            continue
        kind: FaultKind = item.fault or ("unreadable" if item.status == "unchecked" else "letters")
        place = upright(item.box, rotations.get(item.id, 0.0))
        boxes = [place]
        if item.read_box is not None and not contains(place, centre(item.read_box)):
            boxes.append(item.read_box)
        result.append(Fault(item.id, kind, tuple(_with_margin(box, conditions) for box in boxes)))
    if verdict.extra and conditions.policy.extra == "fail":
        result.append(Fault("extra", "extra", tuple(_with_margin(item.box, conditions) for item in verdict.extra)))
    result += [Fault(f"code {item.id}", "code") for item in verdict.codes if not item.passed]
    panels = {panel.id: upright(panel.box, panel.rotation) for panel in conditions.panels}
    result += [
        Fault(f"panel {item.id}", "color", (_with_margin(panels[item.id], conditions),))
        for item in verdict.colors
        if item.part == "panel" and not item.passed and item.id in panels
    ]
    result += [Fault(f"object {item.id}", "undrawn" if item.final else "object") for item in verdict.objects if not item.passed]
    return tuple(result)


def _with_margin(box: Box, conditions: Conditions) -> Box:
    return clip(grow_by_share(box, MARGIN), conditions.canvas.width, conditions.canvas.height)


def right(verdict: Verdict) -> frozenset[str]:
    """Ids of the slogans that pass."""
    return frozenset(item.id for item in verdict.slogans if item.passed)


def spares(before: Verdict, after: Verdict, targets: tuple[str, ...]) -> bool:
    """Whether nothing but the targets is worse afterwards."""
    earlier = {item.id: item for item in before.slogans}
    for item in after.slogans:
        old = earlier.get(item.id)
        if old is None or item.id in targets:
            continue
        if (old.passed and not item.passed) or item.distance > old.distance + 0.05:
            return False
    broken = {item.id for item in after.codes if not item.passed} - {item.id for item in before.codes if not item.passed}
    broken |= {item.id for item in after.objects if not item.passed} - {item.id for item in before.objects if not item.passed}
    panels = [{item.id for item in verdict.colors if item.part == "panel" and not item.passed} for verdict in (before, after)]
    broken |= panels[1] - panels[0]
    return not broken and ("extra" in targets or len(after.extra) <= len(before.extra))
