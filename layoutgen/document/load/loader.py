"""File → poster: parse once, take kits in, check everything that does not depend on data."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Source
from layoutgen.document.declared import ElementDecl, Repeat, index
from layoutgen.document.element_templates import ElementTemplate, RepeatTemplate, TemplateContext, make_templates
from layoutgen.document.load.blocks import no_head, no_statements, read_block, read_properties
from layoutgen.document.load.declarations import gather
from layoutgen.document.load.elements import ParseContext, read_elements
from layoutgen.document.load.overrides import Overrides, read_override
from layoutgen.document.load.picture_files import picture_size
from layoutgen.document.load.project import Project
from layoutgen.document.load.requires import read_requires
from layoutgen.document.load.symbols import SourceFile, SymbolTable
from layoutgen.document.load.validators import first_line, millimetres, read_locks, validate
from layoutgen.document.model import Canvas, Verify
from layoutgen.document.poster import Poster
from layoutgen.document.settings import NameScope, Scope, Setting, Words
from layoutgen.language.statements import STATEMENTS
from layoutgen.language.strings.locales import Translations
from layoutgen.syntax import parse, read_source
from layoutgen.syntax.nodes import Statement, Text

DEFAULT_SIZE = (1080, 1350)
MOST_FILES = 32
MOST_ERRORS = 100
ReadKit = Callable[[Path, str], Source]


class _Bounded(Collector):
    """Ends the stage when there are more errors than anybody reads."""

    def add(self, diagnostic: Diagnostic) -> None:
        super().add(diagnostic)
        if len(self.diagnostics) >= MOST_ERRORS and self.failed:
            message = f"the first {MOST_ERRORS} mistakes are shown, and there may be more"
            raise PosterError([*self.diagnostics, Diagnostic("LG236", message, severity="hint")])


def load(path: Path | str, *, display_name: str | None = None) -> Poster:
    """Load a poster file. Raises PosterError with everything that is wrong in it and its kits."""
    path = Path(path)
    name = display_name or str(path)
    return _load(read_source(path, name), path.parent)


def load_text(text: str, name: str, folder: Path, *, read: ReadKit = read_source) -> Poster:
    """Load a poster from a text, as if it were a file called `name` in `folder`.

    `read` gives the text of a kit, by its path and the name to show; an editor has some that are not saved yet.
    """
    return _load(Source(name, text.replace("\r\n", "\n").removeprefix("\ufeff")), Path(folder), read)


def _load(source: Source, folder: Path, read: ReadKit = read_source) -> Poster:
    collector = _Bounded()
    folder = folder.resolve()
    project = Project.around(folder)
    parts = _read_parts(source, folder, project, collector, read)
    symbols = SymbolTable(parts, project, collector)
    gather(symbols)
    validate(symbols)
    _default_canvas(symbols)
    context = _parse_context(symbols)
    items = read_elements(symbols.poster.file.statements, "poster", context)
    paths = index(items)
    overrides = Overrides()
    for statement in symbols.poster.of_kind("on"):
        read_override(statement, paths, tuple(symbols.canvases), context.names, overrides)
    verify = _read_verify(symbols)
    backdrop, fill = _read_backdrop(symbols)
    look, never = _read_look(symbols)
    required = read_requires(symbols, paths)
    scope = Scope({}, next(iter(symbols.languages), "en"), collector, symbols.palette)
    templates = _make_canvases(items, paths, overrides, verify, scope, symbols)
    _check_pictures(paths, symbols)
    collector.stop()
    translations = _read_translations(paths, symbols)
    collector.stop()
    first = symbols.poster.file.statements[0]
    title = first.head[0][1]
    assert isinstance(title, Text)
    return Poster(
        title=title.value,
        name=source.name,
        folder=folder,
        project=project,
        params=tuple(symbols.params.values()),
        canvases=tuple(symbols.canvases.values()),
        languages=tuple(symbols.languages) or ("en",),
        palette=symbols.palette,
        fonts=symbols.fonts,
        templates=templates,
        backdrop=backdrop,
        fill=fill,
        look=look,
        never=never,
        rules=required.rules,
        contrasts=required.contrasts,
        required_colors=required.colors,
        verify=verify,
        exports=symbols.exports,
        translations=translations,
        locked_palette=symbols.palette if "palette" in symbols.locks else None,
        files=(*((part.file.source.name, part.file.source.text.encode()) for part in parts), *sorted(symbols.files.items())),
        warnings=collector.warnings,
    )


def _read_parts(
    source: Source, folder: Path, project: Project, collector: Collector, read_kit: ReadKit
) -> tuple[SourceFile, ...]:
    """The poster and all its kits, each once, kits before what uses them."""
    parts: list[SourceFile] = []
    done: set[Path] = set()

    def read(source: Source, kind: str, folder: Path, chain: tuple[Path, ...]) -> None:
        try:
            file, warnings = parse(source)
        except PosterError as error:
            collector.extend(error.diagnostics)
            return
        collector.extend(warnings)
        for statement in file.statements:
            if statement.kind.text == "use":
                follow(statement, source, folder, chain)
        parts.append(SourceFile(kind, file, folder))

    def follow(statement: Statement, source: Source, folder: Path, chain: tuple[Path, ...]) -> None:
        for row in statement.head or ((),):
            text = row[0] if len(row) == 1 else None
            if not isinstance(text, Text):
                collector.error("LG215", statement.span, "`use` needs a file", hint=f"write {STATEMENTS['use'].content}")
                continue
            path = project.find(text.value, folder, text.span, collector, "kit")
            if path is None:
                continue
            if path in chain:
                circle = " → ".join(item.name for item in (*chain[chain.index(path) :], path))
                collector.error(
                    "LG220", text.span, f"these files use one another in a circle: {circle}", hint="delete one `use`"
                )
                continue
            if path in done or len(done) >= MOST_FILES:
                continue
            done.add(path)
            name = os.path.normpath(os.path.join(os.path.dirname(source.name), text.value))
            try:
                inner = read_kit(path, name)
            except PosterError as error:
                collector.extend(error.diagnostics)
                continue
            read(inner, "kit", path.parent, (*chain, path))

    read(source, "poster", folder, ((folder / Path(source.name).name).resolve(),))
    # Without one of its files nothing sure can be said about names.
    collector.stop()
    for part in parts:
        first_line(part, collector)
    collector.stop()
    return tuple(part._replace(locks=read_locks(part.file.items, NameScope(collector, lambda text: None))) for part in parts)


def _parse_context(symbols: SymbolTable) -> ParseContext:
    return ParseContext(
        names_with=lambda items: symbols.names(symbols.poster, items),
        styles=symbols.styles,
        predicate_types_with=symbols.predicate_types,
        lists=symbols.lists,
        faulty=symbols.faulty,
        kit_images=symbols.kit_images,
        base=symbols.poster.folder,
    )


def _default_canvas(symbols: SymbolTable) -> None:
    """A poster that names no canvas has one for a feed."""
    if not symbols.canvases and not symbols.poster.of_kind("canvas"):
        width, height = DEFAULT_SIZE
        where = symbols.poster.file.items[0].span
        symbols.canvases["default"] = Canvas(name="default", width=width, height=height, where=where)


def _read_verify(symbols: SymbolTable) -> Verify:
    values: dict[str, Any] = {}
    for statement in symbols.poster.of_kind("verify"):
        names = symbols.names(symbols.poster, {})
        no_head(statement, names)
        no_statements(statement.body, "verify", names)
        settings = read_properties(statement.body.properties if statement.body else (), "verify", names)
        values |= {name: setting.value for name, setting in settings.items()}
    return Verify(**values)


def _words_and_settings(
    statement: Statement, part: SourceFile, symbols: SymbolTable
) -> tuple[Words | None, Mapping[str, Setting]]:
    """`backdrop "…" { … }` and `look "…" { … }`."""
    names = symbols.names(part, {})
    kind = statement.kind.text
    no_statements(statement.body, kind, names)
    settings = read_block(statement.body, kind, names)
    match statement.head:
        case ():
            if statement.body is None:
                names.collector.error(
                    "LG215", statement.kind.span, f"this `{kind}` is empty", hint=f"write {STATEMENTS[kind].content}"
                )
            return None, settings
        case ((Text() as text,),):
            compiled = names.compile(text)
            return (Words(compiled, text.span) if compiled else None), settings
    span = statement.head[0][0].span.to(statement.head[-1][-1].span)
    names.collector.error("LG215", span, f"`{kind}` takes words in quotes", hint=f"write {STATEMENTS[kind].content}")
    return None, settings


def _read_backdrop(symbols: SymbolTable) -> tuple[Words | None, Any]:
    words, fill = None, None
    for statement in symbols.poster.of_kind("backdrop")[:1]:
        words, settings = _words_and_settings(statement, symbols.poster, symbols)
        fill = settings["fill"].value if "fill" in settings else None
    return words, fill


def _read_look(symbols: SymbolTable) -> tuple[Words | None, tuple[Words, ...]]:
    """The poster's look, else that of the kit; what must not appear adds up."""
    look: Words | None = None
    never: list[Words] = []
    for part in symbols.parts:
        for statement in part.of_kind("look")[:1]:
            words, settings = _words_and_settings(statement, part, symbols)
            look = words or look
            never += [settings["never"].value] if "never" in settings else []
    return look, tuple(never)


def _make_canvases(
    items: tuple[ElementDecl | Repeat, ...],
    paths: Mapping[str, ElementDecl],
    overrides: Overrides,
    verify: Verify,
    scope: Scope,
    symbols: SymbolTable,
) -> dict[str, tuple[ElementTemplate | RepeatTemplate, ...]]:
    """The templates of every canvas; canvases on which nothing differs share them."""
    passed_on = {**symbols.defaults.get("kit", {}), **symbols.defaults.get("poster", {})}
    named = any(decl.when and "canvas" in decl.when.names for decl in paths.values())
    distinct: list[tuple[Any, tuple[ElementTemplate | RepeatTemplate, ...]]] = []
    by_canvas: dict[str, tuple[ElementTemplate | RepeatTemplate, ...]] = {}
    for canvas in symbols.canvases:
        own = overrides.of(canvas)
        same = None if named else next((templates for settings, templates in distinct if settings == own), None)
        if same is None:
            same = make_templates(items, passed_on, TemplateContext(paths, symbols.styles, own, verify, scope))
            distinct.append((own, same))
        by_canvas[canvas] = same
        millimetres(same, canvas, symbols)
    return by_canvas


def _check_pictures(paths: Mapping[str, ElementDecl], symbols: SymbolTable) -> None:
    """Pictures whose file does not depend on data are looked at now."""
    for decl in paths.values():
        if decl.kind not in ("image", "reference") or decl.content is None or decl.content_span is None:
            continue
        written = decl.content.constant
        if written is None:
            continue
        path = symbols.project.find(written, decl.base, decl.content_span, symbols.collector, "picture", missing="LG222")
        if path is not None and picture_size(path, written, decl.content_span, symbols.collector):
            symbols.files[written] = path


def _read_translations(paths: Mapping[str, ElementDecl], symbols: SymbolTable) -> dict[str, Translations]:
    """The sidecars of every language but the first, which is that of the poster itself."""
    part = symbols.poster
    copy = {id(decl.content) for decl in paths.values() if decl.kind == "slogan"}
    defaults = [
        (param.default, param.where) for param in symbols.params.values() if param.type.kind == "text" and param.default
    ]
    by_locale: dict[str, Translations] = {}
    for locale in list(symbols.languages)[1:]:
        translations = Translations.load(
            part.folder / Path(part.file.source.name).name, locale, symbols.collector, part.file.source.name
        )
        # Descriptions are for the image model: they may be translated, and nothing is missing when they are not.
        requested = [
            (string, known)
            for string, known in symbols.strings
            if id(string) in copy or string.text.value in translations.entries
        ]
        translations.check(requested, defaults, symbols.collector)
        by_locale[locale] = translations
        if translations.path:
            symbols.files[translations.path.name] = translations.path
    return by_locale
