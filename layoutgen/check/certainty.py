"""How sure a verdict is, by how much likelier the expected characters are than any others in their places."""

from __future__ import annotations

from collections.abc import Sequence

from layoutgen.check.compare import Policy
from layoutgen.check.model import CharacterReading, RegionReading, SloganVerdict
from layoutgen.check.normalise import fold, is_figure

LEAST = 0.6
"""A character with a smaller share than this may as well be its rival. Of 634 right lines in 15 typefaces one is refused, and 5
of 292 that read right although a twin stands in them; right texts of real pictures have 0.9 and more, a `·` for `-` 0.57."""


def certainty(region: RegionReading, *, exact: bool) -> float | None:
    """0 … 1, by the least certain character; None where nothing is known.

    `exact`: the slogan was compared with how it should be set, and is exactly so. Rivals that differ in size only do not count.
    """
    return 1.0 if exact else least_likely(region.characters)


def doubted(verdict: SloganVerdict, region: RegionReading, policy: Policy, *, settled: bool) -> SloganVerdict:
    """The verdict on a slogan that reads right, but one of whose characters may as well be another.

    `settled`: the forms of its letters have decided that already.
    """
    if not verdict.passed or verdict.certainty is None or verdict.certainty >= LEAST or settled or policy != "exact":
        return verdict
    least = min(region.characters, key=_share)
    update = {
        "status": "failed",
        "passed": False,
        "reason": f"What should be `{least.text}` may as well be `{least.rival}`.",
        "fault": "digits" if is_figure(least.text) or is_figure(least.rival) else "letters",
    }
    return verdict.model_copy(update=update)


def least_likely(characters: Sequence[CharacterReading]) -> float | None:
    """The least share that a character has of its own and its rival's probability."""
    shares = [_share(one) for one in characters]
    return round(min(shares), 4) if shares else None


def _share(one: CharacterReading) -> float:
    rival = one.rival_posterior if fold(one.rival) != fold(one.text) else 0.0
    return one.posterior / (one.posterior + rival) if one.posterior + rival else 0.0
