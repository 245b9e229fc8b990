"""Posters as people might write them: any shape of the grammar, with spaces, breaks and comments wherever they may stand."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from hypothesis import strategies as st

from layoutgen.diagnostics import PosterError, Source, Span
from layoutgen.syntax import nodes, parse


def tree(text: str) -> tuple[Any, list[str]]:
    """The syntax tree without its places, and its comments."""
    file = parse(Source("t.poster", text))[0]
    return plain(file.items), [comment.text for comment in file.comments]


def plain(node: Any) -> Any:
    if isinstance(node, tuple):
        return [plain(item) for item in node]
    if not isinstance(node, nodes.Node):
        return node
    values = {item.name: getattr(node, item.name) for item in fields(node)}
    return [type(node).__name__, *(plain(value) for value in values.values() if not isinstance(value, (Span, Source)))]


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


SPACE = st.sampled_from(["", " ", "  ", "\t"])
APART = st.sampled_from([" ", "  ", "\t "])
COMMENT = st.sampled_from(["//", "// a note", "//a note ", "//   - indented\t", "////", "// {", '// " ; é 漢', "// x: y"])
BREAK = _joined(SPACE, st.one_of(st.just(""), COMMENT), st.sampled_from(["\n", "\n\n", "\n \n\n\n", "\r\n"]), SPACE)
BREAKS = st.lists(BREAK, max_size=3).map("".join)
WORD = st.sampled_from(["a", "x", "region", "top-left", "header.price", "größe", "価格", "2026-11-23", "a" * 40])
TEXT = st.sampled_from(
    ['""', '"Hello"', r'"a \"b\" \\ \n \u{1F600}"', '"{{ a | default("b;{") }} // no comment"', '"""\n  one\n    two\n  """',
     '"""one"""', "“curly”", '"' + "long " * 20 + '"', '"漢字漢字漢字漢字"', '"tab\t "']
)  # fmt: skip
NUMBER = st.sampled_from(["1", "-8deg", "50%", "50 %", ".5", "9.90", "3mm", "+5"])
RANGE = st.sampled_from(["20%..40%", "1 .. 2", "1..", "..5", "20 %..40 %", "0.5em.."])
OTHER = st.sampled_from(["1080x1350", "01080×1350", "4:5", "#F2A541", "#fff", ">=", "<", "!=", "×", "money(EUR)", "text?"])
SIMPLE = st.one_of(WORD, TEXT, NUMBER, RANGE, OTHER)
ARGUMENT = _joined(st.sampled_from(["", "key: ", "key :"]), SPACE, SIMPLE, SPACE)
CALL = _joined(
    WORD, SPACE, st.just("("), SPACE, st.lists(ARGUMENT, max_size=4).map(",".join), st.just(")"),
    st.sampled_from(["", "?", " ?"]),
)  # fmt: skip
ITEMS = st.lists(st.one_of(SIMPLE, CALL), min_size=1, max_size=4).flatmap(
    lambda atoms: st.lists(APART, min_size=len(atoms), max_size=len(atoms)).map(
        lambda gaps: "".join(f"{atom}{gap}" for atom, gap in zip(atoms, gaps, strict=True))
    )
)
COMMA = _joined(st.just(","), SPACE, st.one_of(st.just(""), BREAKS))


def _list(most: int = 6) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(COMMA, ITEMS), min_size=1, max_size=most).map(
        lambda pairs: pairs[0][1] + "".join(comma + items for comma, items in pairs[1:])
    )


PROPERTY = _joined(WORD, SPACE, st.just(":"), APART, _list())


def _statement(items: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    block = _joined(SPACE, st.one_of(st.just(""), BREAKS), st.just("{"), items, st.just("}"))
    head = st.one_of(st.just(""), _joined(APART, _list()))
    param = _joined(st.just("param a:"), APART, _list(2), st.one_of(st.just(""), block), SPACE, st.just("="), APART, _list(2))
    return st.one_of(_joined(WORD, head, st.one_of(st.just(""), block)), param)


def _several(item: st.SearchStrategy[str], most: int = 5) -> st.SearchStrategy[str]:
    end = st.one_of(st.just("; "), st.just(";"), BREAK, BREAK)
    return _joined(SPACE, st.one_of(st.just(""), BREAKS), st.lists(_joined(item, end), max_size=most).map("".join), BREAKS)


BLOCK = st.recursive(
    _several(PROPERTY), lambda inner: _several(st.one_of(PROPERTY, _statement(inner)), 4), max_leaves=6
)  # fmt: skip


def _is_read(text: str) -> bool:
    try:
        tree(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except PosterError:  # `1.. 2..` is one range too many
        return False
    return True


FILES = _joined(st.sampled_from(["", "\ufeff"]), _several(st.one_of(PROPERTY, _statement(BLOCK))), st.just("// end")).filter(
    _is_read
)
