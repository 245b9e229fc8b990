"""The proof sheet, `index.html`: every picture, what it should say, what was read. Small campaigns are one file that needs
nothing else; for large ones the page takes its small pictures from `.sheet/`, and shows some at a time."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from layoutgen.base.files import write_atomically
from layoutgen.base.templates import environment
from layoutgen.campaign.folder import FolderSettings, thumbnail
from layoutgen.campaign.model import PAGE, ManifestEntry

if TYPE_CHECKING:
    import jinja2

SELF_CONTAINED = 120
"""Jobs; of more, the small pictures stay files of their own."""
PAGE_SIZE = 60
"""Jobs that are shown at a time."""


def write_sheet(folder: Path, entries: Sequence[ManifestEntry], settings: FolderSettings, *, total: int) -> None:
    """Replace `index.html`. LG902."""
    write_atomically(folder / PAGE, sheet_page(folder, entries, settings, total=total).encode())


def sheet_page(folder: Path, entries: Sequence[ManifestEntry], settings: FolderSettings, *, total: int) -> str:
    """The page as HTML. `total`: jobs that there are to make in all."""
    inside = len(entries) <= SELF_CONTAINED
    rows = json.dumps([_row(folder, entry, inside) for entry in entries], ensure_ascii=False, separators=(",", ":"))
    # Inside a script element nothing but its end has a meaning, and no value may write that.
    data = rows.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    passed = sum(entry.passed for entry in entries)
    from markupsafe import Markup

    return _template().render(
        title=settings.title,
        folder=folder.name,
        renderer=settings.brief.renderer,
        total=total,
        passed=passed,
        failed=len(entries) - passed,
        left=total - len(entries),
        attempts=sum(entry.attempts for entry in entries),
        page=PAGE_SIZE,
        data=Markup(data),
        store=hashlib.sha256(f"{settings.poster}\n{settings.title}".encode()).hexdigest()[:16],
        nonce=hashlib.sha256(data.encode()).hexdigest()[:24],
    )


def _row(folder: Path, entry: ManifestEntry, inside: bool) -> dict[str, Any]:
    return {
        "name": entry.name,
        "row": entry.row,
        "canvas": entry.canvas,
        "locale": entry.locale,
        "status": entry.status,
        "passed": entry.passed,
        "image": entry.image,
        "sha256": entry.sha256,
        "href": entry.image and quote(entry.image),
        "thumb": _thumb(folder, entry, inside),
        "attempts": entry.attempts,
        "seconds": round(entry.seconds, 2),
        "actions": ", ".join(entry.actions) if len(entry.actions) > 1 else "",
        "words": [[word.id, word.expected, word.read, word.status] for word in entry.words],
        "reasons": list(entry.reasons),
    }


def _thumb(folder: Path, entry: ManifestEntry, inside: bool) -> str | None:
    if entry.image is None:
        return None
    name = thumbnail(entry.name)
    if not inside:
        return quote(name)
    try:
        return "data:image/webp;base64," + base64.b64encode((folder / name).read_bytes()).decode()
    except OSError:
        return quote(entry.image)


@cache
def _template() -> jinja2.Template:
    return environment(html=True).get_template("campaign.html.j2")
