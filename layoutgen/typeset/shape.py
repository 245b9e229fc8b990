"""Shaping: a word becomes atoms, runs of one face and one direction, measured once in ems and cached.

Everything that measures, sets or draws goes through the same atoms, so what was measured is what is drawn. Atoms are shaped
at a large reference size; at other sizes their advances scale linearly (hinting changes them by less than 0.1 %).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

import regex

from layoutgen.typeset.emoji import ADVANCE, SIDE, picture_of
from layoutgen.typeset.fonts import FontChoice, covers, drawn, plain, script_of
from layoutgen.typeset.inventory import BrokenFont, Face, open_font
from layoutgen.typeset.vertical import Orientation, orientations

REFERENCE = 512.0
"""Pixels per em at which atoms are measured."""
_GRAPHEMES = regex.compile(r"\X")
_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}\u3000-\u303f\uff00-\uffef]")
_JOINING = regex.compile(r"[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}]")
_CONNECTED = regex.compile(r"[\p{Arabic}\p{Syriac}\p{Mongolian}\p{Nko}\p{Devanagari}\p{Bengali}\p{Gurmukhi}]")


@dataclass(frozen=True, eq=False)
class Atom:
    """One shaped run. Lengths in ems of the type size; `x` to the right from its left edge, heights from the baseline up.

    Of a vertical atom `advance` runs down, `left` and `right` are its ink's reach above and below it along the column, and
    `top` and `bottom` its ink's reach to the left and right of the column's middle.
    """

    text: str
    face: Face
    rtl: bool
    """Its letters run from right to left."""
    direction: str
    """As the shaper takes it: `ltr`, `rtl` or `ttb`."""
    language: str
    features: tuple[str, ...]
    advance: float
    left: float
    """How far ink reaches out beyond the left edge."""
    right: float
    """How far ink reaches out beyond the right edge."""
    top: float
    bottom: float
    """How far ink reaches below the baseline."""
    joining: bool
    """Its letters have other forms inside a word than alone."""
    connected: bool
    """Its letters are joined, so no letter spacing is put between them."""
    graphemes: tuple[str, ...]
    picture: str = ""
    """Of an emoji: which picture it is drawn as."""
    orientation: Orientation = "upright"
    """How it stands in a column; `direction` says how it is shaped."""

    @property
    def gaps(self) -> int:
        """Places between its letters that letter spacing widens."""
        return 0 if self.connected or self.orientation != "upright" else len(self.graphemes) - 1

    def edges(self) -> tuple[float, ...]:
        """Where each grapheme ends, in ems from the side it starts on (the right one of a right-to-left atom)."""
        return _edges(self)


def graphemes(text: str) -> tuple[str, ...]:
    """What a reader calls the characters of a text."""
    if text.isascii():
        return tuple(text)
    return tuple(_GRAPHEMES.findall(text))


def is_cjk(character: str) -> bool:
    return character >= "\u2e80" and _CJK.match(character) is not None


@lru_cache(16384)
def atoms(choice: FontChoice, word: str, bidi: bool, spaced: bool) -> tuple[Atom, ...]:
    """The atoms of a word in logical order.

    `bidi`: the whole text has right-to-left letters, so that runs are split where their levels may differ. `spaced`: letter
    spacing is asked, so every letter keeps the form that it has alone.
    """
    features = ("-liga", "-clig", "-calt") if spaced else ()
    return tuple(
        _shape(face, run, rtl, "rtl" if rtl else "ltr", choice.language, features)
        for run, face, rtl in _runs(choice, word, bidi)
    )


@lru_cache(16384)
def vertical_atoms(choice: FontChoice, word: str) -> tuple[Atom, ...]:
    """The atoms of a word that runs down a column: one for every grapheme that stands upright, and for every turned run."""
    result: list[Atom] = []
    for start, end, orientation in orientations(word):
        for run, face, _ in _runs(choice, word[start:end], False):
            if orientation == "upright":
                result += (_upright(face, item, choice.language) for item in graphemes(run))
            else:
                result.append(_oriented(_shape(face, run, False, "ltr", choice.language, ()), orientation))
    return tuple(result)


def _upright(face: Face, item: str, language: str) -> Atom:
    """One grapheme in its cell. Alphabetic fonts have no vertical measures of their own: their letters take one em each."""
    if item[0].isalnum() and plain(item[0]) and not picture_of(item):
        return _oriented(_shape(face, item, False, "ltr", language, ()), "abreast")
    return _shape(face, item, False, "ttb", language, ())


@lru_cache(8192)
def _oriented(atom: Atom, orientation: Orientation) -> Atom:
    """A run that was shaped from left to right, in a column: turned about, or in a cell of one em."""
    middle = metrics(atom.face, "H").middle
    if orientation == "turned":
        return replace(atom, orientation=orientation, top=atom.bottom + middle, bottom=atom.top - middle)
    half = atom.advance / 2
    over = max(0.0, atom.top - middle - 0.5), max(0.0, atom.bottom + middle - 0.5)
    return replace(
        atom, orientation=orientation, advance=1.0, left=over[0], right=over[1], top=half + atom.left, bottom=half + atom.right
    )


def turned(atom: Atom) -> Atom:
    """A mark between right-to-left letters, such as a bracket, in its mirrored form."""
    if atom.picture:
        return atom
    return _shape(atom.face, atom.text, True, "rtl", atom.language, atom.features)


def part(atom: Atom, text: str) -> Atom:
    """One letter of an atom shaped alone."""
    return _shape(atom.face, text, atom.rtl, atom.direction, atom.language, atom.features)


def _runs(choice: FontChoice, word: str, bidi: bool) -> Iterator[tuple[str, Face, bool]]:
    """Split at changes of face, at every CJK character, and, with `bidi`, at changes of direction."""
    items = graphemes(word)
    faces = _faces(choice, items)
    run, run_face, run_kind = "", choice.primary, ""
    for item, face in zip(items, faces, strict=True):
        kind = _kind(item, bidi)
        if run and face is run_face and kind == run_kind and kind not in ("cjk", "neutral", "emoji"):
            run += item
            continue
        if run:
            yield run, run_face, run_kind == "rtl"
        run, run_face, run_kind = item, face, kind
    if run:
        yield run, run_face, run_kind == "rtl"


def _kind(item: str, bidi: bool) -> str:
    if picture_of(item):
        return "emoji"
    if is_cjk(item[0]):
        return "cjk"
    if not bidi:
        return "ltr"
    letters = {unicodedata.bidirectional(character) for character in item}
    if letters & {"R", "AL"}:
        return "rtl"
    if "L" in letters:
        return "ltr"
    # in Arabic-Indic and European numbers alike the digits stay together; all else is placed one by one
    return "digits" if letters <= {"EN", "AN", "NSM"} else "neutral"


def _faces(choice: FontChoice, items: tuple[str, ...]) -> list[Face]:
    if len(choice.faces) == 1:
        return [choice.primary] * len(items)
    faces = [_face(choice, item) for item in items]
    if (cjk := choice.cjk) and cjk in faces:
        # “ ” … — and the like are as wide as the letters around them
        for index, item in enumerate(items):
            ambiguous = not item[0].isalnum() and unicodedata.east_asian_width(item[0]) == "A"
            beside = faces[max(index - 1, 0)] is cjk or faces[min(index + 1, len(items) - 1)] is cjk
            if ambiguous and beside and covers(cjk, item[0]):
                faces[index] = cjk
    return faces


@lru_cache(16384)
def _face(choice: FontChoice, item: str) -> Face:
    led = dict(choice.leaders).get(script_of(item[0]))
    for face in (led, *choice.faces) if led else choice.faces:
        if all(covers(face, character) for character in item if drawn(character)):
            return face
    return choice.primary


@lru_cache(32768)
def _shape(face: Face, text: str, rtl: bool, direction: str, language: str, features: tuple[str, ...]) -> Atom:
    try:
        return _measured(face, text, rtl, direction, language, features)
    except OSError as error:  # the file opened, but the outlines of these letters are damaged
        raise BrokenFont(face.path, str(error)) from error


def _measured(face: Face, text: str, rtl: bool, direction: str, language: str, features: tuple[str, ...]) -> Atom:
    if name := picture_of(text):
        return _pictured(face, text, direction, language, name)
    font = open_font(face, REFERENCE)
    settings = list(features) or None
    advance = font.getlength(text, direction=direction, features=settings, language=language) / REFERENCE
    anchor = "st" if direction == "ttb" else "ls"
    x0, y0, x1, y1 = (
        value / REFERENCE
        for value in font.getbbox(text, direction=direction, features=settings, language=language, anchor=anchor)
    )
    grow = face.embolden
    if direction == "ttb":
        left, right, top, bottom = -y0 + grow, y1 - advance + grow, -x0 + grow, x1 + grow
    else:
        left = -x0 + grow + face.slant * max(0.0, y1)
        right = x1 - advance + grow + face.slant * max(0.0, -y0)
        top, bottom = -y0 + grow, y1 + grow
    return Atom(
        text=text,
        face=face,
        rtl=rtl,
        direction=direction,
        language=language,
        features=features,
        advance=advance,
        left=max(0.0, left),
        right=max(0.0, right),
        top=top,
        bottom=bottom,
        joining=_JOINING.search(text) is not None,
        connected=_CONNECTED.search(text) is not None,
        graphemes=graphemes(text),
    )


def _pictured(face: Face, text: str, direction: str, language: str, name: str) -> Atom:
    """An emoji, in the middle of the line or column."""
    half, middle = SIDE / 2, 0.0 if direction == "ttb" else metrics(face, "H").middle
    return Atom(
        text=text, face=face, rtl=False, direction=direction, language=language, features=(), advance=ADVANCE, left=0.0,
        right=0.0, top=half + middle, bottom=half - middle, joining=False, connected=False, graphemes=(text,),
        picture=name,
    )  # fmt: skip


@lru_cache(32768)
def _edges(atom: Atom) -> tuple[float, ...]:
    count = len(atom.graphemes)
    if atom.orientation == "abreast":
        return (atom.advance,) * count
    if count == 1:
        return (atom.advance,)
    font = open_font(atom.face, REFERENCE)
    edges: list[float] = []
    text = ""
    for index, item in enumerate(atom.graphemes[:-1]):
        text += item
        # a zero-width joiner keeps the form that the last letter has inside the word
        shaped = text + "\u200d" if atom.joining else text
        length = font.getlength(shaped, direction=atom.direction, features=list(atom.features) or None, language=atom.language)
        before = edges[index - 1] if index else 0.0
        edges.append(min(max(length / REFERENCE, before), atom.advance))
    return (*edges, atom.advance)


class Metrics(NamedTuple):
    """Heights of a face above the baseline, in ems."""

    cap: float
    """Of capitals, of ideographs, or of the letters of a script without case."""
    middle: float
    """What is centred in a line: half the height of capitals, or the middle of an ideograph."""
    x_height: float


@lru_cache(1024)
def metrics(face: Face, sample: str) -> Metrics:
    """Measured from letters of the script that `sample` is in."""
    font = open_font(face, REFERENCE)

    def ink(letters: str) -> tuple[float, float]:
        _, top, _, bottom = font.getbbox(letters, anchor="ls")
        return -top / REFERENCE, bottom / REFERENCE

    if is_cjk(sample) or "\uac00" <= sample <= "\ud7af":
        top, bottom = ink("国") if covers(face, "国") else ink(sample)
        return Metrics(top, (top - bottom) / 2, top / 2)
    alphabetic = sample < "\u0590"
    letters = "H" if alphabetic else "כ" if sample <= "\u05ff" else "ا" if sample <= "\u06ff" else sample
    letters = letters if covers(face, letters) else sample
    cap = ink(letters)[0]
    x_height = ink("x")[0] if alphabetic and covers(face, "x") else cap * 0.6
    return Metrics(cap, cap / 2, x_height)
