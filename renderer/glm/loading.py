"""A checkpoint on disk → the components that the engine runs, in the computer's memory or on the device.

Safetensors only, local files only. Every problem with the weights gets a coded message of its own, before anything runs with
them: freshly made values in place of missing ones would paint noise without a word.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from safetensors import safe_open

from layoutgen.diagnostics import Collector, Diagnostic, PosterError

from . import adapters
from .adapters import LOADING, Lora, Quantise, add_loras, first_line, may_quantise, quiet
from .weights import MODEL, WEIGHTS, Checkpoint, TensorInfo, find, inspect

Progress = Callable[[str, int, int], None]
"""Called with the part that comes next, the bytes that are done, and all bytes."""

VERIFIED = 2**30
"""Checkpoints up to this many bytes are searched for values that are not numbers, unless told otherwise."""


@dataclass(frozen=True)
class Components:
    """The parts of a loaded checkpoint, ready to run. Modules are in `eval` mode and need no gradients."""

    tokenizer: Any
    """ByT5: bytes of the strings."""
    processor: Any
    """Of the planner: words, chat template, reference pictures."""
    text_encoder: Any
    vision_language_encoder: Any
    vae: Any
    transformer: Any
    scheduler: Any
    pipeline: Any
    """The same parts as a stock `GlmImagePipeline`."""
    identity: Mapping[str, str]
    """What decides the pixels: for the record and for keys of caches."""
    device: torch.device
    """Where it runs; `memory.apply_plan` moves the parts there."""
    dtype: torch.dtype
    checkpoint: Checkpoint


def load_components(
    model: str | Path | Checkpoint = MODEL,
    *,
    revision: str | None = None,
    dtype: str | torch.dtype = "auto",
    device: str | torch.device = "auto",
    loras: Sequence[str | Path | Lora] = (),
    quantise: Quantise | None = None,
    verify_weights: bool | None = None,
    progress: Progress | None = None,
) -> Components:
    """Load a checkpoint from a folder or from the hub's local cache, or one already inspected; nothing is downloaded.

    The modules stay in the computer's memory on CUDA (`memory.apply_plan` places them). `dtype` `auto`: bfloat16 on CUDA,
    float32 on the CPU. `verify_weights` searches all weights for values that are not numbers; None: only in checkpoints up to
    1 GiB. PosterError: LG560 … LG570 and LG573, see `layoutgen explain`.
    """
    torch_device = choose_device(device)
    torch_dtype = choose_dtype(dtype, torch_device)
    specified = [Lora.parse(spec) for spec in loras]
    if quantise:
        may_quantise(quantise, torch_device)
    checkpoint = model if isinstance(model, Checkpoint) else inspect(find(model, revision))
    _stored_quantised(checkpoint)
    if verify_weights if verify_weights is not None else checkpoint.bytes <= VERIFIED:
        verify(checkpoint)
    with quiet():
        parts = _load_parts(checkpoint, torch_dtype, progress or (lambda part, done, total: None))
        add_loras(parts["transformer"], specified)
        from diffusers import GlmImagePipeline

        pipeline = GlmImagePipeline(**parts)
    for part in WEIGHTS:
        parts[part].eval().requires_grad_(False)
    components = Components(
        **parts,
        pipeline=pipeline,
        identity=_identity(checkpoint, torch_dtype, specified, quantise),
        device=torch_device,
        dtype=torch_dtype,
        checkpoint=checkpoint,
    )
    if quantise:
        adapters.quantise((components.transformer, components.vision_language_encoder), quantise, torch_device)
    return components


def choose_device(device: str | torch.device = "auto") -> torch.device:
    """`auto`: CUDA where there is any. LG573 for a device that is not there."""
    if device == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(device)
    except RuntimeError:
        chosen = None
    if chosen is None or chosen.type not in ("cpu", "cuda"):
        raise PosterError(Diagnostic("LG573", f"`{device}` is not a device", hint="there are `auto`, `cpu` and `cuda`"))
    if chosen.type == "cuda" and (chosen.index or 0) >= torch.cuda.device_count():
        raise PosterError(
            Diagnostic("LG573", f"there is no device `{device}` here", hint="`layoutgen doctor` shows what torch can use")
        )
    return chosen


def choose_dtype(dtype: str | torch.dtype, device: torch.device) -> torch.dtype:
    """`auto`: bfloat16 on CUDA, float32 on the CPU. LG573 for anything that the model cannot run in."""
    if dtype == "auto":
        return torch.bfloat16 if device.type == "cuda" else torch.float32
    names = {"bfloat16": torch.bfloat16, "float32": torch.float32}
    chosen = names.get(str(dtype).removeprefix("torch."))
    if chosen is None:
        raise PosterError(
            Diagnostic("LG573", f"the model cannot run in `{dtype}`", hint="there are `auto`, `bfloat16` and `float32`")
        )
    return chosen


def verify(checkpoint: Checkpoint) -> None:
    """Search every weight for values that are not numbers. LG567 with the parts and names."""
    problems = Collector()
    for part, paths in checkpoint.files.items():
        bad = []
        for path in paths:
            with safe_open(path, framework="pt") as file:
                for name in file.keys():  # noqa: SIM118 - not a dictionary
                    tensor = file.get_tensor(name)
                    if tensor.is_floating_point() and not torch.isfinite(tensor.float()).all():
                        bad.append(name)
        if bad:
            more = f" and {len(bad) - 1} more" if len(bad) > 1 else ""
            problems.error(
                "LG567",
                None,
                f"the weights of `{part}` hold values that are not numbers: `{bad[0]}`{more}",
                hint="the training that made them went wrong, or the file is damaged: take another copy",
            )
    problems.stop()


def _stored_quantised(checkpoint: Checkpoint) -> None:
    """LG570 for a checkpoint whose weights are stored in a form that this installation cannot read."""
    from importlib.util import find_spec

    problems = Collector()
    needs = {
        "auto-round": ("auto_round", "auto-round"),
        "torchao": ("torchao", "torchao"),
        "bitsandbytes": ("bitsandbytes",) * 2,
    }
    for part, method in checkpoint.quantised.items():
        module, package = needs.get(method.lower().replace("_", "-").rpartition("/")[2], ("", ""))
        if not module:
            problems.error("LG570", None, f"the weights of `{part}` are quantised by `{method}`, which cannot be read here")
        elif find_spec(module) is None:
            problems.error(
                "LG570",
                None,
                f"the weights of `{part}` are quantised by `{method}`, and `{package}` is not installed",
                hint=f"`pip install {package}` adds it",
            )
    problems.stop()


def _load_parts(checkpoint: Checkpoint, dtype: torch.dtype, progress: Progress) -> dict[str, Any]:
    import diffusers
    import transformers

    folder = checkpoint.source.folder
    parts: dict[str, Any] = {}
    classes = {
        "tokenizer": transformers.ByT5Tokenizer,
        "processor": transformers.GlmImageProcessor,
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler,
        "vae": diffusers.AutoencoderKL,
        "text_encoder": transformers.T5EncoderModel,
        "transformer": diffusers.GlmImageTransformer2DModel,
        "vision_language_encoder": transformers.GlmImageForConditionalGeneration,
    }
    done, total = 0, checkpoint.bytes
    problems = Collector()
    for part, kind in classes.items():
        progress(part, done, total)
        options: dict[str, Any] = {"local_files_only": True}
        if part in WEIGHTS:
            if part not in checkpoint.quantised and not _fits_configuration(
                part, kind, folder / part, checkpoint.tensors[part], problems
            ):
                continue
            typed = "dtype" if kind.__module__.startswith("transformers.") else "torch_dtype"
            options |= {typed: dtype, "use_safetensors": True, "output_loading_info": True}
            done += sum(path.stat().st_size for path in checkpoint.files[part])
        try:
            loaded = kind.from_pretrained(folder / part, **options)
        except LOADING as error:
            problems.error("LG566", None, f"`{part}` cannot be loaded: {first_line(error)}", hint=_SAME_CHECKPOINT)
            continue
        if part in WEIGHTS:
            loaded, report = loaded
            _check_loading_report(part, loaded, report, problems)
        parts[part] = loaded
    problems.stop()
    progress("", total, total)
    return parts


_SAME_CHECKPOINT = "configuration and weights must come from the same checkpoint: take both once more"


def _fits_configuration(part: str, kind: Any, folder: Path, stored: Mapping[str, TensorInfo], problems: Collector) -> bool:
    """Whether the weight files hold all that the configuration asks for, found out before memory is taken for it. LG566.

    Without this, a configuration with the wrong weights would first fill the memory with made-up values.
    """
    try:
        with torch.device("meta"):
            expected = (
                kind.from_config(kind.load_config(folder)) if hasattr(kind, "load_config") else kind(_config(kind, folder))
            )
    except LOADING as error:
        problems.error(
            "LG566", None, f"`{part}` cannot be made from its configuration: {first_line(error)}", hint=_SAME_CHECKPOINT
        )
        return False
    shapes = {name: tuple(tensor.shape) for name, tensor in expected.named_parameters()}
    other = sorted(name for name, shape in shapes.items() if name in stored and stored[name].shape != shape)
    if other:
        first = other[0]
        more = f", and so on for {len(other) - 1} more" if len(other) > 1 else ""
        sizes = f"is {_dimensions(stored[first].shape)}, and its configuration needs {_dimensions(shapes[first])}"
        message = f"`{first}` in the weights of `{part}` {sizes}"
        problems.error("LG566", None, message + more, hint=_SAME_CHECKPOINT)
        return False
    missing = sorted(set(shapes) - set(stored))
    # By number, not by name: what is stored under older names is renamed while it is loaded.
    if missing and sum(tensor.count for tensor in stored.values()) < sum(map(math.prod, shapes.values())):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        problems.error("LG566", None, f"the weights of `{part}` lack `{missing[0]}`{more}", hint=_SAME_CHECKPOINT)
        return False
    return True


def _config(kind: Any, folder: Path) -> Any:
    return kind.config_class.from_pretrained(folder, local_files_only=True)


def _dimensions(shape: Sequence[int]) -> str:
    return " × ".join(map(str, shape)) or "one number"


def _check_loading_report(part: str, loaded: torch.nn.Module, report: Mapping[str, Any], problems: Collector) -> None:
    """LG566 when tensors are missing, have another shape, or belong to layers that the configuration does not have.

    Other tensors that nothing uses are common and harmless: halves that were not kept, the same weights under a second name.
    """
    lists = tuple(f"{name}." for name, module in loaded.named_modules() if isinstance(module, torch.nn.ModuleList))
    layers = {name for name in report["unexpected_keys"] if name.startswith(lists)}
    shapes = {entry[0] if isinstance(entry, (tuple, list)) else entry for entry in report["mismatched_keys"]}
    for names, template in (
        (report["missing_keys"], "the weights of `{}` lack `{}`"),
        (layers, "the configuration of `{}` has no place for its weights `{}`"),
        (shapes, "the weights of `{}` have another shape than its configuration says: `{}`"),
        (report["error_msgs"], "the weights of `{}` do not fit its configuration: {}"),
    ):
        if names:
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            problems.error("LG566", None, template.format(part, min(names)) + more, hint=_SAME_CHECKPOINT)


def _identity(checkpoint: Checkpoint, dtype: torch.dtype, loras: Sequence[Lora], quantise: str | None) -> Mapping[str, str]:
    from importlib.metadata import version

    identity = {
        "model": checkpoint.source.model,
        "revision": checkpoint.source.revision,
        "weights": checkpoint.digest,
        "licence": checkpoint.source.licence,
        "dtype": str(dtype).removeprefix("torch."),
    }
    if loras:
        identity["loras"] = ", ".join(f"{lora.path.name}:{lora.scale:g}:{_sha256(lora.path)[:16]}" for lora in loras)
    stored = sorted(set(checkpoint.quantised.values()))
    if quantise or stored:
        identity["quantised"] = ", ".join([*([quantise] if quantise else []), *stored])
    identity |= {name: version(name) for name in ("torch", "diffusers", "transformers")}
    return MappingProxyType(identity)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
