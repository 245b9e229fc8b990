"""What notebooks show of a result: the picture, small, and what was read on it.

Styles stand at the elements, since notebooks take style sheets out. Colours are those of the page, since only the page knows
whether it is dark; what has a colour of its own has its own ground.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from layoutgen.base.templates import environment

if TYPE_CHECKING:
    import jinja2
    from PIL.Image import Image

SIDE = 640
"""Pixels of the long side of the picture."""


class SloganSummary(Protocol):
    """What is shown of one slogan."""

    @property
    def id(self) -> str: ...
    @property
    def expected(self) -> str: ...
    @property
    def read(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def reason(self) -> str: ...


def bundle(
    title: str,
    status: str,
    words: Iterable[SloganSummary],
    *,
    facts: Sequence[str] = (),
    notes: Sequence[str] = (),
    picture: Image | Path | None = None,
) -> dict[str, str]:
    """What `_repr_mimebundle_` gives: HTML that loads nothing, and plain text.

    Notes that only say what is said of a word are left out; a path that leads to no picture any more is one.
    """
    words = tuple(words)
    reasons = {f"`{word.id}`: {word.reason}" for word in words}
    notes = [note for note in notes if note not in reasons]
    data_uri = None if picture is None else _data_uri(picture)
    if picture is not None and data_uri is None:
        notes.append(f"{picture} cannot be shown")
    html = _template().render(
        title=title, status=status, words=words, facts=facts, notes=notes, picture=data_uri,
        said=" / ".join(word.expected for word in words),
    )  # fmt: skip
    wrong = [f"  {word.id}: {word.reason or word.status}" for word in words if word.status not in ("passed", "typeset")]
    plain = "\n".join([f"{title}: {status}", *wrong, *(f"  {note}" for note in notes)])
    return {"text/html": html, "text/plain": plain}


def _data_uri(picture: Image | Path) -> str | None:
    from PIL import Image

    try:
        if isinstance(picture, Path):
            with Image.open(picture) as file:
                small = file.convert("RGB")
        else:
            small = picture.convert("RGB")
    except OSError:
        return None
    small.thumbnail((SIDE, SIDE), reducing_gap=3.0)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=82, method=4)
    return "data:image/webp;base64," + base64.b64encode(out.getvalue()).decode()


@cache
def _template() -> jinja2.Template:
    return environment(html=True).get_template("notebook.html.j2")
