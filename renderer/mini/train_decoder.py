"""Stage 3, the decoder: glyph encoder and diffusion transformer, first on crops of posters, then on whole ones.

    python -m layoutgen.renderer.mini.train_decoder PREPARED RUNS --minutes 90 [--whole 15]

It is trained as it is used: the noise levels of the scheduler, glyphs bound to characters (or strings, or nothing, drawn at
random), glyphs and plan left out now and then, and plans that come from other words, as a free plan's do.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from diffusers import GlmImageTransformer2DModel
from layoutgen.renderer.glm.regions import OFF
from torch import Tensor, nn
from transformers import T5EncoderModel

from .asking import asked
from .models import make_decoder, make_glyph_encoder, shifted
from .prepare import Prepared, endless, read_prepared
from .training import Optimiser, Run, ahead, averaged, rate

STAGE = "decoder"
BOOST = 8.0
"""What a glyph weighs inside its place, beside a token of the picture."""
WINDOW = (6, 12)
"""Rows and columns of a crop, in the decoder's cells."""
_BATCH, _GLYPHS, _BYTES, _PER_POSTER = 64, 24, 24, 8
_WHOLE_BATCH, _WHOLE_GLYPHS = 6, 88
_LETTERS = 4.0
"""Weight of the loss in cells where letters stand."""


@dataclass(frozen=True, eq=False)
class Batch:
    latents: Tensor
    """(batch, channels, 2 rows, 2 columns)."""
    prior: Tensor
    """int64 (batch, cells)."""
    ids: Tensor
    """int64 (strings, bytes): each string of the batch once."""
    at: Tensor
    """int64 (batch, glyph tokens): where each token's embedding is in (strings * bytes); 0 where there is none."""
    known: Tensor
    """bool (batch, glyph tokens)."""
    bias: Tensor
    """(batch, glyph tokens, cells)."""
    letters: Tensor
    """bool (batch, cells)."""
    offsets: Tensor
    """int64 (batch, 2): row and column of the first cell."""
    sizes: Tensor
    """(batch, 2): height and width of the whole picture, pixels."""


class Attention:
    """GLM-Image's joint attention with an bias over all tokens, (batch, 1, tokens, tokens); few kernels once compiled."""

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
            block.attn1.set_processor(Attention())

    def forward(self, latents: Tensor, timestep: Tensor, batch: Batch, no_plan: Tensor | None = None) -> Tensor:
        """The velocity, float32. `timestep`: 0 … 1, unshifted, (batch,); `no_plan`: bool (batch,)."""
        count, cells = len(latents), batch.prior.shape[1]
        rows, columns = latents.shape[2] // 2, latents.shape[3] // 2
        scores = _scores(batch, cells)
        with torch.autocast("cpu", torch.bfloat16):
            embedded = self.glyphs(batch.ids, attention_mask=_real(batch.ids)).last_hidden_state
            glyphs = embedded.flatten(0, 1)[batch.at]
            velocity: Tensor = self.transformer(
                hidden_states=latents,
                encoder_hidden_states=glyphs,
                prior_token_id=batch.prior,
                prior_token_drop=torch.zeros(count, cells, dtype=torch.bool)
                if no_plan is None
                else no_plan[:, None].expand(count, cells),
                timestep=timestep * 1000 - 1,
                target_size=batch.sizes,
                crop_coords=torch.zeros(count, 2),
                image_rotary_emb=_tables(batch.offsets, rows, columns, self.transformer.config.attention_head_dim),
                attention_kwargs={"scores": scores},
                return_dict=False,
            )[0]
        return velocity.float()


def _real(ids: Tensor) -> Tensor:
    """1 up to a string's end; a pad in front of it is real, as in the stock pipeline."""
    ended = (ids == 1).long().cumsum(1)
    return ((ended == 0) | (ids == 1)).long()


def _scores(batch: Batch, cells: int) -> Tensor:
    """(batch, 1, glyphs + cells, glyphs + cells) bfloat16. A glyph that is none sees itself only, so that no row is empty."""
    count, tokens = batch.known.shape
    off = torch.tensor(OFF)
    between = torch.where(batch.known[:, None, :].expand(count, tokens, tokens), 0.0, off)
    across = torch.where(batch.known[:, :, None], batch.bias, off)
    above = torch.cat([between, across], 2)
    below = torch.cat([across.transpose(1, 2), torch.zeros(count, cells, cells)], 2)
    whole = torch.cat([above, below], 1)
    index = torch.arange(tokens)
    whole[:, index, index] = 0.0
    return whole[:, None].to(torch.bfloat16)


def _tables(offsets: Tensor, rows: int, columns: int, dimension: int) -> tuple[Tensor, Tensor]:
    """Rotary positions of windows at their places in whole pictures, each (batch, 1, cells, dimension)."""
    quarter = dimension // 4
    frequencies = 1.0 / (10000.0 ** (torch.arange(quarter).float() / quarter))
    down = (offsets[:, 0, None] + torch.arange(rows))[:, :, None, None] * frequencies
    across = (offsets[:, 1, None] + torch.arange(columns))[:, None, :, None] * frequencies
    angles = torch.cat([down.expand(-1, rows, columns, -1), across.expand(-1, rows, columns, -1)], -1)
    angles = torch.cat([angles, angles], -1).flatten(1, 2)[:, None]
    return angles.cos(), angles.sin()


def batch_of(
    windows: list[tuple[Prepared, tuple[int, int, int, int]]], rng: random.Random, tokens: int, *, learn: bool = True
) -> Batch:
    """Windows of posters (first row and column, rows, columns, all even) as one batch; with `learn`, varied as in training."""
    strings: dict[tuple[int, str], int] = {}
    latents, prior, bias, at, known, letters, offsets, sizes = ([] for _ in range(8))
    for poster, (top, left, rows, columns) in windows:
        height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
        latents.append(poster.latents[:, 2 * top : 2 * (top + rows), 2 * left : 2 * (left + columns)])
        plan = poster.decoy if learn and rng.random() < 0.5 else poster.tokens
        plan = plan[top // 2 : (top + rows) // 2, left // 2 : (left + columns) // 2].astype(np.int64)
        if learn:
            noise = np.random.default_rng(rng.getrandbits(32))
            wrong = noise.random(plan.shape) < rng.choice((0.0, 0.05, 0.2))
            plan = np.where(wrong, noise.permutation(poster.tokens.reshape(-1))[: plan.size].reshape(plan.shape), plan)
        prior.append(plan.repeat(2, 0).repeat(2, 1).reshape(-1))
        whole = poster.patterns.reshape(-1, height, width)[:, top : top + rows, left : left + columns].reshape(
            len(poster.patterns), -1
        )
        whole = whole.astype(np.float32)
        seen = np.flatnonzero((whole > OFF / 2).any(1))[:tokens] if not (learn and rng.random() < 0.08) else np.array([], int)
        grain = rng.random() if learn else 0.0
        one_at, one_bias = np.zeros(tokens, np.int64), np.full((tokens, rows * columns), OFF, np.float32)
        for slot, token in enumerate(seen):
            number = next(index for index, (first, last) in enumerate(poster.spans) if first <= token < last)
            first, last = poster.spans[number]
            padding = last - first - 1 - len(poster.strings[number].encode())
            row = strings.setdefault((padding, poster.strings[number]), len(strings))
            one_at[slot] = row * _BYTES + min(token - first, _BYTES - 1)
            pattern = whole[token]
            if grain >= 0.97:
                pattern = np.zeros_like(pattern)
            elif grain >= 0.9:
                pattern = np.where(whole[last - 1] > OFF / 2, math.log(BOOST), OFF)
            else:
                pattern = np.where(pattern > OFF / 2, pattern + math.log(BOOST), OFF)
            one_bias[slot] = pattern
        at.append(one_at)
        bias.append(one_bias)
        known.append(np.arange(tokens) < len(seen))
        lettered = (whole > -8).any(0) if len(whole) else np.zeros(rows * columns, bool)
        letters.append(lettered)
        offsets.append((top, left))
        sizes.append((16.0 * height, 16.0 * width))
    ids = np.zeros((max(1, len(strings)), _BYTES), np.int64)
    ids[0, 0] = 1
    for (padding, text), row in strings.items():
        encoded = [*([0] * padding + [byte + 3 for byte in text.encode()])[: _BYTES - 1], 1]
        ids[row] = encoded + [0] * (_BYTES - len(encoded))
    return Batch(
        latents=torch.from_numpy(np.stack(latents)).float(),
        prior=torch.from_numpy(np.stack(prior)),
        ids=torch.from_numpy(ids),
        at=torch.from_numpy(np.stack(at)),
        known=torch.from_numpy(np.stack(known)),
        bias=torch.from_numpy(np.stack(bias)),
        letters=torch.from_numpy(np.stack(letters)),
        offsets=torch.tensor(offsets),
        sizes=torch.tensor(sizes),
    )


def window_of(poster: Prepared, rng: random.Random) -> tuple[int, int, int, int]:
    """A window on letters, now and then on a thing or anywhere."""
    rows, columns = WINDOW
    height, width = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
    drawn = rng.random()
    if poster.strings and drawn < 0.82:
        # Every string as often as any other, and every letter of it.
        first, last = poster.spans[rng.randrange(len(poster.spans))]
        row, column = np.divmod(int(poster.patterns[rng.randrange(first, last)].argmax()), width)
        top, left = row - rng.randrange(rows), column - rng.randrange(columns)
    elif poster.things and drawn < 0.95:
        x, y, w, h = rng.choice(poster.things)
        top, left = (rng.randint(y, y + h) // 16) - rows // 2, (rng.randint(x, x + w) // 16) - columns // 2
    else:
        top, left = rng.randint(0, height - rows), rng.randint(0, width - columns)
    top, left = min(max(top, 0), height - rows), min(max(left, 0), width - columns)
    return top // 2 * 2, left // 2 * 2, rows, columns


def crops(source: Any, rng: random.Random) -> Batch:
    windows: list[Any] = []
    while len(windows) < _BATCH:
        poster = next(source)
        windows += [(poster, window_of(poster, rng)) for _ in range(_PER_POSTER)]
    return batch_of(windows[:_BATCH], rng, _GLYPHS)


def wholes(source: Any, rng: random.Random, held: dict[tuple[int, int], list[Prepared]]) -> Batch:
    """Whole posters of one shape; those of other shapes wait in `held`."""
    while True:
        poster = next(source)
        rows, columns = poster.latents.shape[1] // 2, poster.latents.shape[2] // 2
        waiting = held.setdefault((rows, columns), [])
        waiting.append(poster)
        if len(waiting) == _WHOLE_BATCH:
            windows = [(one, (0, 0, rows, columns)) for one in waiting]
            waiting.clear()
            return batch_of(windows, rng, _WHOLE_GLYPHS)


def loss_of(
    model: Any, batch: Batch, generator: torch.Generator | None = None, timestep: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    """Mean squared error of the velocity, weighted; and that of letters alone."""
    count, clean = len(batch.latents), batch.latents
    noise = torch.randn(clean.shape, generator=generator)
    if timestep is None:
        timestep = torch.sigmoid(torch.randn(count) + 0.5)
    tokens = (batch.sizes[:, 0] * batch.sizes[:, 1] / 256).tolist()
    sigma = torch.stack([shifted(t, round(n)) for t, n in zip(timestep, tokens, strict=True)])[:, None, None, None]
    no_plan = None if generator is not None else torch.rand(count) < 0.1
    off = (model((1 - sigma) * clean + sigma * noise, timestep, batch, no_plan) - (noise - clean)).square()
    rows, columns = clean.shape[2], clean.shape[3]
    letters = batch.letters.view(count, 1, rows // 2, columns // 2).float().repeat_interleave(2, 2).repeat_interleave(2, 3)
    weight = 1 + (_LETTERS - 1) * letters
    return (off * weight).mean() / weight.mean(), ((off * letters).sum() / letters.sum().clamp(min=1) / off.shape[1]).detach()


def train(folder: Path, runs: Path, minutes: float, seed: int, whole: float, peak: float, cool: float) -> None:
    torch.manual_seed(seed)
    model = Decoder()
    optimiser = Optimiser([model], blocks=("transformer_blocks", "encoder.block"))
    run = Run(runs, STAGE, {"decoder": model}, optimiser, 0.998)
    for block in model.transformer.transformer_blocks:
        block.compile(dynamic=False)
    torch.manual_seed(seed + run.step)
    rng = random.Random(seed + run.step)
    source = endless(folder, rng)
    held: dict[tuple[int, int], list[Prepared]] = {}
    small = ahead(lambda: crops(source, rng))
    large = ahead(lambda: wholes(endless_whole, random.Random(seed + 1), held), 2) if whole else None
    endless_whole = endless(folder, random.Random(seed + run.step + 1))
    check = validation(folder)
    limit, losses = minutes * 60, []
    while (done := run.elapsed() / limit) < 1:
        batch = next(large) if large is not None and done > 1 - whole / minutes else next(small)
        loss, letters = loss_of(model, batch)
        if done > 1 - cool:
            run.keep_hot()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = optimiser.step(rate(peak, run.step, done, cool=cool))
        run.average.update()
        run.step += 1
        losses.append((float(loss.detach()), float(letters), norm))
        if run.step % 50 == 0:
            mean = np.mean(losses[-50:], axis=0).round(4).tolist()
            run.log(loss=mean[0], letters=mean[1], norm=mean[2])
        if run.step % 250 == 0:
            run.average.swap()
            with torch.no_grad():
                found = [
                    round(
                        float(
                            loss_of(model, check, torch.Generator().manual_seed(7), torch.full((len(check.latents),), level))[1]
                        ),
                        4,
                    )
                    for level in (0.95, 0.8, 0.5)
                ]
            run.average.swap()
            run.log(validation=found)
            run.save()
    run.save()


def validation(folder: Path) -> Batch:
    rng = random.Random(5)
    rows = [row for row in read_prepared(min(folder.glob("*.prepared"))) if row.strings]
    return batch_of([(row, window_of(row, rng)) for row in rows[:_BATCH]], rng, _GLYPHS, learn=False)


def finished(runs: Path) -> Decoder:
    """Both networks with averaged weights."""
    model = Decoder()
    averaged(runs, STAGE, {"decoder": model})
    return model.eval()


if __name__ == "__main__":
    torch.set_num_threads(asked().threads)
    train(asked().shards, asked().runs, asked().minutes, asked().seed, asked().whole, asked().rate, asked().cool)
