"""Hints about places: margins, and air around words."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from layoutgen.base.geometry import enclosing, gaps
from layoutgen.base.model import Box
from layoutgen.conditions.model import Glyph
from layoutgen.document.model import Element, Image, Qr, Slogan
from layoutgen.hints.fixes import set_property
from layoutgen.hints.subject import Finding, Subject, finding

SIDES = ("left", "top", "right", "bottom")
INTO_MARGIN = 2 / 3
"""Of the margin: what leaves less of it than this stands in it."""
NO_MARGIN = 0.02
"""Of the shorter side: words closer to the edge are cut off by frames, phones and printers."""
NEAR, UNEVEN = 0.15, 1.5
"""Margins below this share of the shorter side are compared, and this ratio of them is seen."""
EQUAL = 0.005
"""Of the shorter side: distances that differ by less look the same."""
AIR_IN_PANEL = 0.2
AIR_BETWEEN = 0.12
"""Of the type size."""


def margins(subject: Subject) -> Iterator[Finding]:
    """LG004: what stands in the margin, words at the edge of a canvas without one, and two sides that differ."""
    canvas, pixels = subject.layout.canvas, subject.pixels
    left, top, width, height = canvas.inner
    declared = (left, top, canvas.width - left - width, canvas.height - top - height)
    reported: set[str] = set()
    for name, element, box, bleeds in _visible(subject):
        distances = _distances(box, subject)
        for side, free, margin in zip(SIDES, distances, declared, strict=True):
            least = INTO_MARGIN * margin if margin else NO_MARGIN * subject.short_side
            if free >= least - 0.5 or (free <= 0 and bleeds) or (not margin and bleeds) or name in reported:
                continue
            # A frame or a band that keeps the same distance on both sides is drawn that way on purpose.
            if bleeds and abs(free - distances[(SIDES.index(side) + 2) % 4]) <= EQUAL * subject.short_side:
                continue
            reported.add(name)
            stands = f"`{name}` stands {pixels(max(0, free))} from the {side} edge"
            if margin:
                message = f"{stands}, inside the margin of {pixels(margin)}"
                hint = f"move or narrow it by {pixels(margin - free)}" + (", or let it run over the edge" if bleeds else "")
            else:
                message = f"{stands}, and the canvas has no margin"
                hint = f"give the canvas one, such as {{ margin: 5% }}, which is {pixels(0.05 * subject.short_side)}"
            yield finding("LG004", element, message, hint, least - free)
    yield from _uneven(subject, declared, reported)


def crowding(subject: Subject) -> Iterator[Finding]:
    """LG005: words that touch the edge of their panel, or one another."""
    for item, _, glyph in subject.slogans:
        panel = subject.z_stack.panel_behind(item)
        if panel is None or glyph.rotation % 360 or panel.rotation % 360:
            continue
        (x, y, wide, high), (px, py, pwide, phigh) = _ink(glyph), panel.box
        free, size = min(x - px, y - py, px + pwide - x - wide, py + phigh - y - high), glyph.style.size
        if free + 0.5 < AIR_IN_PANEL * size:
            carrier = subject.z_stack.placed[panel.id].element
            padding = f"{max(1, round(100 * AIR_IN_PANEL * size / min(subject.layout.canvas.inner[2:]), 1)):g}%"
            yield finding(
                "LG005",
                carrier,
                f"the words of `{item.id}` are {subject.pixels(max(0, free))} from the edge of the panel of `{panel.id}`; "
                f"letters of this size want {subject.pixels(AIR_IN_PANEL * size)}",
                f"give `{panel.id}` a padding of {padding} or more",
                AIR_IN_PANEL - free / size,
                fix=None if carrier.look.padding.value else set_property(carrier, "padding", padding),
            )
    for (item, slogan, glyph), (other, _, beside) in combinations(subject.slogans, 2):
        if glyph.rotation % 360 or beside.rotation % 360 or slogan.overlap or other.element.overlap:
            continue
        if not (_has_letters(glyph) and _has_letters(beside)):
            continue  # an ornament, such as a large quotation mark: most of its line is empty
        free, size = max(gaps(_ink(glyph), _ink(beside))), min(glyph.style.size, beside.style.size)
        if free + 0.5 < AIR_BETWEEN * size:
            region = subject.z_stack.region_of(item)
            yield finding(
                "LG005",
                other.element,
                f"`{other.id}` is {subject.pixels(max(0, free))} from `{item.id}`; "
                f"letters of this size want {subject.pixels(AIR_BETWEEN * size)}",
                f"write a larger `gap` in `{region}`" if region == subject.z_stack.region_of(other) else "move one of them",
                AIR_BETWEEN - free / size,
            )


def _visible(subject: Subject) -> Iterator[tuple[str, Element, Box, bool]]:
    """What has edges that can be seen, with its box; and whether it may run over the edge of the page."""
    z_stack = subject.z_stack
    for panel in subject.conditions.panels:
        item = z_stack.placed[panel.id]
        yield item.id, item.element, z_stack.bounds(item), True
    panelled = {panel.id for panel in subject.conditions.panels}
    for item in subject.layout.placed:
        if item.id in panelled:
            continue
        if isinstance(item.element, Image | Qr):
            yield item.id, item.element, z_stack.bounds(item), isinstance(item.element, Image)
    for item, slogan, glyph in subject.slogans:
        if item.id not in panelled and z_stack.panel_behind(item) is None:
            yield item.id, slogan, z_stack.bounds(item) if glyph.rotation % 360 else _ink(glyph), False


def _uneven(subject: Subject, declared: tuple[float, ...], reported: set[str]) -> Iterator[Finding]:
    """Left and right of what has straight edges: panels, pictures and codes."""
    if round(declared[0]) != round(declared[2]):
        return
    edged = [
        (_distances(box, subject), name, element)
        for name, element, box, _ in _visible(subject)
        if not isinstance(element, Slogan) and name not in reported
    ]
    sides: list[tuple[float, str, Element]] = []
    for index in (0, 2):
        free = [(distances[index], name, element) for distances, name, element in edged if distances[index] > 0]
        if not free:
            return
        sides.append(min(free, key=lambda one: one[0]))
    (narrow, name, element), (wide, _, _) = sorted(sides, key=lambda one: one[0])
    if wide >= NEAR * subject.short_side or wide < UNEVEN * narrow or wide - narrow < 0.015 * subject.short_side:
        return
    side, other = ("left", "right") if sides[0][0] == narrow else ("right", "left")
    yield finding(
        "LG004",
        element,
        f"the {side} margin is {subject.pixels(narrow)} wide, at `{name}`, and the {other} one {subject.pixels(wide)}",
        f"move or narrow `{name}` by {subject.pixels(wide - narrow)}, or write the margins that you mean: "
        "canvas … { margin: TOP RIGHT BOTTOM LEFT }",
        wide / narrow,
    )


def _distances(box: Box, subject: Subject) -> tuple[int, int, int, int]:
    """From the edges of the page: left, top, right, bottom."""
    left, top, width, height = box
    return left, top, subject.layout.canvas.width - left - width, subject.layout.canvas.height - top - height


def _ink(glyph: Glyph) -> Box:
    """The box around the lines of a text."""
    return enclosing(glyph.line_boxes or (glyph.box,))


def _has_letters(glyph: Glyph) -> bool:
    return any(map(str.isalnum, glyph.text))
