"""The layout: whole-pixel boxes on one canvas, in reading order, with the lines and character boxes of every text."""

from __future__ import annotations

from layoutgen.base.model import Box, FrozenModel
from layoutgen.document.model import Canvas, Element
from layoutgen.typeset.model import SetText


class Placed(FrozenModel):
    """One element with its box. `why` says, one plain sentence each, what fixed it; proofs and editors show it."""

    id: str
    parent: str | None
    box: Box
    element: Element
    text: SetText | None = None
    """Of a slogan: its lines and characters at their final size; upright, `rotation` turns them about the centre of `box`."""
    rotation: float = 0.0
    """Degrees, clockwise, by which the content is turned: its own turn and those of all it lies in. `box` has room for it."""
    why: tuple[str, ...] = ()


class Layout(FrozenModel):
    canvas: Canvas
    locale: str
    placed: tuple[Placed, ...]
    """Every live element with a place (references have none); parents before children, otherwise in reading order."""

    def __getitem__(self, element_id: str) -> Placed:
        return next(item for item in self.placed if item.id == element_id)
