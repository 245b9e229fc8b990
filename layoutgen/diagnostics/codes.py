"""What every code means: TOML files by stage; `explain`, the codes page and a test read them.

    [LG204]
    title = "unknown name"                       # as short as possible
    explain = "Why it happens and what to do, in plain words."
    run = "check a.poster"                       # the command that shows it, in a folder with `files`
    fixed = '''…'''                              # optional: a.poster put right; the same command shows no code then
    [LG204.files]
    "a.poster" = '''…'''

A file value that starts with `base64:` is bytes, with `repeat:N:` its rest N times; one leading line break is dropped.
`run` is one command line of `layoutgen` without the first word.
"""

from __future__ import annotations

import base64
import shlex
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Code:
    code: str
    title: str
    explain: str
    run: str
    files: dict[str, str]
    fixed: str | None = None

    @property
    def arguments(self) -> list[str]:
        """`run` as the command line's arguments."""
        return shlex.split(self.run)


@cache
def codes() -> dict[str, Code]:
    """Every code by its name, in order."""
    result: dict[str, Code] = {}
    for entry in sorted(files("layoutgen.diagnostics").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            for name, fields in tomllib.loads(entry.read_text("utf-8")).items():
                result[name] = Code(name, **fields)
    return dict(sorted(result.items()))


def content(written: str) -> bytes:
    """The bytes of one of a code's files."""
    if written.startswith("base64:"):
        return base64.b64decode(written[7:])
    if written.startswith("repeat:"):
        _, times, text = written.split(":", 2)
        return (text * int(times)).encode()
    return written.removeprefix("\n").encode()


def codes_page() -> str:
    """docs/codes.md: every code with what it means and a file that shows it."""
    parts = ["# What the messages mean\n", "`layoutgen explain CODE` shows the same. Every example here is run by a test.\n"]
    stage = ""
    for entry in codes().values():
        if entry.code[:3] != stage:
            stage = entry.code[:3]
            parts.append(f"## {stage}xx: {STAGES[stage]}\n")
        parts.append(f"### {entry.code}: {entry.title}\n\n{entry.explain.strip()}\n\nShown by `layoutgen {entry.run}`")
        shown = [(name, text.strip("\n")) for name, text in entry.files.items() if _fits(text)]
        parts[-1] += (" with:" if shown else ".") + "\n"
        parts += [f"`{name}`\n```\n{text}\n```\n" for name, text in shown]
        if entry.fixed:
            parts.append(f"Put right:\n```\n{entry.fixed.strip(chr(10))}\n```\n")
    return "\n".join(parts)


STAGES = {
    "LG0": "design hints",
    "LG1": "how it is written",
    "LG2": "what it means",
    "LG3": "where things go",
    "LG4": "what a renderer can take",
    "LG5": "rendering",
    "LG6": "checking",
    "LG7": "data",
    "LG8": "campaigns",
    "LG9": "outside the poster",
}


def _fits(text: str) -> bool:
    return bool(text) and not text.startswith(("base64:", "repeat:")) and len(text) < 1500
