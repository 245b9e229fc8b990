"""Text → tokens: strings, braces and stray characters are judged here, so that the parser sees a clean stream.

Newlines that end no statement (after a comma, before `{`, inside brackets) are dropped. Every fault found here is
reported where the writer made it: an unclosed string or brace at its opening.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from layoutgen.diagnostics import Collector, Related, Source, Span
from layoutgen.syntax.quotes import join_quoted

DEEPEST = 32
"""Blocks inside blocks; no poster needs more, and every later stage may recurse."""

BAD = ("BAD_STRING", "BAD_QUOTED", "BAD_TEMPLATE", "BAD")


class KeepBadTokens:
    """Tells Lark to keep the terminals for faulty text, which no rule uses."""

    always_accept = BAD

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


def span_of(source: Source, token: Token) -> Span:
    return Span(source, token.start_pos or 0, token.end_pos or 0)


def judge_tokens(tokens: list[Token], source: Source, collector: Collector) -> list[Token]:
    """The tokens that the parser may see; faults go to the collector."""
    return _statement_ends(_braces(_characters(tokens, source, collector), source, collector))


def _characters(tokens: list[Token], source: Source, collector: Collector) -> list[Token]:
    clean: list[Token] = []
    for token in join_quoted(tokens, source, collector):
        span = span_of(source, token)
        if token.type == "BAD_STRING":
            if clean and clean[-1].type == "STRING" and clean[-1] == '""' and clean[-1].end_pos == token.start_pos:
                start = clean.pop().start_pos or 0
                collector.error(
                    "LG103",
                    Span(source, start, start + 3),
                    'this """block of text is never closed',
                    label="opened here",
                    hint='close it with """ on a line of its own',
                )
            else:
                _unclosed_string(token, source, collector)
            clean.append(Token.new_borrow_pos("STRING", '""', token))
        elif token.type == "BAD_QUOTED":
            collector.error("LG101", span, "text stands in double quotes", hint=f'write "{token[1:-1]}"')
            clean.append(Token.new_borrow_pos("STRING", '""', token))
        elif token.type == "BAD_TEMPLATE":
            _stray_template(token, span, collector)
            if not token.startswith("{%"):
                clean.append(Token.new_borrow_pos("STRING", '""', token))
        elif token.type == "BAD":
            _stray_character(token, span, collector)
        else:
            if token.type == "CURLY_STRING":
                text = str(token)
                collector.warning(
                    "LG105", span, "these are curly quotes; the language writes straight ones", hint=f'write "{text[1:-1]}"'
                )
            clean.append(token)
    return clean


def _unclosed_string(token: Token, source: Source, collector: Collector) -> None:
    start, text = token.start_pos or 0, str(token)
    open_template = text.find("{{")
    if open_template >= 0 and "}}" not in text[open_template:]:
        place = Span(source, start + open_template, start + open_template + 2)
        collector.error(
            "LG104",
            place,
            "this `{{` is never closed",
            label="opened here",
            hint="close it with `}}`, before the closing quote",
        )
        return
    collector.error(
        "LG102",
        Span(source, start, start + 1),
        "this string is never closed",
        label="opened here",
        hint='close it with " on the same line; \\n makes a line break, and """ … """ holds several lines',
    )


def _stray_template(token: Token, span: Span, collector: Collector) -> None:
    if token.startswith("{%"):
        collector.error(
            "LG107",
            span,
            "`{% … %}` is not part of the language",
            hint="use `when` to switch an element on or off, `for ITEM in LIST { … }` to repeat it",
        )
    else:
        collector.error(
            "LG106", span, "`{{ … }}` stands outside quotes", label="only text can hold it", hint=f'put it in quotes: "{token}"'
        )


def _stray_character(token: Token, span: Span, collector: Collector) -> None:
    text = str(token)
    if text == "'":
        hint = 'text stands in double quotes: "…"'
    elif text in "[]":
        hint = "blocks are written with { }, lists with commas"
    elif text == "/":
        hint = "a comment begins with //"
    elif text == ".":
        hint = "write numbers as 0.5, ranges as 20%..40%"
    else:
        hint = "text stands in double quotes; names hold letters, digits, _ and -"
    display = text if text.isprintable() else f"U+{ord(text):04X}"
    collector.error("LG101", span, f"`{display}` means nothing here", hint=hint)


def _braces(tokens: list[Token], source: Source, collector: Collector) -> list[Token]:
    """Brackets that do not pair are reported at their opening; the stream that leaves is balanced."""
    open_: list[Token] = []
    balanced: list[Token] = []
    too_deep = False
    for token in tokens:
        if token.type in ("LBRACE", "LPAR"):
            open_.append(token)
            if len(open_) > DEEPEST and not too_deep:
                too_deep = True
                collector.error(
                    "LG111",
                    span_of(source, token),
                    f"blocks are nested more than {DEEPEST} deep",
                    hint="nest less; a region needs no more than a few levels",
                )
        elif token.type in ("RBRACE", "RPAR"):
            if not open_ or (open_[-1].type[1:] != token.type[1:]):
                collector.error(
                    "LG109",
                    span_of(source, token),
                    f"this `{token}` closes nothing",
                    hint="delete it, or add what should be closed",
                )
                continue
            open_.pop()
        elif token.type == "NEWLINE" and open_ and open_[-1].type == "LPAR":
            inner = open_.pop()
            collector.error(
                "LG110",
                span_of(source, inner),
                "this `(` is never closed",
                label="opened here",
                hint="close it with ) on the same line",
            )
            balanced.append(Token.new_borrow_pos("RPAR", ")", token))
        balanced.append(token)
    for token in _blamed(open_, tokens, source):
        collector.error(
            "LG108",
            span_of(source, token),
            "this block is never closed",
            label="opened here",
            hint="close it with } on a line of its own",
            related=_next_line_at_margin(token, tokens, source),
        )
    if too_deep:
        collector.stop()
    end = Token("RBRACE", "}", start_pos=len(source.text), end_pos=len(source.text))
    return balanced + [end if token.type == "LBRACE" else Token.new_borrow_pos("RPAR", ")", end) for token in reversed(open_)]


def _blamed(open_: list[Token], tokens: list[Token], source: Source) -> list[Token]:
    """Of several open blocks a single missing `}` leaves the outermost one open; indentation tells which one lacks it."""
    if len(open_) != 1 or open_[0].type != "LBRACE":
        return open_[-1:] if open_ else []
    stack: list[Token] = []
    for token in tokens:
        if token.type == "LBRACE":
            first = _first_on_line(token, tokens, source)
            if (
                stack
                and first
                and _indent(first, source) <= _indent(_first_on_line(stack[-1], tokens, source) or first, source)
            ):
                return [stack[-1]]
            stack.append(token)
        elif token.type == "RBRACE" and stack:
            stack.pop()
    return open_


def _first_on_line(token: Token, tokens: list[Token], source: Source) -> Token | None:
    line = source.position(token.start_pos or 0)[0]
    start = source.line_starts[line - 1]
    return next((item for item in tokens if (item.start_pos or 0) >= start and item.type != "NEWLINE"), None)


def _indent(token: Token, source: Source) -> int:
    return source.position(token.start_pos or 0)[1]


def _next_line_at_margin(opening: Token, tokens: list[Token], source: Source) -> tuple[Related, ...]:
    first = _first_on_line(opening, tokens, source)
    if first is None:
        return ()
    for item in tokens:
        after = (item.start_pos or 0) > (opening.start_pos or 0) and item.type == "WORD"
        if after and item is _first_on_line(item, tokens, source) and _indent(item, source) <= _indent(first, source):
            return (Related(span_of(source, item), "it seems to end before this"),)
    return ()


def _statement_ends(tokens: list[Token]) -> list[Token]:
    result: list[Token] = []
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.type == "LPAR") - (token.type == "RPAR")
        if token.type == "NEWLINE":
            following = next((item for item in tokens[index + 1 :] if item.type != "NEWLINE"), None)
            if depth or (result and result[-1].type == "COMMA") or (following is not None and following.type == "LBRACE"):
                continue
            if result and result[-1].type == "NEWLINE":
                continue
        result.append(token)
    return result


_ESCAPE = re.compile(
    r'\\(u\{([0-9A-Fa-f]{1,6})\}|.)|(\{\{(?:"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|(?!\}\})[^"\'])*\}\})', re.S
)
_PLAIN = {"n": "\n", '"': '"', "\\": "\\"}


def unescape(raw: str, at: int, source: Source, collector: Collector) -> str:
    r"""Resolve `\" \\ \n \u{…}` outside `{{ }}`; `at` is the offset of `raw` in the source."""

    def resolve(match: re.Match[str]) -> str:
        if match[3] is not None:
            return match[3]
        if match[2] is not None and int(match[2], 16) <= 0x10FFFF and not 0xD800 <= int(match[2], 16) < 0xE000:
            return chr(int(match[2], 16))
        if match[1] in _PLAIN:
            return _PLAIN[match[1]]
        start = at + match.start()
        collector.error(
            "LG112",
            Span(source, start, at + match.end()),
            f"`{match[0]}` is not an escape sequence of this language",
            hint=r"there are \n (line break), \" (a quote), \\ (a backslash) and \u{1F600} (any character)",
        )
        return match[0]

    return _ESCAPE.sub(resolve, raw)
