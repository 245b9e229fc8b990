"""The registry: names, what `auto` means, and that nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from layoutgen.conditions.limits import DRAFT
from layoutgen.diagnostics import PosterError
from layoutgen.renderers import Renderer, choose, limits_of, open_renderer, renderers


def test_the_draft_is_listed_and_can_run() -> None:
    draft = next(info for info in renderers() if info.name == "draft")
    assert draft.available
    assert draft.source == "layoutgen.renderer.draft:open_renderer"


def test_limits_are_known_without_opening() -> None:
    assert limits_of("draft") == DRAFT
    assert limits_of("glm").largest_aspect == 4.0


def test_an_opened_renderer_keeps_the_protocol() -> None:
    with open_renderer("draft") as renderer:
        assert isinstance(renderer, Renderer)
        assert renderer.name == "draft"
        assert {"layoutgen", "pillow", "artwork"} <= set(renderer.identity)
        renderer.close()


def test_auto_passes_over_what_cannot_write_the_strings() -> None:
    choice = choose(["Летняя распродажа"])
    assert choice.name == "draft"
    assert choice.reason


@pytest.mark.parametrize(("name", "hint"), [("darft", "did you mean `draft`?"), ("zzz", "there are: auto, draft")])
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(PosterError) as caught:
        open_renderer(name)
    (found,) = caught.value.diagnostics
    assert found.code == "LG500"
    assert found.message == f"no renderer is called `{name}`"
    assert found.hint.startswith(hint)


def test_an_unknown_option() -> None:
    with pytest.raises(PosterError) as caught:
        open_renderer("draft", weights="big")
    (found,) = caught.value.diagnostics
    assert found.code == "LG501"
    assert found.message == "the renderer `draft` cannot be opened: it has no option `weights`"


def test_opening_the_draft_loads_neither_torch_nor_onnxruntime() -> None:
    program = (
        "import sys; from layoutgen.renderers import open_renderer, choose; open_renderer('draft');"
        "print([name for name in ('torch', 'onnxruntime', 'diffusers', 'cv2', 'scipy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
