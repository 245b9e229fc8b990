"""What the README shows is so: its poster, its message, its commands and its Python."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from layoutgen.cli.main import app
from layoutgen.diagnostics import PosterError
from layoutgen.document import load_text

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


def commands() -> list[list[str]]:
    """The lines that run layoutgen, without what comes before it on the line and without comments."""
    lines = (line.strip() for text in blocks("sh") for row in text.splitlines() for line in row.split("&&"))
    matches = (re.search(r"(?:^|/)layoutgen (\w.*)$", line) for line in lines)
    return [shlex.split(match[1], comments=True) for match in matches if match]


def run(arguments: list[str]) -> None:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, f"{arguments}: {result.stderr}{result.stdout}"


def mark_all(campaign: Path, marks: Path) -> None:
    """The file that the proof sheet exports once every picture is approved."""
    entries = [json.loads(line) for line in (campaign / "manifest.jsonl").read_text("utf-8").splitlines()]
    marks_made = [{"image": entry["image"], "sha256": entry["sha256"], "mark": "approved"} for entry in entries]
    marks.write_text(json.dumps({"version": 1, "marks": marks_made}))


def test_the_poster_is_the_example() -> None:
    assert (ROOT / "examples" / "welcome.poster").read_text("utf-8") in blocks("")


def test_the_message_is_what_is_shown(tmp_path: Path) -> None:
    expected = next(text for text in blocks("") if text.startswith("error[LG204]"))
    lines = ['poster 1 "Summer Sale"', 'region header { slogan "Sale" }', *[""] * 19, "region offer {"]
    text = "\n".join([*lines, "  below: heeder gap 3%", '  slogan "Up to half off"', "}", ""])
    with pytest.raises(PosterError) as caught:
        load_text(text, "sale.poster", tmp_path)
    assert f"{caught.value}\n" == expected


def test_the_commands_and_the_python_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    seen = set()
    for arguments in commands():
        if arguments[0] == "verify":
            run(["render", arguments[2], "-o", arguments[1]])
        if arguments[0] == "approve":
            mark_all(tmp_path / arguments[1], tmp_path / arguments[2])
        seen.add(arguments[0])
        run(arguments)
    assert seen >= {"new", "check", "preview", "render", "verify", "campaign", "approve", "publish"}
    (script,) = blocks("python")
    exec(compile(script, "README.md", "exec"), {})
    assert Path("final.png").exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()
