"""What was generated for one picture, kept so that equal art is not generated again: a renderer around the real one.

The art of a job is the rendered picture, before anything is composited, of the attempt that passed. It is a PNG; what the
renderer said of it is in its metadata.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from layoutgen.base.model import Box
from layoutgen.conditions.model import Conditions, Limits
from layoutgen.record import Record
from layoutgen.renderers import Abilities, RenderAction, Rendered, Renderer

if TYPE_CHECKING:
    from PIL import Image

HELD = 8
"""Pictures of one job that are held until it is known which of them is kept."""


class CachingRenderer(Renderer):
    """A renderer that begins with kept art, where there is some, and knows afterwards which picture a record is about."""

    def __init__(self, renderer: Renderer, art: bytes | None = None) -> None:
        self._renderer = renderer
        self._art = None if art is None else unpack(art)
        self.kept = self._art is not None
        self._made: dict[int, Rendered] = {}
        self._calls = 0

    @property
    def name(self) -> str:
        return self._renderer.name

    @property
    def limits(self) -> Limits:
        return self._renderer.limits

    @property
    def identity(self) -> Mapping[str, str]:
        return self._renderer.identity

    @property
    def abilities(self) -> Abilities:
        return self._renderer.abilities

    def render(
        self,
        conditions: Conditions,
        *,
        seed: int | None = None,
        action: RenderAction = "plan",
        previous: Rendered | None = None,
        boxes: Sequence[Box] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Rendered:
        if self._art is not None:
            rendered, self._art = self._art, None
        else:
            rendered = self._renderer.render(
                conditions, seed=seed, action=action, previous=previous, boxes=boxes, options=options
            )
        self._made[self._calls] = rendered
        self._calls += 1
        self._made.pop(self._calls - HELD - 1, None)
        return rendered

    def art(self, record: Record, maker: str) -> bytes | None:
        """The art of a passed record, to be kept; None when it was typeset over, or is not held any more."""
        best = record.attempts[record.best]
        if not record.passed or best.action == "typeset":
            return None
        call = sum(attempt.action != "typeset" for attempt in record.attempts[: record.best])
        rendered = self._made.get(call)
        return None if rendered is None else pack(rendered, maker)


def pack(rendered: Rendered, maker: str = "") -> bytes:
    """The art as a PNG file, without loss. `maker`: the key of the job that it was generated for."""
    from PIL import PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_itxt(
        "layoutgen:art",
        json.dumps({"seed": rendered.seed, "settings": _plain(rendered.settings), "maker": maker}, sort_keys=True),
    )
    out = io.BytesIO()
    rendered.image.save(out, "PNG", pnginfo=info, compress_level=1)
    return out.getvalue()


def unpack(raw: bytes) -> Rendered:
    """Art as a renderer gives it. OSError or ValueError when the file is damaged."""
    from PIL import Image

    began = time.perf_counter()
    with Image.open(io.BytesIO(raw), formats=("PNG",)) as opened:
        image: Image.Image = opened.convert("RGB")
        metadata = json.loads(opened.info["layoutgen:art"])
    return Rendered(image, int(metadata["seed"]), time.perf_counter() - began, {}, {**metadata["settings"], "kept art": True})


def maker_of(raw: bytes) -> str:
    """The key of the job that art was generated for. A job that is done again generates its own: its record stays the same."""
    from PIL import Image

    with Image.open(io.BytesIO(raw), formats=("PNG",)) as opened:
        opened.load()
        return str(json.loads(opened.info["layoutgen:art"])["maker"])


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=str))
