"""What the rules look at: one poster, solved for one canvas and one language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from layoutgen.conditions.backgrounds import ZStack
from layoutgen.conditions.lower import z_stack_of
from layoutgen.conditions.model import Conditions, Glyph
from layoutgen.diagnostics import Diagnostic, Fix, Related
from layoutgen.document.model import Document, Element, Slogan
from layoutgen.document.poster import Poster
from layoutgen.layout.model import Layout, Placed


@dataclass(frozen=True, eq=False)
class Subject:
    """The stages of one canvas and language; the conditions may be of any renderer."""

    poster: Poster
    document: Document
    layout: Layout
    conditions: Conditions

    @cached_property
    def z_stack(self) -> ZStack:
        return z_stack_of(self.document, self.layout)

    @cached_property
    def slogans(self) -> tuple[tuple[Placed, Slogan, Glyph], ...]:
        """Every slogan with its letters, generated or typeset, in reading order."""
        glyphs = {glyph.id: glyph for glyph in self.conditions.all_glyphs}
        return tuple(
            (item, item.element, glyphs[item.id])
            for item in self.layout.placed
            if isinstance(item.element, Slogan) and item.id in glyphs
        )

    @property
    def short_side(self) -> int:
        return min(self.layout.canvas.width, self.layout.canvas.height)

    def pixels(self, length: float) -> str:
        """A length for people: `46 px`, and the millimetres where the canvas is printed."""
        dpi = self.layout.canvas.dpi
        return f"{length:.0f} px" + (f" ({length / dpi * 25.4:.1f} mm)" if dpi else "")


class Finding(NamedTuple):
    """One hint, and how bad it is: of the same hint on several canvases only the worst is reported."""

    badness: float
    diagnostic: Diagnostic


Rule = Callable[[Subject], Iterator[Finding]]


def finding(
    code: str,
    element: Element,
    message: str,
    hint: str,
    badness: float,
    *,
    related: tuple[Related, ...] = (),
    fix: Fix | None = None,
) -> Finding:
    """A hint at an element."""
    return Finding(badness, Diagnostic(code, message, element.where, "", hint, related, severity="hint", fix=fix))
