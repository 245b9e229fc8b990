"""The fenced blocks of a Markdown page, and the comments before them that readers do not see.

- ```` ```poster title=sale.poster ````: the block is a file of the page's folder; any language may have a title.
- `<!-- not run: REASON -->`: the next block cannot run here.
- `<!-- exit code 3 -->`: the last command of the next block ends so.
- `<!-- first: COMMAND -->`: is run before the next block, for what a reader has already.
- `<!-- slow -->`: the next block runs with the slow tests only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
_MARKS = re.compile(r"(not run|exit code|first|slow)\b:?\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    page: str
    line: int
    """Of its fence, from 1."""
    language: str
    title: str
    text: str
    not_run: str | None = None
    exit_code: int = 0
    first: tuple[str, ...] = ()
    slow: bool = False

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """In the order of the page. ValueError for a mark that is before no block."""
    page = path.relative_to(ROOT).as_posix()
    blocks: list[Block] = []
    marks: list[tuple[str, str]] = []
    for token in MarkdownIt("commonmark").parse(path.read_text("utf-8")):
        if token.type == "html_block":
            marks += [(mark[1], mark[2]) for text in _COMMENT.findall(token.content) if (mark := _MARKS.fullmatch(text))]
        elif token.type in ("fence", "code_block"):
            assert token.map is not None
            language, _, more = token.info.strip().partition(" ")
            values = {name: [value for key, value in marks if key == name] for name, _ in marks}
            blocks.append(
                Block(
                    page,
                    token.map[0] + 1,
                    language,
                    more.removeprefix("title="),
                    token.content,
                    values["not run"][0] if "not run" in values else None,
                    int(values.get("exit code", ["0"])[0]),
                    tuple(values.get("first", ())),
                    "slow" in values,
                )
            )
            marks = []
        elif marks and token.type == "inline":
            raise ValueError(f"{page}: `{marks[0][0]}` stands before no block")
    return blocks
