"""Posters in, documents out: every file of `cases/right` against its golden, with the params of its first lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from layoutgen.document import bind, load
from tests.goldens import check_golden

CASES = Path(__file__).parent / "cases"


def directives(path: Path) -> dict[str, Any]:
    """`// params: {…}` and `// locale: de` above the first statement."""
    lines = (line[3:].partition(": ") for line in path.read_text("utf-8").splitlines() if line.startswith("// "))
    return {name: json.loads(value) if name == "params" else value for name, _, value in lines}


def readable(value: Any, folder: str) -> Any:
    """Places as `line:column` and lengths as written, so that a golden can be read."""
    if isinstance(value, dict):
        if value.keys() == {"file", "line", "column", "end_line", "end_column"}:
            return f"{value['line']}:{value['column']}"
        if value.keys() == {"value", "unit"}:
            return f"{value['value']:g}{value['unit']}"
        return {key: readable(item, folder) for key, item in value.items() if key != "where"}
    if isinstance(value, list):
        return [readable(item, folder) for item in value]
    return value.removeprefix(folder) if isinstance(value, str) else value


@pytest.mark.parametrize(
    "path", sorted([*CASES.glob("right/*.poster"), *CASES.glob("sample/*.poster")]), ids=lambda path: path.stem
)
def test_document_is_the_golden_one(path: Path) -> None:
    given = directives(path)
    document, warnings = bind(load(path, display_name=path.name), given.get("params"), locale=given.get("locale"))
    assert warnings == ()
    shown = readable(document.model_dump(mode="json", exclude_defaults=True), f"{path.parent}/")
    check_golden(path.with_suffix(".json"), json.dumps(shown, indent=1, ensure_ascii=False) + "\n")
