"""The command line of every training stage."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import Any

import torch


@cache
def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path, help="folder of samples; for decoder and planner of prepared ones")
    parser.add_argument("runs", type=Path, help="folder of checkpoints and logs: a stage goes on from what is there")
    parser.add_argument("--minutes", type=float, default=30, help="in all, earlier sittings included")
    parser.add_argument("--whole", type=float, default=0, help="decoder: the last so many minutes on whole posters")
    parser.add_argument(
        "--mix", type=float, nargs=3, help="decoder: shares of windows on letters, around things, whole posters"
    )
    parser.add_argument("--crowds", type=Path, help="a second folder as the first, of posters full of things (not for the VAE)")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate of decoder and planner")
    parser.add_argument(
        "--cool", type=float, default=0.25, help="the same two: the last share of the time, in which the rate comes down"
    )
    parser.add_argument("--unbound", dest="bound", action="store_false", help="decoder: without region conditions")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches: many beside a GPU")
    parser.add_argument("--batch", type=int, default=1, help="batches so many times as large, for a GPU")
    return parser.parse_args()


def given() -> dict[str, Any]:
    """What every stage takes, by name."""
    torch.set_num_threads(asked().threads)
    names = ("minutes", "seed", "device", "workers", "batch")
    return {name: getattr(asked(), name) for name in names}


def paths(what: str | None, *names: str, **others: Path) -> list[Path]:
    """The command line of what takes paths alone, `others` with what they are where they are not given."""
    parser = argparse.ArgumentParser(description=what, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in names:
        parser.add_argument(name, type=Path)
    for name, path in others.items():
        parser.add_argument(name, type=Path, nargs="?", default=path)
    return list(vars(parser.parse_args()).values())
