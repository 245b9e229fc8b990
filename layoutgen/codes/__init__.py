"""What every code means: one TOML file a stage, `LG1.toml` … `LG9.toml`; `explain`, the codes page and a test read them.

    [LG204]
    title = "unknown name"                       # as short as possible
    explain = "Why it happens and what to do, in plain words."
    run = "check a.poster"                       # the command that shows it, in a folder with `files`
    fixed = '''…'''                              # optional: a.poster put right; the same command shows no code then
    [LG204.files]
    "a.poster" = '''…'''

A file value that starts with `base64:` is bytes, with `repeat:N:` its rest N times; one leading line break is dropped. `run` is one command line of `layoutgen` without the first word.
"""

from __future__ import annotations

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


@cache
def codes() -> dict[str, Code]:
    """Every code by its name, in order."""
    found: dict[str, Code] = {}
    for entry in sorted(files(__name__).iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml"):
            for name, fields in tomllib.loads(entry.read_text("utf-8")).items():
                found[name] = Code(name, **fields)
    return dict(sorted(found.items()))


def content(written: str) -> bytes:
    """The bytes of one of a code's files."""
    import base64

    if written.startswith("base64:"):
        return base64.b64decode(written[7:])
    if written.startswith("repeat:"):
        _, times, text = written.split(":", 2)
        return (text * int(times)).encode()
    return written.removeprefix("\n").encode()
