"""What an editor asks about a poster, answered over the Language Server Protocol: `layoutgen lsp`.

    text ─▶ sketch (tolerant tree) ─▶ names (declared, used) ─▶ family (poster, kits) ─▶ completion, hover, rename …
         └▶ load ▶ bind ▶ solve ▶ lower (as `check` does) ─▶ diagnostics, boxes

The answers are pure functions of texts and offsets; `server.py` alone speaks the protocol.
"""
