"""Hints about words: can they be made out, and can they be drawn and checked?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from math import ceil

from layoutgen.base.color import BUILT_IN_COLORS, rgba, stops, to_hex
from layoutgen.base.suggest import listed
from layoutgen.conditions.colors import Surface, contrasts, readable
from layoutgen.conditions.limits import MODEL_SCRIPTS, foreign
from layoutgen.conditions.model import Glyph
from layoutgen.conditions.text_colors import READABLE
from layoutgen.diagnostics import Related
from layoutgen.document.model import Slogan
from layoutgen.hints.fixes import set_property
from layoutgen.hints.subject import Finding, Subject, finding
from layoutgen.typeset.emoji import has_pictures, picture_of
from layoutgen.typeset.shape import graphemes

SMALLEST = 0.02
"""Of the canvas's height."""
SMALLEST_ON_SCREEN = 9
"""Pixels: below it letters lose their shapes, however low the canvas."""
MOST_FACES = 3
WORD_RIGHT, CHARACTER_RIGHT = 0.9116, 0.979
"""Shares of words (CVTG-2K) and of Chinese characters (LongText-Bench) that GLM-Image's authors publish as drawn right."""
LIKELY = 1 / 3
_HAN = (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))
_WORD = re.compile(r"[^\W_]+(?:['’.,:-][^\W_]+)*")


def contrast(subject: Subject) -> Iterator[Finding]:
    """LG001: letters that hardly differ from what they lie on, where that is known."""
    for item, slogan, glyph in subject.slogans:
        beneath = subject.z_stack.beneath(item)
        if beneath is None:
            continue
        ratio = contrasts(glyph.style.color, beneath, glyph.box)[0]
        outline = glyph.style.lettering.outline
        if outline is not None:
            # Letters can be made out against their own contour as well.
            ratio = max(ratio, *(contrasts(color, _plain(outline.color), glyph.box)[0] for color in stops(glyph.style.color)))
        if round(ratio, 2) >= READABLE:
            continue
        named, shifted = _of_palette(subject, beneath, glyph), _shifted(beneath, glyph)
        named_colors = [f"`color: {named[0]}` has {named[1]:.1f} there"] if named else []
        if shifted and subject.poster.locked_palette is None:
            named_colors.append(f"{READABLE:g} would need {shifted}")
        value = shifted if shifted and subject.poster.locked_palette is None else named[0] if named else ""
        yield finding(
            "LG001",
            slogan,
            f"`{item.id}` has a contrast of {ratio:.1f} with what lies beneath, which is hard to read",
            "; ".join(named_colors)
            or "no single colour reaches 3 there: put a `panel` behind the words, or make the gradient gentler",
            READABLE - ratio,
            fix=set_property(slogan, "color", value) if value else None,
        )


def size(subject: Subject) -> Iterator[Finding]:
    """LG002: lettering under 2% of the canvas's height."""
    canvas = subject.layout.canvas
    share = canvas.height * SMALLEST
    least = share if canvas.dpi else max(share, SMALLEST_ON_SCREEN)
    for item, slogan, glyph in subject.slogans:
        if glyph.style.size + 0.05 >= least:
            continue
        factor = least / glyph.style.size
        region = subject.z_stack.region_of(item)
        why = "2% of the canvas's height, to be read in passing" if least == share else "the least that a screen shows well"
        yield finding(
            "LG002",
            slogan,
            f"the letters of `{item.id}` are set at {subject.pixels(glyph.style.size)}; "
            f"they want {subject.pixels(ceil(least))}, {why}",
            f"give `{region}` {_times(factor)} the room, or use fewer words",
            factor,
        )


def faces(subject: Subject) -> Iterator[Finding]:
    """LG003: more than three typefaces on one poster. What stands in for missing letters is not counted."""
    used: dict[str, list[Slogan]] = {}
    for _, slogan, glyph in subject.slogans:
        if glyph.style.faces:
            used.setdefault(glyph.style.faces[0], []).append(slogan)
    if len(used) <= MOST_FACES:
        return
    ranked = sorted(used, key=lambda face: -len(used[face]))
    odd = used[ranked[-1]][0]
    yield finding(
        "LG003",
        odd,
        f"{len(used)} typefaces on one poster, {listed(ranked)}; at most {MOST_FACES} look like one design",
        f"letter `{odd.id}` like `{used[ranked[0]][0].id}`, which is in `{ranked[0]}`",
        len(used),
        related=tuple(Related(used[face][0].where, f"in `{face}`") for face in ranked[:-1]),
    )


def length(subject: Subject) -> Iterator[Finding]:
    """LG006: so many words in one slogan that an image model will hardly get all of them right."""
    for item, slogan, glyph in subject.slogans:
        if slogan.draw == "typeset" or slogan.verify.text == "off":
            continue
        characters = sum(map(_is_han, glyph.text))
        words = len(_WORD.findall("".join(" " if _is_han(character) else character for character in glyph.text)))
        chance = WORD_RIGHT**words * CHARACTER_RIGHT**characters
        if chance >= LIKELY:
            continue
        many, share = (f"{words} words", WORD_RIGHT) if words >= characters else (f"{characters} characters", CHARACTER_RIGHT)
        yield finding(
            "LG006",
            slogan,
            f"`{item.id}` has {many}: an image model that writes {_percent(share)} of them right gets all of them right in "
            f"{_percent(chance)} of its pictures",
            "write `draw: typeset` for exact letters, or split the text into shorter slogans",
            1 - chance,
            fix=set_property(slogan, "draw", "typeset"),
        )


def script(subject: Subject) -> Iterator[Finding]:
    """LG007: generated words in a script that no image model here writes."""
    for item, slogan, glyph in subject.slogans:
        if slogan.draw == "typeset" or not (strange := foreign(glyph.text, MODEL_SCRIPTS)):
            continue
        examples = " ".join(f"`{word}`" for word in strange[:3]) + (" …" if len(strange) > 3 else "")
        yield finding(
            "LG007",
            slogan,
            f"GLM-Image writes Latin letters and Chinese characters only, and `{item.id}` has {examples}",
            "write `draw: typeset`: the letters are shaped properly then, and certain",
            len(strange),
            fix=set_property(slogan, "draw", "typeset"),
        )


def signs(subject: Subject) -> Iterator[Finding]:
    """LG008: generated words with signs that the reader of the check does not have, so that they cannot be checked."""
    for item, slogan, glyph in subject.slogans:
        checked = slogan.verify.text != "off" and slogan.verify.unchecked == "fail"
        if slogan.draw == "typeset" or not checked or foreign(glyph.text, MODEL_SCRIPTS):
            continue
        found_signs = dict.fromkeys(c for c in glyph.text if not (c.isspace() or can_be_read(c)))
        if has_pictures(glyph.text):  # the model has many emoji among its signs, and reads none of ours
            found_signs |= dict.fromkeys(sign for sign in graphemes(glyph.text) if picture_of(sign))
        if strange := tuple(found_signs):
            examples = " ".join(f"`{character}`" for character in strange[:8]) + (" …" if len(strange) > 8 else "")
            yield finding(
                "LG008",
                slogan,
                f"the reader of the check does not know {examples}, so `{item.id}` would go unchecked and fail",
                f"leave {'it' if len(strange) == 1 else 'them'} out, or write `draw: typeset`, which needs no reader",
                len(strange),
                fix=set_property(slogan, "draw", "typeset"),
            )


def can_be_read(character: str) -> bool:
    """Whether RapidOCR's model has a character. Of Chinese ones it has nearly all that are in use; those count as known."""
    return "!" <= character <= "~" or ord(character) in _readable() or _is_han(character)


def _is_han(character: str) -> bool:
    return any(first <= character <= last for first, last in _HAN)


@cache
def _readable() -> frozenset[int]:
    """Ranges of code points, hexadecimal; a test compares them with the model's own list."""
    ranges = (line.split("-") for line in files(__package__).joinpath("readable.txt").read_text("ascii").split())
    return frozenset(point for first, *last in ranges for point in range(int(first, 16), int((last or [first])[0], 16) + 1))


def _of_palette(subject: Subject, beneath: Surface, glyph: Glyph) -> tuple[str, float] | None:
    """The colour of the palette, else black or white, that reads best there, if it can be read."""
    for names in (subject.document.palette, BUILT_IN_COLORS):
        if names:
            best, ratio = readable(tuple(names.values()), beneath, glyph.box)
            if ratio >= READABLE:
                return next(name for name, color in names.items() if color == best), ratio
    return None


def _shifted(beneath: Surface, glyph: Glyph) -> str | None:
    """The letters' own colour, as much darker or lighter as it must be. None for gradients, and where nothing is enough."""
    color = glyph.style.color
    if not isinstance(color, str):
        return None
    start = rgba(color)[:3]
    for step in range(1, 51):
        for end in (0.0, 1.0):
            mixed = to_hex(255 * (part + (end - part) * step / 50) for part in start).upper()
            if contrasts(mixed, beneath, glyph.box)[0] >= READABLE:
                return mixed
    return None


def _plain(color: str) -> Surface:
    solid = (*rgba(color)[:3], 1.0)
    return lambda x, y: solid


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.01 else "less than 1%"


def _times(factor: float) -> str:
    return f"{ceil(factor * 10) / 10:g} times"
