"""A checkpoint on disk: where it is, whether all of it is there and sound, and what it is called in the record.

Only names, configurations and the headers of the weight files are read, so this takes a moment for 35 GB as well, and torch
is not needed. Nothing is ever downloaded here: what is missing is named, with the command that fetches it.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layoutgen.base.suggest import listed
from layoutgen.diagnostics import Collector, Diagnostic, PosterError

MODEL = "zai-org/GLM-Image"
REVISION = "main"
PIPELINE = "GlmImagePipeline"


@dataclass(frozen=True)
class PublishedCheckpoint:
    """A published checkpoint."""

    gigabytes: int
    licence: str


PUBLISHED_CHECKPOINTS = {MODEL: PublishedCheckpoint(35, "MIT")}

PARTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "tokenizer": ("ByT5Tokenizer", ("tokenizer_config.json",)),
    "processor": (
        "GlmImageProcessor",
        ("tokenizer.json", "tokenizer_config.json", "preprocessor_config.json|processor_config.json"),
    ),
    "scheduler": ("FlowMatchEulerDiscreteScheduler", ("scheduler_config.json",)),
    "vae": ("AutoencoderKL", ("config.json",)),
    "text_encoder": ("T5EncoderModel", ("config.json",)),
    "transformer": ("GlmImageTransformer2DModel", ("config.json",)),
    "vision_language_encoder": ("GlmImageForConditionalGeneration", ("config.json",)),
}
"""Folder → class and files; `a|b` is either of the two."""

WEIGHTS = {
    "vae": "diffusion_pytorch_model",
    "text_encoder": "model",
    "transformer": "diffusion_pytorch_model",
    "vision_language_encoder": "model",
}
"""Folders with weights → the name of their files without its end. Ordered from small to large."""

QUANTISED = re.compile(r"(?:^|\.)(?:language_model\.layers|transformer_blocks)\.\d+\..*\bweight$")
"""Names of the weights that may be stored in 8 bits, where they have two dimensions: the repeated blocks of planner and
decoder. Embeddings, norms, the vision tower and both ends of the networks keep their precision."""

_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_BYTES |= {"F8_E4M3": 1, "F8_E5M2": 1, "U16": 2, "U32": 4, "U64": 8}
_FLOATS = ("F64", "F32", "F16", "BF16")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_LARGEST_HEADER = 100_000_000


@dataclass(frozen=True)
class TensorInfo:
    """One entry of a weight file's header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int

    @property
    def count(self) -> int:
        return math.prod(self.shape)

    @property
    def floating(self) -> bool:
        return self.dtype in _FLOATS


@dataclass(frozen=True)
class CheckpointSource:
    """Where a checkpoint is."""

    model: str
    """As it was asked for: hub id or folder."""
    folder: Path
    revision: str
    """The commit of the hub, or `folder`."""
    licence: str


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint whose every part is there; the weights themselves are not read yet."""

    source: CheckpointSource
    files: Mapping[str, tuple[Path, ...]]
    """Folder → its weight files."""
    tensors: Mapping[str, Mapping[str, TensorInfo]]
    """Folder → name → tensor."""
    quantised: Mapping[str, str]
    """Folder → method, for weights that are stored quantised."""
    digest: str
    """SHA-256 over the configurations and the headers of the weight files, in hexadecimal."""

    @property
    def bytes(self) -> int:
        return sum(path.stat().st_size for files in self.files.values() for path in files)


def find(model: str | Path = MODEL, revision: str | None = None) -> CheckpointSource:
    """The checkpoint's folder: the one that is named, or the hub's copy in the local cache. LG560, LG561."""
    name = str(model)
    folder = Path(model).expanduser()
    if folder.is_dir():
        return CheckpointSource(name, folder, "folder", _licence(folder))
    if not _HUB_ID.fullmatch(name):
        raise PosterError(
            Diagnostic(
                "LG561",
                f"there is no folder `{name}`",
                hint=f"`--model` is a folder with a GLM-Image checkpoint, or a name on the hub such as `{MODEL}`",
            )
        )
    requested = revision or REVISION
    if cached := _cached(name, requested):
        licence = PUBLISHED_CHECKPOINTS[name].licence if name in PUBLISHED_CHECKPOINTS else _licence(cached)
        return CheckpointSource(name, cached, cached.name, licence)
    raise PosterError(
        Diagnostic("LG560", f"the weights of `{name}` are not on this computer", hint=how_to_fetch(name, requested))
    )


def how_to_fetch(model: str, revision: str | None = None) -> str:
    """The command that fetches a checkpoint, with what it costs."""
    published = PUBLISHED_CHECKPOINTS.get(model)
    facts = (
        f"{published.gigabytes} GB, licence {published.licence}"
        if published
        else f"size and licence: https://huggingface.co/{model}"
    )
    command = f"hf download {model} --revision {revision or REVISION}"
    offline = "; HF_HUB_OFFLINE is set, so take that away first" if _offline() else ""
    return f"fetch them with `{command}` ({facts}){offline}; layoutgen itself downloads nothing"


def why_unavailable(*, look: bool = True, revision: str | None = None, device: str = "auto") -> str | None:
    """Why GLM-Image cannot be run here, in a few words, or None. `look`: whether its published weights must be here as well."""
    if reason := _versions():
        return reason
    if look:
        try:
            find(MODEL, revision)
        except PosterError as error:
            problem = error.diagnostics[0]
            return f"{problem.message}; {problem.hint}"
        if device == "auto" and not _may_have_cuda():
            return "there is no CUDA device, and on a CPU one picture takes hours; `device=cpu` tries it all the same"
    return None


def inspect(source: CheckpointSource) -> Checkpoint:
    """Look at all parts of a checkpoint. PosterError with everything that is missing or broken: LG561 … LG565."""
    problems = Collector()
    fetch = (
        how_to_fetch(source.model, source.revision) if source.revision != "folder" else "copy the whole checkpoint once more"
    )
    index = _read_json(source.folder / "model_index.json", problems, fetch)
    problems.stop()
    _classes(source.folder, index, problems)
    missing = [
        f"{part}/{name.partition('|')[0]}"
        for part, (_, names) in PARTS.items()
        for name in names
        if not any((source.folder / part / option).is_file() for option in name.split("|"))
    ]
    files = {part: _weight_files(source.folder / part, stem, missing, problems, fetch) for part, stem in WEIGHTS.items()}
    if missing:
        what = "a file is missing" if len(missing) == 1 else f"{len(missing)} files are missing"
        problems.error("LG563", None, f"{what} in `{source.folder}`: {listed(missing, 4)}", hint=fetch)
    tensors = {part: _tensors(paths, problems, fetch) for part, paths in files.items()}
    quantised = dict(_quantised(source.folder, problems, fetch))
    problems.stop()
    return Checkpoint(source, files, tensors, quantised, _digest(source.folder, files))


def read_header(path: Path) -> dict[str, TensorInfo]:
    """The tensors of a safetensors file. ValueError, with the reason in words, for one that is cut off or of another format."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(b"version "):
            raise ValueError("it is only a pointer of Git LFS, not the weights")
        length = int.from_bytes(start, "little")
        if len(start) < 8 or not 2 <= length <= min(size - 8, _LARGEST_HEADER):
            raise ValueError(f"it has {size:,} bytes and no complete header: it is cut off, or not a safetensors file")
        try:
            header = json.loads(file.read(length))
            tensors = {
                name: TensorInfo(entry["dtype"], tuple(map(int, entry["shape"])), *map(int, entry["data_offsets"]))
                for name, entry in header.items()
                if name != "__metadata__"
            }
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError("its header is damaged") from error
    for name, tensor in tensors.items():
        if tensor.dtype in _BYTES and tensor.end - tensor.start != tensor.count * _BYTES[tensor.dtype]:
            raise ValueError(f"its header is damaged: `{name}` does not have the size that its shape needs")
    needed = 8 + length + max((tensor.end for tensor in tensors.values()), default=0)
    if size < needed:
        raise ValueError(f"it is cut off: {size:,} of {needed:,} bytes are there")
    if size > needed:
        raise ValueError(f"it has {size - needed:,} bytes too many")
    return tensors


def _cached(model: str, revision: str) -> Path | None:
    """The hub cache's folder of a revision (a commit, a branch or a tag), or None."""
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE) / f"models--{model.replace('/', '--')}"
    ref = folder / "refs" / revision
    commit = ref.read_text("utf-8").strip() if not _COMMIT.fullmatch(revision) and ref.is_file() else revision
    snapshot = folder / "snapshots" / commit
    return snapshot if snapshot.is_dir() else None


def _offline() -> bool:
    return any(
        os.environ.get(name, "").upper() in {"1", "ON", "YES", "TRUE"} for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
    )


def _licence(folder: Path) -> str:
    """What the front matter of the folder's README says."""
    try:
        text = (folder / "README.md").read_text("utf-8")[:4000]
    except (OSError, UnicodeDecodeError):
        return "unknown"
    match = re.search(r"^licen[sc]e:\s*(\S+)\s*$", text, re.MULTILINE)
    return match[1] if match and text.startswith("---") else "unknown"


def _versions() -> str:
    """What is wrong with the libraries that are installed, or an empty text."""
    from importlib.metadata import PackageNotFoundError, version

    for name in ("torch", "diffusers", "transformers", "safetensors", "accelerate"):
        try:
            installed = version(name)
        except PackageNotFoundError:
            return f"`{name}` is not installed"
        if name == "diffusers" and installed.startswith("0.40.0"):
            return "diffusers 0.40.0 ignores the noise schedule it is given: install another version"
    return ""


def _may_have_cuda() -> bool:
    """Whether it is worth asking torch, which takes seconds to import."""
    from importlib.metadata import version

    if version("torch").endswith("+cpu"):
        return False
    if sys.platform == "linux":
        return Path("/dev/nvidiactl").exists() or Path("/dev/dxg").exists()
    return sys.platform == "win32"


def _read_json(path: Path, problems: Collector, fetch: str) -> dict[str, Any]:
    relative = f"{path.parent.name}/{path.name}"
    try:
        value = json.loads(path.read_text("utf-8"))
        if isinstance(value, dict):
            return value
        problems.error("LG565", None, f"`{relative}` is damaged: it is not a JSON object", hint=fetch)
    except FileNotFoundError:
        problems.error("LG561", None, f"`{path.parent}` is not a checkpoint: it has no `{path.name}`", hint=fetch)
    except (OSError, ValueError) as error:
        problems.error("LG565", None, f"`{relative}` is damaged: {error}", hint=fetch)
    return {}


def _classes(folder: Path, index: Mapping[str, Any], problems: Collector) -> None:
    pipeline = index.get("_class_name")
    if pipeline != PIPELINE:
        problems.error(
            "LG562",
            None,
            f"`{folder}` holds a `{pipeline}`, not a `{PIPELINE}`",
            hint=f"only GLM-Image and checkpoints trained from it can be run here, such as `{MODEL}`",
        )
        problems.stop()
    for part, (required, _) in PARTS.items():
        entry = index.get(part)
        name = entry[1] if isinstance(entry, list) and len(entry) == 2 else None
        if name != required:
            problem = f"is a `{name}`" if name else "is not listed"
            problems.error("LG562", None, f"`{part}` in `model_index.json` {problem}, and a `{required}` is needed")


def _weight_files(folder: Path, stem: str, missing: list[str], problems: Collector, fetch: str) -> tuple[Path, ...]:
    single, index = folder / f"{stem}.safetensors", folder / f"{stem}.safetensors.index.json"
    if index.is_file():
        mapped = _read_json(index, problems, fetch).get("weight_map")
        names = set(mapped.values()) if isinstance(mapped, dict) else set()
        if not names or not all(isinstance(name, str) and Path(name).name == name for name in names):
            problems.error("LG565", None, f"`{folder.name}/{index.name}` is damaged: it does not list weight files", hint=fetch)
            return ()
        shards = tuple(folder / name for name in sorted(names))
        missing += [f"{folder.name}/{path.name}" for path in shards if not path.is_file()]
        return tuple(path for path in shards if path.is_file())
    if single.is_file():
        return (single,)
    pickled = sorted(path.name for end in ("bin", "pt", "pth", "ckpt") for path in folder.glob(f"*.{end}"))
    if pickled:
        problems.error(
            "LG564",
            None,
            f"the weights of `{folder.name}` are in `{pickled[0]}`, which can run code when it is opened",
            hint="only safetensors files are read: ask for the checkpoint in that form",
        )
    else:
        missing.append(f"{folder.name}/{single.name}")
    return ()


def _tensors(paths: tuple[Path, ...], problems: Collector, fetch: str) -> dict[str, TensorInfo]:
    tensors: dict[str, TensorInfo] = {}
    for path in paths:
        try:
            tensors |= read_header(path)
        except (OSError, ValueError) as error:
            problems.error("LG565", None, f"`{path.parent.name}/{path.name}` is damaged: {error}", hint=fetch)
    return tensors


def _quantised(folder: Path, problems: Collector, fetch: str) -> Iterator[tuple[str, str]]:
    for part in WEIGHTS:
        path = folder / part / "config.json"
        stored = _read_json(path, problems, fetch).get("quantization_config") if path.is_file() else None
        if isinstance(stored, Mapping):
            yield part, str(stored.get("quant_method", "unknown"))


def _digest(folder: Path, files: Mapping[str, tuple[Path, ...]]) -> str:
    """Cheap but telling: every small file in full; of the weight files, the header and the size."""
    weights = {path for paths in files.values() for path in paths}
    small = {
        path for part in ("", *PARTS) for end in ("json", "jinja", "txt", "model") for path in (folder / part).glob(f"*.{end}")
    }
    result = hashlib.sha256()
    for path in sorted(weights | small):
        result.update(f"{path.relative_to(folder).as_posix()}\n{path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            if path in weights:
                length = file.read(8)
                result.update(length + file.read(int.from_bytes(length, "little")))
            else:
                result.update(file.read())
    return result.hexdigest()
