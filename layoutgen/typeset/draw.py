"""Drawing: the letters of a SetText, exactly where it says."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from layoutgen.base.color import rgba8
from layoutgen.base.geometry import enclosing, intersection
from layoutgen.base.model import Box
from layoutgen.base.style import Paint
from layoutgen.typeset import effects
from layoutgen.typeset.emoji import SIDE, has_pictures, picture
from layoutgen.typeset.fonts import script_of
from layoutgen.typeset.inventory import open_font
from layoutgen.typeset.model import SetText
from layoutgen.typeset.paint import compose, fill, masked
from layoutgen.typeset.prepare import BULLET_GAP, spaced
from layoutgen.typeset.set_text import LineLayout, LineSetting, PlacedAtom, lay_line, setting_of
from layoutgen.typeset.shape import Atom, Metrics, atoms, metrics, part

_PAD = 2
"""Pixels around the box for antialiasing."""


def draw(image: Image.Image, set_text: SetText, *, color: Paint, rotation: float = 0.0, opacity: float = 1.0) -> None:
    """Draw on an RGB or RGBA image in place.

    `rotation` in degrees, clockwise, about the middle of the text's box. Nothing is touched beyond the box grown by what
    outline, shadow and effect need (see `reach`). The same input gives the same bytes.
    """
    around = reach(set_text)
    area = _area(set_text, around)
    if rotation % 360 == 0:
        area = intersection(area, (-around, -around, image.width + 2 * around, image.height + 2 * around))
    if area[2] <= 0 or area[3] <= 0:
        return
    if _is_plain(set_text, color) and image.mode == "RGB" and rotation % 360 == 0:
        letters = ink(set_text, area)
        *solid, alpha = rgba8(str(color))
        if (share := opacity * alpha / 255) < 1:
            letters = letters.point([round(value * share) for value in range(256)])
        image.paste(tuple(solid), (area[0], area[1]), letters)
        return
    left, top, width, height = set_text.box
    centre = (left + width / 2, top + height / 2)
    layer = lettering(set_text, color, area)
    compose(image, layer, (area[0], area[1]), opacity=opacity, rotation=rotation, centre=centre)


def reach(set_text: SetText) -> int:
    """How many pixels beyond its box a text may draw."""
    lettering, size = set_text.lettering, set_text.size
    far = lettering.outline.width if lettering.outline else 0.0
    if effect := effects.known(lettering.effect):
        far += effect.reach
    if shadow := lettering.shadow:
        far += max(abs(shadow.dx), abs(shadow.dy)) + 3 * shadow.blur
    return math.ceil(far * size) + _PAD


def _is_plain(set_text: SetText, color: Paint) -> bool:
    lettering = set_text.lettering
    special = lettering.outline or lettering.shadow or effects.known(lettering.effect) or has_pictures(set_text.text)
    return isinstance(color, str) and not special


def _area(set_text: SetText, around: int) -> Box:
    """Where anything can be drawn: around the lines, their bullet and rules, and nowhere beyond the box and its reach."""
    left, top, width, height = _extent(set_text)
    bullet = set_text.lettering.bullet
    beside = math.ceil(set_text.size * (1 + 1.5 * len(bullet) if bullet else 0.3)) + around
    lines = (left - beside, top - beside, width + 2 * beside, height + 2 * beside)
    left, top, width, height = set_text.box
    return intersection(lines, (left - around, top - around, width + 2 * around, height + 2 * around))


def ink(set_text: SetText, area: Box, *, stroke: float = 0.0) -> Image.Image:
    """An L mask of the letters (and bullet, strike and underline) over an area; `stroke` pixels are added all around."""
    mask = Image.new("L", (area[2], area[3]), 0)
    lettering, size = set_text.lettering, set_text.size
    setting = setting_of(set_text.text, lettering, set_text.locale)
    vertical = setting.direction == "vertical"
    for number, line in enumerate(set_text.lines):
        laid = lay_line(setting, line.text)
        pen = line.box[1 if vertical else 0] + laid.left * size
        x, y = (line.baseline, pen) if vertical else (pen, line.baseline)
        _line(mask, laid, setting.spacing, size, x - area[0], y - area[1], vertical, stroke)
        if setting.bullet and number == 0:
            _bullet(mask, setting, setting.bullet, size, (line.box[0] - area[0], line.box[2]), y - area[1], stroke)
        if lettering.strike or lettering.underline:
            _rules(mask, set_text, laid, x - area[0], y - area[1], stroke)
    return mask


def lettering(set_text: SetText, color: Paint, area: Box) -> Image.Image:
    """Everything that is drawn of a text, outline, shadow and effect included, over an area: RGBA, clear elsewhere."""
    style, size = set_text.lettering, set_text.size
    letters = ink(set_text, area)
    outline = style.outline
    outlined = ink(set_text, area, stroke=outline.width * size) if outline and outline.width > 0 else letters
    layer = Image.new("RGBA", (area[2], area[3]), (0, 0, 0, 0))
    if shadow := style.shadow:
        cast = effects.moved(outlined, round(shadow.dx * size), round(shadow.dy * size))
        if shadow.blur > 0:
            cast = cast.filter(ImageFilter.GaussianBlur(shadow.blur * size))
        layer.alpha_composite(masked(fill(layer.size, shadow.color), cast))
    effect = effects.known(style.effect)
    for below in effects.beneath(effect, outlined, size, color) if effect else ():
        layer.alpha_composite(below)
    if outline and outlined is not letters:
        layer.alpha_composite(masked(fill(layer.size, outline.color), outlined))
    paint = _paint(effect, color, _extent(set_text), area)
    layer.alpha_composite(masked(paint, letters))
    for over in effects.above(effect, letters, size) if effect else ():
        layer.alpha_composite(over)
    if has_pictures(set_text.text):
        _pictures(layer, set_text, area)
    return layer


def _pictures(layer: Image.Image, set_text: SetText, area: Box) -> None:
    """The emoji in their own colours."""
    setting = setting_of(set_text.text, set_text.lettering, set_text.locale)
    for line in set_text.lines:
        laid = lay_line(setting, line.text)
        for placed in laid.atoms:
            if placed.atom.picture:
                along = (laid.left + placed.x) * set_text.size
                at = (
                    (line.baseline, line.box[1] + along)
                    if setting.direction == "vertical"
                    else (line.box[0] + along, line.baseline)
                )
                stamp, left, top = _stamp(placed.atom, set_text.size, at[0] - area[0], at[1] - area[1])
                layer.alpha_composite(stamp, (left, top))


def _stamp(atom: Atom, size: float, x: float, y: float) -> tuple[Image.Image, int, int]:
    """An emoji, and the whole pixel where its left upper corner is, for a pen at (x, y)."""
    stamp = picture(atom.picture, max(1, round(SIDE * size)))
    beside = (atom.advance - SIDE) / 2 * size
    if atom.direction == "ttb":
        return stamp, round(x - atom.top * size), round(y + beside)
    return stamp, round(x + beside), round(y - atom.top * size)


def _paint(effect: effects.Effect | None, color: Paint, extent: Box, area: Box) -> Image.Image:
    """The letters' paint over an area. A gradient runs over the lines as they stand and keeps its end colours around them."""
    if isinstance(color, str) and not (effect and effect.name == "gradient"):
        return effects.inked(effect, area[2:], color) if effect else fill(area[2:], color)
    body = effects.inked(effect, extent[2:], color) if effect else fill(extent[2:], color)
    columns = np.clip(np.arange(area[2]) + area[0] - extent[0], 0, extent[2] - 1)
    rows = np.clip(np.arange(area[3]) + area[1] - extent[1], 0, extent[3] - 1)
    return Image.fromarray(np.asarray(body)[rows[:, None], columns[None, :]], "RGBA")


def _extent(set_text: SetText) -> Box:
    boxes = [line.box for line in set_text.lines] or [set_text.box]
    left, top, width, height = enclosing(boxes)
    return left, top, max(1, width), max(1, height)


def _line(
    mask: Image.Image, laid: LineLayout, spacing: float, size: float, x: float, y: float, vertical: bool, stroke: float
) -> None:
    for placed in laid.atoms:
        if vertical:
            _atom(mask, placed.atom, size, x, y + placed.x * size, stroke)
        elif spaced(placed.atom, spacing) and len(placed.atom.graphemes) > 1:
            _letters(mask, placed, spacing, size, x, y, stroke)
        else:
            _atom(mask, placed.atom, size, x + placed.x * size, y, stroke)


def _letters(mask: Image.Image, placed: PlacedAtom, spacing: float, size: float, x: float, y: float, stroke: float) -> None:
    """A letter-spaced atom, letter by letter. Each ends where its cell ends: kerning stays between the two it is for."""
    for _, text, left, right in placed.cells(spacing):
        pen = left if placed.atom.rtl else right - part(placed.atom, text).advance
        _run(mask, placed.atom, text, size, x + pen * size, y, stroke)


def _atom(mask: Image.Image, atom: Atom, size: float, x: float, y: float, stroke: float) -> None:
    _run(mask, atom, atom.text, size, x, y, stroke)


def _run(mask: Image.Image, atom: Atom, text: str, size: float, x: float, y: float, stroke: float) -> None:
    """Add one run's coverage, its pen at (x, y): baseline and left edge, or top and middle of a column."""
    if atom.picture:
        stamp, left, top = _stamp(atom, size, x, y)
        shape = stamp.getchannel("A")
        if (more := round(stroke)) > 0:
            around = Image.new("L", (shape.width + 2 * more, shape.height + 2 * more), 0)
            around.paste(shape, (more, more))
            shape = around.filter(ImageFilter.MaxFilter(2 * more + 1))
        _lighten(mask, shape, left - max(0, more), top - max(0, more))
        return
    shear = atom.face.slant
    if atom.orientation == "turned":
        _turned(mask, atom, size, x, y, stroke)
        return
    if atom.orientation == "abreast":
        y += (0.5 + metrics(atom.face, "H").middle) * size
    if not shear or atom.direction == "ttb" or atom.orientation != "upright":
        _letter(mask, atom, text, size, x, y, stroke)
        return
    # sheared about the baseline: a point that stands `up` above it moves right by `shear` * `up`
    whole_x, whole_y = math.floor(x), math.floor(y)
    up, down = math.ceil((atom.top + 0.1) * size + stroke), math.ceil((max(atom.bottom, 0) + 0.1) * size + stroke)
    lean = math.ceil(shear * max(up, down)) + math.ceil(stroke + max(atom.left, atom.right) * size) + _PAD
    upright = Image.new("L", (math.ceil(atom.advance * size) + 2 * lean, up + down), 0)
    _letter(upright, atom, text, size, lean + x - whole_x, up + y - whole_y, stroke)
    matrix = (1, shear, -shear * up, 0, 1, 0)
    leaning = upright.transform(upright.size, Image.Transform.AFFINE, matrix, Image.Resampling.BICUBIC)
    _lighten(mask, leaning, whole_x - lean, whole_y - up)


def _turned(mask: Image.Image, atom: Atom, size: float, x: float, y: float, stroke: float) -> None:
    """A run turned to the right; `x` is the middle of the column, `y` where the run starts."""
    beside = math.ceil(stroke + 0.2 * size) + _PAD
    long, high = math.ceil(atom.advance * size) + 2 * beside, math.ceil((atom.top + atom.bottom) * size) + 2 * beside
    left, top = math.floor(x - atom.top * size) - beside, math.floor(y) - beside
    baseline = left + high - (x - metrics(atom.face, "H").middle * size)
    lying = Image.new("L", (long, high), 0)
    _letter(lying, atom, atom.text, size, y - top, baseline, stroke)
    _lighten(mask, lying.transpose(Image.Transpose.ROTATE_270), left, top)


def _letter(mask: Image.Image, atom: Atom, text: str, size: float, x: float, y: float, stroke: float) -> None:
    ImageDraw.Draw(mask).text(
        (x, y),
        text,
        fill=255,
        font=open_font(atom.face, size),
        anchor="st" if atom.direction == "ttb" else "ms" if atom.orientation == "abreast" else "ls",
        direction=atom.direction,
        features=list(atom.features) or None,
        language=atom.language,
        stroke_width=stroke + atom.face.embolden * size,
    )


def _lighten(mask: Image.Image, piece: Image.Image, left: int, top: int) -> None:
    """Lay a piece of coverage on a mask: the larger of both, never a sum."""
    place = (left, top, left + piece.width, top + piece.height)
    mask.paste(ImageChops.lighter(mask.crop(place), piece), (left, top))


def _bullet(
    mask: Image.Image, setting: LineSetting, bullet: str, size: float, line: tuple[int, int], y: float, stroke: float
) -> None:
    left, width = line
    x = left - setting.indent * size if setting.base == 0 else left + width + BULLET_GAP * size
    for atom in atoms(setting.choice, bullet, setting.bidi, False):
        _letter(mask, atom, atom.text, size, x, y, stroke)  # a bullet does not lean
        x += atom.advance * size


def _rules(mask: Image.Image, set_text: SetText, laid: LineLayout, x: float, y: float, stroke: float) -> None:
    """Strike and underline: bars along the line, an em's sixteenth thick, that reach a little beyond the letters."""
    if not laid.atoms:
        return
    lettering, size = set_text.lettering, set_text.size
    atom = laid.atoms[0].atom
    face = metrics(atom.face, atom.text[0])
    weight = atom.face.weight
    thick = max(1.0, size * (0.05 + 0.035 * max(0.0, weight - 400) / 500))
    vertical = set_text.direction == "vertical"
    places = []
    if lettering.strike:
        places.append(0.0 if vertical else -_middle(set_text.text, face) * size)
    if lettering.underline:
        places.append(max(laid.bottom, 0.5) * size + thick if vertical else 0.13 * size)
    for place in places:
        along = (y if vertical else x) - stroke, (y if vertical else x) + laid.length * size + stroke
        across = (x if vertical else y) + place - thick / 2 - stroke, (x if vertical else y) + place + thick / 2 + stroke
        bar = (across[0], along[0], across[1], along[1]) if vertical else (along[0], across[0], along[1], across[1])
        _bar(mask, bar)


def _middle(text: str, face: Metrics) -> float:
    """Ems from the baseline up to where a strike goes: through the middle of capitals and digits where these lead.

    Elsewhere it is that of small letters, and of Arabic letters, whose bodies are low beside their stems.
    """
    small = sum(character.islower() for character in text)
    low = sum(script_of(character) == "Arab" for character in text)
    lead = sum(character.isalnum() for character in text)
    return face.cap * 0.33 if low * 2 >= lead > 0 else face.cap * 0.47 if small * 2 < lead else face.x_height * 0.55


def _bar(mask: Image.Image, bar: tuple[float, float, float, float]) -> None:
    """An antialiased filled rectangle."""
    left, top = math.floor(bar[0]), math.floor(bar[1])
    width, height = math.ceil(bar[2]) - left, math.ceil(bar[3]) - top
    across = Image.new("L", (width, 1))
    across.putdata([_share(bar[0], bar[2], left + index) for index in range(width)])
    down = Image.new("L", (1, height))
    down.putdata([_share(bar[1], bar[3], top + index) for index in range(height)])
    piece = ImageChops.multiply(across.resize((width, height)), down.resize((width, height)))
    _lighten(mask, piece, left, top)


def _share(start: float, end: float, pixel: int) -> int:
    """How much of a pixel lies between start and end, 0 … 255."""
    return round(255 * max(0.0, min(end, pixel + 1) - max(start, pixel)))
