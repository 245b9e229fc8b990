"""The Python interface: `load`, `compile`, `render`, `verify`, `preview`, and what a render gives back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.check.model import Verdict
from layoutgen.conditions import DRAFT, Conditions, Limits
from layoutgen.document import Poster, load
from layoutgen.renderers import Renderer, open_renderer, resolve

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.check import Reader
    from layoutgen.check.aesthetics import Aesthetics
    from layoutgen.pipeline import Compiled
    from layoutgen.record.result import Result
    from layoutgen.retry import RetryPolicy

__all__ = ["Interrupted", "compile", "load", "open_renderer", "preview", "render", "verify"]


class Interrupted(KeyboardInterrupt):
    """Ctrl-C while a picture was being made. `result` is the best one until then."""

    def __init__(self, result: Result) -> None:
        self.result = result
        super().__init__("interrupted; the best picture until then is in `result`")


def compile(  # noqa: A001 - the command has this name too
    poster: Poster | str | Path,
    params: Mapping[str, object] | None = None,
    *,
    canvas: str | None = None,
    locale: str | None = None,
    renderer: str = "auto",
    seed: int | None = None,
) -> Conditions:
    """The conditions that the renderer of this name would be given. Raises PosterError."""
    compiles = partial(_compiled, _loaded(poster), params, canvas, locale, seed=seed)
    return compiles(resolve(renderer, compiles=compiles).limits).conditions


def render(
    poster: Poster | str | Path,
    params: Mapping[str, object] | None = None,
    *,
    canvas: str | None = None,
    locale: str | None = None,
    seed: int | None = None,
    renderer: Renderer | str = "auto",
    reader: Reader | None = None,
    attempts: int | None = None,
    seconds: float | None = None,
    candidates: int | None = None,
    policy: str | RetryPolicy = "ladder",
    aesthetics: Aesthetics | None = None,
    **options: Any,
) -> Result:
    """Make one picture and check it. `renderer`: an open handle, kept warm and left open, or a name with its `options`.

    `attempts`, `seconds`, `candidates`: the bounds, and how many are planned at a time, instead of what the poster says.
    `policy`: what to try next: `ladder`, `naive`, `package:function` or a function (`layoutgen.retry.RetryPolicy`).
    `aesthetics`: with several candidates, chooses among pictures that pass (`layoutgen.pipeline.make`).
    Raises PosterError for anything wrong with the poster, its params or the renderer; wrong words do not raise here. Once
    there is a picture, a failing renderer or reader ends it with the best one until then (`Result.problem`), and Ctrl-C
    raises `Interrupted`, which has it.
    """
    from layoutgen.pipeline import make

    compiles = partial(_compiled, _loaded(poster), params, canvas, locale, seed=seed)
    choice = resolve(renderer, options, compiles)
    opened: Renderer | None = None
    if isinstance(renderer, str):
        renderer = opened = open_renderer(choice.name, **options)
    try:
        compiled = compiles(renderer.limits)
        if candidates is not None:
            compiled = compiled.with_candidates(candidates)
        bounds: dict[str, Any] = {"attempts": attempts, "seconds": seconds}
        more: dict[str, Any] = {"policy": policy, "aesthetics": aesthetics, "chosen": choice.reason, "options": options}
        result = make(compiled, renderer, reader, **bounds, **more)
    finally:
        if opened is not None:
            opened.close()
    if isinstance(result.problem, KeyboardInterrupt):
        raise Interrupted(result) from result.problem
    return result


def preview(
    poster: Poster | str | Path,
    params: Mapping[str, object] | None = None,
    *,
    canvas: str | None = None,
    locale: str | None = None,
) -> Image:
    """The proof: typeset by the draft, objects without artwork labelled, not checked."""
    from layoutgen.compositing.composite import composite

    with open_renderer("draft", labels=True) as renderer:
        conditions = _compiled(_loaded(poster), params, canvas, locale, DRAFT).conditions
        return composite(renderer.render(conditions).image, conditions)


def verify(
    image: Image | str | Path,
    poster: Poster | str | Path,
    params: Mapping[str, object] | None = None,
    *,
    canvas: str | None = None,
    locale: str | None = None,
    reader: Reader | None = None,
) -> Verdict:
    """Judge any picture against a poster: whatever made it, typeset slogans are read as well."""
    from layoutgen.check import check_picture

    conditions = _compiled(_loaded(poster), params, canvas, locale, DRAFT).conditions
    picture = open_flat(Path(image)) if isinstance(image, (str, Path)) else image
    return check_picture(picture, conditions, reader, composited=False)[1]


def _loaded(poster: Poster | str | Path) -> Poster:
    return poster if isinstance(poster, Poster) else load(Path(poster))


def _compiled(
    poster: Poster,
    params: Mapping[str, object] | None,
    canvas: str | None,
    locale: str | None,
    limits: Limits,
    *,
    seed: int | None = None,
) -> Compiled:
    from layoutgen.pipeline import compile_poster

    return compile_poster(poster, params, canvas=canvas, locale=locale, limits=limits, seed=seed)


def open_flat(path: Path) -> Image:
    """A picture file as RGB, what is transparent in it white. Raises PosterError (LG510 … LG512)."""
    from PIL import Image

    from layoutgen.compositing.pictures import load_picture

    picture = load_picture(path)
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
