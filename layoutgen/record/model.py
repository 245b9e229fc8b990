"""The record: everything needed to audit, replay or redo one render, as one JSON file beside the picture."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field, ValidationError

from layoutgen.base.model import Box, FrozenModel
from layoutgen.check.model import Reading, Verdict
from layoutgen.conditions.model import Conditions
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderers.abilities import Action

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.document import Poster

LARGEST_RECORD = 64 * 1024 * 1024
"""Bytes; a file that is larger is no record."""


class Attempt(FrozenModel):
    """One action of the renderer and what the check said of its picture."""

    action: Action
    seed: int
    seconds: float
    reading: Reading
    verdict: Verdict
    pixels: str
    """sha256 of the finished picture's RGB bytes."""
    settings: dict[str, Any] = {}
    """What the renderer says decided the pixels."""
    reason: str = ""
    """Why this was done."""
    start: int | None = None
    """Index of the attempt whose picture it began from; None: from nothing."""
    boxes: tuple[Box, ...] = ()
    """Of a repair: what was made again, canvas pixels."""
    targets: tuple[str, ...] = ()
    """What it was to put right, as the policy names it."""
    emphasis: tuple[str, ...] = ()
    """Ids of the slogans that the prompt stressed."""
    cost: float = 0.0
    """In the renderer's own units."""
    options: dict[str, Any] = {}
    """The renderer's own settings for this attempt alone."""
    looks: float | None = None
    """How good it looks, to whatever was set to choose among pictures that pass; the higher, the better."""
    picture: str | None = None
    """A small copy of its picture, as a path beside the record; only where more than the final picture is kept."""
    memory: float | None = None
    """GiB of main memory that the process had held at most by then."""


class FileDigest(FrozenModel):
    """One file that the picture was made from, as it was then."""

    name: str
    """As the poster names it; of assets the absolute path."""
    sha256: str
    bytes: int
    text: str | None = None
    """What stood in it, for posters and kits."""


class Lineage(FrozenModel):
    """Of a picture that was made from parts of another one."""

    record: str
    """`fingerprint` of the record of the picture that it was made from."""
    picture: str
    """File name of that picture."""
    pixels: str
    """`pixel_hash` of that picture as it was read."""
    artefacts: str | None = None
    """Of the same: the file with what its renderer kept."""
    parts: tuple[str, ...]
    """Ids of the elements that were made again."""
    boxes: tuple[Box, ...]
    """Where these are, canvas pixels."""
    protected: tuple[Box, ...] = ()
    """Boxes that no soft edge reaches."""
    feather: int
    """Width of the soft edge around the boxes, pixels. Beyond it every pixel is that of the older picture."""


class Record(FrozenModel):
    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True, validate_by_alias=True)

    version: Literal[1] = 1
    poster: str
    """The file's name as it was given."""
    digest: str
    """sha256 over the poster and all the files it uses."""
    files: tuple[FileDigest, ...] = ()
    """The same, one by one."""
    assets: tuple[FileDigest, ...] = ()
    """Pictures and fonts that the conditions name."""
    params: dict[str, Any]
    locale: str
    canvas: str
    seed: int
    renderer: dict[str, Any]
    """Name, versions, weights and their licence."""
    options: dict[str, Any] = {}
    """What the renderer was opened with."""
    chosen: str
    """How the renderer came to be chosen."""
    reader: str
    conditions: Conditions
    attempts: tuple[Attempt, ...] = Field(min_length=1)
    best: int = Field(ge=0)
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
    artefacts: str | None = None
    """File name of what the renderer kept of the best attempt (latents, prior tokens), once saved."""
    origin: Lineage | None = Field(default=None, alias="from")


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is kept beside a record."""

    pictures: tuple[Image, ...] = ()
    """One an attempt, small (`small_copy`); none where the record's own picture is all there was."""
    artefacts: Mapping[str, Any] = field(default_factory=dict)
    """Of the best attempt: `Rendered.artefacts`."""


def pixel_hash(picture: Image) -> str:
    """sha256 of size, mode and raw pixels: equal for equal pictures, whatever file format they are saved in."""
    digest = hashlib.sha256(f"{picture.mode} {picture.width}x{picture.height}\n".encode())
    digest.update(picture.tobytes())
    return digest.hexdigest()


def small_copy(picture: Image, side: int = 768) -> Image:
    """An attempt's picture as it is kept as evidence: at most `side` pixels long."""
    from PIL.Image import Resampling

    scale = side / max(picture.size)
    if scale >= 1:
        return picture.copy()
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Resampling.LANCZOS, reducing_gap=3.0)


def fingerprint(record: Record) -> str:
    """sha256 of what the record says about how the picture came about: times, memory and file names do not count.

    The same input gives the same fingerprint, so pictures that carry it stay the same byte for byte.
    """
    fields = record.model_dump(mode="json", exclude={"seconds", "image", "sha256", "artefacts"})
    for attempt in fields["attempts"]:
        for name in ("seconds", "memory", "picture"):
            del attempt[name]
        attempt["settings"].pop("memory", None)
    canonical = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def files_of(poster: Poster) -> tuple[FileDigest, ...]:
    """The files that `Poster.digest` goes over, one by one; of posters and kits also what stands in them."""
    digests = []
    for name, content in poster.files:
        raw = content if isinstance(content, bytes) else content.read_bytes()
        text = content.decode() if isinstance(content, bytes) else None
        digests.append(FileDigest(name=name, sha256=hashlib.sha256(raw).hexdigest(), bytes=len(raw), text=text))
    return tuple(digests)


def assets_of(conditions: Conditions) -> tuple[FileDigest, ...]:
    """The files that the conditions name: pictures, references, fonts of the project. A file that is not there is left out."""
    return tuple(digest for name in conditions.named_files if (digest := digest_of(Path(name))))


def digest_of(path: Path) -> FileDigest | None:
    """A file's digest; None when it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    return FileDigest(name=str(path), sha256=hashlib.sha256(raw).hexdigest(), bytes=len(raw))


def read_record(path: Path) -> Record:
    """The record in a file. PosterError: LG901 no such file, LG670 no record, LG671 another version, LG672 damaged."""
    raw = _read(path)
    hint = "a record is the file `NAME.record.json` beside a picture"
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        raise PosterError(Diagnostic("LG670", f"`{path}` is not a record", hint=hint, file=str(path))) from None
    if not isinstance(value, dict) or not {"attempts", "conditions", "verdict"} & set(value):
        raise PosterError(Diagnostic("LG670", f"`{path}` is not a record", hint=hint, file=str(path)))
    if (version := value.get("version", 1)) != 1:
        message = f"this record is of version {version!r}, and version 1 is read here"
        hint = "use the layoutgen that wrote it, or render the poster again"
        raise PosterError(Diagnostic("LG671", message, hint=hint, file=str(path)))
    try:
        record = Record.model_validate(value)
    except ValidationError as error:
        raise PosterError(_damage(item, path) for item in error.errors(include_url=False, include_input=False)) from None
    if record.best >= len(record.attempts):
        message = f"`best` is {record.best}, and there are {len(record.attempts)} attempts"
        raise PosterError(Diagnostic("LG672", message, hint="render the poster again", file=str(path)))
    return record


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_RECORD:
            message = f"`{path}` is too large to be a record"
            raise PosterError(Diagnostic("LG670", message, hint="a record is the file `NAME.record.json`", file=str(path)))
        return path.read_bytes()
    except OSError as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()
        raise PosterError(Diagnostic("LG901", f"`{path}` cannot be opened: {reason}", hint="check the name")) from None


def _damage(item: Mapping[str, Any], path: Path) -> Diagnostic:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in item["loc"]).lstrip(".")
    problem = {"missing": "is missing", "extra_forbidden": "is not a field of records"}.get(
        str(item["type"]), f"is wrong: {str(item['msg'])[:1].lower()}{str(item['msg'])[1:]}"
    )
    return Diagnostic("LG672", f"`{place}` {problem}", hint="render the poster again for a new record", file=str(path))


def plain_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """What a renderer was opened with, as JSON: paths as text."""

    def plain(value: Any) -> Any:
        if isinstance(value, FrozenModel):
            return value.model_dump(mode="json")
        if isinstance(value, (list, tuple)):
            return [plain(item) for item in value]
        return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)

    return {name: plain(value) for name, value in options.items()}


def memory_held() -> float | None:
    """GiB of main memory that this process has held at most; None where the system does not tell."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / 2 ** (30 if sys.platform == "darwin" else 20), 3)


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    import platform
    from importlib.metadata import PackageNotFoundError, requires, version

    from PIL import features

    found_versions = {"python": platform.python_version(), "machine": platform.machine()}
    needed = [item for item in requires("layoutgen") or () if "extra ==" not in item]
    for package in ("layoutgen", *(re.split(r"[^\w.-]", item, maxsplit=1)[0] for item in needed)):
        try:
            found_versions[package] = version(package)
        except PackageNotFoundError:
            continue
    for part in ("freetype2", "raqm", "harfbuzz", "fribidi"):
        if part_version := features.version(part):
            found_versions[part] = part_version
    return tuple(found_versions.items())


def versions() -> Mapping[str, str]:
    """The versions that decide pixels and readings: of Python, this package, all it requires, and the libraries of letters."""
    return dict(_versions())
