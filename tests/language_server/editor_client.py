"""An editor for tests: pygls's own client, over standard input and output of `layoutgen lsp`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")
PAUSE = 0.2


class Editor:
    """One open editor; positions are found by text: `¦` marks the cursor."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = LanguageClient("test", "1")
        self.published: dict[str, list[types.PublishDiagnosticsParams]] = {}
        self.buffers: dict[str, str] = {}
        self._news = asyncio.Event()

        def published(params: types.PublishDiagnosticsParams) -> None:
            self.published.setdefault(params.uri, []).append(params)
            self._news.set()

        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)

    async def start(self, *, snippets: bool = True) -> types.InitializeResult:
        await self.client.start_io(sys.executable, "-m", "layoutgen", "lsp", cwd=self.folder)
        item = types.ClientCompletionItemOptions(snippet_support=snippets)
        document = types.TextDocumentClientCapabilities(completion=types.CompletionClientCapabilities(completion_item=item))
        result = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(text_document=document),
                root_uri=self.folder.as_uri(),
                workspace_folders=[types.WorkspaceFolder(self.folder.as_uri(), "work")],
                initialization_options={"pause": PAUSE},
            )
        )
        self.client.initialized(types.InitializedParams())
        return result

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def document(self, name: str) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    def open(self, name: str, text: str | None = None) -> None:
        text = (self.folder / name).read_text("utf-8") if text is None else text
        self.buffers[name] = text
        item = types.TextDocumentItem(self.uri(name), "poster", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def replace(self, name: str, old: str, new: str) -> None:
        """An incremental change: the first `old` becomes `new`."""
        start = self.buffers[name].index(old)
        change = types.TextDocumentContentChangePartial(range=self.range(name, start, start + len(old)), text=new)
        self.buffers[name] = self.buffers[name].replace(old, new, 1)
        document = types.VersionedTextDocumentIdentifier(2, self.uri(name))
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, name: str) -> None:
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(self.document(name)))

    def close(self, name: str) -> None:
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(name)))

    def position(self, name: str, offset: int) -> types.Position:
        before = self.buffers[name][:offset]
        line = before.rpartition("\n")[2]
        return types.Position(before.count("\n"), len(line.encode("utf-16-le")) // 2)

    def range(self, name: str, start: int, end: int) -> types.Range:
        return types.Range(self.position(name, start), self.position(name, end))

    def at(self, name: str, marked: str) -> dict[str, Any]:
        """The document and the position of `¦` in the first place where the text reads so."""
        before, _, after = marked.partition("¦")
        offset = self.buffers[name].index(before + after) + len(before)
        return {"text_document": self.document(name), "position": self.position(name, offset)}

    def read(self, name: str, range_: types.Range) -> str:
        """The text of a range that the server gave."""
        lines = self.buffers[name].split("\n")

        def offset(position: types.Position) -> int:
            units = lines[position.line].encode("utf-16-le")[: position.character * 2]
            return sum(len(line) + 1 for line in lines[: position.line]) + len(units.decode("utf-16-le"))

        return self.buffers[name][offset(range_.start) : offset(range_.end)]

    async def diagnostics(
        self, name: str, until: Callable[[list[types.Diagnostic]], bool] = lambda found: True, seconds: float = 60
    ) -> list[types.Diagnostic]:
        """What is published for a document, once it is as `until` wants it."""

        async def wait() -> list[types.Diagnostic]:
            while True:
                news = self.published.get(self.uri(name), [])
                if news and until(list(news[-1].diagnostics)):
                    return list(news[-1].diagnostics)
                self._news.clear()
                await self._news.wait()

        return await asyncio.wait_for(wait(), seconds)


class Conversation:
    """One server for several tests, on an event loop of its own; each test has its own folder."""

    def __init__(self, folder: Path, *, snippets: bool = True) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.editor = self._wait(self._open(folder))
        self.able = self._wait(self.editor.start(snippets=snippets))

    def about(self, folder: Path, work: Callable[[Editor], Coroutine[Any, Any, None]]) -> None:
        """What a test has to say, about the files of a folder."""
        self.editor.folder = folder
        self._wait(work(self.editor))

    def end(self) -> None:
        self._wait(self.editor.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()

    async def _open(self, folder: Path) -> Editor:
        return Editor(folder)

    def _wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=300)


def codes(found: list[types.Diagnostic]) -> list[str]:
    return [str(item.code) for item in found]
