"""Every stage of the training for a few steps, on a handful of posters; then the checkpoint that comes of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import torch

import layoutgen
from layoutgen.renderer import mini
from layoutgen.renderer.mini.training import assemble, prepare, samples, train_decoder, train_planner, train_vae, train_vision
from layoutgen.renderer.mini.training.posters import random_poster
from tests.mini.checkpoints import judge_files, judge_stock_loading

pytestmark = pytest.mark.slow
BRIEF = 0.02
"""Minutes: at least one step."""


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not worth looking at, but in the sizes, layout and number format of the one that is shipped."""
    torch.set_num_threads(2 if not os.environ.get("PYTEST_XDIST_WORKER") else 1)
    root = tmp_path_factory.mktemp("mini")
    shards, runs, ready = root / "shards", root / "runs", root / "prepared"
    for number in range(2):
        samples.write_shard(shards, number, size=30)
    train_vae.train(shards, runs, BRIEF, 0)
    train_vision.train(shards, runs, 10 * BRIEF, 0)
    prepare.prepare_all(shards, runs, ready)
    train_decoder.train(ready, runs, BRIEF, 0, compiled=False)
    train_planner.train(ready, runs, BRIEF, 0)
    folder: Path = assemble.assemble(shards, runs, root / "weights")
    return folder


def test_its_files_are_small_and_bfloat16(checkpoint: Path) -> None:
    judge_files(checkpoint)


def test_the_stock_pipeline_loads_it(checkpoint: Path) -> None:
    judge_stock_loading(checkpoint)


def test_it_renders_and_goes_on_from_there(checkpoint: Path) -> None:
    conditions = samples.conditions_of(random_poster(2), 2)
    assert conditions is not None
    assert conditions.glyphs
    with mini.open_renderer(model=checkpoint, set=["decoder.steps=2"]) as renderer:
        assert (renderer.name, renderer.limits.name) == ("mini", "mini")
        first = renderer.render(conditions, seed=3)
        again = renderer.render(conditions, seed=3)
        box = conditions.glyphs[0].box
        repaired = renderer.render(conditions, seed=4, action="repair", previous=first, boxes=[box])
    assert first.image.size == (conditions.generation.width, conditions.generation.height)
    assert first.image.tobytes() == again.image.tobytes()
    assert first.image.tobytes() != repaired.image.tobytes()


def test_a_run_goes_on_where_it_stopped(checkpoint: Path) -> None:
    runs = checkpoint.parent / "runs"
    before = torch.load(runs / "vae.pt", weights_only=True)
    train_vae.train(checkpoint.parent / "shards", runs, before["seconds"] / 60 + BRIEF, 0)
    after = torch.load(runs / "vae.pt", weights_only=True)
    assert after["step"] > before["step"]
    assert after["seconds"] > before["seconds"]


def test_a_run_goes_on_from_weights_alone(checkpoint: Path, tmp_path: Path) -> None:
    kept = torch.load(checkpoint.parent / "runs" / "planner.pt", weights_only=True)
    shutil.copytree(checkpoint.parent / "runs" / "processor", tmp_path / "processor")
    torch.save({name: kept[name] for name in ("modules", "average", "step", "seconds")}, tmp_path / "planner.pt")
    train_planner.train(checkpoint.parent / "prepared", tmp_path, kept["seconds"] / 60 + BRIEF, 0)
    after = torch.load(tmp_path / "planner.pt", weights_only=True)
    assert after["first"] == kept["step"] < after["step"]


def test_what_it_cannot_draw_is_an_error_before_rendering() -> None:
    text = 'poster 1 "P"\ncanvas feed 512x512\nobject thing "a nudibranch" { at: center of canvas; size: 40% x 40% }\n'
    from layoutgen.document import load_text

    with pytest.raises(layoutgen.PosterError, match="cannot draw") as caught:
        layoutgen.compile(load_text(text, "p.poster", Path()), renderer="mini")
    assert caught.value.diagnostics[0].code == "LG404"
