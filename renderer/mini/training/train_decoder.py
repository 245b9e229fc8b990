"""Stage 3, the decoder: glyph encoder and diffusion transformer, first on crops of posters, then on whole ones.

    python -m layoutgen.renderer.mini.training.train_decoder PREPARED RUNS --minutes 90 [--whole 15] [--crowds PREPARED]

It is trained as it is used: the noise levels of the scheduler, glyphs bound to characters (or, at random, to strings or
nothing), glyphs and plan left out now and then, and plans that come from other words, as the letters of a free plan do. A
repair keeps the rest of a picture at the noise levels that training shows, so it needs no examples of its own.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F  # noqa: N812
from diffusers import GlmImageTransformer2DModel
from torch import Tensor, nn
from transformers import T5EncoderModel

from layoutgen.renderer.glm.head_bias import OFF

from .batches import DecoderBatch, line_windows, object_windows, validation, whole_posters
from .loop import Optimiser, TrainingRun, ahead, averaged, rate
from .models import make_decoder, make_glyph_encoder, shifted
from .options import arguments, shared_arguments

STAGE = "decoder"
MIX = (0.6, 0.25, 0.15)
"""Shares of windows on letters, windows around objects, and whole posters."""
_SOURCES = {"crops": line_windows, "arounds": object_windows, "wholes": whole_posters}
"""What makes batches, by names that are part of their seeds."""
_LETTERS, _OBJECTS = 4.0, 3.0
"""Weights of the loss in cells of letters, and in those of objects."""
_LEVELS = (0.95, 0.8, 0.5)
"""Times, unshifted, at which the validation loss is taken."""


class RegionAttention:
    """GLM-Image's joint attention with a bias over all tokens, (batch, heads, tokens, tokens); few kernels once compiled."""

    def __call__(
        self,
        attn: Any,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        attention_mask: None = None,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
        kv_cache: None = None,
        scores: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        assert image_rotary_emb is not None
        tokens, (cosines, sines) = encoder_hidden_states.shape[1], image_rotary_emb
        states = torch.cat([encoder_hidden_states, hidden_states], 1)
        query, key, value = (
            part(states).unflatten(2, (attn.heads, -1)).transpose(1, 2) for part in (attn.to_q, attn.to_k, attn.to_v)
        )

        def turned(item: Tensor) -> Tensor:
            item = F.layer_norm(item, item.shape[-1:], eps=1e-5)
            picture = item[:, :, tokens:]
            first, second = picture.chunk(2, -1)
            picture = picture * cosines + torch.cat([-second, first], -1) * sines
            return torch.cat([item[:, :, :tokens], picture], 2).to(value.dtype)

        weights = torch.matmul(turned(query), turned(key).transpose(-1, -2)) * query.shape[-1] ** -0.5 + scores
        out = torch.matmul(torch.softmax(weights, -1).to(value.dtype), value)
        out = attn.to_out[0](out.transpose(1, 2).flatten(2))
        return out[:, tokens:], out[:, :tokens]


class Decoder(nn.Module):
    """Both networks, for training."""

    def __init__(self) -> None:
        super().__init__()
        self.glyphs: T5EncoderModel = make_glyph_encoder()
        self.transformer: GlmImageTransformer2DModel = make_decoder()
        for block in self.transformer.transformer_blocks:
            block.attn1.set_processor(RegionAttention())

    def forward(self, latents: Tensor, timestep: Tensor, batch: DecoderBatch) -> Tensor:
        """The velocity, float32. `timestep`: 0 … 1, unshifted, (batch,)."""
        count, cells = len(latents), batch.prior.shape[1]
        rows, columns = latents.shape[2] // 2, latents.shape[3] // 2
        scores = _scores(batch, cells)
        with torch.autocast(latents.device.type, torch.bfloat16):
            embedded = self.glyphs(batch.ids, attention_mask=_real(batch.ids)).last_hidden_state
            glyphs = embedded.flatten(0, 1)[batch.at]
            velocity: Tensor = self.transformer(
                hidden_states=latents,
                encoder_hidden_states=glyphs,
                prior_token_id=batch.prior,
                prior_token_drop=batch.no_plan[:, None].expand(count, cells),
                timestep=timestep * 1000 - 1,
                target_size=batch.sizes,
                crop_coords=torch.zeros(count, 2, device=latents.device),
                image_rotary_emb=_tables(batch.offsets, rows, columns, self.transformer.config.attention_head_dim),
                attention_kwargs={"scores": scores},
                return_dict=False,
            )[0]
        return velocity.float()


def _real(ids: Tensor) -> Tensor:
    """1 up to a string's end; a pad in front of it is real, as in the stock pipeline."""
    ended = (ids == 1).long().cumsum(1)
    return ((ended == 0) | (ids == 1)).long()


def _scores(batch: DecoderBatch, cells: int) -> Tensor:
    """(batch, heads, glyphs + cells, glyphs + cells) bfloat16. A glyph that is none sees itself only, so no row is empty."""
    heads, (count, tokens) = batch.bias.shape[1], batch.known.shape
    off = torch.tensor(OFF, device=batch.bias.device)
    glyph_to_glyph = torch.where(batch.known[:, None, None, :].expand(count, heads, tokens, tokens), 0.0, off)
    glyph_to_cell = torch.where(batch.known[:, None, :, None], batch.bias, off)
    glyph_rows = torch.cat([glyph_to_glyph, glyph_to_cell], 3)
    cell_rows = torch.cat([glyph_to_cell.transpose(2, 3), batch.bias.new_zeros(count, heads, cells, cells)], 3)
    scores = torch.cat([glyph_rows, cell_rows], 2)
    scores.diagonal(dim1=2, dim2=3)[..., :tokens] = 0.0
    return scores.to(torch.bfloat16)


def _tables(offsets: Tensor, rows: int, columns: int, dimension: int) -> tuple[Tensor, Tensor]:
    """Rotary positions of windows at their places in whole pictures, each (batch, 1, cells, dimension)."""
    quarter = dimension // 4
    device = offsets.device
    frequencies = 1.0 / (10000.0 ** (torch.arange(quarter, device=device).float() / quarter))
    down = (offsets[:, 0, None] + torch.arange(rows, device=device))[:, :, None, None] * frequencies
    across = (offsets[:, 1, None] + torch.arange(columns, device=device))[:, None, :, None] * frequencies
    angles = torch.cat([down.expand(-1, rows, columns, -1), across.expand(-1, rows, columns, -1)], -1)
    angles = torch.cat([angles, angles], -1).flatten(1, 2)[:, None]
    return angles.cos(), angles.sin()


def loss_of(
    model: Any, batch: DecoderBatch, generator: torch.Generator | None = None, timestep: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Mean squared error of the velocity, weighted; and (2,) that of letters and of objects alone.

    `generator`, on the CPU: for a fixed noise.
    """
    count, clean = len(batch.latents), batch.latents
    noise = torch.randn_like(clean) if generator is None else torch.randn(clean.shape, generator=generator).to(clean.device)
    if timestep is None:
        timestep = torch.sigmoid(torch.randn(count, device=clean.device) + 0.5)
    sigma = shifted(timestep, batch.sizes.prod(1) / 256)[:, None, None, None]
    squared_error = (model((1 - sigma) * clean + sigma * noise, timestep, batch) - (noise - clean)).square()
    rows, columns = clean.shape[2] // 2, clean.shape[3] // 2
    cells = squared_error.mean(1).unflatten(1, (rows, 2)).unflatten(3, (columns, 2)).mean((2, 4)).flatten(1)
    weight = torch.where(batch.letters, _LETTERS, torch.where(batch.objects, _OBJECTS, 1.0))
    separate = torch.stack([(cells * part).sum() / part.sum() for part in (batch.letters, batch.objects)])
    return (cells * weight).sum() / weight.sum(), separate.detach()


@torch.no_grad()
def loss_at(model: Any, check: DecoderBatch, level: float) -> list[float]:
    """The losses on letters and objects of a validation batch at one time, always with the same noise."""
    times = torch.full((len(check.latents),), level, device=check.latents.device)
    return [round(value, 4) for value in loss_of(model, check, torch.Generator().manual_seed(7), times)[1].tolist()]


def train(
    folder: Path,
    runs: Path,
    minutes: float,
    seed: int,
    *,
    whole: float = 0.0,
    mix: Sequence[float] = MIX,
    peak: float = 3e-3,
    cool: float = 0.25,
    compiled: bool = True,
    device: str = "cpu",
    workers: int = 1,
    batch: int = 1,
    bound: bool = True,
    crowds: Path | None = None,
) -> None:
    """`mix`: as `MIX`. The last `whole` minutes are on whole posters alone. `crowds`: another folder, for windows
    around objects and every other whole poster.

    `compiled` takes a minute for each size of window and poster, and pays off after ten.

    If not `bound`, glyphs never have a place, as in GLM-Image's own training, which has no regions.
    """
    torch.manual_seed(seed)
    target = torch.device(device)
    model = Decoder().to(target)
    optimiser = Optimiser([model], blocks=("transformer_blocks", "encoder.block"))
    run = TrainingRun(runs, STAGE, {"decoder": model}, optimiser, 0.998)
    for block in model.transformer.transformer_blocks if compiled else ():
        block.compile(dynamic=None if target.type == "cuda" else False)
    torch.manual_seed(seed + run.step)
    shares = dict(zip(_SOURCES, mix, strict=True))
    sources = {
        name: ahead(
            partial(_SOURCES[name], [folder] if crowds is None else [folder, crowds], times=batch, bound=bound),
            f"{name} {seed} {run.step}",
            workers=workers,
        )
        for name, share in shares.items()
        if share or (name == "wholes" and whole)
    }
    source_rng = random.Random(f"{seed} {run.step}")
    letters, objects = (batch.to(target) for batch in validation(folder, bound=bound))
    limit, losses = minutes * 60, []
    while (progress := run.elapsed() / limit) < 1:
        name = "wholes" if progress > 1 - whole / minutes else source_rng.choices([*shares], [*shares.values()])[0]
        loss, separate = loss_of(model, next(sources[name]).to(target))
        if progress > 1 - cool:
            run.keep_hot()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = optimiser.step(rate(peak, run.step - run.first, progress, cool=cool))
        run.average.update()
        run.step += 1
        losses.append(torch.stack([loss.detach(), *separate, norm]))
        if run.step % 50 == 0:
            mean = torch.stack(losses).nanmean(0).tolist()
            run.log(**dict(zip(("loss", "letters", "things", "norm"), (round(value, 4) for value in mean), strict=True)))
            losses.clear()
        if run.step % 250 == 0:
            run.average.swap()
            validation_losses = [(loss_at(model, letters, level)[0], loss_at(model, objects, level)[1]) for level in _LEVELS]
            run.average.swap()
            run.log(validation=[one for one, _ in validation_losses], things=[other for _, other in validation_losses])
            run.save()
    run.save()


def finished(runs: Path) -> Decoder:
    """Both networks with averaged weights."""
    model = Decoder()
    averaged(runs, STAGE, {"decoder": model})
    return model.eval()


if __name__ == "__main__":
    own = {
        "whole": arguments().whole,
        "mix": arguments().mix or MIX,
        "peak": arguments().rate,
        "cool": arguments().cool,
        "bound": arguments().bound,
        "crowds": arguments().crowds,
    }
    train(arguments().shards, arguments().runs, **own, **shared_arguments())
