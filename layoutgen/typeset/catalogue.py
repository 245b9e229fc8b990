"""Words to type: which installed family, weight and width the words of `face:` ask for.

`GENRES` is the table that `layoutgen list faces` shows. Each genre lists families in order of preference; the last ones are
dependencies of layoutgen, so that something fitting is always found. The genre whose words match best wins, the
earlier one on a tie.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple


class Genre(NamedTuple):
    name: str
    words: frozenset[str]
    families: tuple[str, ...]
    weight: int = 400
    """The weight when the words name none."""
    serif: bool = False
    condensed: bool = False
    """The families are narrow by design; what stands in for a script they lack is set narrow too."""


def _genre(name: str, words: str, families: str, weight: int = 400, *, serif: bool = False, condensed: bool = False) -> Genre:
    return Genre(name, frozenset(words.split()), tuple(families.split(", ")), weight, serif, condensed)


GENRES = (
    _genre("sans", "sans clean neutral simple modern minimal plain humanist friendly", "Noto Sans"),
    _genre("grotesque", "grotesque grotesk gothic industrial swiss wide extended expanded", "Archivo"),
    _genre("geometric sans", "geometric futuristic bauhaus", "Montserrat, League Spartan, Poppins, Archivo", 500),
    _genre("rounded sans", "rounded round bubbly soft playful", "Nunito, Quicksand, Varela Round, Montserrat, Archivo", 700),
    _genre("condensed sans", "sans condensed narrow compressed tall", "Oswald, Archivo", 500, condensed=True),
    _genre(
        "heavy condensed sans",
        "heavy black impact condensed headline ultra compact poster tabloid",
        "Anton, Oswald",
        400,
        condensed=True,
    ),
    _genre("serif", "serif classic traditional book bookish literary old-style roman editorial", "Noto Serif", serif=True),
    _genre(
        "elegant serif",
        "serif elegant didone luxury luxurious fashion refined transitional graceful vogue wedding contrast",
        "Playfair Display, Noto Serif",
        serif=True,
    ),
    _genre(
        "fat face",
        "serif fat fatface heavy black ultra poster display victorian",
        "Abril Fatface, Playfair Display",
        serif=True,
    ),
    _genre("slab serif", "serif slab egyptian western wanted varsity woodtype chunky", "Alfa Slab One, Noto Serif", serif=True),
    _genre("script", "script cursive retro diner calligraphic calligraphy baseball lettered", "Lobster, Pacifico"),
    _genre("brush", "brush handwritten handwriting hand painted casual marker surf chalk", "Pacifico, Lobster"),
    _genre("all caps", "caps capitals cinematic marquee", "Bebas Neue, Oswald", condensed=True),
    _genre("art deco", "art deco gatsby nouveau twenties", "Limelight, Poiret One, Bebas Neue", condensed=True),
    _genre(
        "typewriter",
        "typewriter mono monospace monospaced terminal code receipt",
        "Special Elite, Courier Prime, Roboto Mono, Noto Sans Mono CJK JP",
    ),
)
DEFAULT = GENRES[0]

WEIGHTS = {
    "hairline": 100, "thin": 100, "extralight": 200, "light": 300, "regular": 400, "book": 400, "medium": 500, "semibold": 600,
    "demibold": 600, "bold": 700, "strong": 700, "extrabold": 800, "heavy": 800, "black": 900, "ultra": 900, "fat": 900,
}  # fmt: skip
WIDTHS = {
    "compressed": 62, "ultracondensed": 62, "condensed": 75, "narrow": 80, "semicondensed": 87, "wide": 115, "extended": 120,
    "expanded": 125,
}  # fmt: skip
ITALIC = frozenset(("italic", "oblique", "slanted", "cursive-italic"))


class Wish(NamedTuple):
    """What the words of `face:` mean."""

    genre: Genre
    weight: int
    """100 … 900, as named, else the genre's own."""
    named_weight: bool
    width: int
    """Percent of the normal width."""
    italic: bool


@lru_cache(1024)
def understand(words: str | None) -> Wish:
    """The genre, weight, width and slant that the words ask for. Unknown words are passed over: they are for the picture."""
    terms = [word.strip("-") for word in re.findall(r"[\w-]+", (words or "").lower())]
    present = set(terms) | {part for word in terms for part in word.split("-")}
    only_serif = "serif" in present and "sans" not in present
    genre, best = DEFAULT, 0.0
    for candidate in GENRES:
        if ("sans" in present and candidate.serif) or (only_serif and not candidate.serif):
            continue
        matched = candidate.words & present
        # "sans" and "serif" say little beside other words, and a weight alone does not make a genre
        score = sum(0.6 if word in WEIGHTS else 0.5 if word in ("sans", "serif") else 1.0 for word in matched)
        if score > best and matched - set(WEIGHTS):
            genre, best = candidate, score
    weights = [WEIGHTS[word] for word in terms if word in WEIGHTS]
    return Wish(
        genre=genre,
        weight=weights[0] if weights else genre.weight,
        named_weight=bool(weights),
        width=next((WIDTHS[word] for word in terms if word in WIDTHS), 75 if genre.condensed else 100),
        italic=bool(present & ITALIC),
    )
