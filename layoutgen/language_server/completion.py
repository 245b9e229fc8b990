"""What can stand at a place: statements, properties, values, names, params, filters, files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lsprotocol.types import CompletionItemKind as Kind

from layoutgen.base.color import BUILT_IN_COLORS
from layoutgen.document.load.declarations import FONT_SUFFIXES
from layoutgen.document.load.picture_files import PICTURE_SUFFIXES
from layoutgen.document.load.placement_values import POINTS
from layoutgen.document.load.project import Project
from layoutgen.document.load.requires import COLOR_PROPERTIES, NEAR, WITHIN
from layoutgen.document.load.style_values import WEIGHTS
from layoutgen.language.params.types import LIMITS
from layoutgen.language.presets import PRESETS
from layoutgen.language.properties import RELATIONS, PropertyRule, rules_for
from layoutgen.language.statements import ELEMENT_KINDS, STATEMENTS, allowed_in
from layoutgen.language_server.catalogue import (
    CLAUSES,
    FILTER_NAMES,
    PARAM_TYPES,
    filter_meaning,
    property_page,
    rule_of,
    snippets,
    statement_page,
    values_of,
)
from layoutgen.language_server.context import Context, context_at, kind_of
from layoutgen.language_server.names import COLORED, NAMING, Sort
from layoutgen.language_server.tolerant_tree import TolerantTree
from layoutgen.language_server.workspace import Workspace

FILES = {"use": (".kit",), "image": PICTURE_SUFFIXES, "reference": PICTURE_SUFFIXES, "font": FONT_SUFFIXES}
"""How the files end that a statement names."""


@dataclass(frozen=True)
class Offer:
    """One thing that can stand here. It replaces `start` … `end`."""

    label: str
    kind: Kind
    detail: str = ""
    page: str = ""
    """What it means, as Markdown."""
    text: str = ""
    """What is put in, where it is not the label."""
    snippet: str = ""
    """The same with places to fill, for editors that can."""
    start: int = 0
    end: int = 0


def offers(tree: TolerantTree, offset: int, workspace: Workspace, *, shy: bool = False) -> list[Offer]:
    """What can stand at an offset. `shy`: only a space was typed, so where anything can stand nothing is offered."""
    context = context_at(tree, offset, workspace)
    if context.place == "nothing" or (shy and context.place in ("start", "string")):
        return []
    candidates = _PLACES[context.place](context, workspace)
    return [
        Offer(one.label, one.kind, one.detail, one.page, one.text, one.snippet, context.start, context.end)
        for one in {offer.label: offer for offer in candidates}.values()
    ]


def _start(context: Context, workspace: Workspace) -> Iterator[Offer]:
    """At the start of a statement."""
    block = context.block
    kind = kind_of(block, workspace, context.path)
    within_on = block is not None and block.parent is not None and "on" in [block.kind, *(i.kind for i in block.around())]
    if within_on:
        inner = f"{context.path}." if context.path else ""
        for path, symbol in workspace.elements.items():
            if path.startswith(inner) and symbol.kind != "reference":
                name = path.removeprefix(inner)
                yield Offer(name, Kind.Field, symbol.kind, snippet=f"{name} {{ $0 }}", text=f"{name} {{  }}")
        if block is not None and block.kind == "on":
            return
    else:
        file_kind = _file_kind(workspace)
        allowed = allowed_in(kind or file_kind)
        if not kind and block is not None and not block.items:
            allowed = ("poster", "kit")
        for name in allowed:
            if kind or name not in ("poster", "kit") or (block is not None and not block.items):
                entry = STATEMENTS[name]
                yield Offer(name, Kind.Keyword, entry.meaning, statement_page(name), name, entry.snippet)
        if not kind or kind in ("region", "group"):
            for name, (prefix, text, meaning) in snippets().items():
                yield Offer(prefix, Kind.Snippet, meaning, f"**{name}**\n\n```poster\n{text}\n```", "", text)
    is_file = not kind
    written = {item.kind for item in block.items if item.is_property} if block else set()
    if is_file and _file_kind(workspace) == "kit":
        yield _property(rules_for("kit")["locked"])
    if block is not None and block.kind == "for":
        return
    if kind == "param":
        written |= _misfits(context)
    for name, rule in rules_for("defaults" if is_file else kind).items():
        if name not in written or name in RELATIONS:
            yield _property(rule)


def _file_kind(workspace: Workspace) -> str:
    return "kit" if workspace.main.path.suffix == ".kit" else "poster"


def _misfits(context: Context) -> set[str]:
    """The limits that the type of a param does not take."""
    marks = context.block.marks if context.block else []
    type_ = marks[3].text if len(marks) > 3 else ""
    return {limit for limit, types in LIMITS.items() if type_ in PARAM_TYPES and type_ not in types}


def _property(rule: PropertyRule) -> Offer:
    return Offer(
        rule.name, Kind.Property, f"{values_of(rule)} (default: {rule.default})", property_page(rule), f"{rule.name}: "
    )


def _value(context: Context, workspace: Workspace) -> Iterator[Offer]:
    """Behind `name:`."""
    item = context.item
    assert item is not None
    rule = rule_of(item.kind, kind_of(context.block, workspace, context.path))
    if rule is None:
        return
    before = context.before[2:]
    last = before[-1].text if before else ""
    if rule.name == "locked":
        yield from _words(("palette", "fonts"), rule.meaning)
    elif rule.words and not before:
        yield from _words(rule.words, rule.meaning)
    elif rule.type == "yes-no" and not before:
        yield from _words(("yes", "no"), rule.meaning)
    elif rule.type == "weight" and not before:
        yield from (Offer(word, Kind.EnumMember, str(weight)) for word, weight in WEIGHTS.items())
    elif rule.type == "font" and not before:
        yield from _symbols(workspace, "font", kind=Kind.Value)
    elif rule.type == "name" and not before:
        yield from _symbols(workspace, "canvas", kind=Kind.Value)
    elif rule.type in COLORED:
        if not before or last in ("(", ","):
            yield from colors(workspace, context)
            if not before and rule.type in ("color", "paint-or-none"):
                snippet = "gradient(${1:from}, ${2:to}, ${3:90deg})"
                yield Offer("gradient", Kind.Function, "from one colour to others", "", "gradient()", snippet)
            if not before and rule.type != "color":
                yield Offer("none", Kind.EnumMember, "as if nothing were written")
    elif rule.type in NAMING:
        yield from _placed(rule, context, workspace, last)


def _placed(rule: PropertyRule, context: Context, workspace: Workspace, last: str) -> Iterator[Offer]:
    before = context.before[2:]
    if rule.type == "anchor":
        if not before:
            yield from _words(POINTS, "a point")
        elif last == "of":
            yield Offer("canvas", Kind.EnumMember, "inside its margin")
            yield Offer("page", Kind.EnumMember, "all of it: full bleed")
            yield from elements(workspace, context)
        elif "of" not in [mark.text for mark in before]:
            yield _clause("of")
    elif not before or last == ",":
        yield from elements(workspace, context, "object" if rule.name == "avoid" else "")
    elif rule.type in ("relation", "relation-pair") and "gap" not in [mark.text for mark in before]:
        yield _clause("gap")


def _head(context: Context, workspace: Workspace) -> Iterator[Offer]:
    """Behind the first word of a statement."""
    item, last = context.item, context.last
    assert item is not None
    kind, before = item.kind, [mark.text for mark in context.before[1:]]
    if kind == "param":
        yield from _param(context, workspace)
    elif last in ("as", "extends") and len(before) > (kind == "style"):
        yield from _symbols(workspace, "style", kind=Kind.Class)
    elif kind == "on" and last in ("on", ","):
        yield from _symbols(workspace, "canvas", kind=Kind.Value)
    elif kind == "canvas" and (last in ("canvas", ",") or len(before) == 1):
        for name, preset in PRESETS.items():
            yield Offer(name, Kind.Constant, f"{preset.width}x{preset.height}", preset.meaning)
    elif kind == "style" and len(before) == 1:
        yield _clause("extends")
    elif kind == "for":
        if len(before) == 1:
            yield _clause("in")
        elif last == "in":
            yield from (offer for offer in _symbols(workspace, "param") if offer.detail.startswith("list"))
    elif kind == "require" or "when" in before:
        yield from _condition(context, workspace)
    elif kind in ELEMENT_KINDS and (before or kind == "slogan"):
        if "as" not in before:
            yield _clause("as")
        yield _clause("when")


def _param(context: Context, workspace: Workspace) -> Iterator[Offer]:
    marks, last = context.before, context.last
    if last == ":" or (last == "(" and len(marks) < 3):
        yield from (Offer(name, Kind.TypeParameter, meaning) for name, meaning in PARAM_TYPES.items())
    elif last == "=":
        name = marks[1].text if len(marks) > 1 else ""
        kind = next((symbol.kind for symbol in workspace.symbols("param") if symbol.path == name), "")
        yield from _choices(kind, name)


def _condition(context: Context, workspace: Workspace) -> Iterator[Offer]:
    marks = context.before
    last = marks[-1]
    if last.kind != "OPERATOR":
        if last.text in ("when", "require", "not"):
            yield from params(workspace, context)
            yield Offer("locale", Kind.Variable, "the chosen language")
            yield Offer("canvas", Kind.Variable, "the name of the canvas")
            if last.text != "not":
                yield _clause("not")
            if last.text == "require":
                for path, symbol in workspace.elements.items():
                    if symbol.kind in ("region", "group", "slogan"):
                        yield Offer(f"{path}.contrast", Kind.Field, "the contrast of its letters, 1 to 21")
                        yield Offer(f"{path}.color", Kind.Field, "the colour of its letters, as measured on the picture")
                    if symbol.kind in ("region", "group", "slogan", "image", "qr"):
                        yield Offer(f"{path}.panel", Kind.Field, "the colour of its panel, as measured on the picture")
        elif last.text == NEAR:
            yield from colors(workspace, context)
        elif len(marks) > 1 and marks[-2].text == NEAR:
            yield _clause(WITHIN)
        elif marks[-2].text == "require" and last.text.rpartition(".")[2] in COLOR_PROPERTIES:
            yield _clause(NEAR)
        return
    subject = marks[-2].text if len(marks) > 1 else ""
    if subject == "locale":
        languages = [tag for member in workspace.members for tag in member.names.languages]
        yield from _words(languages or ["en"], "a language")
    elif subject == "canvas":
        yield from _symbols(workspace, "canvas", kind=Kind.Value)
    else:
        kind = next((symbol.kind for symbol in workspace.symbols("param") if symbol.path == subject), "")
        yield from _choices(kind, subject)
        yield from params(workspace, context)


def _choices(kind: str, name: str) -> Iterator[Offer]:
    """The words that a param of this type can be."""
    if kind.startswith("enum("):
        words = kind.removeprefix("enum(").partition(")")[0].split(",")
        yield from _words([word.strip() for word in words if word.strip()], f"a value of {name}")
    elif kind.rstrip("?") == "flag":
        yield from _words(("yes", "no"), f"a value of {name}")


def _expression(context: Context, workspace: Workspace) -> Iterator[Offer]:
    """Inside `{{ }}`."""
    before = context.expression.rstrip()
    if before.endswith("|"):
        for name in FILTER_NAMES:
            meaning = filter_meaning(name)
            yield Offer(name, Kind.Function, meaning.splitlines()[0], meaning)
    elif before.endswith("."):
        owner = before[:-1].split()[-1] if before[:-1].split() else ""
        item = next((item for item in context.items if item.path == owner), None)
        if item is not None:
            for symbol in workspace.symbols("field"):
                if symbol.path.partition(".")[0] == item.kind:
                    yield Offer(symbol.name, Kind.Field, symbol.kind)
    else:
        yield from params(workspace, context)
        yield Offer("locale", Kind.Variable, "the chosen language")


def _string(context: Context, workspace: Workspace) -> Iterator[Offer]:
    """The file that a string names."""
    endings = FILES.get(context.item.kind if context.item and not context.item.is_property else "")
    if endings is None:
        return
    folder = workspace.main.path.parent
    root = Project.around(folder).root
    written = context.typed.rpartition("/")[0]
    inside = (folder / written).resolve()
    if not inside.is_relative_to(root) or not inside.is_dir():
        return
    try:
        entries = sorted(os.scandir(inside), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries[:200]:
        path = f"{written}/{entry.name}" if written else entry.name
        if entry.is_dir() and not entry.name.startswith("."):
            yield Offer(f"{path}/", Kind.Folder)
        elif entry.name.lower().endswith(endings) and Path(entry.path) != workspace.main.path:
            yield Offer(path, Kind.File)


def params(workspace: Workspace, context: Context) -> Iterator[Offer]:
    """Params, and the items of `for` around."""
    for symbol in workspace.symbols("param"):
        yield Offer(symbol.path, Kind.Variable, symbol.kind)
    for item in context.items:
        yield Offer(item.path, Kind.Variable, f"an entry of {item.kind}")


def colors(workspace: Workspace, context: Context) -> Iterator[Offer]:
    """Palette colours, params that are colours, and the two that need no palette. Editors show the value as a swatch."""
    for symbol in workspace.symbols("color"):
        yield Offer(symbol.path, Kind.Color, symbol.kind, symbol.kind)
    for symbol in workspace.symbols("param"):
        if symbol.kind.startswith("color"):
            yield Offer(symbol.path, Kind.Variable, symbol.kind)
    for name, value in BUILT_IN_COLORS.items():
        yield Offer(name, Kind.Color, value, value)


def elements(workspace: Workspace, context: Context, kind: str = "") -> Iterator[Offer]:
    """The elements that can be named at a place: siblings and those further out by name, all others by path."""
    scope = context.path.rpartition(".")[0]
    for path, symbol in workspace.elements.items():
        if path == context.path or symbol.kind == "reference" or (kind and symbol.kind != kind):
            continue
        near = path.rpartition(".")[0]
        outward = scope == near or scope.startswith(f"{near}.") or not near
        yield Offer(symbol.name if outward else path, Kind.Field, symbol.kind)


def _symbols(workspace: Workspace, sort: Sort, kind: Kind = Kind.Variable) -> Iterator[Offer]:
    yield from (Offer(symbol.path, kind, symbol.kind) for symbol in workspace.symbols(sort))


def _words(words: Iterable[str], meaning: str) -> Iterator[Offer]:
    yield from (Offer(word, Kind.EnumMember, meaning) for word in words)


def _clause(word: str) -> Offer:
    return Offer(word, Kind.Keyword, CLAUSES[word])


_PLACES = {"start": _start, "value": _value, "head": _head, "expression": _expression, "string": _string}
