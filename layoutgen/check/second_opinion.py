"""A second opinion, before an attempt is spent: words that the reader cannot read, or is unsure of, are read by another engine.

In scripts that the first reader does not know, the second one decides alone, provided that it can read the words where they
are perfectly set. Of doubtful letters it may only say that they are right after all; what the first one reads clearly, and
any figure that it reads differently, stays wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from layoutgen.base.disk_cache import Cache
from layoutgen.base.geometry import scale
from layoutgen.check.arbitrate import figure_confidence
from layoutgen.check.calibration import calibrate
from layoutgen.check.model import ReaderLimit, Reading, RegionReading, Verdict
from layoutgen.check.normalise import figures
from layoutgen.check.page_reader import Lines, PageReader, read_targets
from layoutgen.check.read import slogans
from layoutgen.check.reader import Reader
from layoutgen.check.target import merged, target
from layoutgen.check.tesseract import open_tesseract
from layoutgen.diagnostics import PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph

DOUBT = 0.6
"""A reading with a character of less confidence than this is doubtful."""
SURE = 0.8
"""Least confidence of a second reading that settles a doubtful one."""


@dataclass(frozen=True)
class SecondOpinion:
    """The reading as it stands afterwards, what cannot be read by either engine, and remarks."""

    reading: Reading
    unreadable: Mapping[str, ReaderLimit]
    warnings: tuple[str, ...] = field(default=())


def second_opinion(
    image: Image,
    conditions: Conditions,
    reading: Reading,
    verdict: Verdict,
    unreadable: Mapping[str, ReaderLimit],
    cache: Cache | None = None,
    *,
    composited: bool = True,
    find: Callable[[str], Reader | None] = open_tesseract,
) -> SecondOpinion:
    """Read again what did not pass. `find`: the engine for a text, or None.

    An engine that fails gives a warning instead of an opinion.
    """
    glyphs = {glyph.id: glyph for glyph in slogans(conditions, composited=composited)}
    still_unreadable, warnings = dict(unreadable), []
    changed: dict[str, RegionReading] = {}
    first = {region.id: region for region in reading.regions}
    for item in verdict.slogans:
        glyph = glyphs.get(item.id)
        if glyph is None or not glyph.line_boxes or item.passed or item.fault == "contrast":
            continue
        cannot_read = item.id in unreadable and not unreadable[item.id].partial
        if not cannot_read and not _doubtful(glyph, first.get(item.id)):
            continue
        engine = find(glyph.text)
        if engine is None:
            continue
        try:
            lines = _read(image, conditions, glyph, engine, cache, composited=composited)
        except PosterError as error:
            warnings.append(f"`{item.id}`: {error.diagnostics[0].message}")
            continue
        if lines is None or not (cannot_read or _confirms(glyph, lines)):
            continue
        seen = first[item.id].seen if item.id in first else bool(lines)
        changed[item.id] = RegionReading(id=item.id, lines=lines, seen=seen, reader=engine.name)
        still_unreadable.pop(item.id, None)
    if not changed:
        return SecondOpinion(reading, still_unreadable, tuple(warnings))
    regions = [changed.get(region.id, region) for region in reading.regions]
    regions += [region for name, region in changed.items() if name not in first]
    return SecondOpinion(reading.model_copy(update={"regions": tuple(regions)}), still_unreadable, tuple(warnings))


def _read(
    image: Image, conditions: Conditions, glyph: Glyph, engine: Reader, cache: Cache | None, *, composited: bool
) -> Lines | None:
    """The slogan as the engine reads it, in pixels of the canvas; None if it cannot read it where it is perfectly set."""
    if calibrate(conditions, engine, cache, only={glyph.id}, composited=composited):
        return None
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    item = target(glyph, sx, sy)
    lines = read_targets(PageReader(image.convert("RGB"), engine, ()), [item])[glyph.id]
    return tuple(line.model_copy(update={"box": scale(line.box, 1 / sx, 1 / sy)}) for line in lines)


def _doubtful(glyph: Glyph, region: RegionReading | None) -> bool:
    """Whether the first reader is unsure of some letter, and reads the figures as they should be."""
    if region is None or not region.lines:
        return False
    least = min((score for line in region.lines for score in line.scores), default=1.0)
    return least < DOUBT and figures(merged(region.lines)) == figures(glyph.text)


def _confirms(glyph: Glyph, lines: Lines) -> bool:
    if not lines or not target(glyph).compare(lines).right:
        return False
    return min(figure_confidence(lines), *(line.score for line in lines)) >= SURE
