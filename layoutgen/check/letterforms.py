"""Lettering compared with how it should be set: ink that is missing, faint, drawn over or not asked for, letter by letter.

A reader guesses: it reads words that are faded, cut, or crossed out. Where a picture is set in the very typeface that was
asked for, as drafts and typeset posters are, more can be known. What should be there is drawn once more and laid over an
estimate of the ground, and the picture is compared with that. Blur, noise and compression change all letters alike and are
allowed for; a fault changes some. Lettering of other shapes, as image models draw it, resembles this nowhere, and then
nothing is concluded.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from layoutgen.base.color import contrast_ratio, relative_luminance, rgba8
from layoutgen.base.geometry import bounds, centre, edges, enclosing, grow, overlaps, rotated, upright
from layoutgen.check.asked_lettering import AskedLettering, asked_lettering, cut_like, outside_canvas
from layoutgen.check.ground import OPPONENT, Mask, Pixels, dot, grown, length, smooth_ground
from layoutgen.check.model import Letterforms, LetterInk
from layoutgen.conditions.model import set_text_of
from layoutgen.typeset import FontProblem
from layoutgen.typeset.draw import ink, lettering, reach

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph, Panel

_BLURS = (0.0, 0.012, 0.02, 0.03, 0.045, 0.065, 0.09, 0.13, 0.18, 0.25)
"""Standard deviations of a blur that the whole picture may have, in ems."""
_DIFFERS = 0.3
"""A pixel differs where it is farther from what it should be than this share of the contrast of letters and ground."""
_FITS = 0.15
"""A blur is taken for the picture's own where pixels at the letters are, in the mean, within this share of the contrast."""
_ONE_COLOR, _MOST = 0.1, 0.6
"""Ink is of one colour where this share of it is as close to the middle one as this share of the contrast."""
_UNCERTAIN = 0.6
"""Beyond this share the ground is too restless for anything to be told."""
_FAINTEST = 24.0
"""Levels of 255 between letters and ground below which their forms cannot be compared."""
_LEAST = 8
"""Pixels of solid ink without which nothing can be compared."""
_STRAY, _FAINT_STRAY = 0.35, 0.12
"""What differs from the ground beside letters by these shares of their contrast is ink, or faint ink."""
_SOLID = 0.75
"""Coverage from which paint is of letters or their outlines; shadows and glows cover less."""
_PROVEN = 0.3
"""Share of the ground that must be as in the proof for the rest to be compared with it."""
_EVEN = 4.0
"""Levels of 255 that an even ground departs from a smooth one, at the median."""


def letterforms(image: Image, conditions: Conditions, glyph: Glyph, proof: Image | None = None) -> Letterforms | None:
    """What the picture shows where a slogan should be set; None where that cannot be compared.

    `image`: RGB, of any size; it is scaled to the canvas. `proof`: what all of it should look like, at the canvas's size; where
    the ground is as there, whatever differs was drawn later. Boxes are in pixels of the canvas.
    """
    asked = asked_lettering(conditions, glyph)
    if asked is None:
        return None
    rgb = cut_like(image, conditions, asked)
    core = asked.coverage > 0.95
    core = core if core.sum() >= _LEAST else asked.coverage > 0.6
    outside = outside_canvas(conditions, asked)
    free = (grown(asked.coverage, 2) < 0.02) & ~outside
    if core.sum() < _LEAST or free.mean() < 0.05:
        return None
    pixels = rgb @ OPPONENT.T
    asked = replace(asked, paint=asked.paint @ OPPONENT.T)
    ground, noise = smooth_ground(pixels, free, 0.5 * asked.em)
    color = asked.paint / np.maximum(asked.coverage, 1e-3)[..., None]
    contrast = float(np.median(length(color - ground)[core]))
    if contrast < _FAINTEST:
        return None
    shift = _recoloring(asked, pixels, ground, core, contrast)
    asked = replace(asked, paint=asked.paint + shift * asked.coverage[..., None])
    blur, fitted = _fitted(asked, pixels, ground, contrast)
    expected, beneath = fitted.over(ground), ground
    even = _on_plain_paint(conditions, glyph) and noise <= _EVEN
    known = _as_proof(proof, conditions, asked, blur, pixels, free, contrast) if proof is not None else None
    if known is not None:
        blur, expected = known
        expected = expected + shift * asked.blurred(blur).coverage[..., None]
        fitted, beneath, noise, even = asked.blurred(blur), expected, 1.0, True
    apart = np.where(outside, 0, length(pixels - expected) / contrast)
    forms = min(1.0, _contrast_of_forms(asked, ground) / contrast)
    if forms * contrast < _FAINTEST:
        return None
    tolerance = max(_DIFFERS, 4.5 * noise / contrast / forms)
    letters = tuple(_letters(fitted, pixels, ground, apart / forms, tolerance, contrast))
    if not letters or tolerance > _UNCERTAIN:
        return None
    rims = (fitted.coverage > 0.05) & (fitted.coverage < 0.95)
    beside = _beside(asked, fitted, blur) & ~outside & ~_elsewhere(asked, conditions, proven=known is not None)
    from_ground = length(pixels - beneath) if known is None else _outside_range(pixels, beneath)
    away = np.minimum(from_ground / contrast, apart)
    stray, faint_stray = _strays(beside, away, noise / contrast, asked.em, contrast)
    parts = [free, *_inks(asked, core)]
    inks = [relative_luminance((np.median(rgb[part], axis=0) / 255).tolist()) for part in parts]
    return Letterforms(
        id=glyph.id,
        letters=letters,
        rims=round(float(np.median(apart[rims])), 4) if rims.any() else 1.0,
        blur=blur,
        contrast=round(contrast_ratio(min(inks), max(inks)), 2),
        even=even,
        stray=stray,
        faint_stray=faint_stray,
        unmarked=_unmarked(asked, fitted, pixels, ground),
    )


def _recoloring(asked: AskedLettering, pixels: Pixels, ground: Pixels, core: Mask, contrast: float) -> Pixels:
    """From the colour asked for to the one that most of the lettering has in the picture, where that is one; else nothing.

    Lightness and saturation may have been changed since; whether a colour is right is not for the forms to say.
    """
    style, none = asked.glyph.style, np.zeros(3, np.float32)
    if not isinstance(style.color, str) or style.lettering.outline or style.lettering.effect:
        return none
    seen = np.median(pixels[core], axis=0)
    same = np.linalg.norm(pixels[core] - seen, axis=-1) <= _ONE_COLOR * contrast
    shift: Pixels = seen - np.median(asked.paint[core] / asked.coverage[core][:, None], axis=0)
    inked = np.linalg.norm(seen - np.median(ground[core], axis=0)) >= 0.5 * contrast
    return shift if inked and same.mean() >= _MOST and np.linalg.norm(shift) > _ONE_COLOR * contrast else none


def _outside_range(pixels: Pixels, proof: Pixels) -> Pixels:
    """How far pixels are from anything in the proof next to them: the edge of a hill may be off by a pixel."""
    import cv2

    around = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(proof, around), cv2.dilate(proof, around)
    return length(np.maximum(pixels - high, 0) + np.maximum(low - pixels, 0))


def _on_plain_paint(conditions: Conditions, glyph: Glyph) -> bool:
    """Whether the poster asks for nothing but paint behind a slogan."""
    panel = next((panel for panel in conditions.panels if panel.id == glyph.panel), None)
    return conditions.scene.fill is not None or (panel is not None and panel.paint is not None and panel.opacity == 1)


def _inks(asked: AskedLettering, core: Mask) -> tuple[Mask, ...]:
    """Where the letters are filled, and where they are outlined: either may stand out from the other, and from the ground."""
    outline = asked.glyph.style.lettering.outline
    if outline is None:
        return (core,)
    color = np.array(rgba8(outline.color)[:3], np.float32) @ OPPONENT.T
    outlined = core & (length(asked.paint / np.maximum(asked.coverage, 1e-3)[..., None] - color) < _FAINTEST)
    return tuple(part for part in (core & ~outlined, outlined) if part.sum() >= _LEAST)


def _contrast_of_forms(asked: AskedLettering, ground: Pixels) -> float:
    """Levels between the letters and what is drawn close around them: a glow, a body, an outline, or the ground."""
    import cv2

    style = asked.glyph.style.lettering
    if not (style.outline or style.shadow or style.effect):
        return math.inf
    height, width = asked.coverage.shape
    mask = np.asarray(ink(set_text_of(asked.glyph), asked.area))
    letters: Pixels = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA) / np.float32(255)
    close = (grown(letters, 3) > 0.5) & (grown(letters, 1) < 0.05)
    solid = letters > 0.95
    if min(close.sum(), solid.sum()) < _LEAST:
        return math.inf
    laid = asked.over(ground)
    return float(np.linalg.norm(np.median(laid[solid], axis=0) - np.median(laid[close], axis=0)))


def _as_proof(
    proof: Image, conditions: Conditions, asked: AskedLettering, blur: float, pixels: Pixels, free: Mask, contrast: float
) -> tuple[float, Pixels] | None:
    """How blurred the picture is, in ems, and the proof as blurred, if it has the same ground. `blur`: as fitted without."""
    import cv2

    same: Pixels = cut_like(proof, conditions, asked) @ OPPONENT.T
    near = grown(asked.coverage, 3) > 0.02
    best: tuple[float, float, Pixels] | None = None
    for other in (blur, *(one for one in _BLURS if one != blur)):
        laid: Pixels = cv2.GaussianBlur(same, (0, 0), other * asked.em) if other else same
        apart = float(np.minimum(length(pixels - laid)[near] / contrast, 0.5).sum())
        if best is None or apart < 0.9 * best[0]:
            best = (apart, other, laid)
        if best[0] < 0.05 * near.sum():
            break
    assert best is not None
    away = length(pixels - best[2])[free] / contrast
    return best[1:] if np.quantile(away, _PROVEN) <= 0.05 else None


def _fitted(asked: AskedLettering, pixels: Pixels, ground: Pixels, contrast: float) -> tuple[float, AskedLettering]:
    """The lettering as blurred as the picture is, and by how many ems that is."""
    near = grown(asked.coverage, 3) > 0.02
    best: tuple[float, float, AskedLettering] | None = None
    for blur in _BLURS:
        blurred = asked.blurred(blur)
        apart = float(np.minimum(length(pixels - blurred.over(ground))[near] / contrast, 0.5).sum())
        if best is None or apart < 0.97 * best[0]:
            best = (apart, blur, blurred)
        elif apart > 1.3 * best[0]:
            break
        if apart < 0.02 * near.sum():
            break
    assert best is not None
    # Other words are fitted best by a blur of these, which says nothing about the picture.
    return best[1:] if best[0] <= _FITS * near.sum() else (0.0, asked)


def _letters(
    fitted: AskedLettering, pixels: Pixels, ground: Pixels, apart: Pixels, tolerance: float, contrast: float
) -> Iterator[LetterInk]:
    differs = np.clip(apart - tolerance, 0, None)
    towards = fitted.paint - ground * fitted.coverage[..., None]
    strength = dot(towards, towards)
    inked = strength > (0.35 * contrast) ** 2
    there = dot(pixels - ground, towards) / np.maximum(strength, 1)
    text = fitted.glyph.text.encode()
    for character in fitted.glyph.characters:
        if min(character.box[2:]) <= 0:
            continue
        rows, columns = fitted.slices(character.box, 1)
        ink = float(fitted.coverage[rows, columns].sum())
        own = inked[rows, columns]
        if ink >= 3 and own.any():
            yield LetterInk(
                text=text[character.start : character.end].decode(),
                difference=round(float(differs[rows, columns].sum()) / ink, 4),
                faded=round(float(np.clip(1 - there[rows, columns][own], 0, 1).mean()), 4),
            )


def _unmarked(asked: AskedLettering, fitted: AskedLettering, pixels: Pixels, ground: Pixels) -> float:
    """How faint the ink is that should be there and is of no character."""
    marks = asked.coverage >= _SOLID
    for character in asked.glyph.characters:
        marks[asked.slices(character.box, 1)] = False
    if marks.sum() < _LEAST:
        return 0.0
    towards = fitted.paint - ground * fitted.coverage[..., None]
    there = dot(pixels - ground, towards)[marks] / np.maximum(dot(towards, towards)[marks], 1)
    return round(float(np.clip(1 - there, 0, 1).mean()), 4)


def _beside(asked: AskedLettering, fitted: AskedLettering, blur: float) -> Mask:
    """Where there should be no ink: around the letters, and in their shadows and glows."""
    solid = grown(asked.coverage, 1) >= _SOLID
    edges_of_solid = grown(solid.astype(np.float32), 2 + round(2 * blur * asked.em)) > 0
    beside: Mask = (grown(fitted.coverage, 2) < 0.03) | ~edges_of_solid
    return beside


def _strays(beside: Mask, away: Pixels, noise: float, em: float, contrast: float) -> tuple[float, float]:
    """The largest patch of ink, and of faint ink, beside the letters, in square ems.

    `away`, `noise`: shares of the contrast.
    """
    import cv2

    sizes = []
    for share in (_STRAY, _FAINT_STRAY):
        found = (beside & (away > max(10.0 / contrast, 5 * noise, share))).astype(np.uint8)
        _, _, facts, _ = cv2.connectedComponentsWithStats(found, connectivity=8)
        sizes.append(round(max((float(size) for size in facts[1:, 4]), default=0.0) / em**2, 4))
    return sizes[0], sizes[1]


def _elsewhere(asked: AskedLettering, conditions: Conditions, *, proven: bool) -> Mask:
    """Where other elements are, or their edges. `proven`: those that are no letters are on the proof."""
    known = np.zeros(asked.coverage.shape, np.bool_)
    about, turned = centre(asked.glyph.box), asked.glyph.rotation
    for other in conditions.all_glyphs:
        lines = enclosing(other.line_boxes or (other.box,))
        place = bounds(rotated(bounds(rotated(lines, centre(other.box), other.rotation)), about, -turned))
        around = reach(set_text_of(other))
        if other.id == asked.glyph.id or not overlaps(grow(place, around, around), asked.area):
            continue
        if turned % 360 or other.rotation % 360:
            known[asked.slices(place, 3)] = True
        else:
            known |= _letters_of(other, asked)
    if proven:
        return known
    places = [upright(item.box, item.rotation) for item in conditions.objects]
    places += [upright(item.box, item.rotation) for item in conditions.overlays if item.kind != "text"]
    for box in places:
        known[asked.slices(bounds(rotated(box, about, -turned)), 3)] = True
    for panel in conditions.panels:
        known |= _edge_of(panel, asked)
    return known


def _edge_of(panel: Panel, asked: AskedLettering) -> Mask:
    """Where the edge of a panel is. One that is turned, or beside turned words, may have a corner anywhere along it."""
    edge = np.zeros(asked.coverage.shape, np.bool_)
    turned = asked.glyph.rotation
    outer = bounds(rotated(grow(upright(panel.box, panel.rotation), 2, 2), centre(asked.glyph.box), -turned))
    border = panel.border.width.pixels(min(panel.box[2:])) if panel.border else 0.0
    width, radius = round(4 + border), round(min(panel.radius, min(panel.box[2:]) / 2))
    straight = not (turned % 360 or panel.rotation % 360)
    inner = grow(outer, -width, -width) if straight else grow(outer, -width - radius, -width - radius)
    edge[asked.slices(outer, 1)] = True
    if min(inner[2:]) > 0:
        edge[asked.slices(inner, 0)] = False
    if straight and radius:
        left, top, right, bottom = edges(outer)
        corner = width + radius
        for x in (left, right - corner):
            for y in (top, bottom - corner):
                edge[asked.slices((x, y, corner, corner), 1)] = True
    return edge


def _letters_of(other: Glyph, asked: AskedLettering) -> Mask:
    """Where the letters of a neighbour are, with room for their blur."""
    import cv2

    try:
        drawn = lettering(set_text_of(other), other.style.color, asked.area).getchannel("A")
    except FontProblem:
        return np.ones(asked.coverage.shape, np.bool_)
    height, width = asked.coverage.shape
    return grown(cv2.resize(np.asarray(drawn, np.float32), (width, height), interpolation=cv2.INTER_AREA), 3) > 5
