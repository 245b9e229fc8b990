"""The proof sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from layoutgen.campaign.folder import Settings
from layoutgen.campaign.model import Entry


def write_sheet(folder: Path, entries: Sequence[Entry], settings: Settings, *, total: int) -> None: ...
