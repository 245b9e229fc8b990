"""Expressions that try to leave the sandbox, or to keep it busy."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

import pytest

from layoutgen.diagnostics import Collector, PosterError, Source
from layoutgen.language.strings.templates import check_names, compile_string
from layoutgen.syntax import nodes
from tests.document.string_scope import KNOWN, SCOPE, whole_span
from tests.timing import ratio

ATTACKS = [
    "''.__class__.__mro__[1].__subclasses__()",
    "headline.__class__",
    "headline['__class__']",
    "headline|attr('__class__')",
    "headline.format(1)",
    "'{0.__class__}'.format(headline)",
    "'%s' % headline",
    "self._TemplateReference__context",
    "self",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "lipsum.__globals__",
    "joiner",
    "namespace(a=1)",
    "range(999999999)",
    "dict(a=1)",
    "config",
    "request",
    "loop",
    "caller()",
    "varargs",
    "dishes|map('upper')|list",
    "dishes|first",
    "dishes[0]",
    "headline|safe",
    "headline|tojson",
    "headline|replace('a','b')",
    "headline|join",
    "headline|pprint",
    "headline|center(99999999)",
    "headline|indent(99999999)",
    "headline|format",
    "headline|_text",
    "headline|_field('x')",
    "headline|_compare('==', 'x')",
    "headline|upper(locale='tr')",
    "headline|upper(*dishes)",
    "headline|upper(**dish)",
    "headline is callable",
    "headline is mapping",
    "headline is sameas(headline)",
    "{'a': 1}",
    "[1, 2]",
    "(1, 2)",
    "[].append(1)",
    "headline if True else [].pop()",
    "'a' * 1000000000",
    "headline * 1000000000",
    "10 ** 10 ** 10",
    "999999999999999 * 999999999999999",
    "9999999999999999",
    "1e300 * 1e300",
    "_locale",
    "v0",
    "t_1",
    "environment",
    "context",
    "resolve",
    "undefined",
    "missing",
    "import os",
    "headline; import os",
    "lambda: 1",
    "(" * 200 + "1" + ")" * 200,
    "not " * 200 + "1",
    "-" * 500 + "1",
    "1" + " + 1" * 200,
    "headline" + "|upper" * 100,
    "1 if 1 else " * 70 + "1",
    "'a' ~ " * 160 + "'a'" + " " * 200,
    "headline|truncate(-1)",
    "headline|truncate(10, headline|upper * 9)",
    "headline|default(self)",
    "stock|number(decimals=100000)",
    "'\\x7b\\x7b 1 \\x7d\\x7d'|e",
    "day.replace(year=1)",
    "price.amount",
    "price.__init__",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_leaves_the_sandbox(attack: str) -> None:
    collector = Collector()
    value = f"{{{{ {attack} }}}}"
    source = Source("a.json", value)
    text = nodes.Text(span=whole_span(source), value=value)
    string = compile_string(text, collector)
    if string is not None:
        check_names(string, KNOWN, collector)
        try:
            result = string.evaluate(SCOPE, "en")
        except PosterError as error:
            collector.extend(error.diagnostics)
        else:
            assert attack.startswith(("-", "'a' ~", "1 +", "not "))
            assert result in ("1", "a" * 161)
            collector.error("LG2", None, "harmless")
    assert collector.failed


@pytest.mark.timed
@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_takes_long(attack: str) -> None:
    def run(expression: str) -> None:
        source = Source("a.json", f"{{{{ {expression} }}}}")
        string = compile_string(nodes.Text(span=whole_span(source), value=source.text), Collector())
        if string is not None:
            with suppress(PosterError):
                string.evaluate(SCOPE, "en")

    assert ratio(partial(run, attack), partial(run, "price | money"), runs=3) < 2000
