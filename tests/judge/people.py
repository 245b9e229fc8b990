"""The judge against people: `python -m tests.judge.people [--json]`.

The pictures of `tests/real/pictures.py`, whose every text was transcribed by eye, are judged against what they were made
for and against other strings: what really stands there, and strings that differ from it a little. `ASKED` holds for each
what a person says. One poster asks for one string in each place; several posters go over each picture.
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
from layoutgen.check import open_reader
from tests.judge.caching_reader import CachingReader
from tests.real.pictures import FOLDER, SEEN, entries, poster_of

if TYPE_CHECKING:
    from layoutgen.check import Reader

RIGHT, WRONG = True, False
Asked = dict[int, tuple[tuple[str, bool], ...]]
"""Number of the place in the picture → (string asked for, whether a person says it stands there)."""

_PI = "π≈3.1415926-53589793-23846264-33832795-02384197"
_NO_PI = (
    ("π≈3.1415926-53589793-23846264-33832795-02384196", WRONG),
    ("π≈3.1415928-53589793-23846264-33832795-02384197", WRONG),
    ("π≈3.1415926-53589793-23864264-33832795-02384197", WRONG),
    ("π≈31415926-53589793-23846264-33832795-02384197", WRONG),
)
_BOARD = (
    ("Qwen Coffee $2 per cup", RIGHT),
    ("Qwen Coffee $3 per cup", WRONG),
    ("Qwen Coffee $20 per cup", WRONG),
    ("Qwen Coffee €2 per cup", WRONG),
    ("Qwen Cofee $2 per cup", WRONG),
)
_SIGN = (("通义干问", WRONG), ("通义千间", WRONG), ("通意千问", WRONG))
_QWEN: Asked = {0: _BOARD, 1: _SIGN, 2: _NO_PI}

ASKED: dict[str, Asked] = {
    "vipshop+cache-dit/qwen-image_base.png": _QWEN,
    "vipshop+cache-dit/qwen-image_fp8_dbcache.png": _QWEN,
    "vipshop+cache-dit/qwen-lightning4.png": {
        0: _BOARD,
        1: _SIGN,
        2: (
            ("π≈3.1415926-53589793 23846264-33832795-02384197", RIGHT),
            ("π≈3.1415926-53589793 23846264-33832795-02384191", WRONG),
            ("π≈3.1415926-53589798 23846264-33832795-02384197", WRONG),
        ),
    },
    "vipshop+cache-dit/qwen-lightning4_dbcache.png": {
        0: _BOARD,
        1: _SIGN,
        2: (
            ("π≈3.141596-5369793 23846264-3383275-02384197", RIGHT),
            ("π≈3.141592-5369793 23846264-3383275-02384197", WRONG),
            ("π≈3.141596-5369793 23846264-33832795-02384197", WRONG),
        ),
    },
    "vipshop+cache-dit/qwen-image_1328.png": _QWEN,
    "vipshop+cache-dit/flux_hello.jpg": {0: (("Hello World", RIGHT), ("Hello World!", WRONG), ("Hello Word", WRONG))},
    "vipshop+cache-dit/flux_hello_dbprune.jpg": {0: (("Hello World!", RIGHT), ("Hello World", WRONG), ("Hallo World!", WRONG))},
    "vipshop+cache-dit/lumina2.jpg": {
        0: (("hello Lumina2", WRONG), ("helllo Lumina3", WRONG), ("helllo Lumina", WRONG), ("helllo Luminia2", WRONG))
    },
    "vipshop+cache-dit/hidream.jpg": {
        0: (("Hi-Dream.ai", WRONG), ("HiDreams.ai", WRONG), ("Hi-Dreams.al", WRONG), ("Hi-Dreams ai", WRONG))
    },
    "vipshop+cache-dit/hunyuan21.jpg": {0: (("Tencents", WRONG), ("Tencemt", WRONG), ("tencent", WRONG), ("Ten cents", WRONG))},
    "CyberAgentAILab+Type-R/sample_0.jpg": {
        0: (("BURY MY HEART AT WOUNDED KNEE", WRONG), ("BURY HEART AT WOUNDED KINE", WRONG))
    },
    "filipstrand+mflux/ideogram4_fungi.jpg": {
        0: (("FUNGI OF THE HIGH MEADOWS", WRONG), ("FUNGI OF HIGH MEADOW", WRONG), ("Fungi of the High Meadow", WRONG)),
        1: (("Plate 08 • Autumn Survey", WRONG), ("Plate 7 • Autumn Survey", WRONG), ("Plate 07 • Autum Survey", WRONG)),
        2: (("CHANTERELE AURORA", WRONG), ("CHANTERELLE AURORRA", WRONG), ("CHANTERELLE", WRONG)),
        3: (("MOREL PINEAA", WRONG), ("MORELL PINEA", WRONG), ("MOREL LINEA", WRONG)),
        4: (("AMETHYST DECIEVER", WRONG), ("AMETHIST DECEIVER", WRONG), ("AMETHYST  DECEIVER", RIGHT)),
        5: (("CITRINE BOLLETE", WRONG), ("CITRIN BOLETE", WRONG), ("CITRINE BOLETES", WRONG)),
        6: (
            ("Collected notes spore marks, and habitat sketches", WRONG),
            ("Collected notes, spore mark, and habitat sketches", WRONG),
            ("Collected notes, spore marks, and habitats ketches", RIGHT),
        ),
    },
    "filipstrand+mflux/ideogram4_desk.jpg": {0: (("MFLOX", WRONG), ("FLUX", WRONG), ("MFLUXX", WRONG))},
    "filipstrand+mflux/ideogram4_oliva.jpg": {
        0: (("EXTRA VIRGIN OLIVA OIL", WRONG), ("EXTRA VIRGIN OLIVE OILS", WRONG), ("EXTRA VIRGINE OLIVE OIL", WRONG)),
        1: (("OLIVE", WRONG), ("OLIVIA", WRONG), ("ОLIVА", WRONG)),
        2: (("Cold Presed · Organic", WRONG), ("Cold Pressed · Organics", WRONG), ("Cold Pressed - Organic", WRONG)),
        3: (("150 ml", WRONG), ("760 ml", WRONG), ("750 ml.", WRONG), ("75 ml", WRONG)),
    },
    "filipstrand+mflux/ideogram4_jazz.jpg": {
        0: (("NEW ORLEAN JAZZ FEST", WRONG), ("NEW ORLEANS JAZ FEST", WRONG), ("NEW ORLEANS JAZZFEST", RIGHT)),
        1: (("JULY 13 · ARMSTRONG PARK", WRONG), ("JULY 12 · AMSTRONG PARK", WRONG), ("JULY 1 · ARMSTRONG PARK", WRONG)),
    },
}
"""Spaces do not make a string wrong, as `exact` says. `ОLIVА` begins and ends with Cyrillic letters."""


@dataclass(frozen=True)
class Compared:
    """One string in one place: the verdict and the eye."""

    picture: str
    asked: str
    read: str
    status: str
    reason: str
    right: bool
    note: str = ""

    @property
    def agree(self) -> bool:
        """`unchecked` claims nothing, so it agrees with neither."""
        return self.status != "unchecked" and (self.status == "passed") == self.right


def rounds(entry: dict[str, Any]) -> list[list[tuple[str, bool, str]]]:
    """For each poster over a picture: what it asks for in each place, whether that is there, and a note."""
    looked, asked = SEEN[entry["file"]].texts, ASKED[entry["file"]]
    documented = [(text, seen.right, seen.note) for text, seen in zip(entry["expected_texts"], looked, strict=True)]
    result = [documented]
    for number in range(max(len(ways) for ways in asked.values())):
        result.append([
            (*asked[place][number], "") if number < len(asked.get(place, ())) else documented[place]
            for place in range(len(looked))
        ])  # fmt: skip
    return result


def compare(entry: dict[str, Any], folder: Path, reader: Reader) -> list[Compared]:
    """Every string asked of one picture, each once."""
    compared: dict[tuple[int, str], Compared] = {}
    for number, texts in enumerate(rounds(entry)):
        path = folder / f"{Path(entry['file']).stem}_{number}.poster"
        path.write_text(poster_of({**entry, "expected_texts": [text for text, _, _ in texts]}), "utf-8")
        verdict = layoutgen.verify(FOLDER / entry["file"], path, reader=reader)
        slogans = {slogan.id.partition(".")[0]: slogan for slogan in verdict.slogans}
        for place, (text, right, note) in enumerate(texts):
            slogan = slogans[f"text{place + 1}"]
            if (place, text) not in compared:
                compared[place, text] = Compared(
                    Path(entry["file"]).stem, text, slogan.read, slogan.status, slogan.reason, right, note
                )
    return list(compared.values())


def compare_all() -> list[Compared]:
    reader = CachingReader(open_reader())
    with tempfile.TemporaryDirectory() as folder:
        return [item for entry in entries() for item in compare(entry, Path(folder), reader)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="the comparison as JSON")
    options = parser.parse_args()
    every = compare_all()
    if options.json:
        print(json.dumps([{**vars(item), "agree": item.agree} for item in every], ensure_ascii=False, indent=1))
    else:
        for item in every:
            eye = ("right" if item.right else "wrong") + (f" ({item.note})" if item.note else "")
            print(
                f"{' ' if item.agree else '≠'} {item.picture:24} {item.status:9} eye: {eye:8} {item.asked!r} read {item.read!r}"
            )
            if not item.agree:
                print(f"      {item.reason}")
    agree = sum(item.agree for item in every)
    wrongly = sum(item.status == "passed" and not item.right for item in every)
    print(
        f"{len(every)} strings, {agree} agree ({100 * agree / len(every):.1f} %); {wrongly} wrong ones passed", file=sys.stderr
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
