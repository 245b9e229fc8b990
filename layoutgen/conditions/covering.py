"""Words that a picture or QR code, composited later, would lie on."""

from __future__ import annotations

from layoutgen.conditions.model import Overlay
from layoutgen.conditions.surfaces import Scenery, clip, upright
from layoutgen.diagnostics import Collector
from layoutgen.document.model import Slogan

COVERED = 0.05
"""Of a slogan's box: below this much, only air is covered."""


def check_covered(overlays: tuple[Overlay, ...], scenery: Scenery, collector: Collector) -> None:
    """LG412: generated words under anything composited, typeset words under what stands after them in the file."""
    order = {overlay.id: place for place, overlay in enumerate(overlays)}
    pictures = [overlay for overlay in overlays if overlay.kind != "text"]
    for item in scenery.layout.placed:
        if not isinstance(item.element, Slogan):
            continue
        box = scenery.bounds(item)
        for overlay in pictures:
            if order.get(item.id, -1) > order[overlay.id]:
                continue
            part = clip(upright(overlay.box, overlay.rotation), box)
            if part[2] * part[3] <= COVERED * box[2] * box[3]:
                continue
            typeset = item.id in order
            collector.warning(
                "LG412",
                item.element.where,
                f"`{item.id}` lies under `{overlay.id}`, which is put on the finished picture",
                hint=f"write it after `{overlay.id}`" if typeset
                else f"to have the words on top, add draw: typeset to them and write them after `{overlay.id}`",
            )  # fmt: skip
