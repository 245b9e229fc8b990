"""A renderer that makes mistakes with fixed odds: as verdicts alone, for many posters, and really drawn, for a real reader."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check.model import SloganVerdict, Verdict
from layoutgen.conditions.limits import DRAFT
from layoutgen.conditions.model import CanvasSize, Conditions, Generation, Glyph, GlyphStyle, Policy
from layoutgen.renderers import Abilities, Costs, RenderAction, Rendered, Renderer, open_renderer
from layoutgen.renderers.abilities import START, STRENGTH, cost, tokens
from layoutgen.retry import Decision, RetryPolicy, Step, Task, decide
from layoutgen.typeset import DoesNotFit, set_text

SIDE = 1000
TUNABLE = frozenset({START, STRENGTH})


def prices(width: int, height: int) -> Costs:
    """Planning costs 10, decoding costs 10, and a repair 10 times its share of the steps, whatever the size."""
    area = width * height / 1_000_000
    return Costs(token=10 / tokens(width * height), candidate=0.0, step=10 / 50 / area, steps=50, pixels=0.0)


@dataclass(frozen=True)
class Odds:
    """That one action puts a wrong slogan right. `breaks`: whether what makes all of a picture again may spoil right ones."""

    redecode: float = 0.5
    repair: float = 0.6
    replan: float = 0.5
    breaks: bool = False


FIRST, SECOND = Odds(), Odds(redecode=0.0)


def outcome(
    rng: random.Random, odds: Odds, action: str, ids: Sequence[str], wrong: frozenset[str], aimed: frozenset[str]
) -> frozenset[str]:
    """The slogans that are wrong after an action; `aimed`: those in the boxes of a repair."""
    chance = {"redecode": odds.redecode, "repair": odds.repair}.get(action, odds.replan)
    after = set()
    for name in ids:
        if action == "repair" and name not in aimed:
            spoilt = name in wrong
        elif name in wrong:
            spoilt = rng.random() >= chance
        else:
            spoilt = odds.breaks and action != "repair" and rng.random() >= max(chance, 0.5)
        if spoilt:
            after.add(name)
    return frozenset(after)


def poster(slogans: int, seed: int, **policy: Any) -> Conditions:
    """Slogans below one another; nothing else."""
    style = GlyphStyle(size=50, lettering=Lettering(), color="#000000")
    return Conditions(
        canvas=CanvasSize(name="feed", width=SIDE, height=SIDE),
        locale="en",
        generation=Generation(width=SIDE, height=SIDE, crop=(0, 0, SIDE, SIDE), scale=1.0),
        prompt="",
        glyphs=tuple(
            Glyph(
                id=f"s{number}",
                region="r",
                text="HELLO WORLD",
                box=(50, 20 + 90 * number, 900, 70),
                lines=("HELLO WORLD",),
                characters=(),
                direction="ltr",
                style=style,
            )
            for number in range(slogans)
        ),
        policy=Policy.model_validate(policy),
        seed=seed,
    )


def verdict(conditions: Conditions, wrong: frozenset[str] | Mapping[str, str], status: str = "failed") -> Verdict:
    """As if the reader had found these slogans wrong; a mapping gives each one's kind of fault."""
    kinds = wrong if isinstance(wrong, Mapping) else dict.fromkeys(wrong, "letters")
    slogans = tuple(
        SloganVerdict.model_validate(
            {
                "id": glyph.id,
                "expected": glyph.text,
                "read": "HELO WORLD" if glyph.id in kinds else glyph.text,
                "status": status if glyph.id in kinds else "passed",
                "passed": glyph.id not in kinds,
                "distance": 0.1 if glyph.id in kinds else 0.0,
                "box": glyph.box,
                "fault": kinds.get(glyph.id, ""),
            }
        )
        for glyph in conditions.glyphs
    )
    score = 1 - 0.1 * len(kinds) / len(slogans)
    return Verdict(status="failed" if kinds else "passed", passed=not kinds, score=score, slogans=slogans)


@dataclass(frozen=True)
class Run:
    """One poster, from its first picture, which is wrong, to the end."""

    passed: bool
    cost: float
    actions: tuple[str, ...]
    stopped: str
    history: tuple[Step, ...] = field(repr=False)


def simulate(conditions: Conditions, policy: RetryPolicy, odds: Odds, seed: int, *, attempts: int = 300) -> Run:
    """The loop, with dice for a renderer and a reader."""
    rng = random.Random(seed)
    ids = [glyph.id for glyph in conditions.glyphs]
    generation = conditions.generation
    abilities = Abilities(tunable=TUNABLE, costs=prices(generation.width, generation.height))
    task = Task(conditions, abilities, attempts)
    history: list[Step] = []
    states: list[frozenset[str]] = []
    while (decision := decide(history, task, policy)).action:
        states.append(_state(rng, odds, ids, decision, states))
        paid = cost(decision.action, conditions, task.abilities.costs, decision.options)
        history.append(Step(decision, 1.0, verdict(conditions, states[-1]), str(len(history)), paid))
    return Run(
        history[-1].verdict.passed,
        sum(step.cost for step in history),
        tuple(step.action for step in history),
        decision.reason,
        tuple(history),
    )


def _state(
    rng: random.Random, odds: Odds, ids: Sequence[str], decision: Decision, states: Sequence[frozenset[str]]
) -> frozenset[str]:
    if not states:
        wrong: frozenset[str] = frozenset()
        while not wrong:
            wrong = frozenset(name for name in ids if rng.random() >= 0.5)
        return wrong
    before = states[-1 if decision.start is None else decision.start]
    return outcome(rng, odds, str(decision.action), ids, before, frozenset(decision.targets))


class FaultyDraft(Renderer):
    """The draft, with letters dropped, doubled, swapped or mistaken, lines missing or moved, and figures changed.

    What is wrong is drawn, so the pixels differ; it is remembered in `artefacts` alone, which no policy sees.
    """

    name = "faulty"
    limits = DRAFT

    def __init__(self, odds: Odds, seed: int = 0, *, at_first: float = 1.0, side: int = 480) -> None:
        self._odds, self._rng, self._at_first = odds, random.Random(seed), at_first
        self._draft = open_renderer("draft")
        self.spent = 0.0
        self._abilities = Abilities(tunable=TUNABLE, costs=prices(side, side))

    @property
    def abilities(self) -> Abilities:
        return self._abilities

    @property
    def identity(self) -> Mapping[str, str]:
        return {"weights": "none"}

    def render(
        self,
        conditions: Conditions,
        *,
        seed: int | None = None,
        action: RenderAction = "plan",
        previous: Rendered | None = None,
        boxes: Sequence[Box] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Rendered:
        began, options = time.perf_counter(), dict(options or {})
        ids = [glyph.id for glyph in conditions.glyphs]
        if previous is None:
            wrong = frozenset(name for name in ids if self._rng.random() < self._at_first)
        else:
            aimed = frozenset(glyph.id for glyph in conditions.glyphs if any(_holds(box, glyph.box) for box in boxes))
            wrong = outcome(self._rng, self._odds, action, ids, frozenset(previous.artefacts["wrong"]), aimed)
        self.spent += cost(action, conditions, self.abilities.costs, options)
        old = previous.artefacts["wrong"] if previous is not None else {}
        # A fault that was not put right is another one now, except where a repair did not touch it.
        drawn = {
            glyph.id: old[glyph.id]
            if action == "repair" and glyph.id in old and not any(_holds(box, glyph.box) for box in boxes)
            else spoil(glyph, self._rng)
            for glyph in conditions.glyphs
            if glyph.id in wrong
        }
        glyphs = tuple(drawn.get(glyph.id, glyph) for glyph in conditions.glyphs)
        drawn_conditions = conditions.model_copy(update={"glyphs": tuple(glyph for glyph in glyphs if glyph.text)})
        image = self._draft.render(drawn_conditions, seed=conditions.seed).image
        return Rendered(image, seed or 0, time.perf_counter() - began, {"wrong": drawn}, {"action": action, **options})

    def close(self) -> None:
        self._draft.close()


LOOKALIKE = {"E": "F", "O": "Q", "S": "Z", "I": "T", "A": "H", "e": "c", "a": "u", "n": "h", "i": "j", "o": "e", "t": "f"}


def spoil(glyph: Glyph, rng: random.Random) -> Glyph:
    """The slogan as a bad writer would write it. Text "" is not drawn."""
    text = glyph.text
    mistakes = ["drop", "double", "swap", "mistake", "missing", "move"] + (["digit"] * 4 if any(map(str.isdigit, text)) else [])
    while True:
        mistake = rng.choice(mistakes)
        letters = [number for number, character in enumerate(text) if character.isalpha()]
        at = rng.choice(letters or range(len(text)))
        if mistake == "missing":
            return glyph.model_copy(update={"text": ""})
        if mistake == "move":
            left, top, width, height = glyph.box
            return _set(glyph, text, (left, top + round(1.6 * height), width, height))
        if mistake == "digit":
            at = rng.choice([number for number, character in enumerate(text) if character.isdigit()])
            new = text[:at] + str((int(text[at]) + rng.randint(1, 9)) % 10) + text[at + 1 :]
        elif mistake == "drop":
            new = text[:at] + text[at + 1 :]
        elif mistake == "double":
            new = text[:at] + text[at] + text[at:]
        elif mistake == "swap" and at + 1 < len(text):
            new = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        else:
            new = text[:at] + LOOKALIKE.get(text[at], "X") + text[at + 1 :]
        if new.strip().casefold() != text.casefold():
            return _set(glyph, new, glyph.box)


def _set(glyph: Glyph, text: str, box: Box) -> Glyph:
    size = 0.9 * glyph.style.size
    while True:
        try:
            layout = set_text(text, glyph.style.lettering, size, box, locale=glyph.locale)
            break
        except DoesNotFit:
            size *= 0.9
    return glyph.model_copy(
        update={
            "text": text,
            "box": box,
            "lines": tuple(line.text for line in layout.lines),
            "characters": layout.characters,
            "line_boxes": tuple(line.box for line in layout.lines),
            "baselines": tuple(line.baseline for line in layout.lines),
            "style": glyph.style.model_copy(update={"size": size}),
        }
    )


def _holds(box: Box, inner: Box) -> bool:
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return box[0] <= x <= box[0] + box[2] and box[1] <= y <= box[1] + box[3]


def breaking(odds: Odds) -> Odds:
    """The same, in a world where all that is made again may come out wrong."""
    return replace(odds, breaks=True)
