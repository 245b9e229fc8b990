"""Help for people: every command shows examples that can be run, lists and codes are explained, Tab completes."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from glob import glob
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from layoutgen.cli.explain import find, near_misses
from layoutgen.cli.help import HelpfulCommand
from layoutgen.cli.list import FILTER_EXAMPLES, LISTS, listing
from layoutgen.cli.main import app
from layoutgen.diagnostics import PosterError
from layoutgen.diagnostics.codes import codes
from layoutgen.language.presets import PRESETS
from layoutgen.language.strings.filters import FILTERS
from layoutgen.starters.catalogue import starter_names, thumbnail
from layoutgen.typeset import catalogue
from layoutgen.typeset.effects import EFFECTS

ROOT = Path(__file__).parents[2]
GROUP: Any = typer.main.get_command(app)
COMMANDS: dict[str, HelpfulCommand] = GROUP.commands
CHEAP = ("check", "compile", "explain", "fmt", "list", "new", "preview")
"""Commands whose examples are run: they need no model, no reader and no network."""
LONG = ("--watch",)
"""Options of examples that do not end by themselves."""


def examples() -> Iterator[tuple[str, str]]:
    for name, command in COMMANDS.items():
        for example in command.examples:
            yield name, example


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the examples speak of: sale.poster, menu.poster and a kit."""
    monkeypatch.chdir(tmp_path)
    for name in ("sale", "menu"):
        assert CliRunner().invoke(app, ["new", name, "--yes"]).exit_code == 0
    shutil.copytree(ROOT / "examples/acme/brand", "brand")
    return tmp_path


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples(name: str) -> None:
    output = CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "80"}).stdout
    assert COMMANDS[name].examples
    assert "\nExamples:\n" in output
    for example in COMMANDS[name].examples:
        assert f"\n  {example}\n" in output
        assert len(example) <= 78, "an example stands on one line of a narrow window"
        assert example.startswith(f"layoutgen {name}")


@pytest.mark.parametrize(
    ("name", "param"),
    [pytest.param(name, param, id=f"{name} {param.name}") for name in COMMANDS for param in COMMANDS[name].params],
)
def test_every_option_and_argument_has_help(name: str, param: Any) -> None:
    assert param.help, f"`layoutgen {name}` says nothing about `{param.name}`"


def test_the_commands_alone_load_nothing_large() -> None:
    large = {"jinja2", "lark", "numpy", "PIL", "pydantic", "rich", "torch"}
    code = f"import sys, layoutgen.cli.main; print(*sorted({large!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == ""


def test_a_shell_can_install_completion_and_ask_for_it() -> None:
    """In a process of its own, where only the command that is asked for is loaded."""
    run = [sys.executable, "-m", "layoutgen"]
    assert "--install-completion" in subprocess.run([*run, "--help"], capture_output=True, text=True, check=True).stdout
    asked = {"_LAYOUTGEN_COMPLETE": "complete_bash", "COMP_WORDS": "layoutgen che", "COMP_CWORD": "1"}
    script = "import sys; sys.argv = ['layoutgen']; from layoutgen.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={**os.environ, **asked}
    )
    assert done.stdout.split() == ["check"]


def test_the_list_of_commands_is_read_at_a_glance() -> None:
    output = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}).stdout
    commands = output.partition("Commands:")[2].strip().splitlines()
    assert [line.split()[0] for line in commands] == list(COMMANDS)
    assert not [line for line in commands if line.endswith("...")], "the first sentence of a command is short"


@pytest.mark.parametrize(("name", "example"), list(examples()))
def test_examples_parse(name: str, example: str) -> None:
    """Every option is known, nothing that is needed is missing."""
    assert COMMANDS[name].make_context(name, shlex.split(example)[2:])


@pytest.mark.parametrize(
    ("name", "example"),
    [(name, line) for name, line in examples() if name in CHEAP and not any(word in line for word in LONG)],
)
def test_cheap_examples_run(name: str, example: str, folder: Path) -> None:
    if name == "new":
        for path in folder.iterdir():
            path.unlink() if path.is_file() else shutil.rmtree(path)
    # Patterns are the shell's to fill in.
    words = [path for word in shlex.split(example)[1:] for path in (sorted(glob(word)) if "*" in word else [word])]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 0, result.stderr
    if "--json" in example:
        json.loads(result.stdout)


@pytest.mark.parametrize("what", LISTS)
def test_lists(what: str) -> None:
    as_data = json.loads(CliRunner().invoke(app, ["list", what, "--json"]).stdout)[what]
    output = CliRunner().invoke(app, ["list", what]).stdout
    assert as_data
    for row in as_data:
        first = str(next(iter(row.values())))
        assert first.removesuffix(" " + first.split()[-1]) in output or first in output
    assert not [line for line in output.splitlines() if line != line.rstrip()]


def test_lists_are_complete() -> None:
    genres = [name for row in listing("faces") for name in row["face"]]
    assert sorted(genres) == sorted(genre.name for genre in catalogue.GENRES), "every genre has one family"
    assert [row["effect"] for row in listing("effects")] == [effect.name for effect in EFFECTS]
    assert {row["name"] for row in listing("presets")} == set(PRESETS)
    assert set(FILTER_EXAMPLES) == {*FILTERS, "default"}
    templates = listing("templates")
    assert [row["name"] for row in templates] == starter_names()
    assert all(Path(row["file"]).is_file() for row in templates)
    assert [row["thumbnail"] for row in templates] == [str(thumbnail(name)) for name in starter_names()]


def test_filters_show_what_comes_out() -> None:
    results = {row["filter"]: (row["en"], row["de"]) for row in listing("filters")}
    assert results["money"] == ("€1,249.00", "1.249,00\N{NO-BREAK SPACE}€")
    assert results["date"] == ("August 31, 2027", "31. August 2027")


def test_presets_of_paper_in_millimetres() -> None:
    (a3,) = (row for row in listing("presets") if row["name"] == "a3-portrait")
    assert (a3["size"], a3["paper"], a3["dpi"]) == ("3508x4961", "297 x 420 mm", "300")


@pytest.mark.parametrize("written", ["LG204", "lg204", "[LG204]", "204", " LG204 "])
def test_a_code_however_it_is_written(written: str) -> None:
    assert find(written).code == "LG204"


@pytest.mark.parametrize(
    ("written", "near"), [("LG218", "LG217"), ("LG21", "LG210"), ("LG000", "LG001"), ("L204", "codes look like LG204")]
)
def test_near_misses(written: str, near: str) -> None:
    with pytest.raises(PosterError) as caught:
        find(written)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "LG956"
    assert near in diagnostic.hint


def test_codes_about_a_word() -> None:
    assert {"LG001", "LG400"} <= {one.code for one in near_misses("contrast")}
    result = CliRunner().invoke(app, ["explain", "typefaces"])
    assert (result.exit_code, result.stdout.splitlines()[1]) == (0, "LG003  too many typefaces")
    assert CliRunner().invoke(app, ["explain", "xyzzy"]).exit_code == 2


def test_nothing_is_near_nonsense() -> None:
    assert near_misses("XYZZY") == []


@pytest.mark.parametrize("code", codes())
def test_every_code_can_be_explained(code: str) -> None:
    entry = codes()[code]
    output = CliRunner().invoke(app, ["explain", code]).stdout
    assert entry.title in output
    assert f"layoutgen {entry.run}" in output
    assert ("Put right" in output) == bool(entry.fixed)
    assert ("layoutgen: allow" in output) >= (code.startswith("LG0") and code != "LG011")


def test_explain_as_json() -> None:
    entry = json.loads(CliRunner().invoke(app, ["explain", "LG001", "--json"]).stdout)
    assert list(entry) == ["code", "title", "stage", "explain", "run", "files", "fixed"]
    assert (entry["code"], entry["stage"]) == ("LG001", "design hints")


COMPLETED = {
    "preview sale.poster --canvas ": {"feed", "story", "banner", "all"},
    "preview sale.poster --canvas st": {"story"},
    "compile sale.poster --locale ": {"en", "de", "all"},
    "campaign sale.poster --canvas feed,b": {"feed,banner"},
    "render sale.poster -p pr": {"product=", "price="},
    "render missing.poster -p ": set(),
    "compile sale.poster --renderer ": {"auto", "draft", "mini", "glm"},
    "explain LG00": {f"LG00{digit}" for digit in range(1, 10)},
    "list f": {"faces", "filters"},
    "new men": {"menu"},
}


@pytest.mark.parametrize("line", COMPLETED)
@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion(line: str, shell: str, folder: Path) -> None:
    words = shlex.split(f"layoutgen {line}") + ([""] if line.endswith(" ") else [])
    env = {"_LAYOUTGEN_COMPLETE": f"complete_{shell}", "COMP_WORDS": f"layoutgen {line}", "COMP_CWORD": str(len(words) - 1)}
    if shell == "zsh":
        env["_TYPER_COMPLETE_ARGS"] = f"layoutgen {line}"
    output = CliRunner().invoke(app, [], prog_name="layoutgen", env=env).stdout
    for name in COMPLETED[line]:
        assert name in output
    if shell == "bash":
        assert set(output.split()) == COMPLETED[line]
