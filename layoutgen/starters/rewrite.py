"""A starter template → a new poster: its text edited at the places that the parser found, nothing else changed.

Answers become defaults, canvases that are not kept go together with their `on` blocks, and a brand kit replaces the
template's colours and typefaces.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Span
from layoutgen.document.load.loader import load
from layoutgen.document.poster import Poster
from layoutgen.document.variants import requested_canvases
from layoutgen.language.params.declare import Param, bind_params
from layoutgen.language.values import Money, Percent, plain, to_json
from layoutgen.starters.edits import Edit, apply_edits, without_line
from layoutgen.syntax import nodes, parse, read_source


def rewrite_starter(
    template: Path, stem: str, given: Mapping[str, object], *, canvases: list[str] | None, kit: Path | None
) -> dict[str, bytes]:
    """The files of the new poster by their path beside it: `STEM.poster` first, then translations, data and the kit's.

    Raises PosterError: LG700 … for values that do not fit their params, LG952 for an unknown canvas.
    """
    poster, source = load(template), read_source(template)
    tree = parse(source)[0]
    files = {f"{stem}.{part}": content for part, content in _companions(template).items()}
    sidecars = [f"{stem}.{locale}.json" for locale in poster.languages[1:]]
    edits = [*_renamed(tree, template.stem, stem), *_kept_canvases(tree, poster, canvases)]
    for param, value in _answers(poster, template, given):
        if param.type.kind == "list" and value is not None:
            files[f"{stem}.{param.name}.json"] = _data(value)
            edits = [edit for edit in edits if not _inside(edit, _default_of(tree, param.name))]
            edits.append(_defaulted(tree, param.name, quoted(f"{stem}.{param.name}.json")))
        else:
            edits.append(_defaulted(tree, param.name, None if value is None else literal(value)))
        if isinstance(param.default, str) and value != param.default:
            files = {name: _without(content, param.default) if name in sidecars else content for name, content in files.items()}
    if kit is not None:
        from layoutgen.starters.rebrand import rebrand

        more, kit_files = rebrand(tree, kit)
        edits, files = [*edits, *more], {**files, **kit_files}
    return {f"{stem}.poster": apply_edits(source, edits).encode(), **files}


def literal(value: Any) -> str:
    """A bound value, written as it is after `=`."""
    return quoted(value) if isinstance(value, str) else written(value)


def written(value: Any) -> str:
    """A bound value, written as on the command line."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return f"{value.amount:f}"
    if isinstance(value, Percent):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return plain(value)
    return str(to_json(value))


def quoted(text: str) -> str:
    """Text as a string of the language."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in text) + '"'


def _companions(template: Path) -> dict[str, bytes]:
    """Translations and data beside a template, by what follows its name: `de.json`."""
    beside = sorted(template.parent.glob(f"{template.stem}.*.json"))
    return {path.name.removeprefix(f"{template.stem}."): path.read_bytes() for path in beside}


def _without(sidecar: bytes, text: str) -> bytes:
    """Translations without the one of a text that was replaced; `check` asks for the one of the new text."""
    translations = {key: value for key, value in json.loads(sidecar).items() if key != text}
    return (json.dumps(translations, ensure_ascii=False, indent=2) + "\n").encode()


def _answers(poster: Poster, template: Path, given: Mapping[str, object]) -> list[tuple[Param, object]]:
    """The given params with their values, checked as those of a data row are."""
    collector = Collector()
    bound = bind_params(poster.params, given, base=template.parent, palette=poster.palette, collector=collector)
    if collector.diagnostics:
        raise PosterError(collector.diagnostics)
    for param in poster.params:
        value = bound.get(param.name)
        if param.name in given and isinstance(value, str) and ("{{" in value or "{%" in value):
            message = f"`{param.name}` has braces that a default cannot hold"
            raise PosterError(Diagnostic("LG263", message, hint="give it when you render: -p NAME=VALUE"))
    return [(param, bound[param.name]) for param in poster.params if param.name in given]


def _data(value: Any) -> bytes:
    rows = [f"  {json.dumps(row, ensure_ascii=False)}" for row in to_json(value)]  # type: ignore[attr-defined]
    return ("[\n" + ",\n".join(rows) + "\n]\n").encode()


def _renamed(tree: nodes.File, old: str, new: str) -> Iterable[Edit]:
    """Names of files in comments and in defaults that are files: `menu.dishes.json` → `lunch.dishes.json`."""
    if old == new:
        return
    pattern = re.compile(rf"(?<![\w.-]){re.escape(old)}(?=\.[a-z])")
    for comment in tree.comments:
        for match in pattern.finditer(comment.span.text):
            yield Edit(comment.span.start + match.start(), comment.span.start + match.end(), new)
    for statement in tree.statements:
        for atom in (atom for items in statement.default for atom in items):
            if isinstance(atom, nodes.Text) and atom.value.startswith(f"{old}.") and atom.value.endswith(".json"):
                yield Edit(atom.span.start, atom.span.end, quoted(new + atom.value.removeprefix(old)))


def _defaulted(tree: nodes.File, name: str, text: str | None) -> Edit:
    """`= text` instead of the default of a param, or none at all."""
    statement = _param(tree, name)
    end = statement.body.span.end if statement.body else statement.annotation[-1][-1].span.end
    last = statement.default[-1][-1].span.end if statement.default else end
    return Edit(end, last, "" if text is None else f" = {text}")


def _param(tree: nodes.File, name: str) -> nodes.Statement:
    params = (statement for statement in tree.statements if statement.kind.text == "param")
    return next(statement for statement in params if statement.head[0][0].span.text == name)


def _default_of(tree: nodes.File, name: str) -> Span | None:
    default = _param(tree, name).default
    return default[0][0].span.to(default[-1][-1].span) if default else None


def _inside(edit: Edit, span: Span | None) -> bool:
    return span is not None and span.start <= edit.start and edit.end <= span.end


def _kept_canvases(tree: nodes.File, poster: Poster, kept: list[str] | None) -> Iterable[Edit]:
    """Without the canvases that are not kept, and without what `on` says about them alone."""
    if kept is None:
        return
    requested_canvases(poster, kept)
    for statement in tree.statements:
        if statement.kind.text not in ("canvas", "on"):
            continue
        rows = [items for items in statement.head if items[0].span.text in kept]
        if not rows:
            yield without_line(statement)
        elif len(rows) < len(statement.head):
            first, last = statement.head[0][0].span, statement.head[-1][-1].span
            yield Edit(first.start, last.end, ", ".join(items[0].span.to(items[-1].span).text for items in rows))
