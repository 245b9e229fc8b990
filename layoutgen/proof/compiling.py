"""Files → drawings: everything the page shows, short of the pixels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from layoutgen.base.files import cached_digest
from layoutgen.campaign.data.sources import read_rows
from layoutgen.campaign.data.table import Row
from layoutgen.campaign.data.table import Table as RowTable
from layoutgen.campaign.data.validate import fitting, given
from layoutgen.campaign.keys import named_files
from layoutgen.conditions import DRAFT, lower
from layoutgen.conditions.model import Conditions
from layoutgen.diagnostics import Diagnostic, PosterError, Source, in_order, merged
from layoutgen.document import Poster, bind, load
from layoutgen.document.model import Group, Image, Object, Qr, Reference, Region, Slogan
from layoutgen.language.params.numbers import NumberStyle
from layoutgen.layout import Layout, solve
from layoutgen.pipeline import default_seed
from layoutgen.proof.model import Guides, Line, Message, ProofBox, ProofPicture, Rows, SourceFile
from layoutgen.proof.tracing import Trace, trace

TEXTS = (".poster", ".kit", ".json", ".po")
"""Sources with a text that can be shown."""


@dataclass(frozen=True)
class Table:
    """Where rows come from, and how they are read: the options of `layoutgen.campaign.read_rows` and `bind`."""

    source: str
    numbers: NumberStyle = "plain"
    assets: Path | None = None
    encoding: str | None = None
    sheet: str | None = None
    query: str | None = None

    def read(self) -> RowTable:
        """LG800 … LG816, LG901."""
        return read_rows(self.source, encoding=self.encoding, sheet=self.sheet, query=self.query)


@dataclass(frozen=True)
class Request:
    """What is wanted: `canvas` and `locale` None is all of them."""

    file: Path
    params: Mapping[str, object] = field(default_factory=dict)
    canvas: str | None = None
    locale: str | None = None
    table: Table | None = None


@dataclass(frozen=True)
class View:
    """Which rows are looked at."""

    offset: int = 0
    query: str = ""
    size: int = 3


@dataclass(frozen=True)
class Drawing:
    """A picture of the page, and the conditions to draw it by; None where there are errors."""

    picture: ProofPicture
    conditions: Conditions | None


@dataclass(frozen=True)
class Compiled:
    """The poster and its data as they are now."""

    title: str
    drawings: tuple[Drawing, ...]
    diagnostics: tuple[Diagnostic, ...]
    messages: tuple[Message, ...]
    sources: tuple[SourceFile, ...]
    used: frozenset[Path]
    """Every file that was read or named; absolute."""
    root: Path
    """The project's folder."""
    canvases: tuple[str, ...] = ()
    locales: tuple[str, ...] = ()
    rows: Rows | None = None

    @property
    def loaded(self) -> bool:
        """False: the file as a whole, or its data, has errors. One that is loaded may have no rows to show."""
        return bool(self.canvases)

    @property
    def good(self) -> bool:
        return not any(item.severity == "error" for item in self.diagnostics)


def compile_proof(
    request: Request, view: View, read: Callable[[], RowTable] | None = None, known: Sequence[str] = ()
) -> Compiled:
    """Everything short of drawing. Errors are in the result, none is raised.

    `read` gives the rows of `request.table`, where that is asked for. `known`: names of the sources of last time, which are
    shown where the poster cannot be loaded.
    """
    try:
        poster = load(request.file)
    except PosterError as error:
        return _broken(request, error.diagnostics, known)
    sources, sidecars, files = _sources(poster)
    found: list[Diagnostic] = list(poster.warnings)
    drawings: list[Drawing] = []
    used = {request.file.resolve(), *files}
    rows, shown, table = None, tuple[Row, ...](), None
    if request.table is not None and request.table.source != "-":
        used.add(Path(request.table.source).resolve())
    try:
        canvases = _picked(request.canvas, [canvas.name for canvas in poster.canvases], "canvas", "LG952")
        locales = _picked(request.locale, list(poster.languages), "language", "LG953")
        if request.table is not None:
            table = (read or request.table.read)()
            rows, shown = _rows(poster, request, table, view)
    except PosterError as error:
        return replace(_broken(request, [*found, *error.diagnostics], known), used=frozenset(used))
    lines = trace(sources, sidecars)
    for row in shown if table is not None else (None,):
        for locale in locales:
            params = dict(request.params)
            if row is not None and table is not None:
                params = {**given(row, poster, sheet=table.sheet), **params}
            told, made = _variants(poster, request, row, params, locale, canvases, lines)
            found += told
            drawings += made
    for drawing in drawings:
        used |= {Path(name) for name in named_files(drawing.conditions)} if drawing.conditions else set()
    diagnostics = in_order(merged(found, canvases, locales))
    return Compiled(
        title=poster.title,
        drawings=tuple(drawings),
        diagnostics=diagnostics,
        messages=tuple(message_of(item) for item in diagnostics),
        sources=tuple(_shown(source) for source in (*sources, *sidecars.values())),
        used=frozenset(used),
        root=poster.project.root,
        canvases=tuple(canvases),
        locales=tuple(locales),
        rows=rows,
    )


def key_of(conditions: Conditions) -> str:
    """Equal for equal pixels: all that the draft sees, and the files it reads."""
    total = hashlib.sha256(conditions.model_dump_json().encode("utf-8", "surrogatepass"))
    for name in named_files(conditions):
        total.update(f"\n{name} {cached_digest(name)}".encode("utf-8", "surrogatepass"))
    return total.hexdigest()[:24]


def message_of(item: Diagnostic) -> Message:
    place = item.span.to_json() if item.span else {"file": item.file}
    return Message(code=item.code, severity=item.severity, text=item.render_text(), short=item.message, **place)


def _variants(
    poster: Poster,
    request: Request,
    row: Row | None,
    params: Mapping[str, object],
    locale: str,
    canvases: Sequence[str],
    lines: Trace,
) -> tuple[list[Diagnostic], list[Drawing]]:
    """Every canvas of one row in one language."""
    several = len(canvases) > 1, len(poster.languages) > 1
    where, table = row.where if row else "", request.table
    found: list[Diagnostic] = []
    document = None
    try:
        document, warnings = bind(
            poster,
            params,
            locale=locale,
            where=where,
            numbers=table.numbers if table else "plain",
            assets=table.assets if table else None,
        )
        found += warnings
    except PosterError as error:
        found += [replace(item, locale=item.locale or (locale if several[1] else "")) for item in error.diagnostics]
    drawings = []
    for canvas in (canvas for canvas in poster.canvases if canvas.name in canvases):
        picture = ProofPicture(
            id="\n".join((where, canvas.name, locale)),
            canvas=canvas.name,
            locale=locale,
            row=where,
            width=canvas.width,
            height=canvas.height,
            good=False,
        )
        conditions: Conditions | None = None
        told: tuple[Diagnostic, ...] = ()
        if document is not None:
            try:
                layout = solve(document, canvas.name)
                seed = default_seed(document, canvas.name)
                conditions, told = lower(document, layout, DRAFT, seed=seed, prompt=False)
                picture = picture.model_copy(
                    update={
                        "good": True,
                        "key": key_of(conditions),
                        "boxes": _boxes(layout, lines),
                        "guides": _guides(layout, conditions),
                    }
                )
            except PosterError as error:
                told = error.diagnostics
        names = canvas.name if several[0] else "", locale if several[1] else ""
        found += [replace(item, canvas=names[0], locale=names[1], data=item.data or where) for item in told]
        drawings.append(Drawing(picture, conditions))
    return found, drawings


def _boxes(layout: Layout, lines: Trace) -> tuple[ProofBox, ...]:
    return tuple(
        ProofBox(
            id=item.id,
            kind=item.element.kind,
            box=item.box,
            # A region's box stands upright: only what is in it is turned.
            rotation=0.0 if isinstance(item.element, Region | Group) else item.rotation,
            text=_told(item.element),
            why=item.why,
            lines=lines.lines_of(item.element.where, layout.canvas.name, layout.locale),
        )
        for item in layout.placed
    )


def _told(element: Slogan | Region | Group | Object | Image | Qr | Reference) -> str:
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
    glyphs = [*conditions.glyphs, *(overlay.glyph for overlay in conditions.overlays if overlay.glyph)]
    baselines: list[Line] = []
    for glyph in glyphs:
        if glyph.rotation % 360:
            continue
        for (left, top, width, height), at in zip(glyph.line_boxes, glyph.baselines, strict=True):
            upright = glyph.direction == "vertical"
            baselines.append((at, top, at, top + height) if upright else (left, at, left + width, at))
    return Guides(margin=canvas.inner, bleed=bleed, baselines=tuple(baselines))


def _rows(poster: Poster, request: Request, table: RowTable, view: View) -> tuple[Rows, tuple[Row, ...]]:
    wanted = replace(poster, params=tuple(param for param in poster.params if param.name not in request.params))
    # Columns that are no params were said when the campaign was set up, or will be: here they are only shown.
    fitting(table, wanted)
    words = " ".join(view.query.casefold().split())
    rows = [row for row in table.rows if words in _haystack(row)]
    offset = max(0, min(view.offset, (max(0, len(rows) - 1) // view.size) * view.size))
    told = Rows(name=table.name, total=len(table.rows), found=len(rows), offset=offset, size=view.size, query=view.query)
    return told, tuple(rows[offset : offset + view.size])


def _haystack(row: Row) -> str:
    return "\n".join([row.where, *(str(value) for value in row.values.values() if value is not None)]).casefold()


def _picked(wanted: str | None, known: list[str], what: str, code: str) -> list[str]:
    """LG952, LG953."""
    if wanted in (None, "all"):
        return known
    assert wanted is not None
    if wanted not in known:
        raise PosterError(Diagnostic(code, f"the poster has no {what} `{wanted}`", hint=f"it has {', '.join(known)}"))
    return [wanted]


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


def _broken(request: Request, diagnostics: Sequence[Diagnostic], known: Sequence[str]) -> Compiled:
    """Of a poster that cannot be loaded: its texts as they are on the disk, and what is wrong in them."""
    texts = {source.name: source for source in _named_in(diagnostics)}
    for name in (str(request.file), *known):
        if name not in texts and (text := _text(Path(name))) is not None:
            texts[name] = Source(name, text)
    order = [name for name in (str(request.file), *known) if name in texts]
    order += [name for name in texts if name not in order]
    folder = request.file.resolve().parent
    return Compiled(
        title=request.file.stem,
        drawings=(),
        diagnostics=tuple(diagnostics),
        messages=tuple(message_of(item) for item in merged(diagnostics)),
        sources=tuple(_shown(texts[name]) for name in dict.fromkeys(order)),
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


def _shown(source: Source) -> SourceFile:
    return SourceFile(name=source.name, path=str(Path(source.name).resolve()), text=source.text)
