"""What a renderer keeps of a picture (latents, prior tokens) as one small file, and back again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = "1"
HALF = 60_000.0
"""Numbers up to this size are kept in 16 bits."""


def pack(artefacts: Mapping[str, Any]) -> bytes:
    """A safetensors file of the arrays and tensors in `artefacts`; no bytes at all when there are none.

    32-bit floats are kept in 16 bits, which is more than a picture shows: about 0.5 MB for 1024 x 1024 pixels. What is neither
    an array nor plain JSON is left out, and the file says so.
    """
    arrays = {name: array for name, value in artefacts.items() if (array := _array(value)) is not None}
    if not arrays:
        return b""
    from safetensors.numpy import save

    plain = {name: value for name, value in artefacts.items() if name not in arrays and _is_plain(value)}
    left_out = sorted(set(artefacts) - set(arrays) - set(plain))
    metadata = {"layoutgen": VERSION, "plain": json.dumps(plain, sort_keys=True), "left_out": json.dumps(left_out)}
    types = {name: str(array.dtype) for name, array in arrays.items()}
    return bytes(save({name: _small(array) for name, array in arrays.items()}, {**metadata, "types": json.dumps(types)}))


def read_artefacts(path: Path) -> dict[str, Any]:
    """What `pack` was given, tensors as numpy arrays of their own type. LG676 when the file is missing or damaged."""
    from safetensors import SafetensorError, safe_open

    hint = "render the poster again: without this file only the whole picture can be made again"
    try:
        with safe_open(path, framework="np") as file:
            metadata = file.metadata() or {}
            if metadata.get("layoutgen") != VERSION:
                raise PosterError(Diagnostic("LG676", f"`{path}` does not hold what a renderer kept", hint=hint))
            types = json.loads(metadata["types"])
            restored = {name: file.get_tensor(name).astype(types[name]) for name in file.keys()}  # noqa: SIM118
            return {**restored, **json.loads(metadata["plain"])}
    except FileNotFoundError:
        message = f"`{path}`, what the renderer kept of the picture, is not there"
        raise PosterError(Diagnostic("LG676", message, hint=hint)) from None
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise PosterError(Diagnostic("LG676", f"`{path}` is damaged: {error}", hint=hint)) from None


def _array(value: Any) -> NDArray[Any] | None:
    """The numbers of an array or tensor in main memory; None for anything else."""
    if type(value).__module__.split(".")[0] == "torch" and hasattr(value, "detach"):
        value = value.detach().cpu()
        return _array(value.float().numpy() if value.is_floating_point() else value.numpy())
    import numpy as np

    return np.ascontiguousarray(value) if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" else None


def _small(array: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    fits = array.dtype in (np.float32, np.float64) and np.isfinite(array).all() and (np.abs(array) <= HALF).all()
    return array.astype(np.float16) if fits else array


def _is_plain(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True
