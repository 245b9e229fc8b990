"""The record: everything needed to audit, replay or redo one render, as one JSON file beside the picture."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from layoutgen.check.model import Reading, Verdict
from layoutgen.conditions.model import Conditions
from layoutgen.noun import Noun

if TYPE_CHECKING:
    from PIL.Image import Image


class Attempt(Noun):
    """One action of the renderer and what the check said of its picture."""

    action: str
    seed: int
    seconds: float
    reading: Reading
    verdict: Verdict
    pixels: str
    """sha256 of the finished picture's RGB bytes."""
    settings: dict[str, Any] = {}


class Record(Noun):
    version: Literal[1] = 1
    poster: str
    """The file's name as it was given."""
    digest: str
    """sha256 over the poster and all the files it uses."""
    params: dict[str, Any]
    locale: str
    canvas: str
    seed: int
    renderer: dict[str, Any]
    """Name, versions and weights."""
    chosen: str
    """How the renderer came to be chosen."""
    reader: str
    conditions: Conditions
    attempts: tuple[Attempt, ...]
    best: int
    """Index of the attempt whose picture was kept."""
    verdict: Verdict
    status: str
    passed: bool
    stopped: str
    """Why there was no further attempt."""
    seconds: float
    versions: dict[str, str]
    image: str | None = None
    """File name of the picture, once saved."""
    sha256: str | None = None
    """Of the picture's file, once saved."""


def pixel_hash(picture: Image) -> str:
    """sha256 of size, mode and raw pixels: equal for equal pictures, whatever file format they are saved in."""
    digest = hashlib.sha256(f"{picture.mode} {picture.width}x{picture.height}\n".encode())
    digest.update(picture.tobytes())
    return digest.hexdigest()


def versions() -> Mapping[str, str]:
    """The versions that decide pixels and readings."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"python": platform.python_version()}
    for package in ("layoutgen", "pillow", "numpy", "kiwisolver", "rapidocr", "onnxruntime"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
