"""GLM-Image's architecture with small weights of our own: `mini` is the code of `glm` with another checkpoint.

The weights lie in the folder `weights`, in the layout of the published ones. How they were made: `README.md` there, and the
modules of this package, one for each stage.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.conditions.limits import MINI as LIMITS

if TYPE_CHECKING:
    from layoutgen.renderer.glm.renderer import GlmRenderer
    from layoutgen.renderer.glm.settings import Settings

__all__ = ["LIMITS", "ONLY_BY_NAME", "WEIGHTS", "defaults", "findings", "open_renderer", "unavailable"]

ONLY_BY_NAME = "it still misspells most words: ask for it by name"
WEIGHTS = Path(__file__).parent / "weights"


def unavailable(**options: Any) -> str | None:
    """Why it cannot run here, in words, or None."""
    from layoutgen.renderer.glm.weights import why_unavailable

    if options.get("model") is None and not (WEIGHTS / "model_index.json").is_file():
        return "its weights are not part of this installation"
    reason: str | None = why_unavailable(look=False)
    return reason


def defaults() -> Settings:
    """What the weights were trained with: every glyph bound to its character, in all steps."""
    from layoutgen.renderer.glm.regions import RegionSettings
    from layoutgen.renderer.glm.settings import DecoderSettings, PlannerSettings, Settings

    return Settings(
        planner=PlannerSettings(),
        decoder=DecoderSettings(steps=20, guidance=1.5),
        regions=RegionSettings(grain="character", hard=True, boost=32.0, steps=1.0),
    )


def open_renderer(
    *,
    model: str | Path | None = None,
    revision: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    lora: str | Path | Iterable[str | Path] = (),
    memory: str | None = None,
    settings: Settings | Path | str | None = None,
    set: Iterable[str] = (),  # noqa: A002 - the command line calls it so
    verify_weights: bool | None = None,
) -> GlmRenderer:
    """As `layoutgen.renderer.glm.open_renderer`, on the weights of this package, or on others of the same training."""
    from layoutgen.renderer.glm import open_renderer as open_glm
    from layoutgen.renderer.glm.settings import Settings, read_settings

    chosen = settings
    if not isinstance(settings, Settings):
        chosen = read_settings(None if settings is None else Path(settings), base=defaults())
    return open_glm(
        model=model or WEIGHTS,
        revision=revision,
        device=device,
        dtype=dtype,
        lora=lora,
        memory=memory,
        settings=chosen,
        set=set,
        verify_weights=verify_weights,
        limits=LIMITS,
    )


def findings() -> list[dict[str, Any]]:
    """Lines for `layoutgen doctor`."""
    reason = unavailable()
    return [{"what": "mini", "ok": reason is None, "detail": reason or "its weights are here; it runs on any processor"}]
