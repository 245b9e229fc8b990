"""Conditions: the contract with every renderer, lowered from a layout."""

from layoutgen.conditions.limits import DRAFT, fit
from layoutgen.conditions.lower import lower
from layoutgen.conditions.model import Conditions, Glyph, Limits
from layoutgen.conditions.prompt.write import write_prompt
from layoutgen.conditions.serial import dumps, from_json, loads, to_json

__all__ = [
    "DRAFT", "Conditions", "Glyph", "Limits", "dumps", "fit", "from_json", "loads", "lower", "to_json",
    "write_prompt",
]  # fmt: skip
