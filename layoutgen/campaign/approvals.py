"""Marks made on the proof sheet → `approvals.jsonl`: who approved which picture, bound to the sha256 of its bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from layoutgen.base.files import file_digest
from layoutgen.base.model import FrozenModel
from layoutgen.campaign.folder import locked, needed_settings, now, read_entries
from layoutgen.campaign.manifest import LineFile
from layoutgen.campaign.model import APPROVALS, ManifestEntry
from layoutgen.diagnostics import Diagnostic, PosterError


class ApprovalMark(FrozenModel):
    image: str
    """Path below the campaign's folder."""
    sha256: str
    """Of the picture that was looked at."""
    mark: Literal["approved", "rejected"]
    note: str = ""


class MarksFile(FrozenModel):
    """What the proof sheet exports."""

    version: Literal[1]
    marks: tuple[ApprovalMark, ...] = Field(min_length=1)


class Approval(FrozenModel):
    """One line of `approvals.jsonl`. The last line about a picture counts."""

    image: str
    sha256: str
    mark: Literal["approved", "rejected"]
    by: str
    at: str
    """Time, ISO 8601, UTC."""
    note: str = ""


def read_marks(path: Path) -> MarksFile:
    """LG901 no such file, LG834 what is not a file of marks."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        hint = "the proof sheet exports it: open index.html, mark pictures, and press Export"
        raise PosterError(Diagnostic("LG901", f"`{path}` cannot be opened: {error.strerror}", hint=hint)) from None
    try:
        return MarksFile.model_validate_json(raw)
    except ValidationError as error:
        item = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in item["loc"]) or "the file"
        hint = "export it again from the proof sheet"
        message = f"this is not a file of marks: {place}: {item['msg'].lower()}"
        raise PosterError(Diagnostic("LG834", message, hint=hint, file=str(path))) from None


def approve(folder: Path, marks: MarksFile, by: str) -> tuple[Approval, ...]:
    """Write down every mark, or none. LG835 with all marks on pictures that are not there any more, or are others now."""
    needed_settings(folder)
    if not by.strip():
        raise PosterError(Diagnostic("LG959", "nobody is named", hint="say who approves: --by NAME"))
    with locked(folder):
        entries = {entry.image: entry for entry in read_entries(folder).values() if entry.image}
        wrong = [problem for mark in marks.marks if (problem := _problem(folder, mark, entries)) is not None]
        if wrong:
            raise PosterError(wrong)
        at, lines = now(), LineFile(folder / APPROVALS)
        approvals = tuple(Approval(**mark.model_dump(), by=by.strip(), at=at) for mark in marks.marks)
        try:
            # In one go: either all of them are there or none.
            encoded = [json.dumps(one.model_dump(mode="json"), ensure_ascii=False) + "\n" for one in approvals]
            lines.add("".join(encoded).encode())
        finally:
            lines.close()
    return approvals


def _problem(folder: Path, mark: ApprovalMark, entries: Mapping[str, ManifestEntry]) -> Diagnostic | None:
    hint = "look at the proof sheet again, and mark what is there now"
    entry = entries.get(mark.image)
    if entry is None:
        return Diagnostic("LG835", f"`{mark.image}` is not a picture of this campaign any more", hint=hint, file=mark.image)
    if mark.sha256 != entry.sha256 or file_digest(folder / mark.image) != entry.sha256:
        return Diagnostic(
            "LG835", f"`{mark.image}` is another picture than the one that was marked", hint=hint, file=mark.image
        )
    return None


def read_approvals(folder: Path) -> dict[str, Approval]:
    """The last approval of each picture, by the sha256 of its bytes. Damaged lines do not count."""
    approvals: dict[str, Approval] = {}
    try:
        lines = (folder / APPROVALS).read_bytes().split(b"\n")
    except OSError:
        return {}
    for line in lines:
        try:
            approval = Approval.model_validate_json(line)
        except ValidationError:
            continue
        approvals[approval.sha256] = approval
    return approvals
