"""Names of output files: a template in the language's own strings, safe on every file system, no two alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from layoutgen.base.picture_formats import SUFFIXES, format_of
from layoutgen.diagnostics import Collector, Diagnostic, PosterError, Source, Span
from layoutgen.language.strings.templates import CompiledString, check_names, compile_string
from layoutgen.language.values import ListItem, printed
from layoutgen.syntax.nodes import Text

LONGEST_PART = 150
"""Bytes of one part of a path; what is written beside a picture has longer names."""
LONGEST_PATH = 240
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\s]+')
KNOWN = ("row", "key", "canvas", "locale", "poster")


@dataclass(frozen=True, eq=False)
class Naming:
    """How pictures are named."""

    template: str
    compiled: CompiledString
    formats: Mapping[str, str]
    """By canvas: the suffix that the poster asks for, or nothing."""


def default_template(canvases: int, locales: int) -> str:
    """The key, then whatever tells pictures of one row apart."""
    return "{{ key }}" + "-{{ canvas }}" * (canvases > 1) + "-{{ locale }}" * (locales > 1)


def read_naming(template: str, columns: Iterable[str], formats: Mapping[str, str]) -> Naming:
    """A template such as `{{ row.sku }}-{{ canvas }}-{{ locale }}.png`. PosterError for what is wrong in it; LG822."""
    source = Source("--name", f'"{template}"')
    collector = Collector()
    compiled = compile_string(Text(Span(source, 0, len(source.text)), template), collector)
    if compiled is not None:
        fields = frozenset(columns)
        check_names(compiled, {name: fields if name == "row" else None for name in KNOWN}, collector)
    collector.stop()
    assert compiled is not None
    suffix = PurePosixPath("x" + template.rpartition("}}")[2]).suffix.lower()
    for canvas, requested in formats.items():
        if suffix and suffix not in SUFFIXES:
            hint = f"end it with one of {', '.join(SUFFIXES)}, or leave the end to the poster"
            raise PosterError(Diagnostic("LG822", f"pictures cannot be written as `{suffix}`", hint=hint, file="--name"))
        if suffix and requested and format_of(suffix) != format_of(requested):
            message = f"the canvas `{canvas}` asks for `{requested}`, and the name ends in `{suffix}`"
            raise PosterError(Diagnostic("LG822", message, hint="leave the end of the name to the poster", file="--name"))
    return Naming(template, compiled, dict(formats))


def name_of(naming: Naming, cells: Mapping[str, object], *, key: str, canvas: str, locale: str, poster: str, where: str) -> str:
    """The path of one picture below the output folder, with `/`. LG821 for a name that no file may have everywhere.

    In values, whatever has a meaning to some file system becomes `_`; only the template itself can name folders.
    """
    values = {
        "row": ListItem({name: None if value is None else _safe(value) for name, value in cells.items()}),
        "key": _safe(key),
        "canvas": canvas,
        "locale": locale,
        "poster": _safe(poster),
    }
    try:
        written = unicodedata.normalize("NFC", naming.compiled.evaluate(values, locale)).strip()
    except PosterError as error:
        raise PosterError(Diagnostic(item.code, item.message, item.span, item.label, item.hint, data=where)
                          for item in error.diagnostics) from None  # fmt: skip
    suffix = PurePosixPath(written).suffix.lower()
    path = PurePosixPath(written if suffix in SUFFIXES else written + (naming.formats.get(canvas) or ".png"))
    if problem := _problem(path):
        hint = f"choose other columns for the name: --name '{default_template(2, 1)}'"
        raise PosterError(Diagnostic("LG821", f"`{path}` cannot be the name of a picture: {problem}", hint=hint, data=where))
    return path.as_posix()


def _safe(value: object) -> str:
    """A value as a part of a name: no separators, no white space, nothing that is not seen, such as marks of direction."""
    try:
        text = printed(value)
    except ValueError:  # a flag, a list: no words of the language, but one here
        text = str(value)
    visible = "".join(mark for mark in text if unicodedata.category(mark) not in ("Cf", "Cs", "Co", "Cn"))
    return _UNSAFE.sub("_", visible.strip()).strip("_") or "_"


def _problem(path: PurePosixPath) -> str:
    from pathvalidate import ValidationError, validate_filename

    if path.is_absolute() or not path.stem.strip("_"):
        return "it names no file inside the folder" if path.is_absolute() else "nothing of it is left"
    if len(path.as_posix()) > LONGEST_PATH:
        return f"it has more than {LONGEST_PATH} characters"
    for part in path.parts:
        if part.startswith("."):
            return "names that begin with a dot are hidden"
        try:
            validate_filename(part, platform="universal", max_len=LONGEST_PART)
        except ValidationError as error:
            return _PROBLEMS.get(error.reason.name, str(error.description or error.reason.description)).rstrip(".")
        if len(part.encode()) > LONGEST_PART:
            return f"it is longer than {LONGEST_PART} bytes"
    return ""


_PROBLEMS = {
    "RESERVED_NAME": "Windows keeps this name for a device",
    "INVALID_CHARACTER": "it has a character that some file system cannot take",
    "INVALID_LENGTH": f"it is longer than {LONGEST_PART} characters",
}


def no_two_alike(names: Iterable[tuple[str, str]]) -> None:
    """`(name, where)` of all pictures. LG820 for those that some file system takes for one, or whose records would be one."""
    first: dict[str, tuple[str, str]] = {}
    wrong = []
    for name, where in names:
        plain = unicodedata.normalize("NFKC", name.rpartition(".")[0]).casefold()
        if plain in first:
            other, place = first[plain]
            message = f"`{name}` would be the name of two pictures; the other one is of {place}"
            if other != name:
                message = f"`{name}` and `{other}` are the same name on some systems; the other one is of {place}"
            hint = "tell them apart in the name: --name '{{ key }}-{{ canvas }}-{{ locale }}'"
            wrong.append(Diagnostic("LG820", message, hint=hint, data=where))
        else:
            first[plain] = (name, where)
    if wrong:
        raise PosterError(wrong)
