"""The closed table of properties: which kinds take each, its type, its default, and whether it is inherited.

Parsing, validation and `docs/properties.md` are all driven from `PROPERTIES`. A property that is not here does not exist.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from layoutgen.base.picture_formats import NAMES as FORMATS
from layoutgen.base.picture_formats import SHRINKING
from layoutgen.base.suggest import listed
from layoutgen.language.statements import ELEMENT_KINDS

BOXES = ("region", "group", "slogan", "object", "image", "qr")
"""The kinds that have a box on the canvas."""
HOLDERS = ("region", "group")
LETTERED = ("region", "group", "slogan")
PANELLED = ("region", "group", "slogan", "image", "qr")


class PropertyRule(NamedTuple):
    """One property. `type` names a parser of `values.py`, `field` the place in the document it ends up in."""

    name: str
    kinds: tuple[str, ...]
    type: str
    default: str
    meaning: str
    example: str
    section: str
    inherited: bool = False
    words: tuple[str, ...] = ()
    """The words a `choice` takes."""
    low: float = 0
    high: float = 100
    """Smallest and largest number, where the type is a plain number."""


TYPES: dict[str, str] = {
    "box": "four lengths: left, top, width, height",
    "anchor": "a point, `of`, and `canvas`, `page` or a name",
    "relation": "a name, and optionally `gap` and a length",
    "relation-pair": "two names, and optionally `gap` and a length",
    "names": "names, with commas between them",
    "name": "a name",
    "size": "width x height",
    "extent": "a length or a range of lengths",
    "aspect": "width:height",
    "lines": "a whole number or a range of them",
    "angle": "degrees",
    "length": "a number with `%`, `px` or `mm`",
    "margins": "one, two or four lengths",
    "count": "a whole number",
    "choice": "one word of a list",
    "yes-no": "`yes` or `no`",
    "text": "words in quotes",
    "font": "the name of a `font`, or an installed family",
    "weight": "100 to 900, or a word: thin, light, regular, medium, semibold, bold, heavy, black",
    "color": "a palette name, `#RRGGBB`, a param, or `gradient(…)`",
    "paint-or-none": "a colour or gradient, or `none`",
    "factor": "a percentage or a plain number",
    "fraction": "a percentage, or a number from 0 to 1",
    "ems": "a part of the type size: `5%` or `0.05em`",
    "outline": "a colour and optionally a width, or `none`",
    "shadow": "a colour and optionally offsets and blur, or `none`",
    "border": "a colour and a width, or `none`",
    "verify": "how exact the words must be",
    "seconds": "a time in seconds",
    "dpi": "dots per inch",
    "bytes": "a size in `kB` or `MB`",
    "limit": "a number, text or range that fits the type of the param",
}

_P = "Placement"
_E = "Extent"
_I = "Inside a region or group"
_L = "Lettering"
_B = "Box"
_D = "Drawing and checking"
_C = "Canvas"
_S = "Backdrop, look, references and kits"
_V = "verify { … }"
_Q = "Limits of a param"

ALIGN = ("left", "center", "right")
VALIGN = ("top", "middle", "bottom")
EXACTNESS = ("exact", "loose", "digits", "off")


def _relation(name: str, meaning: str) -> PropertyRule:
    return PropertyRule(name, BOXES, "relation", "solved for", meaning, f"{name}: header gap 3%", _P)


def _beside(name: str, meaning: str) -> PropertyRule:
    return PropertyRule(name, BOXES, "names", "solved for", meaning, f"{name}: header", _P)


PROPERTIES: tuple[PropertyRule, ...] = (
    PropertyRule("box", BOXES, "box", "solved for", "The exact place and size.", "box: 8% 5% 84% 18%", _P),
    PropertyRule("at", BOXES, "anchor", "solved for",
        "A corner, edge or centre of the canvas, the page (full bleed) or an element.", "at: top-left of canvas", _P),
    _relation("below", "Under another element."),
    _relation("above", "Over another element."),
    _relation("left-of", "To the left of another element."),
    _relation("right-of", "To the right of another element."),
    PropertyRule("between", BOXES, "relation-pair", "solved for", "Between two elements.", "between: cat, dog", _P),
    _beside("inside", "Within the box of another element."),
    _beside("align-left", "Left edges on one line."),
    _beside("align-right", "Right edges on one line."),
    _beside("align-top", "Top edges on one line."),
    _beside("align-bottom", "Bottom edges on one line."),
    _beside("center-with", "Centred on another element."),
    PropertyRule("overlap", BOXES, "choice", "forbid", "Whether other texts, images and QR codes may cover it.",
        "overlap: allow", _P, words=("allow", "forbid")),
    PropertyRule("avoid", BOXES, "names", "none", "Objects that it may not lie on.", "avoid: cat, dog", _P),
    PropertyRule("rotate", BOXES, "angle", "0deg", "Turns what is inside the box, clockwise.", "rotate: -8deg", _P),
    PropertyRule("size", BOXES, "size", "solved for", "Width and height.", "size: 70% x 12%", _E),
    PropertyRule("width", BOXES, "extent", "solved for", "The width, or a range for it.", "width: 20%..40%", _E),
    PropertyRule("height", BOXES, "extent", "solved for", "The height, or a range for it.", "height: 12%", _E),
    PropertyRule("aspect", BOXES, "aspect", "solved for", "Width to height.", "aspect: 4:5", _E),
    PropertyRule("lines", ("slogan",), "lines", "any", "Fewest and most lines that the text may take.", "lines: 1..2", _E),
    PropertyRule("flow", HOLDERS, "choice", "column",
        "The direction in which the contents follow one another. A group without `flow`, `columns`, `gap`, `valign` and a size "
        "is the box around its contents, and percentages in it are of what holds it.",
        "flow: row", _I, words=("column", "row")),
    PropertyRule("columns", HOLDERS, "count", "1", "Columns that the contents are dealt into.", "columns: 2", _I, low=1,
        high=12),
    PropertyRule("gap", HOLDERS, "length", "2%", "The space between the contents, along the flow.", "gap: 3%", _I),
    PropertyRule("align", LETTERED, "choice", "center", "Where text and contents stand from left to right.", "align: left", _I,
        inherited=True, words=ALIGN),
    PropertyRule("valign", HOLDERS, "choice", "middle", "Where the contents stand from top to bottom.", "valign: top", _I,
        words=VALIGN),
    PropertyRule("font", LETTERED, "font", "chosen by `face`", "The font.", "font: acme", _L, inherited=True),
    PropertyRule("face", LETTERED, "text", "none", "The lettering in words, for generated letters and for choosing a font.",
        'face: "heavy condensed sans"', _L, inherited=True),
    PropertyRule("weight", LETTERED, "weight", "as `face` says, else 400", "How heavy the letters are.", "weight: bold", _L,
        inherited=True),
    PropertyRule("italic", LETTERED, "yes-no", "no", "Slanted letters.", "italic: yes", _L, inherited=True),
    PropertyRule("case", LETTERED, "choice", "none", "Changes the letters before anything else sees the text.", "case: upper",
        _L, inherited=True, words=("upper", "lower", "title", "none")),
    PropertyRule("color", LETTERED, "color", "black or white, whichever reads better", "The colour of the letters.",
        "color: cream", _L, inherited=True),
    PropertyRule("scale", LETTERED, "factor", "100%", "Type size, as a multiple of the region's common base size.",
        "scale: 60%", _L, inherited=True, low=0.05, high=20),
    PropertyRule("min-size", LETTERED, "length", "1.5%", "Smallest type size; percent of the canvas height.", "min-size: 2%",
        _L, inherited=True),
    PropertyRule("letter-spacing", LETTERED, "ems", "0%", "Extra space between letters, as a part of the type size.",
        "letter-spacing: 5%", _L, inherited=True),
    PropertyRule("line-height", LETTERED, "factor", "115%", "Distance of lines, as a multiple of the type size.",
        "line-height: 120%", _L, inherited=True, low=0.5, high=5),
    PropertyRule("strike", LETTERED, "yes-no", "no", "A line through the letters.", "strike: yes", _L, inherited=True),
    PropertyRule("underline", LETTERED, "yes-no", "no", "A line under the letters.", "underline: yes", _L, inherited=True),
    PropertyRule("outline", LETTERED, "outline", "none", "A contour around the letters: colour, width.", "outline: sea 6%", _L,
        inherited=True),
    PropertyRule("shadow", LETTERED, "shadow", "none", "A shadow under the letters: colour, right, down, blur.",
        "shadow: #00000080 4% 5% 5%", _L, inherited=True),
    PropertyRule("effect", LETTERED, "text", "none", "The effect in words, for generated letters.", 'effect: "neon tubes"', _L,
        inherited=True),
    PropertyRule("direction", LETTERED, "choice", "auto", "The direction of writing.", "direction: rtl", _L, inherited=True,
        words=("auto", "ltr", "rtl", "vertical")),
    PropertyRule("bullet", LETTERED, "text", "none", "A mark before the text.", 'bullet: "•"', _L, inherited=True),
    PropertyRule("hyphenate", LETTERED, "yes-no", "no", "Divides words that would not fit even at the smallest size, by the "
        "rules of the poster's language. `\\u{ad}` in a string divides a word where it stands.", "hyphenate: yes", _L,
        inherited=True),
    PropertyRule("panel", PANELLED, "paint-or-none", "none", "The colour or gradient behind the content.", "panel: sea", _B),
    PropertyRule("radius", PANELLED, "length", "0px", "Rounded corners. Percent of the canvas's shorter side.",
        "radius: 12px", _B),
    PropertyRule("padding", PANELLED, "length", "0px",
        "Space between the edge of the box and what is in it, on all sides. Percent of the canvas's shorter side.",
        "padding: 2%", _B),
    PropertyRule("opacity", PANELLED, "fraction", "100%", "How solid the panel and border are; of an image, the picture.",
        "opacity: 80%", _B, low=0, high=1),
    PropertyRule("border", PANELLED, "border", "none",
        "A line around the box: colour, width. Percent of the canvas's shorter side.", "border: cream 4px", _B),
    PropertyRule("fit", ("image",), "choice", "contain", "Whether the whole picture shows, or it fills the box and is cropped.",
        "fit: cover", _B, words=("contain", "cover")),
    PropertyRule("draw", LETTERED, "choice", "generate", "Who writes the letters: the image model, or typesetting (certain).",
        "draw: typeset", _D, inherited=True, words=("generate", "typeset")),
    PropertyRule("verify", LETTERED, "choice", "as `verify { … }` of the poster", "How exact the words must be.",
        "verify: digits", _D, inherited=True, words=EXACTNESS),
    PropertyRule("margin", ("canvas",), "margins", "0px",
        "Space kept free at the edges: all; top and bottom, sides; or top, right, bottom, left. Percent of the shorter side.",
        "margin: 5%", _C),
    PropertyRule("dpi", ("canvas",), "dpi", "none", "Dots per inch in print, so that `mm` can be used.", "dpi: 300", _C, low=10,
        high=2400),
    PropertyRule("bleed", ("canvas",), "length", "none", "What is cut off around the edges after printing.", "bleed: 3mm", _C),
    PropertyRule("format", ("canvas",), "choice", "as the file's name ends", "What kind of file a campaign makes of it.",
        "format: jpg", _C, words=FORMATS),
    PropertyRule("max", ("canvas",), "bytes", "none", f"The largest file, of {listed(SHRINKING)}: quality gives way.",
        "format: jpg; max: 150kB", _C, low=1000, high=1_000_000_000),
    PropertyRule("from", ("canvas",), "name", "none",
        "Another canvas, whose passed picture a campaign gives to the generator as a reference.", "from: feed", _C),
    PropertyRule("fill", ("backdrop",), "color", "none", "A plain colour or gradient.", "fill: gradient(sun, sea, 45deg)", _S),
    PropertyRule("never", ("look",), "text", "none", "What must not appear.", 'never: "people, watermarks"', _S),
    PropertyRule("role", ("reference",), "choice", "subject", "What the picture is for.", "role: style", _S,
        words=("edit", "subject", "style", "identity")),
    PropertyRule("locked", ("kit",), "names", "none", "What posters may not add to: `palette`, `fonts`.",
        "locked: palette, fonts", _S),
    PropertyRule("text", ("verify",), "choice", "exact", "How exact the words must be.", "text: exact", _V, words=EXACTNESS),
    PropertyRule("extra", ("verify",), "choice", "fail", "What words that nobody asked for mean (poster only).", "extra: warn",
        _V, words=("fail", "warn", "allow")),
    PropertyRule("unchecked", ("verify",), "choice", "fail", "What words that the reader cannot read mean.", "unchecked: allow",
        _V, words=("fail", "allow")),
    PropertyRule("attempts", ("verify",), "count", "6", "How often to try (poster only).", "attempts: 6", _V, low=1, high=100),
    PropertyRule("seconds", ("verify",), "seconds", "no limit", "How long to try (poster only).", "seconds: 120", _V, low=1,
        high=86400),
    PropertyRule("candidates", ("verify",), "count", "1", "Pictures made at once in each attempt (poster only).",
        "candidates: 2", _V, low=1, high=16),
    PropertyRule("then", ("verify",), "choice", "fail", "What to do when every attempt failed.", "then: typeset", _V,
        words=("fail", "typeset")),
    PropertyRule("min", ("param",), "limit", "none", "The smallest value.", "min: 0.01", _Q),
    PropertyRule("max", ("param",), "limit", "none", "The largest value.", "max: 9999", _Q),
    PropertyRule("length", ("param",), "limit", "none", "How many characters or entries.", "length: 1..40", _Q),
    PropertyRule("pattern", ("param",), "limit", "none", "A regular expression for the whole text.", 'pattern: "[A-Z]{3}"', _Q),
)  # fmt: skip

PLACEMENT = frozenset(
    rule.name for rule in PROPERTIES if rule.section == _P and rule.name not in ("overlap", "avoid", "rotate")
)
"""What `on` replaces as a whole when it says any of it."""

RELATIONS = frozenset(rule.name for rule in PROPERTIES if rule.name in PLACEMENT and rule.name not in ("box", "at"))

SLOGAN_VERIFY = ("text", "unchecked", "then")
"""What a `verify { … }` of a slogan, style or region may say."""


@cache
def rules_for(kind: str) -> dict[str, PropertyRule]:
    """The properties a kind takes, by name. A `style` takes those of every element, `defaults` the inherited ones."""
    if kind == "style":
        return {rule.name: rule for rule in PROPERTIES if set(rule.kinds) & set(ELEMENT_KINDS)}
    if kind == "defaults":
        return {rule.name: rule for rule in PROPERTIES if rule.inherited}
    return {rule.name: rule for rule in PROPERTIES if kind in rule.kinds}


@cache
def rules_named(name: str) -> tuple[PropertyRule, ...]:
    return tuple(rule for rule in PROPERTIES if rule.name == name)


def page() -> str:
    """`docs/properties.md`, generated."""
    return "\n".join(_page_lines()) + "\n"


def _page_lines() -> Iterator[str]:
    yield "# Properties"
    yield ""
    yield "Generated from `layoutgen/language/properties.py`; a test compares the two."
    yield ""
    yield (
        "A `style` takes every property that an element takes. Inherited properties pass from a region or group to what is "
        "inside it, and may be written at the top of a poster or kit as a default for all. What an element says itself wins, "
        "then its style, then the region or group around it, then the poster, then the kit."
    )
    for section in dict.fromkeys(rule.section for rule in PROPERTIES):
        yield ""
        yield f"## {section}"
        yield ""
        yield "| property | on | value | default | inherited | meaning | example |"
        yield "| --- | --- | --- | --- | --- | --- | --- |"
        for rule in (rule for rule in PROPERTIES if rule.section == section):
            value = " \\| ".join(f"`{word}`" for word in rule.words) or TYPES[rule.type]
            kinds = "everything with a box" if rule.kinds == BOXES else ", ".join(rule.kinds)
            inherited = "yes" if rule.inherited else ""
            cells = (f"`{rule.name}`", kinds, value, rule.default, inherited, rule.meaning, f"`{rule.example}`")
            yield f"| {' | '.join(cells)} |"
