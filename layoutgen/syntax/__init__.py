"""Text → syntax tree."""

from layoutgen.syntax.parse import parse, read_source

__all__ = ["parse", "read_source"]
