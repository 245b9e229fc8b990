"""What the page shows: sources, messages, and pictures with their boxes and guides. Plain JSON; lines count from 1."""

from __future__ import annotations

from typing import Literal

from layoutgen.base.model import Box, FrozenModel

Line = tuple[float, float, float, float]
"""From `x1, y1` to `x2, y2`, pixels of the canvas."""


class SourceLines(FrozenModel):
    """Lines of a source that a box comes from."""

    file: str
    """Name of the source, as messages call it."""
    first: int
    last: int
    how: Literal["own", "on", "uses"] = "own"
    """Its statement; what an `on` says of it; a param, style, colour or font that it uses, or its translation."""


class PreviewBox(FrozenModel):
    id: str
    kind: str
    box: Box
    rotation: float = 0.0
    text: str = ""
    """Of a slogan: its words; of others what describes them."""
    why: tuple[str, ...] = ()
    lines: tuple[SourceLines, ...] = ()
    """Its own statement first."""


class Guides(FrozenModel):
    margin: tuple[float, float, float, float]
    """Left, top, width and height inside the margin."""
    bleed: float = 0.0
    """Pixels on each side that are cut off."""
    baselines: tuple[Line, ...] = ()


class PreviewPicture(FrozenModel):
    """One canvas in one language, of one row."""

    id: str
    canvas: str
    locale: str
    row: str = ""
    """Where the row stands in its data: `june.csv row 42`."""
    width: int
    height: int
    key: str = ""
    """Names the picture: equal keys, equal pixels. Empty: nothing could be drawn yet."""
    good: bool = True
    """False: the file as it is now cannot be drawn; the picture is the last good one."""
    fresh: bool = True
    """False: another one is being drawn."""
    boxes: tuple[PreviewBox, ...] = ()
    guides: Guides | None = None


class Message(FrozenModel):
    """A diagnostic: as the terminal shows it, and where it is."""

    code: str
    severity: Literal["error", "warning", "hint"]
    text: str
    short: str
    """The sentence alone."""
    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


class PreviewSource(FrozenModel):
    name: str
    """As messages call it."""
    path: str
    """Absolute, for links into an editor."""
    text: str


class ShownRows(FrozenModel):
    """Which rows of the data are shown."""

    name: str
    total: int
    found: int
    """That the search leaves."""
    offset: int
    size: int
    query: str = ""


class PageHead(FrozenModel):
    """All but the pictures."""

    title: str
    file: str
    good: bool
    """Whether there are no errors."""
    order: tuple[str, ...]
    """Ids of the pictures."""
    canvases: tuple[str, ...]
    locales: tuple[str, ...]
    sources: tuple[PreviewSource, ...]
    messages: tuple[Message, ...]
    rows: ShownRows | None = None
