"""The same picture again, or exactly why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

import layoutgen
from layoutgen.cli.main import app
from layoutgen.loop.replay import replay
from layoutgen.record import Attempt, read_record
from tests.record.fake_renderer import POSTER, Misspelling


def run(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == code, result.stderr + result.stdout
    assert "Traceback" not in result.stderr
    return result


def edited(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), encoding="utf-8")


def test_the_same_picture_again(folder: Path) -> None:
    run("render", "sale.poster", "--renderer", "draft", "-p", "price=9.99", "-o", "a.png")
    document = json.loads(run("replay", "a.record.json", "-o", "again.png", "--json").stdout)
    assert document["equal"] is True
    assert document["expected"] == document["pixels"]
    with Image.open("a.png") as first, Image.open("again.png") as second:
        assert first.tobytes() == second.tobytes()


def test_the_poster_itself_is_not_needed(folder: Path) -> None:
    run("render", "sale.poster", "--renderer", "draft", "-o", "out/a.png")
    (folder / "sale.poster").unlink()
    run("replay", "out/a.record.json")


def test_other_versions_are_named_when_the_pixels_differ(folder: Path) -> None:
    run("render", "sale.poster", "--renderer", "draft", "-o", "a.png")
    told = json.loads(Path("a.record.json").read_text("utf-8"))
    told["versions"]["pillow"] = "9.9.9"
    edited(folder / "a.record.json", versions=told["versions"])
    run("replay", "a.record.json")  # another version, the same pixels
    told["attempts"][0]["pixels"] = "0" * 64
    edited(folder / "a.record.json", attempts=told["attempts"])
    result = run("replay", "a.record.json", code=3)
    assert "warning[LG677]" in result.stderr
    assert "pillow was 9.9.9 and is" in result.stderr


def test_without_a_reason_the_machine_is_named(folder: Path) -> None:
    run("render", "sale.poster", "--renderer", "draft", "-o", "a.png")
    told = json.loads(Path("a.record.json").read_text("utf-8"))
    told["attempts"][0]["pixels"] = "0" * 64
    edited(folder / "a.record.json", attempts=told["attempts"])
    (reason,) = json.loads(run("replay", "a.record.json", "--json", code=3).stdout)["reasons"]
    assert "all versions are the same" in reason["message"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"renderer": {"name": "crayon"}}, "`crayon`, which is not installed"),
        ({"renderer": {"name": "draft", "artwork": "my own"}}, "the artwork of the renderer was `my own`"),
    ],
)
def test_another_renderer_or_other_weights(folder: Path, changes: dict[str, Any], said: str) -> None:
    run("render", "sale.poster", "--renderer", "draft", "-o", "a.png")
    edited(folder / "a.record.json", **changes)
    result = run("replay", "a.record.json", code=4)
    assert "error[LG673]" in result.stderr
    assert said in result.stderr


def test_a_picture_that_is_missing_or_changed(folder: Path) -> None:
    Image.new("RGB", (40, 40), "red").save("logo.png")
    poster = POSTER + 'image logo "logo.png" { at: bottom of canvas; width: 10% }\n'
    (folder / "sale.poster").write_text(poster, encoding="utf-8")
    run("render", "sale.poster", "--renderer", "draft", "-o", "a.png")
    run("replay", "a.record.json")
    Image.new("RGB", (40, 40), "blue").save("logo.png")
    assert "has been changed since" in run("replay", "a.record.json", code=4).stderr
    Path("logo.png").unlink()
    result = run("replay", "a.record.json", "--json", code=4)
    assert json.loads(result.stdout)["diagnostics"][0]["code"] == "LG674"


def test_the_attempts_that_the_best_one_began_from_are_made_as_well(folder: Path) -> None:
    """The first picture is wrong, and the best one was made from it."""
    wrong = {"header.headline": "SUMER SALLE"}
    layoutgen.render("sale.poster", renderer=Misspelling(wrong, times=1), attempts=4).save("a.png")
    record = read_record(folder / "a.record.json")
    assert record.best > 0
    again = Misspelling(wrong, times=1)
    assert replay(record, folder, renderer=again).equal
    chain: list[Attempt] = []
    at: int | None = record.best
    while at is not None:
        chain.append(record.attempts[at])
        at = record.attempts[at].start
    assert [asked[1:] for asked in again.asked] == [(item.seed, item.boxes) for item in reversed(chain)]


def test_a_typeset_picture(folder: Path) -> None:
    """The last resort is part of the way, so it is done again too."""
    (folder / "sale.poster").write_text(POSTER + "verify { attempts: 2; then: typeset }\n", encoding="utf-8")
    wrong = {"header.headline": "SUMER SALLE"}
    result = layoutgen.render("sale.poster", renderer=Misspelling(wrong))
    assert result.record.attempts[result.record.best].action == "typeset"
    assert replay(result.record, folder, renderer=Misspelling(wrong)).equal
