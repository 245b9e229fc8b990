"""The judge of drawn things is right on drafts, and at chance when their names are shuffled."""

from __future__ import annotations

import random

import pytest
from layoutgen.renderer.draft.renderer import draft
from layoutgen.renderer.mini.measure import held_out
from layoutgen.renderer.mini.objects import Judged, judge_objects, kind_named, third

from layoutgen.conditions.kinds import KINDS


def judged_drafts(count: int) -> list[Judged]:
    found = []
    for seed, compiled in held_out(count):
        if compiled.conditions.objects:
            found += judge_objects(draft(compiled.conditions, seed=seed), compiled.conditions)
    return found


def test_every_name_of_a_kind_is_known() -> None:
    for kind in KINDS:
        assert {kind_named(name) for name in kind.names} == {kind.name}
        assert kind_named(f"a {kind.names[0]}") == kind.name


def test_thirds_run_along_the_longer_side() -> None:
    assert third((0, 0, 10, 10), 300, 100) == (0, 0, 100, 100)
    assert third((240, 10, 40, 40), 300, 100) == (200, 0, 100, 100)
    assert third((10, 100, 20, 100), 100, 300) == (0, 100, 100, 100)


def test_drafts_are_told() -> None:
    found = judged_drafts(12)
    assert len(found) >= 6
    assert all(one.right for one in found)


@pytest.mark.slow
def test_drafts_are_told_but_for_one_in_a_hundred_and_shuffled_names_are_not() -> None:
    found = judged_drafts(200)
    assert sum(one.right for one in found) >= 0.99 * len(found)
    names = [one.expected for one in found]
    random.Random(0).shuffle(names)
    assert sum(one.found == name for one, name in zip(found, names, strict=True)) < 0.12 * len(found)
