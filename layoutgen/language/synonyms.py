"""Words of other tools: what someone who writes `background` or `font-size` is after, and how it is said here."""

from __future__ import annotations

from collections.abc import Collection

_FITTED = "text is fitted to its region: make the region larger; `scale: 150%` makes it larger than its neighbours"
_PLACE = "say where it is: `at: top-left of canvas`, `below: header gap 3%`, or all four: `box: 8% 5% 84% 18%`"
_WORDS = 'words are a slogan, inside a region: region header { slogan "Open today" }'
_SWITCH = "switch an element with `when`: region offer when price { … }"
_LAYERS = "what is written later lies on top; `overlap: allow` lets texts and images cover one another"

PROPERTIES: dict[str, str] = {
    **dict.fromkeys(("font-size", "fontsize", "text-size", "type-size", "size-text"), _FITTED),
    **dict.fromkeys(("font-family", "typeface"), "write `font: Anton` (see `layoutgen list faces`), or `face:` in words"),
    **dict.fromkeys(("font-weight", "bold", "boldness"), "write `weight: bold`"),
    **dict.fromkeys(("font-style", "slant", "oblique"), "write `italic: yes`"),
    **dict.fromkeys(("text-transform", "uppercase", "caps", "capitals"), "write `case: upper`"),
    **dict.fromkeys(("text-align", "text-alignment", "justify", "alignment", "halign"), "write `align: left`"),
    **dict.fromkeys(("vertical-align", "align-items"), "write `valign: middle`"),
    **dict.fromkeys(("text-color", "font-color", "foreground", "ink"), "write `color: NAME`, or `color: #F2A541`"),
    **dict.fromkeys(("tracking", "kerning", "spacing"), "write `letter-spacing: 5%`"),
    **dict.fromkeys(("leading", "line-spacing"), "write `line-height: 110%`"),
    **dict.fromkeys(("text-decoration", "strikethrough", "line-through"), "write `strike: yes` or `underline: yes`"),
    **dict.fromkeys(("text-shadow", "drop-shadow", "box-shadow"), "letters have `shadow: #000000 0.04em 0.04em`"),
    **dict.fromkeys(("stroke", "text-stroke"), "write `outline: white 0.05em` for letters, `border: white 4px` for a box"),
    **dict.fromkeys(("border-radius", "corner-radius", "corners", "rounded"), "write `radius: 12px`"),
    **dict.fromkeys(("top", "left", "right", "bottom", "x", "y", "position", "pos", "location", "place", "anchor"), _PLACE),
    **dict.fromkeys(("angle", "rotation", "transform", "tilt"), "write `rotate: -8deg`"),
    **dict.fromkeys(("z-index", "layer", "order"), _LAYERS),
    **dict.fromkeys(("alpha", "transparency"), "write `opacity: 80%`"),
    **dict.fromkeys(("display", "visible", "visibility", "hidden", "if"), _SWITCH),
    **dict.fromkeys(("text", "title", "headline", "heading", "content", "caption", "label", "copy"), _WORDS),
    **dict.fromkeys(("src", "source", "url", "file", "href"), 'a file is an element: image logo "assets/logo.png"'),
    **dict.fromkeys(("direction-of-flow", "flex-direction"), "write `flow: row`"),
}  # fmt: skip
"""A property that does not exist → what to write in its place."""

BACKGROUND = ("background", "background-color", "background-colour", "bg", "bgcolor", "backdrop", "back")

_REGION = 'a box that holds words is a region: region header { slogan "Open today" }'
_PICTURE = 'image NAME "photo.jpg" places a file; object NAME "what it shows" lets the model draw it'

STATEMENTS: dict[str, str] = {
    **dict.fromkeys(
        ("text", "title", "heading", "headline", "subtitle", "subheading", "caption", "label", "copy", "paragraph", "words",
         "line", "tagline", "claim", "quote", "message", "span", "h1", "h2", "p"), _WORDS),
    **dict.fromkeys(("picture", "photo", "img", "icon", "graphic", "figure", "logo", "asset"), _PICTURE),
    **dict.fromkeys(("illustration", "thing", "item", "character", "person", "drawing"), 'write object NAME "what it shows"'),
    **dict.fromkeys(("box", "section", "div", "container", "panel", "frame", "card", "area", "button", "badge", "column", "row",
                     "header", "footer", "block"), _REGION),
    **dict.fromkeys(("background", "bg", "scene"), 'write backdrop "what it shows", or backdrop { fill: #FFEECC }'),
    **dict.fromkeys(("colors", "colours", "color", "colour", "swatch", "swatches"), "write palette sun #F2A541, sea #0B3C5D"),
    **dict.fromkeys(("size", "format", "page", "artboard", "sizes"), "write canvas feed 1080x1350, story 1080x1920"),
    **dict.fromkeys(("qrcode", "qr-code", "barcode"), 'write qr link "https://example.com"'),
    **dict.fromkeys(("import", "include", "require-kit", "brand"), 'write use "brand/acme.kit"'),
    **dict.fromkeys(("var", "let", "set", "const", "variable", "input", "parameter"), 'write param headline: text = "SALE"'),
    **dict.fromkeys(("loop", "each", "foreach", "repeat", "list"), "write for dish in dishes { … }; `dishes` is a list param"),
    **dict.fromkeys(("if", "unless", "show"), _SWITCH),
    **dict.fromkeys(("lang", "languages", "locale", "locales"), "write language en, de"),
    **dict.fromkeys(("mood", "atmosphere", "prompt"), 'write look "mid-century travel poster"'),
    **dict.fromkeys(("class", "theme", "preset"), "write style shout { … }, and use it: slogan … as shout"),
    **dict.fromkeys(("check", "checks", "ocr"), "write verify { text: exact; attempts: 6 }"),
}  # fmt: skip
"""A statement that does not exist → what to write in its place."""


def property_hint(name: str, kind: str, value: str) -> str:
    """What to write instead of a property, or an empty text. `value` is what was written after it."""
    word = name.casefold().replace("_", "-")
    if word in BACKGROUND:
        if kind in ("defaults", "canvas"):
            return f"write backdrop {{ fill: {value} }}" if not value.startswith('"') else f"write backdrop {value}"
        return f"write `panel: {value}`; behind everything lies the backdrop: backdrop {{ fill: … }}"
    if word == "fill" and kind != "defaults":
        return f"write `panel: {value}`"
    if word == "margin" and kind != "defaults":
        return "the space inside a box is its `padding`; space between elements is a `gap`"
    return PROPERTIES.get(word, "")


def statement_hint(kind: str, allowed: Collection[str]) -> str:
    """What to write instead of a statement where those of `allowed` may stand, or an empty text."""
    hint = STATEMENTS.get(kind.casefold().replace("_", "-"), "")
    return 'words are a slogan: slogan "Open today"' if hint == _WORDS and "slogan" in allowed else hint
