"""`layoutgen redo`: the same picture, with some of its parts made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import Attempts, Json, Loras, Memory, Model, Params, RecordFile, Revision, Set, SettingsFile
from layoutgen.cli.output import announce, beside_record, diagnosed, emit, param_values, renderer_options


def register(app: typer.Typer) -> None:
    app.command()(redo)


@diagnosed
def redo(
    record: RecordFile,
    only: Annotated[
        str, typer.Option("--only", metavar="NAME,…", help="The regions, slogans, objects or pictures to make again.")
    ],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The new picture.")] = None,
    params: Params = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="Random seed for the new parts.")] = None,
    attempts: Attempts = None,
    model: Model = None,
    revision: Revision = None,
    lora: Loras = None,
    memory: Memory = None,
    settings: SettingsFile = None,
    set_: Set = None,
    as_json: Json = False,
) -> int:
    """Make only some parts of a picture again.

    Everything else keeps its pixels.

    Example: layoutgen redo sale.record.json --only header -o sale-2.png
    Example: layoutgen redo sale.record.json --only header -p headline="LAST DAYS"
    """
    from layoutgen.base.picture_formats import format_of
    from layoutgen.cli.result_text import result_json, verdict_lines
    from layoutgen.diagnostics import Diagnostic, PosterError
    from layoutgen.loop.redo import redo as redo_parts
    from layoutgen.record import read_record
    from layoutgen.record.save import save_result, sibling

    older = read_record(record)
    path = output or beside_record(record, f"-redo{Path(older.image or 'a.png').suffix}")
    picture_format = format_of(path.suffix, path.name)
    original = record.parent / (older.image or "")
    if any(one.resolve() == original.resolve() for one in (path, sibling(path, "failed"))) or (
        path.with_name(f"{path.stem}.record.json").resolve() == record.resolve()
    ):
        message, hint = f"`{path}` is the picture that would be made from", "give the new one another name: -o NAME.png"
        raise PosterError(Diagnostic("LG691", message, hint=hint))
    result = redo_parts(
        older,
        record.parent,
        [name.strip() for name in only.split(",") if name.strip()],
        params=param_values(params),
        seed=seed,
        attempts=attempts,
        options=renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_),
    )
    image, record_path = save_result(result.image, result.record, path, result.evidence)
    announce("\n".join([f"wrote {image}: {result.record.status}", *verdict_lines(result.record.verdict, only_trouble=True)]))
    if not picture_format.lossless:
        announce(f"note: {image.suffix} files do not keep pixels exactly; .png does")
    if as_json:
        lineage = result.record.origin
        origin = lineage.model_dump(mode="json") if lineage else None
        emit({**result_json(result.record, image, record_path), "from": origin})
    if result.problem is not None:
        raise result.problem
    return 0 if result.record.passed else 3
