"""Grammars for editors that colour words by patterns: a TextMate grammar and a Vim syntax file, from the language's own tables.

`docs/editors/` keeps what is made here; a test compares the two, as it does with docs/properties.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from layoutgen.document.load.placement_values import POINTS
from layoutgen.document.load.style_values import WEIGHTS
from layoutgen.language.params.types import KINDS as TYPES
from layoutgen.language.presets import PRESETS
from layoutgen.language.properties import PROPERTIES
from layoutgen.language.statements import STATEMENTS
from layoutgen.language.strings.source import KEYWORDS
from layoutgen.language_server.catalogue import CLAUSES, FILTER_NAMES

NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
UNIT = r" ?%|[A-Za-z]+"
NAME = r"[^\W\d][^\s!-,./:-@\[-^`{-~«»×]*"
"""A name of the language, as far as colouring needs it: letters, digits, `_` and `-`."""

CONSTANTS = tuple(
    dict.fromkeys(
        [*POINTS, *WEIGHTS, "yes", "no", "none", "canvas", "page", "black", "white", "locale", "palette", "fonts"]
        + [word for rule in PROPERTIES for word in rule.words]
        + list(PRESETS)
    )
)
"""Words that a value can be."""


def words(of: Iterable[str]) -> str:
    """One of these words, whole. The longest are tried first, since `-` is part of a word."""
    return rf"(?<![\w-])(?:{'|'.join(sorted(of, key=lambda word: (-len(word), word)))})(?![\w-])"


def textmate() -> dict[str, Any]:
    """The TextMate grammar, scope `source.poster`; its patterns are Oniguruma's."""
    start = r"(?:^|(?<=[{};]))\s*"
    string = [{"include": "#escape"}, {"include": "#template"}]
    repository = {
        "comment": _match("comment.line.double-slash.poster", "//.*$"),
        "escape": _match("constant.character.escape.poster", r'\\(?:u\{[0-9A-Fa-f]{1,6}\}|["\\n])'),
        "block-string": _between("string.quoted.triple.poster", '"""', '"""', string),
        "string": _between("string.quoted.double.poster", '"', r'"|$', string),
        "curly-string": _match("string.quoted.other.poster", "[“”„][^“”„\"\\n]*[“”„]"),
        "template": _between("meta.template.poster", r"\{\{", r"\}\}|$", [
            _match("string.quoted.double.poster", r'"(?:\\.|[^"\\])*"'),
            _match("string.quoted.single.poster", r"'(?:\\.|[^'\\])*'"),
            {"match": rf"(\|)\s*({words(FILTER_NAMES)})?", "captures": {
                "1": {"name": "keyword.operator.pipe.poster"}, "2": {"name": "support.function.filter.poster"}}},
            _match("keyword.operator.word.poster", words(KEYWORDS)),
            _match("constant.numeric.poster", r"[0-9]+(?:\.[0-9]+)?"),
            _match("variable.other.poster", NAME),
        ], "punctuation.section.embedded.poster"),
        "statement": {
            "match": rf"{start}({words(STATEMENTS)})(?=\s|[{{;]|$)(?!\s*:)(?:[ \t]+(?!as\b|when\b)({NAME}))?",
            "captures": {"1": {"name": "keyword.control.statement.poster"}, "2": {"name": "entity.name.section.poster"}},
        },
        "property": {
            "match": rf"({words({rule.name for rule in PROPERTIES})})\s*(:)",
            "captures": {"1": {"name": "support.type.property-name.poster"}, "2": {"name": "punctuation.separator.poster"}},
        },
        "override": {"match": rf"{start}({NAME}(?:\.{NAME})*)(?=\s*\{{)", "captures": {
            "1": {"name": "entity.name.section.poster"}}},
        "color": _match("constant.other.color.poster", "#(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{6})(?![0-9A-Za-z_-])"),
        "bad-color": _match("invalid.illegal.color.poster", "#[0-9A-Za-z_-]*"),
        "date": _match("constant.other.date.poster", r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b"),
        "dimensions": _match("constant.numeric.dimensions.poster", r"\b[0-9]{1,9}[x×][0-9]{1,9}\b"),
        "ratio": _match("constant.numeric.ratio.poster", r"\b[0-9]+(?:\.[0-9]+)?:[0-9]+(?:\.[0-9]+)?\b"),
        "spread": _match("keyword.operator.range.poster", r"\.\."),
        "number": {"match": rf"(?<![\w-])({NUMBER})({UNIT})?", "captures": {
            "1": {"name": "constant.numeric.poster"}, "2": {"name": "keyword.other.unit.poster"}}},
        "operator": _match("keyword.operator.comparison.poster", ">=|<=|==|!=|>|<|="),
        "times": _match("keyword.operator.times.poster", r"×|(?<=[\s%a-z0-9])x(?=\s*[0-9])"),
        "optional": _match("keyword.operator.optional.poster", r"\?"),
        "type": {"match": rf"(?<=:)\s*({words(TYPES)})", "captures": {"1": {"name": "storage.type.poster"}}},
        "call": {"match": rf"({NAME})(?=\()", "captures": {"1": {"name": "support.function.poster"}}},
        "clause": _match("keyword.other.clause.poster", words(CLAUSES)),
        "constant": _match("support.constant.poster", words(CONSTANTS)),
        "style": {"match": rf"(?<=\bas|\bextends)[ \t]+({NAME})", "captures": {
            "1": {"name": "entity.other.inherited-class.poster"}}},
        "name": _match("variable.other.poster", NAME),
        "brace": _match("punctuation.section.block.poster", "[{}]"),
        "bracket": _match("punctuation.section.parens.poster", "[()]"),
        "separator": _match("punctuation.separator.poster", "[,;:]"),
    }  # fmt: skip
    order = ("comment", "block-string", "string", "curly-string", "statement", "override", "type", "property", "color",
             "bad-color", "date", "dimensions", "ratio", "times", "spread", "number", "operator", "optional", "call", "style",
             "clause", "constant", "name", "brace", "bracket", "separator")  # fmt: skip
    return {
        "$schema": "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
        "name": "Poster",
        "scopeName": "source.poster",
        "fileTypes": ["poster", "kit"],
        "patterns": [{"include": f"#{name}"} for name in order],
        "repository": repository,
    }


def textmate_text() -> str:
    return json.dumps(textmate(), ensure_ascii=False, indent=2) + "\n"


def _match(name: str, pattern: str) -> dict[str, Any]:
    return {"name": name, "match": pattern}


def _between(name: str, begin: str, end: str, patterns: list[dict[str, Any]], edge: str = "") -> dict[str, Any]:
    captures = {"beginCaptures": {"0": {"name": edge}}, "endCaptures": {"0": {"name": edge}}} if edge else {}
    return {"name": name, "begin": begin, "end": end, **captures, "patterns": patterns}


def vim() -> str:
    """The Vim syntax file."""
    statements, properties = _alternatives(STATEMENTS), _alternatives({rule.name for rule in PROPERTIES})
    lines = [
        '" Syntax of .poster and .kit files. Generated from layoutgen/language_server/grammars.py; a test compares the two.',
        "if exists('b:current_syntax')",
        "  finish",
        "endif",
        "",
        "syntax iskeyword @,48-57,_,-,192-255",
        f"syntax match posterStatement /\\%(^\\|[{{}};]\\)\\s*\\zs\\<\\%({statements}\\)\\>\\ze\\%(\\s*:\\)\\@!/",
        f"syntax match posterProperty /\\<\\%({properties}\\)\\>\\ze\\s*:/",
        f"syntax match posterType /:\\s*\\zs\\<\\%({_alternatives(TYPES)}\\)\\>/",
        f"syntax keyword posterClause {' '.join(CLAUSES)}",
        f"syntax keyword posterConstant {' '.join(word for word in CONSTANTS if word not in CLAUSES)}",
        r"syntax match posterNumber /\k\@1<![+-]\?\%(\d\+\%(\.\d\+\)\?\|\.\d\+\)\%( \?%\|\a\+\)\?/",
        r"syntax match posterNumber /\<\d\{1,9}[x×]\d\{1,9}\>/",
        r"syntax match posterColor /#\x\{6}\%(\x\x\)\?\>/",
        r"syntax match posterOperator /[<>=!]=\|[<>=?]\|\.\./",
        r'syntax match posterEscape /\\\%(u{\x\{1,6}}\|["\\n]\)/ contained',
        f"syntax match posterFilter /|\\s*\\zs\\%({_alternatives(FILTER_NAMES)}\\)\\>/ contained",
        r"""syntax region posterTemplateString start=/"/ skip=/\\./ end=/"/ contained oneline""",
        r"syntax region posterTemplate matchgroup=posterDelimiter start=/{{/ end=/}}\|$/ contained "
        r"contains=posterFilter,posterTemplateString,posterNumber",
        r'syntax region posterString start=/"/ skip=/\\./ end=/"\|$/ contains=posterEscape,posterTemplate',
        'syntax region posterString start=/"""/ end=/"""/ contains=posterEscape,posterTemplate',
        r"syntax match posterComment /\/\/.*$/ contains=@Spell",
        "syntax region posterBlock start=/{/ end=/}/ transparent fold",
        "",
        *(f"highlight default link poster{group} {to}" for group, to in _LINKS.items()),
        "",
        "let b:current_syntax = 'poster'",
    ]
    return "\n".join(lines) + "\n"


_LINKS = {
    "Statement": "Statement", "Property": "Identifier", "Type": "Type", "Clause": "Keyword", "Constant": "Constant",
    "Number": "Number", "Color": "Special", "Operator": "Operator", "Escape": "SpecialChar", "Filter": "Function",
    "TemplateString": "String", "Template": "PreProc", "Delimiter": "Delimiter", "String": "String", "Comment": "Comment",
}  # fmt: skip


def _alternatives(of: Iterable[str]) -> str:
    return r"\|".join(sorted(of, key=lambda word: (-len(word), word)))
