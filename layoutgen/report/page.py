"""A record and the pictures beside it → one page that needs nothing else."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.base.model import Box
from layoutgen.base.templates import environment
from layoutgen.check.model import SloganVerdict
from layoutgen.conditions import to_json
from layoutgen.conditions.model import Conditions
from layoutgen.diagnostics import PosterError
from layoutgen.loop.patch import kept_picture
from layoutgen.record import Attempt, Record, fingerprint

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup
    from PIL.Image import Image

LARGEST = 1600
"""Pixels of the long side of the picture in the page."""
THUMBNAIL = 240


def report_page(record: Record, folder: Path) -> str:
    """The page, as HTML. `folder`: where the record lies. Pictures that are gone are named as missing."""
    picture, problem = _final(record, folder)
    attempts = [_attempt(record, number, folder, picture) for number in range(len(record.attempts))]
    longest = max(attempt["seconds"] for attempt in attempts) or 1.0
    for attempt in attempts:
        attempt["share"] = round(100 * attempt["seconds"] / longest, 1)
    return _template().render(
        record=record,
        title=record.conditions.title or Path(record.poster).stem,
        canvas=record.conditions.canvas,
        attempts=attempts,
        best=record.best,
        problem=problem,
        marks=max(len(attempt["boxes"]) for attempt in attempts),
        facts=_facts(record),
        conditions=json.dumps(to_json(record.conditions), ensure_ascii=False, indent=2),
        texts=[item for item in record.files if item.text is not None],
        fingerprint=fingerprint(record),
    )


def _attempt(record: Record, number: int, folder: Path, final: Image | None) -> dict[str, Any]:
    attempt = record.attempts[number]
    picture = (final if number == record.best else None) or _attempt_picture(attempt, folder)
    slogans = [_slogan(item, place) for place, item in enumerate(attempt.verdict.slogans)]
    return {
        "number": number + 1,
        "action": attempt.action,
        "reason": attempt.reason,
        "seed": attempt.seed,
        "seconds": attempt.seconds,
        "memory": attempt.memory,
        "status": attempt.verdict.status,
        "score": attempt.verdict.score,
        "verdict": attempt.verdict,
        "slogans": slogans,
        "boxes": _boxes(record.conditions, attempt),
        "image": _data_uri(picture, LARGEST, 86) if picture else None,
        "thumbnail": _data_uri(picture, THUMBNAIL, 70) if picture else None,
    }


def _slogan(item: SloganVerdict, place: int) -> dict[str, Any]:
    expected, read = differences(item.expected, item.read)
    return {
        "place": place,
        "verdict": item,
        "expected": expected,
        "read": read,
        "counted": item.status in ("failed", "unchecked"),
        "differs": any(not segment.same for segment in (*expected, *read)),
        "looked": bool(item.read) or item.status in ("passed", "failed"),
    }


def _boxes(conditions: Conditions, attempt: Attempt) -> list[dict[str, Any]]:
    """What is drawn over the picture: slogans by their status, what was read elsewhere, objects, pictures and codes."""
    canvas = conditions.canvas
    turned = {glyph.id: glyph.rotation for glyph in conditions.glyphs}
    turned |= {overlay.id: overlay.rotation for overlay in conditions.overlays}

    def box(kind: str, name: str, where: Box, rotation: float = 0.0, place: int | None = None) -> dict[str, Any]:
        left, top, width, height = where
        return {
            "kind": kind,
            "name": name,
            "place": place,
            "style": f"left:{100 * left / canvas.width:.3f}%;top:{100 * top / canvas.height:.3f}%;"
            f"width:{100 * width / canvas.width:.3f}%;height:{100 * height / canvas.height:.3f}%"
            + (f";transform:rotate({rotation:g}deg)" if rotation else ""),
        }

    boxes = []
    for place, item in enumerate(attempt.verdict.slogans):
        boxes.append(box(item.status, item.id, item.box, turned.get(item.id, 0.0), place))
        if item.read_box is not None and item.status == "failed":
            boxes.append(box("read", f"{item.id}, as read", item.read_box, place=place))
    boxes += [box("extra", f"not asked for: {item.text}", item.box) for item in attempt.verdict.extra]
    boxes += [box("object", item.id, item.box, item.rotation) for item in conditions.objects]
    slogans = {item.id for item in attempt.verdict.slogans}
    boxes += [box("object", item.id, item.box, item.rotation) for item in conditions.overlays if item.id not in slogans]
    return boxes


def _facts(record: Record) -> list[tuple[str, list[tuple[str, str]]]]:
    """What else is known, as titled lists of names and values."""
    params = {name: value for name, value in record.params.items() if value is not None}
    colors = [
        (f"{item.id}, {item.part}", f"asked {item.asked}, measured {item.measured}, difference {item.difference:.1f}")
        for item in record.verdict.colors
    ]
    groups = [
        ("Colours (CIEDE2000)", colors),
        ("Params", [(name, _in_words(value)) for name, value in params.items()]),
        ("Renderer", [(name, _in_words(value)) for name, value in record.renderer.items()]),
        ("Opened with", [(name, _in_words(value)) for name, value in record.options.items()]),
        ("Engine", [(name, _in_words(value)) for name, value in record.attempts[record.best].settings.items()]),
        ("Files", [(item.name, f"{item.bytes:,} bytes, sha256 {item.sha256}") for item in (*record.files, *record.assets)]),
        ("Versions", list(record.versions.items())),
    ]
    if record.origin is not None:
        lineage = [("from", record.origin.picture), ("made again", ", ".join(record.origin.parts))]
        groups.insert(0, ("Made from an older picture", [*lineage, ("its record", record.origin.record)]))
    return [(title, rows) for title, rows in groups if rows]


def _in_words(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _final(record: Record, folder: Path) -> tuple[Image | None, str]:
    """The record's own picture, or why it is not shown."""
    try:
        return kept_picture(record, folder), ""
    except PosterError as error:
        return None, error.diagnostics[0].message


def _attempt_picture(attempt: Attempt, folder: Path) -> Image | None:
    """The small picture of an attempt, where it was kept and is still there."""
    from layoutgen.compositing.pictures import load_picture

    if attempt.picture is None or Path(attempt.picture).is_absolute() or ".." in Path(attempt.picture).parts:
        return None
    try:
        return load_picture(folder / attempt.picture).convert("RGB")
    except PosterError:
        return None


def _data_uri(picture: Image, side: int, quality: int) -> str:
    from layoutgen.record import small_copy

    out = io.BytesIO()
    small_copy(picture, side).save(out, "WEBP", quality=quality, method=4)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()


def _coded(message: str) -> Markup:
    """A message with what stands in backticks set as code."""
    from markupsafe import Markup, escape

    parts = message.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 and number < len(parts) - 1 else escape(part)
        for number, part in enumerate(parts)
    )


@cache
def _template() -> jinja2.Template:
    templates = environment(html=True)
    templates.filters["coded"] = _coded
    return templates.get_template("report.html.j2")


VISIBLE = {" ": "␣", "\n": "↵", "\t": "⇥", "\u00a0": "⍽", "\u200b": "∅"}
"""Stand-ins for invisible characters, where these are what differs."""


@dataclass(frozen=True)
class DiffSegment:
    """A stretch of text that is the same on both sides, or differs."""

    text: str
    same: bool


def differences(expected: str, read: str) -> tuple[tuple[DiffSegment, ...], tuple[DiffSegment, ...]]:
    """The segments of both texts: what is missing or wrong in the first is what is extra or wrong in the second.

    Compared by what a reader sees as one character; a line break counts as a space, and capitals differ from small letters.
    """
    import regex
    from rapidfuzz.distance import Levenshtein

    left, right = (regex.findall(r"\X", text) for text in (expected, read))
    sides: tuple[list[DiffSegment], list[DiffSegment]] = ([], [])
    for step in Levenshtein.opcodes([_spaced(item) for item in left], [_spaced(item) for item in right]):
        same = step.tag == "equal"
        spans = (left[step.src_start : step.src_end], right[step.dest_start : step.dest_end])
        for side, span in zip(sides, spans, strict=True):
            if span:
                side.append(DiffSegment("".join(span if same else [VISIBLE.get(item, item) for item in span]), same))
    return tuple(sides[0]), tuple(sides[1])


def _spaced(grapheme: str) -> str:
    return " " if grapheme in ("\n", "\r\n") else grapheme
