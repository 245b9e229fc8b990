"""Expressions inside `{{ }}`: judged against an allow-list, then compiled by Jinja in its immutable sandbox.

Two walls stand one behind the other. Names are replaced by numbered ones before Jinja sees them, and only the node
types below get through; comparisons, fields and printing become filters of our own. Then the sandbox runs what is
left, with no globals, no attribute access and no calls.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from layoutgen.base.suggest import did_you_mean
from layoutgen.language import values
from layoutgen.language.strings import filters
from layoutgen.language.strings.source import LONGEST_EXPRESSION, Lexeme, Problem
from layoutgen.language.values import BadValue

DEEPEST = 40
LARGEST_CONSTANT = 10**15
LOCALE = "_locale"
_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}


class Absent(StrictUndefined):
    """An optional param (or field) without a value: false in a condition, an error when printed."""

    def __bool__(self) -> bool:  # type: ignore[override]
        return False

    @property
    def name(self) -> str:
        return self._undefined_name or "this"


def _present(value: object) -> object:
    if isinstance(value, Absent):
        raise BadValue(
            "LG256",
            f"`{value.name}` has no value",
            f"show it only when it has one: `when {value.name}`\n"
            f'or say what stands instead: {{{{ {value.name} | default("…") }}}}',
        )
    return value


def _text(value: object) -> str:
    return values.printed(_present(value))


def _field(value: object, path: str) -> object:
    name = path.rpartition(".")[2]
    _present(value)
    if not isinstance(value, Mapping):
        raise BadValue("LG274", f"{values.kind_of(value)} has no fields, so `{path}` is nothing", "use the name alone")
    if name not in value:
        raise BadValue("LG274", f"there is no field `{path}`", did_you_mean(name, value))
    field_value = value[name]
    return Absent(name=path) if field_value is None else field_value


def _compare(left: object, sign: str, right: object) -> bool:
    if sign in ("in", "not in"):
        contained = _contains(_present(right), _present(left))
        return contained if sign == "in" else not contained
    return values.compare(_present(left), sign, _present(right))


def _contains(whole: object, part: object) -> bool:
    if isinstance(whole, str) and isinstance(part, str):
        return part in whole
    if isinstance(whole, tuple | list):
        return any(values.compare(part, "==", item) for item in whole)
    raise BadValue("LG717", f"{values.kind_of(whole)} holds no {values.kind_of(part)}", "`in` looks for text in text")


def default(value: object, instead: object, *, locale: str = "en") -> object:
    """The value, or `instead` where there is none."""
    return instead if isinstance(value, Absent) else value


def _whole(value: object) -> int:
    number = values.number(_present(value))
    if number is None or number != number.to_integral_value():
        raise BadValue("LG257", f"{values.kind_of(value)} is not a whole number, so it is neither even nor odd")
    return int(number)


FILTERS: dict[str, Callable[..., object]] = {"default": default, **filters.FILTERS}
TESTS: dict[str, Callable[[object], bool]] = {
    "defined": lambda value: not isinstance(value, Absent),
    "undefined": lambda value: isinstance(value, Absent),
    "even": lambda value: _whole(value) % 2 == 0,
    "odd": lambda value: _whole(value) % 2 == 1,
}


def _guarded(function: Callable[..., object]) -> Callable[..., object]:
    return lambda value, *args, **named: function(_present(value), *args, **named)


class Environment(ImmutableSandboxedEnvironment):
    """Arithmetic goes through `param_values.calculate`; attributes, subscripts and calls do not exist."""

    intercepted_binops = frozenset(["+", "-", "*", "/", "//", "%", "**"])
    intercepted_unops = frozenset(["+", "-"])

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, optimized=False, cache_size=0)
        self.globals = {}
        self.filters = {name: filter_ if name == "default" else _guarded(filter_) for name, filter_ in FILTERS.items()}
        self.filters |= {"_text": _text, "_field": _field, "_compare": _compare, "_decimal": Decimal}
        self.tests = dict(TESTS)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return values.calculate(operator, _present(left), _present(right))

    def call_unop(self, context: Context, operator: str, arg: Any) -> Any:
        value = _present(arg)
        return values.negated(value) if operator == "-" else values.calculate("+", 0, value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        _refuse()

    def getitem(self, obj: Any, argument: Any) -> Any:
        _refuse()

    def call(*_: Any, **__: Any) -> Any:
        _refuse()


def _refuse() -> NoReturn:
    raise BadValue("LG253", "this is not part of the language of strings")


@cache
def environment() -> Environment:
    return Environment()


def judge_lexemes(lexemes: list[Lexeme]) -> list[Problem]:
    """What can be judged before parsing, at the exact word."""
    problems: list[Problem] = []
    opened: list[str] = []
    for index, lexeme in enumerate(lexemes):
        before = lexemes[index - 1] if index else None
        if lexeme.role == "filter" and lexeme.text not in FILTERS:
            problems.append(_unknown("LG254", "filter", lexeme, FILTERS))
        elif lexeme.role == "test" and lexeme.text not in TESTS:
            problems.append(_unknown("LG254", "test", lexeme, TESTS))
        elif lexeme.text in ("none", "None"):
            problems.append(
                _at(lexeme, "LG253", "there is no `none`", "ask whether a name has a value: {{ … if price else … }}")
            )
        elif lexeme.text == "(":
            if before and (before.role in ("name", "field", "string", "number") or before.text in (")", "]")):
                target = before if before.role in ("name", "field") else lexeme
                problems.append(
                    _at(
                        target,
                        "LG253",
                        "nothing can be called in a string",
                        "values are changed by filters: {{ name | upper }}",
                    )
                )
            opened.append("filter(" if before and before.role == "filter" else "(")
        elif lexeme.text == ")" and opened:
            opened.pop()
        elif lexeme.text == "[" and not (before and before.text == "in"):
            problems.append(
                _at(
                    lexeme,
                    "LG253",
                    "`[…]` is not part of the language of strings",
                    "a field of an item is written {{ dish.name }}",
                )
            )
        elif lexeme.text == "=" and not (opened and opened[-1] == "filter("):
            problems.append(_at(lexeme, "LG252", "a single `=` compares nothing", "write =="))
        elif lexeme.role == "operator" and lexeme.text == "*" and before and before.text == "*" and before.end == lexeme.start:
            problems.append(_at(lexeme, "LG253", "there are no powers", "multiply instead"))
        elif lexeme.role not in ("operator", "keyword") and before and before.role not in ("operator", "keyword"):
            problems.append(_side_by_side(lexeme, before))
    return problems


def _at(lexeme: Lexeme, code: str, message: str, hint: str) -> Problem:
    return Problem(code, lexeme.start, lexeme.end, message, hint=hint)


def _unknown(code: str, what: str, lexeme: Lexeme, known: Iterable[str]) -> Problem:
    return Problem(
        code, lexeme.start, lexeme.end, f"there is no {what} `{lexeme.text}`", did_you_mean(lexeme.text, known),
        f"{what}s: {', '.join(sorted(known))}",
    )  # fmt: skip


def _side_by_side(lexeme: Lexeme, before: Lexeme) -> Problem:
    if lexeme.text in FILTERS:
        hint = f"a filter follows a bar: {{{{ {before.text} | {lexeme.text} }}}}"
    else:
        hint = f"join two texts with ~: {{{{ {before.text} ~ {lexeme.text} }}}}"
    return Problem("LG252", lexeme.start, lexeme.end, f"nothing stands between `{before.text}` and `{lexeme.text}`", hint=hint)


def parse_expression(source: str, lexemes: list[Lexeme], names: list[str], start: int, end: int) -> nodes.Expr | Problem:
    """One expression, checked and lowered; names in it become `v0`, `v1` … in the order of `names`, which grows."""

    def problem(code: str, message: str, hint: str = "") -> Problem:
        return Problem(code, start, end, message, hint=hint)

    if not lexemes:
        return problem("LG252", "nothing stands between `{{` and `}}`", "name a param: {{ headline }}")
    if end - start > LONGEST_EXPRESSION:
        return problem("LG253", f"the expression is longer than {LONGEST_EXPRESSION:,} characters", "give the value as a param")
    fields: list[str] = []
    try:
        tree = environment().parse("{{ " + _renamed(source, lexemes, names, fields, start, end) + " }}")
        return _Lowering(names, fields).run(tree)
    except TemplateSyntaxError:
        return problem(
            "LG252", "this expression cannot be understood", "an expression is a name, often with a filter: {{ price | money }}"
        )
    except RecursionError:
        return problem("LG253", "the expression is nested too deep", "give the value as a param")
    except BadValue as error:
        return problem(error.code, error.message, error.hint)


def _renamed(source: str, lexemes: list[Lexeme], names: list[str], fields: list[str], start: int, end: int) -> str:
    """The expression with names and fields replaced, so that Jinja meets no word of the user's."""
    out: list[str] = []
    at = start
    for lexeme in lexemes:
        text = lexeme.text
        if lexeme.role == "name":
            if text not in names:
                names.append(text)
            text = f"v{names.index(text)}"
        elif lexeme.role == "field":
            if text not in fields:
                fields.append(text)
            text = f"f{fields.index(text)}"
        out += [source[at : lexeme.start], text]
        at = lexeme.end
    return "".join(out) + source[at:end]


class _Lowering:
    """Jinja's tree → the tree that is run. Raises BadValue for every node that is not on the list."""

    def __init__(self, names: list[str], fields: list[str]) -> None:
        self.names, self.fields, self.depth = names, fields, 0

    def run(self, tree: nodes.Template) -> nodes.Expr:
        output = tree.body[0] if len(tree.body) == 1 else None
        if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
            raise BadValue("LG252", "this is not one expression", "write one value in each `{{ … }}`")
        return self.lower(output.nodes[0])

    def lower(self, node: nodes.Expr) -> nodes.Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadValue("LG253", "the expression is nested too deep", "give the value as a param")
        rule = getattr(self, f"_{type(node).__name__.lower()}", None)
        if rule is None:
            raise BadValue(
                "LG253", "this is not part of the language of strings", "there are names, fields, filters, conditions and sums"
            )
        lowered: nodes.Expr = rule(node)
        self.depth -= 1
        return lowered

    def _name(self, node: nodes.Name) -> nodes.Expr:
        return node

    def _const(self, node: nodes.Const) -> nodes.Expr:
        value = node.value
        if isinstance(value, int | float) and abs(value) >= LARGEST_CONSTANT:
            raise BadValue("LG258", "a number is too large to calculate with", f"numbers stay below {LARGEST_CONSTANT:,}")
        return _filter(nodes.Const(str(value)), "_decimal") if isinstance(value, float) else node

    def _getattr(self, node: nodes.Getattr) -> nodes.Expr:
        if not isinstance(node.node, nodes.Name):
            raise BadValue("LG253", "a field has no fields of its own", "write one dot: {{ dish.name }}")
        path = f"{self.names[int(node.node.name[1:])]}.{self.fields[int(node.attr[1:])]}"
        return _filter(node.node, "_field", nodes.Const(path))

    def _filter(self, node: nodes.Filter) -> nodes.Expr:
        if node.node is None or node.dyn_args or node.dyn_kwargs or node.name not in FILTERS:
            _refuse()
        named: dict[str, nodes.Expr] = {str(pair.key): pair.value for pair in node.kwargs}
        try:
            inspect.signature(FILTERS[node.name]).bind(node.node, *node.args, **named)
        except TypeError:
            named["locale"] = nodes.Const("")
        if "locale" in named:
            raise BadValue("LG259", f"`{node.name}` takes other arguments", _SHAPES[node.name])
        pairs = [nodes.Keyword(key, self.lower(value)) for key, value in named.items()]
        pairs.append(nodes.Keyword("locale", nodes.Name(LOCALE, "load")))
        return nodes.Filter(self.lower(node.node), node.name, [self.lower(arg) for arg in node.args], pairs, None, None)

    def _test(self, node: nodes.Test) -> nodes.Expr:
        if node.name not in TESTS or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise BadValue("LG259", f"`is {node.name}` takes no arguments", "leave the brackets out")
        return nodes.Test(self.lower(node.node), node.name, [], [], None, None)

    def _condexpr(self, node: nodes.CondExpr) -> nodes.Expr:
        otherwise = self.lower(node.expr2) if node.expr2 else nodes.Const("")
        return nodes.CondExpr(self.lower(node.test), self.lower(node.expr1), otherwise)

    def _compare(self, node: nodes.Compare) -> nodes.Expr:
        if len(node.ops) != 1:
            raise BadValue("LG252", "three values are compared at once", "compare two, and join comparisons with `and`")
        operand = node.ops[0]
        right = self._members(operand.expr) if operand.op in ("in", "notin") else self.lower(operand.expr)
        return _filter(self.lower(node.expr), "_compare", nodes.Const(_SIGNS[operand.op]), right)

    def _members(self, node: nodes.Expr) -> nodes.Expr:
        if isinstance(node, nodes.Tuple | nodes.List):
            return nodes.List([self.lower(item) for item in node.items])
        return self.lower(node)

    def _concat(self, node: nodes.Concat) -> nodes.Expr:
        return nodes.Concat([_filter(self.lower(part), "_text") for part in node.nodes])

    def _binary(self, node: nodes.BinExpr) -> nodes.Expr:
        return type(node)(self.lower(node.left), self.lower(node.right))

    _and = _or = _add = _sub = _mul = _div = _floordiv = _mod = _binary

    def _unary(self, node: nodes.UnaryExpr) -> nodes.Expr:
        return type(node)(self.lower(node.node))

    _not = _neg = _pos = _unary


_SHAPES = {
    "default": 'write: {{ price | default("free") }}',
    "money": "write: {{ price | money }} or {{ price | money(decimals=0) }}",
    "number": "write: {{ weight | number }} or {{ weight | number(decimals=1) }}",
    "percent": "write: {{ discount | percent }} or {{ discount | percent(decimals=1) }}",
    "date": 'write: {{ day | date }} or {{ day | date("d MMMM") }}',
    "upper": "write: {{ headline | upper }}",
    "lower": "write: {{ headline | lower }}",
    "title": "write: {{ headline | title }}",
    "nbsp": "write: {{ headline | nbsp }}",
    "truncate": "write: {{ headline | truncate(40) }}",
}


def _filter(node: nodes.Expr, name: str, *args: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(node, name, list(args), [], None, None)


def compiled(parts: Iterable[str | nodes.Expr]) -> Template:
    """A template that prints literal texts and expressions one after the other."""
    printed = [nodes.TemplateData(part) if isinstance(part, str) else _filter(part, "_text") for part in parts]
    tree = nodes.Template([nodes.Output(printed, lineno=1)], lineno=1)
    tree.set_environment(environment())
    for node in tree.find_all(nodes.Node):
        node.lineno = 1
    return Template.from_code(environment(), environment().compile(tree), {})


def run(template: Template, values: Mapping[str, object]) -> str:
    """What the template prints. `values` by `v0`, `v1` …, and the locale."""
    return "".join(template.root_render_func(template.new_context(dict(values), shared=True)))
