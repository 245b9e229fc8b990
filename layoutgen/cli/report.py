"""`layoutgen report`: one page about one picture."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import RecordFile
from layoutgen.cli.output import announce, beside_record, diagnosed


def register(app: typer.Typer) -> None:
    app.command()(report)


@diagnosed
def report(
    record: RecordFile,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="PATH", help="The page.")] = None,
) -> int:
    """Write the report page of a picture.

    The picture, what it should say, what was read, every attempt: one self-contained file.

    Example: layoutgen report sale.record.json -o sale.html
    """
    from layoutgen.base.files import write_atomically
    from layoutgen.record import read_record
    from layoutgen.report.page import report_page

    path = output or beside_record(record, ".html")
    write_atomically(path, report_page(read_record(record), record.parent).encode())
    announce(f"wrote {path}")
    return 0
