"""Whatever is written so far, every question has an answer and none ends in an exception."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lsprotocol import types
from pygls.workspace import PositionCodec

from layoutgen.language_server import handlers
from layoutgen.language_server.analysis import quick
from layoutgen.language_server.buffers import uri_of
from layoutgen.language_server.positions import Positions
from layoutgen.language_server.renaming import Unsafe
from layoutgen.language_server.session import EditorSession
from layoutgen.language_server.tolerant_tree import tolerant_tree

ROOT = Path(__file__).parents[2]
POSTERS = sorted(path for path in (ROOT / "examples").rglob("*.poster")) + sorted((ROOT / "examples").rglob("*.kit"))
SCRAPS = ["{", "}", '"', '"""', "{{", "}}", "|", ":", "=", ",", ";", "\n", "(", ")", "//", "on ", "for x in ", "as ", "when ",
          "#F", "🎉", "שלום", "\u2028", "\x0c", "\ufeff", "\t", "..", "%", "'", "“", "\\", "at: ", "slogan ",
          "param x: list("]  # fmt: skip


@cache
def _text(path: Path) -> str:
    return path.read_text("utf-8")


@st.composite
def half_typed(draw: st.DrawFn) -> tuple[Path, str, int]:
    """A real file cut off, or with a piece taken out or put in, and a place to ask about."""
    path = draw(st.sampled_from(POSTERS))
    text = _text(path)
    start = draw(st.integers(0, len(text)))
    match draw(st.sampled_from(["prefix", "deletion", "scrap", "word"])):
        case "prefix":
            text, near = text[:start], start
        case "deletion":
            text, near = text[:start] + text[start + draw(st.integers(1, 120)) :], start
        case "scrap":
            scrap = draw(st.sampled_from(SCRAPS))
            text, near = text[:start] + scrap + text[start:], start + len(scrap)
        case _:
            word = draw(st.text(max_size=8))
            text, near = text[:start] + word + text[start:], start + len(word)
    at = draw(st.one_of(st.just(near), st.integers(0, len(text))))
    return path, text, min(at, len(text))


def _request(path: Path, text: str) -> handlers.Request:
    session = EditorSession(lambda path, checked: None, lambda: pytest.fail("layout is not asked for"))
    session.buffers.put(uri_of(path), text)
    workspace = session.workspace(path)
    assert workspace is not None
    return handlers.Request(path, workspace, Positions(session.buffers.read(path), PositionCodec()), session, [])


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(half_typed())
def test_every_question_has_an_answer(case: tuple[Path, str, int]) -> None:
    path, text, offset = case
    request = _request(path, text)
    source = request.workspace.main.source
    position = request.positions.position(min(offset, len(source.text)))
    document = types.TextDocumentIdentifier(uri_of(path))
    here: dict[str, object] = {"text_document": document, "position": position}

    offered = handlers.completion(request, types.CompletionParams(**here), snippets=True)  # type: ignore[arg-type]
    assert all(isinstance(item.text_edit, types.TextEdit) for item in offered.items)
    checked = request.session.checked(path)
    handlers.hover(request, types.HoverParams(**here), checked.diagnostics)  # type: ignore[arg-type]
    handlers.definition(request, types.DefinitionParams(**here))  # type: ignore[arg-type]
    context = types.ReferenceContext(include_declaration=True)
    handlers.references(request, types.ReferenceParams(context, **here))  # type: ignore[arg-type]
    handlers.highlights(request, types.DocumentHighlightParams(**here))  # type: ignore[arg-type]
    for symbol in handlers.symbols(request, types.DocumentSymbolParams(document)):
        assert symbol.name
        assert symbol.range.start <= symbol.selection_range.start
        assert symbol.selection_range.end <= symbol.range.end
    for fold in handlers.folding(request, types.FoldingRangeParams(document)):
        assert fold.start_line < fold.end_line < len(source.line_starts)
    for color in handlers.colors(request, types.DocumentColorParams(document)):
        handlers.color_presentations(request, types.ColorPresentationParams(document, color.color, color.range))
    data = handlers.semantic_tokens(request, types.SemanticTokensParams(document)).data
    assert len(data) % 5 == 0
    assert all(number >= 0 for number in data)
    handlers.formatting(request, types.DocumentFormattingParams(document, types.FormattingOptions(2, True)))
    action_context = types.CodeActionContext([])
    near = types.Range(position, position)
    handlers.code_actions(request, types.CodeActionParams(document, near, action_context))
    with suppress(Unsafe):
        handlers.prepare_rename(request, types.PrepareRenameParams(**here))  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(half_typed())
def test_offsets_and_positions_are_each_other_s_inverse(case: tuple[Path, str, int]) -> None:
    path, text, offset = case
    positions = _request(path, text).positions
    offset = min(offset, len(positions.source.text))
    position = positions.position(offset)
    assert positions.offset(position) == offset
    line = positions.source.text[:offset].rpartition("\n")[2]
    assert position.character == len(line.encode("utf-16-le")) // 2


@settings(max_examples=200, deadline=None)
@given(half_typed(), half_typed())
def test_an_incremental_change_is_what_the_editor_meant(first: tuple[Path, str, int], second: tuple[Path, str, int]) -> None:
    path, text, offset = first
    positions = _request(path, text).positions
    whole = positions.source.text
    start, end = sorted((min(offset, len(whole)), min(second[2], len(whole))))
    change = types.TextDocumentContentChangePartial(range=positions.range(start, end), text="שׁ🎉\n")
    assert positions.changed(change) == whole[:start] + "שׁ🎉\n" + whole[end:]


@settings(max_examples=200, deadline=None)
@given(half_typed())
def test_a_sketch_has_every_word_once(case: tuple[Path, str, int]) -> None:
    path, text, _ = case
    drawn = tolerant_tree(_request(path, text).workspace.main.source)
    in_items = sorted(mark.start for item in drawn.root.walk() for mark in item.marks)
    free = ("NEWLINE", "SEMICOLON", "LBRACE", "RBRACE")
    assert in_items == [mark.start for mark in drawn.marks if mark.kind not in free]
    for item in drawn.root.walk():
        for inner in item.items:
            assert item.opening < inner.start
            assert inner.end <= item.closing


@pytest.mark.parametrize("path", POSTERS, ids=lambda path: path.name)
def test_in_real_files_every_name_is_found(path: Path) -> None:
    request = _request(path, _text(path))
    assert not [
        item for item in quick(path, request.workspace.main.source, request.buffers).diagnostics if item.severity == "error"
    ]
    unknown = {use.name for use in request.workspace.main.names.uses if request.workspace.resolve(use) is None}
    assert unknown <= {"canvas", "page", "locale", "black", "white"}
