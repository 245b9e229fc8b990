"""The colours of lettering and panels, measured on a picture and held against what was asked for."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from layoutgen.base.color import difference, rgba8, stops, to_hex
from layoutgen.base.geometry import array_slices, centre, clip, corners, enclosing, grow, grow_by_share, rotated, scale, upright
from layoutgen.base.model import Box
from layoutgen.base.style import Gradient, Paint
from layoutgen.check.asked_lettering import AskedLettering, asked_lettering, cut_like, outside_canvas
from layoutgen.check.contrast import otsu
from layoutgen.check.ground import Mask, Pixels, grown, length, smooth_ground
from layoutgen.check.model import ColoredPart, ColorReading, ColorVerdict
from layoutgen.conditions.model import set_text_of
from layoutgen.typeset.draw import ink

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import ColorRule, Conditions, Glyph, Panel

_SOLID = 0.97
"""Coverage from which a pixel is wholly of the letters' own paint."""
_SAME_PAINT = 12.0
"""Levels of 255 by which solid paint of a letter's own colour may be off; farther, it is of an outline."""
_DEEP = 0.85
"""This share of the strokes, from their edges inwards, is left out: compression and blur mix it with the ground."""
_THICK = 4.0
"""Pixels from the middle of a stroke to its edge from which its core stays as it is, whatever was done to the picture."""
_INKED = 0.5
"""Coverage from which a pixel of a fine stroke is more of letters than of the ground."""
_WHOLE = 0.02
"""Share of the contrast by which fine strokes may differ from typeset ones of one colour, in the mean, for their core to be as
drawn: of untouched drafts they reach 0.005, and at a quality of 50 they are at 0.03 and more."""
_ROUGH = 25.0
"""CIEDE2000 by which the colour of finer strokes may be off. Of 58 right slogans on drafts, each compressed (quality 15, 30 and
50), noisy, blurred by 1.5 pixels, and halved, thick ones are off by 4.3 at most, nine in ten of fine ones by less than 22."""
_SPREAD = 4.0
"""Pixels, as a standard deviation, over which compression and blur spread the colour of fine strokes."""
_LEAST = 6
"""Pixels without which there is no colour to measure."""
_LIES_THERE = 0.75
"""Share of the set strokes that must stand out from the ground for the letters to be where they would be set."""
_SIDE = 640
"""Pixels of the long side at which panels are measured."""
_BESIDE = 0.25
"""Ems around lines of text that count as theirs where a panel is measured."""


def measured_colors(
    image: Image, conditions: Conditions, glyphs: Sequence[Glyph], as_set: Container[str], read: Mapping[str, Box | None]
) -> Iterator[ColorReading]:
    """The colours of these slogans and of all panels, as far as they have one. `image`: RGB, of any size.

    `as_set`: ids of the slogans that are where they would be set; of others that is found out. `read`: id → where a slogan was
    read, in pixels of the canvas.
    """
    from PIL.Image import Resampling

    for glyph in glyphs:
        if _asked(conditions, glyph.id, "lettering", glyph.style.color):
            found = _lettering_color(image, conditions, glyph, read.get(glyph.id), as_set=glyph.id in as_set)
            if found is not None:
                yield ColorReading(id=glyph.id, part="lettering", measured=found[0], error=found[1])
    asked = [panel for panel in conditions.panels if _asked(conditions, panel.id, "panel", panel.paint, panel.opacity)]
    if asked:
        share = min(1.0, _SIDE / max(image.size))
        size = max(1, round(image.width * share)), max(1, round(image.height * share))
        pixels = np.asarray(image.resize(size, Resampling.NEAREST))  # samples, for medians
        for panel in asked:
            color = _panel_color(pixels, conditions, panel)
            if color is not None:
                yield ColorReading(id=panel.id, part="panel", measured=color)


def color_verdicts(conditions: Conditions, readings: Sequence[ColorReading]) -> tuple[ColorVerdict, ...]:
    """Each measured colour beside the one asked for, and whether what the poster requires of it holds."""
    paints: dict[tuple[str, ColoredPart], tuple[Paint | None, float]] = {}
    paints |= {(glyph.id, "lettering"): (glyph.style.color, 1.0) for glyph in conditions.all_glyphs}
    paints |= {(panel.id, "panel"): (panel.paint, panel.opacity) for panel in conditions.panels}
    found = []
    for item in readings:
        asked = _asked(conditions, item.id, item.part, *paints[item.id, item.part])
        reason = " ".join(_broken(conditions, item, rule) for rule in _rules(conditions, item.id, item.part)).strip()
        found.append(
            ColorVerdict(
                id=item.id,
                part=item.part,
                asked=asked,
                measured=item.measured,
                difference=round(difference(asked, item.measured), 2),
                passed=not reason,
                reason=reason,
            )
        )
    return tuple(found)


def color_warnings(conditions: Conditions, readings: Sequence[ColorReading]) -> list[str]:
    """What is required of colours that cannot be measured, or not well enough to tell."""
    measured = {(item.id, item.part): item for item in readings}
    warnings = []
    for rule in conditions.colors:
        item = measured.get((rule.element, rule.part))
        if item is None:
            warnings.append(f"`{rule.element}`: its colour cannot be measured here, so it is not checked.")
        elif rule.within < difference(item.measured, rule.near) <= rule.within + item.error:
            warnings.append(f"`{rule.element}`: its strokes are too fine here to tell whether they are near {rule.near}.")
    return warnings


def _broken(conditions: Conditions, item: ColorReading, rule: ColorRule) -> str:
    apart = difference(item.measured, rule.near)
    if apart <= rule.within + item.error:
        return ""
    name = next((f"{name} {color}" for name, color in conditions.scene.palette.items() if color == rule.near), rule.near)
    what = "Its colour" if item.part == "lettering" else "The colour of the panel"
    return f"{what} is {item.measured}, {apart:.1f} from {name}, and the poster requires {rule.within:g} at most (CIEDE2000)."


def _rules(conditions: Conditions, name: str, part: ColoredPart) -> list[ColorRule]:
    return [rule for rule in conditions.colors if (rule.element, rule.part) == (name, part)]


def _asked(conditions: Conditions, name: str, part: ColoredPart, paint: Paint | None, opacity: float = 1.0) -> str:
    """The one opaque colour of an element, else the one that it must be near; empty where it has neither."""
    if isinstance(paint, str) and rgba8(paint)[3] == 255 and opacity == 1:
        return paint[:7]
    return next((rule.near for rule in _rules(conditions, name, part)), "") if paint is not None else ""


# Lettering


def _lettering_color(
    image: Image, conditions: Conditions, glyph: Glyph, read: Box | None, *, as_set: bool
) -> tuple[str, float] | None:
    """The median of the innermost pixels of its strokes, and by how much that may be off."""
    asked = asked_lettering(conditions, glyph)
    if asked is not None:
        rgb = cut_like(image, conditions, asked)
        outside = outside_canvas(conditions, asked)
        core, depth = _innermost(_filled(asked) & ~outside)
        found = core.sum() >= _LEAST
        fine = not found or depth * image.width / conditions.canvas.width / asked.scale < _THICK
        strokes = _Strokes(asked, rgb, outside) if fine and not isinstance(glyph.style.color, Gradient) else None
        color = np.median(rgb[core], axis=0) if found else strokes.color() if strokes is not None else None
        if strokes is not None and color is not None and strokes.are_whole(color):
            return to_hex(color.tolist()), 0.0
        if strokes is not None and found and as_set:
            return to_hex(strokes.color().tolist()), _ROUGH
        if color is not None and found and (as_set or _lies_there(asked, rgb, core, outside)):
            return to_hex(color.tolist()), _ROUGH if fine else 0.0
    return _color_of_drawn(image, conditions, glyph, read)


class _Strokes:
    """Strokes too fine to have a core that nothing reaches: what they add to the ground, their outlines and shadows."""

    def __init__(self, asked: AskedLettering, rgb: Pixels, outside: Mask) -> None:
        import cv2

        style, free = asked.glyph.style, (grown(asked.coverage, 2) < 0.02) & ~outside
        self.ground, _ = smooth_ground(rgb, free, 0.5 * asked.em)
        self.coverage = asked.coverage
        if style.lettering.decorated:
            height, width = asked.coverage.shape
            mask = np.asarray(ink(set_text_of(asked.glyph), asked.area))
            mask = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
            self.coverage = np.minimum(asked.coverage, mask / np.float32(255))
        fill = np.array(rgba8(stops(style.color)[0])[:3], np.float32)
        others = asked.paint - self.coverage[..., None] * fill
        self.added = rgb - self.ground * (1 - asked.coverage[..., None]) - others
        self.outside = outside

    def are_whole(self, color: Pixels) -> bool:
        """Whether this colour, as typesetting covers the ground with it, is what the picture shows: nothing spread it."""
        inked = self.coverage > _INKED
        if inked.sum() < _LEAST:
            return False
        contrast = float(np.median(length(color - self.ground)[inked]))
        near = (grown(self.coverage, 2) > 0.02) & ~self.outside
        apart = length(self.added - self.coverage[..., None] * color)[near]
        return bool(np.minimum(apart / max(contrast, 1.0), 1).mean() <= _WHOLE)

    def color(self) -> Pixels:
        """What compression and blur spread around the strokes, over what was spread: sums in which nothing is lost, weighted by
        how near the strokes are."""
        import cv2

        near = np.where(self.outside, 0, cv2.GaussianBlur(self.coverage, (0, 0), _SPREAD))
        color: Pixels = (near[..., None] * self.added).sum((0, 1)) / max(float((near * self.coverage).sum()), 1.0)
        return np.clip(color, 0, 255)


def _filled(asked: AskedLettering) -> Mask:
    """Where there is nothing but the paint of the letters: no edge, outline or shadow."""
    paint = asked.glyph.style.color
    alpha = min(rgba8(stop)[3] for stop in stops(paint)) / 255
    solid = asked.coverage >= _SOLID * alpha
    color = asked.paint / np.maximum(asked.coverage, 1e-3)[..., None]
    fills = [np.array(rgba8(stop)[:3], np.float32) for stop in stops(paint)]
    own: Mask = np.min([length(color - fill) for fill in fills], axis=0) <= _SAME_PAINT
    return solid & own


def _innermost(mask: Mask) -> tuple[Mask, float]:
    """The pixels of a mask that are farthest from its edges, and how far the farthest is."""
    import cv2

    if not mask.any():
        return mask, 0.0
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    deep: Mask = mask & (depth >= np.quantile(depth[mask], _DEEP))
    return deep, float(depth.max())


def _lies_there(asked: AskedLettering, rgb: Pixels, core: Mask, outside: Mask) -> bool:
    """Whether the strokes stand out from the ground where they would be set, as those of other letters do not."""
    free = (grown(asked.coverage, 2) < 0.02) & ~outside
    if free.mean() < 0.05:
        return False
    ground, _ = smooth_ground(rgb, free, 0.5 * asked.em)
    away = length(rgb - ground)
    inked = away > otsu(np.bincount(np.minimum(away[~outside], 441).astype(np.int64), minlength=442))
    return bool(inked[core].mean() >= _LIES_THERE)


def _color_of_drawn(image: Image, conditions: Conditions, glyph: Glyph, read: Box | None) -> tuple[str, float] | None:
    """The colour of letters of whatever form: of the pixels around which the ground is not, in the place where they are."""
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    place = read or upright(enclosing(glyph.line_boxes or (glyph.box,)), glyph.rotation)
    box = clip(scale(grow_by_share(place, 0.1), sx, sy), image.width, image.height)
    if min(box[2:]) < 3:
        return None
    rgb = np.asarray(image, np.float32)[array_slices(box)]
    rim = np.ones(rgb.shape[:2], np.bool_)
    rim[1:-1, 1:-1] = False
    away = length(rgb - np.median(rgb[rim], axis=0).astype(np.float32))
    core, depth = _innermost(away > otsu(np.bincount(away.astype(np.int64).ravel(), minlength=442)))
    if core.sum() < _LEAST:
        return None
    certain = depth >= _THICK and not glyph.style.lettering.decorated
    return _median(rgb[core]), 0.0 if certain else _ROUGH


def _median(pixels: Pixels) -> str:
    return to_hex(np.median(pixels, axis=0).tolist())


# Panels


def _panel_color(pixels: Pixels, conditions: Conditions, panel: Panel) -> str | None:
    """The median of what nothing else lies on; where words leave nothing of it, they count as well."""
    sx, sy = pixels.shape[1] / conditions.canvas.width, pixels.shape[0] / conditions.canvas.height
    border = panel.border.width.pixels(min(panel.box[2:])) if panel.border else 0.0
    inset = border + 0.3 * min(panel.radius, min(panel.box[2:]) / 2) + 1 / min(sx, sy)
    inner = grow(panel.box, -inset, -inset)
    if min(inner[2:]) <= 0:
        return None
    free = _filled_boxes(pixels, [(inner, panel.rotation)], sx, sy)
    later = [other.id for other in conditions.panels].index(panel.id) + 1
    others = [(other.box, other.rotation) for other in conditions.panels[later:]]
    others += [(item.box, item.rotation) for item in conditions.objects]
    others += [(item.box, item.rotation) for item in conditions.overlays if item.kind != "text"]
    free &= ~_filled_boxes(pixels, others, sx, sy)
    words = [(_lines(glyph), glyph.rotation) for glyph in conditions.all_glyphs]
    beside = free & ~_filled_boxes(pixels, words, sx, sy)
    for mask in (beside, free):
        if mask.sum() >= _LEAST:
            return _median(pixels[mask].astype(np.float32))
    return None


def _lines(glyph: Glyph) -> Box:
    """The lines of a text, grown, turning about the same point as its box."""
    air = _BESIDE * glyph.style.size
    lines = grow(enclosing(glyph.line_boxes or (glyph.box,)), air, air)
    return lines if not glyph.rotation % 360 else enclosing((lines, glyph.box))


def _filled_boxes(pixels: Pixels, boxes: Sequence[tuple[Box, float]], sx: float, sy: float) -> Mask:
    import cv2

    mask = np.zeros(pixels.shape[:2], np.uint8)
    for box, degrees in boxes:
        quad = rotated(box, centre(box), degrees) if degrees % 360 else corners(box)
        cv2.fillConvexPoly(mask, np.array([(round(x * sx), round(y * sy)) for x, y in quad], np.int32), 1)
    return mask > 0
