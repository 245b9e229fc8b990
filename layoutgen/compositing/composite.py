"""Compositing: what must be exact is put on top of the rendered picture, at output resolution.

Order: the picture cropped and scaled to the canvas, then the overlays in the order of the poster, each after the exact panels
that it is the first to lie on. The border of a picture or QR code lies on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from layoutgen.base.geometry import edges
from layoutgen.base.model import Box
from layoutgen.compositing.pictures import fitted
from layoutgen.conditions.model import Conditions, Overlay, Panel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

ROUNDEST_CODE = 0.2
"""Of a QR code's side: the largest radius of its corners."""


def composite(image: Image.Image, conditions: Conditions) -> Image.Image:
    """The finished picture: RGB, `conditions.canvas` in size, from a rendered one of `conditions.generation` size.

    LG510 to LG512 for pictures that cannot be used, LG430 and LG431 for QR codes.
    """
    canvas = to_canvas(image, conditions)
    exact = [panel for panel in conditions.panels if panel.exact]
    order = {overlay.id for overlay in conditions.overlays}
    for panel in exact:
        if panel.before not in order:
            draw_panel(canvas, panel)
    for overlay in conditions.overlays:
        for panel in exact:
            if panel.before == overlay.id:
                draw_panel(canvas, panel.model_copy(update={"border": None}) if panel.id == overlay.id else panel)
        _draw_overlay(canvas, overlay)
        for panel in conditions.panels:
            if panel.id == overlay.id and panel.border:
                draw_panel(canvas, panel.model_copy(update={"paint": None}))
    return canvas


def to_canvas(image: Image.Image, conditions: Conditions) -> Image.Image:
    """The `crop` of the rendered picture, scaled to the canvas: a new RGB image."""
    from PIL import Image

    generation, size = conditions.generation, (conditions.canvas.width, conditions.canvas.height)
    if image.size != (generation.width, generation.height):
        raise ValueError(
            f"the rendered picture is {image.size}, the conditions ask for {generation.width} × {generation.height}"
        )
    image = image.convert("RGB") if image.mode != "RGB" else image
    image = image.crop(edges(generation.crop))
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def to_generation(picture: Image.Image, conditions: Conditions) -> Image.Image:
    """A canvas's picture in generation size: scaled into the crop, its edge pixels repeated outside."""
    import numpy as np
    from PIL.Image import Resampling, fromarray

    generation = conditions.generation
    left, top, width, height = generation.crop
    inner = picture if picture.size == (width, height) else picture.resize((width, height), Resampling.LANCZOS)
    right, bottom = generation.width - left - width, generation.height - top - height
    if not (left or top or right or bottom):
        return inner
    return fromarray(np.pad(np.asarray(inner), ((top, bottom), (left, right), (0, 0)), mode="edge"))


def blend(old: Image.Image, new: Image.Image, mask: NDArray[np.float32]) -> Image.Image:
    """`new` where the mask is 1, `old` byte for byte where it is 0, mixed between. Both RGB and of one size."""
    import numpy as np
    from PIL.Image import fromarray

    before, after = np.asarray(old), np.asarray(new)
    share = mask[:, :, None]
    mixed = np.rint(share * after.astype(np.float32) + (1 - share) * before.astype(np.float32)).astype(np.uint8)
    return fromarray(np.where(share > 0, mixed, before))


def place(canvas: Image.Image, picture: Image.Image, box: Box, *, rotation: float, opacity: float) -> None:
    """Composite an RGBA `picture` over the RGB `canvas`, centred in `box`, turned clockwise about its centre.

    Without rotation and at full opacity every opaque pixel arrives unchanged.
    """
    from PIL import Image

    from layoutgen.typeset.paint import compose

    if rotation % 90 == 0:
        turns = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
        turn = turns.get(int(rotation) % 360)
        picture = picture.transpose(turn) if turn is not None else picture
    else:
        # Turned with its alpha multiplied in, so that no dark fringe of transparent pixels shows.
        picture = picture.convert("RGBa").rotate(-rotation, Image.Resampling.BICUBIC, expand=True).convert("RGBA")
    left, top, width, height = box
    at = (left + (width - picture.width) // 2, top + (height - picture.height) // 2)
    compose(canvas, picture, at, opacity=opacity)


def draw_panel(canvas: Image.Image, panel: Panel) -> None:
    """A panel of the conditions, painted on the RGB canvas in place."""
    from layoutgen.typeset.paint import rounded_rectangle

    side = min(panel.box[2], panel.box[3])
    border = (panel.border.color, panel.border.width.pixels(side)) if panel.border else None
    rounded_rectangle(
        canvas, panel.box, panel.paint, radius=panel.radius, opacity=panel.opacity, border=border, rotation=panel.rotation
    )


def _draw_overlay(canvas: Image.Image, overlay: Overlay) -> None:
    radius = overlay.radius
    if overlay.kind == "image":
        picture = fitted(overlay)
    elif overlay.kind == "qr":
        from layoutgen.base.qr import qr_image

        picture = qr_image(overlay.source, overlay.box[2], overlay.box[3], name=overlay.id).convert("RGBA")
        # A rounder corner would reach beyond the quiet zone, into the code.
        radius = min(radius, picture.width * ROUNDEST_CODE)
    else:
        from layoutgen.conditions.model import set_text_of
        from layoutgen.typeset.draw import draw

        if overlay.glyph is None:
            raise ValueError(f"the typeset overlay {overlay.id} has no glyph")
        glyph = overlay.glyph
        draw(canvas, set_text_of(glyph), color=glyph.style.color, rotation=glyph.rotation, opacity=overlay.opacity)
        return
    if radius > 0:
        from layoutgen.typeset.paint import masked, rounded_mask

        picture = masked(picture, rounded_mask(picture.size, radius))
    place(canvas, picture, overlay.box, rotation=overlay.rotation, opacity=overlay.opacity)
