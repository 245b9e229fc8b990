"""Conditions for the tests of the embedded engine: small pictures of a poster with two slogans."""

from __future__ import annotations

from pathlib import Path

import layoutgen
from layoutgen.conditions import Conditions
from layoutgen.pipeline import compile_poster
from layoutgen.renderer.glm.limits import LIMITS as GLM

POSTER = """
poster 1 "Sale"
canvas feed {width}x{height} {{ margin: 4% }}
backdrop "a beach with striped umbrellas"
{references}
region header {{ at: top of canvas; size: 90% x 40%; slogan headline "{headline}" {{ min-size: 4px }} }}
region offer {{ at: bottom of canvas; size: 90% x 30%; slogan price "Half price" {{ min-size: 4px }} }}
verify {{ attempts: 2 }}
"""


def poster_file(
    folder: Path,
    size: tuple[int, int] = (128, 96),
    *,
    headline: str = "SUMMER",
    references: tuple[Path, ...] = (),
    name: str = "sale",
) -> Path:
    """A poster of one canvas, with references in the role `subject`."""
    lines = "\n".join(f'reference r{number} "{path.name}" {{ role: subject }}' for number, path in enumerate(references))
    path = folder / f"{name}.poster"
    path.write_text(POSTER.format(width=size[0], height=size[1], headline=headline, references=lines), "utf-8")
    return path


def conditions_of(path: Path, *, seed: int = 0) -> Conditions:
    """As the renderer gets them, without its limit on small pictures: the tiny checkpoint has none."""
    limits = GLM.model_copy(update={"smallest": 32})
    return compile_poster(layoutgen.load(path), limits=limits, seed=seed).conditions
