"""Making parts of a finished picture again: which boxes, how their soft edges blend, and what must not be touched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.base.geometry import area, array_slices, clip, covered, grow, intersection, union, upright
from layoutgen.base.model import Box
from layoutgen.compositing.composite import blend, composite, to_generation
from layoutgen.conditions.model import Conditions, Glyph
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.record import Lineage, Record, pixel_hash
from layoutgen.renderers import RenderAction, Rendered, Renderer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

FEATHER = 0.012
"""Width of soft edges, in shares of the canvas's shorter side."""
REACH = 0.12
"""How far outlines, shadows and swashes may reach out of a slogan's box, in ems."""


@dataclass(frozen=True)
class Patch:
    """The parts of a canvas that are made again. Boxes in canvas pixels, upright."""

    parts: tuple[str, ...]
    boxes: tuple[Box, ...]
    protected: tuple[Box, ...]
    """Boxes of other parts, into which no change reaches."""
    feather: int


def parts_of(conditions: Conditions) -> dict[str, Box]:
    """Every part by its id, with the upright box that it may reach."""
    boxes = {panel.id: upright(panel.box, panel.rotation) for panel in conditions.panels}
    boxes |= {item.id: upright(item.box, item.rotation) for item in conditions.objects}
    boxes |= {overlay.id: upright(overlay.box, overlay.rotation) for overlay in conditions.overlays}
    boxes |= {glyph.id: _reach(glyph) for glyph in conditions.all_glyphs}
    return boxes


def named_parts(conditions: Conditions, names: Iterable[str]) -> tuple[str, ...]:
    """Ids of the parts that are named, or lie in a region or group that is. LG690 for a name that is of nothing."""
    from layoutgen.base.suggest import did_you_mean

    regions = {glyph.id: glyph.region for glyph in conditions.all_glyphs}
    known = parts_of(conditions)
    chosen: dict[str, None] = {}
    wrong: list[Diagnostic] = []
    for name in names:
        inside = [
            part for part in known if any(own == name or own.startswith(f"{name}.") for own in (part, regions.get(part, part)))
        ]
        chosen |= dict.fromkeys(inside)
        if not inside:
            names_known = sorted({*known, *regions.values()})
            hint = did_you_mean(name, names_known) or f"there are {', '.join(names_known)}"
            wrong.append(Diagnostic("LG690", f"the picture has no part called `{name}`", hint=hint))
    if wrong:
        raise PosterError(wrong)
    return tuple(part for part in known if part in chosen)


def patch_of(conditions: Conditions, parts: tuple[str, ...]) -> Patch:
    """Where these parts are. What they lie on is free to change with them; all other parts are protected."""
    width, height = conditions.canvas.width, conditions.canvas.height
    places = parts_of(conditions)
    boxes = tuple(box for part in parts if area(box := clip(places[part], width, height)))
    under = {glyph.panel for glyph in conditions.all_glyphs if glyph.id in parts}
    ground = {
        item
        for item in (*(panel.id for panel in conditions.panels), *(thing.id for thing in conditions.objects))
        if item in under or any(covered(box, [places[item]]) >= 0.5 for box in boxes)
    }
    inside = {thing.id for thing in conditions.objects if any(area(intersection(places[thing.id], box)) for box in boxes)}
    words = {glyph.id: _lines(glyph) for glyph in conditions.all_glyphs}
    protected = tuple(
        clipped
        for item, place in places.items()
        if item not in parts and item not in ground and item not in inside
        for box in words.get(item, [place])
        if area(clipped := clip(box, width, height))
    )
    return Patch(parts, boxes, protected, max(4, round(FEATHER * min(width, height))))


def mask_of(size: tuple[int, int], boxes: Iterable[Box], protected: Iterable[Box], feather: int) -> NDArray[np.float32]:
    """(height, width): 1 inside the boxes, falling to 0 within `feather` pixels around them, 0 in what is protected."""
    import numpy as np

    width, height = size
    across, down = np.arange(width) + 0.5, np.arange(height) + 0.5
    away = np.full((height, width), np.inf)
    for left, top, wide, high in boxes:
        beside = np.maximum(0.0, np.maximum(left - across, across - left - wide))
        below = np.maximum(0.0, np.maximum(top - down, down - top - high))
        away = np.minimum(away, np.hypot(beside[None, :], below[:, None]))
    mask = np.where(away < feather, 0.5 + 0.5 * np.cos(np.pi * np.minimum(away, feather) / max(1, feather)), 0.0)
    for box in protected:
        mask[array_slices(box)] = 0.0
    return mask.astype(np.float32)


def remake(
    renderer: Renderer,
    conditions: Conditions,
    original: Image,
    artefacts: Mapping[str, Any],
    patch: Patch,
    *,
    seed: int,
    options: Mapping[str, Any] | None = None,
) -> tuple[Rendered, Image]:
    """The kept picture with the patch made again: what the renderer gave, and the finished picture.

    A renderer that kept latents is asked for a `repair` of the boxes; one that did not draws everything, and only the boxes
    are taken.
    """
    previous = Rendered(to_generation(original, conditions), seed, 0.0, artefacts) if artefacts else None
    action: RenderAction = "repair" if artefacts else "plan"
    boxes = patch.boxes if artefacts else ()
    rendered = renderer.render(conditions, seed=seed, action=action, previous=previous, boxes=boxes, options=options or None)
    fresh = composite(rendered.image, conditions)
    return rendered, blend(original, fresh, mask_of(original.size, patch.boxes, patch.protected, patch.feather))


def kept_picture(record: Record, folder: Path) -> Image:
    """The picture that a record is about, RGB. LG675 when it is not there, or is not that picture any more."""
    import hashlib

    if record.image is None or record.sha256 is None:
        raise PosterError(Diagnostic("LG675", "the record's picture was never saved", hint="render the poster again"))
    path = folder / record.image
    try:
        raw = path.read_bytes()
    except OSError:
        hint = "keep a picture and its record in one folder, under the names that they were given"
        raise PosterError(Diagnostic("LG675", f"`{path}`, the picture of this record, is not there", hint=hint)) from None
    if hashlib.sha256(raw).hexdigest() != record.sha256:
        hint = "use the picture as it was rendered, or render it again"
        raise PosterError(Diagnostic("LG675", f"`{path}` has been changed since the record was written", hint=hint))
    return _opened(path)


def kept_of(lineage: Lineage, folder: Path) -> Image:
    """The picture that a redone one was made from. LG675 as above."""
    path = folder / lineage.picture
    if not path.is_file():
        hint = "put it back under its old name"
        raise PosterError(Diagnostic("LG675", f"`{path}`, from which this picture was made, is not there", hint=hint))
    picture = _opened(path)
    if pixel_hash(picture) != lineage.pixels:
        hint = "put it back as it was"
        raise PosterError(Diagnostic("LG675", f"`{path}`, from which this picture was made, has been changed since", hint=hint))
    return picture


def _opened(path: Path) -> Image:
    from layoutgen.compositing.pictures import load_picture

    return load_picture(path).convert("RGB")


def _reach(glyph: Glyph) -> Box:
    more = REACH * glyph.style.size
    return grow(upright(glyph.box, glyph.rotation), more, more)


def _lines(glyph: Glyph) -> list[Box]:
    """Where a slogan's letters are."""
    inked = union(glyph.line_boxes)
    if inked is None or glyph.rotation:
        return [_reach(glyph)]
    more = REACH * glyph.style.size
    return [grow(box, more, more) for box in glyph.line_boxes]
