"""A second opinion, before an attempt is spent: words that the reader cannot read, or doubts, are read by another engine.

In scripts that the first reader does not know, the second one's word counts alone, once it is known to read the words where
they are perfectly set. In doubtful letters it may only say that they are right after all; what the first one reads clearly,
and any figure that it reads otherwise, stays wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layoutgen.base.disk_cache import Cache
from layoutgen.base.geometry import scale
from layoutgen.check.arbitrate import doubt
from layoutgen.check.calibration import calibrate
from layoutgen.check.model import Calibrated, Reading, RegionReading, Verdict
from layoutgen.check.normalise import figures
from layoutgen.check.page import Lines, Page, read_targets
from layoutgen.check.reader import Reader
from layoutgen.check.target import merged, target
from layoutgen.check.tesseract import second_reader
from layoutgen.diagnostics import PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph

DOUBT = 0.6
"""A reading with a character of less confidence is doubtful."""
SURE = 0.8
"""Least confidence of a second reading that sets a doubtful one right."""


@dataclass(frozen=True)
class Opinion:
    """The reading as it stands afterwards, what cannot be read by either engine, and remarks."""

    reading: Reading
    unreadable: Mapping[str, Calibrated]
    warnings: tuple[str, ...] = field(default=())


def second_opinion(
    image: Image,
    conditions: Conditions,
    reading: Reading,
    verdict: Verdict,
    unreadable: Mapping[str, Calibrated],
    cache: Cache | None = None,
    *,
    composited: bool = True,
    find: Callable[[str], Reader | None] = second_reader,
) -> Opinion:
    """Read again what did not pass. `find`: the engine for a text, or None.

    An engine that fails is no opinion, and a warning.
    """
    glyphs = {glyph.id: glyph for glyph in conditions.glyphs}
    if not composited:
        glyphs |= {item.glyph.id: item.glyph for item in conditions.overlays if item.glyph is not None}
    left, warnings = dict(unreadable), []
    changed: dict[str, RegionReading] = {}
    first = {region.id: region for region in reading.regions}
    for item in verdict.slogans:
        glyph = glyphs.get(item.id)
        if glyph is None or not glyph.line_boxes or item.passed or item.fault == "contrast":
            continue
        blind = item.id in unreadable and not unreadable[item.id].partial
        if not blind and not _doubtful(glyph, first.get(item.id)):
            continue
        engine = find(glyph.text)
        if engine is None:
            continue
        try:
            lines = _read(image, conditions, glyph, engine, cache, composited=composited)
        except PosterError as error:
            warnings.append(f"`{item.id}`: {error.diagnostics[0].message}")
            continue
        if lines is None or not (blind or _confirms(glyph, lines)):
            continue
        seen = first[item.id].seen if item.id in first else bool(lines)
        changed[item.id] = RegionReading(id=item.id, lines=lines, seen=seen, reader=engine.name)
        left.pop(item.id, None)
    if not changed:
        return Opinion(reading, left, tuple(warnings))
    regions = [changed.get(region.id, region) for region in reading.regions]
    regions += [region for name, region in changed.items() if name not in first]
    return Opinion(reading.model_copy(update={"regions": tuple(regions)}), left, tuple(warnings))


def _read(
    image: Image, conditions: Conditions, glyph: Glyph, engine: Reader, cache: Cache | None, *, composited: bool
) -> Lines | None:
    """The slogan as the engine reads it, in pixels of the canvas; None if it cannot read it where it is perfectly set."""
    if calibrate(conditions, engine, cache, only={glyph.id}, composited=composited):
        return None
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    item = target(glyph, sx, sy)
    lines = read_targets(Page(image.convert("RGB"), engine, ()), [item])[glyph.id]
    return tuple(line.model_copy(update={"box": scale(line.box, 1 / sx, 1 / sy)}) for line in lines)


def _doubtful(glyph: Glyph, region: RegionReading | None) -> bool:
    """Whether the first reader is in doubt about some letter, and reads the figures as they should be."""
    if region is None or not region.lines:
        return False
    least = min((score for line in region.lines for score in line.scores), default=1.0)
    return least < DOUBT and figures(merged(region.lines)) == figures(glyph.text)


def _confirms(glyph: Glyph, lines: Lines) -> bool:
    if not lines or not target(glyph).compare(lines).right:
        return False
    return min(doubt(lines), *(line.score for line in lines)) >= SURE
