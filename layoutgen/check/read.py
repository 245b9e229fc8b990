"""Reading a finished picture: text anywhere is detected once, at low resolution; every slogan is read from its own pixels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from layoutgen.base.geometry import bounds, centre, enclosing, grow, rotated, scale, upright
from layoutgen.check.compare import compare
from layoutgen.check.contrast import measured_contrast
from layoutgen.check.emptiness import empty_elsewhere
from layoutgen.check.glyph_shapes import confused_text
from layoutgen.check.legibility import exact, letters_as_asked
from layoutgen.check.model import CodeReading, ContrastReading, Letterforms, Reading, ReadLine, RegionReading
from layoutgen.check.normalise import compact
from layoutgen.check.page_reader import STRAY, Lines, PageReader, read_targets
from layoutgen.check.qr import read_codes
from layoutgen.check.reader import Reader, check_size, yields_to_forms
from layoutgen.check.stray import stray_text
from layoutgen.check.target import Target, as_set, merged, policy_of, read_box, target

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.base.model import Box
    from layoutgen.conditions.model import Conditions, Glyph


def read(
    image: Image,
    conditions: Conditions,
    reader: Reader,
    letterforms: Sequence[Letterforms] = (),
    *,
    composited: bool = True,
) -> Reading:
    """What a picture says, in pixels of the canvas.

    `image` may differ from the canvas in size; boxes are scaled to it. `letterforms`: of slogans that were compared with how
    they should be set; those that are exactly so need no reading. `composited`: layoutgen put the overlays on this picture;
    otherwise typeset slogans are read as well. Raises PosterError (LG601) when it cannot be read.
    """
    check_size(image)
    image = image.convert("RGB")
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    glyphs = {glyph.id: glyph for glyph in slogans(conditions, composited=composited)}
    targets = [target(glyph, sx, sy) for glyph in glyphs.values() if policy_of(glyph) != "off"]
    exactly = {item.id for item in letterforms if exact(item) and yields_to_forms(reader)}
    known = [item for item in targets if item.id in exactly and reader.readable(compact(item.text))]
    page_reader = PageReader(
        image, reader, () if len(known) == len(targets) and _nothing_else(image, conditions, reader) else None
    )
    page_reader.known_turns = [(item.upright_box, item.degrees) for item in targets if item.degrees % 360]
    page_reader.known_boxes = [box for item in targets for box in item.upright_lines(0.0)]
    foreign = [item for item in targets if _foreign(item.text, reader)]
    regions = {item.id: as_set(item) for item in known} | {item.id: () for item in foreign}
    regions |= read_targets(page_reader, [item for item in targets if item.id not in regions])

    covers = [upright(scale(overlay.box, sx, sy), overlay.rotation) for overlay in conditions.overlays]
    if not composited:
        covers = [box for box, overlay in zip(covers, conditions.overlays, strict=True) if overlay.kind != "text"]
    covers += [item.upright_box for item in foreign]
    loose = any(not item.lines for item in targets)
    objects = [upright(scale(item.box, sx, sy), item.rotation) for item in conditions.objects]
    clear = [scale(box, sx, sy) for item in known for box in _clear_around(glyphs[item.id])]
    stray = stray_text(page_reader, targets, regions, covers, objects, 0.0 if loose else STRAY * image.height, clear)

    def on_canvas(line: ReadLine) -> ReadLine:
        return line.model_copy(update={"box": scale(line.box, 1 / sx, 1 / sy)})

    codes = [(scale(item.box, sx, sy), item.rotation) for item in conditions.overlays if item.kind == "qr"]
    unscaled = image if (sx, sy) == (1, 1) else None

    settled = {item.id for item in letterforms if letters_as_asked(item)}

    def lookalike(item: Target) -> str:
        if unscaled is None or item.policy != "exact" or item.id in settled:
            return ""
        right = compare(item.text, merged(regions[item.id]), "exact", caseless=True).right
        return confused_text(unscaled, glyphs[item.id]) if right else ""

    return Reading(
        reader=reader.name,
        regions=tuple(
            RegionReading(
                id=item.id,
                lines=tuple(map(on_canvas, regions[item.id])),
                seen=item in known or page_reader.has_text(item),
                characters=tuple(
                    one.model_copy(update={"box": scale(one.box, 1 / sx, 1 / sy)})
                    for one in page_reader.characters(item, regions[item.id])
                ),
                reader=SET_TYPE if item in known else "",
                really=lookalike(item),
                upside_down=item not in known and page_reader.upside_down(item, regions[item.id]),
            )
            for item in targets
            if item.lines
        ),
        found=tuple(map(on_canvas, stray)),
        codes=tuple(
            CodeReading(content=code.content, box=scale(code.box, 1 / sx, 1 / sy))
            for code in (read_codes(image, codes) if codes else ())
        ),
        contrast=tuple(_contrasts(image, conditions, targets, regions)),
        letterforms=tuple(letterforms),
        warnings=tuple(_shape(image, conditions)),
    )


_CLEAR = (0.5, 0.3)
"""Ems beside and above the lines of such a slogan, well within where marks were looked for."""
SET_TYPE = "the typeface"
"""Stands for the reader where a slogan is exactly as it should be set."""


def _nothing_else(image: Image, conditions: Conditions, reader: Reader) -> bool:
    """Whether no further text needs to be looked for: it may be there, or cannot be. For pictures whose slogans are exact."""
    if conditions.policy.extra == "allow":
        return True
    return yields_to_forms(reader) and empty_elsewhere(image, conditions)


def _foreign(text: str, reader: Reader) -> bool:
    """Whether a text is in a script of which the reader knows nothing, so that whatever it read would mean nothing."""
    letters = [character for character in compact(text) if character.isalnum()]
    return bool(letters) and not any(map(reader.readable, letters))


def _clear_around(glyph: Glyph) -> Iterator[Box]:
    """Where there is nothing but the words of a slogan that is exactly as it should be set."""
    if glyph.rotation % 90 == 0:
        size = glyph.style.size
        area = grow(enclosing(glyph.line_boxes), round(_CLEAR[0] * size), round(_CLEAR[1] * size))
        yield bounds(rotated(area, centre(glyph.box), glyph.rotation))


def slogans(conditions: Conditions, *, composited: bool) -> tuple[Glyph, ...]:
    """The strings to be read: the generated ones, and the typeset ones of a picture that layoutgen did not composite."""
    return conditions.glyphs if composited else conditions.all_glyphs


def _contrasts(
    image: Image, conditions: Conditions, targets: Sequence[Target], regions: dict[str, Lines]
) -> Iterator[ContrastReading]:
    named = {rule.element for rule in conditions.contrast}
    read = {item.id: read_box(regions[item.id]) for item in targets}
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    for glyph in slogans(conditions, composited=False):
        if named & {glyph.id, glyph.region}:
            item = target(glyph, sx, sy)
            place = read.get(glyph.id)
            boxes = [place] if place else item.upright_lines(0.0) or [item.upright_box]
            yield ContrastReading(id=glyph.id, ratio=measured_contrast(image, boxes))


def _shape(image: Image, conditions: Conditions) -> Iterator[str]:
    canvas = conditions.canvas
    ratio = (image.width / image.height) / (canvas.width / canvas.height)
    if abs(ratio - 1) > 0.02:
        yield (
            f"The picture is {image.width}x{image.height}, the canvas `{canvas.name}` {canvas.width}x{canvas.height}: "
            "the shape differs, so places are only rough."
        )
