"""The whole check of a picture: read, judged, and read again where it does not pass at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from layoutgen.base.disk_cache import Cache
from layoutgen.check.calibration import calibrate
from layoutgen.check.colors import measured_colors
from layoutgen.check.detector import Detector, find_objects, known_objects, open_detector, unchecked_objects, with_objects
from layoutgen.check.judge import judge
from layoutgen.check.legibility import set_as_asked
from layoutgen.check.likeness import likeness
from layoutgen.check.model import Reading, Verdict
from layoutgen.check.read import read, slogans
from layoutgen.check.reader import Reader, open_reader
from layoutgen.check.second_opinion import second_opinion
from layoutgen.check.set_type import compared_with_type
from layoutgen.check.target import policy_of, read_box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions
    from layoutgen.renderers import DrawnObject


def check_picture(
    image: Image,
    conditions: Conditions,
    reader: Reader | None = None,
    cache: Cache | None = None,
    *,
    composited: bool = True,
    detector: Detector | None = None,
    second_engine: bool = True,
    ours: bool | None = None,
    drawn: Sequence[DrawnObject] = (),
) -> tuple[Reading, Verdict]:
    """Read a picture and judge it; what does not pass at once is calibrated, and read by a second engine where there is one.

    `image`: any size; boxes are scaled to it. `composited`: whether layoutgen put the overlays on this very picture, so that
    its typeset slogans need no reading. `detector`: looks for the objects, and one that is missing or out of its place makes
    the picture fail; without one, what the environment names, and where that is nothing, what the renderer knows that it drew
    (`drawn`), or a note in the verdict. `ours`: layoutgen made all of it, so scenery is not searched for what others may have
    left there; None: if it is composited. `second_engine`: whether another one may be asked about what does not pass. Raises
    PosterError (LG601) when the picture cannot be read.
    """
    reader = reader or open_reader()
    judged = [glyph for glyph in slogans(conditions, composited=composited) if policy_of(glyph) != "off"]
    plain = image.convert("RGB")
    forms = compared_with_type(plain, conditions, judged, thorough=not (composited if ours is None else ours))
    typeset = {item.id for item in forms if set_as_asked(item)}
    likenesses = (likeness(plain, conditions, glyph) for glyph in judged if glyph.id not in typeset)
    reading = read(image, conditions, reader, forms, composited=composited)
    read_boxes = {region.id: read_box(region.lines) for region in reading.regions}
    exact = {glyph.id for glyph in conditions.typeset_glyphs if composited}
    colors = measured_colors(plain, conditions, conditions.all_glyphs, typeset | exact, read_boxes)
    reading = reading.model_copy(
        update={"likenesses": tuple(item for item in likenesses if item is not None), "colors": tuple(colors)}
    )
    verdict = judge(conditions, reading, composited=composited)
    remarks: tuple[str, ...] = ()
    doubtful = {item.id for item in verdict.slogans if not item.passed}
    if doubtful:
        unreadable = calibrate(conditions, reader, cache, only=doubtful, composited=composited)
        verdict = judge(conditions, reading, unreadable, composited=composited)
        if second_engine:
            again = second_opinion(image, conditions, reading, verdict, unreadable, cache, composited=composited)
            reading, remarks = again.reading, again.warnings
            verdict = judge(conditions, reading, again.unreadable, composited=composited)
    detector = detector or open_detector()
    objects = find_objects(image, conditions, detector) if detector else known_objects(conditions, drawn)
    notes = (*remarks, *unchecked_objects(objects))
    verdict = verdict.model_copy(update={"warnings": (*verdict.warnings, *notes)}) if notes else verdict
    return reading, with_objects(verdict, objects)
