"""Answers in the protocol's own types, one function a request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lsprotocol import types

from layoutgen.diagnostics import Diagnostic, PosterError, Source
from layoutgen.language_server.analysis import quick
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.colors import presentations, swatches
from layoutgen.language_server.completion import Offer, offers
from layoutgen.language_server.fixes import Remedy, remedies
from layoutgen.language_server.highlighting import TOKEN_TYPES, tokens_of
from layoutgen.language_server.hover import hover_page
from layoutgen.language_server.messages import to_lsp
from layoutgen.language_server.positions import Positions
from layoutgen.language_server.renaming import TextEdit, applied, rename, renameable
from layoutgen.language_server.session import EditorSession, overlapping
from layoutgen.language_server.structure import OutlineEntry, folds, outline_of
from layoutgen.language_server.tolerant_tree import TolerantTree, tolerant_tree
from layoutgen.language_server.workspace import Workspace, kit_path

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
class Request:
    """What a request is about."""

    path: Path
    workspace: Workspace
    positions: Positions
    session: EditorSession
    folders: Sequence[Path]
    """Those that the editor has open."""

    @property
    def buffers(self) -> Buffers:
        return self.session.buffers

    @property
    def tree(self) -> TolerantTree:
        return tolerant_tree(self.workspace.main.source)

    def offset(self, params: HasPosition) -> int:
        return self.positions.offset(params.position)

    def location(self, path: Path, start: int, end: int) -> types.Location:
        there = Positions(self.buffers.read(path), self.positions.codec)
        return types.Location(self.buffers.uri(path), there.range(start, end))


def completion(
    request: Request, params: types.CompletionParams, *, snippets: bool, longer: bool = True
) -> types.CompletionList:
    """`snippets`: the editor takes places to fill. `longer`: it has no pieces of its own to begin with."""
    context = params.context
    shy = context is not None and context.trigger_character == " "
    offered = offers(request.tree, request.offset(params), request.workspace, shy=shy)
    offered = [offer for offer in offered if longer or offer.kind != types.CompletionItemKind.Snippet]
    items = [_item(offer, number, request.positions, snippets) for number, offer in enumerate(offered)]
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


def hover(request: Request, params: types.HoverParams, diagnostics: tuple[Diagnostic, ...]) -> types.Hover | None:
    layouts = request.session.layouts(request.path)
    hovered = hover_page(request.tree, request.offset(params), request.workspace, diagnostics, layouts)
    if hovered is None:
        return None
    text, start, end = hovered
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, text), request.positions.range(start, end))


def definition(request: Request, params: types.DefinitionParams) -> types.Location | None:
    """Where a name is declared; of what `use` names, the kit."""
    offset = request.offset(params)
    for written, mark in request.workspace.main.names.kits:
        if mark.start <= offset <= mark.end:
            kit = kit_path(request.path, written)
            return (
                types.Location(request.buffers.uri(kit), types.Range(types.Position(0, 0), types.Position(0, 0)))
                if kit
                else None
            )
    named = request.workspace.at(offset)
    return request.location(named[0].file, named[0].start, named[0].end) if named else None


def references(request: Request, params: types.ReferenceParams) -> list[types.Location] | None:
    named = request.workspace.at(request.offset(params))
    if named is None:
        return None
    symbol = named[0]
    places = [(member.path, start, end) for member, start, end in request.workspace.places(symbol)]
    if not params.context.include_declaration:
        places = [place for place in places if place[:2] != (symbol.file, symbol.start)]
    return [request.location(*place) for place in places]


def highlights(request: Request, params: types.DocumentHighlightParams) -> list[types.DocumentHighlight] | None:
    named = request.workspace.at(request.offset(params))
    if named is None:
        return None
    here = [(start, end) for member, start, end in request.workspace.places(named[0]) if member is request.workspace.main]
    return [types.DocumentHighlight(request.positions.range(start, end)) for start, end in here]


def prepare_rename(request: Request, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
    symbol, start, end = renameable(request.workspace, request.offset(params))
    return types.PrepareRenamePlaceholder(request.positions.range(start, end), symbol.name)


def rename_everywhere(request: Request, params: types.RenameParams) -> types.WorkspaceEdit:
    edits = rename(request.workspace, request.offset(params), params.new_name, request.buffers, request.folders)
    changes: dict[str, Sequence[types.TextEdit]] = {}
    for path, some in edits.items():
        there = Positions(request.buffers.read(path), request.positions.codec)
        changes[request.buffers.uri(path)] = [types.TextEdit(there.range(edit.start, edit.end), edit.text) for edit in some]
    return types.WorkspaceEdit(changes=changes)


def symbols(request: Request, params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    def symbol_of(entry: OutlineEntry) -> types.DocumentSymbol:
        return types.DocumentSymbol(
            name=entry.name,
            kind=SYMBOLS.get(entry.kind, types.SymbolKind.Object),
            range=request.positions.range(entry.start, entry.end),
            selection_range=request.positions.range(entry.name_start, entry.name_end),
            detail=entry.detail or None,
            children=[symbol_of(inner) for inner in entry.inside],
        )

    return [symbol_of(entry) for entry in outline_of(request.tree)]


def folding(request: Request, params: types.FoldingRangeParams) -> list[types.FoldingRange]:
    kind = {True: types.FoldingRangeKind.Comment, False: types.FoldingRangeKind.Region}
    return [types.FoldingRange(first, last, kind=kind[comment]) for first, last, comment in folds(request.tree)]


def formatting(request: Request, params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
    """The whole file in its one style; nothing while it has syntax errors, which are shown already."""
    from layoutgen.syntax.formatter import format_source

    text = request.workspace.main.source.text
    try:
        formatted = format_source(text)
    except PosterError:
        return None
    return [] if formatted == text else [types.TextEdit(request.positions.range(0, len(text)), formatted)]


def colors(request: Request, params: types.DocumentColorParams) -> list[types.ColorInformation]:
    return [
        types.ColorInformation(request.positions.range(swatch.start, swatch.end), types.Color(*swatch.color))
        for swatch in swatches(request.tree, request.workspace)
    ]


def color_presentations(request: Request, params: types.ColorPresentationParams) -> list[types.ColorPresentation]:
    color = params.color
    rgba = color.red, color.green, color.blue, color.alpha
    at = request.positions.offset(params.range.start)
    return [
        types.ColorPresentation(text, types.TextEdit(params.range, text)) for text in presentations(rgba, request.workspace, at)
    ]


def code_actions(request: Request, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The remedies of the diagnostics in a range that really make them go away."""
    checked = request.session.checked(request.path)
    start, end = request.positions.offset(params.range.start), request.positions.offset(params.range.end)
    actions: list[types.CodeAction] = []
    for number in overlapping(checked, start, end):
        item = checked.diagnostics[number]
        for remedy in remedies(item, checked.source):
            if _helps(remedy, item, request):
                edit = types.TextEdit(request.positions.range(remedy.start, remedy.end), remedy.text)
                actions.append(
                    types.CodeAction(
                        title=remedy.title,
                        kind=types.CodeActionKind.QuickFix,
                        diagnostics=[to_lsp(item, checked.source, request.buffers, request.positions)],
                        is_preferred=remedy.preferred or None,
                        edit=types.WorkspaceEdit(changes={request.buffers.uri(request.path): [edit]}),
                    )
                )
    return actions


def _helps(remedy: Remedy, item: Diagnostic, request: Request) -> bool:
    """Whether a message of the quick stages is gone once the edit is made; others are not looked for."""
    if not item.code.startswith(("LG1", "LG2")):
        return True
    source = request.workspace.main.source
    after = Source(source.name, applied(source.text, [TextEdit(remedy.start, remedy.end, remedy.text)]))
    now = quick(request.path, after, request.buffers).diagnostics
    before = request.session.checked(request.path).diagnostics
    return sum(one.code == item.code for one in now) < sum(one.code == item.code for one in before)


def semantic_tokens(request: Request, params: types.SemanticTokensParams) -> types.SemanticTokens:
    data: list[int] = []
    line = column = 0
    for start, end, kind in tokens_of(request.tree, request.workspace):
        for first, last in _by_line(start, end, request.positions):
            here, there = request.positions.position(first), request.positions.position(last)
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
