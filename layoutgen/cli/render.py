"""`layoutgen render`: one renderer for all variants, results as JSON-able dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from layoutgen.check.aesthetics import open_aesthetics
from layoutgen.check.model import Verdict
from layoutgen.cli.options import (
    Canvases,
    Json,
    Locales,
    Loras,
    Memory,
    Model,
    Output,
    Params,
    PosterFile,
    Renderer,
    Revision,
    Seed,
    Set,
    SettingsFile,
)
from layoutgen.cli.output import (
    Variant,
    announce,
    diagnosed,
    emit,
    output_path,
    poster_and_params,
    renderer_options,
    show,
    variants,
)
from layoutgen.conditions import Conditions, Limits, loads
from layoutgen.conditions.limits import misfit
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.pipeline import Compiled, compile_poster, make
from layoutgen.record import Record, plain_options
from layoutgen.record.save import FORMATS, save_result
from layoutgen.renderers import open_renderer, resolve
from layoutgen.retry import open_policy
from layoutgen.syntax import read_source

if TYPE_CHECKING:
    from layoutgen.document import Poster


def register(app: typer.Typer) -> None:
    app.command()(render)


@diagnosed
def render(
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    output: Output = None,
    renderer: Renderer = "auto",
    seed: Seed = None,
    attempts: Annotated[int | None, typer.Option("--attempts", metavar="N", min=1, help="At most so many attempts.")] = None,
    seconds: Annotated[
        float | None, typer.Option("--seconds", metavar="S", min=0, help="Begin no attempt after so many seconds.")
    ] = None,
    policy: Annotated[
        str,
        typer.Option("--policy", metavar="P", help="What to try next: ladder, naive, or package:function of your own."),
    ] = "ladder",
    candidates: Annotated[
        int | None, typer.Option("--candidates", metavar="N", min=1, max=64, help="Plan so many at a time, and draw the best.")
    ] = None,
    variations: Annotated[
        int | None,
        typer.Option("--variations", metavar="N", min=1, max=64, help="So many pictures to choose from, in a folder."),
    ] = None,
    model: Model = None,
    revision: Revision = None,
    lora: Loras = None,
    memory: Memory = None,
    settings: SettingsFile = None,
    set_: Set = None,
    conditions: Annotated[
        Path | None, typer.Option("--conditions", metavar="C.json", help="Render these edited conditions.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Make the picture, and keep it only if its words are right.

    Example: layoutgen render sale.poster -p price=9.99 -o sale.png
    Example: layoutgen render sale.poster --canvas all --locale all -o out
    Example: layoutgen render sale.poster --variations 4 -o drafts
    """
    poster, given = poster_and_params(file, params)
    several = "all" in (canvas, locale)
    path = output or (Path(file.stem) if several or variations else Path(f"{file.stem}.png"))
    if variations and not several and path.suffix:
        hint = "name a folder: -o drafts"
        raise PosterError(Diagnostic("LG692", f"{variations} pictures cannot all be called `{path}`", hint=hint))
    chosen = variants(poster, canvas, locale)
    if variations and not several:
        targets = dict.fromkeys(chosen, path / f"{file.stem}.png")
    else:
        targets = {variant: output_path(path, file, variant, several) for variant in chosen}
    results = render_all(
        poster,
        given,
        targets,
        renderer=renderer,
        options=renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_),
        seed=seed,
        attempts=attempts,
        seconds=seconds,
        policy=policy,
        candidates=candidates,
        edited=conditions,
        variations=variations,
    )
    if as_json:
        emit({"results": results} if several or variations else results[0])
    return 0 if all(result["passed"] for result in results) else 3


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

    With `variations`, so many pictures of each, NAME-v1.png and so on, their seeds counted up from the first.
    """
    for path in targets.values():
        check_format(path)
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
            made = make(one, opened, **bounds, policy=chooser, aesthetics=open_aesthetics(), chosen=choice.reason)
            record = made.record.model_copy(update={"options": plain_options(options)})
            image, record_path = save_result(made.picture, record, path, made.evidence)
            results.append(result_json(record, image, record_path))
            announce(
                "\n".join([f"wrote {image}: {made.record.status}", *verdict_lines(made.record.verdict, only_trouble=True)])
            )
            if not made.record.passed:
                announce(f"  stopped: {made.record.stopped}")
            if made.problem is not None:
                raise made.problem
    return results


def compile_variants(
    poster: Poster, params: Mapping[str, object], variants: Iterable[Variant], limits: Limits, *, seed: int | None = None
) -> dict[Variant, Compiled]:
    return {
        variant: compile_poster(poster, params, canvas=variant.canvas, locale=variant.locale, limits=limits, seed=seed)
        for variant in variants
    }


def check_format(path: Path) -> None:
    """LG958 for a name whose end is of no picture format."""
    if path.suffix.lower() not in FORMATS:
        hint = f"end the name with one of {', '.join(FORMATS)}"
        raise PosterError(Diagnostic("LG958", f"pictures cannot be written as `{path.name}`", hint=hint))


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


def result_json(record: Record, image: Path, record_path: Path) -> dict[str, Any]:
    return {
        "passed": record.passed,
        "status": record.status,
        "image": str(image),
        "record": str(record_path),
        "renderer": record.renderer["name"],
        "seconds": record.seconds,
        "attempts": [
            {
                "action": one.action,
                "seed": one.seed,
                "seconds": one.seconds,
                "verdict": json.loads(one.verdict.model_dump_json()),
            }
            for one in record.attempts
        ],
        "verdict": json.loads(record.verdict.model_dump_json()),
    }


def verdict_lines(verdict: Verdict, *, only_trouble: bool = False) -> list[str]:
    """A verdict for people: one line a slogan."""
    lines = [] if only_trouble else [f"{verdict.status} (score {verdict.score:.2f})"]
    for item in verdict.slogans:
        if only_trouble and item.passed and not item.reason:
            continue
        said = f": {item.reason}" if item.reason else ""
        lines.append(f"  {item.status:<9} {item.id:<20} `{_short(item.expected)}`{said}")
    lines += [f"  extra     {'':<20} `{_short(item.text)}` was not asked for" for item in verdict.extra]
    lines += [
        f"  {'passed' if item.passed else 'failed':<9} {item.id:<20} QR code"
        for item in verdict.codes
        if not (only_trouble and item.passed)
    ]
    lines += [
        f"  {'passed' if item.passed else 'failed':<9} {item.id:<20} object{': ' if item.reason else ''}{item.reason}"
        for item in verdict.objects
        if not (only_trouble and item.passed)
    ]
    return lines + [f"  note      {text}" for text in verdict.warnings]


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else line[:47] + "…"
