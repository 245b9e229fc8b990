"""A web hook: a shop posts one offer as JSON and gets back whether its card is right, and where it is.

    python web_hook.py OUT [PORT]
    curl localhost:8000/schema
    curl localhost:8000 -d '{"sku": "A1", "name": "Beach ball", "price": "9.99"}'

The params' JSON Schema makes forms; errors of a row are those of the command line, as data. One card is made at a time.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import layoutgen

HERE = Path(__file__).parent
POSTER = layoutgen.load(HERE / "card.poster")


def answer(row: dict[str, Any], folder: Path, renderer: Any) -> tuple[int, dict[str, Any]]:
    """The status and the body for one offer. Each offer has its own folder, so that none retires another's card."""
    if not str(row.get("sku", "")).isalnum():
        return 422, {"ok": False, "diagnostics": [{"message": "`sku` is made of letters and digits"}]}
    try:
        campaign = layoutgen.Campaign(POSTER, [row], key="sku", renderer=renderer)
        summary = campaign.run(folder / row["sku"]).summary()
    except layoutgen.PosterError as error:
        return 422, {"ok": False, "diagnostics": [item.to_json() for item in error.diagnostics]}
    return (200 if summary.ok else 409), summary.model_dump(mode="json")


def serve(folder: Path, port: int = 8000) -> HTTPServer:
    """The server, not started yet."""
    renderer = layoutgen.open_renderer("draft")

    class Hook(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply(200, POSTER.schema())

        def do_POST(self) -> None:
            try:
                row = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = answer(dict(row), folder, renderer)
            except (ValueError, TypeError):
                status, body = 400, {"ok": False, "diagnostics": [{"message": "this is not an object of JSON"}]}
            self.reply(status, body)

        def reply(self, status: int, body: dict[str, Any]) -> None:
            raw = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *values: object) -> None:  # noqa: A002 - its name there
            """Quiet."""

    return HTTPServer(("127.0.0.1", port), Hook)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int((sys.argv[2:] or ["8000"])[0])).serve_forever()
