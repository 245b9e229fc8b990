"""The shape of the code: imports go forward, nothing heavy is loaded early, packages are complete."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = [
    "cachefolder",
    "noun",
    "templating",
    "notebook",
    "look",
    "codes",
    "diagnostics",
    "syntax",
    "formatting",
    "document",
    "building",
    "typeset",
    "layout",
    "qr",
    "conditions",
    "hints",
    "renderers",
    "composite",
    "check",
    "artefacts",
    "record",
    "retry",
    "guarantee",
    "attempting",
    "pipeline",
    "output",
    "patching",
    "replay",
    "rewording",
    "redo",
    "report",
    "api",
    "campaign",
    "proof",
    "language_server",
    "cli",
    "__main__",
]
HEAVY = ("torch", "onnxruntime", "rapidocr", "transformers", "diffusers", "cv2", "scipy", "zxingcpp")


def modules() -> list[tuple[str, Path]]:
    folder = ROOT / "layoutgen"
    return [(path.relative_to(folder).parts[0].removesuffix(".py"), path) for path in sorted(folder.rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """The parts of layoutgen that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        found |= {name.split(".")[1] for name in names if name.startswith("layoutgen.")}
    return found


@pytest.mark.parametrize(
    ("part", "path"), [item for item in modules() if item[0] != "__init__"], ids=lambda item: str(item)[-40:]
)
def test_imports_only_go_forward(part: str, path: Path) -> None:
    assert part in ORDER, f"{part} has no place in the order of stages"
    ahead = {other for other in imported(path) if other in ORDER and ORDER.index(other) > ORDER.index(part)}
    assert not ahead


def test_the_core_reaches_renderers_by_name_only() -> None:
    assert not [path for _, path in modules() if "renderer" in imported(path)]


@pytest.mark.parametrize("line", ["import layoutgen", "import layoutgen; layoutgen.load; layoutgen.compile", "check"])
def test_nothing_heavy_is_loaded(line: str, tmp_path: Path) -> None:
    poster = tmp_path / "a.poster"
    poster.write_text('poster 1 "A"\ncanvas a 400x400 { margin: 5% }\nregion r { slogan "Hello" }\n')
    if line == "check":
        line = f"import pathlib, layoutgen.cli.check as c; assert not c.check_file(pathlib.Path({str(poster)!r}))"
    script = f"{line}\nimport sys\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_every_package_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts) for top in ("layoutgen", "renderer", "grammar", "templates")
        for path in (ROOT / top).rglob("__init__.py")
    }  # fmt: skip
    named = {name if name.split(".")[0] == "layoutgen" else f"layoutgen.{name}" for name in found}
    assert named == set(settings["packages"])


def test_every_data_file_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    data = settings["package-data"]
    for top in ("layoutgen", "renderer", "grammar", "templates"):
        for path in (ROOT / top).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc"):
                continue
            home = next(parent for parent in path.parents if (parent / "__init__.py").exists())
            name = ".".join(home.relative_to(ROOT).parts)
            name = name if name.startswith("layoutgen") else f"layoutgen.{name}"
            inside = path.relative_to(home)
            assert any(inside.match(pattern) for pattern in data.get(name, [])), f"{path.relative_to(ROOT)} is not in the wheel"


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for _, path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_only_layoutgen_is_importable_from_outside_the_checkout(tmp_path: Path) -> None:
    """Neither `renderer` nor `grammar` nor `templates` reaches site-packages."""
    script = "import importlib.util as u; print([n for n in ('renderer', 'grammar', 'templates') if u.find_spec(n)])"
    result = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert result.stdout.strip() == "[]"
