"""Every setting of the engine in one frozen value: from a TOML file, from `decoder.steps=30` pairs, into the record as JSON."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, Field, ValidationError, model_validator

from layoutgen.base.model import FrozenModel
from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Collector, Diagnostic, PosterError

from .regions import RegionSettings


class PlannerSettings(FrozenModel):
    """The autoregressive half: which picture tokens are written, and how."""

    candidates: int = Field(1, ge=1, le=64)
    """Rows planned side by side, each with its own seed."""
    survivors: int | None = Field(None, ge=1)
    """Rows that go on after the preview grid, those most like the draft; None: all."""
    object_weight: float = Field(0.0, ge=0)
    """Weight of the draft's objects against its lettering when previews are compared with it; 0: none, since a photograph
    does not look like the draft's artwork."""
    temperature: float | None = Field(None, gt=0)
    """None, as for the next two: as the checkpoint's `generation_config` says."""
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=0)
    """0: no limit."""
    constrain: bool = True
    """Only codebook tokens inside a grid, the end only after the last one. The stock pipeline does not."""
    forcing: Literal["off", "bias", "force"] = "off"
    """What the cells of regions take from the draft's tokens: nothing, a push of `forcing_bias`, or exactly those tokens."""
    forcing_bias: float = Field(4.0, ge=0)
    """Added to the score of the draft's token, in nats."""
    forcing_preview: bool = True
    forcing_target: bool = True
    forcing_coverage: float = Field(0.25, gt=0, le=1)
    """The share of a cell that a region must cover for the cell to belong to it."""
    replan: Literal["off", "bias", "force"] = "bias"
    """The least forcing of a plan that is made because words were in the wrong place or missing."""
    cache: Literal["auto", "static", "dynamic"] = "auto"
    """Keys and values: `static`, room for all tokens from the start, or `dynamic`, growing as the stock pipeline's do."""
    capture: bool = True
    """On CUDA, replay one captured graph for every token."""


class DecoderSettings(FrozenModel):
    """The diffusion half: from picture tokens and glyphs to latents."""

    steps: int = Field(50, ge=1, le=1000)
    guidance: float = Field(1.5, ge=0)
    """The stock weight, for glyphs and prior tokens together. 1 means none, and one pass a step."""
    glyph_guidance: float | None = Field(None, ge=0)
    """With `prior_guidance`: a weight of its own for each, and three passes a step. None: `guidance`."""
    prior_guidance: float | None = Field(None, ge=0)
    passes: Literal["together", "separate"] = "together"
    """The passes of one step in one batch, or one after the other as the stock pipeline runs them."""
    glyphs: Literal["alone", "together"] = "alone"
    """Each string is encoded alone, so that the others do not change a bit of it, or all in one batch as the stock pipeline
    does."""
    start: Literal["noise", "draft"] = "noise"
    """What a picture begins from: noise, or the typeset draft at `strength`."""
    strength: float = Field(1.0, gt=0, le=1)
    """With a picture to start from: the share of the noise it is given. 1: nothing of it is left."""
    repair_start: Literal["kept", "draft"] = "kept"
    """What the boxes of a repair begin from at `repair_strength`: what is there, or the typeset draft."""
    repair_strength: float = Field(1.0, gt=0, le=1)
    """The same inside the boxes of a repair."""
    repair_weakest: float = Field(0.0, ge=0, le=1)
    """The retry policy asks for no repair below this strength."""
    feather: int = Field(32, ge=0, le=512)
    """Width of a repair's soft edge, generation pixels."""
    cache: Literal["off", "first-block"] = "off"
    """Skip blocks where the first one changes little from step to step. Faster, not exact."""
    cache_threshold: float = Field(0.08, gt=0)
    """Relative change of the first block's residual below which the rest is skipped."""
    cache_warmup: int = Field(4, ge=0)
    """First and last steps that are never skipped."""
    compile: bool = False
    """`torch.compile` of the repeated block. Slow the first time a size is seen."""
    clean: bool = True
    """Position tables made once on the device, and no indexing by a mask; the stock step does both every time."""

    @model_validator(mode="after")
    def _both_weights(self) -> Self:
        if (self.glyph_guidance is None) != (self.prior_guidance is None):
            raise ValueError("set `glyph_guidance` and `prior_guidance` together, or neither")
        return self


class MemorySettings(FrozenModel):
    """Where the engine runs, and how the weights share the memory there."""

    device: str = "auto"
    """`auto`: CUDA where there is any; else `cpu`, `cuda` or `cuda:1`."""
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    """`auto`: bfloat16 on CUDA, float32 on the CPU."""
    plan: Literal["auto", "resident", "offload-planner", "group-offload", "quantised"] = "auto"
    quantise: Literal["int8", "fp8"] = "int8"
    """The weights of a `quantised` plan."""
    limit: float | None = Field(None, gt=0)
    """GiB that may be used at most; None: what is free."""
    reserve: float = Field(1.0, ge=0)
    """GiB left to others."""
    tiling: bool = False
    """Decode the picture in tiles: less memory, faint seams."""
    step_down: bool = True
    """Out of memory: take the next smaller plan, once."""


class EngineSettings(FrozenModel):
    planner: PlannerSettings = PlannerSettings()
    decoder: DecoderSettings = DecoderSettings()
    regions: RegionSettings = RegionSettings()
    memory: MemorySettings = MemorySettings()


PARITY = EngineSettings(
    planner=PlannerSettings(constrain=False, cache="dynamic", capture=False),
    decoder=DecoderSettings(passes="separate", clean=False, glyphs="together"),
    regions=RegionSettings(grain="none"),
)
"""As the stock pipeline: bit for bit on the CPU in float32."""


def read_settings(path: Path | None = None, pairs: Iterable[str] = (), *, base: EngineSettings | None = None) -> EngineSettings:
    """`base` (the defaults), then the TOML file, then the pairs `section.name=value`, the later ones winning.

    A value is written as in TOML; what TOML cannot read is taken as a word. PosterError: LG550 for a file that cannot be
    read, LG551 for an unknown name, LG552 for a value that does not fit; all of them together.
    """
    problems = Collector()
    table = _table(path) if path is not None else {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            problems.error(
                "LG551", None, f"`{pair}` does not set anything", hint="write `section.name=value`: `decoder.steps=30`"
            )
            continue
        _insert(table, name.strip().split("."), _value(text.strip()))
    start = base or EngineSettings()
    _check_names(table, start, (), problems, str(path or ""))
    problems.stop()
    try:
        return EngineSettings.model_validate(_merged(start.model_dump(), _with_nones(table, start)))
    except ValidationError as error:
        raise PosterError(_misfit(item, str(path or "")) for item in error.errors(include_url=False)) from error


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        problem, hint = f"there is no settings file `{path}`", "paths start in the current folder"
    except (OSError, UnicodeDecodeError) as error:
        problem, hint = f"the settings file `{path}` cannot be read: {error}", "it is a TOML file in UTF-8"
    except tomllib.TOMLDecodeError as error:
        problem, hint = f"the settings file `{path}` is not TOML: {error}", "for example `[decoder]`, and below it `steps = 30`"
    raise PosterError(Diagnostic("LG550", problem, hint=hint, file=str(path)))


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _with_nones(given: Mapping[str, Any], defaults: BaseModel) -> dict[str, Any]:
    """With nothing in place of the word `none`, which TOML has no value for, where a setting may be nothing."""
    result: dict[str, Any] = {}
    for name, value in given.items():
        inner = getattr(defaults, name)
        if isinstance(inner, BaseModel) and isinstance(value, Mapping):
            result[name] = _with_nones(value, inner)
        else:
            may_be = type(None) in get_args(type(defaults).model_fields[name].annotation)
            result[name] = None if value == "none" and may_be else value
    return result


def _insert(table: dict[str, Any], names: list[str], value: Any) -> None:
    for name in names[:-1]:
        inner = table.get(name)
        table = table.setdefault(name, {}) if inner is None or isinstance(inner, dict) else {}
    table[names[-1]] = value


def _check_names(given: Mapping[str, Any], defaults: BaseModel, above: tuple[str, ...], problems: Collector, file: str) -> None:
    """Collect LG551 for every name that is not a setting."""
    fields = type(defaults).model_fields
    for name, value in given.items():
        path = ".".join((*above, name))
        inner = getattr(defaults, name, None) if name in fields else None
        if name not in fields:
            hint = (
                did_you_mean(path, [".".join((*above, one)) for one in fields])
                or _elsewhere(name)
                or f"there are {listed(fields)}"
            )
            problems.error("LG551", None, f"there is no setting `{path}`", hint=hint, file=file)
        elif isinstance(inner, BaseModel) and isinstance(value, Mapping):
            _check_names(value, inner, (*above, name), problems, file)
        elif isinstance(inner, BaseModel):
            hint = f"set one of {listed(type(inner).model_fields)} in it: `{path}.{next(iter(type(inner).model_fields))}=…`"
            problems.error("LG551", None, f"`{path}` is a group of settings", hint=hint, file=file)


def _elsewhere(name: str) -> str:
    places = [
        f"{section}.{name}"
        for section, value in EngineSettings()
        if isinstance(value, BaseModel) and name in type(value).model_fields
    ]
    return f"did you mean {listed(places)}?" if places else ""


def _merged(start: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(start)
    for name, value in given.items():
        inner = merged.get(name)
        merged[name] = _merged(inner, value) if isinstance(inner, dict) and isinstance(value, Mapping) else value
    return merged


def _misfit(error: Mapping[str, Any], file: str) -> Diagnostic:
    name = ".".join(str(part) for part in error["loc"])
    reason = str(error["msg"]).removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:]
    value = "" if isinstance(error["input"], Mapping) else f" `{error['input']}`"
    return (
        Diagnostic("LG552", f"`{name}` cannot be{value}", hint=reason, file=file)
        if value
        else Diagnostic("LG552", f"the settings of `{name}` do not go together", hint=reason, file=file)
    )
