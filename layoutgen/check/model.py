"""Readings and verdicts: what the reader saw, and what that means for each slogan."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from layoutgen.base.model import Box, FrozenModel

Status = Literal["passed", "typeset", "unchecked", "failed"]
Fault = Literal["", "letters", "digits", "missing", "place", "doubled", "unreadable", "contrast", "damaged", "color"]
"""What is wrong with a slogan, for deciding what to do about it: its letters, its figures; nothing is written in its place; it
is written elsewhere; it is written twice in its place; it cannot be read even when it is right; it has too little contrast;
its letters are faded, cut or drawn over; they have another colour than is required."""
ColoredPart = Literal["lettering", "panel"]


class ReadLine(FrozenModel):
    """One line of text found in a picture, in pixels of the output canvas."""

    text: str
    box: Box
    score: float
    """0 … 1, the reader's confidence; the mean over characters."""
    scores: tuple[float, ...] = ()
    """Per character, where the reader gives them."""


class AlignedCharacter(FrozenModel):
    """One character of an expected text, where it would be in a line crop, and how likely it is there."""

    text: str
    start: float
    """Share of the crop's width, 0 … 1."""
    end: float
    posterior: float
    """0 … 1: the recogniser's probability of this character."""
    rival: str
    """The likeliest other character in the same place; empty where there is none worth naming."""
    rival_posterior: float
    """0 … 1, and 0 where there is none; the two may add up to more than 1, as they are the highest along the character."""

    @property
    def margin(self) -> float:
        return self.posterior - self.rival_posterior


class AlignedLine(FrozenModel):
    """What a line crop says, and how well an expected text fits it."""

    line: ReadLine
    characters: tuple[AlignedCharacter, ...] = ()
    """Of the expected text, without spaces; empty where the reader cannot tell."""


class CharacterReading(FrozenModel):
    """One character of a slogan, as expected, and how likely it is that this is what is written there."""

    text: str
    box: Box
    """In pixels of the output canvas; of turned and vertical lines, the whole line's."""
    posterior: float
    """0 … 1: the recogniser's probability of this character."""
    rival: str
    """The likeliest other character in the same place; empty where there is none worth naming."""
    rival_posterior: float
    """0 … 1."""


class RegionReading(FrozenModel):
    """What was read in the crop of one slogan, lines merged in reading order."""

    id: str
    lines: tuple[ReadLine, ...]
    seen: bool = True
    """Whether any text was detected in the slogan's place, readable or not."""
    characters: tuple[CharacterReading, ...] = ()
    """Of the expected text, without spaces; empty where the reader cannot tell."""
    reader: str = ""
    """The engine, where it was not the picture's reader."""
    really: str = ""
    """What is written there by the shapes of its letters, where it reads right but is not: a zero for an O."""
    upside_down: bool = False
    """It reads right, but better when the picture is turned round."""


class ReaderLimit(FrozenModel):
    """What the reader cannot tell about a slogan even when it is perfectly set."""

    reason: str
    """One plain sentence."""
    caseless: bool = False
    """Only this: the typeface has the same shapes for capital and small letters."""
    spaced: bool = False
    """Only this: figures are set so wide apart that spaces between them cannot be told."""

    @property
    def partial(self) -> bool:
        """Whether the slogan can be checked apart from that."""
        return self.caseless or self.spaced


class LetterInk(FrozenModel):
    """One character of a slogan, compared with how it should be set."""

    text: str
    difference: float
    """What is missing, other or too much, as a share of its ink: 0 where it is as it should be, around 1 for another letter."""
    faded: float
    """0 as strong as it should be … 1 not to be told from the ground."""


class Letterforms(FrozenModel):
    """A slogan compared with how it should be set: means something only where most letters are as they should be."""

    id: str
    letters: tuple[LetterInk, ...]
    rims: float
    """How far the edges of the letters are from those that they should have, at the median, as a share of the contrast."""
    blur: float
    """Standard deviation in ems."""
    contrast: float
    """WCAG contrast ratio of letters and ground, 1 … 21."""
    even: bool
    """Whether the ground is so even that whatever stands out from it was drawn there."""
    stray: float
    """The largest patch of ink close to the letters that nothing explains, in square ems."""
    faint_stray: float
    """The same of faint ink."""
    unmarked: float = 0.0
    """How faint the marks are that are of no letter, such as lines below words: 0 as they should be … 1 not to be told from the
    ground."""


class LetterPresence(FrozenModel):
    """One character of a slogan that was generated, where it should be."""

    text: str
    box: Box
    present: float
    """0 … 1: how much of the middle of its strokes is ink."""
    inked: float
    """Ink anywhere in its place, as a share of what it should have."""
    foreign: float
    """0 … 1: how much of the middle of its strokes is of another colour."""


class Likeness(FrozenModel):
    """A slogan that was generated, compared with how it should be set: means something only where most letters are present."""

    id: str
    letters: tuple[LetterPresence, ...]
    alike: float
    """The correlation of its ink with the forms asked for, -1 … 1."""
    gap: float
    """0 … 1: the share of ink that is missing in a band through the letters of a line."""
    rule: float
    """0 … 1: how much of a row across a line is ink that is not of letters."""
    ruled: bool
    """Whether a rule through or under it was asked for."""
    noise: float
    """How restless the ground is, as a share of its contrast with the letters."""


class Reading(FrozenModel):
    """What was read in one finished picture: the slogans' own crops, and the text found anywhere."""

    reader: str
    regions: tuple[RegionReading, ...]
    found: tuple[ReadLine, ...]
    codes: tuple[CodeReading, ...] = ()
    contrast: tuple[ContrastReading, ...] = ()
    """Of the slogans that a `require NAME.contrast` rule is about."""
    colors: tuple[ColorReading, ...] = ()
    """Of lettering and panels that are meant to have one colour."""
    letterforms: tuple[Letterforms, ...] = ()
    """Of the slogans that can be compared with how they should be set."""
    likenesses: tuple[Likeness, ...] = ()
    """Of those that are not set as asked for, but drawn."""
    warnings: tuple[str, ...] = ()
    """About the picture itself: a shape other than the canvas's."""


class CodeReading(FrozenModel):
    """One decoded QR code."""

    content: str
    box: Box


class ContrastReading(FrozenModel):
    """How far letters stand out from what is around them, measured on the picture."""

    id: str
    ratio: float
    """WCAG contrast ratio, 1 … 21."""


class ColorReading(FrozenModel):
    """The colour of a slogan's strokes, or of a panel's free area, measured on the picture."""

    id: str
    part: ColoredPart
    measured: str
    """`#rrggbb`, the median."""
    error: float = 0.0
    """CIEDE2000 by which it may be off, as strokes are too fine for the picture."""


class SloganVerdict(FrozenModel):
    id: str
    expected: str
    read: str
    status: Status
    passed: bool
    distance: float
    """0 … 1: edit distance over the longer length, after normalisation."""
    box: Box
    read_box: Box | None = None
    reason: str = ""
    """One plain sentence; empty when there is nothing to say."""
    fault: Fault = ""
    """Empty unless it failed, or could not be checked."""
    certainty: float | None = None
    """0 … 1: how likely the least certain of its characters makes it that a slogan that passed is right; None where that is
    not known."""


class Extra(FrozenModel):
    """Text that nobody asked for."""

    text: str
    box: Box
    score: float
    doubled: bool = False
    """It is a slogan once more, rather than something foreign."""


class CodeVerdict(FrozenModel):
    id: str
    passed: bool


class ObjectVerdict(FrozenModel):
    """Whether an object is on the picture: by a detector that looked, else by what the renderer knows that it drew."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    id: str
    found: bool
    passed: bool
    """False where it is known to be missing, or out of its place."""
    status: Literal["drawn", "stand-in", "missing", "unchecked"] = "unchecked"
    """`stand-in`: something of its kind was drawn. `unchecked`: nobody looked, and the renderer does not know."""
    drawn_as: str = Field("", alias="as")
    """What stands in for it."""
    final: bool = False
    """The renderer says so itself: another attempt would draw no more."""
    box: Box | None = None
    """Where it was found, in pixels of the output canvas."""
    reason: str = ""
    """One plain sentence; empty when it passed."""


class ColorVerdict(FrozenModel):
    """The colour asked for lettering or a panel, and the one that is there."""

    id: str
    part: ColoredPart
    asked: str
    """`#rrggbb`: of the element; where it has no one opaque colour, the colour that the poster requires it to be near."""
    measured: str
    difference: float
    """CIEDE2000."""
    passed: bool = True
    """False where a `require … near …` rule does not hold."""
    reason: str = ""
    """One plain sentence; empty when it passed."""


class Verdict(FrozenModel):
    status: Literal["passed", "failed", "unchecked"]
    passed: bool
    score: float
    """0 … 1: how much of the expected text is there, by characters."""
    slogans: tuple[SloganVerdict, ...]
    extra: tuple[Extra, ...] = ()
    codes: tuple[CodeVerdict, ...] = ()
    objects: tuple[ObjectVerdict, ...] = ()
    colors: tuple[ColorVerdict, ...] = ()
    """Of lettering and panels, as far as they can be measured."""
    warnings: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why it did not pass, one plain sentence each; empty when it passed."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """For notebooks."""
        from layoutgen.base.notebook import bundle

        facts = (f"{self.score:.0%} of the letters are there",)
        return bundle("Verdict", self.status, self.slogans, facts=facts, notes=(*self.reasons, *self.warnings))


Reading.model_rebuild()
