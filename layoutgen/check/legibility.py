"""Whether lettering is whole, unmarred and strong enough to be read, from its comparison with how it should be set.

The limits are for pictures set in the very typeface that was asked for. They were chosen on one half of `tests/judge/faults.py`
and measured on the other: right lettering, compressed, blurred, scaled or noisy, stays at a tenth of them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from layoutgen.check.compare import Policy
from layoutgen.check.model import Fault, Letterforms, LetterInk, LetterPresence, Likeness, SloganVerdict
from layoutgen.check.normalise import is_figure

_OWN_RIMS, _SAME_RIMS = 0.03, 0.05
"""Edges of letters this close to those of the typeface are its own, drawn by typesetting: as drawn, and compressed since."""
_SAME_LETTERS, _SAME_STRENGTH = 0.03, 0.12
"""Likewise letters, in the better quarter, on pictures that are compressed or noisy: how far they differ and are faded."""
_OTHER, _LIKE_RIMS = 0.015, 0.1
"""A letter that differs by this share of its ink is not as it should be, on an even ground, where edges are about as set."""
_OTHER_ON_SCENERY = 0.12
"""The same where the ground may change within a letter, or letters may be drawn rather than set."""
_OTHER_ROUGH, _STRAY_ROUGH = 0.04, 0.02
"""Limits where edges are farther from those of the typeface than `_SAME_RIMS`, and marks where they are beyond `_LIKE_RIMS`:
right letters of 13 to 18 pixels that are turned, or compressed much, reach 0.031 and 0.012."""
_WEAKER, _FADED = 0.25, 0.5
"""A letter that has lost no more of its strength is as strong as compression and scaling leave it; one with more is faint."""
_STRAY, _FAINT_STRAY = 0.004, 0.05
"""Square ems of ink beside letters that are a mark, and of faint ink."""
_UNTOUCHED = 0.01
"""Edges of letters this close to those of the typeface are of a picture to which nothing was done: right ones of these differ
nowhere."""
_OTHER_UNTOUCHED, _STRAY_UNTOUCHED, _FAINT_STRAY_UNTOUCHED = 0.004, 0.0012, 0.006
"""The limits there: of 346 right slogans each is at 0."""
_TRACE = 0.0004
"""Square ems of ink beside letters that must at least be read before they are called exact; beside right ones there is none."""
_BLURRED, _COARSE = 0.16, 0.1
"""Ems of blur beyond which only shapes are left, and beyond which edges that are off as well are those of a mosaic."""
_LEAST_CONTRAST = 1.25
"""WCAG contrast below which letters are not seen."""
_ABSENT, _BARE = 0.3, 0.25
"""A generated letter of whose strokes less is there, and in whose whole place there is less ink, is faint or gone. Of right
ones by the small model at least 0.41 is there."""
_PRESENT, _MANY = 0.6, 0.25
"""This share of the letters must be there to this extent for another to count as gone."""
_PARTLY, _MOST = 0.4, 0.6
"""Likewise for what runs through all of them."""
_RESTLESS, _WILD = 0.1, 0.15
"""Noise of the ground beyond which more is needed, and nothing is said of rules; and beyond which nothing is said at all."""
_ALIKE = 0.48
"""Least correlation with the forms asked for. Of pictures by large models most stay below 0.45, as they choose their own."""
_GAP = (0.95, 0.97)
"""Least missing share of a strip, on a quiet ground and on a restless one. Right ones reach 0.92."""
_MIXED, _SEVERAL = (0.08, 0.8), (0.4, 0.6)
"""A letter between these shares of another colour is of two colours; of these shares of the letters this is too much."""
_RULE = 0.3
"""Least share of a row that is a rule; on quiet grounds there is none in right ones."""
_WITNESSES = 2
"""A slogan of this many letters, exactly as set, shows that all of the picture is set in its typefaces."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with the lettering of one slogan."""

    fault: Fault
    reason: str


def flaws(readings: Iterable[Letterforms], overlays: Container[str] = ()) -> Mapping[str, Flaw]:
    """What is wrong with slogans by the forms of their letters: id → flaw.

    `overlays`: ids of slogans that were composited, which say nothing about how the others were made.
    """
    readings = tuple(readings)
    own = (item for item in readings if item.rims <= _OWN_RIMS and exact(item) and len(item.letters) >= _WITNESSES)
    witnesses = {item.id for item in own if item.id not in overlays}
    found = ((item.id, _flaw(item, bool(witnesses - {item.id}))) for item in readings)
    return {name: flaw for name, flaw in found if flaw is not None}


def exact(item: Letterforms) -> bool:
    """Whether a slogan is, for certain, written as it should be, with nothing else close to it."""
    limit = _OTHER_ROUGH if item.rims <= _LIKE_RIMS else _OTHER
    same = all(letter.difference <= limit and letter.faded <= _WEAKER for letter in item.letters)
    return (
        same
        and not _others(item)
        and set_as_asked(item)
        and item.even
        and item.stray <= _TRACE
        and item.unmarked <= _WEAKER
        and item.contrast >= _LEAST_CONTRAST
        and not _marks(item)
    )


def untouched(item: Letterforms) -> bool:
    """Whether a slogan is exactly where it was set, in a picture to which nothing was done."""
    return item.rims <= _UNTOUCHED and exact(item)


def letters_as_asked(item: Letterforms) -> bool:
    """Whether every letter, on whatever ground, is so close to the one that it should be that it cannot be another."""
    return set_as_asked(item) and all(letter.difference <= _OTHER for letter in item.letters)


def set_as_asked(item: Letterforms) -> bool:
    """Whether a slogan is set in the very typeface that was asked for, in its place, whatever was done to it then."""
    if item.rims <= _SAME_RIMS:
        return True
    alike = _lower_quarter([letter.difference for letter in item.letters]) <= _SAME_LETTERS
    return alike and _lower_quarter([letter.faded for letter in item.letters]) <= _SAME_STRENGTH


def marred(verdict: SloganVerdict, flaw: Flaw | None, policy: Policy) -> SloganVerdict:
    """The verdict on a slogan that reads right but has a flaw. Under `loose` and `digits` a letter may be off."""
    if flaw is None or not verdict.passed:
        return verdict
    if (policy == "digits" and flaw.fault != "digits") or (policy == "loose" and flaw.fault == "letters"):
        return verdict
    update = {"status": "failed", "passed": False, "reason": flaw.reason, "fault": flaw.fault}
    return verdict.model_copy(update=update)


def _flaw(item: Letterforms, beside_exact: bool) -> Flaw | None:
    if set_as_asked(item):
        return _flaw_of_typeset(item)
    if beside_exact:
        return Flaw(_fault(item.letters), "Its letters do not have the forms and places of these words in the typeface.")
    return None


def _flaw_of_typeset(item: Letterforms) -> Flaw | None:
    faint = [letter for letter in item.letters if letter.faded >= _FADED]
    other = _others(item)
    if item.contrast < _LEAST_CONTRAST and len(faint) in (0, len(item.letters)):
        return Flaw("contrast", f"Its letters have a contrast of only {item.contrast:.2f} with what is behind them.")
    if item.blur > _BLURRED or (item.blur >= _COARSE and item.rims >= _SAME_RIMS):
        return Flaw("damaged", "Its letters are so blurred that only shapes are left.")
    if faint and all(letter.faded >= _FADED for letter in other):
        return Flaw(_fault(faint, "damaged"), f"{_listed(faint)} cannot be made out: too faint, or gone.")
    if other:
        return Flaw(_fault(other, "damaged"), f"{_listed(other)} is not as it should be: another form, cut, or drawn over.")
    if item.unmarked >= _FADED:
        return Flaw("damaged", "A line below its letters, or its bullet, cannot be made out.")
    marks = _marks(item)
    return Flaw("damaged", f"{marks} close to its letters.") if marks else None


def _others(item: Letterforms) -> list[LetterInk]:
    """Letters that are not as they should be."""
    limits = ((_UNTOUCHED, _OTHER_UNTOUCHED), (_SAME_RIMS, _OTHER), (_LIKE_RIMS, _OTHER_ROUGH))
    limit = next((limit for rims, limit in limits if item.even and item.rims <= rims), _OTHER_ON_SCENERY)
    return [letter for letter in item.letters if letter.difference > limit]


def flaws_of_drawn(readings: Iterable[Likeness]) -> Mapping[str, Flaw]:
    """What is wrong with generated slogans whose letters are where they should be: id → flaw."""
    found = ((item.id, _flaw_of_drawn(item)) for item in readings)
    return {name: flaw for name, flaw in found if flaw is not None}


def _flaw_of_drawn(item: Likeness) -> Flaw | None:
    if item.alike < _ALIKE:
        return None
    faint = [letter for letter in item.letters if letter.present < _ABSENT and letter.inked < _BARE]
    if faint and _share_present(item, _PRESENT) >= _MANY:
        return Flaw(_fault(faint, "damaged"), f"{_listed(faint)} cannot be made out: too faint, or gone.")
    if _share_present(item, _PARTLY) < _MOST or item.noise > _WILD:
        return None
    restless = item.noise > _RESTLESS
    if item.gap >= _GAP[restless]:
        return Flaw("damaged", "A strip is missing from its letters.")
    mixed = sum(_MIXED[0] <= letter.foreign <= _MIXED[1] for letter in item.letters)
    if mixed >= max(2, _SEVERAL[restless] * len(item.letters)):
        return Flaw("damaged", "Something of another colour is drawn over its letters.")
    if item.rule >= _RULE and not item.ruled and not restless:
        return Flaw("damaged", "A line runs through its letters, or right under them, that nobody asked for.")
    return None


def _share_present(item: Likeness, least: float) -> float:
    return sum(letter.present >= least for letter in item.letters) / max(1, len(item.letters))


def _marks(item: Letterforms) -> str:
    if not item.even:
        return ""
    as_drawn = item.rims <= _UNTOUCHED
    if item.stray > (_STRAY_UNTOUCHED if as_drawn else _STRAY if item.rims <= _LIKE_RIMS else _STRAY_ROUGH):
        return "Something is drawn that nobody asked for,"
    faint = item.faint_stray > (_FAINT_STRAY_UNTOUCHED if as_drawn else _FAINT_STRAY)
    return "Something faint is drawn that nobody asked for," if faint else ""


def _fault(letters: Sequence[LetterInk | LetterPresence], otherwise: Fault = "letters") -> Fault:
    return "digits" if any(is_figure(character) for letter in letters for character in letter.text) else otherwise


def _listed(letters: Sequence[LetterInk | LetterPresence]) -> str:
    texts = [f"`{letter.text}`" for letter in letters]
    return ", ".join(texts[:6]) + (" …" if len(texts) > 6 else "")


def _lower_quarter(values: Sequence[float]) -> float:
    return quantiles(values, n=4, method="inclusive")[0] if len(values) > 1 else values[0]
