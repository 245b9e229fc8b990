"""`layoutgen publish`: the pictures of a campaign, checked once more, copied to where they are shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from layoutgen.cli.options import CampaignFolder, Json
from layoutgen.cli.output import announce, diagnosed, emit


def register(app: typer.Typer) -> None:
    app.command()(publish)


@diagnosed
def publish(
    folder: CampaignFolder,
    target: Annotated[Path, typer.Argument(metavar="DEST", help="Where the pictures go.")],
    require: Annotated[
        str, typer.Option("--require", metavar="passed,approved", help="What every picture must be.")
    ] = "passed",
    data: Annotated[
        str | None, typer.Option("--data", metavar="ROWS", help="The rows as they are now; by default the campaign's file.")
    ] = None,
    partly: Annotated[bool, typer.Option("--partly", help="Copy the pictures that are right even if others are not.")] = False,
    as_json: Json = False,
) -> int:
    """Check all pictures once more, and copy all of them, or none.

    They are compared with the rows as they are now.

    Exit code 3: some are not what they should be, and the list of them.

    Example: layoutgen publish out/ ../site --require passed,approved --data fresh.csv
    """
    from layoutgen.campaign.publish import publish as copy_pictures

    requirements = [word.strip() for word in require.split(",") if word.strip()]
    result = copy_pictures(folder, target, require=requirements, data=data, partly=partly)
    if as_json:
        emit(result.model_dump(mode="json"))
    for item in result.mismatches:
        announce(f"  {item.name}: {item.reason}")
    for name in result.withdrawn:
        announce(f"  taken away: {name}")
    announce(f"{result.checked} checked, {len(result.copied)} published, {len(result.mismatches)} not right")
    return 0 if result.ok else 3
