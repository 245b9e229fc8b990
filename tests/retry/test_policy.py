"""Laws of the policy, and what it does about each kind of fault."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.check.model import Extra, ObjectVerdict, Verdict
from layoutgen.conditions.prompt.write import write_prompt
from layoutgen.diagnostics import PosterError
from layoutgen.renderers import Abilities
from layoutgen.renderers.abilities import CANDIDATES, START, STRENGTH
from layoutgen.retry import Decision, Step, Task, best, decide, ladder, naive, open_policy
from layoutgen.retry.ladder import base_of
from tests.retry.faulty_renderers import SECOND, Odds, breaking, poster, simulate, verdict

FULL = Abilities(tunable=frozenset({START, STRENGTH, CANDIDATES, "regions.grain", "regions.steps"}))
ODDS = st.builds(Odds, *(st.floats(0, 1) for _ in range(3)), breaks=st.booleans())


def task(slogans: int = 3, attempts: int = 50, abilities: Abilities = FULL, **policy: Any) -> Task:
    return Task(poster(slogans, 7, **policy), abilities, attempts)


def follow(job: Task, *kinds: dict[str, str], actions: tuple[str | None, ...] = ()) -> tuple[list[Step], Decision]:
    """The history in which each decision led to these faults, and the next decision."""
    history: list[Step] = []
    for number, wrong in enumerate(kinds):
        decision = decide(history, job)
        assert decision.action, decision.reason
        history.append(Step(decision, 1.0, verdict(job.conditions, wrong), f"{number}", 1.0))
    return history, decide(history, job)


@settings(max_examples=60, deadline=None)
@given(ODDS, st.integers(1, 6), st.integers(0, 10**6), st.integers(1, 12), st.sampled_from([ladder, naive]))
def test_it_ends_and_a_pass_is_final(odds: Odds, slogans: int, seed: int, attempts: int, policy: Any) -> None:
    run = simulate(poster(slogans, seed), policy, odds, seed, attempts=attempts)
    assert 1 <= len(run.actions) <= attempts
    assert run.passed or len(run.actions) == attempts
    assert not any(step.verdict.passed for step in run.history[:-1])
    assert run.passed == (run.stopped == "the words are right")


@settings(max_examples=40, deadline=None)
@given(ODDS, st.integers(1, 5), st.integers(0, 10**6))
def test_same_history_same_decision_and_costs_only_grow(odds: Odds, slogans: int, seed: int) -> None:
    conditions = poster(slogans, seed)
    run = simulate(conditions, ladder, odds, seed, attempts=12)
    assert run == simulate(conditions, ladder, odds, seed, attempts=12)
    assert all(step.cost > 0 for step in run.history)
    seeds = [step.decision.seed for step in run.history]
    assert len(set(seeds)) == len(seeds)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10**6))
def test_the_picture_built_on_never_has_more_faults_but_after_a_new_plan(slogans: int, seed: int) -> None:
    run = simulate(poster(slogans, seed), ladder, breaking(SECOND), seed, attempts=15)
    job = task(slogans)
    before = 0
    for end in range(2, len(run.history) + 1):
        base = base_of(run.history[:end], job)
        if base != before and run.history[base].action in ("repair", "redecode"):
            fewer = sum(not item.passed for item in run.history[base].verdict.slogans)
            assert fewer <= sum(not item.passed for item in run.history[before].verdict.slogans)
        before = base


def test_some_slogans_wrong_only_these_are_repaired() -> None:
    job = task()
    _, decision = follow(job, {"s1": "letters"})
    assert decision.action == "repair"
    assert decision.targets == ("s1",)
    assert len(decision.boxes) == 1
    assert decision.start == 0
    assert decision.options[STRENGTH] < 1


def test_all_slogans_misspelt_are_decoded_again() -> None:
    _, decision = follow(task(), {"s0": "letters", "s1": "digits", "s2": "letters"})
    assert decision.action == "redecode"


@pytest.mark.parametrize("kind", ["missing", "place"])
def test_what_the_plan_got_wrong_is_planned_again(kind: str) -> None:
    """At once where a repair cannot start from the draft; else after it failed."""
    without = task(abilities=Abilities(tunable=frozenset({STRENGTH})))
    assert follow(without, {"s1": kind})[1].action == "replan"
    history, decision = follow(task(), *[{"s1": kind}] * 2)
    assert history[1].action == "repair"
    assert decision.action == "replan"
    assert decision.options[CANDIDATES] > 1


def test_no_repair_begins_at_less_noise_than_the_renderer_allows() -> None:
    history, _ = follow(task(abilities=replace(FULL, minimum_repair_strength=0.53)), *[{"s1": "letters"}] * 5)
    strengths = [step.decision.options[STRENGTH] for step in history if step.action == "repair"]
    assert strengths
    assert min(strengths) == 0.6


def test_repairs_alternate_their_starts_at_rising_strength() -> None:
    history, _ = follow(task(), *[{"s1": "letters"}] * 5)
    repairs = [step.decision.options for step in history if step.action == "repair"]
    assert [options[START] for options in repairs[:3]] == ["draft", "kept", "draft"]
    strengths = [options[STRENGTH] for options in repairs]
    assert strengths == sorted(strengths)


def test_a_repair_that_makes_another_slogan_worse_is_thrown_away() -> None:
    job = task()
    history, decision = follow(job, {"s1": "letters"}, {"s2": "letters"})
    assert history[1].decision.targets == ("s1",)
    assert base_of(history, job) == 0
    assert decision.targets == ("s1",)
    assert decision.start == 0


def test_a_string_that_fails_in_several_plans_is_stressed_in_the_prompt() -> None:
    conditions = poster(3, 7)
    conditions = conditions.model_copy(update={"prompt": write_prompt(conditions)})
    job = Task.of(conditions, attempts=50)
    assert job.prompted
    wrong = {"s1": "letters"}
    history, _ = follow(job, *[wrong] * 12)
    first = next(step for step in history if step.action == "reprompt")
    assert first.decision.emphasis == ("s1",)
    assert "replan" in [step.action for step in history[: history.index(first)]]
    edited = Task.of(conditions.model_copy(update={"prompt": "A poster of my own."}), attempts=50)
    assert "reprompt" not in [step.action for step in follow(edited, *[wrong] * 12)[0]]


def test_extra_words_are_repaired_away() -> None:
    job = task()
    extra = verdict(job.conditions, {}).model_copy(
        update={"passed": False, "status": "failed", "extra": (Extra(text="HOT", box=(100, 700, 200, 60), score=0.9),)}
    )
    first = decide([], job)
    decision = decide([Step(first, 1.0, extra, "a", 1.0)], job)
    assert decision.action == "repair"
    assert decision.targets == ("extra",)
    assert decision.boxes[0][0] < 100


def test_what_no_picture_can_change_takes_no_attempt() -> None:
    job = task()
    unreadable = verdict(job.conditions, {"s1": "unreadable"}, "unchecked")
    first = decide([], job)
    decision = decide([Step(first, 1.0, unreadable, "a", 1.0)], job)
    assert decision.action is None
    assert decision.reason == (
        "another picture would not change what is wrong: still wrong: `s1` (cannot be read, wrong in 1 of 1)"
    )


def test_the_last_resort_is_for_those_slogans_that_allow_it() -> None:
    job = task(attempts=2)
    glyphs = tuple(
        glyph.model_copy(update={"then": "typeset" if glyph.id == "s1" else "fail"}) for glyph in job.conditions.glyphs
    )
    job = Task(job.conditions.model_copy(update={"glyphs": glyphs}), FULL, 2)
    history, decision = follow(job, {"s0": "letters", "s1": "letters"}, {"s0": "letters", "s1": "letters"})
    assert decision.action == "typeset"
    assert decision.targets == ("s1",)
    history.append(Step(decision, 1.0, verdict(job.conditions, {"s0": "letters"}), "t", 0.1))
    after = decide(history, job)
    assert after.action is None
    assert "`s0`" in after.reason


def test_seconds_and_equal_pictures_end_it() -> None:
    job = task()
    first = decide([], job)
    wrong = verdict(job.conditions, {"s1": "letters"})
    timed = Task(job.conditions, FULL, 50, seconds=3.0)
    assert decide([Step(first, 3.5, wrong, "a", 1.0)], timed).reason.startswith("the 3 seconds are used up")
    plain = Task(job.conditions, Abilities(actions=frozenset({"plan"})), 50)
    again = decide([Step(first, 1.0, wrong, "a", 1.0)], plain)
    assert again.action == "plan"
    steps = [Step(first, 1.0, wrong, "a", 1.0), Step(again, 1.0, wrong, "a", 1.0)]
    assert decide(steps, plain).reason.startswith("another seed gives the same picture")


def test_candidates_are_planned_only_where_they_cost_little() -> None:
    dear = Abilities(tunable=FULL.tunable, costs=FULL.costs.model_copy(update={"candidate": 0.5}))
    for abilities, expected in ((FULL, True), (dear, False)):
        history, decision = follow(task(abilities=abilities), *[{"s1": "place"}] * 2)
        steps = [*history[1:], Step(decision, 1.0, history[0].verdict, "x", 1.0)]
        plans = [step.decision for step in steps if step.action in ("replan", "reprompt")]
        assert plans
        assert all((CANDIDATES in plan.options) is expected for plan in plans)


def bad(history: Any, job: Any) -> Decision:
    return Decision(random.choice(["hope", "repair", "typeset"]) if history else "plan")  # type: ignore[list-item]


def test_policies_are_found_by_name_and_their_answers_checked() -> None:
    assert open_policy("ladder") is ladder
    assert open_policy("naive") is naive
    assert open_policy("layoutgen.retry:naive") is naive
    for name, code in (("cheapest", "LG650"), ("no_such_module:f", "LG651"), ("layoutgen.retry:f", "LG651")):
        with pytest.raises(PosterError) as caught:
            open_policy(name)
        assert caught.value.diagnostics[0].code == code
        assert caught.value.exit_code == 2
    job = task()
    first = Step(decide([], job, bad), 1.0, verdict(job.conditions, {"s1": "letters"}), "a", 1.0)
    with pytest.raises(PosterError) as caught:
        decide([first], job, bad)
    assert caught.value.diagnostics[0].code == "LG652"


def without_cat(job: Task, wrong: dict[str, str]) -> Verdict:
    """These faults, and an object that was not found."""
    decision = "`cat` was not found on the picture."
    cat = ObjectVerdict(id="cat", found=False, passed=False, reason=decision)
    update = {"objects": (cat,), "passed": False, "status": "failed", "reasons": (decision,)}
    return verdict(job.conditions, wrong).model_copy(update=update)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.integers(0, 2)), st.sampled_from(["letters", "digits", "missing", "place"]), st.integers(2, 6))
def test_an_object_that_is_not_there_asks_for_a_new_plan(slogans: set[int], kind: str, attempts: int) -> None:
    job = task(3, attempts=attempts)
    wrong = {f"s{number}": kind for number in slogans}
    history: list[Step] = []
    while (decision := decide(history, job)).action:
        assert decision.action in ("plan", "replan", "reprompt")
        assert not history or "object cat" in decision.targets
        history.append(Step(decision, 1.0, without_cat(job, wrong), f"{len(history)}", 1.0))
    assert len(history) == attempts
    assert "`object cat` (not there or not in its place" in decision.reason


def test_typesetting_follows_where_an_object_is_wrong_too() -> None:
    job = task(2, attempts=1)
    glyphs = tuple(glyph.model_copy(update={"then": "typeset"}) for glyph in job.conditions.glyphs)
    job = Task(job.conditions.model_copy(update={"glyphs": glyphs}), FULL, 1)
    first = decide([], job)
    assert decide([Step(first, 1.0, without_cat(job, {}), "0")], job).action is None
    last = decide([Step(first, 1.0, without_cat(job, {"s0": "letters"}), "0")], job)
    assert (last.action, last.targets) == ("typeset", ("s0",))


def test_objects_count_for_the_best_picture() -> None:
    job = task(3)
    right, one = verdict(job.conditions, {}), verdict(job.conditions, {"s0": "letters"})
    assert best([without_cat(job, {"s0": "letters"}), one]) == 1
    assert best([without_cat(job, {}), right]) == 1
    assert best([verdict(job.conditions, {"s0": "letters", "s1": "letters"}), without_cat(job, {})]) == 1
