"""Text → tree: what is written is what is there, and every mistake is shown where it was made."""

from __future__ import annotations

import re
import unicodedata
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lark import Lark

from layoutgen.diagnostics import Diagnostic, PosterError, Source
from layoutgen.syntax import nodes, parse, read_source
from layoutgen.syntax.tokens import DEEPEST
from tests.goldens import check_golden

HERE = Path(__file__).parent
MISTAKES = sorted((HERE / "mistakes").glob("*.poster"))


def tree(text: str) -> nodes.File:
    return parse(Source("t.poster", text))[0]


def errors(text: str) -> list[str]:
    with pytest.raises(PosterError) as caught:
        tree(text)
    return [item.code for item in caught.value.diagnostics]


def test_the_grammar_has_no_conflicts() -> None:
    grammar = (files("layoutgen.grammar") / "poster.lark").read_text("utf-8")
    Lark(grammar, parser="lalr", lexer="basic", strict=True, maybe_placeholders=True)


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem)
def test_messages(path: Path) -> None:
    try:
        messages = parse(read_source(path, path.name))[1]
    except PosterError as error:
        messages = error.diagnostics
    check_golden(path.with_suffix(".txt"), "\n\n".join(item.render_text() for item in messages) + "\n")


def test_a_statement_and_its_parts() -> None:
    (statement,) = tree("region header as shout when price < 5 { at: top of canvas; gap: 3%, 2mm }").statements
    assert statement.kind.text == "region"
    assert [atom.span.text for atom in statement.head[0]] == ["header", "as", "shout", "when", "price", "<", "5"]
    assert statement.body is not None
    first, second = statement.body.properties
    assert [atom.span.text for atom in first.value[0]] == ["top", "of", "canvas"]
    assert [(atom.value, atom.unit) for items in second.value for atom in items if isinstance(atom, nodes.Number)] == [
        (3, "%"),
        (2, "mm"),
    ]


def test_a_param() -> None:
    (statement,) = tree("param dishes: list(name: text, price: money(EUR))? { length: 1..40 } = 5").statements
    (optional,) = statement.annotation[0]
    assert isinstance(optional, nodes.Optional)
    assert isinstance(optional.inner, nodes.Call)
    assert [argument.key.text for argument in optional.inner.arguments if argument.key] == ["name", "price"]
    assert statement.body is not None
    assert statement.default[0][0].span.text == "5"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1080x1350", nodes.Dimensions),
        ("1080×1350", nodes.Dimensions),
        ("20%..40%", nodes.Spread),
        ("1..", nodes.Spread),
        ("4:5", nodes.Ratio),
        ("-8deg", nodes.Number),
        (".5", nodes.Number),
        ("#F2A541", nodes.Hex),
        ("2026-11-23", nodes.Word),
        ("top-left", nodes.Word),
        ("header.price", nodes.Word),
        ("header.1", nodes.Word),
        (">=", nodes.Operator),
        ("text?", nodes.Optional),
        ("gradient(sun, sea, 45deg)", nodes.Call),
    ],
)
def test_atoms(text: str, kind: type[nodes.Node]) -> None:
    (found,) = tree(f"x: {text}").items
    assert isinstance(found, nodes.Property)
    ((atom,),) = found.value
    assert isinstance(atom, kind)
    assert atom.span.text == text


@pytest.mark.parametrize("word", ["region", "text", "image", "end", "default", "x", "größe", "नमस्ते", "価格", "السعر", "_a-1"])
def test_nothing_is_reserved(word: str) -> None:
    (statement,) = tree(f"{word} {word} {{ {word}: {word} }}").statements
    assert statement.kind.text == word
    assert statement.body is not None
    assert statement.body.properties[0].name.text == word


def test_where_statements_end() -> None:
    file = tree("a 1; b 2\nc 3,\n  4\nd\n{ e: 1 }\n\n\nf // note\n")
    assert [item.kind.text for item in file.statements] == ["a", "b", "c", "d", "f"]
    assert [comment.text for comment in file.comments] == ["note"]


def test_strings() -> None:
    file = tree(
        'a "\\"\\\\\\n\\u{1F600} // no comment {{ x | default("q \\" }}") }}"\nb """\n  one\n    two {{ "three" }}\n  """'
    )
    first, second = (statement.head[0][0] for statement in file.statements)
    assert isinstance(first, nodes.Text)
    assert isinstance(second, nodes.Text)
    assert first.value == '"\\\n😀 // no comment {{ x | default("q \\" }}") }}'
    assert second.value == 'one\n  two {{ "three" }}'


def test_depth_is_bounded() -> None:
    assert tree("a {" * DEEPEST + "}" * DEEPEST)
    assert "LG111" in errors("a {" * 10_000 + "}" * 10_000)


def test_a_string_of_many_templates_takes_no_time() -> None:
    assert errors('a "' + "{{ b }}" * 2000) == ["LG102"]


NAME = st.from_regex(re.compile(r"[^\W\d][\w-]{0,8}"), fullmatch=True).filter(
    lambda name: unicodedata.normalize("NFC", name) == name
)
VALUE = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=30)


@given(NAME, VALUE, NAME)
def test_any_name_and_any_text_survive(name: str, value: str, prop: str) -> None:
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("{{", "\\u{7B}{").replace("{", "\\u{7B}")
    (statement,) = tree(f'{name} "{written}" {{ {prop}: {name} }}').statements
    (text,) = statement.head[0]
    assert isinstance(text, nodes.Text)
    assert text.value == value
    assert statement.kind.text == name


@given(st.text(st.sampled_from("ab1 \"{}():;,=#%\n\\.x?<>“'"), max_size=60))
def test_any_text_gives_a_tree_or_messages(text: str) -> None:
    found: tuple[Diagnostic, ...] = ()
    try:
        file = tree(text)
    except PosterError as error:
        found = error.diagnostics
    if found:
        assert all(item.code.startswith("LG1") and item.render_text() for item in found)
    else:
        for item in nodes.walk(file):
            assert 0 <= item.span.start < item.span.end <= len(text)


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture (PNG)"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture (JPEG)"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a picture (WebP)"),
        (b"\0\0\0\x1cftypavif", "a picture (AVIF)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04\x14\0\x06\0", "a zip file or an Office document"),
        (b"OTTO\0\x0b", "a font"),
    ],
)
def test_a_file_of_another_kind_is_named(start: bytes, kind: str, tmp_path: Path) -> None:
    path = tmp_path / "sale.png"
    path.write_bytes(start + bytes(2_000_000))
    with pytest.raises(PosterError) as caught:
        read_source(path, "sale.png")
    (item,) = caught.value.diagnostics
    assert (item.code, item.message) == ("LG113", f"`sale.png` is {kind}, not a text")
    (tmp_path / "sale.poster").write_text('poster 1 "Sale"')
    with pytest.raises(PosterError) as caught:
        read_source(path, "sale.png")
    assert caught.value.diagnostics[0].hint == "did you mean `sale.poster`?"
