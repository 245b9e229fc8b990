"""What leaves the folder: every picture checked once more, against the rows as they are now, then copied as one."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layoutgen.base.files import file_digest, write_atomically
from layoutgen.base.model import FrozenModel
from layoutgen.base.picture_formats import decode
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.campaign.approvals import read_approvals
from layoutgen.campaign.data.select import identified
from layoutgen.campaign.data.sources import read_rows
from layoutgen.campaign.data.table import Table
from layoutgen.campaign.data.validate import bound
from layoutgen.campaign.folder import FolderSettings, locked, needed_settings, now, read_entries
from layoutgen.campaign.jobs import Compiler, compile_jobs
from layoutgen.campaign.model import Job, ManifestEntry
from layoutgen.campaign.plan import changed
from layoutgen.check import Reader, check_picture
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.document import load

REQUIREMENTS = ("passed", "approved")
PUBLISHED = ".published.json"
"""In the place where pictures are published: what was put there, so that what is outdated can be taken away again."""


class Mismatch(FrozenModel):
    """Why a picture is not published."""

    name: str
    row: str
    canvas: str
    locale: str
    reason: str


class Publication(FrozenModel):
    """How it ended. Nothing was copied where there are mismatches, unless that was allowed."""

    ok: bool
    checked: int
    copied: tuple[str, ...]
    withdrawn: tuple[str, ...]
    """Pictures that an earlier publication put there and that are not right any more."""
    mismatches: tuple[Mismatch, ...]


@dataclass(frozen=True)
class _Present:
    """The campaign as its poster and data are now."""

    compiler: Compiler
    jobs: Mapping[tuple[str, str, str], Job]


def publish(
    folder: Path,
    target: Path,
    *,
    require: Collection[str] = ("passed",),
    data: object = None,
    partly: bool = False,
    reader: Reader | None = None,
) -> Publication:
    """Check every job of the present rows, then copy its picture to `target`; what is outdated there is taken away.

    A picture must be of its row as it is now (same key), have the bytes that were recorded, be read as right once more, and
    meet `require`: `passed`, `approved`. With any mismatch nothing is copied, unless `partly`; what was published before and
    is not right any more is taken away in any case. `data`: the rows as they are now, by default the file of the campaign.
    PosterError: LG831 no campaign, LG836 what is required, LG837 where to, LG838 no data, and those of rows and posters.
    """
    settings = needed_settings(folder)
    _check_arguments(folder, target, require)
    with locked(folder):
        present = _present(folder, settings, data)
        entries, approvals = read_entries(folder), read_approvals(folder)
        good: list[ManifestEntry] = []
        wrong: list[Mismatch] = []
        for job in present.jobs.values():
            entry = entries.get(job.place)
            reason = _mismatch(folder, job, entry, require, approvals) or _reread(folder, job, entry, present, reader)
            if reason:
                wrong.append(Mismatch(name=job.name, row=job.row, canvas=job.canvas, locale=job.locale, reason=reason))
            elif entry is not None:
                good.append(entry)
        copied = _copy(folder, target, good) if good and (partly or not wrong) else ()
        withdrawn = _withdraw(target, {entry.name: entry.sha256 for entry in good}, {*copied})
    return Publication(
        ok=not wrong, checked=len(present.jobs), copied=tuple(copied), withdrawn=withdrawn, mismatches=tuple(wrong)
    )


def _check_arguments(folder: Path, target: Path, require: Collection[str]) -> None:
    for word in require:
        if word not in REQUIREMENTS:
            hint = did_you_mean(word, REQUIREMENTS) or f"it takes {listed(REQUIREMENTS)}, with a comma between them"
            raise PosterError(Diagnostic("LG836", f"nothing can be required to be `{word}`", hint=hint))
    inner, outer = target.resolve(), folder.resolve()
    if inner == outer or inner.is_relative_to(outer) or outer.is_relative_to(inner):
        hint = "name a folder of its own: layoutgen publish out/ ../site/pictures"
        raise PosterError(Diagnostic("LG837", f"`{target}` lies in the campaign's folder, or around it", hint=hint))


def _present(folder: Path, settings: FolderSettings, data: object) -> _Present:
    poster = load(folder / settings.poster)
    if data is None and settings.data is None:
        hint = "give the rows as they are now: --data fresh.csv"
        raise PosterError(Diagnostic("LG838", "the rows of this campaign came from a program, not from a file", hint=hint))
    source = folder / settings.data if data is None and settings.data is not None else data
    spec = settings.brief
    table: Table = read_rows(source, encoding=settings.encoding, sheet=settings.tab, query=settings.query)
    table = identified(table, spec.key)
    assets = None if spec.assets is None else folder / spec.assets
    spec = spec.model_copy(update={"assets": None if assets is None else str(assets), "sheet": table.sheet})
    bound(table.rows, poster, numbers=spec.numbers, assets=assets, sheet=table.sheet, keep=False)
    compiler = Compiler.of(poster, spec, table.columns)
    return _Present(compiler, {job.place: job for job in compile_jobs(poster, spec, table.rows, table.columns)})


def _mismatch(
    folder: Path, job: Job, entry: ManifestEntry | None, require: Collection[str], approvals: Mapping[str, Any]
) -> str:
    """Why the picture of an entry may not stand for a job; empty when it may."""
    if entry is None:
        return "there is no picture of it"
    if entry.key != job.key:
        return f"it is not of the present row: {changed(job, entry)}"
    if not entry.passed:
        return f"it did not pass: {'; '.join(entry.reasons[:3])}"
    if entry.image is None or file_digest(folder / entry.image) != entry.sha256:
        return "its file is missing, or was changed after it was made"
    if "approved" in require:
        approval = approvals.get(str(entry.sha256))
        if approval is None:
            return "nobody approved it"
        if approval.mark != "approved":
            return f"{approval.by} rejected it{': ' if approval.note else ''}{approval.note}"
    return ""


def _reread(folder: Path, job: Job, entry: ManifestEntry | None, present: _Present, reader: Reader | None) -> str:
    """Read the very file once more. A PDF cannot be read here; its bytes are those that were checked."""
    assert entry is not None
    assert entry.image is not None
    picture = decode((folder / entry.image).read_bytes(), Path(entry.image).suffix)
    if picture is None:
        return ""
    conditions = present.compiler.compile(dict(job.params), job.canvas, job.locale, job.seed, job.where).conditions
    verdict = check_picture(picture, conditions, reader)[1]
    return "" if verdict.passed else f"read once more, it is wrong: {'; '.join(verdict.reasons[:3])}"


def _copy(folder: Path, target: Path, entries: Collection[ManifestEntry]) -> tuple[str, ...]:
    """All pictures to a folder beside their places first, then each takes its name: a full disk changes nothing. LG902."""
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".publishing-", dir=target) as staging:
            staged: list[tuple[Path, Path]] = []
            for entry in entries:
                waiting, final = Path(staging) / entry.name, target / entry.name
                waiting.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(folder / str(entry.image), waiting)
                with waiting.open("rb+") as file:
                    os.fsync(file.fileno())
                if file_digest(waiting) != entry.sha256:
                    raise OSError(5, f"`{entry.image}` changed while it was copied")
                staged.append((waiting, final))
            for waiting, final in staged:
                final.parent.mkdir(parents=True, exist_ok=True)
                waiting.replace(final)
    except OSError as error:
        hint = "check the folder, its permissions and the free space"
        raise PosterError(Diagnostic("LG902", f"`{target}` cannot be written: {error.strerror}", hint=hint)) from error
    return tuple(entry.name for entry in entries)


def _withdraw(target: Path, good: Mapping[str, str | None], copied: Collection[str]) -> tuple[str, ...]:
    """Take away what an earlier publication put there, unchanged since, that is not one of the good ones."""
    before = dict(_published(target))
    gone = []
    for name, digest in before.items():
        if good.get(name) != digest and name not in copied and file_digest(target / name) == digest:
            (target / name).unlink(missing_ok=True)
            gone.append(name)
    pictures = {name: digest for name, digest in before.items() if name not in gone}
    pictures |= {name: str(good[name]) for name in copied}
    if pictures != before:
        content = {"version": 1, "at": now(), "pictures": dict(sorted(pictures.items()))}
        write_atomically(target / PUBLISHED, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
    return tuple(gone)


def _published(target: Path) -> Iterator[tuple[str, str]]:
    try:
        pictures = json.loads((target / PUBLISHED).read_bytes())["pictures"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    yield from ((name, digest) for name, digest in pictures.items() if isinstance(digest, str) and ".." not in Path(name).parts)
