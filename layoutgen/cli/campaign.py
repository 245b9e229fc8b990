"""`layoutgen campaign`, `approve` and `publish`: one poster for many rows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from layoutgen.cli import completion
from layoutgen.cli.options import (
    Assets,
    Encoding,
    Json,
    Loras,
    Memory,
    Model,
    Query,
    Renderer,
    Revision,
    Set,
    SettingsFile,
    Sheet,
)
from layoutgen.cli.output import announce, diagnosed, emit, renderer_options, show
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from layoutgen.campaign import Campaign, Run, Summary

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a campaign.")]
MOST_TOLD = 10
STYLES = ("plain", "en", "de")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (campaign, approve, publish):
        app.command()(diagnosed(command))


def campaign(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .poster file.")],
    data: Annotated[
        str, typer.Option("--data", metavar="ROWS", help="CSV, JSON, JSONL, Excel, SQLite, or - for standard input.")
    ],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="OUT", help="The folder.")] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="COLUMN", help="The column that names a row for good.")] = None,
    canvas: Annotated[
        str | None,
        typer.Option("--canvas", metavar="NAME,…|all", help="Without it the first.", autocompletion=completion.canvases),
    ] = None,
    locale: Annotated[
        str | None, typer.Option("--locale", metavar="L,…|all", help="Without it the first.", autocompletion=completion.locales)
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEMPLATE", help="Of files: '{{ row.sku }}-{{ canvas }}-{{ locale }}.png'.")
    ] = None,
    numbers: Annotated[str, typer.Option("--numbers", metavar="en|de|plain", help="How the data writes numbers.")] = "plain",
    assets: Assets = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    query: Query = None,
    only: Annotated[str | None, typer.Option("--only", metavar="KEY,…", help="Work on these rows alone.")] = None,
    where: Annotated[str | None, typer.Option("--where", metavar="COND", help="Work on rows like 'price < 5' alone.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", metavar="N", min=1, help="Work on the first N of them.")] = None,
    seed_by: Annotated[str, typer.Option("--seed-by", metavar="job|poster|COLUMN", help="What shares a seed.")] = "job",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    preview: Annotated[bool, typer.Option("--preview", help="A contact sheet of drafts, and nothing else.")] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed ones again, with other seeds.")] = False,
    workers: Annotated[int | None, typer.Option("--workers", metavar="N", min=1, help="Processes of this machine.")] = None,
    ray: Annotated[
        str | None, typer.Option("--ray", metavar="ADDRESS", help="Work on a Ray cluster: auto, HOST:PORT, or local.")
    ] = None,
    max_gpu_seconds: Annotated[float | None, typer.Option("--max-gpu-seconds", metavar="S", min=0)] = None,
    deadline: Annotated[
        str | None, typer.Option("--deadline", metavar="HH:MM", help="Begin nothing that ends after it.")
    ] = None,
    stop_after_failures: Annotated[str | None, typer.Option("--stop-after-failures", metavar="2%|N")] = None,
    renderer: Renderer = "auto",
    attempts: Annotated[int | None, typer.Option("--attempts", metavar="N", min=1, help="At most, of each picture.")] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", metavar="S", min=0, help="At most, of each picture.")] = None,
    policy: Annotated[str, typer.Option("--policy", metavar="P", help="ladder, naive, or package:function.")] = "ladder",
    candidates: Annotated[int | None, typer.Option("--candidates", metavar="N", min=1, max=64)] = None,
    model: Model = None,
    revision: Revision = None,
    lora: Loras = None,
    memory: Memory = None,
    settings: SettingsFile = None,
    set_: Set = None,
    as_json: Json = False,
) -> int:
    """Make one poster for many rows of data.

    A folder of pictures, `manifest.jsonl`, and the proof sheet `index.html`. What was stopped goes on where it was.

    Exit code 0: all passed; 3: some did not; 5: stopped by a budget, run it again to go on.

    Example: layoutgen campaign sale.poster --data rows.csv --key sku -o out/
    Example: layoutgen campaign sale.poster --data rows.csv --dry-run
    Example: layoutgen campaign sale.poster --data rows.csv --preview -o out/
    """
    from layoutgen.campaign import Campaign

    if numbers not in STYLES:
        hint = f"it takes one of {', '.join(STYLES)}"
        raise PosterError(Diagnostic("LG959", f"`--numbers {numbers}` is no number style", hint=hint))
    folder = output or Path(file.stem)
    options = renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_)
    with Campaign(
        file,
        data,
        key=key,
        canvas=canvas,
        locale=locale,
        name=name,
        numbers=numbers,  # type: ignore[arg-type]
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
    ) as found:
        show(found.notes)
        if found.choice.automatic:
            announce(f"renderer: {found.choice.name}")
        if preview:
            return _preview(found, folder, as_json)
        if dry_run:
            return _dry_run(found, folder, retry_failed, as_json)
        run = found.run(
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
    _tell(summary)
    return summary.exit_code


def _tell(summary: Summary) -> None:
    before = f", {summary.done_before} done before" if summary.done_before else ""
    retired = f", {summary.retired} outdated moved to .retired" if summary.retired else ""
    announce(f"{summary.made} of {summary.jobs} made{before}{retired}: {summary.passed} passed, {summary.failed} failed")
    for item in summary.failures[:MOST_TOLD]:
        announce(f"  failed    {item.name}: {' '.join(item.reasons[:2])}")
    if len(summary.failures) > MOST_TOLD:
        announce(f"  … and {summary.failed - MOST_TOLD} more")
    if summary.failed:
        announce("  --retry-failed tries these again, with other seeds")
    if summary.stopped:
        why = {"gpu-seconds": "the GPU seconds are spent", "deadline": "of the deadline", "failures": "too many failed"}
        announce(f"stopped, as {why.get(summary.stopped, 'it was interrupted')}: {summary.left} left; run it again to go on")
    if summary.data_changed:
        announce("note: the data changed while this run was under way; its pictures are of the rows as they were: run it again")
    announce(f"proof sheet: {summary.sheet}")


def _dry_run(found: Campaign, folder: Path, retry_failed: bool, as_json: bool) -> int:
    from layoutgen.campaign.progress import spell

    plan = found.plan(folder, retry_failed=retry_failed)
    guess = found.estimate(folder, retry_failed=retry_failed)
    if as_json:
        emit(
            {
                "version": 1,
                "jobs": len(plan.jobs),
                "done": {"passed": plan.passed, "failed": plan.failed},
                "to_do": len(plan.orders),
                "skipped": plan.skipped,
                "stale": [
                    {"name": item.entry.name, "row": item.entry.row, "why": item.why, "made_anew": item.back}
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


def _preview(found: Campaign, folder: Path, as_json: bool) -> int:
    written = [str(path) for path in found.preview(folder)]
    if as_json:
        emit({"pages": written})
    for path in written:
        announce(f"wrote {path}")
    return 0


def approve(
    folder: Folder,
    marks: Annotated[Path, typer.Argument(metavar="MARKS", help="The file that the proof sheet exported.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who looked at them.")],
    as_json: Json = False,
) -> int:
    """Write down the marks made on the proof sheet.

    Each is bound to the bytes of its picture.

    Example: layoutgen approve out/ marks.json --by Ada
    """
    from layoutgen.campaign import approve as write_down
    from layoutgen.campaign import read_marks

    made = write_down(folder, read_marks(marks), by)
    count = sum(one.mark == "approved" for one in made)
    announce(f"{count} approved, {len(made) - count} rejected, by {by}")
    if as_json:
        emit({"approved": count, "rejected": len(made) - count, "by": by})
    return 0


def publish(
    folder: Folder,
    target: Annotated[Path, typer.Argument(metavar="DEST", help="Where the pictures go.")],
    require: Annotated[
        str, typer.Option("--require", metavar="passed,approved", help="What every picture must be.")
    ] = "passed",
    data: Annotated[
        str | None, typer.Option("--data", metavar="ROWS", help="The rows as they are now; without it, the campaign's file.")
    ] = None,
    partly: Annotated[bool, typer.Option("--partly", help="Copy those that are right, although others are not.")] = False,
    as_json: Json = False,
) -> int:
    """Check all pictures once more, and copy all of them, or none.

    They are compared with the rows as they are now.

    Exit code 3: some are not what they should be, and the list of them.

    Example: layoutgen publish out/ ../site --require passed,approved --data fresh.csv
    """
    from layoutgen.campaign import publish as send

    wanted = [word.strip() for word in require.split(",") if word.strip()]
    result = send(folder, target, require=wanted, data=data, partly=partly)
    if as_json:
        emit(result.model_dump(mode="json"))
    for item in result.mismatches:
        announce(f"  {item.name}: {item.reason}")
    for name in result.withdrawn:
        announce(f"  taken away: {name}")
    announce(f"{result.checked} checked, {len(result.copied)} published, {len(result.mismatches)} not right")
    return 0 if result.ok else 3
