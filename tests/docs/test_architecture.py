"""The map is true: its packages are those that there are, in order; its files exist, and hold what it says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.test_structure import listed

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text("utf-8")
LINKS = re.findall(r"\]\((\.{0,2}/?[^)#]+)\)", TEXT)
NAMED = re.findall(r"`(\w+)` in \[`[^`]+`\]\(([^)]+\.py)\)", TEXT)


@pytest.mark.parametrize("link", sorted(set(LINKS)))
def test_what_it_links_to_is_there(link: str) -> None:
    assert (PAGE.parent / link).exists()


@pytest.mark.parametrize(("name", "link"), NAMED, ids=str)
def test_names_are_defined_where_it_says(name: str, link: str) -> None:
    tree = ast.parse((PAGE.parent / link).read_text("utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        defined |= {target.id for target in targets if isinstance(target, ast.Name)}
    assert name in defined


def test_many_names_are_checked() -> None:
    assert len(NAMED) >= 15


def test_packages_are_listed_in_the_order_of_imports() -> None:
    rows = TEXT.split("## Packages, in the order of imports")[1].split("\n\n")[0]
    packages = re.findall(r"^\| \[`(\w+)`\]", rows, re.MULTILINE)
    order = dict.fromkeys(name.split(".")[1] for name in listed() if name.count(".") and ".renderer." not in f"{name}.")
    assert packages == [name for name in order if name not in ("__main__", "renderer")]


def test_scripts_that_it_names_exist() -> None:
    for script in re.findall(r"`python ((?:tools|docs)/[\w/]+\.py)", TEXT):
        assert (ROOT / script).is_file(), script
