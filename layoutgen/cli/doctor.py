"""`layoutgen doctor`: does every part work on this machine? Each is really tried."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from typing import Any

import typer

from layoutgen.cli.options import Json
from layoutgen.cli.output import diagnosed, emit
from layoutgen.diagnostics import PosterError


def register(app: typer.Typer) -> None:
    app.command()(doctor)


@diagnosed
def doctor(as_json: Json = False) -> int:
    """See whether everything works on this machine.

    Example: layoutgen doctor
    Example: layoutgen doctor --json
    """
    findings = examine()
    if as_json:
        emit({"ok": all(item["ok"] for item in findings), "findings": findings})
    else:
        for item in findings:
            print(f"{'ok  ' if item['ok'] else 'FAIL'}  {item['what']:<12} {item['detail']}")
    return 0 if all(item["ok"] for item in findings) else 4


def examine() -> list[dict[str, Any]]:
    """One finding a part: `what`, `ok`, `detail`."""
    return [
        {
            "what": "python",
            "ok": True,
            "detail": f"{platform.python_version()} on {platform.machine()}, {os.cpu_count()} cores",
        },
        _shaping(),
        _fonts(),
        *_renderers(),
        *_of_renderers(),
        _reader(),
        _tesseract(),
        _accelerator(),
    ]


def _shaping() -> dict[str, Any]:
    from PIL import __version__, features

    ok = bool(features.check("raqm"))
    detail = f"Pillow {__version__} " + ("with raqm" if ok else "without raqm: Arabic and other joined scripts cannot be set")
    return {"what": "shaping", "ok": ok, "detail": detail}


def _fonts() -> dict[str, Any]:
    from layoutgen.typeset import faces

    families = [face.family for face in faces()]
    return {"what": "fonts", "ok": bool(families), "detail": f"{len(families)} families"}


def _renderers() -> list[dict[str, Any]]:
    from layoutgen.renderers import renderers

    return [
        {
            "what": one.name,
            "ok": one.available or one.name != "draft",
            "detail": "can run here" if one.available else one.reason,
        }
        for one in renderers()
    ]


def _of_renderers() -> Iterator[dict[str, Any]]:
    """What renderers have to say about this machine themselves. One that cannot be imported is reported above."""
    from layoutgen.renderers import plugins

    for plugin in plugins():
        yield from map(dict, plugin.findings())


def _reader() -> dict[str, Any]:
    """Set one line, and read it."""
    from PIL import Image

    from layoutgen.base.style import Lettering
    from layoutgen.check import open_reader
    from layoutgen.typeset import set_text
    from layoutgen.typeset.draw import draw

    words = "WORDS 2026"
    picture = Image.new("RGB", (480, 120), "#ffffff")
    draw(picture, set_text(words, Lettering(), 64, (10, 10, 460, 100), locale="en"), color="#000000")
    try:
        reader = open_reader()
        read = " ".join(line.text for line in reader.find(picture))
    except PosterError as error:
        return {"what": "reader", "ok": False, "detail": error.diagnostics[0].message}
    ok = read.replace(" ", "") == words.replace(" ", "")
    return {"what": "reader", "ok": ok, "detail": f"{reader.name} read `{read}`" + ("" if ok else f" instead of `{words}`")}


def _tesseract() -> dict[str, Any]:
    """The second reader. Nobody needs it who writes in scripts that the first one knows."""
    from layoutgen.check.tesseract import TesseractReader, installed_languages

    languages = tuple(sorted(installed_languages() - {"osd"}))
    if not languages:
        detail = "not installed: doubtful letters are not read a second time, and some scripts are not checked"
    else:
        detail = TesseractReader(languages).name
    return {"what": "tesseract", "ok": True, "detail": detail}


def _accelerator() -> dict[str, Any]:
    try:
        import torch
    except ImportError as error:
        return {"what": "torch", "ok": False, "detail": f"cannot be imported: {error}"}
    if torch.cuda.is_available():
        free, total = torch.cuda.mem_get_info()
        detail = f"{torch.__version__}, {torch.cuda.get_device_name()}, {free / 2**30:.1f} of {total / 2**30:.1f} GiB free"
    else:
        detail = f"{torch.__version__}, no CUDA device"
    return {"what": "torch", "ok": True, "detail": detail}
