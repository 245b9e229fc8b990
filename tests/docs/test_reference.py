"""The tables of the language's page are those of the code, and it names every statement."""

from __future__ import annotations

import re

from layoutgen.document.reference import filled
from layoutgen.language.statements import STATEMENTS
from tests.docs.markdown_blocks import ROOT
from tests.goldens import check_golden

PAGE = ROOT / "docs" / "language.md"


def test_the_tables_are_those_of_the_code() -> None:
    check_golden(PAGE, filled(PAGE.read_text("utf-8")))


def test_the_page_has_every_statement_in_its_form() -> None:
    table = PAGE.read_text("utf-8").partition("## Statements")[2].partition("\n## ")[0]
    forms = re.findall(r"^\| (`.*`) \| ", table, re.MULTILINE)
    assert sorted(forms) == sorted(rule.head for rule in STATEMENTS.values())
