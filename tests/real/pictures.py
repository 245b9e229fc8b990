"""The check against pictures that real image models made: `python tests/real/pictures.py [--json]`.

For each picture of `data/images` (folder `shared` beside the checkout) a poster is written from its `expected_texts`, with a
region where each text stands in the picture; `verify` judges it, and the verdict on each text is set beside what a person
saw. Boxes and what was seen were noted by looking at the pictures.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import layoutgen

if TYPE_CHECKING:
    from layoutgen.check import Reader

FOLDER = Path(__file__).parents[2] / "../shared/data/images"

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True)
class Seen:
    """Where one expected text stands in a picture, and what a person reads there."""

    box: Box
    right: bool
    """Every letter, digit and sign is as expected, capitals included."""
    note: str = ""
    vertical: bool = False


@dataclass(frozen=True)
class Looked:
    """What a person saw in one picture: a `Seen` for each expected text, in order."""

    texts: tuple[Seen, ...]
    more: str = ""
    """Words that can be read and nobody asked for."""


@dataclass(frozen=True)
class Compared:
    """One text: the verdict and the eye."""

    picture: str
    expected: str
    read: str
    status: str
    reason: str
    seen: Seen

    @property
    def agree(self) -> bool:
        """`unchecked` claims nothing, so it agrees with neither."""
        return (self.status == "passed") == self.seen.right and self.status != "unchecked"


_DOODLE = "two strokes and an arc in chalk, not 😊"
SEEN: dict[str, Looked] = {
    "vipshop+cache-dit/qwen-image_base.png": Looked((
        Seen((560, 300, 775, 725), False, f"{_DOODLE}, and after the $2"),
        Seen((840, 70, 970, 675), True, vertical=True),
        Seen((1000, 745, 1415, 832), True, "two lines"),
    )),
    "vipshop+cache-dit/qwen-image_fp8_dbcache.png": Looked((
        Seen((560, 300, 780, 705), False, f"{_DOODLE}, above the $2"),
        Seen((850, 150, 950, 615), True, vertical=True),
        Seen((1000, 745, 1415, 832), True, "two lines"),
    )),
    "vipshop+cache-dit/qwen-lightning4.png": Looked((
        Seen((370, 325, 665, 705), False, _DOODLE),
        Seen((795, 140, 935, 750), True, vertical=True),
        Seen((925, 752, 1410, 832), False, "the second hyphen is missing at the line break"),
    )),
    "vipshop+cache-dit/qwen-lightning4_dbcache.png": Looked((
        Seen((410, 330, 710, 700), False, _DOODLE),
        Seen((800, 145, 940, 750), True, vertical=True),
        Seen((915, 752, 1410, 832), False, "3.141596-5369793, 3383275: digits are missing"),
    )),
    "vipshop+cache-dit/qwen-image_1328.png": Looked((
        Seen((345, 750, 620, 995), False, _DOODLE),
        Seen((670, 160, 880, 930), True, vertical=True),
        Seen((340, 995, 650, 1160), True, "three lines"),
    )),
    "vipshop+cache-dit/flux_hello.jpg": Looked((Seen((360, 575, 680, 800), False, "Hello World, with capitals"),)),
    "vipshop+cache-dit/flux_hello_dbprune.jpg": Looked((Seen((290, 570, 760, 930), False, "Hello World!, and capitals"),)),
    "vipshop+cache-dit/lumina2.jpg": Looked((Seen((360, 560, 740, 790), True),)),
    "vipshop+cache-dit/hidream.jpg": Looked((Seen((190, 560, 840, 710), True),)),
    "vipshop+cache-dit/hunyuan21.jpg": Looked((Seen((1160, 395, 1510, 575), True, "on a cap, bent"),)),
    "CyberAgentAILab+Type-R/sample_0.jpg": Looked(
        (Seen((50, 35, 485, 275), False, "BURYY HEART AT WOUNDED KINE AT WOUNIDED D KINE"),), "small print"
    ),
    "filipstrand+mflux/ideogram4_fungi.jpg": Looked((
        Seen((110, 80, 915, 145), True),
        Seen((270, 150, 750, 212), True),
        Seen((130, 700, 470, 748), True),
        Seen((610, 700, 825, 748), True),
        Seen((145, 1278, 455, 1322), True),
        Seen((595, 1278, 845, 1322), True),
        Seen((165, 1395, 850, 1450), True),
    ), "a line of nonsense under each name"),
    "filipstrand+mflux/ideogram4_desk.jpg": Looked((Seen((185, 355, 360, 440), True, "thin, turned"),)),
    "filipstrand+mflux/ideogram4_oliva.jpg": Looked((
        Seen((60, 108, 450, 168), True),
        Seen((85, 185, 428, 315), True),
        Seen((130, 608, 380, 658), True),
        Seen((205, 662, 305, 706), True, "very faint"),
    )),
    "filipstrand+mflux/ideogram4_jazz.jpg": Looked((Seen((45, 20, 980, 135), True), Seen((205, 645, 815, 730), True))),
}  # fmt: skip


def entries() -> list[dict[str, Any]]:
    """The pictures with their expected texts, as the source lists them."""
    found: list[dict[str, Any]] = json.loads((FOLDER / "images.json").read_text("utf-8"))
    return found


def poster_of(entry: dict[str, Any]) -> str:
    """A poster that asks for exactly the texts of one picture, each where it stands."""
    from PIL import Image

    with Image.open(FOLDER / entry["file"]) as picture:
        width, height = picture.size
    language = "zh-Hans" if any("\u4e00" <= c <= "\u9fff" for text in entry["expected_texts"] for c in text) else "en"
    lines = [
        f'poster 1 "{Path(entry["file"]).stem}"',
        f"canvas full {width}x{height}",
        f"language {language}",
        "min-size: 6px",
        "",
    ]
    for number, (text, seen) in enumerate(zip(entry["expected_texts"], SEEN[entry["file"]].texts, strict=True), start=1):
        left, top, right, bottom = seen.box
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        look = " { direction: vertical }" if seen.vertical else ""
        lines.append(f"region text{number} {{ box: {left}px {top}px {right - left}px {bottom - top}px; overlap: allow")
        lines.append(f'  slogan "{quoted}"{look}')
        lines.append("}")
    return "\n".join(lines) + "\n"


def compare(entry: dict[str, Any], folder: Path, reader: Reader | None = None) -> tuple[list[Compared], layoutgen.Verdict]:
    """Judge one picture; what the verdict says of each text beside what a person saw."""
    name = Path(entry["file"]).stem
    path = folder / f"{name}.poster"
    path.write_text(poster_of(entry), "utf-8")
    verdict = layoutgen.verify(FOLDER / entry["file"], path, reader=reader)
    slogans = {slogan.id.partition(".")[0]: slogan for slogan in verdict.slogans}
    found = []
    for number, seen in enumerate(SEEN[entry["file"]].texts, start=1):
        slogan = slogans[f"text{number}"]
        found.append(Compared(name, slogan.expected, slogan.read, slogan.status, slogan.reason, seen))
    return found, verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the comparison as JSON")
    options = parser.parse_args()
    every: list[Compared] = []
    with tempfile.TemporaryDirectory() as folder:
        for entry in entries():
            compared, verdict = compare(entry, Path(folder))
            every += compared
            if options.json:
                continue
            more = SEEN[entry["file"]].more
            print(f"{compared[0].picture}: {verdict.status}" + (f"; the eye also sees {more}" if more else ""))
            for item in compared:
                eye = ("right" if item.seen.right else "wrong") + (f" ({item.seen.note})" if item.seen.note else "")
                print(
                    f"  {' ' if item.agree else '≠'} {item.status:9} eye: {eye}\n      {item.expected!r}\n      {item.read!r}"
                )
                print(f"      {item.reason}" if item.reason else "", end="\n" if item.reason else "")
            for extra in verdict.extra:
                print(f"    extra {extra.text!r} {extra.box} {extra.score:.2f}")
    if options.json:
        print(
            json.dumps(
                [{**vars(item), "seen": vars(item.seen), "agree": item.agree} for item in every], ensure_ascii=False, indent=1
            )
        )
    wrongly = sum(item.status == "passed" and not item.seen.right for item in every)
    print(
        f"{len(every)} texts: verdict and eye agree on {sum(item.agree for item in every)}; {wrongly} passed that are wrong",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
