"""Two hashes of a job: `art_key`, all that the generator sees; `key`, all that decides the pixels of the file.

Files count by their bytes, not by their names, so that a campaign can move to another machine.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from sys import intern
from typing import Any

from layoutgen.base.files import cached_digest
from layoutgen.campaign.model import CampaignSpec
from layoutgen.conditions.model import Conditions, Glyph, Overlay
from layoutgen.document.model import Export
from layoutgen.pipeline import Compiled
from layoutgen.record import versions

VERSION = 1
SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Keys:
    key: str
    art_key: str
    digests: tuple[str, str, str]
    """Of `layoutgen.campaign.model.DIGESTS`."""
    overlaid: bool


def keys_of(compiled: Compiled, spec: CampaignSpec, export: Export, suffix: str, source: str = "") -> Keys:
    """`suffix`: of the file. `source`: of a family, the key of the picture that it takes as a reference."""
    conditions = compiled.conditions
    canvas = compiled.document.canvas(conditions.canvas.name)
    settings = {
        "version": VERSION,
        "layoutgen": versions().get("layoutgen", ""),
        **spec.model_dump(
            mode="json", include={"renderer", "options", "identity", "attempts", "seconds", "policy", "candidates"}
        ),
    }
    file = {**export.model_dump(mode="json"), "dpi": canvas.dpi, "bleed": canvas.bleed and canvas.bleed.model_dump(mode="json")}
    names = conditions.named_files
    digests = {name: cached_digest(name) for name in names}
    whole = _without_paths(conditions, digests)
    art = _without_paths(seen_by_the_generator(conditions), digests)
    return Keys(
        key=_hash(whole, settings, file, suffix, source),
        art_key=_hash(art, settings, source),
        digests=(
            intern(compiled.poster.digest[:16]),
            intern(_hash(settings, file, suffix)[:16]),
            intern(_hash(sorted(digests.values()), source)[:16]),
        ),
        overlaid=bool(conditions.overlays or any(panel.exact for panel in conditions.panels)),
    )


def seen_by_the_generator(conditions: Conditions) -> Conditions:
    """The conditions without what is composited later: of overlays their boxes and colours stay, their words do not.

    Renderers look at no more of them: the draft, and whatever it guides, shades the ground where letters will stand.
    """
    return conditions.model_copy(
        update={
            "overlays": tuple(_outline(overlay) for overlay in conditions.overlays),
            "panels": tuple(panel for panel in conditions.panels if not panel.exact),
        }
    )


def _outline(overlay: Overlay) -> Overlay:
    glyph = overlay.glyph
    return overlay.model_copy(update={"source": "", "glyph": None if glyph is None else _shape(glyph)})


def _shape(glyph: Glyph) -> Glyph:
    return glyph.model_copy(update={"text": "", "lines": (), "characters": (), "baselines": ()})


def _without_paths(conditions: Conditions, digests: dict[str, str]) -> str:
    text = conditions.model_dump_json()
    for name in sorted(digests, key=len, reverse=True):
        text = text.replace(json.dumps(name, ensure_ascii=False), json.dumps(f"sha256:{digests[name]}"))
    return text


def _hash(*parts: Any) -> str:
    total = hashlib.sha256()
    for part in parts:
        raw = part if isinstance(part, str) else json.dumps(part, sort_keys=True, ensure_ascii=False, default=str)
        encoded = raw.encode("utf-8", "surrogatepass")
        total.update(len(encoded).to_bytes(8, "big") + encoded)
    return total.hexdigest()


def seed_of(title: str, canvas: str, by: str, row: str, cell: object = None) -> int:
    """A seed that does not depend on the order of rows: by `job`, by `poster` (the same for all), or by a column's cell."""
    what = {"job": f"row {row}", "poster": ""}.get(by, f"{by} {cell}")
    return (
        int.from_bytes(hashlib.sha256(f"{title}\n{canvas}\n{what}".encode("utf-8", "surrogatepass")).digest()[:8], "big")
        % SEEDS
    )


def moved_on(seed: int, retries: int) -> int:
    """The seed of a job that was retried this many times."""
    if not retries:
        return seed
    return int.from_bytes(hashlib.sha256(f"{seed} again {retries}".encode()).digest()[:8], "big") % SEEDS
