"""Decoding: the diffusion transformer turns a plan and glyphs into latents, and these into a picture. Our own denoising loop.

With `passes="separate"` and without regions it equals the stock pipeline bit for bit on the CPU in float32, whether `clean` or
not. The scheduler owns the noise levels; each picture has its own copy of it, so nothing of a picture outlives it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from diffusers.models.transformers.transformer_glm_image import GlmImageKVCache
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image
from torch import Tensor

from layoutgen.compositing.composite import blend

from .attention import rotary_tables
from .decode_errors import DecodeError, NotFinite, NotPossible
from .glyphs import Glyphs, encode_glyphs
from .guidance import DecoderInputs, GuidedPasses, Tables
from .references import References
from .regions import RegionBias
from .repair import KeptLatents, KeptPicture
from .settings import DecoderSettings
from .step_cache import compiled_blocks
from .vae import decode_latents, encode_image, scale_factor

__all__ = ["DecodeError", "Decoded", "DecoderParts", "DecoderSettings", "NoiseSchedule", "NotFinite", "NotPossible", "decode"]

Progress = Callable[[int, int], None]
"""Called with the steps done so far, and their number."""


class DecoderParts(Protocol):
    """What decoding needs of the loaded components; a `GlmImagePipeline` has it too."""

    @property
    def tokenizer(self) -> Any: ...

    @property
    def text_encoder(self) -> Any: ...

    @property
    def vae(self) -> Any: ...

    @property
    def transformer(self) -> Any: ...

    @property
    def scheduler(self) -> Any: ...

    @property
    def device(self) -> torch.device: ...


@dataclass(frozen=True, eq=False)
class Decoded:
    """A decoded plan; everything is on the CPU."""

    latents: Tensor
    """Float32, normalised, (1, channels, height / 8, width / 8): what a later decoding may start from or keep."""
    image: Image.Image
    """RGB."""
    sigmas: tuple[float, ...]
    """The noise levels passed through, down to 0."""
    seed: int
    settings: DecoderSettings
    skipped: int = 0
    """Passes of the transformer in which step caching left blocks out."""


@dataclass(frozen=True, eq=False)
class NoiseSchedule:
    """Noise levels of one picture, in a scheduler of its own that stands at step `first`."""

    scheduler: Any
    first: int

    @classmethod
    def of(
        cls, scheduler: Any, tokens: int, steps: int, *, strength: float = 1.0, device: torch.device | None = None
    ) -> NoiseSchedule:
        """For a picture of this many tokens. It begins at the first level that is at most `strength`, or at the last one.

        The model was trained on whole timesteps, so they are rounded down; the scheduler shifts the noise levels that go with
        them, and the model is given the unshifted timesteps.
        """
        config = scheduler.config
        own = type(scheduler).from_config(config)
        spaced = np.linspace(config.num_train_timesteps, 1.0, steps + 1)[:-1].astype(np.int64).astype(np.float32)
        ratio = (tokens / config.get("base_image_seq_len", 256)) ** 0.5
        shift = ratio * config.get("max_shift", 0.75) + config.get("base_shift", 0.25)
        own.set_timesteps(timesteps=spaced, sigmas=spaced / config.num_train_timesteps, mu=shift, device=device)
        low = [step for step, sigma in enumerate(own.sigmas[:-1].tolist()) if sigma <= strength + 1e-6]
        first = low[0] if low else steps - 1
        own.set_begin_index(first)
        return cls(own, first)

    @property
    def steps(self) -> range:
        return range(self.first, len(self.scheduler.timesteps))

    @property
    def sigmas(self) -> tuple[float, ...]:
        return tuple(self.scheduler.sigmas[self.first :].tolist())

    def noised(self, latents: Tensor, noise: Tensor) -> Tensor:
        """Clean latents at the noise level of the first step."""
        noised_latents: Tensor = self.scheduler.scale_noise(
            latents, self.scheduler.timesteps[self.first : self.first + 1], noise
        )
        return noised_latents


@torch.no_grad()
def decode(
    parts: DecoderParts,
    prior: Tensor,
    glyphs: Glyphs,
    bias: RegionBias | None = None,
    *,
    size: tuple[int, int],
    seed: int,
    settings: DecoderSettings | None = None,
    start: Tensor | Image.Image | None = None,
    keep: KeptPicture | None = None,
    references: References | None = None,
    empty: Glyphs | None = None,
    tiling: bool = False,
    device: torch.device | None = None,
    progress: Progress | None = None,
    stop: Callable[[], bool] | None = None,
) -> Decoded:
    """Decode one row of a plan into a picture of `size` (width, height; multiples of 32).

    `prior`: int64 (1, height / 16 * width / 16), as `Plan.prior`. `start`: a picture, or normalised latents, to begin from at
    `settings.strength`; None: pure noise. `keep`: only its boxes are made again, from `start` or else from what it keeps, at
    `settings.repair_strength`. `empty`: the glyphs of no strings, encoded here when not given. A bias holds in the first share
    of all steps, so one that begins late may not see it. `device` is where the model runs when its weights rest elsewhere.
    `stop` is asked after every step and raises KeyboardInterrupt by answering True. The parts are as before, however it ends.
    ValueError: sizes that do not go together. NotFinite, NotPossible.
    """
    settings, device = settings or DecoderSettings(), device or parts.device
    transformer, width, height = parts.transformer, *size
    rows, columns = _latent_grid(parts, prior, size, start, keep)
    with compiled_blocks(transformer, settings.compile):
        # 1. Noise levels, noise, and latents to begin with.
        initial = keep.latents if keep and start is None else start
        strength = 1.0 if initial is None else settings.repair_strength if keep else settings.strength
        schedule = NoiseSchedule.of(parts.scheduler, prior.shape[1], settings.steps, strength=strength, device=device)
        shape, dtype = (1, transformer.config.in_channels, rows, columns), glyphs.embeddings.dtype
        noise = randn_tensor(shape, generator=torch.Generator().manual_seed(seed), device=device, dtype=dtype)
        latents = (
            noise
            if initial is None or strength == 1
            else schedule.noised(_clean_latents(parts.vae, initial, device), noise.float())
        )
        kept_latents = _kept_latents(keep, noise, settings.feather, scale_factor(parts.vae), device) if keep else None
        # 2. What the transformer is given at every step.
        empty = empty or encode_glyphs(parts, (), device=device)
        inputs = DecoderInputs(
            prior=prior.to(device),
            glyphs=glyphs.embeddings.to(device),
            empty=empty.embeddings.to(device, dtype),
            size=torch.tensor([(height, width)], device=device, dtype=dtype),
            crop=torch.zeros((1, 2), device=device, dtype=dtype),
            tables=rotary_tables(transformer, rows, columns, device) if settings.clean else None,
            bias=bias,
            keys=_reference_keys(parts, references, dtype, device, clean=settings.clean) if references else None,
        )
        passes = GuidedPasses(transformer, inputs, settings)
        # 3. Denoise.
        for step in schedule.steps:
            if kept_latents is not None:
                latents = kept_latents(latents, schedule.scheduler.sigmas[step])
            timestep = schedule.scheduler.timesteps[step]
            velocity = passes(latents, timestep, step)
            latents = schedule.scheduler.step(velocity, timestep, latents, return_dict=False)[0]
            if progress is not None:
                progress(step - schedule.first + 1, len(schedule.steps))
            if stop is not None and stop():
                raise KeyboardInterrupt
        if kept_latents is not None:
            latents = kept_latents(latents, schedule.scheduler.sigmas[-1])
    # 4. Pixels.
    if not bool(latents.isfinite().all()):
        raise NotFinite(
            "the decoder's latents are not numbers",
            hint="the weights may be damaged, or `dtype` too small for them: try bfloat16",
        )
    image = decode_latents(parts.vae, latents, device=device, tiling=tiling)
    if keep is not None:
        image = blend(
            keep.image.convert("RGB"), image.convert("RGB"), keep.mask(scale_factor(parts.vae), settings.feather, pitch=1)
        )
    return Decoded(latents.float().cpu(), image, schedule.sigmas, seed, settings, passes.skipped)


def _latent_grid(
    parts: DecoderParts, prior: Tensor, size: tuple[int, int], start: Tensor | Image.Image | None, keep: KeptPicture | None
) -> tuple[int, int]:
    """Rows and columns of the latents. ValueError when something does not have the picture's size."""
    width, height = size
    factor, patch = scale_factor(parts.vae), parts.transformer.config.patch_size
    if width % 32 or height % 32 or min(size) <= 0:
        raise ValueError(f"a picture of {width} x {height}: its sides must be multiples of 32")
    rows, columns = height // factor, width // factor
    if prior.shape != (1, (rows // patch) * (columns // patch)):
        raise ValueError(f"prior tokens of shape {tuple(prior.shape)} for a picture of {width} x {height}")
    for latents in (start, keep and keep.latents):
        if isinstance(latents, Tensor) and latents.shape[2:] != (rows, columns):
            raise ValueError(f"latents of shape {tuple(latents.shape)} for a picture of {width} x {height}")
    for image in (start, keep and keep.image):
        if isinstance(image, Image.Image) and image.size != size:
            raise ValueError(f"a picture of {image.width} x {image.height}, where {width} x {height} is made")
    return rows, columns


def _clean_latents(vae: Any, start: Tensor | Image.Image, device: torch.device) -> Tensor:
    latents = encode_image(vae, start, device=device) if isinstance(start, Image.Image) else start
    return latents.to(device, torch.float32)


def _kept_latents(keep: KeptPicture, noise: Tensor, feather: int, cell: int, device: torch.device) -> KeptLatents:
    mask = torch.from_numpy(keep.mask(cell, feather, pitch=cell)).to(device)
    return KeptLatents(keep.latents.to(device, torch.float32), noise.float(), mask[None, None])


def _reference_keys(
    parts: DecoderParts, references: References, dtype: torch.dtype, device: torch.device, *, clean: bool
) -> GlmImageKVCache:
    """The keys and values that reference pictures leave in every layer, one picture after the other; no glyphs, no noise."""
    transformer = parts.transformer
    keys = GlmImageKVCache(num_layers=transformer.config.num_layers)
    keys.set_mode("write")
    for image, tokens in zip(references.images, references.tokens, strict=True):
        latents = encode_image(parts.vae, image, device=device, dtype=dtype)
        rows, columns = latents.shape[2:]
        prior = tokens.to(device)
        tables: Tables | None = rotary_tables(transformer, rows, columns, device) if clean else None
        transformer(
            hidden_states=latents,
            encoder_hidden_states=torch.zeros((1, 0, transformer.config.text_embed_dim), device=device, dtype=dtype),
            prior_token_id=prior,
            prior_token_drop=slice(0, 0) if clean else torch.zeros_like(prior, dtype=torch.bool),
            timestep=torch.zeros((1,), device=device),
            target_size=torch.tensor([(rows * scale_factor(parts.vae), columns * scale_factor(parts.vae))], device=device),
            crop_coords=torch.zeros((1, 2), device=device),
            image_rotary_emb=tables,
            kv_caches=keys,
        )
    return keys
