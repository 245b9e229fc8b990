"""The closed table of statements: its examples load, and its columns are what the checker goes by."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from layoutgen.diagnostics import Collector, PosterError, Source
from layoutgen.document import load_text
from layoutgen.language.heads import check_place
from layoutgen.language.properties import BOXES, HOLDERS
from layoutgen.language.statements import ELEMENT_KINDS, STATEMENTS, StatementRule, allowed_in
from layoutgen.syntax import parse

FIRST = 'poster 1 "Example"\n'
AROUND = {
    "poster": "{0}",
    "kit": "{0}",
    "slogan": "param price: money(EUR)\nstyle small {{ scale: 60% }}\nregion header {{ {0} }}",
    "backdrop": "palette sea #0B3C5D\n{0}",
    "style": "style shout {{ weight: bold }}\n{0}",
    "for": "param menu: list(name: text)\nregion dishes {{ {0} }}",
    "on": 'canvas feed 1080x1350, banner 1200x600\nregion header {{ slogan "Hello" }}\n{0}',
    "require": 'region header {{ slogan "Hello" }}\n{0}',
}
"""What an example refers to, and the block that it stands in."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("assets", "photos", "brand", "fonts"):
        (tmp_path / name).mkdir()
    for name in ("assets/logo.png", "photos/mood.jpg"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    (tmp_path / "brand/acme.kit").write_text('kit 1 "Acme"\n', "utf-8")
    (tmp_path / "fonts/Acme-Bold.otf").write_bytes(b"OTTO")
    return tmp_path


@pytest.mark.parametrize("rule", STATEMENTS.values(), ids=lambda rule: rule.name)
def test_the_example_of_a_statement_is_right(rule: StatementRule, folder: Path) -> None:
    text = AROUND.get(rule.name, "{0}").format(rule.example)
    if rule.name == "kit":
        (folder / "brand/acme.kit").write_text(f"{text}\n", "utf-8")
        text = 'use "brand/acme.kit"'
    load_text(text if rule.name == "poster" else f"{FIRST}{text}", "example.poster", folder)


@pytest.mark.parametrize("rule", [rule for rule in STATEMENTS.values() if rule.content], ids=lambda rule: rule.name)
def test_what_the_head_must_hold_is_said_where_it_is_missing(rule: StatementRule, folder: Path) -> None:
    bare = f"{rule.name} thing" if rule.element and rule.name != "slogan" else rule.name
    with pytest.raises(PosterError) as caught:
        load_text(FIRST + (f"region header {{ {bare} }}" if rule.name == "slogan" else bare), "example.poster", folder)
    assert [(item.code, item.hint) for item in caught.value.diagnostics] == [("LG215", f"write {rule.content}")]


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_statement_stands_only_in_its_places(kind: str) -> None:
    """In the block of this kind the checker refuses what the table does not let stand there, and nothing else."""
    file, _ = parse(Source("example.poster", FIRST + "\n".join(STATEMENTS)))
    for statement in file.statements[1:]:
        collector = Collector()
        stands = check_place(statement, kind, collector)
        assert stands == (kind in STATEMENTS[statement.kind.text].places)
        assert [item.code for item in collector.diagnostics] == ([] if stands else ["LG214"])


def test_elements_are_what_has_a_box_and_references() -> None:
    assert set(ELEMENT_KINDS) == {*BOXES, "reference"}
    assert set(HOLDERS) == {kind for kind in ELEMENT_KINDS if set(allowed_in(kind)) & set(ELEMENT_KINDS)}


def test_what_a_file_has_once_is_refused_twice(folder: Path) -> None:
    for rule in STATEMENTS.values():
        if rule.once:
            example = AROUND.get(rule.name, "{0}").format(rule.example)
            with pytest.raises(PosterError, match="LG234"):
                load_text(f"{FIRST}{example}\n{rule.example}\n", "example.poster", folder)


@pytest.mark.parametrize("rule", [rule for rule in STATEMENTS.values() if not rule.block], ids=lambda rule: rule.name)
def test_what_has_no_block_takes_none(rule: StatementRule, folder: Path) -> None:
    text = AROUND.get(rule.name, "{0}").format(f"{rule.example} {{ }}")
    with pytest.raises(PosterError, match="has no block"):
        load_text(f"{FIRST}{text}\n", "example.poster", folder)
