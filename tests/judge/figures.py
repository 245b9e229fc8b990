"""Counts as shares with their uncertainty, and the table that the docs carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Protocol

_Z = 1.96


class Outcome(Protocol):
    @property
    def kind(self) -> str: ...
    @property
    def found(self) -> bool: ...


def interval(hits: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, 0 … 1."""
    if not total:
        return 0.0, 1.0
    share, width = hits / total, _Z * _Z / total
    middle = (share + width / 2) / (1 + width)
    half = _Z * sqrt(share * (1 - share) / total + width / (4 * total)) / (1 + width)
    return max(0.0, middle - half), min(1.0, middle + half)


def share_of(hits: int, total: int) -> str:
    low, high = interval(hits, total)
    return f"{hits} of {total} ({hits / max(1, total):.2%}; {low:.2%} … {high:.2%})"


def table(faults: Sequence[Outcome], right: Mapping[str, int], refused: Mapping[str, int]) -> str:
    """Markdown: each kind of fault, how many passed; each variant of right pictures, how many were refused."""
    planted = Counter(fault.kind for fault in faults)
    passed = Counter(fault.kind for fault in faults if not fault.found)
    lines = ["| wrong | planted | passed | 95 % interval |", "| --- | --- | --- | --- |"]
    lines += _rows(planted, passed)
    lines += ["", "| right | judged | refused | 95 % interval |", "| --- | --- | --- | --- |"]
    return "\n".join([*lines, *_rows(right, refused)]) + "\n"


def with_table(page: str, text: str) -> str:
    """A page of the docs with the table between its marks."""
    before, mark, rest = page.partition("<!-- measured -->\n")
    _, end, after = rest.partition("<!-- end -->")
    if not mark or not end:
        raise ValueError("the page has no marks for the table")
    return f"{before}{mark}{text}{end}{after}"


def _rows(totals: Mapping[str, int], hits: Mapping[str, int]) -> Iterable[str]:
    for name in sorted(totals):
        yield _row(name.replace("_", " "), hits.get(name, 0), totals[name])
    yield _row("**all**", sum(hits.values()), sum(totals.values()))


def _row(name: str, hits: int, total: int) -> str:
    low, high = interval(hits, total)
    return f"| {name} | {total} | {hits} | {low:.1%} … {high:.1%} |"
