"""`layoutgen replay`, `redo` and `report`: what can be done with the record of a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import Json, Loras, Memory, Model, Params, Revision, Set, SettingsFile
from layoutgen.cli.output import announce, diagnosed, emit, param_values, renderer_options, show

RecordFile = Annotated[Path, typer.Argument(metavar="RECORD", help="The NAME.record.json beside a picture.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (redo, replay, report):
        app.command()(diagnosed(command))


def redo(
    record: RecordFile,
    only: Annotated[
        str, typer.Option("--only", metavar="NAME,…", help="The regions, slogans, objects or pictures to make again.")
    ],
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The new picture.")] = None,
    params: Params = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="Chance's number for the new parts.")] = None,
    attempts: Annotated[int | None, typer.Option("--attempts", metavar="N", min=1, help="At most so many attempts.")] = None,
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
    from layoutgen.cli.render import check_format, result_json, verdict_lines
    from layoutgen.diagnostics import Diagnostic, PosterError
    from layoutgen.loop.redo import redo as make_again
    from layoutgen.record import read_record
    from layoutgen.record.save import save_result, sibling

    found = read_record(record)
    suffix = Path(found.image or "a.png").suffix
    path = output or record.with_name(record.name.removesuffix(".record.json") + f"-redo{suffix}")
    check_format(path)
    kept = record.parent / (found.image or "")
    if any(one.resolve() == kept.resolve() for one in (path, sibling(path, "failed"))) or (
        path.with_name(f"{path.stem}.record.json").resolve() == record.resolve()
    ):
        message, hint = f"`{path}` is the picture that would be made from", "give the new one another name: -o NAME.png"
        raise PosterError(Diagnostic("LG691", message, hint=hint))
    made = make_again(
        found,
        record.parent,
        [name.strip() for name in only.split(",") if name.strip()],
        params=param_values(params),
        seed=seed,
        attempts=attempts,
        options=renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_),
    )
    image, record_path = save_result(made.picture, made.record, path, made.evidence)
    announce("\n".join([f"wrote {image}: {made.record.status}", *verdict_lines(made.record.verdict, only_trouble=True)]))
    if image.suffix.lower() != ".png":
        announce(f"note: {image.suffix} files do not keep pixels exactly; .png does")
    if as_json:
        lineage = made.record.origin
        emit({**result_json(made.record, image, record_path), "from": lineage.model_dump(mode="json") if lineage else None})
    return 0 if made.record.passed else 3


def replay(
    record: RecordFile,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="Keep the picture.")] = None,
    model: Model = None,
    revision: Revision = None,
    lora: Loras = None,
    memory: Memory = None,
    settings: SettingsFile = None,
    set_: Set = None,
    as_json: Json = False,
) -> int:
    """Make the same picture again, and compare every pixel.

    Exit code 0: equal, 3: not equal, and why; 4: it cannot be made here, and why.

    Example: layoutgen replay sale.record.json
    """
    from layoutgen.base.files import write_atomically
    from layoutgen.loop.replay import replay as make_again
    from layoutgen.record import read_record
    from layoutgen.record.save import encode

    found = read_record(record)
    options = renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_)
    made = make_again(found, record.parent, options=options)
    if output is not None:
        write_atomically(output, encode(made.picture, output.suffix))
        announce(f"wrote {output}")
    announce("the same picture, pixel for pixel" if made.equal else "not the same picture")
    if as_json:
        emit(
            {
                "equal": made.equal,
                "expected": made.expected,
                "pixels": made.pixels,
                "image": str(output) if output else None,
                "reasons": [item.to_json() for item in made.reasons],
            }
        )
    else:
        show(made.reasons)
    return 0 if made.equal else 3


def report(
    record: RecordFile,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The page.")] = None,
) -> int:
    """Write the proof page of a picture.

    The picture, what it should say, what was read, every attempt: one file, nothing to load.

    Example: layoutgen report sale.record.json -o sale.html
    """
    from layoutgen.base.files import write_atomically
    from layoutgen.record import read_record
    from layoutgen.report import report_page

    path = output or record.with_name(record.name.removesuffix(".record.json") + ".html")
    write_atomically(path, report_page(read_record(record), record.parent).encode())
    announce(f"wrote {path}")
    return 0
