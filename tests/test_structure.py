"""The shape of the code: imports go forward, without circles; nothing heavy is loaded early; packages are complete."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ORDER = """
diagnostics: codes model __init__
base: files disk_cache model geometry picture_formats qr style color suggest templates notebook __init__
typeset: bidi catalogue emoji font_cache inventory fonts model paint effects vertical shape breaks prepare measure fit
typeset: set_text draw __init__
syntax: nodes quotes tokens grammar mistakes tree parse __init__ formatter
language: json_positions presets statements properties synonyms heads values __init__
language.params: numbers types reading schema __init__
language.strings: catalogues filters source expressions templates locales __init__
language.params: declare
document.load: picture_files project __init__
document: model reference settings predicates declared relations resolve styles element_templates poster variants
document.bind: instances binder __init__
document.load: colors value_atoms placement_values style_values property_values blocks elements overrides symbols declarations
document.load: validators requires loader
document: __init__
.: building
layout: frames linear model tree extents plan repeats intrinsic cells row flow search overfull place conflicts root_column
layout: slogan_fit fill reports validate solve __init__
conditions: colors model backgrounds limits text_colors
conditions.prompt: quotes facts write __init__
conditions: color_rules lower serial stages __init__
renderers: abilities protocol plugins registry __init__
compositing: pictures composite __init__
hints: fixes allowing subject pictures places staging words __init__
check: contrast crops adjoining glyph_shapes model ground asked_lettering letterforms likeness registration detector
check: aesthetics normalise compare legibility set_type placement qr emptiness alignment recognition reader guarded_reader
check: reasons colors target arbitrate matching page_reader stray read certainty calibration extra judge tesseract
check: second_opinion picture __init__
record: artefacts model save result __init__
retry: faults model strategies odds ladder decide best_of __init__
loop: patch rebind typeset_fallback attempts replay redo __init__
.: pipeline
report: page __init__
starters: catalogue edits rebrand rewrite begin __init__
.: api
campaign: art_cache encode file_names model budget keys manifest folder approvals plan progress proof_sheet
campaign.data: table excel objects database select text sources validate __init__
campaign: jobs contact_sheet publish run_job estimate pool ray_pool run campaign __init__
proof: drawing model serving tracing compiling watching live __init__
language_server: catalogue grammars positions buffers tolerant_tree analysis fixes names structure workspace colors context
language_server: completion highlighting hover messages renaming session handlers server __init__
cli: completion help options output approve campaign check doctor fmt list explain lsp new_questions new preview publish
cli: replay report result_text redo render_variants compile render verify main __init__
.: __main__
renderer.draft: artwork color labels scenes extras scrim shapes skylines backdrop vocabulary objects renderer __init__
renderer.glm: decode_errors glyphs head_bias limits progress references prompt forcing regions attention repair sampling
renderer.glm: settings streaming generate planner step_cache guidance vae decoder weights adapters loading memory stages
renderer.glm: renderer __init__
renderer.mini: things limits __init__
renderer.mini.training: models object_judge options phrasing snap_to_cells tokenizer vocabulary posters samples loop measure
renderer.mini.training: train_vae train_vision prepare batches train_decoder contact_sheet train_planner assemble resume
renderer.mini.training: __init__
renderer: __init__
.: __init__
"""
"""Every module in the order of imports: it may import from those before it only. `__init__` is a package's facade."""
SMALL = {
    "layoutgen.renderer.mini.training.vocabulary": "words as data, apart from the code that picks among them",
}
"""Modules of under 25 lines that a single other one imports, each with the reason why it stands alone."""
LONGEST, SHORTEST = 400, 25
HEAVY = ("torch", "onnxruntime", "rapidocr", "transformers", "diffusers", "cv2", "scipy", "zxingcpp")


def dotted(path: Path) -> str:
    """The name that a module is imported by."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return f"layoutgen.{name}" if name.split(".")[0] in ("renderer", "grammar", "templates") else name


@cache
def modules(*tops: str) -> dict[str, Path]:
    return {dotted(path): path for top in tops for path in sorted((ROOT / top).rglob("*.py"))}


SHIPPED = modules("layoutgen", "renderer")
ALL = modules("layoutgen", "renderer", "tests", "benchmarks", "tools")


def listed() -> list[str]:
    """The modules of `ORDER` by the names that they are imported by."""
    found = []
    for line in ORDER.strip().splitlines():
        package, _, names = line.partition(":")
        for name in names.split():
            parts = [part for part in ("layoutgen", package.strip(), name) if part not in ("", ".", "__init__")]
            found.append(".".join(parts))
    return found


@cache
def imports(name: str) -> frozenset[str]:
    """The modules that a module imports, wherever in it."""
    path = ALL[name]
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                # A facade may export a function by the name of one of its modules.
                inner = f"{module}.{alias.name}"
                found.add(inner if inner in ALL and alias.name not in exported(module) else module)
    return frozenset(found & ALL.keys() - {name})


@cache
def exported(name: str) -> frozenset[str]:
    """What a package's facade takes from its modules."""
    if name not in ALL or ALL[name].name != "__init__.py":
        return frozenset()
    tree = ast.parse(ALL[name].read_text("utf-8"))
    return frozenset(alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names)


def test_every_module_has_its_place() -> None:
    assert sorted(listed()) == sorted(SHIPPED)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_imports_only_go_forward(name: str) -> None:
    before = set(listed()[: listed().index(name)])
    # The public names of `import layoutgen` come from later modules, when they are first used.
    assert name == "layoutgen" or imports(name) <= before | {"layoutgen"}


def test_there_is_no_circle_anywhere() -> None:
    graph = {name: set(imports(name)) - {"layoutgen"} for name in ALL if name != "layoutgen"}
    TopologicalSorter(graph).prepare()  # CycleError names the circle


def test_the_core_knows_no_renderer() -> None:
    core = {name: path for name, path in SHIPPED.items() if not name.startswith("layoutgen.renderer.")}
    for name, path in core.items():
        assert not [other for other in imports(name) if other.startswith("layoutgen.renderer.")], name
        words = {node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)}
        assert not words & {"glm", "mini"}, f"{name} names a renderer"


def test_renderers_are_asked_for_what_they_declare() -> None:
    """No `getattr` or `hasattr` on a renderer: what it can do is in its `abilities`."""
    for name, path in ALL.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("getattr", "hasattr"):
                assert "renderer" not in ast.unparse(node.args[0]).split("."), f"{name}:{node.lineno}"


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
    assert named - {"layoutgen.renderer.mini.training"} == set(settings["packages"])  # its weights are shipped, it is not


def test_every_data_file_is_listed() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]
    data = settings["package-data"]
    for top in ("layoutgen", "renderer", "grammar", "templates"):
        for path in (ROOT / top).rglob("*"):
            if path.is_dir() or path.suffix in (".py", ".pyc") or "training" in path.parts:
                continue
            home = next(parent for parent in path.parents if (parent / "__init__.py").exists())
            name = ".".join(home.relative_to(ROOT).parts)
            name = name if name.startswith("layoutgen") else f"layoutgen.{name}"
            inside = path.relative_to(home)
            assert any(inside.match(pattern) for pattern in data.get(name, [])), f"{path.relative_to(ROOT)} is not in the wheel"


@pytest.mark.parametrize("name", sorted(ALL))
def test_modules_stay_small(name: str) -> None:
    assert len(ALL[name].read_text("utf-8").splitlines()) <= LONGEST


def test_no_module_is_too_small_to_find() -> None:
    importers: dict[str, int] = dict.fromkeys(SHIPPED, 0)
    for name in SHIPPED:
        for other in imports(name) & importers.keys():
            importers[other] += 1
    small = {
        name
        for name, path in SHIPPED.items()
        if path.name not in ("__init__.py", "__main__.py")
        and importers[name] == 1
        and len(path.read_text("utf-8").splitlines()) < SHORTEST
    }
    assert small == set(SMALL)


def test_only_layoutgen_is_importable_from_outside_the_checkout(tmp_path: Path) -> None:
    """Neither `renderer` nor `grammar` nor `templates` reaches site-packages."""
    script = "import importlib.util as u; print([n for n in ('renderer', 'grammar', 'templates') if u.find_spec(n)])"
    result = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert result.stdout.strip() == "[]"
