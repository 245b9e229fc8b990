"""The live preview: a page with every canvas and language of a poster side by side, redrawn whenever a file changes.

files ─watch─▶ change ─compile─▶ drawings ─draw(what changed, what is seen first)─▶ pictures ─server-sent events─▶ page
"""

from layoutgen.proof.compiling import PreviewRequest, RowSource, compile_preview
from layoutgen.proof.live import RoundReport, serve_preview

__all__ = ["PreviewRequest", "RoundReport", "RowSource", "compile_preview", "serve_preview"]
