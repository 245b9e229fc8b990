"""What `layoutgen check` finds in a text that an editor holds: the quick stages at once, layout and the rest after them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from layoutgen.diagnostics import Diagnostic, PosterError, Source, in_order, merged
from layoutgen.document import Poster, load_text
from layoutgen.hints import Subject, hints_of, stages
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.tolerant_tree import tolerant_tree
from layoutgen.layout import Layout


@dataclass(frozen=True)
class Checked:
    """What is known of one text."""

    source: Source
    poster: Poster | None
    """None while it has errors, and of a kit."""
    diagnostics: tuple[Diagnostic, ...]
    complete: bool = False
    """Layout and all after it were looked at, too."""
    layouts: Mapping[str, Layout] = field(default_factory=dict)
    """By canvas, in the first language: those that could be solved."""


def is_kit(source: Source) -> bool:
    first = next(iter(tolerant_tree(source).root.items), None)
    return first.kind == "kit" if first is not None and first.kind in ("kit", "poster") else source.name.endswith(".kit")


def quick(path: Path, source: Source, buffers: Buffers) -> Checked:
    """The syntax and document stages."""
    try:
        if is_kit(source):
            # Alone a kit is nothing that could be loaded: an empty poster uses it.
            text, name = f'poster 1 "kit"\nuse "{path.name}"\n', f"{path}.poster"
            warnings = load_text(text, str(path.with_name(Path(name).name)), path.parent, read=buffers.read).warnings
            return Checked(source, None, warnings)
        poster = load_text(source.text, str(path), path.parent, read=buffers.read)
        return Checked(source, poster, poster.warnings)
    except PosterError as error:
        return Checked(source, None, error.diagnostics)


def complete(checked: Checked, stale: Callable[[], bool] = lambda: False) -> Checked | None:
    """The stages after those; None once `stale` says that nobody waits for the answer."""
    poster = checked.poster
    if poster is None or any(param.required for param in poster.params):
        # Without values for its required params a poster cannot be laid out; that is no mistake.
        return replace(checked, complete=True)
    collected: list[Diagnostic] = []
    subjects: list[Subject] = []
    layouts: dict[str, Layout] = {}
    for diagnostics, layout in stages(poster, subjects):
        collected += diagnostics
        if layout is not None:
            layouts.setdefault(layout.canvas.name, layout)
        if stale():
            return None
    told = merged(collected, [canvas.name for canvas in poster.canvases], poster.languages)
    every_one = len(subjects) == len(poster.canvases) * len(poster.languages)
    hints = hints_of(poster, subjects, complete=every_one)
    every = in_order(dict.fromkeys((*checked.diagnostics, *told, *hints)))
    return replace(checked, diagnostics=every, complete=True, layouts=layouts)
