"""The tables that the parser is loaded from are those of the grammar."""

from __future__ import annotations

from importlib.resources import files

from layoutgen.syntax.grammar import PACKAGE, TABLES, compile_grammar


def test_the_tables_are_those_of_the_grammar() -> None:
    written = files(PACKAGE).joinpath(TABLES).read_text("utf-8")
    assert written == compile_grammar(), "run: python tools/compile_grammar.py"
