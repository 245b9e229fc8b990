"""The server of the live preview: on this machine only, for those who know its address, with nothing else in it.

It answers on 127.0.0.1 alone. The address holds a random token; a request that names another host, or comes from another
page, is refused, so that no web site can reach it through the browser. No file is ever read for a request: pictures come
from memory, and the page itself from the package.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from threading import Thread
from typing import Any, Protocol

from layoutgen.diagnostics import Diagnostic, PosterError

HOST = "127.0.0.1"
PORTS_TRIED = 40
"""One after the other."""
LARGEST = 256_000
"""Bytes of what a page may send."""
HEARTBEAT = 10.0
"""Seconds; how soon it is noticed that a page is gone."""
PAGE = {"": ("index.html", "text/html"), "proof.css": ("proof.css", "text/css"), "proof.js": ("proof.js", "text/javascript")}
POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Session(Protocol):
    """What the server asks of a session: `layoutgen.proof.live.PreviewSession`."""

    @property
    def closed(self) -> bool: ...
    @property
    def drawn(self) -> Any: ...
    def since(self, version: int, timeout: float) -> tuple[int, dict[str, Any]] | None: ...
    def look(self, visible: list[str]) -> None: ...
    def turn(self, offset: int, query: str) -> None: ...


class PreviewServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # Elsewhere it lets a port be taken again at once; on Windows it would let two servers share one.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port: int, session: Session, explain: Callable[[str], str]) -> None:
        self.session = session
        self.explain = explain
        self.token = secrets.token_urlsafe(18)
        super().__init__((HOST, port), _Handler)

    @property
    def hosts(self) -> tuple[str, str]:
        return f"{HOST}:{self.server_port}", f"localhost:{self.server_port}"

    @property
    def address(self) -> str:
        return f"http://{self.hosts[0]}/{self.token}/"

    def start(self) -> None:
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, name="serve", daemon=True).start()

    def stop(self) -> None:
        self.shutdown()

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


def open_server(session: Session, port: int, explain: Callable[[str], str]) -> PreviewServer:
    """A server on `port`, or on the next one that is free. LG903 where there is none."""
    if not 0 < port < 65536:
        raise PosterError(
            Diagnostic("LG903", f"there is no port {port}", hint="ports go from 1 to 65535; the usual one is 7370")
        )
    problem: OSError | None = None
    for candidate in [*range(port, min(port + PORTS_TRIED, 65536)), 0]:
        try:
            return PreviewServer(candidate, session, explain)
        except OSError as error:
            problem = error
    assert problem is not None
    reason = problem.strerror or str(problem)
    hint = "something keeps programs from listening on 127.0.0.1; without --watch the preview is a file"
    raise PosterError(Diagnostic("LG903", f"the page cannot be served: {reason}", hint=hint))


class _Handler(BaseHTTPRequestHandler):
    server: PreviewServer
    protocol_version = "HTTP/1.1"
    server_version = "layoutgen"
    sys_version = ""
    timeout = 60

    def log_message(self, *arguments: Any) -> None:
        """The terminal is for what the poster says."""

    def do_GET(self) -> None:
        path = self._inside()
        if path is None:
            return
        if path in PAGE:
            name, kind = PAGE[path]
            self._send((files("layoutgen.templates") / "proof" / name).read_bytes(), f"{kind}; charset=utf-8")
        elif path == "events":
            self._events()
        elif path.startswith("pictures/"):
            picture = self.server.session.drawn.get(path.removeprefix("pictures/").removesuffix(".jpg"))
            if picture is None:
                self._refuse(HTTPStatus.NOT_FOUND)
            else:
                self._send(picture, "image/jpeg", "private, max-age=86400, immutable")
        elif path.startswith("explain/"):
            try:
                self._send(self.server.explain(path.removeprefix("explain/")).encode(), "text/plain; charset=utf-8")
            except PosterError:
                self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        path = self._inside()
        if path is None:
            return
        body = self._body()
        match path, body:
            case "visible", [*names] if all(isinstance(name, str) for name in names):
                self.server.session.look(names)
            case "rows", {"offset": int(offset), "query": str(query)}:
                self.server.session.turn(offset, query)
            case _:
                self._refuse(HTTPStatus.BAD_REQUEST if path in ("visible", "rows") else HTTPStatus.NOT_FOUND)
                return
        self._send(b"", "text/plain")

    def _inside(self) -> str | None:
        """The path below the token; None after the request was refused."""
        own = self.server.hosts
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site", "none")
        foreign = self.headers.get("Host") not in own or (
            origin is not None and origin not in [f"http://{host}" for host in own]
        )
        if foreign or site not in ("none", "same-origin"):
            # An address that was typed or opened from another program has no site of origin.
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        _, _, rest = self.path.partition("/")
        token, slash, path = rest.partition("?")[0].partition("/")
        if not slash or not hmac.compare_digest(token.encode("utf-8", "replace"), self.server.token.encode()):
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return path

    def _body(self) -> Any:
        """What was sent, as JSON; None for anything else, and for too much of it."""
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST or self.headers.get_content_type() != "application/json":
            self.close_connection = True
            return None
        try:
            return json.loads(self.rfile.read(length))
        except (ValueError, RecursionError):
            return None

    def _events(self) -> None:
        """Server-sent events until the page goes away: each holds what is newer than the one before."""
        self.close_connection = True
        self._head(HTTPStatus.OK, "text/event-stream; charset=utf-8", "no-store", {"Connection": "close"})
        session, version = self.server.session, 0
        while not session.closed:
            news = session.since(version, HEARTBEAT)
            if news is None:
                self.wfile.write(b": here\n\n")
            else:
                version, update = news
                self.wfile.write(f"data: {json.dumps(update, ensure_ascii=False, separators=(',', ':'))}\n\n".encode())
            self.wfile.flush()

    def _send(self, body: bytes, kind: str, cache: str = "no-store", status: HTTPStatus = HTTPStatus.OK) -> None:
        self._head(status, kind, cache, {"Content-Length": str(len(body))})
        self.wfile.write(body)

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True
        self._send(f"{status.phrase}\n".encode(), "text/plain", status=status)

    def _head(self, status: HTTPStatus, kind: str, cache: str, more: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Cache-Control": cache, **HEADERS, **more}.items():
            self.send_header(name, value)
        self.end_headers()
