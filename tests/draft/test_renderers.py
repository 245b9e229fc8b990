"""The registry: names, what `auto` means, and that nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from layoutgen.renderer import glm

import layoutgen
from layoutgen.conditions.limits import DRAFT
from layoutgen.diagnostics import PosterError
from layoutgen.pipeline import compile_poster
from layoutgen.renderers import VARIABLE, Choice, Renderer, choose, limits_of, open_renderer, renderers


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


def told(text: str, tmp_path: Path) -> partial[layoutgen.Conditions]:
    """What compiles this poster for any limits."""
    path = tmp_path / "a.poster"
    path.write_text(f'poster 1 "P"\ncanvas feed 1080x1080\n{text}\n', "utf-8")
    return partial(lambda limits: compile_poster(layoutgen.load(path), limits=limits).conditions)


@pytest.fixture
def machine_without_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setattr(glm, "unavailable", lambda **_: "no GPU was found")


@pytest.mark.usefixtures("machine_without_gpu")
def test_auto_takes_the_small_model_where_there_is_no_gpu(tmp_path: Path) -> None:
    choice = choose(told('region a { size: 90% x 30%; slogan "SALE" }', tmp_path))
    assert choice == Choice("mini", "not `glm`: no GPU was found")
    assert choose().name == "mini"


@pytest.mark.usefixtures("machine_without_gpu")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('region a { size: 90% x 30%; slogan "Летняя распродажа" }', "it cannot write `Л`"),
        ('region a { size: 90% x 3%; slogan "SALE" }', "the letters of `a.1` are only "),
        ('object a "a nudibranch" { size: 60% x 60% }', "it cannot draw `a nudibranch`"),
        ('object a "a cat" { size: 8% x 8% }', "there are only 40.8 pixels for `a`"),
    ],
    ids=["letters", "small letters", "thing", "small thing"],
)
def test_auto_passes_over_what_cannot_make_the_poster(text: str, reason: str, tmp_path: Path) -> None:
    choice = choose(told(text, tmp_path))
    assert choice.name == "draft"
    assert choice.reason.startswith("not `glm`: no GPU was found; not `mini`: ")
    assert reason in choice.reason


@pytest.mark.usefixtures("machine_without_gpu")
def test_what_no_renderer_could_make_is_said_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(PosterError) as caught:
        choose(told('region a { size: 200% x 30%; slogan "SALE" }', tmp_path))
    assert caught.value.diagnostics[0].code.startswith("LG3")


def test_a_machine_may_name_its_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose() == Choice("draft", "`LAYOUTGEN_RENDERER` names it")
    monkeypatch.setenv(VARIABLE, "darft")
    with pytest.raises(PosterError, match="no renderer is called `darft`"):
        choose()


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
