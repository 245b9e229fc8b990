"""Element statements → declarations."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Span
from layoutgen.document.declared import ElementDecl, Repeat
from layoutgen.document.load.blocks import no_statements, read_block
from layoutgen.document.predicates import PredicateTypes, read_condition
from layoutgen.document.settings import NameScope, Settings
from layoutgen.document.styles import unknown_style
from layoutgen.language.heads import StatementHead, check_place, read_head, report_twice, usable_name
from layoutgen.language.properties import HOLDERS
from layoutgen.language.statements import ELEMENT_KINDS, STATEMENTS
from layoutgen.syntax.nodes import Statement, Text, Word

Items = Mapping[str, str]
"""The items of the `for` around a place, each with the list param that it goes through."""


class KitImage(NamedTuple):
    """`image NAME "file"` of a kit: a poster that says `image NAME { … }` takes its file and properties."""

    content: Text
    own: Settings
    base: Path


@dataclass(frozen=True)
class ParseContext:
    """What the statements of one place share."""

    names_with: Callable[[Items], NameScope]
    """The names known here, with these items of `for` added."""
    predicate_types_with: Callable[[Items], PredicateTypes]
    styles: Mapping[str, Settings]
    lists: Mapping[str, Collection[str]]
    """The params that are lists, with the fields of their items."""
    faulty: Collection[str]
    """Params that were reported already."""
    kit_images: Mapping[str, KitImage]
    base: Path
    items: Items = field(default_factory=dict)

    @property
    def names(self) -> NameScope:
        return self.names_with(self.items)


def read_elements(
    statements: tuple[Statement, ...], within: str, context: ParseContext, path: str = ""
) -> tuple[ElementDecl | Repeat, ...]:
    """The elements among the statements of one block; a name used twice in it is reported."""
    return _read_level(statements, within, context, path, _Counter())


class _Counter:
    """What one block, with the `for` in it, has used up: slogan numbers and names."""

    def __init__(self) -> None:
        self.slogans = 0
        self.spans: dict[str, Span] = {}


def _read_level(
    statements: tuple[Statement, ...], within: str, context: ParseContext, path: str, counter: _Counter
) -> tuple[ElementDecl | Repeat, ...]:
    declarations: list[ElementDecl | Repeat] = []
    for statement in statements:
        kind = statement.kind.text
        if kind == "for" and check_place(statement, within, context.names.collector):
            repeat = _read_for(statement, within, context, path, counter)
            if repeat:
                declarations.append(repeat)
        elif kind not in ELEMENT_KINDS and within == "poster":
            continue  # judged with the other statements of the file
        elif check_place(statement, within, context.names.collector) and kind in ELEMENT_KINDS:
            declarations.append(_read_element(statement, context, path, counter))
    return tuple(declarations)


def _read_for(statement: Statement, within: str, context: ParseContext, path: str, counter: _Counter) -> Repeat | None:
    collector = context.names.collector
    row = statement.head[0] if len(statement.head) == 1 else ()
    words = [atom for atom in row if isinstance(atom, Word)]
    if len(row) != 3 or len(words) != 3 or words[1].text != "in":
        collector.error("LG215", statement.kind.span, "this `for` is not complete", hint="write for ITEM in PARAM { … }")
        return None
    item, param = words[0], words[2]
    if not usable_name(item, collector):
        return None
    if item.text in context.names.known:
        collector.error(
            "LG205", item.span, f"`{item.text}` is already a param or item", hint="choose another word for one item"
        )
        return None
    if param.text not in context.lists:
        if param.text in context.faulty:
            return None
        if param.text in context.names.known:
            collector.error(
                "LG230", param.span, f"`{param.text}` is not a list", hint=f"declare it: param {param.text}: list(name: text)"
            )
        else:
            hint = (
                f"the lists are {listed(sorted(context.lists))}"
                if context.lists
                else f"declare it: param {param.text}: list(name: text)"
            )
            collector.error(
                "LG213",
                param.span,
                f"no param is called `{param.text}`",
                label=did_you_mean(param.text, context.lists),
                hint=hint,
            )
        return None
    if statement.body is None or not statement.body.items:
        collector.error(
            "LG215", statement.span, "this `for` repeats nothing", hint="put elements inside: for ITEM in PARAM { slogan … }"
        )
        return None
    for node in statement.body.properties:
        collector.error("LG208", node.name.span, "a `for` has no properties", hint="write them in the elements that it repeats")
    inner = replace(context, items={**context.items, item.text: param.text})
    children = _read_level(statement.body.statements, within, inner, path, counter)
    return Repeat(item.text, param.text, statement.kind.span, children) if children else None


def _read_element(statement: Statement, context: ParseContext, path: str, counter: _Counter) -> ElementDecl:
    names = context.names
    kind = statement.kind.text
    counter.slogans += kind == "slogan"
    complete = read_head(statement, names.collector)
    # What has a fault in its head still has a name and a block: nothing else should be reported for want of them.
    head = complete or StatementHead(name=_first_word(statement))
    name = head.name.text if head.name else str(counter.slogans)
    span = head.name.span if head.name else statement.kind.span
    if name in counter.spans:
        report_twice("an element called", name, span, counter.spans[name], names.collector)
    counter.spans.setdefault(name, span)
    own_path = f"{path}.{name}" if path else name
    own = read_block(statement.body, kind, names)
    children: tuple[ElementDecl | Repeat, ...] = ()
    if kind in HOLDERS:
        children = read_elements(statement.body.statements if statement.body else (), kind, context, own_path)
    else:
        no_statements(statement.body, kind, names)
    content, base = head.content, context.base
    if kind == "image" and content is None and name in context.kit_images:
        kit_image = context.kit_images[name]
        content, base, own = kit_image.content, kit_image.base, {**kit_image.own, **own}
    if content is None and STATEMENTS[kind].content and complete:
        names.collector.error(
            "LG215", statement.kind.span.to(span), f"this `{kind}` has no content", hint=f"write {STATEMENTS[kind].content}"
        )
    if head.style and head.style.text not in context.styles:
        unknown_style(head.style, context.styles, names.collector)
    when = read_condition(head.when, context.predicate_types_with(context.items), names.collector) if head.when else None
    compiled = names.compile(content) if content else None
    return ElementDecl(kind, name, own_path, span, own, head.style.text if head.style else None, when, compiled,
                   content.span if content else None, base, children)  # fmt: skip


def _first_word(statement: Statement) -> Word | None:
    atom = statement.head[0][0] if statement.head else None
    return atom if isinstance(atom, Word) and "." not in atom.text else None
