"""Text → the same text in one style."""

from layoutgen.formatting.style import format_source

__all__ = ["format_source"]
