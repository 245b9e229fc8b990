"""A result for people and as JSON: what `render`, `redo` and `verify` print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from layoutgen.check.model import ObjectVerdict, Verdict
    from layoutgen.record import Record


def result_json(record: Record, image: Path, record_path: Path) -> dict[str, Any]:
    return {
        "passed": record.passed,
        "status": record.status,
        "image": str(image),
        "record": str(record_path),
        "renderer": record.renderer["name"],
        "seconds": record.seconds,
        "attempts": [
            {
                "action": one.action,
                "seed": one.seed,
                "seconds": one.seconds,
                "verdict": json.loads(one.verdict.model_dump_json()),
            }
            for one in record.attempts
        ],
        "verdict": json.loads(record.verdict.model_dump_json()),
    }


def verdict_lines(verdict: Verdict, *, only_trouble: bool = False) -> list[str]:
    """A verdict for people: one line a slogan."""
    lines = [] if only_trouble else [f"{verdict.status} (score {verdict.score:.2f})"]
    for item in verdict.slogans:
        if only_trouble and item.passed and not item.reason:
            continue
        reason = f": {item.reason}" if item.reason else ""
        lines.append(f"  {item.status:<9} {item.id:<20} `{_short(item.expected)}`{reason}")
    lines += [f"  extra     {'':<20} `{_short(item.text)}` was not asked for" for item in verdict.extra]
    lines += [
        f"  {'passed' if item.passed else 'failed':<9} {item.id:<20} QR code"
        for item in verdict.codes
        if not (only_trouble and item.passed)
    ]
    lines += [
        f"  {_word(item):<9} {item.id:<20} object{_remark(item)}"
        for item in verdict.objects
        if not (only_trouble and item.passed)
    ]
    lines += [
        f"  failed    {item.id:<20} panel: {item.reason}" for item in verdict.colors if item.part == "panel" and not item.passed
    ]
    return lines + [f"  note      {text}" for text in verdict.warnings]


def _word(item: ObjectVerdict) -> str:
    return "failed" if not item.passed else "unchecked" if item.status == "unchecked" else "passed"


def _remark(item: ObjectVerdict) -> str:
    remark = item.reason or (f"drawn as `{item.drawn_as}`" if item.drawn_as else "")
    return f": {remark}" if remark else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else line[:47] + "…"
