"""The command line of every training stage."""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import Any

import torch


@cache
def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("shards", type=Path, help="folder of samples; decoder and planner take prepared ones")
    parser.add_argument("runs", type=Path, help="folder of checkpoints and logs; a stage continues from what is there")
    parser.add_argument("--minutes", type=float, default=30, help="in total, earlier runs included")
    parser.add_argument("--whole", type=float, default=0, help="decoder: minutes at the end on whole posters only")
    parser.add_argument(
        "--mix", type=float, nargs=3, help="decoder: shares of windows on letters, windows around objects, whole posters"
    )
    parser.add_argument("--crowds", type=Path, help="a second such folder, of posters full of objects (not for the VAE)")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate of decoder and planner")
    parser.add_argument(
        "--cool", type=float, default=0.25, help="decoder and planner: the last share of the time, in which the rate comes down"
    )
    parser.add_argument("--unbound", dest="bound", action="store_false", help="decoder: without region conditions")
    parser.add_argument("--seed", type=int, default=0, help="random seed of weights and batches")
    parser.add_argument("--threads", type=int, default=2, help="CPU threads of PyTorch")
    parser.add_argument(
        "--device", default="cuda" if torch.cuda.is_available() else "cpu", help="where to compute: cuda or cpu"
    )
    parser.add_argument("--workers", type=int, default=1, help="processes that make batches; a GPU needs many")
    parser.add_argument("--batch", type=int, default=1, help="how many times as large batches are, for a GPU")
    return parser.parse_args()


def shared_arguments() -> dict[str, Any]:
    """The arguments that every stage takes, by name."""
    torch.set_num_threads(arguments().threads)
    names = ("minutes", "seed", "device", "workers", "batch")
    return {name: getattr(arguments(), name) for name in names}


def path_arguments(description: str | None, *names: str, **others: Path) -> list[Path]:
    """The command line of a script that only takes paths; `others` are optional, with their defaults."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in names:
        parser.add_argument(name, type=Path, help="a file or folder; see above")
    for name, path in others.items():
        parser.add_argument(name, type=Path, nargs="?", default=path, help=f"by default {path}")
    return list(vars(parser.parse_args()).values())
