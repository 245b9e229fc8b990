"""What is done to a checkpoint after it is loaded: adapters put on, weights stored in 8 bits."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError

from layoutgen.diagnostics import Diagnostic, PosterError

from .weights import QUANTISED, read_header

Quantise = Literal["int8", "fp8"]

# What the two libraries raise for files that they cannot make sense of.
LOADING = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    SafetensorError,
    StrictDataclassError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Lora:
    """A low-rank adapter of the decoder, and how strongly it acts."""

    path: Path
    scale: float = 1.0

    @classmethod
    def parse(cls, spec: str | Path | Lora) -> Lora:
        """`PATH` or `PATH:SCALE`. LG568 when there is no such adapter."""
        if isinstance(spec, Lora):
            return spec
        text = str(spec)
        path, colon, scale = text.rpartition(":")
        try:
            lora = cls(Path(path).expanduser(), float(scale)) if colon and path else cls(Path(text).expanduser())
        except ValueError:
            lora = cls(Path(text).expanduser())
        if not math.isfinite(lora.scale):
            raise _unusable(lora.path, f"its scale cannot be `{scale}`", "1 is its full strength, 0 none of it")
        if lora.path.is_dir():
            inside = sorted(lora.path.glob("*.safetensors"))
            if len(inside) != 1:
                raise _unusable(lora.path, f"the folder holds {len(inside)} safetensors files, and one is needed")
            lora = cls(inside[0], lora.scale)
        if not lora.path.is_file():
            raise _unusable(
                lora.path, "there is no such file", "write `PATH` or `PATH:SCALE`; the adapter is a safetensors file"
            )
        if lora.path.suffix != ".safetensors":
            raise _unusable(lora.path, "only safetensors files are read", "other formats can run code when they are opened")
        return lora


def add_loras(transformer: Any, loras: Sequence[Lora]) -> None:
    """Put the adapters onto the decoder. LG568."""
    if loras and find_spec("peft") is None:
        raise _unusable(loras[0].path, "`peft` is not installed", "`pip install layoutgen[glm]` adds it")
    modules = {name for name, _ in transformer.named_modules()}
    names = []
    for index, lora in enumerate(loras):
        prefix = _lora_prefix(lora, modules)
        name = f"lora{index}"
        try:
            transformer.load_lora_adapter(
                str(lora.path.resolve().parent),
                weight_name=lora.path.name,
                prefix=prefix,
                adapter_name=name,
                use_safetensors=True,
                local_files_only=True,
            )
        except LOADING as error:
            raise _unusable(lora.path, first_line(error), "it must have been trained for this model") from error
        names.append(name)
    if names:
        transformer.set_adapters(names, [lora.scale for lora in loras])


def _lora_prefix(lora: Lora, modules: set[str]) -> str | None:
    """What stands before the names of the decoder's modules in the adapter's tensors."""
    try:
        tensors = read_header(lora.path)
    except (OSError, ValueError) as error:
        raise _unusable(lora.path, str(error), "take another copy") from error
    targets = sorted({name.partition(".lora")[0] for name in tensors if ".lora" in name})
    for prefix in ("transformer", "base_model.model", None):
        lead = f"{prefix}." if prefix else ""
        if targets and all(name.startswith(lead) and name.removeprefix(lead) in modules for name in targets):
            return prefix
    if not targets:
        raise _unusable(lora.path, "no low-rank weights are in it", "an adapter has tensors such as `….lora_A.weight`")
    wrong = next((name for name in targets if name.removeprefix("transformer.") not in modules), targets[0])
    raise _unusable(lora.path, f"the model has no layer `{wrong}`", "it must have been trained for this model's decoder")


def _unusable(path: Path, problem: str, hint: str = "") -> PosterError:
    return PosterError(Diagnostic("LG568", f"the adapter `{path}` cannot be used: {problem}", hint=hint))


def quantise(modules: Iterable[torch.nn.Module], kind: Quantise, device: torch.device) -> None:
    """Store the linear layers of the modules' repeated blocks in 8 bits, in place. Twice does nothing more.

    Activations keep their type; adapters, embeddings, norms and both ends of the networks are left alone. LG569.
    """
    may_quantise(kind, device)
    with quiet():
        from torchao.quantization import Float8WeightOnlyConfig, Int8WeightOnlyConfig, quantize_
        from torchao.utils import TorchAOBaseTensor

        config = Int8WeightOnlyConfig() if kind == "int8" else Float8WeightOnlyConfig()

        def is_quantisable(module: torch.nn.Module, name: str) -> bool:
            return (
                isinstance(module, torch.nn.Linear)
                and "lora_" not in name
                and bool(QUANTISED.search(f"{name}.weight"))
                and not isinstance(module.weight, TorchAOBaseTensor)
            )

        for module in modules:
            quantize_(module, config, filter_fn=is_quantisable)


def may_quantise(kind: str, device: torch.device) -> None:
    problem = hint = ""
    if kind not in ("int8", "fp8"):
        problem, hint = f"weights cannot be quantised to `{kind}`", "there are `int8` and `fp8`"
    elif find_spec("torchao") is None:
        problem, hint = "quantised weights need `torchao`, which is not installed", "`pip install layoutgen[glm]` adds it"
    elif kind == "fp8" and (device.type != "cuda" or torch.cuda.get_device_capability(device) < (8, 9)):
        problem, hint = f"`{device}` has no 8-bit floating point numbers", "`int8` works everywhere"
    if problem:
        raise PosterError(Diagnostic("LG569", problem, hint=hint))


def first_line(error: BaseException) -> str:
    """The first sentence of what a library says; with the next line where the first one only announces it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    text = " ".join(lines[:2]) if lines[0].endswith(":") or lines[0].startswith("Error(s)") else lines[0]
    return text.rstrip(" .:")[:300]


@contextmanager
def quiet() -> Iterator[None]:
    """Without the libraries' own progress bars and remarks: ours are shown instead, and every problem is an error."""
    # Of its optional kernels torchao reports those that are not for this machine, when diffusers imports it.
    imports = [logging.getLogger(name) for name in ("torchao", "torch.utils._pytree")]
    before = [one.level for one in imports]
    for logger in imports:
        logger.setLevel(logging.ERROR)
    import diffusers.utils.logging as of_diffusers
    import transformers.utils.logging as of_transformers

    bars = [(one, one.is_progress_bar_enabled()) for one in (of_diffusers, of_transformers)]
    levels = [(one, one.get_verbosity()) for one in (of_diffusers, of_transformers)]
    for one, _ in bars:
        one.disable_progress_bar()
        one.set_verbosity(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for one, on in bars:
            if on:
                one.enable_progress_bar()
        for one, level in levels:
            one.set_verbosity(level)
        for logger, old in zip(imports, before, strict=True):
            logger.setLevel(old)
