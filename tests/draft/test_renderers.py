"""The registry: names, what `auto` means, which options there are, and that nothing heavy is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import layoutgen
from layoutgen.conditions import Limits
from layoutgen.conditions.limits import DRAFT
from layoutgen.diagnostics import PosterError
from layoutgen.pipeline import Compiled, compile_poster
from layoutgen.renderer import draft, glm, mini
from layoutgen.renderers import (
    RENDERER_VARIABLE,
    Choice,
    Renderer,
    limits_of,
    open_renderer,
    plugin_named,
    registry,
    renderers,
    resolve,
)
from layoutgen.renderers.plugins import read_plugin


def test_the_draft_is_listed_and_can_run() -> None:
    draft = next(info for info in renderers() if info.name == "draft")
    assert draft.available
    assert draft.source == "layoutgen.renderer.draft:open_renderer"


def test_limits_are_known_without_opening() -> None:
    assert limits_of("draft") == DRAFT
    assert limits_of("glm").largest_aspect == 4.0


def test_an_opened_renderer_derives_from_the_base_class() -> None:
    with open_renderer("draft") as renderer:
        assert isinstance(renderer, Renderer)
        assert renderer.name == "draft"
        assert {"layoutgen", "pillow", "artwork"} <= set(renderer.identity)
        renderer.close()


def compiling(text: str, tmp_path: Path) -> Callable[[Limits], Compiled]:
    """What compiles this poster for any limits."""
    path = tmp_path / "a.poster"
    path.write_text(f'poster 1 "P"\ncanvas feed 1080x1080\n{text}\n', "utf-8")
    return lambda limits: compile_poster(layoutgen.load(path), limits=limits)


SALE = 'region a { size: 90% x 30%; slogan "SALE" }'


@pytest.fixture
def machine_without_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RENDERER_VARIABLE)
    monkeypatch.setattr(glm, "unavailable", lambda **_: "no GPU was found")


@pytest.fixture
def machine_with_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(RENDERER_VARIABLE)
    monkeypatch.setattr(glm, "unavailable", lambda **_: None)


@pytest.mark.usefixtures("machine_without_gpu")
def test_auto_takes_the_draft_where_there_is_no_gpu(tmp_path: Path) -> None:
    choice = resolve("auto", compiles=compiling(SALE, tmp_path))
    assert choice == Choice("draft", "auto: not `glm`: no GPU was found", DRAFT, automatic=True)
    assert resolve().name == "draft"


@pytest.mark.usefixtures("machine_with_gpu")
def test_auto_takes_the_large_model_where_it_can_run(tmp_path: Path) -> None:
    choice = resolve("auto", compiles=compiling(SALE, tmp_path))
    assert choice == Choice("glm", "auto: the best one that is installed", glm.LIMITS, automatic=True)


def test_the_small_model_is_chosen_by_name_only() -> None:
    assert plugin_named("mini").auto_rank is None
    assert resolve("mini") == Choice("mini", "asked for", mini.LIMITS)


@pytest.mark.usefixtures("machine_with_gpu")
def test_auto_passes_over_what_cannot_make_the_poster(tmp_path: Path) -> None:
    choice = resolve("auto", compiles=compiling('region a { size: 90% x 30%; slogan "Летняя распродажа" }', tmp_path))
    assert choice.name == "draft"
    assert choice.reason.startswith("auto: not `glm`: it writes Latin letters and Chinese characters only")


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
@pytest.mark.usefixtures("machine_without_gpu")
def test_why_a_renderer_is_passed_over(text: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mini, "AUTO_RANK", 5, raising=False)
    choice = resolve("auto", compiles=compiling(text, tmp_path))
    assert choice.name == "draft"
    assert choice.reason.startswith("auto: not `glm`: no GPU was found; not `mini`: ")
    assert reason in choice.reason


@pytest.mark.usefixtures("machine_without_gpu")
def test_what_no_renderer_could_make_is_said_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(PosterError) as caught:
        resolve("auto", compiles=compiling('region a { size: 200% x 30%; slogan "SALE" }', tmp_path))
    assert caught.value.diagnostics[0].code.startswith("LG3")


def test_a_machine_may_name_its_renderer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolve() == Choice("draft", "auto: `LAYOUTGEN_RENDERER` names it", DRAFT, automatic=True)
    monkeypatch.setenv(RENDERER_VARIABLE, "darft")
    with pytest.raises(PosterError, match="no renderer is called `darft`"):
        resolve()


def test_an_open_renderer_is_taken_as_it_is() -> None:
    with open_renderer("draft") as renderer:
        assert resolve(renderer) == Choice("draft", "given by the caller", DRAFT)
        with pytest.raises(TypeError, match="`model` is for opening a renderer"):
            resolve(renderer, {"model": "m"})


@pytest.mark.parametrize(("name", "hint"), [("darft", "did you mean `draft`?"), ("zzz", "there are: auto, draft")])
def test_an_unknown_name(name: str, hint: str) -> None:
    with pytest.raises(PosterError) as caught:
        open_renderer(name)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "LG500"
    assert diagnostic.message == f"no renderer is called `{name}`"
    assert diagnostic.hint.startswith(hint)


def test_an_unknown_option() -> None:
    with pytest.raises(PosterError) as caught:
        open_renderer("draft", weights="big")
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "LG501"
    assert diagnostic.message == "the renderer `draft` cannot be opened: it has no option `weights`"


@pytest.mark.usefixtures("machine_without_gpu")
def test_auto_with_an_option_of_another_renderer_says_which_have_it(tmp_path: Path) -> None:
    """It does not choose by the option: what it stands for is what it would be without."""
    (tmp_path / "a.poster").write_text(f'poster 1 "P"\ncanvas feed 512x512\n{SALE}\n', "utf-8")
    compiles = partial(compiling(SALE, tmp_path))
    for attempt in (
        lambda: resolve("auto", {"set": ["decoder.steps=10"]}, compiles),
        lambda: open_renderer(set=["decoder.steps=10"]),
        lambda: layoutgen.render(tmp_path / "a.poster", set=["decoder.steps=10"]),
        lambda: layoutgen.Campaign(tmp_path / "a.poster", [{"sku": "1"}], key="sku", set=["decoder.steps=10"]),
    ):
        with pytest.raises(PosterError) as caught:
            attempt()
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == "LG501"
        assert diagnostic.message == "the renderer `draft` cannot be opened: it has no option `set`"
        assert diagnostic.hint.startswith("`glm` and `mini` have it: `--renderer glm`;")
        assert diagnostic.hint.endswith("`auto` chose `draft`: not `glm`: no GPU was found")


def test_options_are_the_parameters_of_the_opener() -> None:
    for plugin in map(plugin_named, ("glm", "mini")):
        assert all(map(plugin.takes, ("model", "revision", "lora", "memory", "settings", "set", "device")))
        assert not plugin.takes("labels")
    assert plugin_named("draft").takes("labels")


def opener(**options: Any) -> Renderer:
    return open_renderer("draft")


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A renderer of others, found through an entry point."""
    module = ModuleType("press")
    monkeypatch.setitem(sys.modules, "press", module)
    points = {"press": EntryPoint("press", "press:open_renderer", registry.GROUP), **registry.registered()}
    monkeypatch.setattr(registry, "registered", lambda: points)
    module.open_renderer = opener  # type: ignore[attr-defined]
    module.LIMITS = DRAFT.model_copy(update={"name": "press"})  # type: ignore[attr-defined]
    return module


def test_a_plugin_says_no_more_than_it_must(press: ModuleType) -> None:
    plugin = plugin_named("press")
    assert (plugin.auto_rank, plugin.needs_gpu, list(plugin.findings()), plugin.unavailable()) == (None, False, [], "")
    assert plugin.takes("anything")
    assert resolve("press").limits.name == "press"
    assert replace(plugin, opener=draft.open_renderer).takes("anything") is False


@pytest.mark.usefixtures("machine_with_gpu")
def test_a_plugin_of_a_higher_rank_goes_first(press: ModuleType) -> None:
    press.AUTO_RANK = 11  # type: ignore[attr-defined]
    assert resolve().name == "press"
    press.unavailable = lambda: "no ink"  # type: ignore[attr-defined]
    assert resolve().name == "glm"


@pytest.mark.parametrize(("missing", "reason"), [("open_renderer", "define `open_renderer`"), ("LIMITS", "define `LIMITS`")])
def test_a_module_that_lacks_what_it_must_define(missing: str, reason: str, press: ModuleType) -> None:
    delattr(press, missing)
    with pytest.raises(PosterError, match=reason):
        open_renderer("press")
    assert next(info for info in renderers() if info.name == "press").available is False


def test_a_handle_that_is_no_renderer(press: ModuleType) -> None:
    press.open_renderer = object  # type: ignore[attr-defined]
    with pytest.raises(PosterError, match="its `object` does not derive from"):
        open_renderer("press")


def test_a_package_that_is_not_there() -> None:
    with pytest.raises(PosterError, match="`no_such_press` is not installed"):
        read_plugin(EntryPoint("press", "no_such_press:open_renderer", registry.GROUP))


def test_opening_the_draft_loads_neither_torch_nor_onnxruntime() -> None:
    program = (
        "import sys; from layoutgen.renderers import open_renderer, resolve; open_renderer('draft');"
        "print([name for name in ('torch', 'onnxruntime', 'diffusers', 'cv2', 'scipy') if name in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"
