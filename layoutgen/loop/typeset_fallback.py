"""The last resort, where a poster says `then: typeset`: exact letters on what was generated.

What is wrong goes first: on a plain panel its paint covers it, anywhere else the picture is cleaned by inpainting. Then the
string is set in its own font at output resolution, and what was set is read again. Should it not stand out enough to be read,
a plate in the colour of the place is put behind it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layoutgen.base.color import contrast, readable_on, to_hex
from layoutgen.base.geometry import array_slices, clip, edges, grow, grow_by_share, holds, moved, upright
from layoutgen.base.model import Box
from layoutgen.check import Reader, calibrate, check_picture, judge
from layoutgen.check.detector import with_objects
from layoutgen.check.model import Reading, Verdict
from layoutgen.compositing.composite import composite, draw_panel, to_canvas
from layoutgen.conditions.model import Conditions, Generation, Glyph, Overlay, Panel

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

AIR = 0.2
"""Around what is cleaned, as a share of its shorter side."""
INK = 28
"""A pixel that differs by more from its smooth surroundings is part of a letter, 0 … 255."""
_LEAST = 3.0
"""Contrast below which letters change their colour for black or white."""
_SMALL = 120
"""Pixels: what is cleaned is looked at so small that no stroke is thicker than a few pixels."""


@dataclass(frozen=True, eq=False)
class TypesetPicture:
    """A picture with some slogans typeset on it, and what was read there afterwards."""

    picture: Image
    reading: Reading
    verdict: Verdict
    plate: bool


def typeset_fallback(
    image: Image, conditions: Conditions, targets: Collection[str], before: Verdict, reader: Reader
) -> TypesetPicture:
    """Typeset the slogans `targets` on a rendered picture (generation size) whose verdict was `before`, and read it.

    A target that can be read comes out as `typeset` only if it is read right; one that the reader cannot read even when
    perfectly set is `typeset` as it is exact. PosterError (LG601) when the picture cannot be read.
    """
    result: TypesetPicture | None = None
    for plate in (False, True):
        picture, exact = typeset_over(image, conditions, targets, before, plate=plate)
        reading, verdict = _read_again(picture, exact, targets, reader)
        if result is None or verdict.passed or verdict.score > result.verdict.score:
            result = TypesetPicture(picture, reading, verdict, plate)
        if not any(item.status == "failed" for item in verdict.slogans if item.id in targets):
            break
    assert result is not None, "there is always a first try"
    return result


def typeset_over(
    image: Image, conditions: Conditions, targets: Collection[str], before: Verdict, *, plate: bool = False
) -> tuple[Image, Conditions]:
    """The finished picture with the targets typeset, and the conditions that describe it: the targets are overlays there.

    `image` is a rendered picture; `before` tells where wrong words stand. Deterministic. `plate`: with a plain ground behind.
    """
    glyphs = [glyph for glyph in conditions.glyphs if glyph.id in targets]
    canvas = to_canvas(image, conditions)
    on_panel = {glyph.id: panel for glyph in glyphs if (panel := _panel_of(glyph, conditions)) is not None}
    for panel in dict.fromkeys(on_panel.values()):
        _repaint(canvas, panel, [glyph for glyph in glyphs if on_panel.get(glyph.id) == panel], conditions)
    canvas = cleaned(canvas, _dirty(conditions, targets, on_panel, before), _kept(conditions, targets, before))
    if plate:
        for glyph in glyphs:
            _plate(canvas, glyph)
    overlays = [_overlay(glyph, canvas) for glyph in glyphs]
    exact = conditions.model_copy(
        update={
            "glyphs": tuple(glyph for glyph in conditions.glyphs if glyph.id not in targets),
            "overlays": (*overlays, *conditions.overlays),
        }
    )
    width, height = canvas.size
    whole = Generation(width=width, height=height, crop=(0, 0, width, height), scale=1.0)
    return composite(canvas, exact.model_copy(update={"generation": whole})), exact


def _read_again(picture: Image, exact: Conditions, targets: Collection[str], reader: Reader) -> tuple[Reading, Verdict]:
    reading, plain = check_picture(picture, exact, reader, composited=False, ours=True)
    doubtful = {item.id for item in plain.slogans if not item.passed}
    unreadable = calibrate(exact, reader, only=doubtful, composited=True) if doubtful else {}
    verdict = judge(exact, reading, unreadable, composited=True)
    read = {item.id: item for item in plain.slogans if item.id in targets}
    slogans = []
    for item in verdict.slogans:
        again = read.get(item.id)
        if again is not None and again.status == "failed" and again.fault != "unreadable":
            item = again
        elif again is not None:
            item = item.model_copy(update={"read": again.read, "read_box": again.read_box or item.read_box})
        slogans.append(item)
    wrong = [item for item in slogans if not item.passed and item.id in targets]
    update: dict[str, Any] = {"slogans": tuple(slogans)}
    if wrong:
        reasons = (*verdict.reasons, *(f"`{item.id}`: {item.reason}" for item in wrong))
        update |= {"status": "failed", "passed": False, "reasons": tuple(dict.fromkeys(reasons)), "score": plain.score}
    return reading, with_objects(verdict.model_copy(update=update), plain.objects)


def cleaned(picture: Image, boxes: Sequence[Box], protected: Sequence[Box] = ()) -> Image:
    """The picture with the letters in the boxes painted over from around; nothing in `protected` changes."""
    for box in boxes:
        picture = _clean(picture, clip(box, *picture.size), protected)
    return picture


def _clean(picture: Image, box: Box, protected: Sequence[Box]) -> Image:
    import cv2
    import numpy as np
    from PIL.Image import fromarray

    left, top, width, height = box
    if width < 2 or height < 2:
        return picture
    edge = max(8, min(width, height) // 4)
    wide = clip(grow(box, edge, edge), *picture.size)
    pixels = np.asarray(picture.crop(edges(wide))).copy()
    mask = np.zeros(pixels.shape[:2], np.uint8)
    mask[top - wide[1] : top - wide[1] + height, left - wide[0] : left - wide[0] + width] = 255
    for other in protected:
        mask[array_slices(moved(other, -wide[0], -wide[1]))] = 0
    # Seen from afar first: what differs from that is ink, and only ink is painted over.
    smooth = _inpainted(pixels, mask)
    differs = np.abs(pixels.astype(np.int16) - smooth.astype(np.int16)).max(axis=2) > INK
    reach = max(5, min(width, height) // 16) | 1
    thick = cv2.dilate(differs.astype(np.uint8) * 255, np.ones((reach, reach), np.uint8))
    ink = np.where(mask > 0, thick, 0).astype(np.uint8)
    soft = cv2.GaussianBlur(ink, (0, 0), reach / 3).astype(np.float32)[:, :, None] / 255
    soft = np.where(mask[:, :, None] > 0, soft, 0.0)
    fresh = _inpainted(pixels, ink)
    mixed = np.rint(soft * fresh + (1 - soft) * pixels).astype(np.uint8)
    painted = picture.copy()
    painted.paste(fromarray(mixed), (wide[0], wide[1]))
    return painted


def _inpainted(pixels: NDArray[Any], mask: NDArray[Any]) -> NDArray[Any]:
    """Masked pixels from those around, by way of a small copy: quick, and smooth over wide areas."""
    import cv2
    import numpy as np

    if not mask.any():
        return pixels
    height, width = mask.shape
    scale = min(1.0, _SMALL / min(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    covered = cv2.dilate(mask, np.ones((3, 3), np.uint8))
    small = cv2.inpaint(
        cv2.resize(pixels, size, interpolation=cv2.INTER_AREA),
        (cv2.resize(covered, size, interpolation=cv2.INTER_AREA) > 0).astype(np.uint8) * 255,
        3,
        cv2.INPAINT_TELEA,
    )
    large: NDArray[Any] = cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.where(mask[:, :, None] > 0, large, pixels)


def _dirty(conditions: Conditions, targets: Collection[str], on_panel: dict[str, Panel], before: Verdict) -> list[Box]:
    """Where wrong words stand, but for panels that are painted again; extra words where every slogan may be typeset."""
    boxes = []
    read = {item.id: item.read_box for item in before.slogans}
    for glyph in conditions.glyphs:
        if glyph.id not in targets:
            continue
        place = upright(glyph.box, glyph.rotation)
        if glyph.id not in on_panel:
            boxes.append(grow_by_share(place, AIR))
        box = read.get(glyph.id)
        if box is not None and not holds(grow_by_share(place, AIR), box):
            boxes.append(grow_by_share(box, AIR))
    if all(glyph.then == "typeset" for glyph in conditions.glyphs):
        boxes += [grow_by_share(item.box, AIR) for item in before.extra]
    return boxes


def _kept(conditions: Conditions, targets: Collection[str], before: Verdict) -> list[Box]:
    """Where words are right, and stay."""
    places = [upright(glyph.box, glyph.rotation) for glyph in conditions.glyphs if glyph.id not in targets]
    return places + [item.read_box for item in before.slogans if item.passed and item.read_box and item.id not in targets]


def _panel_of(glyph: Glyph, conditions: Conditions) -> Panel | None:
    """The panel behind a slogan, if its paint covers what is wrong."""
    panel = next((panel for panel in conditions.panels if panel.id == glyph.panel), None)
    return panel if panel is not None and panel.paint is not None and panel.opacity == 1 else None


def _repaint(canvas: Image, panel: Panel, glyphs: Sequence[Glyph], conditions: Conditions) -> None:
    """The panel, or only what lies behind the slogans if others stand on it."""
    fresh = canvas.copy()
    draw_panel(fresh, panel)
    alone = all(glyph in glyphs for glyph in conditions.glyphs if glyph.panel == panel.id)
    places = [panel.box] if alone else [grow_by_share(upright(glyph.box, glyph.rotation), AIR) for glyph in glyphs]
    for place in places:
        # A turned panel reaches out of its box; `fresh` differs from the canvas on the panel only.
        area = edges(clip(upright(place, panel.rotation if alone else 0.0), *canvas.size))
        canvas.paste(fresh.crop(area), area)


def _plate(canvas: Image, glyph: Glyph) -> None:
    from layoutgen.typeset.paint import rounded_rectangle

    side = min(glyph.box[2], glyph.box[3])
    rounded_rectangle(
        canvas, glyph.box, _ground(canvas, glyph), radius=0.1 * side, opacity=1.0, border=None, rotation=glyph.rotation
    )


def _overlay(glyph: Glyph, canvas: Image) -> Overlay:
    """The slogan as it is composited: in its own colour where that can be read on the picture, else in black or white."""
    ground = _ground(canvas, glyph)
    color = glyph.style.color if contrast(glyph.style.color, ground) >= _LEAST else readable_on(ground)
    readable = glyph.model_copy(update={"style": glyph.style.model_copy(update={"color": color})})
    return Overlay(id=glyph.id, kind="text", source=glyph.text, box=glyph.box, rotation=glyph.rotation, glyph=readable)


def _ground(canvas: Image, glyph: Glyph) -> str:
    """The middle colour of a slogan's place."""
    import numpy as np

    left, top, width, height = clip(upright(glyph.box, glyph.rotation), *canvas.size)
    pixels = np.asarray(canvas.crop((left, top, left + max(1, width), top + max(1, height)))).reshape(-1, 3)
    return to_hex(int(value) for value in np.median(pixels, axis=0))
