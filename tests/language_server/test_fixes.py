"""Every suggestion of a message is an edit that makes it go away, and every hint can be allowed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.workspace import PositionCodec

from layoutgen.diagnostics import Diagnostic, Fix, Source, Span
from layoutgen.diagnostics.codes import codes, content
from layoutgen.language_server import handlers
from layoutgen.language_server.analysis import complete, quick
from layoutgen.language_server.buffers import Buffers
from layoutgen.language_server.fixes import remedies
from layoutgen.language_server.positions import Positions
from layoutgen.language_server.renaming import TextEdit, applied
from layoutgen.language_server.session import EditorSession

CASES = Path(__file__).parents[1]
WRONG = [
    *sorted((CASES / "document" / "cases" / "wrong").glob("*.poster")),
    *sorted((CASES / "syntax" / "mistakes").glob("*.poster")),
]


def actions(path: Path) -> list[tuple[types.CodeAction, str]]:
    """What is offered for a whole file, each with the text after it."""
    session = EditorSession(lambda path, checked: None, lambda: pytest.fail("layout is not asked for"))
    source = session.buffers.put(path.as_uri(), path.read_text("utf-8"))
    workspace = session.workspace(path.resolve())
    assert workspace is not None
    request = handlers.Request(path.resolve(), workspace, Positions(source, PositionCodec()), session, [])
    everywhere = request.positions.range(0, len(source.text))
    document = types.TextDocumentIdentifier(path.as_uri())
    found = []
    for action in handlers.code_actions(request, types.CodeActionParams(document, everywhere, types.CodeActionContext([]))):
        assert action.edit is not None
        assert action.edit.changes is not None
        edits = [
            TextEdit(request.positions.offset(edit.range.start), request.positions.offset(edit.range.end), edit.new_text)
            for edit in action.edit.changes[path.resolve().as_uri()]
        ]
        found.append((action, applied(source.text, edits)))
    return found


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_every_did_you_mean_of_the_wrong_files_is_offered_and_helps(path: Path) -> None:
    before = quick(path, Buffers().read(path), Buffers())
    found = actions(path)
    for item in before.diagnostics:
        wanted = re.search(r"did you mean `(.+?)`\?", item.label)
        if wanted is not None and item.span is not None and item.span.source.name == str(path):
            assert any(wanted[1] in action.title for action, _ in found), item.render_text()
    for action, text in found:
        after = quick(path, Source(str(path), text), Buffers())
        assert action.diagnostics is not None
        code = action.diagnostics[0].code
        assert sum(item.code == code for item in after.diagnostics) < sum(item.code == code for item in before.diagnostics)


@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        ('poster 1 "A"\nregion r { slogan “Hello” }\n', "LG105", 'poster 1 "A"\nregion r { slogan "Hello" }\n'),
        ("poster 1 \"A\"\nregion r { slogan 'Hello' }\n", "LG101", 'poster 1 "A"\nregion r { slogan "Hello" }\n'),
        (
            'poster 1 "A"\nregion r { slogan "The "Big" Sale" }\n',
            "LG117",
            'poster 1 "A"\nregion r { slogan "The \\"Big\\" Sale" }\n',
        ),
        ('poster 1 "A"\npalette sun #FA0\n', "LG211", 'poster 1 "A"\npalette sun #FFAA00\n'),
        ('poster 1 "A"\nregion r { width: 20; slogan "x" }\n', "LG210", 'poster 1 "A"\nregion r { width: 20%; slogan "x" }\n'),
        ('poster 1 "A"\npalette sun #FFAA00 sea #000000\n', "LG237", 'poster 1 "A"\npalette sun #FFAA00, sea #000000\n'),
        (
            'poster 1 "A"\nregion שלום { gpa: 2%; slogan "🎉" }\n',
            "LG203",
            'poster 1 "A"\nregion שלום { gap: 2%; slogan "🎉" }\n',
        ),
    ],
)
def test_other_messages_that_say_what_to_write(text: str, code: str, fixed: str, tmp_path: Path) -> None:
    path = tmp_path / "a.poster"
    path.write_text(text)
    found = {after for action, after in actions(path) if action.diagnostics and action.diagnostics[0].code == code}
    assert fixed in found


def test_a_nearby_file_keeps_its_folder(tmp_path: Path) -> None:
    (tmp_path / "brand").mkdir()
    (tmp_path / "brand" / "acme.kit").write_text('kit 1 "Acme"\n')
    path = tmp_path / "a.poster"
    path.write_text('poster 1 "A"\nuse "brand/acne.kit"\n')
    assert [text for _, text in actions(path)] == ['poster 1 "A"\nuse "brand/acme.kit"\n']


def _hint(text: str, at: str, fix: str = "") -> tuple[Diagnostic, Source]:
    source = Source("a.poster", text)
    span = Span(source, text.index(at), text.index(at) + len(at))
    edit = Fix(span, fix, f"write {fix}") if fix else None
    return Diagnostic("LG002", "small", span, severity="hint", fix=edit), source


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("region a {\n  gap: 1%\n}\n", "region a {  // layoutgen: allow LG002\n  gap: 1%\n}\n"),
        ("  region a { } // layoutgen: allow LG001\n", "  region a { } // layoutgen: allow LG001 LG002\n"),
        ("  region a { } // a note\n", "  // layoutgen: allow LG002\n  region a { } // a note\n"),
        ('region a { slogan """\nx""" }\n', '// layoutgen: allow LG002\nregion a { slogan """\nx""" }\n'),
    ],
)
def test_where_the_comment_that_allows_a_hint_goes(text: str, after: str) -> None:
    item, source = _hint(text, "region a")
    (remedy,) = [one for one in remedies(item, source) if one.allows]
    assert applied(text, [TextEdit(remedy.start, remedy.end, remedy.text)]) == after


def test_the_fix_that_a_diagnostic_carries() -> None:
    item, source = _hint("region a { }", "a", "b")
    assert next((one.title, one.text, one.preferred) for one in remedies(item, source)) == ("write b", "b", True)


@pytest.mark.parametrize("code", [code for code in codes() if code.startswith("LG0")])
def test_hints_are_found_and_allowed(code: str, tmp_path: Path) -> None:
    """The example of every hint: the editor shows it, and its comment silences it."""
    for name, written in codes()[code].files.items():
        (tmp_path / name).write_bytes(content(written))
    path = tmp_path / "a.poster"
    buffers = Buffers()
    checked = complete(quick(path, buffers.read(path), buffers))
    assert checked is not None
    item = next(one for one in checked.diagnostics if one.code == code)
    for remedy in remedies(item, checked.source):
        text = applied(checked.source.text, [TextEdit(remedy.start, remedy.end, remedy.text)])
        after = complete(quick(path, Source(str(path), text), buffers))
        assert after is not None
        assert sum(one.code == code for one in after.diagnostics) < sum(one.code == code for one in checked.diagnostics)
