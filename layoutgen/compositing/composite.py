"""Compositing: what must be exact is put on top of the rendered picture, at output resolution.

Order: the picture cropped and scaled to the canvas, then the overlays in the order of the poster, each after the exact panels
that it is the first to lie on. The border of a picture or QR code lies on it.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.conditions.model import Conditions, Overlay, Panel
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from PIL import Image

LARGEST_PICTURE = 100_000_000
"""Pixels; a picture that claims more is refused before it is decoded."""
ROUNDEST_CODE = 0.2
"""Of a QR code's side: the largest radius of its corners."""
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP")


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
    left, top, width, height = generation.crop
    image = image.crop((left, top, left + width, top + height))
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


def load_picture(path: str | Path, *, name: str = "") -> Image.Image:
    """A picture file as RGBA, upright. LG510: not there or not readable; LG511: not a picture; LG512: too many pixels."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    what = f"the picture `{path}`" + (f" of `{name}`" if name else "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is stricter than a warning
            opened = Image.open(path, formats=FORMATS)
        with opened as image:
            if image.width * image.height > LARGEST_PICTURE:
                raise _bomb(what, image.width, image.height)
            return ImageOps.exif_transpose(image).convert("RGBA")
    except UnidentifiedImageError:
        raise PosterError(
            Diagnostic("LG511", f"{what} is not a picture that can be read", hint="use PNG, JPEG, WebP, GIF, TIFF or BMP")
        ) from None
    except Image.DecompressionBombError:
        raise _bomb(what) from None
    except (OSError, SyntaxError, ValueError) as error:
        # Pillow raises SyntaxError for broken PNG chunks and ValueError for impossible headers.
        if isinstance(error, OSError) and error.errno is not None:
            reason = error.strerror or "it cannot be opened"
            raise PosterError(
                Diagnostic("LG510", f"{what} cannot be opened: {reason.lower()}", hint="check the path")
            ) from error
        raise PosterError(
            Diagnostic("LG511", f"{what} is damaged", hint="open it in an image editor and save it again")
        ) from error


def place(
    canvas: Image.Image, picture: Image.Image, box: tuple[int, int, int, int], *, rotation: float, opacity: float
) -> None:
    """Composite an RGBA `picture` over the RGB `canvas`, centred in `box`, turned clockwise around its centre.

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
        # A rounder corner would reach out of the quiet zone, into the code.
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


def fitted(overlay: Overlay) -> Image.Image:
    """The picture of an image overlay at the size it has in its box: RGBA."""
    from PIL import Image

    picture = _picture(overlay.source, stamp_of(overlay.source), overlay.id)
    _, _, width, height = overlay.box
    if picture.size == (width, height):
        return picture.copy()
    ratios = (width / picture.width, height / picture.height)
    if overlay.fit == "cover":
        scale = max(ratios)
        # Rounding may ask for a hair more than the picture has.
        part = min(width / scale, picture.width), min(height / scale, picture.height)
        left, top = (picture.width - part[0]) / 2, (picture.height - part[1]) / 2
        region = (left, top, min(left + part[0], picture.width), min(top + part[1], picture.height))
        return picture.resize((width, height), Image.Resampling.LANCZOS, box=region)
    scale = min(ratios)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.copy() if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)


def stamp_of(path: str) -> tuple[int, int]:
    """Changes when the file does, so that what was kept of it is not taken for the new one."""
    try:
        status = Path(path).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size


@lru_cache(maxsize=16)
def _picture(path: str, stamp: tuple[int, int], name: str) -> Image.Image:
    return load_picture(path, name=name)


def _bomb(what: str, width: int = 0, height: int = 0) -> PosterError:
    size = f": {width} × {height} pixels" if width else ""
    return PosterError(
        Diagnostic(
            "LG512",
            f"{what} is too large{size}",
            hint=f"at most {LARGEST_PICTURE // 1_000_000} million pixels; save it smaller",
        )
    )
