"""The contact sheet: drafts of all jobs, small, on as few pages as hold them. Nothing is read or noted down."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from layoutgen.campaign.jobs import Compiler
from layoutgen.campaign.model import Job

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE, GAP, CAPTION, COLUMNS, ROWS = 240, 16, 26, 8, 12
"""Pixels of a draft's long side, between two, for what is below it; drafts across and down a page."""


def contact_pages(compiler: Compiler, jobs: Sequence[Job]) -> Iterator[Image]:
    """Pages of at most 8 × 12 drafts. `compiler` compiles for the draft: `layoutgen.conditions.DRAFT`."""
    from layoutgen.compositing.composite import composite
    from layoutgen.record import small_copy
    from layoutgen.renderers import open_renderer

    with open_renderer("draft", labels=True) as renderer:
        for start in range(0, len(jobs), COLUMNS * ROWS):
            some = jobs[start : start + COLUMNS * ROWS]
            drafts = []
            for job in some:
                conditions = compiler.compile(dict(job.params), job.canvas, job.locale, job.seed, job.where).conditions
                drafts.append(small_copy(composite(renderer.render(conditions).image, conditions), SIDE))
            yield page(drafts, [job.name.rpartition(".")[0] for job in some])


def page(drafts: Sequence[Image], captions: Sequence[str]) -> Image:
    """One page: drafts in rows, the name of each below it."""
    from PIL import Image, ImageDraw, ImageFont

    columns = min(COLUMNS, len(drafts))
    rows = math.ceil(len(drafts) / columns)
    height = max(draft.height for draft in drafts)
    cell = (SIDE + GAP, height + CAPTION + GAP)
    sheet = Image.new("RGB", (columns * cell[0] + GAP, rows * cell[1] + GAP), "#f6f5f2")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    for number, (draft, caption) in enumerate(zip(drafts, captions, strict=True)):
        left, top = GAP + number % columns * cell[0], GAP + number // columns * cell[1]
        sheet.paste(draft, (left + (SIDE - draft.width) // 2, top + height - draft.height))
        label = caption if len(caption) <= 34 else f"…{caption[-33:]}"
        pen.text((left + SIDE // 2, top + height + 6), label, fill="#1d1f22", font=font, anchor="ma")
    return sheet
