"""The nouns of a campaign: its spec, one job, one line of the manifest, the summary at the end."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from layoutgen.base.model import FrozenModel
from layoutgen.language.params.numbers import NumberStyle

FAILED, RETIRED, ART, SHEET = ".failed", ".retired", ".art", ".sheet"
"""Folders in the output folder: pictures that did not pass, outdated ones, what was generated, what the proof sheet shows."""
MANIFEST, APPROVALS, LOG, PAGE, SETTINGS = "manifest.jsonl", "approvals.jsonl", "log.jsonl", "index.html", "campaign.json"


StopReason = Literal["", "gpu-seconds", "deadline", "failures", "interrupted"]
"""What ended a run before its jobs were done; empty: nothing did."""
Digest = Literal["poster", "settings", "files"]
DIGESTS: tuple[Digest, Digest, Digest] = ("poster", "settings", "files")
"""What the key of a job is made of; the manifest has a digest of each as `parts`."""


class CampaignSpec(FrozenModel):
    """All that decides what a campaign makes, besides its poster and its rows."""

    renderer: str
    options: dict[str, Any] = {}
    """What the renderer is opened with."""
    identity: dict[str, Any] = {}
    """The renderer's versions and weights."""
    canvases: tuple[str, ...]
    locales: tuple[str, ...]
    naming: str
    """The template of file names."""
    key: str | None = None
    """The column that names rows."""
    seed_by: str = "job"
    numbers: NumberStyle = "plain"
    sheet: bool = False
    """Whether whole numbers may be meant as text: `layoutgen.campaign.data.table.Table.sheet`."""
    assets: str | None = None
    attempts: int | None = None
    seconds: float | None = None
    policy: str = "ladder"
    candidates: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One picture to make."""

    row: str
    """The row's key."""
    where: str
    params: Mapping[str, object]
    """As given, before they are bound."""
    params_json: str
    """The bound values, as JSON: ten thousand texts take less room than as many mappings."""
    canvas: str
    locale: str
    name: str
    """Of its picture, below the output folder, with `/`."""
    seed: int
    key: str
    art_key: str
    digests: tuple[str, str, str]
    """Of `DIGESTS`, to tell later which of them changed."""
    overlaid: bool
    """Something is composited on the art, so that other pictures may share it."""
    source: str | None = None
    """Of a family: the name of the picture that it takes as a reference."""

    @property
    def values(self) -> dict[str, Any]:
        """The bound values."""
        values: dict[str, Any] = json.loads(self.params_json)
        return values

    @property
    def place(self) -> tuple[str, str, str]:
        """What stays the same when the row's values change: row, canvas, locale."""
        return self.row, self.canvas, self.locale


class SloganResult(FrozenModel):
    """One slogan on the proof sheet: what was expected and what was read."""

    id: str
    expected: str
    read: str
    status: str
    reason: str = ""


class ManifestEntry(FrozenModel):
    """One line of the manifest: one picture that was made, or that could not be."""

    key: str
    art_key: str
    row: str
    canvas: str
    locale: str
    image: str | None
    """Path below the output folder, with `/`; None when nothing could be drawn."""
    sha256: str | None
    bytes: int | None = None
    record: str | None
    status: str
    """`passed`, `typeset`, `unchecked` or `failed`."""
    passed: bool
    attempts: int
    seconds: float
    gpu_seconds: float = 0.0
    name: str
    """The path that it has, or would have had it passed."""
    seed: int
    retries: int = 0
    """How often its seed was moved on by `--retry-failed`."""
    params: dict[str, Any] = {}
    parts: dict[str, str] = {}
    words: tuple[SloganResult, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why it did not pass."""
    actions: tuple[str, ...] = ()
    """What was done, attempt by attempt."""
    art: Literal["made", "kept"] = "made"
    """Whether its art was generated for it, or for another picture before."""
    width: int = 1
    """How many jobs the planner worked on side by side."""
    size: tuple[int, int] = (0, 0)
    """Pixels of the canvas."""
    finished: str = ""
    """Time of day, ISO 8601, UTC."""

    @property
    def place(self) -> tuple[str, str, str]:
        return self.row, self.canvas, self.locale


class Failure(FrozenModel):
    """A job that did not pass, in the summary."""

    row: str
    canvas: str
    locale: str
    name: str
    image: str | None
    reasons: tuple[str, ...]


class Summary(FrozenModel):
    """How a run ended, for programs. Fields may be added; these keep their names and meaning."""

    version: Literal[1] = 1
    ok: bool
    """Everything there is to make is there, and passed."""
    folder: str
    jobs: int
    done_before: int
    """Jobs that an earlier run had finished, and that were left alone."""
    made: int
    """Jobs of this run."""
    passed: int
    """Of all jobs, those whose picture passed."""
    failed: int
    left: int
    """Jobs that were to be done and were not."""
    skipped: int = 0
    """Jobs of rows that were not selected, and that have no picture."""
    retired: int
    attempts: int
    """Of this run."""
    seconds: float
    """Wall time of this run."""
    gpu_seconds: float
    stopped: StopReason
    data_changed: bool
    """The data file is not any more what was read at the beginning."""
    failures: tuple[Failure, ...] = ()
    manifest: str
    sheet: str | None = None

    @property
    def exit_code(self) -> int:
        """0 all passed, 3 some did not, 5 stopped by a budget and to be resumed, 130 interrupted."""
        if self.stopped:
            return 130 if self.stopped == "interrupted" else 5
        return 0 if self.ok else 3
