"""Conditions as JSON, and what is said about JSON that was edited badly."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from layoutgen.conditions import DRAFT, dumps, from_json, loads, lower, to_json
from layoutgen.conditions.model import set_text_of
from layoutgen.diagnostics import PosterError
from tests.conditions.factories import poster, slogan, summer_sale
from tests.conditions.test_law import posters

SALE = lower(*summer_sale(), DRAFT)[0]


def edited(change: Any) -> list[str]:
    value = to_json(SALE)
    change(value)
    with pytest.raises(PosterError) as caught:
        from_json(value, file="c.json")
    return [f"{item.code}: {item.message}" for item in caught.value.diagnostics]


@given(case=posters())
@settings(max_examples=30, deadline=None)
def test_round_trip(case: Any) -> None:
    conditions, _ = lower(case[0], case[1], DRAFT)
    assert loads(dumps(conditions)) == conditions
    assert json.loads(dumps(conditions)) == to_json(conditions)


def test_the_fields_of_the_design_come_first() -> None:
    value = to_json(SALE)
    assert list(value)[:11] == [
        "version", "canvas", "locale", "generation", "prompt", "glyphs",
        "objects", "overlays", "forbidden", "references", "seed",
    ]  # fmt: skip
    assert value["canvas"] == {"name": "feed", "width": 1080, "height": 1350}
    assert {"id", "region", "text", "box", "lines", "characters", "direction", "rotation", "style", "verify"} <= set(
        value["glyphs"][0]
    )
    assert set(value["glyphs"][0]["characters"][0]) == {"start", "end", "box", "line"}


def test_a_set_text_comes_back_whole() -> None:
    document, layout = poster({"t": (10, 10, 400, 200)}, slogan("t", "Two\nlines", lettering={"color": "#000000"}))
    assert set_text_of(lower(document, layout, DRAFT)[0].glyphs[0]) == layout["t"].text


def test_another_version() -> None:
    assert edited(lambda value: value.update(version=2)) == ["LG421: these conditions are of version 2"]


def test_a_misspelt_key_and_a_wrong_value() -> None:
    def change(value: Any) -> None:
        value["sed"] = value.pop("seed")
        value["glyphs"][0]["box"] = "here"

    messages = edited(change)
    assert [message[:7] for message in messages] == ["LG420: "] * len(messages)
    assert any("`glyphs[0].box`" in message for message in messages)
    assert any("`sed`" in message for message in messages)


def test_a_text_that_the_prompt_does_not_have() -> None:
    def change(value: Any) -> None:
        value["glyphs"][1]["text"] = "Up to 60% off"

    assert edited(change) == ["LG422: the prompt has `Up to 50% off` in quotes where `glyphs` has `Up to 60% off`"]


def test_offsets_and_boxes_that_do_not_fit() -> None:
    def change(value: Any) -> None:
        value["glyphs"][0]["characters"][0]["end"] = 99
        value["objects"][0]["box"] = [5000, 0, 10, 10]
        value["generation"]["crop"] = [0, 0, 5000, 10]

    assert edited(change) == [
        "LG423: `glyphs[0].characters` does not fit the text of `header.headline`: bytes 0 to 99",
        "LG423: `generation.crop` does not lie inside the generated picture",
        "LG423: the box of `cat` in `objects` does not lie on the canvas",
    ]


def test_not_json() -> None:
    with pytest.raises(PosterError) as caught:
        loads("{", file="c.json")
    assert caught.value.diagnostics[0].code == "LG420"
