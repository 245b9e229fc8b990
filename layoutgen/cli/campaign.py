"""`layoutgen campaign`: one poster for many rows."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layoutgen.cli import completion
from layoutgen.cli.options import (
    Assets,
    Attempts,
    Candidates,
    Encoding,
    Json,
    Loras,
    Memory,
    Model,
    Numbers,
    Policy,
    PosterFile,
    Query,
    Renderer,
    Revision,
    Seconds,
    Set,
    SettingsFile,
    Sheet,
)
from layoutgen.cli.output import announce, diagnosed, emit, number_style, renderer_options, show

if TYPE_CHECKING:
    from layoutgen.campaign.campaign import Campaign
    from layoutgen.campaign.model import StopReason, Summary
    from layoutgen.campaign.run import Run

MOST_FAILURES = 10
"""Failed pictures that are named."""


def register(app: typer.Typer) -> None:
    app.command()(campaign)


@diagnosed
def campaign(
    file: PosterFile,
    data: Annotated[
        str,
        typer.Option("--data", metavar="ROWS", help="CSV, JSON, JSONL, Excel or SQLite file, or - for standard input."),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="OUT", help="The folder; by default named after the poster.")
    ] = None,
    key: Annotated[
        str | None, typer.Option("--key", metavar="COLUMN", help="The column whose cells identify the rows.")
    ] = None,
    canvas: Annotated[
        str | None,
        typer.Option(
            "--canvas", metavar="NAME,…|all", help="The canvases; by default the first.", autocompletion=completion.canvases
        ),
    ] = None,
    locale: Annotated[
        str | None,
        typer.Option(
            "--locale", metavar="L,…|all", help="The languages; by default the first.", autocompletion=completion.locales
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="TEMPLATE", help="Names of files: '{{ row.sku }}-{{ canvas }}-{{ locale }}.png'."),
    ] = None,
    numbers: Numbers = None,
    assets: Assets = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    query: Query = None,
    only: Annotated[str | None, typer.Option("--only", metavar="KEY,…", help="Work on the rows with these keys only.")] = None,
    where: Annotated[
        str | None, typer.Option("--where", metavar="COND", help="Work on matching rows only: 'price < 5'.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Work on the first N rows only.")] = None,
    seed_by: Annotated[
        str, typer.Option("--seed-by", metavar="job|poster|COLUMN", help="Which pictures share a random seed.")
    ] = "job",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="Draw a contact sheet of drafts, and nothing else.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed pictures again, with other seeds.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Work in N processes on this machine.")
    ] = None,
    ray: Annotated[
        str | None, typer.Option("--ray", metavar="ADDRESS", help="Work on a Ray cluster: auto, HOST:PORT, or local.")
    ] = None,
    max_gpu_seconds: Annotated[
        float | None,
        typer.Option("--max-gpu-seconds", metavar="S", min=0, help="Stop before using more GPU seconds than this."),
    ] = None,
    deadline: Annotated[
        str | None, typer.Option("--deadline", metavar="HH:MM", help="Start no picture that would end after this time.")
    ] = None,
    stop_after_failures: Annotated[
        str | None,
        typer.Option("--stop-after-failures", metavar="2%|N", help="Stop when this share or number of pictures has failed."),
    ] = None,
    renderer: Renderer = "auto",
    attempts: Attempts = None,
    seconds: Seconds = None,
    policy: Policy = "ladder",
    candidates: Candidates = None,
    model: Model = None,
    revision: Revision = None,
    lora: Loras = None,
    memory: Memory = None,
    settings: SettingsFile = None,
    set_: Set = None,
    as_json: Json = False,
) -> int:
    """Make one poster for many rows of data.

    A folder of pictures, `manifest.jsonl`, and the proof sheet `index.html`. A run that was stopped continues where it was.

    Exit code 0: all passed; 3: some did not; 5: stopped by a budget; run it again to continue.

    Example: layoutgen campaign sale.poster --data rows.csv --key sku -o out/
    Example: layoutgen campaign sale.poster --data rows.csv --dry-run
    Example: layoutgen campaign sale.poster --data rows.csv --preview -o out/
    """
    from layoutgen.campaign.campaign import Campaign

    style = number_style(numbers)
    folder = output or Path(file.stem)
    options = renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_)
    with Campaign(
        file,
        data,
        key=key,
        canvas=canvas,
        locale=locale,
        name=name,
        numbers=style,
        assets=assets,
        encoding=encoding,
        sheet=sheet,
        query=query,
        only_rows=None if only is None else [one.strip() for one in only.split(",") if one.strip()],
        where=where,
        limit=limit,
        seed_by=seed_by,
        renderer=renderer,
        attempts=attempts,
        seconds=seconds,
        policy=policy,
        candidates=candidates,
        **options,
    ) as opened:
        show(opened.notes)
        if opened.choice.automatic:
            announce(f"renderer: {opened.choice.name}")
        if preview:
            return _preview(opened, folder, as_json)
        if dry_run:
            return _dry_run(opened, folder, retry_failed, as_json)
        run = opened.run(
            folder,
            workers=workers,
            ray=ray,
            retry_failed=retry_failed,
            max_gpu_seconds=max_gpu_seconds,
            deadline=deadline,
            stop_after_failures=stop_after_failures,
            announce=announce,
            terminal=sys.stderr.isatty(),
        )
        return _finish(run, as_json)


def _finish(run: Run, as_json: bool) -> int:
    try:
        summary = run.summary()
    except KeyboardInterrupt:
        summary = run.so_far()
    show(run.trouble)
    if as_json:
        emit(summary.model_dump(mode="json"))
    _print_summary(summary)
    return summary.exit_code


_STOPPED: Mapping[StopReason, str] = {
    "gpu-seconds": "stopped: the GPU seconds are used up",
    "deadline": "stopped: the deadline has come",
    "failures": "stopped: too many pictures failed",
    "interrupted": "interrupted",
}


def stop_message(stopped: StopReason, left: int) -> str:
    """Why a run ended before its jobs did, and what is left to do."""
    pictures = "1 picture is" if left == 1 else f"{left} pictures are"
    return f"{_STOPPED[stopped]}; {pictures} left: run the campaign again to continue"


def _print_summary(summary: Summary) -> None:
    before = f", {summary.done_before} done before" if summary.done_before else ""
    retired = f", {summary.retired} outdated moved to .retired" if summary.retired else ""
    announce(f"{summary.made} of {summary.jobs} made{before}{retired}: {summary.passed} passed, {summary.failed} failed")
    for item in summary.failures[:MOST_FAILURES]:
        announce(f"  failed    {item.name}: {' '.join(item.reasons[:2])}")
    if len(summary.failures) > MOST_FAILURES:
        announce(f"  … and {summary.failed - MOST_FAILURES} more")
    if summary.failed:
        announce("  --retry-failed tries these again, with other seeds")
    if summary.stopped:
        announce(stop_message(summary.stopped, summary.left))
    if summary.data_changed:
        announce("note: the data changed while this run was under way; its pictures are of the rows as they were: run it again")
    announce(f"proof sheet: {summary.sheet}")


def _dry_run(opened: Campaign, folder: Path, retry_failed: bool, as_json: bool) -> int:
    from layoutgen.campaign.progress import spell

    plan = opened.plan(folder, retry_failed=retry_failed)
    guess = opened.estimate(folder, retry_failed=retry_failed)
    if as_json:
        emit(
            {
                "version": 1,
                "jobs": len(plan.jobs),
                "done": {"passed": plan.passed, "failed": plan.failed},
                "to_do": len(plan.orders),
                "skipped": plan.skipped,
                "stale": [
                    {"name": item.entry.name, "row": item.entry.row, "why": item.why, "made_anew": item.remade}
                    for item in plan.stale
                ],
                "estimate": guess.model_dump(mode="json"),
            }
        )
        return 0
    print(f"{len(plan.jobs)} jobs: {plan.passed} passed already, {plan.failed} failed, {len(plan.orders)} to do")
    for why, count in plan.reasons().items():
        print(f"  {count} stale: {why}")
    if guess.shared:
        print(f"  {guess.shared} take the art of another")
    if guess.seconds is None:
        print(f"how long: {guess.basis}")
    else:
        print(f"about {spell(guess.seconds)} of one worker, {guess.gpu_seconds:g} GPU seconds (from {guess.basis})")
    return 0


def _preview(opened: Campaign, folder: Path, as_json: bool) -> int:
    pages = [str(path) for path in opened.preview(folder)]
    if as_json:
        emit({"pages": pages})
    for path in pages:
        announce(f"wrote {path}")
    return 0
