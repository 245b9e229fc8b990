"""The patterns by which editors colour words agree with the grammar of the language and its tables."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import regex  # type: ignore[import-untyped, unused-ignore]
from lark import Lark

from layoutgen.diagnostics import Source
from layoutgen.language.params.types import KINDS as TYPES
from layoutgen.language.properties import PROPERTIES
from layoutgen.language.statements import STATEMENTS
from layoutgen.language_server.catalogue import CLAUSES, FILTER_NAMES
from layoutgen.language_server.grammars import CONSTANTS, textmate, textmate_text, vim
from layoutgen.language_server.tolerant_tree import STRINGS, tolerant_tree
from tests.goldens import check_golden

ROOT = Path(__file__).parents[2]
EDITORS = ROOT / "docs" / "editors"
POSTERS = sorted(
    [*(ROOT / "examples").rglob("*.poster"), *(ROOT / "examples").rglob("*.kit"), *ROOT.glob("templates/*/*.poster")]
)


def test_what_is_kept_is_what_is_made() -> None:
    check_golden(EDITORS / "vscode" / "syntaxes" / "poster.tmLanguage.json", textmate_text())
    check_golden(EDITORS / "vim" / "syntax" / "poster.vim", vim())
    server = ROOT / "layoutgen" / "language_server" / "snippets.json"
    check_golden(EDITORS / "vscode" / "snippets" / "poster.json", server.read_text("utf-8"))


@cache
def _patterns() -> list[tuple[Any, dict[int, str]]]:
    """Every pattern with the scopes of its groups, in the order in which an editor tries them."""
    grammar = textmate()
    found = []
    for entry in grammar["patterns"]:
        rule = grammar["repository"][entry["include"].removeprefix("#")]
        groups = {int(number): one["name"] for number, one in rule.get("captures", {}).items()}
        found.append((regex.compile(rule.get("match") or rule["begin"]), groups or {0: rule["name"]}))
    return found


def scope_of(line: str, word: str) -> str:
    """The scope that `word` gets in a line, as an editor goes through it: the first match, of several the first pattern."""
    at = 0
    while at < len(line):
        matches = [(pattern.search(line, at), groups) for pattern, groups in _patterns()]
        first = min((found.start() for found, _ in matches if found and found.end() > at), default=None)
        if first is None:
            break
        found, groups = next((m, g) for m, g in matches if m and m.start() == first and m.end() > at)
        for number, scope in groups.items():
            if (
                found[number] is not None
                and line[found.start(number) :].startswith(word)
                and found.start(number) == line.index(word)
            ):
                return scope
        at = found.end()
    return ""


@pytest.mark.parametrize("kind", STATEMENTS)
def test_every_statement(kind: str) -> None:
    for line in (f"{kind} name", f"  {kind} {{", f"{kind}", f"x; {kind} name"):
        assert scope_of(line, kind) == "keyword.control.statement.poster", line
    assert scope_of(f"region {kind} {{", f"{kind} {{") == "entity.name.section.poster"


@pytest.mark.parametrize("name", sorted({rule.name for rule in PROPERTIES}))
def test_every_property(name: str) -> None:
    for line in (f"  {name}: 1", f"a b {{ {name}: 1 }}", f"a: 1; {name}: 2"):
        assert scope_of(line, f"{name}:") == "support.type.property-name.poster", line


def test_every_word_of_a_value_type_filter_and_clause() -> None:
    for rule in PROPERTIES:
        for word in rule.words:
            assert scope_of(f"  {rule.name}: {word}", f" {word}"[1:]) in (
                "support.constant.poster",
                "support.type.property-name.poster",
            )
    assert all(scope_of(f"q z: {name}", name) == "storage.type.poster" for name in TYPES)
    assert all(scope_of(f"zz {word} yy", word) == "keyword.other.clause.poster" for word in CLAUSES)
    inner = textmate()["repository"]["template"]["patterns"]
    filters = next(one["match"] for one in inner if "filter" in json.dumps(one))
    assert all(regex.fullmatch(filters, f"| {name}")[2] == name for name in FILTER_NAMES)
    assert {word for rule in PROPERTIES for word in rule.words} <= set(CONSTANTS)


TERMINALS = {
    "WORD": ("zz yonder", "yonder", "variable.other.poster"),
    "NUMBER": ("width: 12.5%", "12.5", "constant.numeric.poster"),
    "DIMENSIONS": ("zz yy 1080x1350", "1080x1350", "constant.numeric.dimensions.poster"),
    "RATIO": ("zz yy 4:5", "4:5", "constant.numeric.ratio.poster"),
    "SPREAD": ("width: 20%..40%", "..", "keyword.operator.range.poster"),
    "HEX": ("zz #F2A541", "#F2A541", "constant.other.color.poster"),
    "OPERATOR": ("require price < was", "<", "keyword.operator.comparison.poster"),
    "TIMES": ("size: 70% × 12%", "×", "keyword.operator.times.poster"),
    "STRING": ('slogan "Hello"', '"Hello"', "string.quoted.double.poster"),
    "BLOCK_STRING": ('slogan """Hello"""', '"""', "string.quoted.triple.poster"),
    "CURLY_STRING": ("slogan “Hello”", "“Hello”", "string.quoted.other.poster"),
    "COMMENT": ("zz // a note", "// a note", "comment.line.double-slash.poster"),
    "LBRACE": ("zz yy {", "{", "punctuation.section.block.poster"),
    "RBRACE": ("zz yy }", "}", "punctuation.section.block.poster"),
    "LPAR": ("zz: rgb(", "(", "punctuation.section.parens.poster"),
    "RPAR": ("zz: a)", ")", "punctuation.section.parens.poster"),
    "COMMA": ("zz a, b", ",", "punctuation.separator.poster"),
    "COLON": ("zz yy: b", ":", "punctuation.separator.poster"),
    "SEMICOLON": ("zz a; b", ";", "punctuation.separator.poster"),
    "EQUAL": ("zz a = b", "=", "keyword.operator.comparison.poster"),
    "QMARK": ("zz yy?", "?", "keyword.operator.optional.poster"),
}
UNSEEN = {"NEWLINE", "BAD", "BAD_STRING", "BAD_QUOTED", "BAD_TEMPLATE"}
"""What ends a line, and what is no part of the language."""


def test_every_terminal_of_the_grammar() -> None:
    lark = Lark.open_from_package("layoutgen.grammar", "poster.lark", parser="lalr", lexer="basic")
    named = {terminal.name for terminal in lark.terminals if not terminal.name.startswith("__")}
    assert named - UNSEEN == set(TERMINALS)
    for line, word, scope in TERMINALS.values():
        assert scope_of(line, word) == scope, line


SCOPES = {
    "HEX": "constant.other.color", "DIMENSIONS": "constant.numeric", "RATIO": "constant.numeric", "NUMBER": "constant.numeric",
    "OPERATOR": "keyword.operator", "LBRACE": "punctuation.section.block", "RBRACE": "punctuation.section.block",
    **dict.fromkeys(STRINGS, "string.quoted"),
}  # fmt: skip


@pytest.mark.skipif(
    shutil.which("node") is None or not (EDITORS / "vscode" / "node_modules" / "vscode-textmate").is_dir(),
    reason="`npm install` in docs/editors/vscode brings the tokenizer of VS Code",
)
def test_the_examples_as_vs_code_colours_them() -> None:
    command = ["node", "test/tokens.mjs", *map(str, POSTERS)]
    result = subprocess.run(command, cwd=EDITORS / "vscode", capture_output=True, text=True, check=True)
    for path, line in zip(POSTERS, result.stdout.splitlines(), strict=True):
        source = Source(str(path), path.read_text("utf-8"))
        scopes: dict[int, list[str]] = {}
        before, at = -1, 0
        for number, text, found in json.loads(line):
            at = source.line_starts[number] if number != before else at
            scopes.update(dict.fromkeys(range(at, at + len(text)), found))
            before, at = number, at + len(text)
        drawn = tolerant_tree(source)
        wanted = [(mark, SCOPES[mark.kind]) for mark in drawn.marks if mark.kind in SCOPES]
        wanted += [(note, "comment.line") for note in drawn.comments]
        for item in drawn.root.walk():
            overrides = any(around.kind == "on" for around in item.around())
            first = "support.type.property-name" if item.is_property else "keyword.control.statement"
            wanted.append((item.marks[0], "entity.name.section" if overrides and not item.is_property else first))
        for mark, scope in wanted:
            found = scopes[mark.start]
            assert any(one.startswith(scope) for one in found), f"{path.name}:{source.position(mark.start)} {mark.text} {found}"
