"""Every block of the documentation does what it says: files are right, commands run, outputs are those that are shown."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.docs.markdown_blocks import ROOT, Block, blocks_of
from tests.docs.page_runner import Page, commands, part_of, runs, wrongly_called

ELSEWHERE = {
    "README.md": "tests/test_readme.py",
    "docs/codes.md": "tests/test_codes.py",  # made from the examples that it runs
}
OUTSIDE = ("AGENTS.md", "CHANGELOG.md", "CONTRIBUTING.md", "examples/README.md")
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in [
        *(ROOT / name for name in OUTSIDE),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted((ROOT / "renderer").rglob("*.md")),
    ]
    if "node_modules" not in path.parts
}
BLOCKS = {name: blocks_of(path) for name, path in PAGES.items() if name not in ELSEWHERE}
RUN = {name: [block for block in blocks if block.not_run is None] for name, blocks in BLOCKS.items()}
NOT_RUN = [block for blocks in BLOCKS.values() for block in blocks if block.not_run is not None]


def follow(blocks: list[Block], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(folder, monkeypatch)
    known = set(sys.modules)
    try:
        for block in blocks:
            try:
                page.run(block)
            except Exception as problem:
                problem.add_note(f"in {block}")
                raise
    finally:
        for name in set(sys.modules) - known:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(folder)):
                del sys.modules[name]


@pytest.mark.parametrize("page", [name for name, blocks in RUN.items() if blocks])
def test_a_page_does_what_it_says(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow([block for block in RUN[page] if not block.slow], tmp_path, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("page", [name for name, blocks in RUN.items() if any(block.slow for block in blocks)])
def test_a_page_with_its_slow_blocks(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    follow(RUN[page], tmp_path, monkeypatch)


@pytest.mark.parametrize("block", [block for blocks in RUN.values() for block in blocks], ids=str)
def test_every_block_says_what_it_is(block: Block) -> None:
    assert runs(block.language), f"`{block.language}` is nothing that can be run; say why: <!-- not run: … -->"


@pytest.mark.parametrize("block", NOT_RUN, ids=lambda block: f"{block}: {block.not_run}")
def test_what_is_not_run_is_written_right(block: Block) -> None:
    assert block.not_run, "a reason is missing"
    if block.language == "sh":
        assert not [problem for line in commands(block.text) if (problem := wrongly_called(line))]
    elif block.language == "python":
        compile(block.text, str(block), "exec")


def test_the_readme_has_only_what_its_own_test_runs() -> None:
    for block in blocks_of(ROOT / "README.md"):
        if block.language == "sh":
            assert not [line for line in commands(block.text) if not re.search(r"layoutgen|pytest", line)], block
            assert not [problem for line in commands(block.text) if (problem := wrongly_called(line))], block
        else:
            assert block.language == "python" or re.match(r'poster 1 "|error\[', block.text), block


def test_wrong_commands_are_found() -> None:
    assert "no command" in wrongly_called("layoutgen rendr a.poster")
    assert "--sed" in wrongly_called("layoutgen render a.poster --sed 7")
    assert wrongly_called("python -m layoutgen.renderer.mini.training.train_vae A B --minuts 3")
    assert wrongly_called("if true; then")
    assert not wrongly_called(".venv/bin/layoutgen render a.poster -p a=1 --seed 7")


def test_parts_of_json() -> None:
    whole = {"a": [1, {"b": 2, "c": 3}], "d": 4}
    assert part_of({"a": [1, {"b": 2}]}, whole)
    assert not part_of({"a": [{"b": 2}]}, whole)
    assert not part_of({"e": 4}, whole)


def links() -> list[tuple[str, str]]:
    result = []
    for name, path in PAGES.items():
        text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        result += [(name, target) for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    return sorted(set(result))


@pytest.mark.parametrize(("page", "target"), links())
def test_every_link_leads_somewhere(page: str, target: str) -> None:
    file, _, heading = target.partition("#")
    path = PAGES[page].parent / file if file else PAGES[page]
    assert path.exists()
    if heading:
        titles = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
        assert heading in [re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles]
