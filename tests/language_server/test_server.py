"""`layoutgen lsp` as an editor meets it: a real client, over standard input and output, each feature at least once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

import layoutgen
from tests.language_server.editor_client import Conversation, Editor, codes

EXAMPLES = Path(__file__).parents[2] / "examples"
WIDE = 'poster 1 "🎉"\ncanvas feed 400x400 { margin: 5% }\npalette ים #0B3C5D\nbackdrop { fill: #FFFFFF }\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLES / "summer-sale", tmp_path, dirs_exist_ok=True)
    shutil.copytree(EXAMPLES / "acme", tmp_path, dirs_exist_ok=True)
    return tmp_path.resolve()


@pytest.fixture(scope="module")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    one = Conversation(tmp_path_factory.mktemp("work"))
    yield one
    one.end()


def errors(found: list[types.Diagnostic]) -> list[types.Diagnostic]:
    return [item for item in found if item.severity == types.DiagnosticSeverity.Error]


def test_what_it_can_do(conversation: Conversation) -> None:
    result = conversation.able
    assert result.server_info == types.ServerInfo("layoutgen", layoutgen.__version__)
    able = result.capabilities
    assert isinstance(able.text_document_sync, types.TextDocumentSyncOptions)
    assert able.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    for name in ("completion", "hover", "definition", "references", "document_highlight", "document_symbol", "code_action",
                 "color", "document_formatting", "rename", "folding_range", "semantic_tokens"):  # fmt: skip
        assert getattr(able, f"{name}_provider"), name


def test_messages_while_typing(folder: Path, conversation: Conversation) -> None:
    async def work(editor: Editor) -> None:
        editor.open("sale.poster")
        assert not errors(await editor.diagnostics("sale.poster"))

        editor.replace("sale.poster", "below: header gap", "below: heeder gap")
        (found,) = await editor.diagnostics("sale.poster", lambda found: codes(found) == ["LG204"])
        assert editor.read("sale.poster", found.range) == "heeder"
        assert found.message == "no region or object is called `heeder`\ndid you mean `header`?"
        assert (found.severity, found.source) == (types.DiagnosticSeverity.Error, "layoutgen")

        editor.replace("sale.poster", "heeder", "header")
        await editor.diagnostics("sale.poster", lambda found: not errors(found))
        # What only layout can know comes after a pause, or at once when the file is saved.
        editor.replace("sale.poster", "size: 88% x 17%", "size: 88% x 0.2%")
        editor.save("sale.poster")
        found = (await editor.diagnostics("sale.poster", lambda found: any(c.startswith("LG3") for c in codes(found))))[0]
        assert str(found.code).startswith("LG3")
        editor.close("sale.poster")
        assert not await editor.diagnostics("sale.poster", lambda found: not found)

    conversation.about(folder, work)


def test_a_kit_that_is_not_saved_counts(folder: Path, conversation: Conversation) -> None:
    async def work(editor: Editor) -> None:
        editor.open("launch.poster")
        assert not errors(await editor.diagnostics("launch.poster"))
        editor.open("brand/acme.kit")
        editor.replace("brand/acme.kit", "style button", "style butten")
        (found,) = await editor.diagnostics("launch.poster", lambda found: bool(errors(found)))
        assert (found.code, editor.read("launch.poster", found.range)) == ("LG206", "button")

        editor.replace("brand/acme.kit", "style butten", 'style "')
        (kit,) = await editor.diagnostics("brand/acme.kit", lambda found: "LG102" in codes(found))
        assert editor.read("brand/acme.kit", kit.range) == '"'
        (found,) = await editor.diagnostics("launch.poster", lambda found: "LG102" in codes(found))
        assert editor.read("launch.poster", found.range) == '"brand/acme.kit"'
        assert found.message.startswith("in acme.kit, line ")
        assert found.related_information
        assert found.related_information[0].location.uri == editor.uri("brand/acme.kit")
        editor.close("brand/acme.kit")
        assert not errors(await editor.diagnostics("launch.poster", lambda found: not errors(found)))

    conversation.about(folder, work)


def test_completion_and_hover(folder: Path, conversation: Conversation) -> None:
    async def work(editor: Editor) -> None:
        editor.open("sale.poster")
        at = editor.at("sale.poster", "below: h¦eader gap 2%")
        offered = await editor.client.text_document_completion_async(types.CompletionParams(**at))
        assert isinstance(offered, types.CompletionList)
        labels = {item.label: item for item in offered.items}
        assert {"header", "umbrella", "footer", "header.headline"} <= set(labels)
        edit = labels["umbrella"].text_edit
        assert isinstance(edit, types.TextEdit)
        assert editor.read("sale.poster", edit.range) == "header"

        async def page(marked: str) -> str:
            hover = await editor.client.text_document_hover_async(types.HoverParams(**editor.at("sale.poster", marked)))
            assert hover is not None
            assert isinstance(hover.contents, types.MarkupContent)
            return hover.contents.value

        assert "Where text and contents stand" not in await page("si¦ze: 100% x 18%")
        assert "Width and height." in await page("si¦ze: 100% x 18%")
        assert "Rounded corners." in await page("rad¦ius: 20px")
        boxes = await page("below: head¦er gap 2%")
        layout = {name: layoutgen_box(folder, name, "header") for name in ("feed", "story", "banner")}
        for name, (left, top, width, height) in layout.items():
            assert f"- {name}: {width}x{height} px at {left}, {top}" in boxes
        assert "% of the canvas" in boxes
        assert "money(EUR)" in await page("{{ pri¦ce | money }}")
        assert "€49.99" in await page("{{ price | mon¦ey }}")
        assert "#0B3C5D" in await page("color: se¦a }\n}\n\nregion offer")
        assert "Words that must appear" in await page('slo¦gan "Up to')
        editor.replace("sale.poster", "below: header gap", "below: heeder gap")
        assert "LG204: " in await page("below: hee¦der gap")

    conversation.about(folder, work)


def layoutgen_box(folder: Path, canvas: str, element: str) -> tuple[int, int, int, int]:
    from layoutgen.document import bind
    from layoutgen.layout import solve

    return solve(bind(layoutgen.load(folder / "sale.poster"))[0], canvas)[element].box


def test_names_wide_characters_and_all(folder: Path, conversation: Conversation) -> None:
    text = WIDE + 'region כותרת { at: top of canvas; size: 90% x 30%; slogan a "🎉🎉" { color: ים } }\n'
    text += 'region b { slogan "🎉 אב"; color: ים; below: כותרת gap 2%; size: 50% x 20% }\n'

    async def work(editor: Editor) -> None:
        name = "wide.poster"
        editor.open(name, text)
        at = editor.at(name, "below: כו¦תרת")
        found = await editor.client.text_document_definition_async(types.DefinitionParams(**at))
        assert isinstance(found, types.Location)
        assert editor.read(name, found.range) == "כותרת"
        assert found.range.start == editor.position(name, text.index("כותרת"))
        context = types.ReferenceContext(include_declaration=False)
        places = await editor.client.text_document_references_async(types.ReferenceParams(context, **at))
        assert places is not None
        assert [place.range.start for place in places] == [editor.position(name, text.rindex("כותרת"))]
        lit = await editor.client.text_document_document_highlight_async(types.DocumentHighlightParams(**at))
        assert lit is not None
        assert len(lit) == 2

        ready = await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**at))
        assert isinstance(ready, types.PrepareRenamePlaceholder)
        assert ready.placeholder == "כותרת"
        edit = await editor.client.text_document_rename_async(types.RenameParams(new_name="head", **at))
        assert edit is not None
        assert edit.changes is not None
        assert [editor.read(name, one.range) for one in edit.changes[editor.uri(name)]] == ["כותרת", "כותרת"]
        with pytest.raises(JsonRpcException, match="already"):
            await editor.client.text_document_rename_async(types.RenameParams(new_name="b", **at))
        here = editor.at(name, "siz¦e: 50%")
        with pytest.raises(JsonRpcException, match="no name here"):
            await editor.client.text_document_prepare_rename_async(types.PrepareRenameParams(**here))

        # After a change in a line with characters of two units the server's text is the editor's.
        editor.replace(name, '"🎉 אב"; color: ים', '"🎉🎉 אב"; color: ימ')
        found_ = await editor.diagnostics(name, lambda found: codes(found) == ["LG212"])
        assert editor.read(name, found_[0].range) == "ימ"

    conversation.about(folder, work)


def test_the_kit_that_use_names(folder: Path, conversation: Conversation) -> None:
    async def work(editor: Editor) -> None:
        editor.open("launch.poster")
        at = editor.at("launch.poster", 'use "brand/ac¦me.kit"')
        found = await editor.client.text_document_definition_async(types.DefinitionParams(**at))
        assert isinstance(found, types.Location)
        assert found.uri == editor.uri("brand/acme.kit")
        at = editor.at("launch.poster", "as head¦line")
        found = await editor.client.text_document_definition_async(types.DefinitionParams(**at))
        assert isinstance(found, types.Location)
        assert found.uri == editor.uri("brand/acme.kit")

    conversation.about(folder, work)


def test_outline_folding_colours_words(folder: Path, conversation: Conversation) -> None:
    async def work(editor: Editor) -> None:
        editor.open("sale.poster")
        document = editor.document("sale.poster")
        symbols = await editor.client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
        assert symbols is not None
        tree = {one.name: one for one in symbols if isinstance(one, types.DocumentSymbol)}
        assert {"Summer Sale", "header", "umbrella", "shout"} <= set(tree)
        assert [one.name for one in tree["offer"].children or []] == ["Up to {{ discount }} off", "price"]

        folds = await editor.client.text_document_folding_range_async(types.FoldingRangeParams(document))
        assert folds is not None
        lines = editor.buffers["sale.poster"].split("\n")
        assert {lines[fold.start_line] for fold in folds} >= {"region header {", "on story {"}
        assert types.FoldingRangeKind.Comment in {fold.kind for fold in folds}

        colors = await editor.client.text_document_document_color_async(types.DocumentColorParams(document))
        shown = [(editor.read("sale.poster", one.range), round(one.color.red * 255)) for one in colors]
        assert ("#0B3C5D", 0x0B) in shown
        assert ("sea", 0x0B) in shown
        use = next(one for one in colors if editor.read("sale.poster", one.range) == "sea" and one.range.start.line > 20)
        ways = await editor.client.text_document_color_presentation_async(
            types.ColorPresentationParams(document, types.Color(0xD8 / 255, 0x43 / 255, 0x2F / 255, 1.0), use.range)
        )
        assert [way.label for way in ways] == ["coral", "#D8432F"]

        tokens = await editor.client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(document))
        assert tokens is not None
        assert ("region", "keyword") in words(editor, "sale.poster", tokens)
        assert {("header", "variable"), ("shout", "class"), ("money", "function")} <= words(editor, "sale.poster", tokens)

    conversation.about(folder, work)


def words(editor: Editor, name: str, tokens: types.SemanticTokens) -> set[tuple[str, str]]:
    from layoutgen.language_server.highlighting import TOKEN_TYPES

    line = column = 0
    found = set()
    for at in range(0, len(tokens.data), 5):
        down, across, length, kind, _ = tokens.data[at : at + 5]
        line, column = line + down, across if down else column + across
        place = types.Range(types.Position(line, column), types.Position(line, column + length))
        found.add((editor.read(name, place), TOKEN_TYPES[kind]))
    return found


def test_fixes_and_formatting(folder: Path, conversation: Conversation) -> None:
    async def work(editor: Editor) -> None:
        name = "new.poster"
        editor.open(name, 'poster 1 "A"\nregion  r { gpa: 2%;   slogan "🎉" }\n')
        (found,) = await editor.diagnostics(name, lambda found: codes(found) == ["LG203"])
        context = types.CodeActionContext([found])
        params = types.CodeActionParams(editor.document(name), found.range, context)
        actions = await editor.client.text_document_code_action_async(params)
        assert actions is not None
        (action,) = actions
        assert isinstance(action, types.CodeAction)
        assert action.title == "write gap"
        assert action.is_preferred
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[editor.uri(name)]
        assert (editor.read(name, edit.range), edit.new_text) == ("gpa", "gap")
        editor.replace(name, "gpa", "gap")

        options = types.FormattingOptions(tab_size=2, insert_spaces=True)
        formatting = types.DocumentFormattingParams(editor.document(name), options)
        edits = await editor.client.text_document_formatting_async(formatting)
        assert edits is not None
        assert [edit.new_text for edit in edits] == [layoutgen.format_source(editor.buffers[name])]
        assert editor.read(name, edits[0].range) == editor.buffers[name]

    conversation.about(folder, work)


def test_half_a_file_is_answered(folder: Path, conversation: Conversation) -> None:
    """Over the wire, too: every prefix in steps, and after each the server still knows its words."""
    text = (folder / "sale.poster").read_text("utf-8")

    async def work(editor: Editor) -> None:
        name = "half.poster"
        editor.open(name, "")
        for end in [*range(0, len(text), 97), len(text)]:
            editor.buffers[name] = text[:end]
            change = types.TextDocumentContentChangeWholeDocument(text[:end])
            document = types.VersionedTextDocumentIdentifier(end, editor.uri(name))
            editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
            here: dict[str, Any] = {"text_document": editor.document(name), "position": editor.position(name, end)}
            await editor.client.text_document_completion_async(types.CompletionParams(**here))
            await editor.client.text_document_hover_async(types.HoverParams(**here))
        assert not errors(await editor.diagnostics(name, lambda found: not errors(found)))

    conversation.about(folder, work)


def test_editors_without_snippets_get_plain_text(folder: Path) -> None:
    async def work(editor: Editor) -> None:
        editor.open("sale.poster")
        at = editor.at("sale.poster", "¦verify { text: exact")
        offered = await editor.client.text_document_completion_async(types.CompletionParams(**at))
        assert isinstance(offered, types.CompletionList)
        assert "region" in {item.label for item in offered.items}
        assert all(item.insert_text_format == types.InsertTextFormat.PlainText for item in offered.items)
        assert not any("$" in item.text_edit.new_text for item in offered.items if item.text_edit)

    conversation = Conversation(folder, snippets=False)
    try:
        conversation.about(folder, work)
    finally:
        conversation.end()


def test_with_nobody_there() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "layoutgen", "lsp"], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert result.returncode == 4
    assert "LG960" in result.stderr
    assert result.stdout == ""


def test_it_ends_without_a_word_when_the_editor_does() -> None:
    messages = (
        '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "capabilities": {}}}',
        '{"jsonrpc": "2.0", "id": 2, "method": "shutdown"}',
        '{"jsonrpc": "2.0", "method": "exit"}',
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "layoutgen", "lsp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    _, complaints = server.communicate("".join(f"Content-Length: {len(text)}\r\n\r\n{text}" for text in messages), timeout=60)
    assert "Traceback" not in complaints
    assert server.returncode == 0
