"""One attempt after another, acted out: the renderer draws, the check judges, the best picture is never lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from layoutgen.check import Reader, check_picture
from layoutgen.check.aesthetics import Aesthetics
from layoutgen.check.model import Reading, SloganVerdict, Verdict
from layoutgen.compositing.composite import composite
from layoutgen.conditions.model import Conditions
from layoutgen.conditions.prompt.write import write_prompt
from layoutgen.diagnostics import PosterError
from layoutgen.loop.typeset_fallback import typeset_fallback
from layoutgen.record import Attempt, Evidence, assets_of, memory_held, pixel_hash, small_copy, versions
from layoutgen.renderers import Rendered, Renderer
from layoutgen.renderers.abilities import cost
from layoutgen.retry import Decision, RetryPolicy, Step, Task, best

if TYPE_CHECKING:
    from PIL.Image import Image

Draw = Callable[[Decision, Rendered | None], tuple[Rendered, "Image"]]
"""A decision and the picture that it starts from → what the renderer gave, and the finished picture."""
HELD = 6
"""Pictures that later attempts may start from, besides the best one. Older ones are let go."""


@dataclass
class Attempts:
    """What was done so far. It only grows; `best` never gets worse."""

    conditions: Conditions
    renderer: Renderer
    reader: Reader
    task: Task
    aesthetics: Aesthetics | None = None
    """Chooses among pictures that pass; without it the first one stays."""
    draw: Draw | None = None
    """How an attempt is drawn; without it the whole picture is (`draw_picture`)."""
    history: list[Step] = field(default_factory=list)
    records: list[Attempt] = field(default_factory=list)
    picture: Image | None = None
    """The best one, finished."""
    artefacts: Mapping[str, Any] = field(default_factory=dict)
    """Of the same."""
    looks: dict[int, float] = field(default_factory=dict)
    """Of attempts that passed."""
    _held: dict[int, Rendered] = field(default_factory=dict)
    _shown: list[Image] = field(default_factory=list)
    _unread: tuple[Decision, Rendered, Image, float] | None = None

    @property
    def best(self) -> int:
        if self.looks:
            return max(self.looks, key=lambda index: (self.looks[index], -index))
        return best([step.verdict for step in self.history])

    @property
    def evidence(self) -> Evidence:
        return Evidence(tuple(self._shown), self.artefacts)

    def attempt(self, decision: Decision) -> None:
        """Act on a decision, judge what comes of it, remember both. PosterError from the renderer or the reader."""
        began = time.perf_counter()
        if decision.action == "typeset":
            assert decision.start is not None
            rendered, before = self._held[decision.start], self.history[decision.start].verdict
            typeset = typeset_fallback(rendered.image, self.conditions, decision.targets, before, self.reader)
            self._add(decision, rendered, typeset.picture, began, typeset.reading, typeset.verdict, {"plate": typeset.plate})
            return
        previous = None if decision.start is None else self._held.get(decision.start)
        draw = self.draw or partial(draw_picture, self.renderer, self.conditions)
        rendered, picture = draw(decision, previous)
        self._unread = (decision, rendered, picture, began)
        reading, verdict = check_picture(picture, self.conditions, self.reader, drawn=rendered.objects)
        self._unread = None
        self._add(decision, rendered, picture, began, reading, verdict, decision.options)

    def follow(self, policy: RetryPolicy) -> tuple[str, KeyboardInterrupt | PosterError | None]:
        """Attempts as a policy decides, until it stops: why it did, and what broke it off once there was a picture."""
        try:
            while (decision := policy(self.history, self.task)).action:
                self.attempt(decision)
        except (KeyboardInterrupt, PosterError) as error:
            reason = error.diagnostics[0].message if isinstance(error, PosterError) else "interrupted"
            self._keep_unread(reason)
            if self.picture is None:
                raise
            return reason, error
        return decision.reason, None

    def record_fields(self, stopped: str, seconds: float) -> dict[str, Any]:
        """What a record says of how its picture came about. There must be one."""
        best, conditions = self.records[self.best], self.conditions
        passed = best.verdict.passed
        return {
            "assets": assets_of(conditions),
            "canvas": conditions.canvas.name,
            "seed": conditions.seed,
            "renderer": {"name": self.renderer.name, **self.renderer.identity},
            "reader": best.reading.reader,
            "conditions": conditions,
            "attempts": tuple(self.records),
            "best": self.best,
            "verdict": best.verdict,
            "status": "typeset" if passed and best.action == "typeset" else best.verdict.status,
            "passed": passed,
            "stopped": stopped,
            "seconds": round(seconds, 3),
            "versions": dict(versions()),
        }

    def _keep_unread(self, why: str) -> None:
        """A picture that was drawn but could not be read is kept, and fails."""
        if self._unread is not None:
            decision, rendered, picture, began = self._unread
            self._unread = None
            verdict = unread(self.conditions, why)
            self._add(decision, rendered, picture, began, Reading(reader="", regions=(), found=()), verdict, decision.options)

    def _add(
        self,
        decision: Decision,
        rendered: Rendered,
        picture: Image,
        began: float,
        reading: Reading,
        verdict: Verdict,
        options: Mapping[str, Any],
    ) -> None:
        seconds, pixels, index = time.perf_counter() - began, pixel_hash(picture), len(self.history)
        assert decision.action is not None
        price = cost(decision.action, self.conditions, self.task.abilities.costs, decision.options)
        self.history.append(Step(decision, seconds, verdict, pixels, price))
        self.records.append(
            Attempt(
                action=decision.action,
                seed=decision.seed,
                seconds=round(seconds, 3),
                reading=reading,
                verdict=verdict,
                pixels=pixels,
                settings=dict(rendered.settings),
                reason=decision.reason,
                start=decision.start,
                targets=decision.targets,
                boxes=decision.boxes,
                options=dict(options),
                emphasis=decision.emphasis,
                cost=round(price, 4),
                memory=memory_held(),
            )
        )
        self._shown.append(small_copy(picture))
        self._held[index] = rendered
        if self.best == index:
            self.picture, self.artefacts = picture, rendered.artefacts
        needed = {self.best, decision.start, *sorted(self._held)[-HELD:]}
        self._held = {number: earlier for number, earlier in self._held.items() if number in needed}
        if self.aesthetics is not None and verdict.passed:
            # Last, so that the picture is kept even if it cannot be scored.
            (score,) = self.aesthetics.score([picture])
            self.looks[index] = score
            self.records[index] = self.records[index].model_copy(update={"looks": score})
            if self.best == index:
                self.picture, self.artefacts = picture, rendered.artefacts


def draw_picture(
    renderer: Renderer, conditions: Conditions, decision: Decision, previous: Rendered | None
) -> tuple[Rendered, Image]:
    """The whole picture that a decision asks for, with everything exact on it."""
    rendered = act(renderer, conditions, decision, previous)
    return rendered, composite(rendered.image, conditions)


def act(renderer: Renderer, conditions: Conditions, decision: Decision, previous: Rendered | None) -> Rendered:
    """What a decision asks of a renderer. `reprompt` is a `replan` with a prompt that stresses some slogans."""
    assert decision.action is not None
    assert decision.action != "typeset", "no renderer is asked to typeset"
    if decision.emphasis:
        prompt = write_prompt(conditions, emphasis=decision.emphasis)
        conditions = conditions.model_copy(update={"prompt": prompt})
    return renderer.render(
        conditions,
        seed=decision.seed,
        action="replan" if decision.action == "reprompt" else decision.action,
        previous=previous,
        boxes=decision.boxes,
        options=dict(decision.options) or None,
    )


def unread(conditions: Conditions, why: str) -> Verdict:
    """The verdict on a picture that nobody has read: nothing of it is known to be right."""
    slogans = tuple(
        SloganVerdict(
            id=glyph.id,
            expected=glyph.text,
            read="",
            status="failed",
            passed=False,
            distance=1.0,
            box=glyph.box,
            reason=f"It was not read: {why}.",
            fault="unreadable",
        )
        for glyph in conditions.glyphs
    )
    return Verdict(status="failed", passed=False, score=0.0, slogans=slogans, reasons=(f"The picture was not read: {why}.",))
