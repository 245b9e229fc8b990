"""The live proof: a page with every canvas and language of a poster side by side, drawn anew whenever a file changes.

files ─watch─▶ change ─compile─▶ drawings ─draw(what changed, what is seen first)─▶ pictures ─server-sent events─▶ page
"""

from layoutgen.proof.compiling import Request, Table, compile_proof
from layoutgen.proof.live import Told, live_proof

__all__ = ["Request", "Table", "Told", "compile_proof", "live_proof"]
