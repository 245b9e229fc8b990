"""The project folder: every file of a poster lies in it, and nothing outside is ever read.

It is the poster's own folder, or the nearest folder above that holds a `layoutgen.toml` (which may be empty). Links
are followed before the check, so a link cannot lead out.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from layoutgen.diagnostics import Collector, Span

MARKER = "layoutgen.toml"


class Project(NamedTuple):
    root: Path
    assets: Path | None = None
    """A second folder from which a campaign's data may take pictures."""

    @classmethod
    def around(cls, folder: Path) -> Project:
        folder = folder.resolve()
        for candidate in (folder, *folder.parents):
            if (candidate / MARKER).is_file():
                return cls(candidate)
        return cls(folder)

    def holds(self, path: Path) -> bool:
        return path.is_relative_to(self.root) or (self.assets is not None and path.is_relative_to(self.assets))

    def find(
        self, written: str, beside: Path, span: Span, collector: Collector, what: str, missing: str = "LG219"
    ) -> Path | None:
        """The file that `written` names, relative to the folder `beside`; None after an error was collected."""
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", written):
            collector.error(
                "LG221", span, f"the {what} `{written}` is a web address", hint="save it in the project folder first"
            )
            return None
        if "\0" in written or not written.strip():
            collector.error(missing, span, f"the {what} has no file name")
            return None
        try:
            path = (beside / Path(written.replace("\\", "/"))).resolve()
            inside, there = self.holds(path), path.is_file()
        except (OSError, RuntimeError, ValueError):  # a name too long for the system, or a circle of links
            collector.error(missing, span, f"the {what} `{written[:60]}` cannot be found")
            return None
        if not inside:
            hint = f"copy it into the project folder, or put an empty `{MARKER}` into the folder that holds both"
            collector.error("LG221", span, f"the {what} `{written}` is outside the project folder", hint=hint)
            return None
        if not there:
            collector.error(
                missing,
                span,
                f"the {what} `{written}` does not exist",
                label=self._nearby(path),
                hint="paths are relative to the file they are written in",
            )
            return None
        return path

    def _nearby(self, path: Path) -> str:
        from layoutgen.base.suggest import did_you_mean

        if not path.parent.is_dir():
            return ""
        return did_you_mean(path.name, [entry.name for entry in path.parent.iterdir()])
