"""The live preview at work: compile when something changed, draw what changed, tell the page at once.

One thread draws, in the order in which it matters: what is on a screen first. A change ends the round, and the next begins.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Condition, Event
from typing import Any

from layoutgen.base.files import stamp_of
from layoutgen.campaign.data.table import Table
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.proof.compiling import CompiledPreview, Drawing, PreviewRequest, RowWindow, compile_preview, message_of
from layoutgen.proof.drawing import PictureCache, draw_picture
from layoutgen.proof.model import PageHead, PreviewPicture
from layoutgen.proof.serving import PreviewServer, open_server
from layoutgen.proof.watching import Watch, folders_of
from layoutgen.renderers import Renderer, open_renderer
from layoutgen.typeset.font_cache import clear_font_caches

FONTS = (".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2")
AGAIN = 0.06
"""Seconds until a missing poster is looked for again: some editors remove the old file first."""
MOST_VISIBLE = 1_000


@dataclass(frozen=True)
class RoundReport:
    """How one round went, for the terminal and tests."""

    diagnostics: tuple[Diagnostic, ...]
    drawn: int
    left: int
    """Pictures that were no longer drawn, as something had changed meanwhile."""
    seconds: float
    """From the change until the last picture was there."""


class PreviewSession:
    """What the page shows, by version: `since` gives whatever is newer. Everything in it may be used from any thread."""

    def __init__(self) -> None:
        self.drawn = PictureCache()
        self.changed = Event()
        self._news = Condition()
        self._version = 0
        self._closed = False
        self._head: tuple[int, PageHead] | None = None
        self._pictures: dict[str, tuple[int, PreviewPicture]] = {}
        self._visible: tuple[str, ...] = ()
        self._window = RowWindow()

    # What the server uses

    def since(self, version: int, timeout: float) -> tuple[int, dict[str, Any]] | None:
        """Everything newer than a version, and the version now; None when nothing came within `timeout` seconds."""
        with self._news:
            self._news.wait_for(lambda: self._version > version or self._closed, timeout)
            if self._version <= version or self._closed:
                return None
            update: dict[str, Any] = {
                "pictures": [one.model_dump(mode="json") for at, one in self._pictures.values() if at > version]
            }
            if self._head is not None and self._head[0] > version:
                update["head"] = self._head[1].model_dump(mode="json")
            return self._version, update

    @property
    def closed(self) -> bool:
        return self._closed

    def look(self, visible: Sequence[str]) -> None:
        """These pictures are on a screen."""
        self._visible = tuple(visible[:MOST_VISIBLE])

    def turn(self, offset: int, query: str) -> None:
        """Show other rows."""
        self._window = replace(self._window, offset=max(0, offset), query=query[:200])
        self.changed.set()

    # What the drawing thread uses

    @property
    def window(self) -> RowWindow:
        return self._window

    @property
    def visible(self) -> tuple[str, ...]:
        return self._visible

    @property
    def head(self) -> PageHead | None:
        return self._head[1] if self._head else None

    def picture(self, name: str) -> PreviewPicture | None:
        versioned = self._pictures.get(name)
        return versioned[1] if versioned else None

    def publish(self, head: PageHead | None = None, pictures: Sequence[PreviewPicture] = ()) -> None:
        with self._news:
            self._version += 1
            if head is not None and (self._head is None or self._head[1] != head):
                self._head = self._version, head
                self._pictures = {name: one for name, one in self._pictures.items() if name in head.order}
            for one in pictures:
                if self.picture(one.id) != one:
                    self._pictures[one.id] = self._version, one
            self._news.notify_all()

    def close(self) -> None:
        with self._news:
            self._closed = True
            self._news.notify_all()


class LivePreview:
    """The rounds of one poster. `round` is one of them; `run` goes on until it is interrupted."""

    def __init__(self, request: PreviewRequest, session: PreviewSession, renderer: Renderer) -> None:
        self._request = request
        self._session = session
        self._renderer = renderer
        self._watch = Watch(self._touched)
        self._table: tuple[tuple[int, int], Table] | None = None
        self._fonts: Mapping[Path, tuple[int, int]] = {}
        self._known: list[str] = []
        self._good: CompiledPreview | None = None

    def _touched(self, paths: object) -> None:
        self._session.changed.set()

    def run(self, report: Callable[[RoundReport], None]) -> None:
        """Ends with KeyboardInterrupt."""
        try:
            while True:
                self._session.changed.clear()
                report(self.round())
                self._session.changed.wait()
        finally:
            self._watch.close()

    def round(self) -> RoundReport:
        """Compile, publish, draw. It ends early when something changed meanwhile."""
        began = time.perf_counter()
        compiled = self._compiled()
        waiting, pictures = self._plan(compiled)
        self._session.publish(self._head(compiled), pictures)
        if self._watch.over(self._folders(compiled)):
            # What changed before this folder was watched would go unnoticed: it is looked at once more.
            self._session.changed.set()
        drawn, problems = 0, list[Diagnostic]()
        needed = frozenset(item.picture.key for item in compiled.drawings)
        while waiting:
            visible = self._session.visible
            drawing = min(waiting.values(), key=lambda item: item.picture.id not in visible)
            del waiting[drawing.picture.id]
            assert drawing.conditions is not None
            try:
                self._session.drawn.put(drawing.picture.key, draw_picture(drawing.conditions, self._renderer), needed)
                drawn += 1
                self._session.publish(pictures=[drawing.picture])
            except PosterError as error:
                # Such as a picture that was fine a moment ago, and is gone.
                problems += error.diagnostics
                self._session.publish(pictures=[_faded(drawing.picture, self._session.picture(drawing.picture.id))])
            # At least one is drawn in a round, so that the page moves on however fast changes come.
            if self._session.changed.is_set():
                break
        if problems:
            compiled = replace(
                compiled,
                diagnostics=(*compiled.diagnostics, *problems),
                messages=(*compiled.messages, *map(message_of, problems)),
            )
            self._session.publish(self._head(compiled))
        return RoundReport(compiled.diagnostics, drawn, len(waiting), time.perf_counter() - began)

    def _compiled(self) -> CompiledPreview:
        if any(stamp_of(str(path)) != stamp for path, stamp in self._fonts.items()):
            clear_font_caches()
        compiled = self._once()
        if not stamp_of(str(self._request.file))[1]:
            time.sleep(AGAIN)
            compiled = self._once()
        self._known = [source.name for source in compiled.sources]
        self._good = compiled if compiled.loaded else self._good
        fonts = [*self._fonts, *(path for path in compiled.used if path.suffix.lower() in FONTS)]
        self._fonts = {path: stamp_of(str(path)) for path in fonts}
        return compiled

    def _folders(self, compiled: CompiledPreview) -> frozenset[Path]:
        """What is watched; while the poster cannot be loaded, also for what it used before."""
        good = self._good or compiled
        return folders_of(good.root, good.used | compiled.used)

    def _once(self) -> CompiledPreview:
        return compile_preview(self._request, self._session.window, self._rows, self._known)

    def _rows(self) -> Table:
        """The data, read again only when its file changed; standard input once."""
        rows = self._request.rows
        assert rows is not None
        stamp = (0, 0) if rows.source == "-" else stamp_of(rows.source)
        if self._table is None or self._table[0] != stamp:
            self._table = stamp, rows.read()
        return self._table[1]

    def _plan(self, compiled: CompiledPreview) -> tuple[dict[str, Drawing], list[PreviewPicture]]:
        """What is to be drawn, and what can be shown at once: pictures that were drawn before, and the last good ones."""
        waiting: dict[str, Drawing] = {}
        pictures: list[PreviewPicture] = []
        for drawing in compiled.drawings:
            picture = drawing.picture
            if drawing.conditions is None:
                pictures.append(_faded(picture, self._session.picture(picture.id)))
            elif picture.key in self._session.drawn:
                pictures.append(picture)
            else:
                waiting[picture.id] = drawing
                before = self._session.picture(picture.id)
                nothing = picture.model_copy(update={"key": "", "boxes": (), "guides": None})
                pictures.append((before or nothing).model_copy(update={"fresh": False}))
        if not compiled.loaded:
            pictures = [
                one.model_copy(update={"good": False, "fresh": True})
                for name in self._order(compiled)
                if (one := self._session.picture(name)) is not None
            ]
        return waiting, pictures

    def _order(self, compiled: CompiledPreview) -> tuple[str, ...]:
        """Ids of what is on the page: of a poster that cannot be loaded, what was there before."""
        before = self._session.head
        return tuple(drawing.picture.id for drawing in compiled.drawings) if compiled.loaded or not before else before.order

    def _head(self, compiled: CompiledPreview) -> PageHead:
        before = None if compiled.loaded else self._session.head
        return PageHead(
            title=before.title if before else compiled.title,
            file=str(self._request.file),
            good=compiled.good,
            order=self._order(compiled),
            canvases=before.canvases if before else compiled.canvases,
            locales=before.locales if before else compiled.locales,
            sources=compiled.sources,
            messages=compiled.messages,
            rows=compiled.rows or (before.rows if before else None),
        )


def _faded(picture: PreviewPicture, before: PreviewPicture | None) -> PreviewPicture:
    """The last good picture, marked as such; where there was none, its place."""
    return (before or picture.model_copy(update={"key": "", "boxes": (), "guides": None})).model_copy(
        update={"good": False, "fresh": True}
    )


def serve_preview(
    request: PreviewRequest,
    *,
    port: int,
    explain: Callable[[str], str],
    ready: Callable[[str], None],
    report: Callable[[RoundReport], None],
) -> None:
    """Serve the page until KeyboardInterrupt. `ready` is given its address, `report` every round. LG903."""
    session = PreviewSession()
    server: PreviewServer = open_server(session, port, explain)
    with server, open_renderer("draft", labels=True) as renderer:
        server.start()
        ready(server.address)
        try:
            LivePreview(request, session, renderer).run(report)
        finally:
            session.close()
            server.stop()
