"""Answers in the protocol's own types, one function a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lsprotocol import types

from layoutgen.diagnostics import Diagnostic, PosterError, Source
from layoutgen.language_server.analysis import quick
from layoutgen.language_server.buffers import Texts
from layoutgen.language_server.colors import presentations, swatches
from layoutgen.language_server.completion import Offer, offers
from layoutgen.language_server.fixes import Remedy, remedies
from layoutgen.language_server.highlighting import TOKEN_TYPES, tokens_of
from layoutgen.language_server.hover import hover_page
from layoutgen.language_server.messages import to_lsp
from layoutgen.language_server.positions import Positions
from layoutgen.language_server.renaming import Edit, applied, rename, renameable
from layoutgen.language_server.session import Session, overlapping
from layoutgen.language_server.structure import Entry, folds, outline_of
from layoutgen.language_server.tolerant_tree import Sketch, sketch
from layoutgen.language_server.workspace import Family, kit_path

SYMBOLS = {
    "poster": types.SymbolKind.File, "kit": types.SymbolKind.Package, "use": types.SymbolKind.Module,
    "param": types.SymbolKind.Variable, "canvas": types.SymbolKind.Interface, "palette": types.SymbolKind.Constant,
    "font": types.SymbolKind.Constant, "style": types.SymbolKind.Class, "region": types.SymbolKind.Namespace,
    "group": types.SymbolKind.Namespace, "slogan": types.SymbolKind.String, "for": types.SymbolKind.Array,
    "on": types.SymbolKind.Event, "verify": types.SymbolKind.Property,
}  # fmt: skip


class HasPosition(Protocol):
    position: types.Position


@dataclass(frozen=True)
class Asked:
    """What a request is about."""

    path: Path
    family: Family
    positions: Positions
    session: Session
    folders: Sequence[Path]
    """Those that the editor has open."""

    @property
    def texts(self) -> Texts:
        return self.session.texts

    @property
    def sketch(self) -> Sketch:
        return sketch(self.family.main.source)

    def offset(self, params: HasPosition) -> int:
        return self.positions.offset(params.position)

    def location(self, path: Path, start: int, end: int) -> types.Location:
        there = Positions(self.texts.read(path), self.positions.codec)
        return types.Location(self.texts.uri(path), there.range(start, end))


def completion(asked: Asked, params: types.CompletionParams, *, snippets: bool, longer: bool = True) -> types.CompletionList:
    """`snippets`: the editor takes places to fill. `longer`: it has no pieces of its own to begin with."""
    context = params.context
    shy = context is not None and context.trigger_character == " "
    found = offers(asked.sketch, asked.offset(params), asked.family, shy=shy)
    found = [offer for offer in found if longer or offer.kind != types.CompletionItemKind.Snippet]
    items = [_item(offer, number, asked.positions, snippets) for number, offer in enumerate(found)]
    return types.CompletionList(is_incomplete=False, items=[item for item in items if item is not None])


def _item(offer: Offer, number: int, positions: Positions, snippets: bool) -> types.CompletionItem | None:
    text = offer.text or offer.label
    if not snippets and offer.snippet and not offer.text:
        return None
    as_snippet = snippets and bool(offer.snippet)
    return types.CompletionItem(
        label=offer.label,
        kind=offer.kind,
        detail=offer.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, offer.page) if offer.page else None,
        sort_text=f"{number:05}",
        insert_text_format=types.InsertTextFormat.Snippet if as_snippet else types.InsertTextFormat.PlainText,
        text_edit=types.TextEdit(positions.range(offer.start, offer.end), offer.snippet if as_snippet else text),
    )


def hover(asked: Asked, params: types.HoverParams, diagnostics: tuple[Diagnostic, ...]) -> types.Hover | None:
    layouts = asked.session.layouts(asked.path)
    found = hover_page(asked.sketch, asked.offset(params), asked.family, diagnostics, layouts)
    if found is None:
        return None
    text, start, end = found
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), asked.positions.range(start, end))


def definition(asked: Asked, params: types.DefinitionParams) -> types.Location | None:
    """Where a name is declared; of what `use` names, the kit."""
    offset = asked.offset(params)
    for written, mark in asked.family.main.names.kits:
        if mark.start <= offset <= mark.end:
            kit = kit_path(asked.path, written)
            return (
                types.Location(asked.texts.uri(kit), types.Range(types.Position(0, 0), types.Position(0, 0))) if kit else None
            )
    found = asked.family.at(offset)
    return asked.location(found[0].file, found[0].start, found[0].end) if found else None


def references(asked: Asked, params: types.ReferenceParams) -> list[types.Location] | None:
    found = asked.family.at(asked.offset(params))
    if found is None:
        return None
    symbol = found[0]
    places = [(member.path, start, end) for member, start, end in asked.family.places(symbol)]
    if not params.context.include_declaration:
        places = [place for place in places if place[:2] != (symbol.file, symbol.start)]
    return [asked.location(*place) for place in places]


def highlights(asked: Asked, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    found = asked.family.at(asked.offset(params))
    if found is None:
        return None
    here = [(start, end) for member, start, end in asked.family.places(found[0]) if member is asked.family.main]
    return [types.DocumentHighlight(asked.positions.range(start, end)) for start, end in here]


def prepare_rename(asked: Asked, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    symbol, start, end = renameable(asked.family, asked.offset(params))
    return types.PrepareRenamePlaceholder(asked.positions.range(start, end), symbol.name)


def rename_everywhere(asked: Asked, params: types.RenameParams) -> types.WorkspaceEdit:
    edits = rename(asked.family, asked.offset(params), params.new_name, asked.texts, asked.folders)
    changes: dict[str, Sequence[types.TextEdit]] = {}
    for path, some in edits.items():
        there = Positions(asked.texts.read(path), asked.positions.codec)
        changes[asked.texts.uri(path)] = [types.TextEdit(there.range(edit.start, edit.end), edit.text) for edit in some]
    return types.WorkspaceEdit(changes=changes)


def symbols(asked: Asked, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    def shown(entry: Entry) -> types.DocumentSymbol:
        return types.DocumentSymbol(
            name=entry.name,
            kind=SYMBOLS.get(entry.kind, types.SymbolKind.Object),
            range=asked.positions.range(entry.start, entry.end),
            selection_range=asked.positions.range(entry.name_start, entry.name_end),
            detail=entry.detail or None,
            children=[shown(inner) for inner in entry.inside],
        )

    return [shown(entry) for entry in outline_of(asked.sketch)]


def folding(asked: Asked, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    kind = {True: types.FoldingRangeKind.Comment, False: types.FoldingRangeKind.Region}
    return [types.FoldingRange(first, last, kind=kind[comment]) for first, last, comment in folds(asked.sketch)]


def formatting(asked: Asked, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The whole file in its one style; nothing while it has syntax errors, which are shown already."""
    from layoutgen.syntax.formatter import format_source

    text = asked.family.main.source.text
    try:
        formatted = format_source(text)
    except PosterError:
        return None
    return [] if formatted == text else [types.TextEdit(asked.positions.range(0, len(text)), formatted)]


def colors(asked: Asked, params: types.DocumentColorParams) -> list[types.ColorInformation]:
    return [
        types.ColorInformation(asked.positions.range(swatch.start, swatch.end), types.Color(*swatch.color))
        for swatch in swatches(asked.sketch, asked.family)
    ]


def color_presentations(asked: Asked, params: types.ColorPresentationParams) -> list[types.ColorPresentation]:
    color = params.color
    rgba = color.red, color.green, color.blue, color.alpha
    at = asked.positions.offset(params.range.start)
    return [types.ColorPresentation(text, types.TextEdit(params.range, text)) for text in presentations(rgba, asked.family, at)]


def code_actions(asked: Asked, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The remedies of the diagnostics in a range that really make them go away."""
    checked = asked.session.checked(asked.path)
    start, end = asked.positions.offset(params.range.start), asked.positions.offset(params.range.end)
    found: list[types.CodeAction] = []
    for number in overlapping(checked, start, end):
        item = checked.diagnostics[number]
        for remedy in remedies(item, checked.source):
            if _helps(remedy, item, asked):
                edit = types.TextEdit(asked.positions.range(remedy.start, remedy.end), remedy.text)
                found.append(
                    types.CodeAction(
                        title=remedy.title,
                        kind=types.CodeActionKind.QuickFix,
                        diagnostics=[to_lsp(item, checked.source, asked.texts, asked.positions)],
                        is_preferred=remedy.preferred or None,
                        edit=types.WorkspaceEdit(changes={asked.texts.uri(asked.path): [edit]}),
                    )
                )
    return found


def _helps(remedy: Remedy, item: Diagnostic, asked: Asked) -> bool:
    """Whether a message of the quick stages is gone once the edit is made; others are not looked for."""
    if not item.code.startswith(("LG1", "LG2")):
        return True
    source = asked.family.main.source
    after = Source(source.name, applied(source.text, [Edit(remedy.start, remedy.end, remedy.text)]))
    now = quick(asked.path, after, asked.texts).diagnostics
    before = asked.session.checked(asked.path).diagnostics
    return sum(one.code == item.code for one in now) < sum(one.code == item.code for one in before)


def semantic_tokens(asked: Asked, params: types.SemanticTokensParams) -> types.SemanticTokens:
    data: list[int] = []
    line = column = 0
    for start, end, kind in tokens_of(asked.sketch, asked.family):
        for first, last in _by_line(start, end, asked.positions):
            here, there = asked.positions.position(first), asked.positions.position(last)
            column = column if here.line == line else 0
            data += [here.line - line, here.character - column, there.character - here.character]
            data += [TOKEN_TYPES.index(kind), 0]
            line, column = here.line, here.character
    return types.SemanticTokens(data)


def _by_line(start: int, end: int, positions: Positions) -> Iterator[tuple[int, int]]:
    """The parts of a piece of text on each of its lines."""
    at = start
    for text in positions.source.text[start:end].split("\n"):
        if text:
            yield at, at + len(text)
        at += len(text) + 1
