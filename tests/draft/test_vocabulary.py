"""Descriptions → motifs, and that every picture the vocabulary speaks of is there."""

from __future__ import annotations

import json
import runpy
from importlib.resources import files
from pathlib import Path

import pytest

from layoutgen.renderer.draft.artwork import artwork, aspect, names
from layoutgen.renderer.draft.objects import FLOATING
from layoutgen.renderer.draft.vocabulary import RIDDEN, WORN, Motif, motif_of

WORDED = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "pack_artwork.py"))["WORDED"]


@pytest.mark.parametrize(
    ("description", "motif"),
    [
        ("a ginger tabby cat", Motif("cat")),
        ("a golden retriever", Motif("dog")),
        ("a giraffe holding a book", Motif("giraffe", 1, "open-book", "holds")),
        ("A friendly-looking panda, eating pizza", Motif("panda", 1, "pizza", "holds")),
        ("a cat wearing a top hat", Motif("cat", 1, "top-hat", "wears")),
        ("a cat in a field with a hat", Motif("cat", 1, "top-hat", "wears")),
        ("a dog riding a skateboard", Motif("dog", 1, "skateboard", "rides")),
        ("a red sports car on a mountain road", Motif("racing-car")),
        ("two cats with a ball", Motif("cat", 2, "soccer-ball", "beside")),
        ("a pair of red running shoes", Motif("running-shoe", 2)),
        ("a slice of pizza on a plate", Motif("pizza")),
        ("a steaming cup of coffee", Motif("hot-beverage")),
        ("fresh strawberries in a wooden bowl", Motif("strawberry")),
        ("a statue of liberty", Motif("statue-of-liberty")),
        ("children's bicycle", Motif("bicycle")),
        ("eine Giraffe mit einem Buch", Motif("giraffe", 1, "open-book", "holds")),
        ("ein Schäferhund", Motif("dog")),
        ("drei Katzen", Motif("cat", 3)),
        ("un chien", Motif("dog")),
        ("un gato con un libro", Motif("cat", 1, "books", "beside")),
        ("собака с книгой", Motif("dog")),
        ("زرافة", Motif("giraffe")),
        ("一只拿着书的长颈鹿", Motif("giraffe", 1, "open-book", "holds")),
        ("戴着草帽的狗", Motif("dog", 1, "womans-hat", "wears")),
        ("三只小猫", Motif("cat", 3)),
    ],
)
def test_what_is_drawn(description: str, motif: Motif) -> None:
    assert motif_of(description) == motif


@pytest.mark.parametrize(
    "description", ["a quantum flux capacitor", "", "   ", "…", "the of with", "a chat with our team", "高大的竹林"]
)
def test_what_is_not_known_is_not_guessed(description: str) -> None:
    assert motif_of(description) is None


def test_every_picture_that_words_lead_to_is_there() -> None:
    folder = files("layoutgen.renderer.draft")
    vocabulary = json.loads((folder / "vocabulary.json").read_text("utf-8"))
    synonyms = json.loads((folder / "synonyms.json").read_text("utf-8"))
    expected = {name for words in vocabulary.values() for name in words.values()}
    expected |= {name for groups in synonyms.values() for name in groups} | WORN
    assert expected <= names()
    assert names() >= RIDDEN
    assert names() >= FLOATING


def test_no_picture_holds_words() -> None:
    assert not names() & set(WORDED)


@pytest.mark.parametrize("name", ["cat", "giraffe", "open-book", "rose", "bicycle"])
def test_a_picture_fills_its_size(name: str) -> None:
    picture = artwork(name, 120, 90)
    assert picture.mode == "RGBA"
    assert picture.width <= 120
    assert picture.height <= 90
    assert picture.width == 120 or picture.height == 90
    assert abs(picture.width / picture.height - aspect(name)) < 0.05
    left, top, right, bottom = picture.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox() or (0, 0, 0, 0)
    assert left <= 2
    assert top <= 2
    assert right >= picture.width - 2
    assert bottom >= picture.height - 2


@pytest.mark.parametrize(
    "description",
    ["a bottle of serum", "face serum", "a wine bottle", "a yoga mat", "a wooden table", "an espresso machine",
     "a baseball bat", "a ceramic vase", "a dog bowl"],
)  # fmt: skip
def test_nothing_is_drawn_as_something_else(description: str) -> None:
    assert motif_of(description) is None


@pytest.mark.parametrize(
    ("description", "alike"),
    [
        ("a dog", False),
        ("a golden retriever", True),
        ("hot dog", False),
        ("a sofa", True),
        ("cat photo", False),
    ],
)
def test_what_stands_for_its_kind_is_known(description: str, alike: bool) -> None:
    motif = motif_of(description)
    assert motif is not None
    assert motif.alike == alike
