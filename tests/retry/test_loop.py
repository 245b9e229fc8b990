"""The whole loop: faults that are really drawn, the real reader, and everything that can go wrong outside."""

from __future__ import annotations

import errno
import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

import layoutgen
from layoutgen.check import open_reader
from layoutgen.check.guarded_reader import GuardedReader
from layoutgen.cli.main import app
from layoutgen.conditions import Conditions
from layoutgen.diagnostics import PosterError
from layoutgen.loop.replay import replay
from layoutgen.pipeline import compile_poster, make
from layoutgen.record import pixel_hash
from layoutgen.record.save import save_result
from layoutgen.renderers import Rendered, limits_of
from tests.retry.faulty_renderers import FIRST, FaultyDraft, Odds

POSTER = """
poster 1 "Sale"
canvas feed 480x480 { margin: 5% }
backdrop { fill: #F4EFE6 }
region header { at: top of canvas; size: 90% x 24%; slogan headline "SUMMER SALE" { color: #101820 } }
region offer { below: header gap 12%; size: 80% x 14%; slogan price "Up to 50% off" { color: #101820 } }
region footer { at: bottom of canvas; size: 80% x 12%; slogan end "Ends on Sunday" { color: #101820 } }
verify { attempts: 12%THEN }
"""


class Reader:
    """The real reader, until a call that goes wrong."""

    def __init__(self, fails_at: int, how: Any) -> None:
        self._real, self._left, self._how = open_reader(), fails_at, how

    @property
    def name(self) -> str:
        return self._real.name

    def readable(self, text: str) -> bool:
        return self._real.readable(text)

    def detect(self, image: Image.Image, side: int = 640) -> Any:
        self._left -= 1
        if self._left == 0:
            self._how()
        return self._real.detect(image, side)

    def read(self, crops: Sequence[Image.Image]) -> Any:
        return self._real.read(crops)

    def find(self, image: Image.Image, side: int = 640) -> Any:
        return self._real.find(image, side)


@pytest.fixture
def poster(tmp_path: Path) -> Path:
    path = tmp_path / "sale.poster"
    path.write_text(POSTER.replace("%THEN", ""))
    return path


def run(poster: Path, renderer: Any, reader: Any = None, **bounds: Any) -> layoutgen.Result:
    compiled = compile_poster(layoutgen.load(poster), limits=limits_of("draft"), seed=3)
    return make(compiled, renderer, reader, **bounds)


class Blank(FaultyDraft):
    """A generator that writes nothing."""

    def render(self, conditions: Conditions, **arguments: Any) -> Rendered:
        return super().render(conditions.model_copy(update={"glyphs": ()}), **arguments)


def crash() -> None:
    raise RuntimeError("the engine fell over")


def interrupt() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("seed", [2])
def test_drawn_faults_are_found_and_repaired(poster: Path, seed: int) -> None:
    with FaultyDraft(FIRST, seed) as renderer:
        result = run(poster, renderer, attempts=40)
    record = result.record
    assert record.passed, record.stopped
    assert record.status == "passed"
    assert not record.attempts[0].verdict.passed
    assert {attempt.action for attempt in record.attempts[1:]} <= {"repair", "redecode", "replan", "reprompt"}
    assert len({attempt.pixels for attempt in record.attempts}) > 1
    assert pixel_hash(result.image) == record.attempts[record.best].pixels
    assert sum(attempt.cost for attempt in record.attempts) == pytest.approx(renderer.spent, abs=0.01)
    assert all(attempt.reason for attempt in record.attempts)


def test_the_same_seed_gives_the_same_attempts(poster: Path) -> None:
    first, second = (run(poster, FaultyDraft(FIRST, 5), attempts=4).record for _ in range(2))
    assert [attempt.pixels for attempt in first.attempts] == [attempt.pixels for attempt in second.attempts]
    assert [attempt.seed for attempt in first.attempts] == list(range(3, 3 + len(first.attempts)))


def test_it_gives_up_at_its_bounds_with_the_best_picture(poster: Path, tmp_path: Path) -> None:
    result = run(poster, FaultyDraft(Odds(0, 0, 0), 4), attempts=3)
    assert not result.record.passed
    assert len(result.record.attempts) == 3
    assert result.record.stopped.startswith("all 3 attempts are used up: still wrong: ")
    image, _ = save_result(result.image, result.record, tmp_path / "a.png", result.evidence)
    assert image.name == "a.failed.png"


def test_no_attempt_begins_after_its_seconds(poster: Path) -> None:
    result = run(poster, FaultyDraft(Odds(0, 0, 0), 4), seconds=0.01)
    assert len(result.record.attempts) == 1
    assert "seconds are used up" in result.record.stopped


@pytest.mark.parametrize("seed", [6])
def test_then_typeset_makes_it_right(poster: Path, tmp_path: Path, seed: int) -> None:
    poster.write_text(POSTER.replace("%THEN", "; then: typeset"))
    with FaultyDraft(Odds(0, 0, 0), seed) as renderer:
        result = run(poster, renderer, attempts=2)
    record = result.record
    assert record.passed, [item.reason for item in record.verdict.slogans]
    assert record.status == "typeset"
    assert [attempt.action for attempt in record.attempts][-1] == "typeset"
    assert all(item.status == "typeset" and item.read for item in record.verdict.slogans)
    image, _ = save_result(result.image, record, tmp_path / "a.png", result.evidence)
    assert image.name == "a.png"
    # An independent reading of the file agrees.
    assert layoutgen.verify(image, poster).passed


def test_a_typeset_picture_can_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "a.poster"
    path.write_text(
        'poster 1 "A"\ncanvas feed 400x300\nbackdrop { fill: #F4EFE6 }\nregion header { at: top of canvas; size: 90% x 40%; '
        'slogan "SALE" { effect: "chrome" } }\nverify { attempts: 1; then: typeset }\n'
    )

    result = run(path, Blank(FIRST))
    assert result.record.status == "typeset"
    again = replay(result.record, tmp_path, renderer=Blank(FIRST))
    assert again.equal


@pytest.mark.parametrize("at", [1, 3])
def test_a_reader_that_crashes_loses_no_picture(poster: Path, tmp_path: Path, at: int) -> None:
    result = run(poster, FaultyDraft(Odds(0, 0, 0), 4), Reader(at, crash))
    assert isinstance(result.problem, PosterError)
    assert result.problem.diagnostics[0].code == "LG601"
    assert "the engine fell over" in result.record.stopped
    assert len(result.record.attempts) == at
    assert not result.record.passed
    image, record = save_result(result.image, result.record, tmp_path / "a.png", result.evidence)
    assert image.name == "a.failed.png"
    assert json.loads(record.read_text())["attempts"][-1]["verdict"]["slogans"][0]["fault"] == "unreadable"


def test_a_reader_that_hangs_is_left_behind() -> None:
    gone = threading.Event()
    guarded = GuardedReader(Reader(1, lambda: gone.wait(20)), seconds=0.2)
    picture = Image.new("RGB", (64, 64))
    # The reader would come to an end by itself after 20 seconds, and then nothing would be raised.
    for message in ("did not answer within 0.2 seconds", "does not answer"):
        with pytest.raises(PosterError, match=message):
            guarded.detect(picture)
    gone.set()


def test_ctrl_c_keeps_the_best_picture_and_the_record(poster: Path) -> None:
    result = run(poster, FaultyDraft(Odds(0, 0, 0), 4), Reader(3, interrupt))
    assert isinstance(result.problem, KeyboardInterrupt)
    assert result.record.stopped == "interrupted"
    assert len(result.record.attempts) == 3
    assert result.record.best < 2
    with pytest.raises(layoutgen.Interrupted) as caught:
        layoutgen.render(poster, renderer=FaultyDraft(Odds(0, 0, 0), 4), reader=Reader(2, interrupt))
    assert caught.value.result.record.stopped == "interrupted"


def test_ctrl_c_on_the_command_line(poster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("layoutgen.pipeline.open_reader", lambda: Reader(1, interrupt))
    result = CliRunner().invoke(app, ["render", str(poster), "--renderer", "draft", "-o", str(tmp_path / "a.png")])
    assert result.exit_code == 130, result.stderr
    assert "interrupted" in result.stderr
    assert (tmp_path / "a.failed.png").is_file()
    assert json.loads((tmp_path / "a.record.json").read_text())["stopped"] == "interrupted"
    assert not (tmp_path / "a.png").exists()


def test_a_full_disk_leaves_nothing_half_written(poster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out" / "a.png"
    arguments = ["render", str(poster), "--renderer", "draft", "-o", str(target)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    before = target.read_bytes()

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 4
    assert "[LG902]" in result.stderr
    assert "No space left" in result.stderr
    assert target.read_bytes() == before
    assert not [path for path in target.parent.iterdir() if path.name.startswith(".")]


def test_bounds_and_policy_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.poster").write_text(
        'poster 1 "A"\ncanvas feed 300x300\nbackdrop { fill: #F4EFE6 }\n'
        'region header { at: top of canvas; size: 90% x 30%; slogan "مرحبا" }\n'
    )
    (tmp_path / "patient_policy.py").write_text(
        "from layoutgen.retry import Decision\n\n\ndef decide(history, task):\n"
        "    return Decision('plan', len(history), 'patience') if len(history) < 2 else Decision(None, reason='enough')\n"
    )
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(
        app, ["render", "a.poster", "--renderer", "draft", "--policy", "patient_policy:decide", "--seconds", "60", "--json"]
    )
    assert result.exit_code in (0, 3), result.stderr
    assert json.loads(result.stdout)["attempts"][0]["seed"] == 0
