"""Write `grammar/poster.json`, the tables of `grammar/poster.lark`: run this after a change to the grammar.

python tools/compile_grammar.py
"""

from __future__ import annotations

from pathlib import Path

from layoutgen.syntax.grammar import TABLES, compile_grammar

if __name__ == "__main__":
    path = Path(__file__).parents[1] / "grammar" / TABLES
    path.write_text(compile_grammar(), "utf-8")
    print(f"wrote {path}")
