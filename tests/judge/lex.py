"""Real OCR records through the judge: `python -m tests.judge.lex [--json]`.

Each record of `data/lex-bench-ocr` (folder `shared` beside the checkout) holds the words that a picture should show and
what PaddleOCR read in two pictures made for them: corners, text and confidence of each line. No pixels are needed: a reading
is built from the lines, conditions from the words, and the judge says what is right, wrong, missing, too much or doubled.
That is compared with counts of words, made here without the judge.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from layoutgen.base.geometry import bounds
from layoutgen.base.style import Lettering
from layoutgen.check import judge
from layoutgen.check.model import Reading, ReadLine, Verdict
from layoutgen.check.page_reader import STRAY
from layoutgen.conditions.model import CanvasSize, Conditions, Generation, Glyph, GlyphStyle, Policy
from tests.judge.metrics import pned, recall, word_accuracy, word_ned

RECORDS = Path(__file__).parents[2] / "../shared/data/lex-bench-ocr/lex_bench_easy_flux_dev.json"
KINDS = ("simple", "enhanced")
SIDE = 1024
"""Pixels: the pictures are square."""


@cache
def records() -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = json.loads(RECORDS.read_text("utf-8"))
    return result


def lines_of(record: dict[str, Any], kind: str) -> list[ReadLine]:
    """What was read in one of the two pictures of a record."""
    lines = []
    for quad, (text, score) in record[f"{kind}_image_ocr_results"] or ():
        a, b, c, d = ((float(x), float(y)) for x, y in quad)
        lines.append(ReadLine(text=text, box=bounds((a, b, c, d)), score=score))
    return lines


def conditions_of(words: Sequence[str]) -> Conditions:
    """A square poster that asks for some words, each anywhere, spelt right: capitals are the benchmark's own matter."""
    glyphs = tuple(
        Glyph(
            id=f"word.{number}",
            region="word",
            text=word,
            box=(0, 0, SIDE, SIDE),
            lines=(word,),
            characters=(),
            direction="ltr",
            style=GlyphStyle(size=60, lettering=Lettering(), color="#000000"),
        )
        for number, word in enumerate(words)
    )
    return Conditions(
        canvas=CanvasSize(name="square", width=SIDE, height=SIDE),
        locale="en",
        generation=Generation(width=SIDE, height=SIDE, crop=(0, 0, SIDE, SIDE), scale=1.0),
        prompt="",
        glyphs=glyphs,
        policy=Policy(extra="fail"),
    )


@dataclass(frozen=True)
class Judged:
    """One picture: what the judge says, and what counting words says."""

    name: str
    expected: tuple[str, ...]
    words: tuple[str, ...]
    """All words that were read."""
    plain: tuple[str, ...]
    """Those large and certain enough to count when nobody asked for them."""
    faint: tuple[str, ...]
    """Plain words that do not count where they lie inside the box of a slogan's reading: misread pieces of it look the same."""
    verdict: Verdict

    @property
    def right(self) -> Counter[str]:
        """Words that the judge finds as they should be."""
        return Counter(item.expected for item in self.verdict.slogans if item.passed)

    @property
    def there(self) -> Counter[str]:
        """The same by counting."""
        return Counter(self.expected) & Counter(self.words)

    @property
    def doubled(self) -> Counter[str]:
        """Expected words that the judge finds once too often."""
        return Counter(item.text for item in self.verdict.extra if item.doubled)

    @property
    def repeated(self) -> Counter[str]:
        """The same by counting."""
        more = Counter(self.plain) - Counter(self.expected)
        return Counter({word: count for word, count in more.items() if word in self.expected})

    @property
    def unaccounted(self) -> Counter[str]:
        """Plain words that are neither a slogan's, or a piece of one read, nor extra, nor faint."""
        used = Counter(word for item in self.verdict.slogans for word in item.read.split())
        left = Counter(self.plain) - used - Counter(item.text for item in self.verdict.extra) - Counter(self.faint)
        return Counter({word: n for word, n in left.items() if not any(word in one and word != one for one in self.expected)})


def split(line: ReadLine) -> Iterator[ReadLine]:
    """The words of a line as lines, in capitals, each with its share of the box; as the benchmark counts words."""
    at = 0
    for word in line.text.split(" "):
        if word:
            left, top, width, height = line.box
            size = len(line.text)
            start, end = width * at // size, width * (at + len(word)) // size
            yield ReadLine(text=word.upper(), box=(left + start, top, max(1, end - start), height), score=line.score)
        at += len(word) + 1


def is_plain(word: ReadLine) -> bool:
    """As the judge has it: of a size that matters, and read with some confidence, more for one or two letters."""
    letters = sum(map(str.isalnum, word.text))
    return bool(letters) and min(word.box[2:]) >= STRAY * SIDE and word.score >= (0.5 if letters > 2 else 0.6)


def judged(record: dict[str, Any], kind: str) -> Judged:
    expected = tuple(word.upper() for word in record["text"])
    words = tuple(word for line in lines_of(record, kind) for word in split(line))
    verdict = judge(conditions_of(expected), Reading(reader="records", regions=(), found=words))
    plain = tuple(word.text for word in words if is_plain(word))
    faint = tuple(word.text for word in words if is_plain(word) and word.score < 0.8)
    return Judged(f"{record['prompt_idx']} {kind}", expected, tuple(word.text for word in words), plain, faint, verdict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="every verdict as JSON")
    options = parser.parse_args()
    every = [judged(record, kind) for kind in KINDS for record in records()]
    if options.json:
        print(json.dumps([{"name": item.name, **item.verdict.model_dump(mode="json")} for item in every], ensure_ascii=False))
        return 0
    for kind in KINDS:
        pairs = [(record["text"], [line.text for line in lines_of(record, kind)]) for record in records()]
        some = [item for item in every if item.name.endswith(kind)]
        print(f"{kind}: {len(some)} pictures")
        print(f"  PNED {sum(pned(*pair) for pair in pairs) / len(pairs):.4f}, recall", end=" ")
        print(f"{sum(recall(*pair) for pair in pairs) / len(pairs):.4f}, CVTG word accuracy", end=" ")
        print(f"{word_accuracy(pairs):.4f}, CVTG NED {word_ned(pairs):.4f}")
        total = sum(len(item.expected) for item in some)
        print(f"  words asked for {total}, right {_total(item.right for item in some)}", end=" ")
        print(f"(by counting {_total(item.there for item in some)})")
        print(f"  written too often {_total(item.repeated for item in some)}, found doubled", end=" ")
        print(f"{_total(item.doubled for item in some)}; extra {sum(len(item.verdict.extra) for item in some)}", end=" ")
        print(f"of {sum(len(item.plain) for item in some)} plain words; passed {sum(i.verdict.passed for i in some)}")
    for item in every:
        if item.unaccounted:
            print(f"{item.name}: unaccounted for {dict(item.unaccounted)}")
    return 0


def _total(counters: Iterable[Counter[str]]) -> int:
    return sum(counter.total() for counter in counters)


if __name__ == "__main__":
    sys.exit(main())
