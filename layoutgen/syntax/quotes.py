"""Quotes inside quotes: `"The "Big" Sale"` reads as two strings with words between them."""

from __future__ import annotations

from lark import Token

from layoutgen.diagnostics import Collector, Source, Span

_APART = ("NEWLINE", "SEMICOLON", "COMMA", "COLON", "LBRACE", "RBRACE", "LPAR", "RPAR")


def join_quoted(tokens: list[Token], source: Source, collector: Collector) -> list[Token]:
    """The tokens with every such run reported (LG117) and made one string, so that nothing else is said about it."""
    result: list[Token] = []
    at = 0
    while at < len(tokens):
        last = _last(tokens, at) if tokens[at].type == "STRING" else at
        if last == at:
            result.append(tokens[at])
        else:
            start, end = tokens[at].start_pos or 0, tokens[last].end_pos or 0
            strings = [token for token in tokens[at : last + 1] if token.type == "STRING"]
            # Every quote but the outer two is one that the reader should see.
            inner = {edge for token in strings for edge in (token.start_pos, (token.end_pos or 0) - 1)} - {start, end - 1}
            text = source.text[start:end]
            escaped = "".join(f"\\{c}" if offset in inner else c for offset, c in enumerate(text, start))
            hint = f"write {escaped}; curly quotes “ ” need no backslash"
            collector.error("LG117", Span(source, start, end), "these are quotes inside quotes", hint=hint)
            joined = Token("STRING", '""', start_pos=start, end_pos=end)
            joined.line, joined.column, joined.end_line, joined.end_column = (
                tokens[at].line,
                tokens[at].column,
                tokens[last].end_line,
                tokens[last].end_column,
            )
            result.append(joined)
        at = last + 1
    return result


def _last(tokens: list[Token], first: int) -> int:
    """The index of the string that ends what begins at `first`; `first` itself for an ordinary string.

    The writer's inner quotes touch the word they enclose, on both sides: `"…"Big"…"`. Nothing that is right looks so.
    """
    last = first
    while True:
        following = last + 1
        if following >= len(tokens) or not _touch(tokens[last], tokens[following]) or tokens[following].type in _APART:
            return last
        end = following
        while end < len(tokens) and tokens[end].type not in ("STRING", "NEWLINE"):
            end += 1
        if end >= len(tokens) or tokens[end].type != "STRING" or not _touch(tokens[end - 1], tokens[end]):
            return last
        if end - 1 > last and tokens[end - 1].type in _APART:
            return last
        last = end


def _touch(left: Token, right: Token) -> bool:
    return left.end_pos == right.start_pos
