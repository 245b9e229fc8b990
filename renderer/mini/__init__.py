"""GLM-Image's architecture with small weights of our own: `mini` is the code of `glm` with another checkpoint.

Its weights are in the folder `weights`, in the layout of the published ones. `training/README.md` says how they were made.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from layoutgen.renderer.mini.limits import LIMITS

if TYPE_CHECKING:
    from layoutgen.renderer.glm.renderer import GlmRenderer
    from layoutgen.renderer.glm.settings import EngineSettings

__all__ = ["BOOST", "LIMITS", "VIEWS", "WEIGHTS", "defaults", "open_renderer", "unavailable"]

BOOST = 200.0
"""Weight of a glyph inside its place, compared with a token of the picture."""
VIEWS: tuple[dict[str, Any], ...] = (
    {"what": "near"},
    {"what": "at", "shift": -6},
    {"what": "at", "shift": 6},
    {"what": "along"},
    {"what": "along", "slope": 0.125, "per": "pixel"},
    {"what": "across"},
    {"what": "across", "slope": 0.125, "per": "pixel"},
    {"what": "nothing"},
    {"what": "nothing"},
    {"what": "nothing"},
)
"""What each attention head sees of the characters."""
WEIGHTS = Path(__file__).parent / "weights"


def unavailable(**options: Any) -> str | None:
    """Why it cannot run here, in words, or None."""
    from layoutgen.renderer.glm.weights import why_unavailable

    if options.get("model") is None and not (WEIGHTS / "model_index.json").is_file():
        return "its weights are not part of this installation"
    reason: str | None = why_unavailable(look=False)
    return reason


def defaults() -> EngineSettings:
    """What the weights were trained with: every glyph bound to its character, in all steps."""
    from layoutgen.renderer.glm.head_bias import HeadBias
    from layoutgen.renderer.glm.regions import RegionSettings
    from layoutgen.renderer.glm.settings import DecoderSettings, EngineSettings, PlannerSettings

    return EngineSettings(
        # Of eight previews, the one continues whose letters and objects are most like the draft's, which has the same artwork.
        # Tokens are drawn at temperature 1 and without `top_p`: with only the likeliest ones, objects are left out.
        planner=PlannerSettings(candidates=8, survivors=1, object_weight=2.0, temperature=1.0, top_p=1.0),
        # A repair begins at a noise level of 0.6 or more, whatever the size of the picture: it is written, not copied.
        decoder=DecoderSettings(steps=20, guidance=3.0, repair_weakest=0.53),
        regions=RegionSettings(
            grain="character", hard=True, boost=BOOST, steps=1.0, views=tuple(HeadBias.model_validate(view) for view in VIEWS)
        ),
    )


def open_renderer(
    *,
    model: str | Path | None = None,
    revision: str | None = None,
    device: str | None = None,
    dtype: str | None = None,
    lora: str | Path | Iterable[str | Path] = (),
    memory: str | None = None,
    settings: EngineSettings | Path | str | None = None,
    set: Iterable[str] = (),  # noqa: A002 - the command line calls it so
    verify_weights: bool | None = None,
) -> GlmRenderer:
    """As `layoutgen.renderer.glm.open_renderer`, on the weights of this package, or on others of the same training."""
    from layoutgen.renderer.glm import open_renderer as open_glm
    from layoutgen.renderer.glm.settings import EngineSettings, read_settings

    if not isinstance(settings, EngineSettings):
        settings = read_settings(None if settings is None else Path(settings), base=defaults())
    return open_glm(
        model=model or WEIGHTS,
        revision=revision,
        device=device,
        dtype=dtype,
        lora=lora,
        memory=memory,
        settings=settings,
        set=set,
        verify_weights=verify_weights,
        limits=LIMITS,
    )
