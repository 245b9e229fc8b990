"""The statements that declare names: param, palette, font, canvas, language, style, and images of a kit."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial

from layoutgen.base.picture_formats import SHRINKING
from layoutgen.base.suggest import did_you_mean
from layoutgen.diagnostics import PosterError, Source
from layoutgen.document.load.blocks import no_statements, read_block, read_properties
from layoutgen.document.load.colors import read_hex
from layoutgen.document.load.elements import KitImage
from layoutgen.document.load.symbols import SourceFile, SymbolTable
from layoutgen.document.model import Canvas, Export
from layoutgen.document.settings import Setting
from layoutgen.document.styles import read_style_head, resolve_styles
from layoutgen.language.heads import read_head, usable_name
from layoutgen.language.params.declare import declare_param
from layoutgen.language.presets import PRESETS
from layoutgen.language.statements import STATEMENTS
from layoutgen.language.strings.locales import canonical_locale
from layoutgen.language.values import BadValue
from layoutgen.syntax import read_source
from layoutgen.syntax.nodes import Atom, Dimensions, Hex, Items, Statement, Text, Word

SMALLEST_SIDE, LARGEST_SIDE = 16, 16_384
LENGTHS = ("margin", "bleed")
"""What of a canvas is in `%`, `px` or `mm`."""
FONT_SUFFIXES = (".otf", ".ttf", ".ttc", ".otc", ".woff", ".woff2")
_FONT_STARTS = (b"\x00\x01\x00\x00", b"OTTO", b"true", b"ttcf", b"wOFF", b"wOF2")


def read_params(part: SourceFile, symbols: SymbolTable) -> None:
    for statement in part.of_kind("param"):
        param = declare_param(statement, symbols.collector, partial(_open_data, part, symbols))
        word = statement.head[0][0] if statement.head else None
        if not isinstance(word, Word):
            continue
        if param is None:
            symbols.faulty.add(word.text)
        elif symbols.declare("a param called", word):
            symbols.params[param.name] = param


def _open_data(part: SourceFile, symbols: SymbolTable, text: Text) -> Source | None:
    """A JSON file beside the poster or kit, as every file inside the project folder."""
    path = symbols.project.find(text.value, part.folder, text.span, symbols.collector, "data file")
    if path is None:
        return None
    name = os.path.normpath(os.path.join(os.path.dirname(part.file.source.name), text.value))
    try:
        source = read_source(path, name)
    except PosterError as error:
        symbols.collector.extend(error.diagnostics)
        return None
    symbols.files[name] = path
    return source


def read_palette(part: SourceFile, symbols: SymbolTable) -> None:
    """`palette sun #F2A541, sea #0B3C5D`"""
    for statement in part.of_kind("palette"):
        if part.kind == "poster" and "palette" in symbols.locks:
            symbols.collector.error(
                "LG225",
                statement.kind.span,
                "the kit locks the palette",
                hint="use its colours, or ask for its lock to be lifted",
            )
            continue
        for row in _pairs(statement, Hex, symbols):
            match row:
                case (Word() as word, Hex() as color) if usable_name(word, symbols.collector):
                    value = read_hex(color, symbols.names(part, {}))
                    # A colour that cannot be read is known by its name, so that nothing else is reported for want of it.
                    if symbols.declare("a colour called", word):
                        symbols.palette[word.text] = value or "#000000"
                case (Word(), Hex()):
                    pass
                case (Word() as word, *_) if len(row) > 1 and word.text not in symbols.palette:
                    _incomplete(statement, row, symbols)
                    symbols.palette[word.text] = "#000000"
                case _:
                    _incomplete(statement, row, symbols)
        _needs_head(statement, symbols)


def read_fonts(part: SourceFile, symbols: SymbolTable) -> None:
    """`font NAME "file or family"`"""
    for statement in part.of_kind("font"):
        if part.kind == "poster" and "fonts" in symbols.locks:
            symbols.collector.error(
                "LG225", statement.kind.span, "the kit locks the fonts", hint="use its fonts, or ask for its lock to be lifted"
            )
            continue
        for row in _pairs(statement, Text, symbols):
            match row:
                case (Word() as word, Text() as text) if usable_name(word, symbols.collector):
                    font = _font(text, part, symbols)
                    if font and symbols.declare("a font called", word):
                        symbols.fonts[word.text] = font
                case (Word(), Text()):
                    pass
                case _:
                    _incomplete(statement, row, symbols)
        _needs_head(statement, symbols)


def _font(text: Text, part: SourceFile, symbols: SymbolTable) -> str | None:
    """A family as it is, a file as its absolute path."""
    if "/" not in text.value and not text.value.lower().endswith(FONT_SUFFIXES):
        if text.value.strip():
            return text.value.strip()
        symbols.collector.error(
            "LG228", text.span, "the font has no name", hint='write a file or a family: font acme "Noto Sans"'
        )
        return None
    path = symbols.project.find(text.value, part.folder, text.span, symbols.collector, "font", missing="LG228")
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        symbols.collector.error("LG228", text.span, f"the font `{text.value}` cannot be read: {error.strerror}")
        return None
    if start not in _FONT_STARTS:
        hint = "OpenType and TrueType fonts can be used: .otf, .ttf, .ttc, .woff, .woff2"
        symbols.collector.error("LG233", text.span, f"`{text.value}` is not a font file", hint=hint)
        return None
    symbols.files[text.value] = path
    return str(path)


def read_languages(part: SourceFile, symbols: SymbolTable) -> None:
    """`language en, de`"""
    for statement in part.of_kind("language"):
        for row in statement.head:
            word = row[0]
            if len(row) != 1 or not isinstance(word, Word):
                _incomplete(statement, row, symbols)
            else:
                try:
                    tag = canonical_locale(word.text)
                except BadValue as bad:
                    symbols.collector.error(bad.code, word.span, bad.message, hint=bad.hint)
                    continue
                if symbols.declare("the language", Word(word.span, tag)):
                    symbols.languages[tag] = word.span
        _needs_head(statement, symbols)


def read_canvases(part: SourceFile, symbols: SymbolTable) -> None:
    """`canvas feed 1080x1350, story { margin: 5% }`; the block counts for all of them."""
    for statement in part.of_kind("canvas"):
        no_statements(statement.body, "canvas", symbols.names(part, {}))
        settings = read_block(statement.body, "canvas", symbols.names(part, {}))
        for row in _pairs(statement, Dimensions, symbols):
            canvas = _canvas(row, statement, settings, symbols)
            if canvas is not None and isinstance(row[0], Word) and symbols.declare("a canvas called", row[0]):
                symbols.canvases[canvas.name] = canvas
                _export(canvas.name, settings, symbols)
        _needs_head(statement, symbols)


def _canvas(row: Items, statement: Statement, settings: dict[str, Setting], symbols: SymbolTable) -> Canvas | None:
    where = row[0].span.to(row[-1].span)
    dpi = settings["dpi"].value if "dpi" in settings else None
    match row:
        case (Word() as word, Dimensions() as size):
            width, height = size.width, size.height
        case (Word() as word, Word() as preset) if preset.text in PRESETS:
            width, height, dpi = PRESETS[preset.text].width, PRESETS[preset.text].height, dpi or PRESETS[preset.text].dpi
        case (Word() as word,) if word.text in PRESETS:
            width, height, dpi = PRESETS[word.text].width, PRESETS[word.text].height, dpi or PRESETS[word.text].dpi
        case (Word() as word,):
            label = did_you_mean(word.text, PRESETS)
            hint = f"give its size: canvas {word.text} 1080x1350, or use a preset (layoutgen list presets)"
            symbols.collector.error("LG217", word.span, f"no preset is called `{word.text}`", label=label, hint=hint)
            return None
        case _:
            _incomplete(statement, row, symbols)
            return None
    if not usable_name(word, symbols.collector):
        return None
    preset_dpi = PRESETS[row[-1].text].dpi if isinstance(row[-1], Word) and row[-1].text in PRESETS else None
    if preset_dpi and dpi and dpi != preset_dpi:
        # A preset on paper has a size in millimetres: another resolution gives other pixels.
        width, height = (round(side * dpi / preset_dpi) for side in (width, height))
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (width, height)):
        message = f"a canvas of {width}x{height} pixels cannot be made"
        symbols.collector.error("LG217", where, message, hint=f"each side has {SMALLEST_SIDE} to {LARGEST_SIDE} pixels")
        return None
    fields = {name: settings[name].value for name in ("margin", "bleed") if name in settings}
    if dpi is None:
        for name, setting in settings.items():
            if "mm" in [length.unit for length in (setting.value if name == "margin" else (setting.value,)) if name in LENGTHS]:
                symbols.collector.error(
                    "LG232", setting.span, f"`mm` needs the dots per inch of the canvas `{word.text}`", hint="add dpi: 300"
                )
                return None
    canvas = Canvas(name=word.text, width=width, height=height, dpi=dpi, where=where, **fields)
    if min(canvas.inner[2:]) < SMALLEST_SIDE:
        symbols.collector.error(
            "LG217", settings["margin"].span, f"the margin leaves nothing of the canvas `{word.text}`", hint="make it smaller"
        )
        return None
    return canvas


def _export(canvas: str, settings: dict[str, Setting], symbols: SymbolTable) -> None:
    """`{ format: jpg; from: feed }`; of a block for several canvases, `from` does not count for the one that it names."""
    form, largest, source = (settings[name].value if name in settings else None for name in ("format", "max", "from"))
    if largest is not None and form not in SHRINKING:
        hint = f"add format: {', or '.join(SHRINKING)}; the quality of other formats cannot give way"
        symbols.collector.error("LG238", settings["max"].span, "`max` needs a format whose quality can give way", hint=hint)
        largest = None
    name = source.text if isinstance(source, Word) and source.text != canvas else None
    if name is not None and isinstance(source, Word):
        symbols.export_sources[canvas] = source
    if form or largest or name:
        symbols.exports[canvas] = Export(format=form, largest=largest, source=name)


def judge_export_sources(symbols: SymbolTable) -> None:
    """`from` names another canvas that comes from none itself, so that no picture waits for itself."""
    for canvas, word in symbols.export_sources.items():
        if word.text not in symbols.canvases:
            message, label = f"no canvas is called `{word.text}`", did_you_mean(word.text, symbols.canvases)
            symbols.collector.error("LG239", word.span, message, label=label, hint=f"there are {', '.join(symbols.canvases)}")
        elif word.text in symbols.export_sources:
            first = symbols.export_sources[word.text].text
            message = f"`{canvas}` comes from `{word.text}`, which comes from `{first}`"
            hint = f"write from: {first}" if first != canvas else "one of the two stands for itself: delete its `from`"
            symbols.collector.error("LG239", word.span, message, hint=hint)


def read_defaults(part: SourceFile, symbols: SymbolTable) -> None:
    """Inherited properties at the top of a file, for everything below."""
    properties = [item for item in part.file.items if not isinstance(item, Statement) and item.name.text != "locked"]
    settings = read_properties(properties, "defaults", symbols.names(part, {}))
    symbols.defaults = {**symbols.defaults, part.kind: {**symbols.defaults.get(part.kind, {}), **settings}}


def read_styles(part: SourceFile, symbols: SymbolTable) -> None:
    for statement in part.of_kind("style"):
        no_statements(statement.body, "style", symbols.names(part, {}))
        own = read_block(statement.body, "style", symbols.names(part, {}))
        head = read_style_head(statement, symbols.collector)
        if head and symbols.declare("a style called", head.name):
            symbols.style_heads[head.name.text] = head
            symbols.own_styles[head.name.text] = own


def read_kit_images(part: SourceFile, symbols: SymbolTable) -> None:
    """The images of a kit are not placed; posters take them by name."""
    for statement in part.of_kind("image") if part.kind == "kit" else ():
        names = symbols.names(part, {})
        no_statements(statement.body, "image", names)
        own = read_block(statement.body, "image", names)
        head = read_head(statement, symbols.collector)
        if head is None or head.name is None:
            continue
        if head.content is None:
            symbols.collector.error(
                "LG215", statement.span, "this `image` has no content", hint=f"write {STATEMENTS['image'].content}"
            )
        elif names.compile(head.content) and symbols.declare("an image called", head.name):
            symbols.kit_images[head.name.text] = KitImage(head.content, own, part.folder)


def _incomplete(statement: Statement, row: Items, symbols: SymbolTable) -> None:
    span = row[0].span.to(row[-1].span)
    kind = statement.kind.text
    hint = f"write {STATEMENTS[kind].content}"
    symbols.collector.error("LG215", span, f"`{span.text}` does not fit into this `{kind}`", hint=hint)


def _pairs(statement: Statement, second: type[Atom], symbols: SymbolTable) -> Iterator[Items]:
    """The rows of a list of names with values; `sun #F2A541 sea #0B3C5D` is two rows after its missing comma was reported."""
    for row in statement.head:
        pairs = [row[at : at + 2] for at in range(0, len(row), 2)]
        if len(row) > 2 and all(len(pair) == 2 and isinstance(pair[0], Word) and isinstance(pair[1], second) for pair in pairs):
            for pair in pairs[1:]:
                before = f"{pair[0].span.text} {pair[1].span.text}"
                symbols.collector.error(
                    "LG237", pair[0].span, f"a comma is missing before `{pair[0].span.text}`", hint=f"write …, {before}"
                )
            yield from pairs
        else:
            yield row


def _needs_head(statement: Statement, symbols: SymbolTable) -> None:
    if not statement.head:
        kind = statement.kind.text
        symbols.collector.error(
            "LG215", statement.kind.span, f"this `{kind}` is empty", hint=f"write {STATEMENTS[kind].content}"
        )


DECLARATIONS: tuple[Callable[[SourceFile, SymbolTable], None], ...] = (
    read_params,
    read_palette,
    read_fonts,
    read_languages,
    read_canvases,
    read_defaults,
    read_styles,
    read_kit_images,
)
"""Each is applied to every file, kits first, before the next one: later ones refer to what earlier ones declare."""


def gather(symbols: SymbolTable) -> None:
    """Fill a symbol table from its files."""
    for read in DECLARATIONS:
        for part in symbols.parts:
            read(part, symbols)
    judge_export_sources(symbols)
    symbols.styles = resolve_styles(symbols.style_heads, symbols.own_styles, symbols.collector)
    if "fonts" in symbols.locks and symbols.fonts and not any("font" in settings for settings in symbols.defaults.values()):
        _default_font(symbols)


def _default_font(symbols: SymbolTable) -> None:
    """Where a kit locks its fonts, its first one is the font of everything that names none."""
    from layoutgen.language.properties import rules_for

    name, font = next(iter(symbols.fonts.items()))
    setting = Setting(rules_for("defaults")["font"], font, symbols.spans["a font called", name])
    symbols.defaults["kit"] = {**symbols.defaults.get("kit", {}), "font": setting}
