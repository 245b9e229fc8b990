"""QR codes: content → modules → pixels, exact, never smoothed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

QUIET_ZONE = 4
"""Modules of white on each side, as the standard asks."""
SMALLEST_MODULE = 2
"""Pixels; below this, cameras and printers lose modules."""


@lru_cache(maxsize=64)
def _code(content: str, name: str) -> tuple[bytes, ...]:
    """Rows of modules, 1 dark. Without numpy, so that checking a poster stays quick. LG431."""
    import segno

    if not content:
        raise PosterError(Diagnostic("LG431", f"the QR code `{name}` has no content", hint="give it a link or a text"))
    try:
        code = segno.make(content, error="m", micro=False, boost_error=False)
    except segno.DataOverflowError:
        size = len(content.encode())
        raise PosterError(
            Diagnostic(
                "LG431",
                f"the content of the QR code `{name}` is too long: {size} bytes do not fit into the largest code",
                hint="use a short link; under 100 characters is easy to scan",
            )
        ) from None
    return tuple(bytes(row) for row in code.matrix)


def qr_modules(content: str, *, name: str = "qr") -> NDArray[np.bool_]:
    """The modules (n, n), dark ones True, without the quiet zone; error correction M. LG431: too long or empty content."""
    import numpy as np

    return np.array([list(row) for row in _code(content, name)], dtype=bool)


def modules_per_side(content: str, *, name: str = "qr") -> int:
    """Modules along one side, the quiet zone included. LG431."""
    return len(_code(content, name)) + 2 * QUIET_ZONE


def check_room(content: str, width: int, height: int, *, name: str = "qr") -> int:
    """Pixels of one module of the largest code of whole modules that fits. LG430 when that is below two."""
    count = modules_per_side(content, name=name)
    module = min(width, height) // count
    if module < SMALLEST_MODULE:
        raise PosterError(
            Diagnostic(
                "LG430",
                f"the QR code `{name}` needs at least {count * SMALLEST_MODULE} × {count * SMALLEST_MODULE} pixels, "
                f"its box is {width} × {height}",
                hint="make its box larger, or its content shorter",
            )
        )
    return module


def qr_image(content: str, width: int, height: int, *, name: str = "qr") -> Image.Image:
    """The largest code of whole modules that fits into the box: an L image, 0 dark, 255 light. LG430, LG431."""
    import numpy as np
    from PIL import Image

    module, modules = check_room(content, width, height, name=name), qr_modules(content, name=name)
    light = np.pad(~modules, QUIET_ZONE, constant_values=True)
    return Image.fromarray(np.kron(light, np.ones((module, module), dtype=bool)).astype(np.uint8) * 255)
