"""Settings: from files and pairs, with every mistake named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm.settings import PARITY, EngineSettings, read_settings


def test_a_file_then_pairs_the_later_ones_winning(tmp_path: Path) -> None:
    path = tmp_path / "engine.toml"
    path.write_text('[decoder]\nsteps = 20\nguidance = 2\n[regions]\ngrain = "character"\n', "utf-8")
    result = read_settings(path, ["decoder.steps=30", "planner.forcing=bias", "memory.limit=22.5"])
    assert (result.decoder.steps, result.decoder.guidance) == (30, 2.0)
    assert result.regions.grain == "character"
    assert result.planner.forcing == "bias"
    assert result.memory.limit == 22.5
    assert result.model_copy(update={"decoder": EngineSettings().decoder}) != result


def test_pairs_on_top_of_settings_that_are_given() -> None:
    result = read_settings(pairs=["decoder.steps=4"], base=PARITY)
    assert result.planner == PARITY.planner
    assert result.decoder.steps == 4
    assert result.decoder.passes == "separate"


def test_none_takes_a_setting_back() -> None:
    base = read_settings(pairs=["planner.top_p=0.5"])
    assert base.planner.top_p == 0.5
    assert read_settings(pairs=["planner.top_p=none"], base=base) == EngineSettings()
    assert read_settings(pairs=["regions.grain=none"]).regions.grain == "none"  # here it is a word


def test_as_json_and_back() -> None:
    assert EngineSettings.model_validate(json.loads(PARITY.model_dump_json())) == PARITY


@given(st.integers(1, 1000), st.floats(0, 20), st.sampled_from(["off", "bias", "force"]))
def test_what_is_written_is_what_is_read(steps: int, guidance: float, forcing: str) -> None:
    result = read_settings(pairs=[f"decoder.steps={steps}", f"decoder.guidance={guidance}", f'planner.forcing="{forcing}"'])
    assert (result.decoder.steps, result.decoder.guidance, result.planner.forcing) == (steps, guidance, forcing)


@pytest.mark.parametrize(
    ("pairs", "parts"),
    [
        (["decoder.stesp=3"], ["LG551", "no setting `decoder.stesp`", "did you mean `decoder.steps`?"]),
        (["steps=3"], ["LG551", "did you mean `decoder.steps`"]),
        (["decoder=3"], ["LG551", "`decoder` is a group of settings"]),
        (["decoder.steps"], ["LG551", "does not set anything"]),
        (["=3"], ["LG551", "does not set anything"]),
        (["decoder.steps.x=3"], ["LG552", "decoder.steps"]),
        (["decoder.steps=0"], ["LG552", "`decoder.steps` cannot be `0`", "greater than or equal to 1"]),
        (["decoder.guidance=much"], ["LG552", "`decoder.guidance` cannot be `much`"]),
        (["decoder.glyph_guidance=2"], ["LG552", "together, or neither"]),
        (["regions.layers=[0.5, 0.2]"], ["LG552", "layers"]),
        (["x=1", "decoder.y=2", "z"], ["`x`", "`decoder.y`", "`z`"]),
    ],
)
def test_mistakes_in_pairs(pairs: list[str], parts: list[str]) -> None:
    with pytest.raises(PosterError) as caught:
        read_settings(pairs=pairs)
    for part in parts:
        assert part in str(caught.value)


@pytest.mark.parametrize("written", [None, b"[decoder\n", b"\xff\xfe", b"[decoder]\nsteps: 3\n"])
def test_files_that_cannot_be_read(written: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "engine.toml"
    if written is not None:
        path.write_bytes(written)
    with pytest.raises(PosterError, match="LG550"):
        read_settings(path)
