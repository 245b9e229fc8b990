"""Golden files: compare with what is kept, or keep what is new with `UPDATE_GOLDENS=1`."""

from __future__ import annotations

import os
from pathlib import Path


def check_golden(path: Path, text: str) -> None:
    """Fail where `text` differs from the golden file."""
    if os.environ.get("UPDATE_GOLDENS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no golden {path.name}: run once with UPDATE_GOLDENS=1 and read what it keeps"
    assert text == path.read_text(encoding="utf-8")
