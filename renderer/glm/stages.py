"""The stages of one picture, each callable on its own: encode, plan, decode, repair.

    conditions ──encode──▶ glyph embeddings and region bias
               ──plan────▶ candidate plans, of which `best_row` picks one
               ──decode──▶ latents and picture
               ──repair──▶ the same with only some boxes made again

All of them take an `Engine`: components, how they share the memory, and the settings. None keeps any state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from layoutgen.base.geometry import FloatBox, centre, float_bounds, overlaps, rotated
from layoutgen.base.model import Box
from layoutgen.compositing.composite import to_generation
from layoutgen.compositing.pictures import load_picture
from layoutgen.conditions.model import Conditions, Glyph
from layoutgen.renderer.draft.renderer import draft as draw_draft

from . import decoder, planner
from .decoder import Decoded
from .forcing import DraftTokens, read_draft
from .glyphs import Glyphs, encode_glyphs
from .loading import Components
from .memory import MemoryPlan, on_device
from .planner import TokenPlan, row_seeds
from .references import References, prepare_reference, read_references
from .regions import RegionBias, in_generation, region_bias, token_grid
from .repair import KeptPicture
from .settings import EngineSettings

Report = Callable[[int, int], None]
Stop = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Engine:
    """A loaded checkpoint, where its parts are, and how it is to be run."""

    components: Components
    memory: MemoryPlan
    settings: EngineSettings


@dataclass(frozen=True, eq=False)
class GlyphConditioning:
    """What the decoder is given of the words."""

    glyphs: Glyphs
    """The strings of the conditions, in their order."""
    empty: Glyphs
    """No strings: what guidance compares with."""
    bias: RegionBias | None
    """Binds the strings to their places; None: nothing is bound."""


def encode(engine: Engine, conditions: Conditions) -> GlyphConditioning:
    """The strings of the conditions as embeddings, and the bias that binds them to their boxes. LG403: one is too long."""
    together = engine.settings.decoder.glyphs == "together"
    components, device = engine.components, engine.components.device
    with on_device(components, engine.memory, "glyphs"):
        texts = [glyph.text for glyph in conditions.glyphs]
        glyphs = encode_glyphs(components, texts, parity=together, device=device)
        empty = encode_glyphs(components, (), parity=together, device=device)
    bias = region_bias(conditions, glyphs, token_grid(size_of(conditions)), engine.settings.regions)
    return GlyphConditioning(glyphs, empty, bias)


def plan(
    engine: Engine, conditions: Conditions, *, seed: int, progress: Report | None = None, stop: Stop | None = None
) -> TokenPlan:
    """Candidate plans: as many rows as the poster or the settings ask for, whichever is more; the first has `seed` itself.

    The typeset draft is read where something depends on it: forcing, or several rows of which the best is wanted.
    LG510 … LG512: a reference cannot be used. LG552, LG567: see `planner.plan`.
    """
    settings, components = engine.settings.planner, engine.components
    rows = max(conditions.policy.candidates, settings.candidates)
    with on_device(components, engine.memory, "planner"):
        return planner.plan(
            components,
            conditions.prompt,
            size_of(conditions),
            seeds=row_seeds(seed, rows),
            settings=settings,
            draft=draft_tokens(engine, conditions, seed) if rows > 1 or settings.forcing != "off" else None,
            references=open_references(conditions),
            device=components.device,
            progress=progress,
            stop=stop,
        )


def best_row(candidates: TokenPlan) -> int:
    """The candidate whose preview agrees best with the draft; the first one where that was not looked at."""
    return 0 if candidates.draft_likelihood is None else planner.best(candidates.draft_likelihood, 1)[0]


def decode(
    engine: Engine,
    conditions: Conditions,
    prior: Tensor,
    encoded: GlyphConditioning,
    *,
    seed: int,
    references: References | None = None,
    progress: Report | None = None,
    stop: Stop | None = None,
) -> Decoded:
    """One row of a plan as a picture. `prior`: `Plan.prior(row)`; `references`: `Plan.references`, or `references_of`."""
    start = draft_picture(conditions, seed) if engine.settings.decoder.start == "draft" else None
    return _decode(engine, conditions, prior, encoded, seed, references, progress, stop, start=start)


def repair(
    engine: Engine,
    conditions: Conditions,
    prior: Tensor,
    encoded: GlyphConditioning,
    *,
    latents: Tensor,
    image: Image.Image,
    boxes: Sequence[Box],
    seed: int,
    references: References | None = None,
    progress: Report | None = None,
    stop: Stop | None = None,
) -> Decoded:
    """A picture with only `boxes` (canvas pixels) made again; `latents` and `image` are those of the picture to keep.

    No feather reaches into the boxes of other slogans. ValueError: no box lies in the picture.
    """
    others = [glyph.box for glyph in conditions.glyphs if not any(overlaps(glyph.box, box) for box in boxes)]
    keep = KeptPicture.of(conditions, latents, image, boxes, others)
    start = draft_picture(conditions, seed) if engine.settings.decoder.repair_start == "draft" else None
    return _decode(engine, conditions, prior, encoded, seed, references, progress, stop, start=start, keep=keep)


def _decode(
    engine: Engine,
    conditions: Conditions,
    prior: Tensor,
    encoded: GlyphConditioning,
    seed: int,
    references: References | None,
    progress: Report | None,
    stop: Stop | None,
    *,
    start: Image.Image | None,
    keep: KeptPicture | None = None,
) -> Decoded:
    with on_device(engine.components, engine.memory, "decoder"):
        return decoder.decode(
            engine.components,
            prior,
            encoded.glyphs,
            encoded.bias,
            size=size_of(conditions),
            seed=seed,
            settings=engine.settings.decoder,
            start=start,
            keep=keep,
            references=references,
            empty=encoded.empty,
            tiling=engine.settings.memory.tiling,
            device=engine.components.device,
            progress=progress,
            stop=stop,
        )


def draft_tokens(engine: Engine, conditions: Conditions, seed: int) -> DraftTokens:
    """The draft's semantic tokens where its lines of lettering stand, and its objects for comparison."""
    boxes = [box for glyph in conditions.glyphs for box in line_boxes(glyph, conditions)]
    objects = [in_generation(item.box, conditions) for item in conditions.objects]
    picture, coverage = draft_picture(conditions, seed), engine.settings.planner.forcing_coverage
    return read_draft(engine.components, picture, boxes, size=size_of(conditions), coverage=coverage, objects=objects)


def draft_picture(conditions: Conditions, seed: int) -> Image.Image:
    """The typeset draft, in generation size; what is composited later is not in it."""
    picture: Image.Image = to_generation(draw_draft(conditions, seed=seed % 2**32), conditions)
    return picture


def line_boxes(glyph: Glyph, conditions: Conditions) -> list[FloatBox]:
    """The upright boxes around a slogan's lines as they are turned, in generation pixels."""
    lines = glyph.line_boxes or (glyph.box,)
    about = centre(glyph.box)
    return [in_generation(float_bounds(rotated(line, about, glyph.rotation)), conditions) for line in lines]


def open_references(conditions: Conditions) -> list[Image.Image]:
    """The reference pictures as RGB, what is transparent in them white. LG510 … LG512."""
    pictures = [load_picture(item.source, name=item.id) for item in conditions.references]
    return [Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB") for picture in pictures]


def references_of(engine: Engine, conditions: Conditions) -> References | None:
    """The references of the conditions, read without planning; None when there are none."""
    pictures, components = open_references(conditions), engine.components
    if not pictures:
        return None
    prepared = [prepare_reference(components, picture) for picture in pictures]
    with on_device(components, engine.memory, "planner"), torch.no_grad():
        inputs = components.processor.image_processor(images=prepared, return_tensors="pt")
        pixels, grids = (inputs[name].to(components.device) for name in ("pixel_values", "image_grid_thw"))
        return read_references(components, prepared, pixels, grids)


def size_of(conditions: Conditions) -> tuple[int, int]:
    """Width and height of the generated picture."""
    return conditions.generation.width, conditions.generation.height
