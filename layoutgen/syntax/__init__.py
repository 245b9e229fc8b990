"""Text → syntax tree."""

from layoutgen.syntax.parse import decode_source, lex, parse, read_source

__all__ = ["decode_source", "lex", "parse", "read_source"]
