"""What the ladder saves: the cost of pictures that pass, compared with making everything again until it passes.

    python benchmarks/retry.py [--posters N] [--json]

Posters of two to six slogans fail at first; a renderer puts each slogan right with fixed odds: redecoding 0.5, a repair 0.6, a
new plan 0.5. Planning costs 10, decoding 10, a repair 10 times its share of the steps. In the second regime
redecoding never helps. Either what is right stays right, or everything that is made again is at stake again.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from layoutgen.retry import ladder, naive
from tests.retry.faulty_renderers import FIRST, SECOND, Odds, Run, breaking, poster, simulate

GOALS = {"first": 0.45, "second": 0.6}
BOUND = 20_000
"""Attempts. Nobody may give up before it, and making everything again takes very many where right slogans are at stake."""


def posters(count: int) -> list[int]:
    """How many slogans each has."""
    chance = random.Random(count)
    return [chance.randint(2, 6) for _ in range(count)]


def measure(count: int) -> list[dict[str, Any]]:
    """One row a regime and world: cost of both policies a poster, their ratio, the goal, how many passed."""
    rows = []
    for name, odds in (("first", FIRST), ("second", SECOND)):
        for world in (odds, breaking(odds)):
            ours, theirs = _runs(count, world, "ladder"), _runs(count, world, "naive")
            paid, most = (sum(run.cost for run in runs) / count for runs in (ours, theirs))
            rows.append(
                {
                    "regime": name,
                    "right slogans": "at stake" if world.breaks else "stay",
                    "ladder": round(paid, 1),
                    "naive": round(most, 1),
                    "ratio": round(paid / most, 3),
                    "after the first picture": round((paid - 20) / (most - 20), 3),
                    "goal": GOALS[name],
                    "passed": sum(run.passed for run in ours),
                    "attempts": round(sum(len(run.actions) for run in ours) / count, 2),
                }
            )
    return rows


def _runs(count: int, odds: Odds, policy: str) -> list[Run]:
    chosen = {"ladder": ladder, "naive": naive}[policy]
    return [
        simulate(poster(slogans, number), chosen, odds, number, attempts=BOUND) for number, slogans in enumerate(posters(count))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posters", type=int, default=500)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = measure(options.posters)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    print(" | ".join(rows[0]))
    for row in rows:
        print(" | ".join(str(value) for value in row.values()))


if __name__ == "__main__":
    main()
