"""One renderer for all variants of a poster: what `layoutgen render` does once it knows what is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from layoutgen.base.picture_formats import format_of
from layoutgen.check.aesthetics import open_aesthetics
from layoutgen.cli.output import Variant, announce, show
from layoutgen.cli.result_text import result_json, verdict_lines
from layoutgen.conditions import Conditions, Limits, loads
from layoutgen.conditions.limits import misfit
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document.poster import Poster
from layoutgen.pipeline import Compiled, compile_poster, make
from layoutgen.record.save import save_result
from layoutgen.renderers import open_renderer, resolve
from layoutgen.retry import open_policy
from layoutgen.syntax import read_source


def render_all(
    poster: Poster,
    params: Mapping[str, object],
    targets: Mapping[Variant, Path],
    *,
    renderer: str,
    options: Mapping[str, Any],
    seed: int | None,
    attempts: int | None,
    seconds: float | None,
    policy: str,
    candidates: int | None,
    edited: Path | None,
    variations: int | None = None,
) -> list[dict[str, Any]]:
    """Render every variant; everything is compiled, and refused if need be, before anything is drawn.

    With `variations`, that many pictures of each, NAME-v1.png and so on, their seeds counting up from the first.
    """
    for path in targets.values():
        format_of(path.suffix, path.name)
    chooser = open_policy(policy)
    choice = resolve(renderer, options, partial(compile_variants, poster, params, targets))
    if choice.automatic:
        # Why is in the record, and in `layoutgen list renderers`.
        announce(f"renderer: {choice.name}")
    compiled = compile_variants(poster, params, targets, choice.limits, seed=seed)
    if edited is not None:
        compiled = {variant: _with_conditions(one, edited, seed, choice.limits) for variant, one in compiled.items()}
    if candidates is not None:
        compiled = {variant: one.with_candidates(candidates) for variant, one in compiled.items()}
    show([*poster.warnings, *(item for one in compiled.values() for item in one.warnings)])
    results = []
    with open_renderer(choice.name, **options) as opened:
        for one, path in _jobs(compiled, targets, variations):
            bounds: dict[str, Any] = {"attempts": attempts, "seconds": seconds}
            chosen: dict[str, Any] = {"chosen": choice.reason, "options": options}
            result = make(one, opened, **bounds, policy=chooser, aesthetics=open_aesthetics(), **chosen)
            image, record_path = save_result(result.image, result.record, path, result.evidence)
            results.append(result_json(result.record, image, record_path))
            announce(
                "\n".join([f"wrote {image}: {result.record.status}", *verdict_lines(result.record.verdict, only_trouble=True)])
            )
            if not result.record.passed:
                announce(f"  stopped: {result.record.stopped}")
            if result.problem is not None:
                raise result.problem
    return results


def compile_variants(
    poster: Poster, params: Mapping[str, object], variants: Iterable[Variant], limits: Limits, *, seed: int | None = None
) -> dict[Variant, Compiled]:
    return {
        variant: compile_poster(poster, params, canvas=variant.canvas, locale=variant.locale, limits=limits, seed=seed)
        for variant in variants
    }


def _jobs(
    compiled: Mapping[Variant, Compiled], targets: Mapping[Variant, Path], variations: int | None
) -> Iterator[tuple[Compiled, Path]]:
    for variant, path in targets.items():
        if variations is None:
            yield compiled[variant], path
            continue
        for number in range(variations):
            again = compiled[variant].with_seed(compiled[variant].conditions.seed + number)
            yield again, path.with_name(f"{path.stem}-v{number + 1}{path.suffix}")


def _with_conditions(compiled: Compiled, path: Path, seed: int | None, limits: Limits) -> Compiled:
    conditions: Conditions = loads(read_source(path).text)
    if problem := misfit(conditions.generation, limits):
        hint = f"`layoutgen compile {compiled.document.file} --renderer {limits.name} --json` makes those for it"
        raise PosterError(Diagnostic("LG424", f"the conditions are for {problem}", hint=hint, file=str(path)))
    if seed is not None:
        conditions = conditions.model_copy(update={"seed": seed})
    return Compiled(compiled.poster, compiled.document, compiled.layout, conditions, compiled.warnings)
