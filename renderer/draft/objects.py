"""Objects as artwork, with what they hold, wear or ride; where there is none, a quiet frame."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageOps

from layoutgen.base.model import Box
from layoutgen.compositing.composite import place
from layoutgen.conditions.model import ObjectCondition
from layoutgen.renderers import DrawnObject

from .artwork import artwork, aspect
from .shapes import draw_shape, shape_of
from .vocabulary import Motif, motif_of

FLOATING = frozenset(
    """airplane airplane-arrival airplane-departure balloon beating-heart bat bird bubbles cloud cloud-with-lightning
    cloud-with-lightning-and-rain cloud-with-rain cloud-with-snow collision comet confetti-ball crescent-moon diamond-suit dizzy
    dolphin dove eagle fireworks fish flying-disc flying-saucer full-moon ghost globe-showing-americas
    globe-showing-asia-australia globe-showing-europe-africa glowing-star heart-on-fire heart-suit heart-with-arrow
    heart-with-ribbon helicopter high-voltage honeybee jellyfish kite lady-beetle leaf-fluttering-in-wind maple-leaf fallen-leaf
    meteor milky-way mirror-ball monarch-butterfly musical-note musical-notes parachute party-popper red-heart revolving-hearts
    ringed-planet rocket satellite shark shooting-star small-airplane snowflake sparkler sparkles sparkling-heart star sun
    sun-behind-cloud sun-with-face sunrise sunset tropical-fish two-hearts whale rainbow red-paper-lantern light-bulb
    feather blossom cherry-blossom aerial-tramway mountain-cableway carp-streamer wind-chime national-park
    sunrise-over-mountains framed-picture""".split()
)
"""Pictures that do not stand on anything: centred in their box, without a shadow on the ground."""


def drawn_object(item: ObjectCondition) -> DrawnObject:
    """What the draft makes of an object."""
    if shape_of(item.description) is not None:
        return DrawnObject(item.id, "drawn")
    motif = motif_of(item.description)
    if motif is None:
        return DrawnObject(item.id, "missing")
    return DrawnObject(item.id, "stand-in", motif.name.replace("-", " ")) if motif.alike else DrawnObject(item.id, "drawn")


def draw_object(image: Image.Image, item: ObjectCondition, box: Box) -> bool:
    """Draw an object into its box (pixels of `image`). False when there is no artwork: a frame was drawn instead."""
    shape, motif = shape_of(item.description), motif_of(item.description)
    left, top, width, height = box
    if width < 2 or height < 2:
        return shape is not None or motif is not None
    if shape is not None:
        draw_shape(image, shape, box, rotation=item.rotation)
        return True
    if motif is None:
        draw_frame(image, box, rotation=item.rotation)
        return False
    floating = motif.name in FLOATING and motif.relation != "rides"
    ground = 0 if floating else max(2, round(min(width, height) * 0.035))
    picture = composed(motif, width, height - ground)
    x = left + (width - picture.width) // 2
    y = top + ((height - picture.height) // 2 if floating else height - ground - picture.height)
    if not floating and item.rotation % 360 == 0:
        _ground_shadow(image, x, y, picture.width, picture.height)
    place(image, picture, (x, y, picture.width, picture.height), rotation=item.rotation, opacity=1.0)
    return True


@lru_cache(maxsize=64)
def composed(motif: Motif, width: int, height: int) -> Image.Image:
    """A motif as one RGBA picture that fits into `width` × `height` pixels. Callers must not change it."""
    if motif.companion is None:
        return artwork(motif.name, width, height) if motif.count == 1 else _arranged(motif.name, motif.count, width, height)
    layer = Image.new("RGBA", (width, height))
    if motif.relation == "wears":
        _put_hat_on(layer, motif.name, motif.companion)
    elif motif.relation == "rides":
        below = artwork(motif.companion, width, round(height * 0.55))
        above = _group(motif, round(width * 0.66), round(height * 0.6))
        seat = height - round(below.height * 0.6)
        layer.alpha_composite(below, ((width - below.width) // 2, height - below.height))
        layer.alpha_composite(above, ((width - above.width) // 2, max(0, seat - above.height)))
    elif motif.relation == "holds":
        main = _group(motif, width, height)
        x = (width - main.width) // 2
        tall = main.width < 0.78 * main.height
        # A tall one holds it before its chest; of a portrait or a face it stands in the corner.
        companion = artwork(
            motif.companion, round(main.width * (0.66 if tall else 0.44)), round(main.height * (0.3 if tall else 0.4))
        )
        layer.alpha_composite(main, (x, height - main.height))
        at = x + round(main.width * (0.5 if tall else 0.82)) - companion.width // 2
        middle = height - round(main.height * (0.38 if tall else 0.2))
        top = min(height - companion.height, middle - companion.height // 2)
        layer.alpha_composite(companion, (min(max(0, at), width - companion.width), top))
    else:
        main = _group(motif, round(width * 0.74), height)
        beside = artwork(motif.companion, round(width * 0.44), round(main.height * 0.5))
        start = max(0, (width - round(main.width + beside.width * 0.72)) // 2)
        layer.alpha_composite(main, (start, height - main.height))
        x = min(width - beside.width, start + main.width - round(beside.width * 0.28))
        layer.alpha_composite(beside, (x, height - beside.height))
    return _trimmed(layer)


def draw_frame(image: Image.Image, box: Box, *, rotation: float = 0.0) -> None:
    """A rounded pane, a little lighter than what lies beneath it, with a thin edge."""
    _, _, width, height = box
    scale = 2
    side = min(width, height)
    line = max(2, side // 110)
    pane = Image.new("RGBA", (width * scale, height * scale), (255, 255, 255, 0))
    draw = ImageDraw.Draw(pane)
    draw.rounded_rectangle(
        (0, 0, width * scale - 1, height * scale - 1),
        side * 0.09 * scale,
        fill=(255, 255, 255, 62),
        outline=(255, 255, 255, 176),
        width=line * scale,
    )
    pane = pane.resize((width, height), Image.Resampling.BOX)
    place(image, pane, box, rotation=rotation, opacity=1.0)


def _group(motif: Motif, width: int, height: int) -> Image.Image:
    return artwork(motif.name, width, height) if motif.count == 1 else _arranged(motif.name, motif.count, width, height)


def _arranged(name: str, count: int, width: int, height: int) -> Image.Image:
    """Two side by side; three to five in two rows. Those on the left are mirrored, so that they look at one another."""
    count = min(count, 5)
    front = 2 if count < 5 else 3
    back = count - front
    step, rise = (1.0 if count == 2 else 0.8), 0.46
    ratio = aspect(name)
    each = min(width / (1 + step * (front - 1)), height / (1 + rise * bool(back)) * ratio)
    high = each / ratio
    layer = Image.new("RGBA", (width, height))
    for count_in_row, bottom in ((back, height - round(high * rise)), (front, height)):
        start = (width - each * (1 + step * (count_in_row - 1))) / 2
        for index in range(count_in_row):
            picture = artwork(name, max(1, round(each)), max(1, round(high)))
            if index < count_in_row // 2:
                picture = ImageOps.mirror(picture)
            x = min(max(0, round(start + index * each * step)), width - picture.width)
            layer.alpha_composite(picture, (x, max(0, bottom - picture.height)))
    return _trimmed(layer)


def _put_hat_on(layer: Image.Image, name: str, hat: str) -> None:
    """A hat on the highest part of the wearer."""
    width, height = layer.size
    main = artwork(name, width, round(height * 0.86))
    top = np.asarray(main.getchannel("A"))[: max(1, main.height // 7)].max(axis=0)
    columns = np.flatnonzero(top > 60)
    middle = int(columns.mean()) if len(columns) else main.width // 2
    worn = artwork(hat, round(main.width * 0.46), round(height * 0.3))
    x = (width - main.width) // 2
    layer.alpha_composite(main, (x, height - main.height))
    at = min(max(0, x + middle - worn.width // 2), width - worn.width)
    layer.alpha_composite(worn, (at, max(0, height - main.height - round(worn.height * 0.62))))


def _trimmed(layer: Image.Image) -> Image.Image:
    bounds = layer.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox()
    return layer.crop(bounds) if bounds else layer


def _ground_shadow(image: Image.Image, x: int, y: int, width: int, height: int) -> None:
    """A soft ellipse where the picture meets the ground."""
    wide, high = width * 0.5, max(3.0, min(width, height) * 0.055)
    center_x, center_y = x + width / 2, y + height - high * 0.25
    left, top = int(center_x - wide * 1.25), int(center_y - high * 1.8)
    columns = (np.arange(int(wide * 2.5)) + left - center_x) / wide
    rows = (np.arange(int(high * 3.6)) + top - center_y) / high
    cover = 92 * np.clip(1.25 - columns[None] ** 2 - rows[:, None] ** 2, 0, 1) ** 1.5
    image.paste((22, 18, 30), (left, top), Image.fromarray(cover.astype(np.uint8)))
