"""Syntax trees → posters: every statement checked against the language."""
