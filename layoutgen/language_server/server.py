"""The protocol: every request of an editor becomes a question to the functions beside this module, and back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

import layoutgen
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.language_server import handlers
from layoutgen.language_server.analysis import Checked
from layoutgen.language_server.buffers import path_of
from layoutgen.language_server.handlers import Request
from layoutgen.language_server.highlighting import TOKEN_TYPES
from layoutgen.language_server.messages import to_lsp
from layoutgen.language_server.positions import Positions
from layoutgen.language_server.renaming import Unsafe
from layoutgen.language_server.session import EditorSession

TRIGGERS = [":", " ", "|", ".", "(", ",", '"', "/", "{"]
Answer = TypeVar("Answer")


class PosterServer(LanguageServer):
    def __init__(self) -> None:
        super().__init__("layoutgen", layoutgen.__version__)
        self.session = EditorSession(self.publish, lambda: self.thread_pool)
        self.greeted = False
        """An editor has said something."""
        self.own_snippets = True
        """Longer pieces are offered; an editor may have them itself."""

    def positions(self, path: Path) -> Positions:
        return Positions(self.session.buffers.read(path), self.workspace.position_codec)

    def request(self, uri: str) -> Request | None:
        """A file that is asked about, with its kits; None where it cannot be read."""
        path = path_of(uri)
        workspace = self.session.workspace(path)
        if workspace is None:
            return None
        folders = [path_of(folder.uri) for folder in self.workspace.folders.values()]
        return Request(path, workspace, self.positions(path), self.session, folders)

    def publish(self, path: Path, checked: Checked | None) -> None:
        """Show the diagnostics of an open file; None: it is closed."""
        diagnostics: list[types.Diagnostic] = []
        if checked is not None:
            positions = Positions(checked.source, self.workspace.position_codec)
            diagnostics = [to_lsp(item, checked.source, self.session.buffers, positions) for item in checked.diagnostics]
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(self.session.buffers.uri(path), diagnostics))

    @property
    def takes_snippets(self) -> bool:
        document = self.client_capabilities.text_document
        item = document.completion.completion_item if document and document.completion else None
        return bool(item and item.snippet_support)


class Refused(JsonRpcException):
    """A request that cannot be carried out, with the reason for the person who made it."""

    CODE = types.LSPErrorCodes.RequestFailed.value


def create() -> PosterServer:
    """A server with all that it can do."""
    server = PosterServer()
    _synchronise(server)
    for name, options, answer in _QUESTIONS:
        server.feature(name, options)(partial(_answered, server, answer))
    _names(server)
    _hover(server)
    return server


def serve() -> None:
    """Serve standard input and output until the editor goes. LG960 when none was there."""
    if sys.stdin.isatty():
        raise PosterError(_nobody("standard input is a terminal"))
    server = create()
    server.start_io()
    if not server.greeted:
        raise PosterError(_nobody("standard input ended before an editor said anything"))


def _nobody(why: str) -> Diagnostic:
    return Diagnostic("LG960", f"the language server cannot start: {why}", hint="an editor starts it; see docs/editors.md")


def _synchronise(server: PosterServer) -> None:
    session = server.session

    @server.feature(types.INITIALIZE)
    def _(params: types.InitializeParams) -> None:
        server.greeted = True
        options = params.initialization_options
        pause = options.get("pause") if isinstance(options, dict) else None
        if isinstance(pause, (int, float)) and 0 <= pause <= 60:
            session.pause = float(pause)
        server.own_snippets = not (isinstance(options, dict) and options.get("snippets") is False)

    @server.feature(types.SHUTDOWN)
    def _(params: None) -> None:
        session.end()

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def _(params: types.DidOpenTextDocumentParams) -> None:
        session.buffers.put(params.text_document.uri, params.text_document.text)
        session.changed(path_of(params.text_document.uri))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def _(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        path = path_of(uri)
        for change in params.content_changes:
            session.buffers.put(uri, server.positions(path).changed(change))
        session.changed(path)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def _(params: types.DidSaveTextDocumentParams) -> None:
        session.changed(path_of(params.text_document.uri), saved=True)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def _(params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)
        session.closed(path)
        session.buffers.drop(params.text_document.uri)
        session.changed(path)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def _(params: types.DidChangeWatchedFilesParams) -> None:
        session.all_changed()


def _answered(server: PosterServer, answer: Callable[[Request, Any], Answer], params: Any) -> Answer | None:
    request = server.request(params.text_document.uri)
    return answer(request, params) if request is not None else None


_QUESTIONS: tuple[tuple[str, Any, Callable[[Request, Any], Any]], ...] = (
    (types.TEXT_DOCUMENT_DEFINITION, None, handlers.definition),
    (types.TEXT_DOCUMENT_REFERENCES, None, handlers.references),
    (types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT, None, handlers.highlights),
    (types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, None, handlers.symbols),
    (types.TEXT_DOCUMENT_FOLDING_RANGE, None, handlers.folding),
    (types.TEXT_DOCUMENT_FORMATTING, None, handlers.formatting),
    (types.TEXT_DOCUMENT_DOCUMENT_COLOR, None, handlers.colors),
    (types.TEXT_DOCUMENT_COLOR_PRESENTATION, None, handlers.color_presentations),
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix]),
        handlers.code_actions,
    ),
    (
        types.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL,
        types.SemanticTokensLegend(token_types=list(TOKEN_TYPES), token_modifiers=[]),
        handlers.semantic_tokens,
    ),
)


def _names(server: PosterServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=TRIGGERS))
    def _(params: types.CompletionParams) -> types.CompletionList | None:
        request = server.request(params.text_document.uri)
        if request is None:
            return None
        return handlers.completion(request, params, snippets=server.takes_snippets, longer=server.own_snippets)

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def _(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        request = server.request(params.text_document.uri)
        try:
            return handlers.prepare_rename(request, params) if request is not None else None
        except Unsafe as unsafe:
            raise Refused(str(unsafe)) from unsafe

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def _(params: types.RenameParams) -> types.WorkspaceEdit | None:
        request = server.request(params.text_document.uri)
        try:
            return handlers.rename_everywhere(request, params) if request is not None else None
        except Unsafe as unsafe:
            raise Refused(str(unsafe)) from unsafe


def _hover(server: PosterServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def _(params: types.HoverParams) -> types.Hover | None:
        path = path_of(params.text_document.uri)
        if server.request(params.text_document.uri) is None:
            return None
        checked = await server.session.completed(path)
        request = server.request(params.text_document.uri)
        return handlers.hover(request, params, checked.diagnostics) if request is not None else None
