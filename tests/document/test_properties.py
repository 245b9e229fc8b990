"""The closed table: its page, its examples, and that it has all that the language promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from layoutgen.diagnostics import PosterError
from layoutgen.document import bind, load_text
from layoutgen.language.properties import PROPERTIES, PropertyRule, page, rules_for
from tests.goldens import check_golden

ROOT = Path(__file__).parents[2]
PROMISED = """
box at below above left-of right-of between inside align-left align-right align-top align-bottom center-with size width
height aspect lines flow columns gap align valign overlap avoid rotate font face weight italic case color scale min-size
letter-spacing line-height strike underline outline shadow effect direction bullet panel radius padding opacity border
draw verify text extra unchecked attempts seconds candidates then margin dpi bleed format from fill never role locked
min max length pattern
""".split()


def test_the_page_shows_the_table() -> None:
    check_golden(ROOT / "docs" / "properties.md", page())


def test_the_table_has_what_the_language_promises() -> None:
    assert set(PROMISED) <= {rule.name for rule in PROPERTIES}


def test_a_name_means_one_thing_on_a_kind() -> None:
    for kind in {kind for rule in PROPERTIES for kind in rule.kinds}:
        names = [rule.name for rule in PROPERTIES if kind in rule.kinds]
        assert len(names) == len(set(names)), kind


AROUND = """poster 1 "Example"
palette cream #FFF8E7, sea #0B3C5D, sun #F2A541
font acme "Noto Sans"
region header {{ slogan "Header" }}
object cat "a cat"
object dog "a dog"
"""
STATEMENTS = {
    "region": 'region r {{ {0}; slogan "x" }}',
    "group": 'group g {{ {0}; object o "x" }}',
    "slogan": 'region r {{ slogan "x" {{ {0} }} }}',
    "object": 'object o "x" {{ {0} }}',
    "qr": 'qr q "x" {{ {0} }}',
    "canvas": "canvas feed 1080x1350; canvas big 3000x3000 {{ dpi: 300; {0} }}",
    "backdrop": "backdrop {{ {0} }}",
    "look": 'look "x" {{ {0} }}',
    "verify": "verify {{ {0} }}",
    "style": 'style s {{ {0} }}; region r as s {{ slogan "x" }}',
    "defaults": "{0}",
}


@pytest.mark.parametrize(("kind", "rule"), [(kind, rule) for kind in STATEMENTS for rule in rules_for(kind).values()],
                         ids=lambda value: value.name if isinstance(value, PropertyRule) else value)  # fmt: skip
def test_the_example_of_a_property_is_right(kind: str, rule: PropertyRule, tmp_path: Path) -> None:
    around = AROUND.format()
    statement = STATEMENTS[kind].format(rule.example)
    if kind == "canvas" and rule.name == "dpi":
        statement = statement.replace("dpi: 300; ", "", 1)
    bind(load_text(around + statement, "example.poster", tmp_path))


@pytest.mark.parametrize("rule", [rule for rule in PROPERTIES if rule.words], ids=lambda rule: f"{rule.kinds[0]}-{rule.name}")
def test_every_word_of_a_choice_is_taken(rule: PropertyRule, tmp_path: Path) -> None:
    kind = next((kind for kind in rule.kinds if kind in STATEMENTS), None)
    if kind is None:
        pytest.skip("images and references need a file")
    for word in rule.words:
        load_text(AROUND.format() + STATEMENTS[kind].format(f"{rule.name}: {word}"), "example.poster", tmp_path)
    with pytest.raises(PosterError, match="LG209"):
        load_text(AROUND.format() + STATEMENTS[kind].format(f"{rule.name}: nonsense"), "example.poster", tmp_path)
