"""What the writer probably meant, where the parser met a token that does not fit. Parser vocabulary is never shown."""

from __future__ import annotations

from lark import Token

from layoutgen.diagnostics import Diagnostic, Source, Span
from layoutgen.syntax.tokens import span_of

_LINE_ENDS = ("NEWLINE", "SEMICOLON", "LBRACE", "RBRACE")


def explain(tokens: list[Token], index: int, source: Source) -> Diagnostic:
    """One LG12x error for the token at `index`, which may be one past the last."""
    token = tokens[index] if index < len(tokens) else None
    before = tokens[index - 1] if index else None
    line = _line_before(tokens, index)
    if token is None or token.type in ("NEWLINE", "SEMICOLON", "RBRACE"):
        return _unfinished(before, source)
    span = span_of(source, token)
    if before is not None and before.type == "RBRACE" and str(token) in ("when", "as"):
        return Diagnostic(
            "LG130", f"`{token}` stands after the block", span, hint=f"write it before the {{: … {token} … {{ … }}"
        )
    if before is not None and before.type == "RBRACE":
        return Diagnostic(
            "LG130", f"`{token}` begins on the line of a `}}`", span, hint="begin it on a new line, or write ; after the }"
        )
    if token.type == "LBRACE":
        return _block_in_the_wrong_place(line, span, source)
    if token.type == "COLON" and len(line) > 1:
        return Diagnostic(
            "LG123",
            f"this `:` is one too many after `{before}`",
            span,
            hint="one property a line: `name: value`; separate two on one line with ;",
        )
    if token.type == "COMMA":
        return Diagnostic(
            "LG124",
            "there is nothing between this comma and what stands before it",
            span,
            hint="delete the comma, or add what is missing",
        )
    if token.type in ("STRING", "BLOCK_STRING", "CURLY_STRING") and not line:
        if index + 1 < len(tokens) and tokens[index + 1].type == "COLON":
            return Diagnostic("LG122", "the name of a property is not quoted", span, hint=f"write `{token[1:-1]}: …`")
        return Diagnostic(
            "LG125", "a text cannot stand alone", span, label="what is it?", hint=f"say what it is: slogan {token}"
        )
    if not line:
        return Diagnostic(
            "LG126",
            f"a statement cannot begin with `{token}`",
            span,
            hint="begin with a word such as region, slogan, object, or with `property: value`",
        )
    if token.type == "EQUAL":
        return Diagnostic(
            "LG127",
            "only `param` has a `=`",
            span,
            hint='`param NAME: TYPE = VALUE`; everything else is `name: value` or `kind name "text"`',
        )
    return Diagnostic(
        "LG128", f"`{token}` does not fit here", span, hint='a statement is: kind name "text" { property: value }'
    )


def _line_before(tokens: list[Token], index: int) -> list[Token]:
    start = index
    while start > 0 and tokens[start - 1].type not in _LINE_ENDS:
        start -= 1
    return tokens[start:index]


def _unfinished(before: Token | None, source: Source) -> Diagnostic:
    if before is None:
        return Diagnostic("LG126", "a statement is missing here", Span(source, 0, 0))
    after = Span(source, before.end_pos or 0, (before.end_pos or 0) + 1)
    if before.type == "COLON":
        return Diagnostic(
            "LG129", "the value is missing", after, label="after this colon", hint="write `name: value` on one line"
        )
    if before.type == "COMMA":
        return Diagnostic(
            "LG124",
            "something is missing after this comma",
            span_of(source, before),
            hint="delete the comma, or go on with the list",
        )
    if before.type == "EQUAL":
        return Diagnostic(
            "LG129", "the default value is missing", after, label="after this `=`", hint="write `param NAME: TYPE = VALUE`"
        )
    return Diagnostic("LG128", f"something is missing after `{before}`", after, hint="finish the line, or delete it")


def _block_in_the_wrong_place(line: list[Token], span: Span, source: Source) -> Diagnostic:
    if not line:
        return Diagnostic(
            "LG126", "this block belongs to nothing", span, hint="write what it is before it: region header { … }"
        )
    if len(line) > 1 and line[1].type == "COLON":
        written = " ".join(str(token) for token in line if token.type != "COLON")
        return Diagnostic(
            "LG123",
            "a property has no block",
            span_of(source, line[1]).to(span),
            hint=f"for an element, leave the colon out: `{written} {{ … }}`",
        )
    return Diagnostic("LG128", "a block cannot stand here", span, hint='a statement is: kind name "text" { property: value }')
