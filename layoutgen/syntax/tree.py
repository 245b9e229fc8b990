"""Parse tree → nodes: one method a rule, no semantics. Blocks are at most `tokens.DEEPEST` deep, so recursion is bounded."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from typing import Any

from lark import Token, Transformer, v_args

from layoutgen.diagnostics import Collector, Source, Span
from layoutgen.syntax import nodes
from layoutgen.syntax.tokens import span_of, unescape

_NUMBER = re.compile(r"([+-]?(?:\d+(?:\.\d+)?|\.\d+)) ?(%|[A-Za-z]+)?")


def _one(make: Callable[[Any, Span, str], nodes.Node]) -> Callable[[Any, list[Token]], nodes.Node]:
    """A rule of a single token."""

    def rule(self: Any, children: list[Token]) -> nodes.Node:
        return make(self, span_of(self.source, children[0]), str(children[0]))

    return rule


class BuildTree(Transformer[Token, nodes.File]):
    """Bound to one source at a time; `begin` starts a parse."""

    source: Source
    collector: Collector
    comments: list[nodes.Comment]

    def begin(self, source: Source, collector: Collector) -> None:
        self.source, self.collector, self.comments = source, collector, []

    def comment(self, token: Token) -> Token:
        self.comments.append(nodes.Comment(span_of(self.source, token), str(token)[2:].strip()))
        return token

    word = _one(lambda self, span, text: nodes.Word(span, "x" if text == "×" else text))
    hex = _one(lambda self, span, text: nodes.Hex(span, text))
    operator = _one(lambda self, span, text: nodes.Operator(span, text))
    number = _one(lambda self, span, text: _number(span))

    def text(self, children: list[Token]) -> nodes.Text:
        token = children[0]
        span, raw = span_of(self.source, token), str(token)
        if token.type == "BLOCK_STRING":
            body = textwrap.dedent(raw[3:-3].removeprefix("\n")).rstrip(" \t").removesuffix("\n")
            return nodes.Text(span, unescape(body, span.start + 3, self.source, self.collector))
        return nodes.Text(span, unescape(raw[1:-1], span.start + 1, self.source, self.collector))

    dimensions = _one(lambda self, span, text: nodes.Dimensions(span, *map(int, re.split("[x×]", text))))
    ratio = _one(lambda self, span, text: nodes.Ratio(span, *map(float, text.split(":"))))

    def spread(self, children: list[Token]) -> nodes.Spread:
        span, text = span_of(self.source, children[0]), str(children[0])
        low, high = text.split("..")
        return nodes.Spread(
            span,
            _number(Span(self.source, span.start, span.start + len(low))) if low.strip() else None,
            _number(Span(self.source, span.end - len(high.lstrip()), span.end)) if high.strip() else None,
        )

    @v_args(meta=True)
    def optional(self, meta: Any, children: list[Any]) -> nodes.Optional:
        return nodes.Optional(self._span(meta), children[0])

    @v_args(meta=True)
    def call(self, meta: Any, children: list[Any]) -> nodes.Call:
        return nodes.Call(self._span(meta), children[0], tuple(child for child in children[1:] if child))

    @v_args(meta=True)
    def argument(self, meta: Any, children: list[Any]) -> nodes.Argument:
        return nodes.Argument(self._span(meta), *children)

    def items(self, children: list[Any]) -> nodes.Items:
        return tuple(children)

    def annotation(self, children: list[nodes.Items]) -> tuple[nodes.Items, ...]:
        return tuple(children)

    default = annotation

    @v_args(meta=True)
    def property(self, meta: Any, children: list[Any]) -> nodes.Property:
        return nodes.Property(self._span(meta), children[0], tuple(children[1:]))

    @v_args(meta=True)
    def block(self, meta: Any, children: list[Any]) -> nodes.Block:
        return nodes.Block(
            self._span(meta), tuple(child for child in children if isinstance(child, (nodes.Property, nodes.Statement)))
        )

    @v_args(meta=True)
    def statement(self, meta: Any, children: list[Any]) -> nodes.Statement:
        kind, *heads, annotation, body, default = children
        return nodes.Statement(
            self._span(meta), kind, tuple(head for head in heads if head), annotation or (), body, default or ()
        )

    def start(self, children: list[Any]) -> nodes.File:
        whole = Span(self.source, 0, len(self.source.text))
        return nodes.File(whole, self.source, tuple(child for child in children if not isinstance(child, Token)), ())

    def _span(self, meta: Any) -> Span:
        return Span(self.source, meta.start_pos, meta.end_pos)


def _number(span: Span) -> nodes.Number:
    match = _NUMBER.fullmatch(span.text.strip())
    assert match is not None, "the grammar's NUMBER is this pattern"
    return nodes.Number(span, float(match[1]), match[2] or "")
