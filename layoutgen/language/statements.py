"""The closed table of statements: where each may stand, what its head holds, what it means, and how an editor begins one.

The checker, the language server, the editors' grammars and a test of `docs/language.md` all read `STATEMENTS`. A statement that
is not here does not exist; what one does is written in the stage that does it.
"""

from __future__ import annotations

from typing import NamedTuple


class StatementRule(NamedTuple):
    """One statement. `content` is what its head must hold, as a message says it where that is missing."""

    name: str
    places: tuple[str, ...]
    """The kinds of files and blocks that it may stand in."""
    head: str
    """Its form, as the page of the language shows it."""
    meaning: str
    example: str
    snippet: str
    """As an editor puts it in, with `${1:places}` to fill."""
    content: str = ""
    element: bool = False
    """Whether it is part of the picture, with a name that others may use."""
    once: bool = False
    """Whether a file has at most one."""
    block: bool = True
    """Whether `{ … }` may follow."""
    misplaced: str = ""
    """What to do about one in a wrong place, where its places alone do not tell."""


_FILES = ("poster", "kit")
_HOLDERS = ("poster", "region", "group")

STATEMENTS: dict[str, StatementRule] = {rule.name: rule for rule in (
    StatementRule("poster", ("poster",), '`poster 1 "Title"`',
        "The first line of a poster: the version of the language, and a title.",
        'poster 1 "Summer sale"', 'poster 1 "${1:Title}"', misplaced="`poster` is the first line of a poster"),
    StatementRule("kit", ("kit",), '`kit 1 "Name"`',
        "The first line of a brand kit: the version of the language, and a name.",
        'kit 1 "Acme"', 'kit 1 "${1:Name}"', misplaced="`kit` is the first line of a brand kit"),
    StatementRule("use", _FILES, '`use "brand/acme.kit"`',
        "Takes in the names of a kit: fonts, palette, styles, params, images.",
        'use "brand/acme.kit"', 'use "${1:brand/acme.kit}"', 'use "brand/acme.kit"', block=False),
    StatementRule("param", _FILES, "`param NAME: TYPE = default`",
        "A typed input. The params of a file are what a row of data fills in.",
        "param price: money(EUR)? = 9.90", "param ${1:name}: ${2:text}"),
    StatementRule("canvas", ("poster",), "`canvas NAME WxH, …`",
        "One or more sizes that the poster is made in; the first is the default. A preset needs no size.",
        "canvas feed 1080x1350, story { margin: 5% }", "canvas ${1:feed} ${2:1080x1350} { margin: ${3:5%} }",
        "canvas feed 1080x1350, story"),
    StatementRule("language", ("poster",), "`language en, de`",
        "The languages of the copy: that of the file, and those of the translations beside it.",
        "language en, de", "language ${1:en}", "language en, de", block=False),
    StatementRule("backdrop", ("poster",), '`backdrop "…"` or `backdrop { fill: … }`',
        "What the background shows, in words, or a plain colour or gradient.",
        'backdrop "sunlit beach"', 'backdrop "${1:what it shows}"',
        'backdrop "what it looks like"', once=True),
    StatementRule("look", _FILES, '`look "…" { never: "…" }`',
        "The overall style in words, and what must not appear.",
        'look "screen print" { never: "people" }', 'look "${1:style}" { never: "${2:watermarks}" }',
        'look "what it looks like"', once=True),
    StatementRule("palette", _FILES, "`palette NAME #RRGGBB, …`", "Named colours.",
        "palette sun #F2A541, sea #0B3C5D", "palette ${1:name} #${2:F2A541}", "palette sun #F2A541, sea #0B3C5D",
        block=False),
    StatementRule("font", _FILES, '`font NAME "file or family"`',
        "A font file of the project or kit, or an installed family, by a name.",
        'font acme "fonts/Acme-Bold.otf"', 'font ${1:name} "${2:Noto Sans}"', 'font acme "fonts/Acme-Bold.otf"',
        block=False),
    StatementRule("style", _FILES, "`style NAME extends OTHER { … }`", "Properties to use again, with `as`.",
        "style small extends shout { scale: 60% }", "style ${1:name} {\n\t$0\n}"),
    StatementRule("slogan", ("region",), '`slogan NAME "…"`',
        "Words that must appear, exactly, inside a region. A name gives it a stable id.",
        'slogan price "now {{ price | money }}" as small', 'slogan "${1:words}"',
        'the words in quotes: slogan "Open today"', element=True,
        misplaced="a slogan stands inside a region: region header { slogan … }"),
    StatementRule("region", _HOLDERS, "`region NAME { … }`",
        "A box that holds slogans and other elements, in a column unless it says otherwise.",
        'region header { at: top of canvas; slogan "Hello" }', "region ${1:name} {\n\tat: ${2:top} of canvas\n\t$0\n}",
        element=True),
    StatementRule("group", _HOLDERS, "`group NAME { … }`", "Places several elements as one.",
        'group pair { at: right of canvas; object cat "a ginger cat"; object dog "a small dog" }',
        "group ${1:name} {\n\t$0\n}", element=True),
    StatementRule("object", _HOLDERS, '`object NAME "description"`',
        "A thing that the picture must show, described in words.",
        'object cat "a ginger tabby cat" { at: left of canvas; size: 30% x 35% }',
        'object ${1:name} "${2:description}" { at: ${3:center} of canvas; size: ${4:30% x 30%} }',
        'a description in quotes: object cat "a ginger tabby cat"', element=True),
    StatementRule("image", (*_HOLDERS, "kit"), '`image NAME "file"`',
        "An exact picture, such as a logo, put on top pixel for pixel.",
        'image logo "assets/logo.png" { at: bottom-right of canvas; width: 14% }',
        'image ${1:logo} "${2:assets/logo.png}" { at: ${3:bottom-right} of canvas; width: ${4:14%} }',
        'a file in quotes: image logo "assets/logo.png"', element=True),
    StatementRule("qr", _HOLDERS, '`qr NAME "content"`', "A QR code, drawn exactly and read again by the check.",
        'qr link "https://example.com" { at: bottom-left of canvas; width: 12% }',
        'qr ${1:link} "${2:https://example.com}" { at: ${3:bottom-left} of canvas; width: ${4:12%} }',
        'its content in quotes: qr link "https://example.com"', element=True),
    StatementRule("reference", ("poster",), '`reference NAME "photo.png" { role: style }`',
        "A picture that the image model is given to go by.",
        'reference mood "photos/mood.jpg" { role: style }', 'reference ${1:mood} "${2:photos/mood.jpg}" { role: ${3:style} }',
        'a file in quotes: reference mood "photos/mood.jpg"', element=True),
    StatementRule("for", _HOLDERS, "`for ITEM in LIST { … }`",
        "Repeats elements for every entry of a list; its fields are seen in `{{ }}`.",
        'for dish in menu { slogan "{{ dish.name }}" }',
        'for ${1:item} in ${2:list} {\n\tslogan "{{ ${1:item}.${3:name} }}"\n}'),
    StatementRule("on", ("poster",), "`on CANVAS, … { NAME { … } }`",
        "What is different on some canvases. Placement written there replaces all that the element had.",
        "on banner { header { at: top-left of canvas } }", "on ${1:canvas} {\n\t${2:name} { $0 }\n}"),
    StatementRule("require", _FILES, "`require …`", "A condition on the design, the data, or the colours of the picture.",
        "require header.contrast >= 4.5", "require ${1:name}.contrast >= ${2:4.5}", block=False),
    StatementRule("verify", (*_HOLDERS, "slogan", "style"), "`verify { … }`",
        "How exact the words must be, and how hard to try.", "verify { text: exact; attempts: 6 }",
        "verify { text: ${1:exact}; attempts: ${2:6} }", once=True),
)}  # fmt: skip

ELEMENT_KINDS = tuple(rule.name for rule in STATEMENTS.values() if rule.element)


def allowed_in(within: str) -> tuple[str, ...]:
    """The statements that may stand in a file of a kind, or in the block of a statement."""
    return _ALLOWED.get(within, ())


_ALLOWED = {
    within: tuple(rule.name for rule in STATEMENTS.values() if within in rule.places)
    for within in {place for rule in STATEMENTS.values() for place in rule.places}
}
