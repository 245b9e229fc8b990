"""Packs the emoji that slogans are drawn with from their published sources; run by hand when they change.

    npm pack @iconify-json/noto @iconify-json/twemoji      # and unpack both
    python -m tools.pack_emoji NOTO_FOLDER TWEMOJI_FOLDER

writes `emoji.zip` beside this module, the same bytes for the same sources; `emoji-licences.txt` says whose they are. An entry
holds all sequences that begin with one character, which are much alike, as JSON: code points → view box and SVG body.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).parent
DATED = (2020, 1, 1, 0, 0, 0)


def pack(noto: Path, twemoji: Path, to: Path = HERE) -> int:
    """Write the archive to the folder `to`; the number of pictures. Flags of countries are Twemoji's: Noto leaves them out."""
    found = _pictures(twemoji, lambda codes: codes.startswith("1f1") and codes.count("-") == 1)
    found |= _pictures(noto, lambda codes: True)
    blocks: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for codes, picture in sorted(found.items()):
        blocks[codes.split("-")[0]][codes] = picture
    with zipfile.ZipFile(to / "emoji.zip", "w", zipfile.ZIP_LZMA) as archive:
        for first, block in sorted(blocks.items()):
            archive.writestr(zipfile.ZipInfo(first, DATED), json.dumps(block, ensure_ascii=False), zipfile.ZIP_LZMA)
    return len(found)


def _pictures(folder: Path, wanted: Callable[[str], bool]) -> dict[str, tuple[int, str]]:
    icons = json.loads((folder / "icons.json").read_text("utf-8"))
    names: dict[str, str] = json.loads((folder / "chars.json").read_text("utf-8"))
    return {
        codes: (icons["width"], icons["icons"][name]["body"])
        for codes, name in names.items()
        if wanted(codes) and name in icons["icons"] and "<text" not in icons["icons"][name]["body"]
    }


if __name__ == "__main__":
    print(pack(Path(sys.argv[1]), Path(sys.argv[2])), "pictures")
