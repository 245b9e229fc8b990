"""`layoutgen render --renderer glm` on the tiny checkpoint: files, exit codes, and nothing written when it fails.

Its weights are random, so no picture can pass: every whole run ends with exit code 3.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

import layoutgen
from layoutgen.cli.main import app
from layoutgen.renderers import RENDERER_VARIABLE

POSTER = """
poster 1 "Sale"
canvas feed 512x512
backdrop "a beach"
region header { at: top of canvas; size: 90% x 24%; slogan headline "SALE" }
verify { attempts: 1 }
"""
DECODER = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "sale.poster").write_text(POSTER, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def copy(tiny_checkpoint: Path, folder: Path) -> Path:
    """The checkpoint, to be damaged."""
    return Path(shutil.copytree(tiny_checkpoint, folder / "weights"))


def run(checkpoint: Path, *arguments: str, code: int) -> Any:
    options = ["--renderer", "glm", "--model", str(checkpoint), "--set", "decoder.steps=2", "-o", "a.png"]
    result = CliRunner().invoke(app, ["render", "sale.poster", *options, *arguments])
    assert result.exit_code == code, result.stderr + result.stdout
    assert "Traceback" not in result.stderr
    return result


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("a.*"))


def test_a_picture_that_did_not_pass_and_its_record(folder: Path, tiny_checkpoint: Path) -> None:
    (folder / "engine.toml").write_text('[planner]\nforcing = "bias"\n', "utf-8")
    arguments = ("--settings", "engine.toml", "--candidates", "3", "--seed", "11", "--json")
    result = json.loads(run(tiny_checkpoint, *arguments, code=3).stdout)
    assert (result["passed"], result["image"], result["renderer"]) == (False, "a.failed.png", "glm")
    assert {"a.failed.png", "a.record.json"} <= set(written(folder))
    assert "a.png" not in written(folder)
    record = json.loads((folder / "a.record.json").read_text("utf-8"))
    assert record["renderer"]["model"] == str(tiny_checkpoint)
    assert {"revision", "weights", "licence", "dtype", "torch", "diffusers", "transformers"} <= set(record["renderer"])
    (attempt,) = record["attempts"]
    assert (attempt["action"], attempt["seed"]) == ("plan", 11)
    assert attempt["settings"]["plan"]["width"] == 3
    assert attempt["settings"]["settings"]["planner"]["forcing"] == "bias"
    assert attempt["settings"]["settings"]["decoder"]["steps"] == 2
    assert attempt["settings"]["memory"]["plan"] == "resident"
    assert record["conditions"]["policy"]["candidates"] == 3
    # The record's own conditions, seed and settings are enough to make the same picture again.
    pixels = (folder / "a.failed.png").read_bytes()
    (folder / "c.json").write_text(json.dumps(record["conditions"]), "utf-8")
    again = run(tiny_checkpoint, *arguments, "--conditions", "c.json", code=3)
    assert json.loads(again.stdout)["verdict"] == result["verdict"]
    assert (folder / "a.failed.png").read_bytes() == pixels


def test_auto_takes_weights_that_are_given(folder: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RENDERER_VARIABLE)
    (folder / "sale.poster").write_text(POSTER.replace('slogan headline "SALE"', 'slogan "SALE" { verify: off }'), "utf-8")
    result = run(tiny_checkpoint, "--renderer", "auto", code=0)
    assert "renderer: glm" in result.stderr
    record = json.loads((folder / "a.record.json").read_text("utf-8"))
    assert record["chosen"] == "auto: the best one that is installed"


def test_other_renderers_have_no_such_options(folder: Path, tiny_checkpoint: Path) -> None:
    result = run(tiny_checkpoint, "--renderer", "draft", "--json", code=4)
    (diagnostic,) = json.loads(result.stdout)["diagnostics"]
    assert diagnostic["code"] == "LG501"
    assert diagnostic["message"] == "the renderer `draft` cannot be opened: it has no options `model` and `set`"
    assert diagnostic["hint"] == "`glm` and `mini` have them: `--renderer glm`"
    assert written(folder) == []


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--set", "decoder.stesp=3"), "LG551"),
        (("--set", "decoder.steps=0"), "LG552"),
        (("--settings", "missing.toml"), "LG550"),
        (("--lora", "missing.safetensors"), "LG568"),
        (("--memory", "magic"), "LG552"),
        (("--set", "memory.limit=0.0001"), "LG571"),
        (("--set", "memory.device=cuda:99"), "LG573"),
    ],
)
def test_wrong_options(folder: Path, tiny_checkpoint: Path, arguments: tuple[str, str], code: str) -> None:
    result = run(tiny_checkpoint, *arguments, "--json", code=4)
    assert [item["code"] for item in json.loads(result.stdout)["diagnostics"]] == [code]
    assert written(folder) == []


@pytest.mark.parametrize("fault", ["truncated", "shapes", "numbers"])
def test_damaged_weights(folder: Path, copy: Path, fault: str) -> None:
    path = copy / DECODER
    if fault == "truncated":
        path.write_bytes(path.read_bytes()[:-100])
    else:
        tensors = load_file(path)
        name = "proj_out.weight"
        tensors[name] = tensors[name][:, :8].contiguous() if fault == "shapes" else tensors[name] * torch.nan
        save_file(tensors, path)
    result = run(copy, code=4)
    assert f"[{ {'truncated': 'LG565', 'shapes': 'LG566', 'numbers': 'LG567'}[fault] }]" in result.stderr
    assert written(folder) == []


def test_out_of_memory(folder: Path, tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from diffusers import GlmImageTransformer2DModel

    def full(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")

    monkeypatch.setattr(GlmImageTransformer2DModel, "forward", full)
    assert "[LG571]" in run(tiny_checkpoint, code=4).stderr
    assert written(folder) == []


def test_an_older_picture_stays_until_there_is_a_new_one(folder: Path, copy: Path) -> None:
    with layoutgen.open_renderer("draft") as draft:
        layoutgen.render("sale.poster", renderer=draft).save("a.png")
    before = written(folder)
    (copy / DECODER).write_bytes(b"")
    run(copy, code=4)
    assert written(folder) == before


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_ctrl_c_writes_nothing(folder: Path, tiny_checkpoint: Path) -> None:
    """In a process of its own on a terminal, as soon as the bar of the drawing is seen there."""
    import pty

    command = [sys.executable, "-m", "layoutgen", "render", "sale.poster", "--renderer", "glm", "-o", "a.png"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*command, "--model", str(tiny_checkpoint), "--set", "decoder.steps=1000", "--json"],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "OMP_NUM_THREADS": "1", "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(theirs)
    shown = b""
    while b"drawing" not in shown:
        shown += os.read(ours, 4096)
    process.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # how the end of a terminal looks
        while more := os.read(ours, 4096):
            shown += more
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 130, shown.decode()
    assert b"planning" in shown
    assert b"interrupted" in shown
    assert b"Traceback" not in shown
    assert out == b""
    assert written(folder) == []
