"""The judge of drawn objects is right on drafts, and at chance when their names are shuffled."""

from __future__ import annotations

import random

import pytest

from layoutgen.renderer.draft.renderer import draft
from layoutgen.renderer.mini.things import KINDS
from layoutgen.renderer.mini.training.measure import held_out
from layoutgen.renderer.mini.training.object_judge import JudgedObject, judge_objects, name_in, third


def judged_drafts(count: int) -> list[JudgedObject]:
    result = []
    for seed, compiled in held_out(count):
        if compiled.conditions.objects:
            result += judge_objects(draft(compiled.conditions, seed=seed), compiled.conditions)
    return result


def test_a_description_is_known_by_the_first_name_in_it() -> None:
    for name in (name for kind in KINDS for name in kind.names):
        assert {name_in(words) for words in (name, f"a {name}", f"a lovely old {name} with a star")} == {name}
    with pytest.raises(ValueError, match="names nothing"):
        name_in("a catalogue")


def test_thirds_run_along_the_longer_side() -> None:
    assert third((0, 0, 10, 10), 300, 100) == (0, 0, 100, 100)
    assert third((240, 10, 40, 40), 300, 100) == (200, 0, 100, 100)
    assert third((10, 100, 20, 100), 100, 300) == (0, 100, 100, 100)


def test_drafts_are_recognised() -> None:
    judged = judged_drafts(12)
    assert len(judged) >= 6
    assert all(one.right for one in judged)


@pytest.mark.slow
def test_drafts_are_recognised_but_for_one_in_a_hundred_and_shuffled_names_are_not() -> None:
    judged = judged_drafts(200)
    assert sum(one.right for one in judged) >= 0.99 * len(judged)
    names = [one.expected for one in judged]
    random.Random(0).shuffle(names)
    assert sum(one.recognised == name for one, name in zip(judged, names, strict=True)) < 0.12 * len(judged)
