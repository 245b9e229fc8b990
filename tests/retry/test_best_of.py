"""Looks: of the pictures that pass the best is kept, within the same bounds; a pass is never lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import layoutgen
from layoutgen.base.model import Box
from layoutgen.conditions import Conditions
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.record import pixel_hash
from layoutgen.renderers import Abilities, RenderAction, Rendered, Renderer, limits_of, open_renderer
from layoutgen.retry import Decision, Step, Task, another
from tests.retry.faulty_renderers import poster, verdict

POSTER = """
poster 1 "Sale"
canvas feed 480x240 { margin: 5% }
backdrop { fill: #F4EFE6 }
region header { at: center of canvas; size: 90% x 40%; slogan headline "SUMMER SALE" { color: #101820 } }
verify { attempts: 6 }
"""


class Red:
    """The redder, the better."""

    name = "red"

    def score(self, images: Sequence[Image.Image]) -> tuple[float, ...]:
        return tuple(float(image.getpixel((0, 0))[0]) for image in images)  # type: ignore[index]


class Broken(Red):
    def score(self, images: Sequence[Image.Image]) -> tuple[float, ...]:
        raise PosterError(Diagnostic("LG678", "`taste` cannot be opened"))


class Painting(Renderer):
    """The draft; each picture has another colour in its corner, and some lack their words."""

    name, limits, identity = "painting", limits_of("draft"), {"weights": "none"}

    def __init__(self, *reds: int, blank: Sequence[int] = (), actions: Sequence[RenderAction] = ("plan",)) -> None:
        self._reds, self._blank = reds, blank
        self._abilities = Abilities(actions=frozenset(actions))
        self.asked: list[tuple[str, int | None]] = []

    @property
    def abilities(self) -> Abilities:
        return self._abilities

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
        number = len(self.asked)
        self.asked.append((action, seed))
        glyphs = () if number in self._blank else conditions.glyphs
        with open_renderer("draft") as draft:
            image = draft.render(conditions.model_copy(update={"glyphs": glyphs})).image.convert("RGB")
        image.paste((self._reds[number], 90, 90), (0, 0, 4, 4))
        return Rendered(image, seed or 0, 0.0, {"number": number}, {})


@pytest.fixture
def sale(tmp_path: Path) -> Path:
    path = tmp_path / "sale.poster"
    path.write_text(POSTER, encoding="utf-8")
    return path


def render(sale: Path, renderer: Any, **more: Any) -> layoutgen.Result:
    return layoutgen.render(sale, renderer=renderer, seed=5, **more)


def test_the_best_looking_of_those_that_pass_is_kept(sale: Path) -> None:
    renderer = Painting(10, 70, 40, 200, 250, blank=[3], actions=("plan", "redecode"))
    result = render(sale, renderer, aesthetics=Red(), candidates=4)
    assert renderer.asked == [("plan", 5), ("redecode", 6), ("redecode", 7), ("redecode", 8)]
    assert [one.looks for one in result.record.attempts] == [10, 70, 40, None]
    assert [one.start for one in result.record.attempts] == [None, 0, 0, 0]
    assert result.record.best == 1
    assert result.passed
    assert result.evidence is not None
    assert result.evidence.artefacts == {"number": 1}
    assert pixel_hash(result.image) == result.record.attempts[1].pixels
    assert result.record.stopped == "the words are right; 4 pictures were made to choose from; red chose among 3 that pass"


@pytest.mark.parametrize("more", [{}, {"candidates": 3}, {"aesthetics": Red()}])
def test_without_a_scorer_or_candidates_nothing_changes(sale: Path, more: dict[str, Any]) -> None:
    renderer = Painting(10, 70, 40)
    result = render(sale, renderer, **more)
    assert renderer.asked == [("plan", 5)]
    assert result.record.stopped == "the words are right"
    assert result.record.attempts[0].looks is None


def test_the_bounds_stay(sale: Path) -> None:
    renderer = Painting(10, 70, 40, blank=[0])
    result = render(sale, renderer, aesthetics=Red(), candidates=9, attempts=3)
    assert [action for action, _ in renderer.asked] == ["plan"] * 3
    assert (result.record.best, result.passed) == (1, True)
    assert len(render(sale, Painting(10, 70), aesthetics=Red(), candidates=9, seconds=0).record.attempts) == 1


def test_a_renderer_that_ignores_seeds_is_not_asked_for_ever(sale: Path) -> None:
    with open_renderer("draft") as draft:
        result = render(sale, draft, aesthetics=Red(), candidates=6)
    assert len(result.record.attempts) == 2
    assert result.record.best == 0


def test_a_scorer_that_fails_loses_no_picture(sale: Path) -> None:
    result = render(sale, Painting(10, 70), aesthetics=Broken(), candidates=2)
    assert result.passed
    assert isinstance(result.problem, PosterError)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), max_size=8), st.integers(1, 6), st.integers(1, 9), st.booleans())
def test_it_ends_within_its_bounds(passes: list[bool], candidates: int, attempts: int, redecodes: bool) -> None:
    conditions = poster(2, 7, candidates=candidates)
    abilities = Abilities(actions=frozenset({"plan", "redecode"} if redecodes else {"plan"}))
    task = Task(conditions, abilities, attempts)
    first = Step(Decision("plan", 7), 1.0, verdict(conditions, {}), "first", 1.0)
    history = [first]
    while (decision := another(history, task)).action:
        assert decision == another(history, task)
        assert decision.action == ("redecode" if redecodes else "plan")
        fine = passes[len(history) % len(passes)] if passes else True
        history.append(Step(decision, 1.0, verdict(conditions, {} if fine else {"s0": "letters"}), f"{len(history)}", 1.0))
    assert len(history) == max(1, min(candidates, attempts))
    assert len({step.decision.seed for step in history}) == len(history)


def test_only_after_a_pass_and_never_after_typesetting() -> None:
    conditions = poster(1, 7, candidates=4)
    task = Task(conditions, Abilities(), 9)
    failed = Step(Decision("plan", 7), 1.0, verdict(conditions, {"s0": "letters"}), "a", 1.0)
    assert another([failed], task).action is None
    typeset = Step(Decision("typeset", 7, start=0), 1.0, verdict(conditions, {}), "b", 1.0)
    assert another([failed, typeset], task).action is None
