"""The command line of every training stage."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path


@cache
def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path, help="folder of samples; for decoder and planner of prepared ones")
    parser.add_argument("runs", type=Path, help="folder of checkpoints and logs: a stage goes on from what is there")
    parser.add_argument("--minutes", type=float, default=30, help="in all, earlier sittings included")
    parser.add_argument("--whole", type=float, default=0, help="decoder: the last so many minutes on whole posters")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--cool", type=float, default=0.35, help="the last share of the time, in which the rate comes down")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()
