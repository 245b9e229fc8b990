"""Running the blocks of a page in one folder, as somebody who follows it would."""

from __future__ import annotations

import contextlib
import csv
import importlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from layoutgen.cli.check import check_file
from layoutgen.cli.main import app
from tests.docs.markdown_blocks import ROOT, Block

PLUGINS = "installed"
"""The folder into which `pip install ./…` of a page goes, beside the environment rather than into it."""


class Page:
    """A folder that the blocks of one page fill, one after another."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self.output: str | None = None
        """What the block before wrote."""
        self.printed = ""
        """Of it, what went to standard output."""
        self._patch = monkeypatch
        monkeypatch.chdir(folder)
        monkeypatch.setenv("ROOT", str(ROOT))
        monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        monkeypatch.setenv("COLUMNS", "100")

    def run(self, block: Block) -> None:
        for command in block.first:
            self._line(command, 0)
        if block.first:
            self.output = None
        if block.title:
            target = self.folder / block.title
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, "utf-8")
        getattr(self, f"_{block.language}")(block)
        if block.language not in ("sh", "python"):
            self.output = None

    def _poster(self, block: Block) -> None:
        name = block.title or "example.poster"
        first = next(line for line in block.text.splitlines() if line.strip() and not line.startswith("//"))
        if not block.title:
            part = "" if re.match(r"(poster|kit) ", first) else 'poster 1 "Example"\n'
            (self.folder / name).write_text(part + block.text, "utf-8")
        errors = [item for item in check_file(Path(name)) if item.severity == "error"]
        assert bool(errors) == bool(block.exit_code), "\n".join(item.render_text() for item in errors)

    def _sh(self, block: Block) -> None:
        self.output = self.printed = ""
        lines = commands(block.text)
        for line in lines:
            self._line(line, block.exit_code if line is lines[-1] else 0)

    def _line(self, line: str, exit_code: int) -> None:
        words = shlex.split(line, comments=True)
        if words[0] == "layoutgen":
            result = CliRunner().invoke(app, words[1:])
            code, output, printed = result.exit_code, result.output, result.stdout
        elif words[0] == "cd":
            os.chdir(words[1])
            code, output, printed = 0, "", ""
        else:
            if words[:2] == ["pip", "install"]:
                line = shlex.join(["python", "-m", "pip", "install", "-q", *_BARE, "--target", PLUGINS, *words[2:]])
            process = subprocess.run(["bash", "-c", line], check=False, capture_output=True, text=True, timeout=600)
            code, output, printed = process.returncode, process.stdout + process.stderr, process.stdout
        assert code == exit_code, f"{line}\n{output}"
        self.output, self.printed = (self.output or "") + output, self.printed + printed
        if words[:2] == ["pip", "install"]:
            self._patch.syspath_prepend(str(self.folder / PLUGINS))

    def _python(self, block: Block) -> None:
        code = compile(block.text, str(block), "exec")
        if block.title:
            self._patch.syspath_prepend(str(self.folder))
            importlib.invalidate_caches()
            return
        caught = io.StringIO()
        with contextlib.redirect_stdout(caught):
            exec(code, self.names)  # our own page
        self.output = self.printed = caught.getvalue()

    def _text(self, block: Block) -> None:
        """What the block before wrote; a line `…` stands for any lines."""
        if self.output is None:
            return
        parts = [re.escape(part.strip()) for part in re.split(r"^…$", _plain(block.text), flags=re.MULTILINE)]
        assert re.fullmatch(r"\n?(?:.*\n)*".join(parts), _plain(self.output)), f"written was:\n{self.output}"

    def _json(self, block: Block) -> None:
        """Is JSON, and a part of what the block before wrote."""
        expected = json.loads(block.text)
        if self.output is not None:
            assert part_of(expected, json.loads(self.printed)), f"written was:\n{self.printed}"

    def _toml(self, block: Block) -> None:
        tomllib.loads(block.text)

    def _csv(self, block: Block) -> None:
        assert len({len(row) for row in csv.reader(block.text.splitlines())}) == 1


_BARE = ("--no-deps", "--no-build-isolation", "--disable-pip-version-check")


def runs(language: str) -> bool:
    return language.isalpha() and hasattr(Page, f"_{language}")


def commands(text: str) -> list[str]:
    """The lines of a script, continued ones in one, without comments."""
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [line for line in lines if shlex.split(line, comments=True)]


def part_of(expected: Any, whole: Any) -> bool:
    """Whether the whole contains what is expected: some keys of objects, the first items of lists, values as they are."""
    if isinstance(expected, dict):
        return isinstance(whole, dict) and all(key in whole and part_of(value, whole[key]) for key, value in expected.items())
    if isinstance(expected, list):
        return isinstance(whole, list) and len(expected) <= len(whole) and all(map(part_of, expected, whole))
    return bool(expected == whole)


def wrongly_called(line: str) -> str:
    """What is wrong with a command that is not run, as far as one can see; or nothing."""
    if " && " in line:
        return "; ".join(problem for part in line.split(" && ") if (problem := wrongly_called(part)))
    words = shlex.split(line, comments=True)
    if any(Path(word).name == "layoutgen" for word in words):
        start = [Path(word).name for word in words].index("layoutgen")
        return _parsed(words[start + 1 :])
    if words[:2] == ["python", "-m"] or (words[0] == "python" and words[1].endswith(".py")):
        script = ROOT / words[1] if words[1].endswith(".py") else _module(words[2])
        if script is None or not script.exists():
            return f"there is no {words[1:3]}"
        source = "".join(path.read_text("utf-8") for path in script.parent.glob("*.py"))  # a package may share its options
        return ", ".join(f"no option {word}" for word in words if word.startswith("--") and f'"{word}"' not in source)
    process = subprocess.run(["bash", "-n", "-c", line], check=False, capture_output=True, text=True)
    return process.stderr


def _parsed(arguments: list[str]) -> str:
    """Typer's own complaint about the arguments of a command, or nothing; the command is not run."""
    import click

    group = typer.main.get_command(app)
    command = getattr(group, "commands", {}).get(arguments[0])
    if command is None:
        return f"there is no command {arguments[0]}"
    try:
        command.make_context(arguments[0], arguments[1:])
    except click.exceptions.UsageError as error:
        return error.format_message()
    except Exception as error:  # typer brings its own copy of click's errors
        return str(error)
    return ""


def _module(name: str) -> Path | None:
    from importlib.util import find_spec

    spec = find_spec(name)
    return Path(spec.origin) if spec and spec.origin else None


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
