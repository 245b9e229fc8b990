"""Text → syntax tree."""

from layoutgen.syntax.parse import lex, parse, read_source

__all__ = ["lex", "parse", "read_source"]
