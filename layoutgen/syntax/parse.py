"""Source → syntax. Every error of the file is collected: a faulty line is reported, set aside, and the rest is parsed."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Lock

from lark import Lark, Token, Tree, UnexpectedInput

from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Source
from layoutgen.syntax import nodes
from layoutgen.syntax.grammar import load_parser
from layoutgen.syntax.mistakes import explain
from layoutgen.syntax.tokens import judge_tokens
from layoutgen.syntax.tree import BuildTree

LARGEST = 1_000_000
"""Bytes of a file; a poster has a few thousand."""

MOST_ERRORS = 20
_one_at_a_time = Lock()


@cache
def _parser() -> tuple[Lark, BuildTree]:
    builder = BuildTree()
    return load_parser(builder.comment), builder


def read_source(path: Path, name: str | None = None) -> Source:
    """Read a poster, kit or sidecar. Raises PosterError: LG901 no such file, LG113 not text, LG115 too large."""
    display_name = name or str(path)

    def stop(code: str, message: str, hint: str) -> PosterError:
        return PosterError(Diagnostic(code, message, hint=hint, file=display_name))

    try:
        with path.open("rb") as file:
            kind = recognised(file.read(16))
        if kind:
            beside = path.with_suffix(".poster")
            there = beside != path and beside.is_file()
            hint = f"did you mean `{beside.name}`?" if there else "name a text file; that of a poster ends in .poster"
            raise stop("LG113", f"`{display_name}` is {kind}, not a text", hint)
        if path.stat().st_size > LARGEST:
            raise stop(
                "LG115", f"the file is larger than {LARGEST:,} bytes", "a poster is a short text; are you sure this is one?"
            )
        raw = path.read_bytes()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"it cannot be read: {error.strerror}"
        raise stop("LG901", f"`{display_name}`: {reason}", "check the name and the folder") from error
    return decode_source(raw, display_name)


def decode_source(raw: bytes, name: str) -> Source:
    """The source that these bytes of a file are. Raises PosterError: LG113 not UTF-8."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 text (byte {error.start}, line {line})"
        raise PosterError(Diagnostic("LG113", message, hint="save it as UTF-8 in your editor", file=name)) from error
    # A byte order mark and Windows line ends mean nothing here; leaving them out keeps every column right.
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


_STARTS = {
    b"\x89PNG\r\n\x1a\n": "a picture (PNG)",
    b"\xff\xd8\xff": "a picture (JPEG)",
    b"GIF87a": "a picture (GIF)",
    b"GIF89a": "a picture (GIF)",
    b"II*\x00": "a picture (TIFF)",
    b"MM\x00*": "a picture (TIFF)",
    b"8BPS": "a picture (Photoshop)",
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a zip file or an Office document",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an old Office document",
    b"{\\rtf": "a rich text document (RTF)",
    b"\x1f\x8b": "a compressed file (gzip)",
    b"OTTO": "a font",
    b"\x00\x01\x00\x00": "a font",
    b"wOF2": "a font",
}
_BRANDS = {b"avif": "a picture (AVIF)", b"heic": "a picture (HEIC)", b"heix": "a picture (HEIC)", b"mif1": "a picture (HEIF)"}


def recognised(start: bytes) -> str | None:
    """What a file is by its first 16 bytes, in words; None for anything that may be text."""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "a picture (WebP)"
    if start[4:8] == b"ftyp":
        return _BRANDS.get(start[8:12], "a video")
    return next((kind for magic, kind in _STARTS.items() if start.startswith(magic)), None)


def parse(source: Source) -> tuple[nodes.File, tuple[Diagnostic, ...]]:
    """Parse one source. Returns the tree and warnings; raises PosterError with every LG1 error of the file."""
    collector = Collector()
    if not source.text.strip():
        raise PosterError(Diagnostic("LG114", "the file is empty", hint='begin with: poster 1 "Title"', file=source.name))
    with _one_at_a_time:
        lark, builder = _parser()
        builder.begin(source, collector)
        tokens = judge_tokens(list(lark.lex(source.text)), source, collector)
        comments = tuple(builder.comments)
        tree: nodes.File | None = None
        for _ in range(MOST_ERRORS):
            parsed, tokens = _attempt(lark, tokens, source, collector)
            if parsed:
                tree = builder.transform(parsed)
                break
    for item in nodes.walk(tree) if tree else ():
        _judge(item, collector)
    collector.stop()
    assert tree is not None, "a parse without a tree has collected an error"
    return replace(tree, comments=comments), collector.warnings


def lex(source: Source) -> tuple[list[Token], tuple[nodes.Comment, ...]]:
    """The tokens of a text and its comments, whatever is wrong with it: what fits nowhere is a token of its own (`BAD…`)."""
    with _one_at_a_time:
        lark, builder = _parser()
        builder.begin(source, Collector())
        return list(lark.lex(source.text)), tuple(builder.comments)


def _attempt(lark: Lark, tokens: list[Token], source: Source, collector: Collector) -> tuple[Tree[Token] | None, list[Token]]:
    """Parse the tokens, or report the first that does not fit and return the stream without its line."""
    parser = lark.parse_interactive()
    end = Token("$END", "", start_pos=len(source.text), end_pos=len(source.text))
    for index, token in enumerate([*tokens, end]):
        try:
            result = parser.feed_token(token)
        except UnexpectedInput:
            # What the token stage has reported at this place needs no second message.
            if not any(item.span and item.span.start == token.start_pos for item in collector.diagnostics):
                collector.add(explain(tokens, index, source))
            return None, _without_line(tokens, index)
    return result, tokens


def _without_line(tokens: list[Token], index: int) -> list[Token]:
    """The stream with the faulty line replaced by a bare word; a block that it opened is kept, so braces still pair."""
    stop = ("NEWLINE", "SEMICOLON", "LBRACE", "RBRACE")
    start = end = min(index, len(tokens) - 1)
    if 0 < index < len(tokens) and tokens[index - 1].type == "RBRACE" and tokens[index].type not in stop:
        return [*tokens[:index], Token.new_borrow_pos("NEWLINE", "\n", tokens[index]), *tokens[index:]]
    if tokens[start].type in stop and index < len(tokens):
        # The line ended too early, or a brace came where none can stand: what led to it is at fault.
        if tokens[start].type == "LBRACE":
            close = _closing(tokens, start)
            return tokens[:start] + tokens[close + 1 :]
        start -= 1
    while start > 0 and tokens[start - 1].type not in stop:
        start -= 1
    while end < len(tokens) and tokens[end].type not in stop:
        end += 1
    if start >= end:
        return tokens[:index] + tokens[index + 1 :]
    return [*tokens[:start], Token.new_borrow_pos("WORD", "_", tokens[start]), *tokens[end:]]


def _closing(tokens: list[Token], opening: int) -> int:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].type == "LBRACE") - (tokens[index].type == "RBRACE")
        if depth == 0:
            return index
    return len(tokens) - 1


def _judge(item: nodes.Property | nodes.Statement, collector: Collector) -> None:
    """What the grammar lets through so that the message is good: `=` outside params, and signs inside names."""
    if isinstance(item, nodes.Statement) and item.default and item.kind.text != "param":
        name = item.kind.text
        if item.head:
            collector.error(
                "LG127", item.span, "only `param` has a `=`", hint='everything else is `name: value` or `kind name "text"`'
            )
        else:
            hint = f"write `{name}: …`"
            collector.error("LG121", item.span, "a property is written with a colon, not with `=`", hint=hint)
    words = [item.kind, *(atom for items in item.head for atom in items)] if isinstance(item, nodes.Statement) else [item.name]
    for word in words:
        if isinstance(word, nodes.Word):
            strange = [
                c
                for c in word.text
                if not (c.isalnum() or c in "_-." or unicodedata.category(c)[0] == "M" or c in "\u200c\u200d")
            ]
            if strange:
                collector.error(
                    "LG101", word.span, f"`{strange[0]}` cannot stand in a name", hint="names hold letters, digits, _ and -"
                )
