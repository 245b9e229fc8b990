"""One job, from its row to the files that are to be written: what every worker does, wherever it is."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from layoutgen.base.picture_formats import QUALITY, decode
from layoutgen.campaign.art_cache import CachingRenderer, maker_of
from layoutgen.campaign.encode import encode_export
from layoutgen.campaign.folder import now, thumbnail
from layoutgen.campaign.jobs import NOTHING, Compiler, PosterReference
from layoutgen.campaign.keys import keys_of, moved_on
from layoutgen.campaign.model import DIGESTS, FAILED, CampaignSpec, Job, ManifestEntry, SloganResult
from layoutgen.check import RapidReader, Reader, check_picture
from layoutgen.conditions.model import ReferenceCondition
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.pipeline import Compiled, make
from layoutgen.record import Record, small_copy
from layoutgen.record.result import Result
from layoutgen.record.save import metadata_of, prepare_result, small_file
from layoutgen.renderers import Renderer, open_renderer
from layoutgen.retry import RetryPolicy, open_policy

THUMBNAIL = 320
"""Pixels of the long side of the pictures on the proof sheet."""


@dataclass(frozen=True)
class Assignment:
    """A job as it goes to a worker."""

    job: Job
    retries: int = 0
    art: bytes | None = None
    """Cached art to begin with."""
    source: str | None = None
    """Of a family: the path of the passed picture that this one takes as a reference."""


@dataclass(frozen=True)
class JobOutcome:
    """What comes back: the line of the manifest, and the files to write before it, by path below the output folder."""

    entry: ManifestEntry
    files: Mapping[str, bytes]
    art: bytes | None = None
    """To be cached, where there was none."""
    trouble: tuple[Diagnostic, ...] = ()
    """What went wrong beside the words: of the renderer, the reader, the poster."""
    details: str = ""
    """A traceback, for the log."""


class JobRunner:
    """A poster, an open renderer and a reader, to do any number of jobs with. Writes nothing."""

    def __init__(
        self,
        poster_compiler: Compiler,
        renderer: Renderer,
        reader: Reader | None = None,
        policy: str | RetryPolicy | None = None,
    ) -> None:
        self._compiler = poster_compiler
        self._spec = poster_compiler.spec
        self._renderer = renderer
        self._reader = reader
        chosen = policy or self._spec.policy
        self._policy = open_policy(chosen) if isinstance(chosen, str) else chosen

    def work(self, given: Assignment) -> JobOutcome:
        """Do a job. Only KeyboardInterrupt gets out: whatever else goes wrong is the outcome."""
        try:
            return self._work(given)
        except PosterError as error:
            return failed(given, error.diagnostics)
        except Exception as error:  # a renderer of others may raise anything, and the other jobs go on
            reason = (str(error).strip().splitlines() or [""])[0]
            message = f"it ended with {type(error).__name__}{': ' if reason else ''}{reason}"
            return failed(given, (Diagnostic("LG892", message, hint=_HINT, data=given.job.where),), traceback.format_exc())

    def _work(self, given: Assignment) -> JobOutcome:
        job, spec = given.job, self._spec
        compiled = self._compiler.compile(dict(job.params), job.canvas, job.locale, job.seed, job.where)
        self._still_the_same(compiled, job)
        compiled = _with_source(compiled.with_seed(moved_on(job.seed, given.retries)), given.source)
        renderer = CachingRenderer(self._renderer, None if given.art is None or maker_of(given.art) == job.key else given.art)
        result = make(
            compiled, renderer, self._reader, attempts=spec.attempts, seconds=spec.seconds, policy=self._policy,
            chosen="campaign", options=spec.options,
        )  # fmt: skip
        if isinstance(result.problem, KeyboardInterrupt):
            raise result.problem
        return self._finished(given, compiled, result, renderer)

    def _still_the_same(self, compiled: Compiled, job: Job) -> None:
        """Row pictures count by their bytes: those that were looked at for the plan."""
        keys = keys_of(
            compiled, self._spec, self._compiler.poster.exports.get(job.canvas, NOTHING), Path(job.name).suffix.lower()
        )
        if job.source is None and keys.key != job.key:
            message = "a picture or font that it uses changed while the run was under way"
            raise PosterError(Diagnostic("LG892", message, hint="run the campaign again", data=job.where))

    def _finished(self, given: Assignment, compiled: Compiled, result: Result, renderer: CachingRenderer) -> JobOutcome:
        job = given.job
        canvas = compiled.document.canvas(job.canvas)
        export = self._compiler.poster.exports.get(job.canvas, NOTHING)
        record = result.record
        art = renderer.art(record, job.key) if job.overlaid and not renderer.kept and not given.retries else None
        trouble = result.problem.diagnostics if isinstance(result.problem, PosterError) else ()
        raw, quality = encode_export(result.image, job.name, metadata_of(record), canvas, export)
        reasons = [*record.verdict.reasons, *(item.message for item in trouble)]
        if quality < QUALITY and record.passed and (saved := decode(raw, Path(job.name).suffix)) is not None:
            # Letters that were right may not be any more, once the picture was pressed into its size.
            verdict = check_picture(saved, compiled.conditions, self._reader)[1]
            if not verdict.passed:
                record = record.model_copy(update={"verdict": verdict, "status": verdict.status, "passed": False})
                reasons = [f"With quality {quality}, which `max` asks for: {reason}" for reason in verdict.reasons]
        home = Path(job.name) if record.passed else Path(FAILED, job.name)
        prepared = prepare_result(result.image, record, home, result.evidence, raw)
        files = {path.as_posix(): content for path, content in prepared.files.items()}
        thumb = {thumbnail(job.name): small_file(small_copy(result.image, THUMBNAIL))}
        record = prepared.record
        entry = entry_of(given, canvas_size=result.image.size).model_copy(
            update={
                "image": prepared.target.as_posix(),
                "sha256": record.sha256,
                "bytes": len(raw),
                "record": prepared.record_path.as_posix(),
                "status": record.status,
                "passed": record.passed,
                "attempts": len(record.attempts),
                "seconds": record.seconds,
                "gpu_seconds": gpu_seconds(record),
                "seed": record.seed,
                "words": tuple(
                    SloganResult(id=item.id, expected=item.expected, read=item.read, status=item.status, reason=item.reason)
                    for item in record.verdict.slogans
                ),
                "reasons": () if record.passed else tuple(dict.fromkeys(reasons)) or (record.stopped,),
                "actions": tuple(attempt.action for attempt in record.attempts),
                "art": "kept" if renderer.kept else "made",
            }
        )
        return JobOutcome(entry, {**thumb, **files}, art, trouble)


_HINT = "the traceback is in log.jsonl; `--retry-failed` tries again"


def _with_source(compiled: Compiled, source: str | None) -> Compiled:
    if source is None:
        return compiled
    reference = ReferenceCondition(id="from", source=source, role="style")
    conditions = compiled.conditions
    references = (*conditions.references, reference)
    return replace(compiled, conditions=conditions.model_copy(update={"references": references}))


def gpu_seconds(record: Record) -> float:
    """Seconds of those attempts that say what they took of a GPU's memory, their reading included."""
    on_gpu = [one for one in record.attempts if (one.settings.get("memory") or {}).get("peak_gib") is not None]
    return round(sum(one.seconds for one in on_gpu), 3)


def entry_of(given: Assignment, *, canvas_size: tuple[int, int] = (0, 0)) -> ManifestEntry:
    """The line of a job that came to nothing."""
    job = given.job
    return ManifestEntry(
        key=job.key,
        art_key=job.art_key,
        row=job.row,
        canvas=job.canvas,
        locale=job.locale,
        image=None,
        sha256=None,
        record=None,
        status="failed",
        passed=False,
        attempts=0,
        seconds=0.0,
        name=job.name,
        seed=moved_on(job.seed, given.retries),
        retries=given.retries,
        params=job.values,
        parts=dict(zip(DIGESTS, job.digests, strict=True)),
        size=canvas_size,
        finished=now(),
    )


def failed(given: Assignment, why: tuple[Diagnostic, ...] | str, details: str = "") -> JobOutcome:
    """The outcome of a job that gave no picture."""
    trouble = () if isinstance(why, str) else why
    reasons = (why,) if isinstance(why, str) else tuple(f"[{item.code}] {item.message}" for item in why)
    return JobOutcome(entry_of(given).model_copy(update={"reasons": reasons}), {}, None, trouble, details)


def open_job_runner(
    reference: PosterReference, spec: CampaignSpec, columns: tuple[str, ...], threads: int | None = None
) -> JobRunner:
    """What a worker of its own needs: the poster loaded again, the renderer opened, a reader with this many threads."""
    poster = reference.load()
    renderer = open_renderer(spec.renderer, **spec.options)
    compiler = Compiler.of(poster, spec, columns, renderer.limits)
    return JobRunner(compiler, renderer, RapidReader(threads) if threads else None)
