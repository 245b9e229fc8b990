"""The weights that are shipped: they load everywhere, and they write."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors.torch import load_file

import layoutgen
from layoutgen.renderer import mini
from layoutgen.renderer.mini.training.assemble import assemble
from layoutgen.renderer.mini.training.object_judge import judge_objects
from layoutgen.renderer.mini.training.resume import resume
from layoutgen.renderers.abilities import CANDIDATES, START, STRENGTH
from tests.mini.checkpoints import judge_files, judge_stock_loading

POSTER = Path(__file__).parents[2] / "examples" / "lemonade.poster"


def test_they_are_small_and_bfloat16() -> None:
    judge_files(mini.WEIGHTS)


def test_the_folder_has_a_model_card() -> None:
    card = (mini.WEIGHTS / "README.md").read_text("utf-8")
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert "## What it cannot do" in card


def test_retries_do_not_loosen_what_they_were_trained_with() -> None:
    """A decoder with views writes nothing without its regions, and a new plan has as many candidates as the first."""
    with mini.open_renderer() as renderer:
        able = renderer.abilities
    assert {START, STRENGTH} <= able.tunable
    assert able.tuned({"regions.steps": 0.3, "regions.grain": "string", CANDIDATES: 4}) == {}


@pytest.mark.slow
def test_the_stock_pipeline_loads_them() -> None:
    judge_stock_loading(mini.WEIGHTS)


@pytest.mark.slow
def test_a_training_can_go_on_from_them(tmp_path: Path) -> None:
    """Taken apart into the stages of the training and put together again they are what they were."""
    again = assemble(tmp_path / "no shards are needed", resume(mini.WEIGHTS, tmp_path / "runs"), tmp_path / "weights")
    files = sorted(file.relative_to(mini.WEIGHTS) for file in mini.WEIGHTS.rglob("*.safetensors"))
    assert files
    for file in files:
        before, after = load_file(mini.WEIGHTS / file), load_file(again / file)
        assert before.keys() == after.keys()
        assert all(before[name].equal(after[name]) for name in before), file
    with pytest.raises(FileExistsError):
        resume(mini.WEIGHTS, tmp_path / "runs")


@pytest.mark.slow
def test_they_write_what_a_poster_says() -> None:
    """Not every word must be right, on whatever processor this runs; nonsense would not come near."""
    result = layoutgen.render(POSTER, renderer="mini", attempts=2)
    distances = {slogan.expected: slogan.distance for slogan in result.verdict.slogans}
    assert len(distances) == 3
    assert sum(distances.values()) / 3 < 0.25, distances
    assert {attempt.action for attempt in result.record.attempts} <= {"plan", "repair", "redecode", "replan"}


@pytest.mark.slow
def test_they_draw_things_that_a_designer_puts_in_other_words() -> None:
    """`a friendly dog` beside others, in a look of its own: earlier weights drew none of the three, by any seed."""
    conditions = layoutgen.compile(POSTER.with_name("welcome.poster"), renderer="mini")
    with mini.open_renderer() as renderer:
        result = [
            kind for seed in (1, 2, 3) for kind in judge_objects(renderer.render(conditions, seed=seed).image, conditions)
        ]
    assert len(result) == 9
    assert sum(kind.right for kind in result) >= 5
