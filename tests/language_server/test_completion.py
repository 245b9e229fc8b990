"""What can stand at a place is offered, and nothing that cannot."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from PIL import Image

from layoutgen.diagnostics import PosterError
from layoutgen.document import load_text
from layoutgen.language.params.types import KINDS as TYPES
from layoutgen.language.presets import PRESETS
from layoutgen.language.properties import PROPERTIES, rules_for
from layoutgen.language.statements import STATEMENTS, allowed_in
from layoutgen.language_server.catalogue import FILTER_NAMES, PARAM_TYPES, filter_meaning, snippets
from tests.language_server.cursor_text import HEAD, offered


def test_the_tables_of_meanings_are_complete() -> None:
    assert set(PARAM_TYPES) == set(TYPES)
    assert all(filter_meaning(name) for name in FILTER_NAMES)


@pytest.mark.parametrize("kind", ["region", "group", "object", "image", "qr", "slogan", "style", "verify"])
def test_a_block_takes_the_properties_of_its_kind_and_no_others(kind: str, tmp_path: Path) -> None:
    content = ' "words"' if kind in ("object", "image", "qr", "slogan") else ""
    name = "" if kind == "verify" else " thing"
    inner = f"{kind}{name}{content} {{ | }}"
    found = offered(tmp_path, f"region around {{ {inner} }}" if kind in ("slogan",) else inner)
    rules = rules_for(kind)
    assert {label for label, offer in found.items() if offer.page.startswith(f"**{label}**:")} == set(rules)
    statements = {label for label in found if label in STATEMENTS and label not in rules}
    assert statements == set(allowed_in(kind)) - set(rules)
    for label, rule in rules.items():
        assert rule.default in found[label].detail
        assert found[label].text == f"{label}: "


def test_what_is_written_already_is_not_offered_again(tmp_path: Path) -> None:
    found = offered(tmp_path, "region r { gap: 3%; below: header; | }")
    assert "gap" not in found
    assert "below" in found  # relations add up


def test_the_top_of_a_file(tmp_path: Path) -> None:
    found = offered(tmp_path, "|")
    assert {"region", "param", "font", "align"} <= set(found)
    assert "box" not in found
    assert "poster" not in found
    assert {"poster", "kit", "new-poster"} <= set(offered(tmp_path, "|", head=""))
    kit = offered(tmp_path, "|", "a.kit", head='kit 1 "K"\n')
    assert {"palette", "locked"} <= set(kit)
    assert not {"region", "on"} & set(kit)


@pytest.mark.parametrize(
    ("marked", "wanted", "unwanted"),
    [
        ("region r { align: | }", {"left", "center", "right"}, {"sun"}),
        ("region r { align: c| }", {"left", "center", "right"}, {"sun"}),
        ("region r { italic: | }", {"yes", "no"}, set()),
        ("region r { weight: | }", {"bold"}, set()),
        ("region r { color: | }", {"sun", "sea", "accent", "black", "gradient"}, {"none", "price"}),
        ("region r { panel: gradient(sun, | }", {"sea"}, {"gradient", "none"}),
        ("region r { border: | }", {"sun", "none"}, {"gradient"}),
        ("region r { font: | }", {"acme"}, {"sun"}),
        ("region r { below: | }", {"header", "cat", "header.headline"}, {"r", "gap"}),
        ("region r { below: header | }", {"gap"}, {"header"}),
        ("region r { between: header, | }", {"cat"}, {"gap"}),
        ("region r { avoid: | }", {"cat"}, {"header"}),
        ("region r { at: | }", {"top-left", "center"}, {"canvas"}),
        ("region r { at: top | }", {"of"}, {"top"}),
        ("region r { at: top of | }", {"canvas", "page", "header"}, {"of"}),
        ("canvas big 100x100 { from: | }", {"feed", "story"}, {"sun"}),
        ("region r as | { }", {"shout"}, {"sun"}),
        ("region r | { }", {"as", "when"}, {"shout"}),
        ("region r when | { }", {"price", "size", "locale", "canvas", "not"}, {"sun"}),
        ("region r when size == | { }", {"small", "large"}, set()),
        ("region r when locale == | { }", {"en", "de"}, {"small"}),
        ("region r when canvas == | { }", {"feed", "story"}, set()),
        ("style s extends | { }", {"shout"}, set()),
        ("on | { }", {"feed", "story"}, {"header"}),
        ("on feed { | }", {"header", "cat", "header.headline"}, {"region", "feed"}),
        ("on feed { header { | } }", {"at", "size", "gap", "headline"}, {"lines", "region"}),
        ("on feed { cat { | } }", {"at", "size"}, {"gap", "columns"}),
        ("require |", {"header.contrast", "header.color", "header.panel", "price"}, {"cat.contrast", "cat.color"}),
        ("require header.color |", {"near"}, {"within", "price"}),
        ("require header.color near |", {"black"}, {"near", "within"}),
        ("require header.color near black |", {"within"}, {"near"}),
        ("param x: |", set(TYPES), {"price"}),
        ("param x: enum(red, blue) = |", {"red", "blue"}, set()),
        ("param x: integer { | }", {"min", "max"}, {"length", "pattern"}),
        ("canvas |", set(PRESETS), set()),
        ("region r { for dish in | }", {"dishes"}, {"price"}),
        ('region r { slogan "{{ | }}" }', {"price", "accent", "locale"}, {"money"}),
        ('region r { slogan "{{ pri| }}" }', {"price"}, set()),
        ('region r { slogan "now {{ price | | }}" }', set(FILTER_NAMES), {"price"}),
        ('region r { for dish in dishes { slogan "{{ dish.| }}" } }', {"name", "cost"}, {"dish"}),
        ('region r { for dish in dishes { slogan "{{ | }}" } }', {"dish", "price"}, set()),
        ("verify { then: | }", {"fail", "typeset"}, set()),
        ('region r { slogan "just | words" }', set(), {"price", "region"}),
        ("// a comm|ent", set(), {"region"}),
    ],
)
def test_what_is_offered(marked: str, wanted: set[str], unwanted: set[str], tmp_path: Path) -> None:
    found = set(offered(tmp_path, marked))
    assert wanted <= found
    assert not unwanted & found


@pytest.mark.parametrize("rule", [rule for rule in PROPERTIES if rule.words], ids=lambda rule: f"{rule.kinds[0]}-{rule.name}")
def test_every_choice_offers_its_words(rule: object, tmp_path: Path) -> None:
    from layoutgen.language.properties import PropertyRule

    assert isinstance(rule, PropertyRule)
    kind = rule.kinds[0]
    around = {"canvas": "canvas big 100x100", "look": 'look "x"', "reference": 'reference f "x.png"', "verify": "verify",
              "image": 'image i "x.png"'}.get(kind, f"{kind} thing")  # fmt: skip
    assert set(rule.words) <= set(offered(tmp_path, f"{around} {{ {rule.name}: | }}"))


def test_the_typed_part_is_replaced_and_half_a_file_is_no_trouble(tmp_path: Path) -> None:
    found = offered(tmp_path, 'region r { slogan "never closed\n  color: su|')
    assert "sun" in found
    assert HEAD[found["sun"].start :] == ""
    assert found["sun"].end - found["sun"].start == 2


def test_files(tmp_path: Path) -> None:
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "acme.kit").write_text('kit 1 "Acme"\n')
    (tmp_path / "brand" / "logo.png").write_bytes(b"")
    assert set(offered(tmp_path, 'use "|"')) == {"brand/"}
    assert set(offered(tmp_path, 'use "brand/|"')) == {"brand/acme.kit"}
    assert set(offered(tmp_path, 'image logo "brand/|" { width: 5% }')) == {"brand/logo.png"}
    assert not offered(tmp_path, 'use "../|"')


@pytest.mark.parametrize("kind", ["image", "reference"])
def test_the_pictures_offered_are_those_that_can_be_loaded(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    for suffix in ("png", "jpg", "jpeg", "webp", "gif", "tif", "tiff", "bmp", "ico", "ppm", "avif"):
        with contextlib.suppress(KeyError):  # not every build of Pillow writes AVIF
            Image.new("RGB", (16, 16)).save(tmp_path / f"a.{suffix}")
    found = set(offered(tmp_path, f'{kind} photo "|"'))
    assert found == {"a.png", "a.jpg", "a.jpeg", "a.webp", "a.gif", "a.tif", "a.tiff", "a.bmp"}
    for file in tmp_path.glob("a.*"):
        text = f'poster 1 "A"\n{kind} photo "{file.name}"'
        if file.name in found:
            load_text(text, "a.poster", tmp_path)
        elif file.suffix != ".poster":
            with pytest.raises(PosterError, match="LG223"):
                load_text(text, "a.poster", tmp_path)


def test_the_names_of_a_kit(tmp_path: Path) -> None:
    (tmp_path / "acme.kit").write_text('kit 1 "Acme"\npalette brand #010203\nstyle loud { case: upper }\n')
    assert "brand" in offered(tmp_path, 'use "acme.kit"\nregion r { color: | }')
    assert "loud" in offered(tmp_path, 'use "acme.kit"\nregion r as | { }')


@pytest.mark.parametrize("name", snippets())
def test_snippets_with_their_places_filled_are_right(name: str, tmp_path: Path) -> None:
    import re

    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", snippets()[name][1]).replace("$0", "").replace("\t", "  ")
    if not text.startswith(("poster", "kit")):
        param = 'param price: money(EUR)? = 9.90\nparam items: list(name: text) = "items.json"\n'
        (tmp_path / "items.json").write_text('[{"name": "Soup"}]')
        inside = text if text.startswith("region") else f"region inner {{\n{text}\n}}"
        text = f'poster 1 "A"\n{param}region header {{ slogan "Hello" }}\n{inside}\n'
    if text.startswith("kit"):
        (tmp_path / "new.kit").write_text(text)
        text = 'poster 1 "A"\nuse "new.kit"\n'
    load_text(text, "a.poster", tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in STATEMENTS if kind not in ("poster", "kit")])
def test_statement_snippets_are_right(kind: str, tmp_path: Path) -> None:
    import re

    from layoutgen.diagnostics import Source
    from layoutgen.syntax import parse

    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", STATEMENTS[kind].snippet).replace("$0", "")
    parse(Source("a.poster", f'poster 1 "A"\n{text}\n'))
