"""Packs the draft's artwork and its vocabulary from their published sources; run by hand when those change.

    npm pack @iconify-json/noto cldr-annotations-full      # and unpack both
    python tools/pack_artwork.py NOTO_FOLDER CLDR_FOLDER

writes `artwork.json` (picture → the characters it stands for) and `vocabulary.json` (language → name → picture) to
`renderer/draft/`, with the same bytes for the same sources; `artwork-licences.txt` beside them names their owners. The
pictures themselves are those of `layoutgen/typeset/emoji.zip`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

from layoutgen.renderer.draft.vocabulary import LANGUAGES, normal
from layoutgen.typeset.emoji import drawing

DRAFT = Path(__file__).parent.parent / "renderer" / "draft"
CATEGORIES = ("Activities", "Animals & Nature", "Food & Drink", "Objects", "Travel & Places")
OTHERS = """
alien baby beating-heart biting-lip boy bust-in-silhouette child construction-worker cook artist astronaut ballet-dancer
brain busts-in-silhouette chequered-flag clown-face collision couple-with-heart detective elf eye fairy
family-adult-adult-child-child farmer firefighter footprints genie ghost girl guard handshake health-worker heart-hands
heart-on-fire heart-with-arrow heart-with-ribbon horse-racing judge love-letter mage man man-astronaut man-artist man-biking
man-cook man-dancing man-farmer man-firefighter man-golfing man-in-lotus-position man-in-tuxedo man-mechanic
man-office-worker man-pilot man-playing-handball man-police-officer man-rowing-boat man-running man-scientist man-singer
man-student man-surfing man-swimming man-teacher man-technologist man-walking man-lifting-weights man-climbing mechanic
mermaid mrs-claus nail-polish ninja office-worker old-man old-woman older-person people-holding-hands people-hugging person
person-biking person-bouncing-ball person-cartwheeling person-climbing person-fencing person-golfing person-in-bed
person-in-lotus-position person-in-manual-wheelchair person-in-tuxedo person-juggling person-lifting-weights
person-mountain-biking person-playing-handball person-playing-water-polo person-rowing-boat person-running person-surfing
person-swimming person-taking-bath person-walking person-with-crown person-with-veil pilot pirate-flag police-officer
pregnant-woman prince princess purple-heart rainbow-flag red-heart revolving-hearts robot santa-claus scientist singer skier
skull snowboarder sparkling-heart student superhero supervillain teacher technologist tooth triangular-flag troll two-hearts
vampire woman woman-artist woman-astronaut woman-biking woman-cook woman-dancing woman-farmer woman-firefighter
woman-golfing woman-in-lotus-position woman-mechanic woman-office-worker woman-pilot woman-playing-handball
woman-police-officer woman-rowing-boat woman-running woman-scientist woman-singer woman-student woman-superhero
woman-surfing woman-swimming woman-teacher woman-technologist woman-walking woman-lifting-weights woman-climbing
writing-hand yellow-heart zombie flexed-biceps fire dizzy musical-note musical-notes recycling-symbol peace-symbol
green-heart blue-heart orange-heart black-heart white-heart pink-heart white-flag
""".split()
WORDED = """
1st-place-medal 2nd-place-medal 3rd-place-medal calendar tear-off-calendar convenience-store hotel bank japanese-post-office
money-bag dollar-banknote euro-banknote pound-banknote yen-banknote money-with-wings heavy-dollar-sign chart-increasing-with-yen
e-mail red-envelope mahjong-red-dragon pool-8-ball slot-machine hundred-points curling-stone love-hotel
input-numbers currency-exchange map-of-japan credit-card name-badge label bookmark-tabs
""".split()
"""Pictures with letters or digits in them: a rendered draft holds no word that the poster did not ask for."""


def pack(noto: Path, cldr: Path, folder: Path = DRAFT) -> int:
    """Write both files to a folder and return the number of pictures."""
    categories = json.loads((noto / "metadata.json").read_text("utf-8"))["categories"]
    drawable = {name for category in CATEGORIES for name in categories[category]} | set(OTHERS)
    characters = json.loads((noto / "chars.json").read_text("utf-8"))
    pictured = {name: codes for codes, name in sorted(characters.items(), reverse=True) if _has_picture(codes)}
    names = {name: pictured[name] for name in sorted(drawable - set(WORDED)) if name in pictured and "thirty" not in name}
    _write(folder / "artwork.json", names)
    _write(folder / "vocabulary.json", words(characters, set(names), cldr))
    return len(names)


def _has_picture(codes: str) -> bool:
    try:
        return bool(drawing(codes))
    except KeyError:
        return False


def _write(path: Path, table: dict[str, Any]) -> None:
    path.write_text(json.dumps(table, ensure_ascii=False, indent=0, sort_keys=True) + "\n", "utf-8")


def words(characters: dict[str, str], names: set[str], cldr: Path) -> dict[str, dict[str, str]]:
    """Language → name → picture, from CLDR's short names."""
    vocabulary: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        table = json.loads((cldr / "annotations" / language / "annotations.json").read_text("utf-8"))
        known: dict[str, str] = {}
        for emoji, annotation in table["annotations"]["annotations"].items():
            points = "-".join(f"{ord(character):x}" for character in emoji if character != "\ufe0f")
            name = characters.get(points)
            for word in map(normal, annotation.get("tts", ())):
                if name in names and len(word) > (1 if word.isascii() else 0) and not re.search(r"\d", word):
                    known.setdefault(word, str(name))
        vocabulary[language] = known
    return vocabulary


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(pack(Path(sys.argv[1]), Path(sys.argv[2])), "pictures")
