"""Which faces draw a string: the poster's font, or what the words of `face` ask for, and what stands in for missing letters."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import regex

from layoutgen.base.style import Lettering
from layoutgen.typeset import catalogue
from layoutgen.typeset.emoji import picture_of
from layoutgen.typeset.inventory import (
    BrokenFont,
    Face,
    FontFile,
    FontProblem,
    MissingGlyphs,
    UnknownFont,
    coverage,
    face,
    fallback_files,
    families,
    file_family,
    find_family,
    system_families,
)

__all__ = ["BrokenFont", "FaceInfo", "FontChoice", "FontProblem", "MissingGlyphs", "UnknownFont", "choose", "faces"]

_GRAPHEMES = regex.compile(r"\X")
_CJK_BY_LOCALE = {"ja": "JP", "ko": "KR", "zh-hk": "HK", "zh-tw": "TC", "zh-hant": "TC", "zh-mo": "HK"}
_PACKAGES = {
    "Arab": "fontpkg-noto-sans-arabic",
    "Hebr": "fontpkg-heebo",
    "Deva": "fontpkg-noto-sans-devanagari",
    "Thai": "fontpkg-noto-sans-thai",
    "Taml": "fontpkg-noto-sans-tamil",
    "Telu": "fontpkg-noto-sans-telugu",
    "Khmr": "fontpkg-noto-sans-khmer",
    **dict.fromkeys(("Hani", "Hira", "Kana", "Hang", "Bopo"), "noto-cjk-sans-otc"),
    **dict.fromkeys(("Latn", "Grek", "Cyrl"), "fontpkg-noto-sans"),
}
"""Script (ISO 15924) → the Python package that has letters for it."""
_SYSTEM_PACKAGE = "fonts-noto-core"
"""The Debian package that has letters for every other script in use."""


@dataclass(frozen=True, eq=False)
class FontChoice:
    """The faces for a string: `faces[0]` is the first choice, the others stand in for what it lacks, in order.

    Interned: equal choices are one object, which the caches of shaped words rely on.
    """

    faces: tuple[Face, ...]
    explicit: bool
    """The poster named the font, so nothing stands in for it."""
    language: str
    """The locale, for forms that depend on the language."""
    leaders: tuple[tuple[str, Face], ...] = ()
    """Script → the first face that has every letter of it in the string."""

    @property
    def primary(self) -> Face:
        return self.faces[0]

    @property
    def cjk(self) -> Face | None:
        return next((item for item in self.faces if "CJK" in item.family), None)


class FaceInfo(NamedTuple):
    """One family for `list faces`: what can be written after `font:`, and the words of `face:` that lead to it."""

    family: str
    weights: tuple[int, int]
    italic: bool
    scripts: tuple[str, ...]
    words: tuple[str, ...]


def choose(lettering: Lettering, text: str, locale: str) -> FontChoice:
    """The faces that draw `text`. Raises UnknownFont, BrokenFont and MissingGlyphs."""
    return _choose(lettering.font, lettering.face, lettering.weight, lettering.italic, text, locale)


@lru_cache(4096)
def _choose(font: str | None, words: str | None, weight: int | None, italic: bool, text: str, locale: str) -> FontChoice:
    stack = _stack(font, words, weight, italic, locale)
    letters = "".join(item for item in _GRAPHEMES.findall(text) if not picture_of(item)) if not text.isascii() else text
    needed = dict.fromkeys(character for character in letters if drawn(character))
    if stack.explicit:
        missing = tuple(character for character in needed if not covers(stack.primary, character))
        if missing:
            raise MissingGlyphs(missing, font=font)
        return stack
    missing = tuple(character for character in needed if not any(covers(item, character) for item in stack.faces))
    if missing:
        stack = _extended(stack, missing)
    return _leading(stack, *_leaders(stack, tuple(needed)))


@lru_cache(512)
def _stack(font: str | None, words: str | None, weight: int | None, italic: bool, locale: str) -> FontChoice:
    wish = catalogue.understand(words)
    italic = italic or wish.italic
    if font is not None:
        named = file_family(font) if os.path.isabs(font) else find_family(font)
        heavy = weight or (wish.weight if wish.named_weight else 400)
        return FontChoice(
            (face(named, heavy, wish.width if words else 100, italic, embolden=weight is not None),), True, locale
        )
    installed = families()
    weight = weight or wish.weight
    first = next((installed[name.lower()] for name in wish.genre.families if name.lower() in installed), None)
    leaders = [first] if first else []
    # families of one genre stand in for one another, then the broad families, then the scripts of their own
    others = [*wish.genre.families, *(("Noto Serif",) if wish.genre.serif else ()), "Noto Sans"]
    others += ["Noto Sans Arabic", "Heebo", f"Noto Sans CJK {cjk_face(locale)}"]
    stand_in = max(weight, 700) if wish.genre.condensed and not wish.named_weight else weight
    chain = [face(files, weight, wish.width, italic) for files in leaders]
    for name in others:
        files = installed.get(name.lower(), ())
        if files and files not in leaders:
            leaders.append(files)
            upright = name in ("Noto Sans Arabic", "Heebo") or "CJK" in name
            chain.append(face(files, stand_in, wish.width, italic and not upright, embolden="CJK" in name))
    if not chain:
        raise MissingGlyphs((), "`pip install fontpkg-noto-sans` brings the font that all else builds on")
    return FontChoice(tuple(chain), False, locale)


@lru_cache(512)
def _extended(stack: FontChoice, missing: tuple[str, ...]) -> FontChoice:
    """The choice with any other installed faces that have the characters the usual ones lack."""
    extra: list[Face] = []
    left = set(missing)
    for files in fallback_files(item.family.lower() for item in stack.faces):
        try:
            covered = {character for character in left if ord(character) in coverage(files[0].path, files[0].index)}
        except BrokenFont:
            continue  # a damaged system font that the poster does not name
        if covered:
            extra.append(face(files, stack.primary.weight, stack.primary.width, False))
            left -= covered
        if not left:
            return FontChoice((*stack.faces, *extra), False, stack.language)
    lacking = tuple(character for character in missing if character in left)
    raise MissingGlyphs(lacking, package_hint(lacking))


def _leaders(stack: FontChoice, needed: tuple[str, ...]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Which face leads, and which each script of the text has: a word is never drawn with two faces for one missing accent.

    The first alphabetic script leads, with a face that has the text's figures and marks as well.
    """
    letters: dict[str, list[str]] = {}
    for character in needed:
        letters.setdefault(script_of(character), []).append(character)
    common = [character for character in letters.pop("", ()) if plain(character)]
    first = next((script for script in letters if script in ("Latn", "Grek", "Cyrl")), "")
    leading = _covering(stack, [*letters.get(first, ()), *common])
    others = ((script, _covering(stack, characters)) for script, characters in letters.items() if script != first)
    return leading, ((first, leading), *others) if first else tuple(others)


def _covering(stack: FontChoice, letters: list[str]) -> int:
    return next((n for n, item in enumerate(stack.faces) if all(covers(item, letter) for letter in letters)), 0)


@lru_cache(512)
def _leading(stack: FontChoice, index: int, leaders: tuple[tuple[str, int], ...]) -> FontChoice:
    led = tuple((script, stack.faces[number]) for script, number in leaders)
    first = stack.faces[index]
    faces = (first, *(item for item in stack.faces if item is not first))
    return FontChoice(faces, stack.explicit, stack.language, led)


@lru_cache(8192)
def script_of(character: str) -> str:
    """The script of a character (ISO 15924); empty for what many share: figures, marks, signs."""
    if character.isascii():
        return "Latn" if character.isalpha() else ""
    from fontTools import unicodedata as properties

    script = str(properties.script(character))
    return "" if script in ("Zyyy", "Zinh", "Zzzz") else script


def covers(item: Face, character: str) -> bool:
    return ord(character) in coverage(item.path, item.index)


def drawn(character: str) -> bool:
    """Whether a character needs a glyph: spaces and invisible controls do not."""
    if "!" <= character <= "~":
        return True
    return not (character.isspace() or unicodedata.category(character) in ("Cf", "Cc") or "\ufe00" <= character <= "\ufe0f")


def plain(character: str) -> bool:
    """Letters, digits and signs of the alphabetic scripts (Latin, Greek, Cyrillic), which one face should draw together."""
    return character < "\u0530" or "\u1e00" <= character <= "\u1fff"


def cjk_face(locale: str) -> str:
    """The region whose Han forms a locale expects, as Noto names it."""
    parts = locale.lower().replace("_", "-").split("-")
    return _CJK_BY_LOCALE.get("-".join(parts[:2]), _CJK_BY_LOCALE.get(parts[0], "SC"))


def package_hint(characters: Iterable[str]) -> str:
    """What to install for the scripts of the characters; empty if they are of none."""
    scripts = dict.fromkeys(script for character in characters if (script := script_of(character)))
    packages = " ".join(dict.fromkeys(_PACKAGES[script] for script in scripts if script in _PACKAGES))
    ways = [f"`pip install {packages}`"] if packages else []
    if any(script not in _PACKAGES for script in scripts):
        ways.append(f"on Debian and Ubuntu `apt install {_SYSTEM_PACKAGE}`")
    brought = "brings a font that has them" if len(scripts) == 1 else "bring fonts that have them"
    return f"{', and '.join(ways)} {brought}" if ways else ""


_SAMPLES = {
    "Latin": "Aß",
    "Greek": "Ωλ",
    "Cyrillic": "Жя",
    "Arabic": "سع",
    "Hebrew": "שם",
    "Chinese": "国優",
    "Japanese": "のア",
    "Korean": "한글",
}


@cache
def faces(system: bool = False) -> tuple[FaceInfo, ...]:
    """Every family of the font packages (and of the system's folders, if asked), by name."""
    families_by_name = dict(families()) | (system_families() if system else {})
    return tuple(_info(files) for _, files in sorted(families_by_name.items()))


def _info(files: tuple[FontFile, ...]) -> FaceInfo:
    known = coverage(files[0].path, files[0].index)
    return FaceInfo(
        family=files[0].family,
        weights=(int(min(item.weights[0] for item in files)), int(max(item.weights[1] for item in files))),
        italic=any(item.italic for item in files),
        scripts=tuple(name for name, sample in _SAMPLES.items() if all(ord(character) in known for character in sample)),
        words=tuple(genre.name for genre in catalogue.GENRES if files[0].family == _served(genre)),
    )


def _served(genre: catalogue.Genre) -> str | None:
    return next((name for name in genre.families if name.lower() in families()), None)
