"""`layoutgen approve`: marks made on the proof sheet, written down."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import CampaignFolder, Json
from layoutgen.cli.output import announce, diagnosed, emit


def register(app: typer.Typer) -> None:
    app.command()(approve)


@diagnosed
def approve(
    folder: CampaignFolder,
    marks: Annotated[Path, typer.Argument(metavar="MARKS", help="The file that the proof sheet exported.")],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Name of the person who looked at them.")],
    as_json: Json = False,
) -> int:
    """Write down the marks made on the proof sheet.

    Each is bound to the bytes of its picture.

    Example: layoutgen approve out/ marks.json --by Ada
    """
    from layoutgen.campaign.approvals import approve as write_approvals
    from layoutgen.campaign.approvals import read_marks

    approvals = write_approvals(folder, read_marks(marks), by)
    approved = sum(one.mark == "approved" for one in approvals)
    rejected = len(approvals) - approved
    announce(f"{approved} approved, {rejected} rejected, by {by}")
    if as_json:
        emit({"approved": approved, "rejected": rejected, "by": by})
    return 0
