"""`on CANVAS, … { NAME { … } }`: what is different on some canvases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.document.declared import ElementDecl
from layoutgen.document.load.blocks import read_properties, read_slogan_verify
from layoutgen.document.settings import NameScope, Setting
from layoutgen.language.properties import PLACEMENT
from layoutgen.syntax.nodes import Statement, Word


@dataclass
class Overrides:
    """By canvas, then by the path of the element."""

    by_canvas: dict[str, dict[str, dict[str, Setting]]] = field(default_factory=dict)

    def of(self, canvas: str) -> Mapping[str, Mapping[str, Setting]]:
        return self.by_canvas.get(canvas, {})

    def add(self, canvas: str, path: str, settings: Mapping[str, Setting]) -> None:
        """A later `on` wins, and its placement replaces that of an earlier one."""
        before = self.by_canvas.setdefault(canvas, {}).setdefault(path, {})
        if PLACEMENT & settings.keys():
            for key in PLACEMENT & before.keys():
                del before[key]
        before.update(settings)


def read_override(
    statement: Statement, paths: Mapping[str, ElementDecl], canvases: tuple[str, ...], names: NameScope, into: Overrides
) -> None:
    """One `on` statement. Unknown canvases, elements and properties are reported."""
    collector = names.collector
    targets: list[str] = []
    if not statement.head:
        collector.error("LG215", statement.kind.span, "`on` names no canvas", hint="write on CANVAS { NAME { … } }")
    for row in statement.head:
        word = row[0]
        if len(row) != 1 or not isinstance(word, Word):
            collector.error(
                "LG215", word.span.to(row[-1].span), "`on` takes names of canvases", hint="write on feed, story { NAME { … } }"
            )
        elif word.text not in canvases:
            hint = f"the canvases are {listed(canvases)}"
            collector.error(
                "LG216", word.span, f"no canvas is called `{word.text}`", label=did_you_mean(word.text, canvases), hint=hint
            )
        else:
            targets.append(word.text)
    if statement.body is None or not statement.body.items:
        collector.error("LG215", statement.kind.span, "this `on` changes nothing", hint="write on CANVAS { NAME { … } }")
        return
    for node in statement.body.properties:
        collector.error(
            "LG208",
            node.name.span,
            "`on` has no properties of its own",
            hint=f"say which element: NAME {{ {node.name.text}: … }}",
        )
    _read_level(statement.body.statements, "", paths, names, tuple(targets), into)


def _read_level(
    statements: tuple[Statement, ...],
    within: str,
    paths: Mapping[str, ElementDecl],
    names: NameScope,
    targets: tuple[str, ...],
    into: Overrides,
) -> None:
    for statement in statements:
        name = statement.kind.text
        path = f"{within}.{name}" if within else name
        decl = paths.get(path)
        if decl is not None and name == "verify" and within:
            decl = None
        if decl is None:
            if name == "verify" and within:
                settings = read_slogan_verify(statement, paths[within].kind, names)
                for canvas in targets:
                    into.add(canvas, within, settings)
                continue
            _unknown(statement, path, within, paths, names)
            continue
        if statement.head:
            hint = f"write `{name} {{ … }}`, with nothing in between"
            names.collector.error(
                "LG215", statement.head[0][0].span, "`on` takes the name of an element and a block", hint=hint
            )
        if statement.body is None:
            names.collector.error(
                "LG215", statement.kind.span, f"nothing is said about `{name}`", hint=f"write `{name} {{ … }}`"
            )
            continue
        settings = read_properties(statement.body.properties, decl.kind, names)
        for canvas in targets:
            into.add(canvas, path, settings)
        _read_level(statement.body.statements, path, paths, names, targets, into)


def _unknown(statement: Statement, path: str, within: str, paths: Mapping[str, ElementDecl], names: NameScope) -> None:
    name = statement.kind.text
    inside = [known.removeprefix(f"{within}.") for known in paths if known.startswith(f"{within}.")] if within else list(paths)
    elsewhere = [known for known in paths if known.endswith(f".{name}")]
    label = f"did you mean `{elsewhere[0]}`?" if len(elsewhere) == 1 else did_you_mean(name, inside)
    hint = f"`{within}` has {listed(inside)}" if within and inside else ""
    if statement.head and not within:
        hint = "`on` changes elements that exist already; new ones are written outside it"
    names.collector.error("LG204", statement.kind.span, f"no region or object is called `{path}`", label=label, hint=hint)
