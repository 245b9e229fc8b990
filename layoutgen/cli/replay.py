"""`layoutgen replay`: the same picture made again, and compared with the first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import Json, Loras, Memory, Model, RecordFile, Revision, Set, SettingsFile
from layoutgen.cli.output import announce, diagnosed, emit, renderer_options, show


def register(app: typer.Typer) -> None:
    app.command()(replay)


@diagnosed
def replay(
    record: RecordFile,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="Write the picture to this file.")
    ] = None,
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
    from layoutgen.base.picture_formats import encode
    from layoutgen.loop.replay import replay as render_again
    from layoutgen.record import read_record

    options = renderer_options(model=model, revision=revision, lora=lora, memory=memory, settings=settings, set=set_)
    result = render_again(read_record(record), record.parent, options=options)
    if output is not None:
        write_atomically(output, encode(result.picture, output.suffix))
        announce(f"wrote {output}")
    announce("the same picture, pixel for pixel" if result.equal else "not the same picture")
    if as_json:
        emit(
            {
                "equal": result.equal,
                "expected": result.expected,
                "pixels": result.pixels,
                "image": str(output) if output else None,
                "reasons": [item.to_json() for item in result.reasons],
            }
        )
    else:
        show(result.reasons)
    return 0 if result.equal else 3
