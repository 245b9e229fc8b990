"""Hints about exact assets: pictures with too few pixels, QR codes that are hard to scan."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from layoutgen.base.geometry import area, intersection, upright_around
from layoutgen.base.qr import QUIET_ZONE, check_room, modules_per_side
from layoutgen.conditions.backgrounds import COVERED
from layoutgen.document.model import Image, Qr
from layoutgen.hints.fixes import resize
from layoutgen.hints.subject import Finding, Subject, finding

ENLARGED = 1.02
"""So much is rounding of the box."""
MODULE_ON_SCREEN = 4
"""Pixels: what the camera of one phone resolves on the screen of another, scaled down by a feed."""
MODULE_IN_PRINT = 0.4
"""Millimetres: a code held in the hand."""


def enlarged(subject: Subject) -> Iterator[Finding]:
    """LG009: pictures drawn larger than they are."""
    for item in subject.layout.placed:
        element = item.element
        if not isinstance(element, Image):
            continue
        _, _, width, height = subject.z_stack.content_box(item)
        across, down = width / element.size[0], height / element.size[1]
        factor = max(across, down) if element.fit == "cover" else min(across, down)
        if factor <= ENLARGED:
            continue
        needed = (ceil(element.size[0] * factor), ceil(element.size[1] * factor))
        fix = resize(element.extent.width or element.extent.height, 1 / factor)
        yield finding(
            "LG009",
            element,
            f"`{item.id}` has {element.size[0]} × {element.size[1]} pixels and is drawn {factor:.1f} times as large: it blurs",
            f"use a picture of {needed[0]} × {needed[1]} pixels or more"
            + (f", or make it {fix.text} instead of {fix.span.text}" if fix else ""),
            factor,
            fix=fix,
        )


def codes(subject: Subject) -> Iterator[Finding]:
    """LG010: QR codes with squares that are too small, or covered in part. LG430 refuses what cannot be drawn at all."""
    dpi = subject.layout.canvas.dpi
    least = MODULE_IN_PRINT / 25.4 * dpi if dpi else MODULE_ON_SCREEN
    for item in subject.layout.placed:
        element = item.element
        if not isinstance(element, Qr):
            continue
        box = subject.z_stack.content_box(item)
        module = check_room(element.content, *box[2:], name=item.id)
        if module < least - 1e-6:
            # Squares are whole pixels, so the next whole number is the least that will do.
            squares = modules_per_side(element.content, name=item.id)
            factor = ceil(least) * squares / (min(box[2:]) - 1)  # the box has been rounded
            fix = resize(element.extent.width or element.extent.height, factor)
            quiet = subject.pixels(QUIET_ZONE * ceil(least))
            yield finding(
                "LG010",
                element,
                f"the squares of the QR code `{item.id}` are {_length(module, dpi)} wide; at least {_length(ceil(least), dpi)} "
                "can be scanned at ease",
                f"make its box {ceil(least) * squares} px wide, with {quiet} of white around the code"
                + (f" (write {fix.text})" if fix else "")
                + ", or use a shorter link, which has fewer squares",
                factor,
                fix=fix,
            )
        yield from _covered(subject, item.id, element)


def _covered(subject: Subject, name: str, element: Qr) -> Iterator[Finding]:
    """What is composited after a code, on the code or the white around it."""
    overlays = subject.conditions.overlays
    places = {overlay.id: place for place, overlay in enumerate(overlays)}
    own = subject.z_stack.bounds(subject.z_stack.placed[name])
    for overlay in overlays[places[name] + 1 :]:
        share = area(intersection(upright_around(overlay.box, overlay.rotation), own)) / (own[2] * own[3])
        if share > COVERED:
            yield finding(
                "LG010",
                element,
                f"`{overlay.id}` covers {share:.0%} of the QR code `{name}` and the white around it",
                f"move `{overlay.id}` away, or write it before `{name}`",
                1 + share,
            )


def _length(pixels: float, dpi: float | None) -> str:
    return f"{pixels / dpi * 25.4:.2f} mm" if dpi else f"{pixels:.0f} px"
