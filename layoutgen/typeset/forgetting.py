"""Letting go of what is known of fonts, for a process that outlives a change to one of them."""

from __future__ import annotations

import sys


def forget_fonts() -> None:
    """Empty every cache of typesetting. They hang on one another, so none is spared."""
    for name, module in list(sys.modules.items()):
        if name.startswith("layoutgen.typeset."):
            for value in list(vars(module).values()):
                if callable(getattr(value, "cache_clear", None)):
                    value.cache_clear()
