"""Files → drawings: everything the page shows, short of the pixels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from layoutgen.base.files import cached_digest
from layoutgen.campaign.data.sources import read_rows
from layoutgen.campaign.data.table import Row, Table
from layoutgen.campaign.data.validate import fitting, given
from layoutgen.conditions import DRAFT
from layoutgen.conditions.model import Conditions
from layoutgen.conditions.stages import compile_canvas
from layoutgen.diagnostics import Diagnostic, PosterError, Source, in_order, merged
from layoutgen.document import Poster, bind, load
from layoutgen.document.model import Element, Group, Image, Object, Qr, Reference, Region, Slogan
from layoutgen.document.variants import ALL, requested_canvases, requested_locales
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.layout import Layout
from layoutgen.pipeline import default_seed
from layoutgen.proof.model import Guides, Line, Message, PreviewBox, PreviewPicture, PreviewSource, ShownRows
from layoutgen.proof.tracing import Trace, trace

TEXTS = (".poster", ".kit", ".json", ".po")
"""Sources with a text that can be shown."""


@dataclass(frozen=True)
class RowSource:
    """Where rows come from, and how they are read: the options of `layoutgen.campaign.read_rows` and `bind`."""

    source: str
    numbers: NumberStyle = "plain"
    assets: Path | None = None
    encoding: str | None = None
    sheet: str | None = None
    query: str | None = None

    def read(self) -> Table:
        """LG800 … LG816, LG901."""
        return read_rows(self.source, encoding=self.encoding, sheet=self.sheet, query=self.query)


@dataclass(frozen=True)
class PreviewRequest:
    """What is to be shown; `canvas` and `locale` None: all of them."""

    file: Path
    params: Mapping[str, object] = field(default_factory=dict)
    canvas: str | None = None
    locale: str | None = None
    rows: RowSource | None = None


@dataclass(frozen=True)
class RowWindow:
    """Which rows are looked at."""

    offset: int = 0
    query: str = ""
    size: int = 3


@dataclass(frozen=True)
class Drawing:
    """A picture of the page, and the conditions to draw it by; None where there are errors."""

    picture: PreviewPicture
    conditions: Conditions | None


@dataclass(frozen=True)
class CompiledPreview:
    """The poster and its data as they are now."""

    title: str
    drawings: tuple[Drawing, ...]
    diagnostics: tuple[Diagnostic, ...]
    messages: tuple[Message, ...]
    sources: tuple[PreviewSource, ...]
    used: frozenset[Path]
    """Every file that was read or named; absolute."""
    root: Path
    """The project's folder."""
    canvases: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    rows: ShownRows | None = None

    @property
    def loaded(self) -> bool:
        """False: the file as a whole, or its data, has errors. One that is loaded may have no rows to show."""
        return bool(self.canvases)

    @property
    def good(self) -> bool:
        return not any(item.severity == "error" for item in self.diagnostics)


def compile_preview(
    request: PreviewRequest, window: RowWindow, read: Callable[[], Table] | None = None, known: Sequence[str] = ()
) -> CompiledPreview:
    """Everything short of drawing. Errors are in the result, none is raised.

    `read` gives the rows of `request.rows`, where there are any. `known`: names of the sources of last time, which are
    shown where the poster cannot be loaded.
    """
    try:
        poster = load(request.file)
    except PosterError as error:
        return _broken(request, error.diagnostics, known)
    sources, sidecars, files = _sources(poster)
    problems: list[Diagnostic] = list(poster.warnings)
    drawings: list[Drawing] = []
    used = {request.file.resolve(), *files}
    shown_rows, window_rows, table = None, tuple[Row, ...](), None
    if request.rows is not None and request.rows.source != "-":
        used.add(Path(request.rows.source).resolve())
    try:
        canvases = requested_canvases(poster, request.canvas, ALL)
        locales = requested_locales(poster, request.locale, ALL)
        if request.rows is not None:
            table = (read or request.rows.read)()
            shown_rows, window_rows = _rows(poster, request, table, window)
    except PosterError as error:
        return replace(_broken(request, [*problems, *error.diagnostics], known), used=frozenset(used))
    lines = trace(sources, sidecars)
    for row in window_rows if table is not None else (None,):
        for locale in locales:
            params = dict(request.params)
            if row is not None and table is not None:
                params = {**given(row, poster, sheet=table.sheet), **params}
            row_problems, row_drawings = _variants(poster, request, row, params, locale, canvases, lines)
            problems += row_problems
            drawings += row_drawings
    for drawing in drawings:
        used |= {Path(name) for name in drawing.conditions.named_files} if drawing.conditions else set()
    diagnostics = in_order(merged(problems, canvases, locales))
    return CompiledPreview(
        title=poster.title,
        drawings=tuple(drawings),
        diagnostics=diagnostics,
        messages=tuple(message_of(item) for item in diagnostics),
        sources=tuple(_source_file(source) for source in (*sources, *sidecars.values())),
        used=frozenset(used),
        root=poster.project.root,
        canvases=tuple(canvases),
        locales=tuple(locales),
        rows=shown_rows,
    )


def key_of(conditions: Conditions) -> str:
    """Equal for equal pixels: all that the draft sees, and the files it reads."""
    total = hashlib.sha256(conditions.model_dump_json().encode("utf-8", "surrogatepass"))
    for name in conditions.named_files:
        total.update(f"\n{name} {cached_digest(name)}".encode("utf-8", "surrogatepass"))
    return total.hexdigest()[:24]


def message_of(item: Diagnostic) -> Message:
    place = item.span.to_json() if item.span else {"file": item.file}
    return Message(code=item.code, severity=item.severity, text=item.render_text(), short=item.message, **place)


def _variants(
    poster: Poster,
    request: PreviewRequest,
    row: Row | None,
    params: Mapping[str, object],
    locale: str,
    canvases: Sequence[str],
    lines: Trace,
) -> tuple[list[Diagnostic], list[Drawing]]:
    """Every canvas of one row in one language."""
    several = len(canvases) > 1, len(poster.languages) > 1
    where, source = row.where if row else "", request.rows
    problems: list[Diagnostic] = []
    document = None
    try:
        document, warnings = bind(
            poster,
            params,
            locale=locale,
            where=where,
            numbers=source.numbers if source else "plain",
            assets=source.assets if source else None,
        )
        problems += warnings
    except PosterError as error:
        problems += [replace(item, locale=item.locale or (locale if several[1] else "")) for item in error.diagnostics]
    drawings = []
    for canvas in (canvas for canvas in poster.canvases if canvas.name in canvases):
        picture = PreviewPicture(
            id="\n".join((where, canvas.name, locale)),
            canvas=canvas.name,
            locale=locale,
            row=where,
            width=canvas.width,
            height=canvas.height,
            good=False,
        )
        conditions: Conditions | None = None
        canvas_problems: tuple[Diagnostic, ...] = ()
        if document is not None:
            seed = default_seed(document, canvas.name)
            compiled = compile_canvas(document, canvas.name, DRAFT, seed=seed, prompt=False)
            conditions, canvas_problems = compiled.conditions, compiled.diagnostics
            if compiled.layout is not None and conditions is not None:
                picture = picture.model_copy(
                    update={
                        "good": True,
                        "key": key_of(conditions),
                        "boxes": _boxes(compiled.layout, lines),
                        "guides": _guides(compiled.layout, conditions),
                    }
                )
        names = canvas.name if several[0] else "", locale if several[1] else ""
        problems += [replace(item, canvas=names[0], locale=names[1], data=item.data or where) for item in canvas_problems]
        drawings.append(Drawing(picture, conditions))
    return problems, drawings


def _boxes(layout: Layout, lines: Trace) -> tuple[PreviewBox, ...]:
    return tuple(
        PreviewBox(
            id=item.id,
            kind=item.element.kind,
            box=item.box,
            # A region's box stands upright: only what is in it is turned.
            rotation=0.0 if isinstance(item.element, Region | Group) else item.rotation,
            text=_text_of(item.element),
            why=item.why,
            lines=lines.lines_of(item.element.where, layout.canvas.name, layout.locale),
        )
        for item in layout.placed
    )


def _text_of(element: Element) -> str:
    match element:
        case Slogan():
            return element.text
        case Object():
            return element.description
        case Qr():
            return element.content
        case Image() | Reference():
            return Path(element.source).name
        case _:
            return ""


def _guides(layout: Layout, conditions: Conditions) -> Guides:
    canvas = layout.canvas
    bleed = canvas.bleed.pixels(min(canvas.width, canvas.height), canvas.dpi) if canvas.bleed else 0.0
    baselines: list[Line] = []
    for glyph in conditions.all_glyphs:
        if glyph.rotation % 360:
            continue
        for (left, top, width, height), at in zip(glyph.line_boxes, glyph.baselines, strict=True):
            upright = glyph.direction == "vertical"
            baselines.append((at, top, at, top + height) if upright else (left, at, left + width, at))
    return Guides(margin=canvas.inner, bleed=bleed, baselines=tuple(baselines))


def _rows(poster: Poster, request: PreviewRequest, table: Table, window: RowWindow) -> tuple[ShownRows, tuple[Row, ...]]:
    from_rows = replace(poster, params=tuple(param for param in poster.params if param.name not in request.params))
    # Columns that are not params are reported by the campaign itself; here they are only shown.
    fitting(table, from_rows)
    words = " ".join(window.query.casefold().split())
    rows = [row for row in table.rows if words in _haystack(row)]
    offset = max(0, min(window.offset, (max(0, len(rows) - 1) // window.size) * window.size))
    shown_rows = ShownRows(
        name=table.name, total=len(table.rows), found=len(rows), offset=offset, size=window.size, query=window.query
    )
    return shown_rows, tuple(rows[offset : offset + window.size])


def _haystack(row: Row) -> str:
    return "\n".join([row.where, *(str(value) for value in row.values.values() if value is not None)]).casefold()


def _sources(poster: Poster) -> tuple[list[Source], dict[str, Source], set[Path]]:
    """The poster and its kits, its translations by language, and every file that it names."""
    texts: list[Source] = []
    used: set[Path] = set()
    for name, content in poster.files:
        if isinstance(content, bytes):
            texts.insert(0, Source(name, content.decode()))  # the poster itself comes last, and is shown first
            used.add(Path(name).resolve())
        else:
            used.add(content.resolve())
    sidecars: dict[str, Source] = {}
    for locale, translations in poster.translations.items():
        path = translations.path
        if path is not None and path.suffix in TEXTS and (text := _text(path)) is not None:
            sidecars[locale] = Source(os.path.join(os.path.dirname(poster.name), path.name), text)
    return texts, sidecars, used


def _broken(request: PreviewRequest, diagnostics: Sequence[Diagnostic], known: Sequence[str]) -> CompiledPreview:
    """Of a poster that cannot be loaded: its texts as they are on the disk, and what is wrong in them."""
    texts = {source.name: source for source in _named_in(diagnostics)}
    for name in (str(request.file), *known):
        if name not in texts and (text := _text(Path(name))) is not None:
            texts[name] = Source(name, text)
    order = [name for name in (str(request.file), *known) if name in texts]
    order += [name for name in texts if name not in order]
    folder = request.file.resolve().parent
    return CompiledPreview(
        title=request.file.stem,
        drawings=(),
        diagnostics=tuple(diagnostics),
        messages=tuple(message_of(item) for item in merged(diagnostics)),
        sources=tuple(_source_file(texts[name]) for name in dict.fromkeys(order)),
        used=frozenset(Path(name).resolve() for name in (str(request.file), *texts)),
        root=folder,
    )


def _named_in(diagnostics: Sequence[Diagnostic]) -> Iterator[Source]:
    for item in diagnostics:
        for span in (item.span, *(related.span for related in item.related)):
            if span is not None:
                yield span.source


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return None


def _source_file(source: Source) -> PreviewSource:
    return PreviewSource(name=source.name, path=str(Path(source.name).resolve()), text=source.text)
