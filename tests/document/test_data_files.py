"""Defaults that are kept in a JSON file beside the poster."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layoutgen.diagnostics import Collector, PosterError, Source
from layoutgen.document import bind, load
from layoutgen.language.json_positions import read_data
from layoutgen.language.values import ImageFile, Money
from tests.goldens import check_golden

HERE = Path(__file__).parent
POSTER = """poster 1 "Menu"
param dishes: list(name: text, price: money(EUR), hot: flag?) { length: 1..4 } = "data/dishes.json"
region r { for dish in dishes { slogan "{{ dish.name }}" } }
"""
DISHES = '[\n  {"name": "Soup", "price": 4.50},\n  {"name": "Tart", "price": "9.80 EUR", "hot": true}\n]\n'


def menu(folder: Path, data: str | bytes, poster: str = POSTER) -> Path:
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "dishes.json").write_bytes(data.encode() if isinstance(data, str) else data)
    (folder / "menu.poster").write_text(poster, encoding="utf-8")
    return folder / "menu.poster"


def test_a_list_in_a_file_is_the_default(tmp_path: Path) -> None:
    poster = load(menu(tmp_path, DISHES))
    (param,) = poster.params
    assert [dict(item) for item in param.default] == [
        {"name": "Soup", "price": Money(Decimal("4.50"), "EUR"), "hot": None},
        {"name": "Tart", "price": Money(Decimal("9.80"), "EUR"), "hot": True},
    ]
    document, _ = bind(poster)
    assert len(document.elements["default"][0].children) == 2  # type: ignore[union-attr]
    assert bind(poster, {"dishes": [{"name": "Pie", "price": 3}]})[0].params["dishes"] == [
        {"name": "Pie", "price": "3.00 EUR", "hot": None}
    ]
    assert poster.schema()["properties"]["dishes"]["default"][0]["price"] == "4.50 EUR"


def test_the_file_is_a_part_of_the_poster(tmp_path: Path) -> None:
    before = load(menu(tmp_path, DISHES)).digest
    assert load(menu(tmp_path, DISHES)).digest == before
    assert load(menu(tmp_path, DISHES.replace("Soup", "Pie"))).digest != before


def test_other_types_and_texts(tmp_path: Path) -> None:
    path = menu(
        tmp_path,
        "12.5",
        'poster 1 "A"\nparam a: number = "data/dishes.json"\nparam b: text = "data/dishes.json"\nregion r { slogan "x" }\n',
    )
    assert [param.default for param in load(path).params] == [Decimal("12.5"), "data/dishes.json"]


def test_pictures_of_a_list_are_looked_up(tmp_path: Path) -> None:
    poster = 'poster 1 "A"\nparam shots: list(photo: image, tint: color) = "data/dishes.json"\nregion r { slogan "x" }\n'
    path = menu(tmp_path, '[{"photo": "a.png", "tint": "white"}]', poster)
    with pytest.raises(PosterError) as caught:
        bind(load(path))
    assert [item.code for item in caught.value.diagnostics] == ["LG712"]
    (tmp_path / "a.png").touch()
    bound = bind(load(path))[0].params
    assert bound == {"shots": [{"photo": "a.png", "tint": "#ffffff"}]}
    assert isinstance(load(path).params[0].default[0]["photo"], str | ImageFile)


WRONG: dict[str, str | bytes] = {
    "values": '[\n  {"name": "Soup", "price": "4,50"},\n  {"name": "Tart", "prise": 3, "hot": "maybe"},\n  "Pie"\n]\n',
    "comma": '[\n  {"name": "Soup", "price": 4.50},\n]\n',
    "broken": '[\n  {"name": "Soup" "price": 4.50}\n]\n',
    "twice": '[{"name": "Soup", "price": 4.50, "name": "Tart"}]\n',
    "object": '{"dishes": []}\n',
    "too-many": "[" + ", ".join(['{"name": "Soup", "price": 4.50}'] * 5) + "]",
    "null": "null",
    "picture": b"\x89PNG\r\n\x1a\n\0",
    "deep": "[" * 5000,
}


def test_messages_point_into_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = []
    for name, data in WRONG.items():
        menu(tmp_path, data)
        with pytest.raises(PosterError) as caught:
            load("menu.poster")
        told.append(f"{name}\n\n{caught.value}\n")
    check_golden(HERE / "data" / "wrong.txt", "\n".join(told).replace("[" * 100, "[…"))


@pytest.mark.parametrize(("written", "code"), [("data/dish.json", "LG219"), ("../dishes.json", "LG221")])
def test_the_rules_of_paths(written: str, code: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "dishes.json").write_text(DISHES)
    path = menu(inside, DISHES, POSTER.replace("data/dishes.json", written))
    with pytest.raises(PosterError) as caught:
        load(path)
    assert [item.code for item in caught.value.diagnostics] == [code]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 1]))
def test_every_value_has_its_place(value: Any, indent: int | None) -> None:
    source = Source("a.json", json.dumps(value, indent=indent))
    data = read_data(source, Collector())
    assert data is not None
    for path, span in data.places.items():
        found = value
        for step in path:
            found = found[step]
        text = span.text
        if path and isinstance(path[-1], str):
            name, _, text = text.partition(json.dumps(path[-1]) + ":")
            assert not name
        text = text.strip()
        assert text == ("[" if isinstance(found, list) else "{" if isinstance(found, dict) else json.dumps(found))
