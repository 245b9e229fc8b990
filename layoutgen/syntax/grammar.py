"""The grammar as tables: made from `poster.lark` when it changes, loaded from `poster.json` whenever something is parsed.

Loading takes a few milliseconds, making takes a hundred. `tools/compile_grammar.py` writes the file, and a test compares it
with the grammar.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from lark import Lark, Token
from lark.grammar import Rule
from lark.lexer import TerminalDef

from layoutgen.syntax.tokens import KeepBadTokens

PACKAGE = "layoutgen.grammar"
TABLES = "poster.json"
_OPTIONS: dict[str, Any] = {"parser": "lalr", "lexer": "basic", "maybe_placeholders": True}
_SHIFT = 0


def compile_grammar() -> str:
    """The tables of `poster.lark` as JSON. The same grammar always gives the same text."""
    lark = Lark.open_from_package(PACKAGE, "poster.lark", **_OPTIONS, postlex=KeepBadTokens())
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    # The other options are objects of this process, or those that Lark has anyway.
    data["options"] = {name: data["options"][name] for name in (*_OPTIONS, "start")}
    data["parser"]["parser"] = _in_order(data["parser"]["parser"])
    return json.dumps({"data": data, "memo": memo}, ensure_ascii=False, separators=(",", ":"), default=sorted) + "\n"


def _in_order(table: dict[str, Any]) -> dict[str, Any]:
    """An LALR table with its tokens numbered by name and its states as they are reached: Lark numbers them by hash."""
    names = table["tokens"]
    numbers = {name: number for number, name in enumerate(sorted(names.values()))}
    moves = {
        state: {numbers[names[token]]: tuple(action) for token, action in actions.items()}
        for state, actions in table["states"].items()
    }
    reached = dict.fromkeys(table["start_states"].values())
    queue = list(reached)
    for state in queue:
        targets = [target for _, (action, target) in sorted(moves[state].items()) if action == _SHIFT]
        queue += [target for target in dict.fromkeys(targets) if target not in reached]
        reached |= dict.fromkeys(targets)
    order = {state: number for number, state in enumerate(reached)}
    return {
        "tokens": {number: name for name, number in numbers.items()},
        "states": {
            order[state]: {
                token: (action, order[target] if action == _SHIFT else target)
                for token, (action, target) in sorted(moves[state].items())
            }
            for state in reached
        },
        **{ends: {start: order[state] for start, state in table[ends].items()} for ends in ("start_states", "end_states")},
    }


def load_parser(on_comment: Callable[[Token], Token]) -> Lark:
    """The parser, from its tables. `on_comment` sees every comment, which the grammar leaves out."""
    tables = json.loads(files(PACKAGE).joinpath(TABLES).read_bytes(), object_hook=_with_numbers)
    # What Lark's own stand-alone parsers call; the public `load` reads a pickle.
    parser: Lark = Lark._load_from_dict(  # type: ignore[no-untyped-call]
        **tables, propagate_positions=True, postlex=KeepBadTokens(), lexer_callbacks={"COMMENT": on_comment}
    )
    return parser


def _with_numbers(item: dict[str, Any]) -> dict[Any, Any]:
    """JSON knows only text as keys; those of the tables are numbers."""
    return {int(key) if key.isdecimal() else key: value for key, value in item.items()}
