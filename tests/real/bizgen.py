"""All the way with real infographics: `python tests/real/bizgen.py [--all] [--keep FOLDER]`.

Each becomes a `.poster` file (see `infographics.py`), is rendered by the draft, read back and judged. Without `--all`: the
six of SAMPLE. Prints a row for each and the totals; leaves with 1 when a bound of `Totals.good` does not hold.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import layoutgen
from tests.real.infographics import Infographic, infographics, poster_of

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.check import Reader

SAMPLE = (0, 9, 18, 30, 32, 52)
"""Indices: much small type, paragraphs, a turned text, overlapping texts, numbered lists, texts on panels."""
LEAST_READ = 0.98
MOST_UNREADABLE = 0.05


@dataclass(frozen=True)
class Outcome:
    """What became of the texts of one infographic."""

    index: int
    texts: int
    slogans: int
    passed: int
    unchecked: int
    failed: tuple[str, ...]
    """One line each."""
    extra: int
    smallest: float
    """Type size in pixels."""
    seconds: float
    picture: Image = field(repr=False)


@dataclass(frozen=True)
class Totals:
    texts: int
    slogans: int
    passed: int
    unchecked: int
    failed: int
    extra: int

    @property
    def read(self) -> float:
        """The share of the readable slogans that were read back correctly."""
        return self.passed / max(1, self.slogans - self.unchecked)

    @property
    def unreadable(self) -> float:
        """The share that calibration calls unreadable."""
        return self.unchecked / max(1, self.slogans)

    @property
    def good(self) -> bool:
        return self.texts == self.slogans and self.read >= LEAST_READ and self.unreadable < MOST_UNREADABLE


def run(source: Infographic, folder: Path, reader: Reader | None = None) -> Outcome:
    """Convert, compile, render with the draft and judge one infographic."""
    path = folder / f"infographic-{source.index}.poster"
    path.write_text(poster_of(source), "utf-8")
    result = layoutgen.render(path, renderer="draft", reader=reader, attempts=1)
    slogans, glyphs = result.verdict.slogans, result.record.conditions.glyphs
    failed = [slogan for slogan in slogans if slogan.status == "failed"]
    return Outcome(
        index=source.index,
        texts=len(source.texts),
        slogans=len(glyphs),
        passed=sum(slogan.status == "passed" for slogan in slogans),
        unchecked=sum(slogan.status == "unchecked" for slogan in slogans),
        failed=tuple(f"{slogan.id} {slogan.expected!r} read {slogan.read!r}: {slogan.reason}" for slogan in failed),
        extra=len(result.verdict.extra),
        smallest=min(glyph.style.size for glyph in glyphs),
        seconds=result.record.seconds,
        picture=result.image,
    )


def total(outcomes: list[Outcome]) -> Totals:
    return Totals(
        sum(outcome.texts for outcome in outcomes),
        sum(outcome.slogans for outcome in outcomes),
        sum(outcome.passed for outcome in outcomes),
        sum(outcome.unchecked for outcome in outcomes),
        sum(len(outcome.failed) for outcome in outcomes),
        sum(outcome.extra for outcome in outcomes),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="all 41 instead of the sample")
    parser.add_argument("--only", type=int, nargs="+", help="these indices")
    parser.add_argument("--keep", type=Path, help="keep posters and pictures in this folder")
    options = parser.parse_args()
    wanted = options.only or SAMPLE
    sources = [source for source in infographics() if options.all or source.index in wanted]
    print("index texts slogans passed unchecked failed extra smallest seconds")
    outcomes = []
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            outcome = run(source, folder)
            outcomes.append(outcome)
            counts = f"{outcome.index:5} {outcome.texts:5} {outcome.slogans:7} {outcome.passed:6} {outcome.unchecked:9}"
            rest = f"{len(outcome.failed):6} {outcome.extra:5} {outcome.smallest:6.1f}px {outcome.seconds:6.1f}s"
            print(counts, rest, flush=True)
            for line in outcome.failed:
                print(f"      {line}")
            if options.keep:
                outcome.picture.save(folder / f"infographic-{source.index}.png")
    totals = total(outcomes)
    empty = sum(source.empty for source in sources)
    print(
        f"{totals.texts} texts ({empty} more without letters), {totals.slogans} slogans: {totals.passed} read back correctly "
        f"({totals.read:.1%} of those that can be read), {totals.failed} wrong, {totals.unchecked} unreadable by calibration "
        f"({totals.unreadable:.1%}); {totals.extra} extra texts found"
    )
    return 0 if totals.good else 1


if __name__ == "__main__":
    sys.exit(main())
