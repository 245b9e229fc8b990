"""Statements as they are written: whether one may stand where it does, and the parts of its head."""

from __future__ import annotations

from typing import NamedTuple

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Collector, Related, Span
from layoutgen.language.statements import STATEMENTS, allowed_in
from layoutgen.language.synonyms import statement_hint
from layoutgen.syntax.nodes import Atom, Statement, Text, Word

RESERVED = ("canvas", "page", "locale")


class StatementHead(NamedTuple):
    """`NAME "content" as STYLE when CONDITION`, each part optional."""

    name: Word | None = None
    content: Text | None = None
    style: Word | None = None
    when: tuple[Atom, ...] = ()


def a(kind: str) -> str:
    """The kind with its article: a `region`, an `object`."""
    return f"an `{kind}`" if kind[0] in "aeiou" else f"a `{kind}`"


def check_place(statement: Statement, within: str, collector: Collector) -> bool:
    """Whether a statement may stand in a file or block of the kind `within`."""
    kind = statement.kind.text
    allowed = allowed_in(within)
    if kind in allowed:
        return True
    if kind in STATEMENTS:
        where = f"a {within}" if within in ("poster", "kit") else a(within)
        inside = f"inside it may stand {listed(allowed)}" if allowed else f"close the `{within}` before it"
        hint = STATEMENTS[kind].misplaced or inside
        collector.error("LG214", statement.kind.span, f"`{kind}` cannot stand inside {where}", hint=hint)
    else:
        foreign = statement_hint(kind, allowed)
        label = "" if foreign else did_you_mean(kind, allowed or STATEMENTS)
        hint = f"here may stand {listed(allowed, 20)}" if allowed else f"inside `{within}` stand only properties, `name: value`"
        hint = foreign or ("" if label else hint)
        collector.error("LG202", statement.kind.span, f"there is no statement `{kind}`", label=label, hint=hint)
    return False


def read_head(statement: Statement, collector: Collector) -> StatementHead | None:
    """The head of an element; None after an error was collected."""
    kind = statement.kind.text
    if len(statement.head) > 1:
        extra = statement.head[1][0].span
        collector.error("LG215", extra, f"{a(kind)} has no list", hint="delete the comma, or write a statement for each")
        return None
    atoms = list(statement.head[0]) if statement.head else []
    name = content = style = None
    when: tuple[Atom, ...] = ()
    starts_clause = (
        len(atoms) > 1 and isinstance(atoms[0], Word) and atoms[0].text in ("as", "when") and isinstance(atoms[1], Word)
    )
    if atoms and isinstance(atoms[0], Word) and not (kind == "slogan" and starts_clause):
        name = atoms.pop(0)
    if atoms and isinstance(atoms[0], Text):
        content = atoms.pop(0)
    while atoms:
        atom = atoms.pop(0)
        word = atom.text if isinstance(atom, Word) else ""
        if word == "as" and style is None and atoms and isinstance(atoms[0], Word):
            style = atoms.pop(0)
        elif word == "when" and not when and atoms:
            end = next((at for at, item in enumerate(atoms) if isinstance(item, Word) and item.text == "as" and at), len(atoms))
            when, atoms = tuple(atoms[:end]), atoms[end:]
        else:
            needed = STATEMENTS[kind].content
            collector.error(
                "LG215",
                atom.span,
                f"`{atom.span.text}` does not fit into this `{kind}`",
                hint=f"it has {needed}" if needed else f"write {kind} header as shout when sale {{ … }}",
            )
            return None
    head = StatementHead(name, content, style, when)  # type: ignore[arg-type]
    return head if _complete(head, statement, collector) else None


def _complete(head: StatementHead, statement: Statement, collector: Collector) -> bool:
    kind = statement.kind.text
    if head.name is None and kind != "slogan":
        collector.error(
            "LG215",
            statement.kind.span,
            f"this `{kind}` has no name",
            hint=f"write `{kind} NAME …`; the name is used to place things relative to it",
        )
        return False
    if head.content is not None and not STATEMENTS[kind].content:
        hint = (
            f"put the words inside it: {kind} {head.name.text if head.name else 'header'} {{ slogan {head.content.span.text} }}"
        )
        collector.error(
            "LG215",
            head.content.span,
            f"{a(kind)} has no text of its own",
            hint=hint if kind == "region" else "delete the text",
        )
        return False
    return head.name is None or usable_name(head.name, collector)


def usable_name(word: Word, collector: Collector) -> bool:
    """Whether a word can be the name of something new."""
    if "." in word.text:
        collector.error(
            "LG215", word.span, f"`{word.text}` cannot be a name", hint="a name has no dots; letters, digits, _ and - are fine"
        )
        return False
    if word.text in RESERVED:
        collector.error(
            "LG215", word.span, f"`{word.text}` has a meaning of its own and cannot be a name", hint="choose another name"
        )
        return False
    return True


def report_twice(what: str, name: str, span: Span, first: Span, collector: Collector) -> None:
    collector.error(
        "LG205",
        span,
        f"{what} `{name}` exists already",
        related=(Related(first, "the first one"),),
        hint="give one of them another name",
    )
