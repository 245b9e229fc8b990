"""Texts with a cursor: `|` in a poster is where one asks."""

from __future__ import annotations

from pathlib import Path

from layoutgen.language_server.buffers import Buffers, uri_of
from layoutgen.language_server.completion import Offer, offers
from layoutgen.language_server.tolerant_tree import tolerant_tree
from layoutgen.language_server.workspace import Workspace, workspace_of

HEAD = """poster 1 "Café 🎉 שלום"
param price: money(EUR)? = 9.90
param size: enum(small, large) = small
param accent: color = #112233
param dishes: list(name: text, cost: money(EUR)) = [{}]
canvas feed 1080x1350, story 1080x1920 { margin: 5% }
language en, de
palette sun #F2A541, sea #0B3C5D
font acme "Noto Sans"
style shout { case: upper }
region header { at: top of canvas; size: 90% x 20%; slogan headline "Hello" as shout; slogan "Second" }
object cat "a cat" { at: left of canvas; size: 30% x 30% }
"""


def opened(folder: Path, text: str, name: str = "a.poster") -> tuple[Buffers, Workspace]:
    """A file as an editor holds it, with the kits that lie in the folder."""
    buffers = Buffers()
    buffers.put(uri_of(folder / name), text)
    return buffers, workspace_of((folder / name).resolve(), buffers)


def offered(folder: Path, marked: str, name: str = "a.poster", *, head: str = HEAD) -> dict[str, Offer]:
    """What is offered at the `|` of the text after the head, by label."""
    before, _, after = marked.rpartition("|")
    _, workspace = opened(folder, head + before + after, name)
    found = offers(tolerant_tree(workspace.main.source), len(head) + len(before), workspace)
    return {offer.label: offer for offer in found}
