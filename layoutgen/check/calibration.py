"""Calibration: what the reader cannot read even when it is perfectly set is not the picture's fault.

The expected string is typeset alone, black on white, at its true size, and read on the same path as the picture.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache
from typing import TYPE_CHECKING

from layoutgen.base.disk_cache import Cache, key_of, user_cache
from layoutgen.base.geometry import moved
from layoutgen.check.compare import compare
from layoutgen.check.model import ReaderLimit
from layoutgen.check.normalise import compact
from layoutgen.check.page_reader import PageReader, read_targets
from layoutgen.check.read import slogans
from layoutgen.check.reader import Reader
from layoutgen.check.reasons import same_shapes, unreadable_reading, unreadable_signs, wide_numbers
from layoutgen.check.target import merged, policy_of, target
from layoutgen.conditions.model import set_text_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, Glyph

_VERSION = 6
"""Raised when calibration changes, so that old cached answers are not used."""
_KEY = {"text", "box", "lines", "characters", "direction", "style", "line_boxes", "baselines", "locale"}


def calibrate(
    conditions: Conditions,
    reader: Reader,
    cache: Cache | None = None,
    *,
    only: Container[str] | None = None,
    composited: bool = True,
) -> dict[str, ReaderLimit]:
    """The slogans that cannot be checked, or not in full: id → why.

    `only` limits it to some ids. Answers are kept in `cache` (the user's own if None).
    """
    cache = cache or default_cache()
    limits: dict[str, ReaderLimit] = {}
    for glyph in slogans(conditions, composited=composited):
        if policy_of(glyph) == "off" or (only is not None and glyph.id not in only):
            continue
        unknown = "".join(dict.fromkeys(c for c in compact(glyph.text) if not reader.readable(c)))
        if unknown:
            limits[glyph.id] = ReaderLimit(reason=unreadable_signs(unknown))
        elif glyph.line_boxes:
            read = _misreading(glyph, reader, cache)
            if read is not None:
                limits[glyph.id] = _limit(glyph, read)
    return limits


@cache
def default_cache() -> Cache:
    """This user's cache of calibrations."""
    return user_cache("calibration")


def _limit(glyph: Glyph, read: str) -> ReaderLimit:
    """What the reader cannot tell, given what it reads where the slogan is perfectly set."""
    policy = policy_of(glyph)
    if compare(glyph.text, read, policy, spaced=True).right:
        return ReaderLimit(reason=wide_numbers(glyph.text), spaced=True)
    if compare(glyph.text, read, policy, caseless=True).right:
        return ReaderLimit(reason=same_shapes(glyph.text), caseless=True)
    if compare(glyph.text, read, policy, caseless=True, spaced=True).right:
        return ReaderLimit(reason=wide_numbers(glyph.text), caseless=True, spaced=True)
    return ReaderLimit(reason=unreadable_reading(glyph.text, read))


def _misreading(glyph: Glyph, reader: Reader, cache: Cache) -> str | None:
    """What the reader makes of a slogan that is perfectly set; None when that is right."""
    alone = _alone(glyph)
    key = key_of("calibration", _VERSION, reader.name, policy_of(glyph), alone.model_dump(mode="json", include=_KEY))
    answer = cache.get(key)
    if not isinstance(answer, dict) or not isinstance(answer.get("read"), str) or not isinstance(answer.get("right"), bool):
        item = target(alone)
        lines = read_targets(PageReader(typeset_alone(alone), reader), [item])[item.id]
        answer = {"read": merged(lines), "right": item.compare(lines).right}
        cache.put(key, answer)
    return None if answer["right"] else str(answer["read"])


def _alone(glyph: Glyph) -> Glyph:
    """The slogan moved to the corner of a picture of its own, unturned, without shadow and outline."""
    edge = _edge(glyph)
    dx, dy = edge - glyph.box[0], edge - glyph.box[1]
    step = dx if glyph.direction == "vertical" else dy
    lettering = glyph.style.lettering.model_copy(update={"outline": None, "shadow": None, "effect": None, "color": None})
    return glyph.model_copy(
        update={
            "id": "alone",
            "region": "",
            "rotation": 0.0,
            "room": None,
            "box": moved(glyph.box, dx, dy),
            "line_boxes": tuple(moved(box, dx, dy) for box in glyph.line_boxes),
            "baselines": tuple(baseline + step for baseline in glyph.baselines),
            "characters": tuple(c.model_copy(update={"box": moved(c.box, dx, dy)}) for c in glyph.characters),
            "style": glyph.style.model_copy(update={"lettering": lettering, "color": "#000000"}),
        }
    )


def typeset_alone(glyph: Glyph) -> Image:
    """A white picture, black letters: what a perfect generator would write in the glyph's region."""
    from PIL import Image as Images

    from layoutgen.typeset.draw import draw

    edge = glyph.box[0]
    image = Images.new("RGB", (glyph.box[2] + 2 * edge, glyph.box[3] + 2 * edge), "white")
    draw(image, set_text_of(glyph), color="#000000")
    return image


def _edge(glyph: Glyph) -> int:
    return max(8, round(glyph.style.size / 2))
