"""`layoutgen`: the commands. Machine output goes to stdout as one JSON document, everything else to stderr.

Exit codes: 0 good, 1 the poster or its data has errors, 2 wrong usage, 3 words not right, 4 something outside,
5 stopped by a budget and to be resumed.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layoutgen.cli import campaign, completion, explain, fmt, help, list, preview, records, lsp, new
from layoutgen.cli.options import Canvases, Json, Locales, Loras, Memory, Model, Output, Params, Revision, Set, SettingsFile, Variant, announce, diagnosed, emit, output_path, poster_and_params, renderer_options, show, variants
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from layoutgen.check.model import Verdict

app = typer.Typer(
    name="layoutgen",
    help="Posters as text: layout, slogans and objects for GLM-Image, checked by OCR until the words are right.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

PosterFile = Annotated[Path, typer.Argument(metavar="FILE", help="A .poster file.")]
Renderer = Annotated[
    str,
    typer.Option("--renderer", metavar="R", help="auto, draft, mini or glm.", autocompletion=completion.renderers),
]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="Chance's number; the same seed gives the same picture.")]


@app.command()
@diagnosed
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help=".poster or .kit files.")], as_json: Json = False
) -> int:
    """Look for mistakes and weak design, without rendering.

    Hints are what a good art director would say. They change no exit code, and `// layoutgen: allow LG002` above a
    statement keeps what is meant that way.

    Example: layoutgen check sale.poster
    Example: layoutgen check sale.poster menu.poster --json
    """
    from layoutgen.cli.check import check_file

    found: list[Diagnostic] = []
    for file in files:
        found += check_file(file)
    ok = not any(item.severity == "error" for item in found)
    if as_json:
        emit({"ok": ok, "diagnostics": [item.to_json() for item in found]})
    else:
        show(found)
        if ok:
            announce(f"{', '.join(map(str, files))}: no mistakes found{_beside(found)}")
    return PosterError(found).exit_code if not ok else 0


def _beside(found: list[Diagnostic]) -> str:
    """What there is besides mistakes: `, but see the warning and 2 hints; …`."""
    counts = {kind: sum(item.severity == kind for item in found) for kind in ("warning", "hint")}
    told = [f"the {kind}" if count == 1 else f"{count} {kind}s" for kind, count in counts.items() if count]
    return f", but see {' and '.join(told)}; `layoutgen explain {found[0].code}` tells more" if told else ""


@app.command("compile")
@diagnosed
def compile_(
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    renderer: Renderer = "auto",
    seed: Seed = None,
    as_json: Json = False,
) -> int:
    """Show the conditions that a renderer would be given.

    Example: layoutgen compile sale.poster
    Example: layoutgen compile sale.poster --canvas story --locale de --json
    """
    from layoutgen.cli.render import compile_variants
    from layoutgen.conditions import to_json
    from layoutgen.renderers import limits_of

    poster, given = poster_and_params(file, params)
    compiles = partial(compile_variants, poster, given, variants(poster, canvas, locale), seed=seed)
    compiled = compiles(limits_of(renderer, compiles))
    show([*poster.warnings, *(item for one in compiled.values() for item in one.warnings)])
    documents = [to_json(one.conditions) for one in compiled.values()]
    if as_json:
        emit({"results": documents} if "all" in (canvas, locale) else documents[0])
    else:
        for one in compiled.values():
            size = one.conditions.canvas
            announce(f"{size.name} {size.width}x{size.height}, {one.conditions.locale}")
            print(one.conditions.prompt + "\n")
    return 0


preview.register(app)
new.register(app)
fmt.register(app)


@app.command()
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
    from layoutgen.cli.render import render_all

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


@app.command()
@diagnosed
def verify(
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="Any picture.")],
    file: PosterFile,
    params: Params = None,
    canvas: Canvases = None,
    locale: Locales = None,
    detector: Annotated[
        str | None, typer.Option("--detector", metavar="ID|FOLDER", help="A model that looks for the objects, too.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Judge whether any picture says what the poster says.

    Example: layoutgen verify photo.jpg sale.poster
    Example: layoutgen verify photo.jpg sale.poster -p price=9.99 --canvas story --json
    """
    from layoutgen.api import open_flat
    from layoutgen.check import open_detector
    from layoutgen.check import verify as judge
    from layoutgen.cli.render import verdict_lines
    from layoutgen.conditions import DRAFT
    from layoutgen.pipeline import compile_poster

    poster, given = poster_and_params(file, params)
    picture, looking = open_flat(image), open_detector(detector)
    verdicts: dict[Variant, Verdict] = {}
    for variant in variants(poster, canvas, locale):
        compiled = compile_poster(poster, given, canvas=variant.canvas, locale=variant.locale, limits=DRAFT)
        verdicts[variant] = judge(picture, compiled.conditions, composited=False, detector=looking)[1]
    if as_json:
        documents = [json.loads(verdict.model_dump_json()) for verdict in verdicts.values()]
        emit({"results": documents} if "all" in (canvas, locale) else documents[0])
    else:
        for verdict in verdicts.values():
            print("\n".join(verdict_lines(verdict)))
    return 0 if all(verdict.passed for verdict in verdicts.values()) else 3


@app.command()
@diagnosed
def doctor(as_json: Json = False) -> int:
    """See whether everything works on this machine.

    Example: layoutgen doctor
    Example: layoutgen doctor --json
    """
    from layoutgen.cli.doctor import examine

    findings = examine()
    if as_json:
        emit({"ok": all(item["ok"] for item in findings), "findings": findings})
    else:
        for item in findings:
            print(f"{'ok  ' if item['ok'] else 'FAIL'}  {item['what']:<12} {item['detail']}")
    return 0 if all(item["ok"] for item in findings) else 4


records.register(app)
campaign.register(app)
lsp.register(app)
list.register(app)
explain.register(app)
help.arrange(app)


def main() -> None:
    """The entry point of the console script."""
    # Preparing sixteen commands that are not asked for takes a twentieth of a short command.
    asked = [info for info in app.registered_commands if [help.name_of(info)] == sys.argv[1:2]]
    command: Callable[[], object] = app
    if asked:
        single = copy(app)
        single.registered_commands = asked
        command = typer.main.get_group(single)
    try:
        command()
    except SystemExit as end:
        _leave(end)
        raise


def _leave(end: SystemExit) -> None:
    """End the process at once, as mypy does: taking its modules apart takes another twentieth.

    Returns when there is more to end than this thread, or output that cannot be written.
    """
    if "torch" in sys.modules or threading.active_count() > 1 or not isinstance(end.code, int | None):
        return
    atexit._run_exitfuncs()
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(end.code or 0)
