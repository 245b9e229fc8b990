"""Packs the emoji that slogans are drawn with from their published sources; run by hand when those change.

    npm pack @iconify-json/noto @iconify-json/twemoji      # and unpack both
    python tools/pack_emoji.py NOTO_FOLDER TWEMOJI_FOLDER

writes `layoutgen/typeset/emoji.zip`, with the same bytes for the same sources; `emoji-licences.txt` beside it names their
owners. An entry holds all sequences that begin with one character, which are much alike, as JSON: code points → view box
and SVG body.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

ARCHIVE = Path(__file__).parent.parent / "layoutgen" / "typeset" / "emoji.zip"
TIMESTAMP = (2020, 1, 1, 0, 0, 0)


def pack(noto: Path, twemoji: Path, archive_path: Path = ARCHIVE) -> int:
    """Write the archive and return the number of pictures. Country flags come from Twemoji, since Noto has none."""
    pictures = _pictures(twemoji, lambda codes: codes.startswith("1f1") and codes.count("-") == 1)
    pictures |= _pictures(noto, lambda codes: True)
    blocks: dict[str, dict[str, tuple[int, str]]] = defaultdict(dict)
    for codes, picture in sorted(pictures.items()):
        blocks[codes.split("-")[0]][codes] = picture
    with zipfile.ZipFile(archive_path, "w", zipfile.ZIP_LZMA) as archive:
        for first, block in sorted(blocks.items()):
            archive.writestr(zipfile.ZipInfo(first, TIMESTAMP), json.dumps(block, ensure_ascii=False), zipfile.ZIP_LZMA)
    return len(pictures)


def _pictures(folder: Path, include: Callable[[str], bool]) -> dict[str, tuple[int, str]]:
    icons = json.loads((folder / "icons.json").read_text("utf-8"))
    names: dict[str, str] = json.loads((folder / "chars.json").read_text("utf-8"))
    return {
        codes: (icons["width"], icons["icons"][name]["body"])
        for codes, name in names.items()
        if include(codes) and name in icons["icons"] and "<text" not in icons["icons"][name]["body"]
    }


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    print(pack(Path(sys.argv[1]), Path(sys.argv[2])), "pictures")
