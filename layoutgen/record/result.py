"""What a render gives back: the best picture, and the record of how it came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from layoutgen.check.model import Verdict
from layoutgen.diagnostics import PosterError
from layoutgen.record.model import Evidence, Record
from layoutgen.record.save import save_result

if TYPE_CHECKING:
    from PIL.Image import Image


class WordsWrong(Exception):
    """A picture whose words are not right was about to be saved as if they were. `verdict` says what is wrong."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        wrong = [f"{item.id}: {item.reason}" for item in verdict.slogans if not item.passed]
        wrong += [f"`{item.text}` was not asked for" for item in verdict.extra]
        wrong += [f"{item.id}: the QR code does not say what it should" for item in verdict.codes if not item.passed]
        wrong += [item.reason for item in verdict.objects if not item.passed]
        wrong += [f"{item.id}: {item.reason}" for item in verdict.colors if item.part == "panel" and not item.passed]
        super().__init__("the words are not right: " + "; ".join(wrong))


@dataclass(frozen=True)
class Result:
    """One rendered poster: the best picture, and the record of how it came about."""

    image: Image
    record: Record
    evidence: Evidence = field(default_factory=Evidence)
    """Small pictures of all attempts, and what the renderer kept."""
    problem: KeyboardInterrupt | PosterError | None = None
    """What ended it before its time, such as a reader that failed; the picture is the best one until then."""

    @property
    def passed(self) -> bool:
        return self.record.passed

    @property
    def status(self) -> str:
        """`passed`, `typeset` (in the end, some of it), `unchecked` or `failed`."""
        return self.record.status

    @property
    def verdict(self) -> Verdict:
        return self.record.verdict

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """For notebooks."""
        from layoutgen.base.notebook import bundle

        record, canvas = self.record, self.record.conditions.canvas
        tried = len(record.attempts)
        facts = (
            f"{canvas.name} {canvas.width}x{canvas.height}", record.locale, str(record.renderer["name"]),
            f"{tried} attempt{'s' if tried > 1 else ''}, {record.seconds:.1f} s",
        )  # fmt: skip
        title = record.conditions.title or Path(record.poster).stem
        notes = (*self.verdict.reasons, *self.verdict.warnings)
        return bundle(title, self.status, self.verdict.slogans, facts=facts, notes=notes, picture=self.image)

    def save(self, path: str | Path, *, allow_failed: bool = False) -> Path:
        """Write picture and record; returns the picture's path.

        A picture that did not pass is written as `NAME.failed.png`, and then WordsWrong is raised unless `allow_failed`.
        PosterError (LG958, LG902) when it cannot be written.
        """
        target, _ = save_result(self.image, self.record, Path(path), self.evidence)
        if not self.passed and not allow_failed:
            raise WordsWrong(self.verdict)
        return target
