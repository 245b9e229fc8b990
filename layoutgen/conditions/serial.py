"""Conditions as JSON: the design's fields first and in its order, then the rest; and back again."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from layoutgen.conditions.model import Conditions, Glyph
from layoutgen.conditions.prompt.quotes import inside_quotes, quoted_strings
from layoutgen.diagnostics import Collector, Diagnostic, PosterError

FIRST = (
    "version", "canvas", "locale", "generation", "prompt", "glyphs", "objects", "overlays", "forbidden", "references", "seed",
)  # fmt: skip


def to_json(conditions: Conditions) -> dict[str, Any]:
    """Plain JSON values, keys in a fixed order."""
    fields = conditions.model_dump(mode="json")
    return {name: fields[name] for name in (*FIRST, *(name for name in fields if name not in FIRST))}


def dumps(conditions: Conditions) -> str:
    """The JSON text, one document with a final newline."""
    return json.dumps(to_json(conditions), ensure_ascii=False, indent=2) + "\n"


def from_json(value: object, *, file: str = "") -> Conditions:
    """Conditions that someone may have edited.

    Raises `PosterError`: LG420 when the shape is wrong, LG421 for another version, LG422 when the prompt does not quote
    the texts of `glyphs`, LG423 when boxes or byte offsets do not fit.
    """
    if isinstance(value, dict) and value.get("version", 1) != 1:
        version = value["version"]
        raise PosterError(
            Diagnostic(
                "LG421", f"these conditions are of version {version!r}", hint="this layoutgen reads version 1", file=file
            )
        )
    try:
        conditions = Conditions.model_validate(value)
    except ValidationError as error:
        raise PosterError(
            Diagnostic("LG420", _message(_path(item["loc"]), item["type"], item["msg"]), hint=_hint(item["type"]), file=file)
            for item in error.errors(include_url=False, include_context=False, include_input=False)
        ) from None
    collector = Collector()
    _check_words(conditions, collector, file)
    for number, glyph in enumerate(conditions.glyphs):
        _check_offsets(glyph, f"glyphs[{number}]", collector, file)
    _check_boxes(conditions, collector, file)
    collector.stop()
    return conditions


def loads(text: str | bytes, *, file: str = "") -> Conditions:
    """`from_json` of JSON text; LG420 also when it is not JSON."""
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PosterError(
            Diagnostic(
                "LG420", f"this is not JSON: {error}", hint="`layoutgen compile FILE --json` writes conditions", file=file
            )
        ) from None
    return from_json(value, file=file)


def _check_words(conditions: Conditions, collector: Collector, file: str) -> None:
    expected = [inside_quotes(glyph.text) for glyph in conditions.glyphs]
    quoted = [inside_quotes(text) for text in quoted_strings(conditions.prompt)]
    if expected == quoted:
        return
    differs = next(
        (n for n, (a, b) in enumerate(zip(expected, quoted, strict=False)) if a != b), min(len(expected), len(quoted))
    )
    has = f"`{quoted[differs]}`" if differs < len(quoted) else "nothing more"
    wants = f"`{expected[differs]}`" if differs < len(expected) else "nothing more"
    collector.error(
        "LG422",
        None,
        f"the prompt has {has} in quotes where `glyphs` has {wants}",
        hint="the prompt quotes the texts of `glyphs`, all of them, in order, and nothing else",
        file=file,
    )


def _check_offsets(glyph: Glyph, path: str, collector: Collector, file: str) -> None:
    encoded = glyph.text.encode()
    for character in glyph.characters:
        part = encoded[character.start : character.end]
        good = 0 <= character.start < character.end <= len(encoded) and 0 <= character.line < max(1, len(glyph.lines))
        try:
            part.decode()
        except UnicodeDecodeError:
            good = False
        if not good:
            message = f"`{path}.characters` does not fit the text of `{glyph.id}`: bytes {character.start} to {character.end}"
            hint = "a changed text needs new lines and characters; change the poster and compile it again"
            collector.error("LG423", None, message, hint=hint, file=file)
            return


def _check_boxes(conditions: Conditions, collector: Collector, file: str) -> None:
    canvas, generation = conditions.canvas, conditions.generation
    left, top, width, height = generation.crop
    if min(left, top) < 0 or min(width, height) < 1 or left + width > generation.width or top + height > generation.height:
        collector.error("LG423", None, "`generation.crop` does not lie inside the generated picture", file=file)
    boxes = [("glyphs", item.id, item.box) for item in conditions.glyphs]
    boxes += [("objects", item.id, item.box) for item in conditions.objects]
    boxes += [("overlays", item.id, item.box) for item in conditions.overlays]
    for kind, name, (left, top, width, height) in boxes:
        if width < 1 or height < 1 or left >= canvas.width or top >= canvas.height or left + width <= 0 or top + height <= 0:
            collector.error("LG423", None, f"the box of `{name}` in `{kind}` does not lie on the canvas", file=file)


def _path(location: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return text.lstrip(".") or "the document"


def _message(path: str, kind: str, message: str) -> str:
    if kind == "missing":
        return f"`{path}` is missing"
    if kind == "extra_forbidden":
        return f"`{path}` is not a field of conditions"
    return f"`{path}` is wrong: {message[:1].lower()}{message[1:]}"


def _hint(kind: str) -> str:
    return "`layoutgen compile FILE --json` shows the right shape" if kind != "extra_forbidden" else "is the key misspelt?"
