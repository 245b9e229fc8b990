"""Generating tokens, one cell after the other, for all rows at once and without waiting for the device.

The prompt is read once, as one row; its keys and values are then copied for every row. From there on everything that changes
lives in tensors on the device: the number of the cell, the tokens, the logits, the noise, the cache. So one step is the same
sequence of operations every time, and on CUDA it is captured once for a grid and replayed.

Two caches. The static one has room for all tokens from the start, which a captured graph needs; every step then looks at
all of it through a mask. The dynamic one grows with each token as in the stock pipeline; its sums run over the same
number of terms, so it alone gives the stock pipeline's bits, and on a CPU it is also the faster one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import torch
from torch import Tensor
from transformers import DynamicCache, StaticCache

from .prompt import PlannerPrompt
from .sampling import DraftGuide, Noise, SamplingRule
from .streaming import is_streamed

CacheKind = Literal["auto", "static", "dynamic"]
Progress = Callable[[int, int], None]
"""Called with the number of tokens generated so far, for each row, and their total."""

REPORT = 32
"""Tokens between two reports, and between two checks whether to stop."""

_WARM = 3
"""Tokens generated in the ordinary way before a graph is captured: libraries initialise themselves in the first calls."""


class TokenGenerator:
    """The state of a batch of rows while its grids are generated. Nothing in the model is changed by it."""

    def __init__(
        self,
        model: Any,
        prompt: PlannerPrompt,
        seeds: Sequence[int],
        *,
        device: torch.device,
        cache: CacheKind = "auto",
        capture: bool = True,
        progress: Progress | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> None:
        self.model, self.device = model, device
        self.captured = False
        """Whether a graph was captured and replayed."""
        self._capture = capture and device.type == "cuda" and not has_hooks(model)
        self._report = _ProgressReports(prompt.cell_positions.shape[1], device, progress, stop)

        logits, prefilled = self._prefill(prompt)
        rows, vocabulary = len(seeds), logits.shape[-1]
        self.length = prompt.ids.shape[1]
        self.static = cache == "static" or (cache == "auto" and device.type == "cuda" and _takes_masks(model))
        total = prompt.cell_positions.shape[1]
        self.room = -(-(self.length + total) // 64) * 64
        """Tokens that the static cache holds; masked attention kernels want a multiple of 8."""
        self.cache = _static_copy(model, prefilled, rows, self.room) if self.static else _dynamic_copy(prefilled, rows)
        self.logits = logits.expand(rows, vocabulary).contiguous()
        self.noise = Noise(seeds, vocabulary, device)
        self.cell_positions = prompt.cell_positions.to(device)
        self.step = torch.zeros(1, dtype=torch.long, device=device)
        """The number of the next cell."""
        self.tokens = torch.zeros(rows, total, dtype=torch.long, device=device)
        self.likelihood = torch.zeros(rows, dtype=torch.float32, device=device)
        """Sum of the log-probabilities of the tokens written so far."""
        self.draft_likelihood = torch.zeros(rows, dtype=torch.float32, device=device)
        """The same for the draft's tokens, each times its weight."""

    def generate(self, count: int, rule: SamplingRule, guide: DraftGuide, *, last: bool) -> None:
        """Generate the next `count` cells. `guide`: of all cells, on the device; `last`: nothing is generated afterwards."""
        for _ in self._steps(count - 1 if last else count, rule, guide):
            self._report.written()
        if last:
            self.noise.draw()
            self._sample(rule, guide)
            self._report.written()

    def keep_rows(self, rows: Sequence[int]) -> None:
        """Continue with these rows only, in this order."""
        index = torch.tensor(list(rows), dtype=torch.long, device=self.device)
        self.cache.reorder_cache(index)
        self.noise.keep_rows(rows)
        self.logits = self.logits.index_select(0, index)
        self.tokens = self.tokens.index_select(0, index)
        self.likelihood = self.likelihood.index_select(0, index)
        self.draft_likelihood = self.draft_likelihood.index_select(0, index)

    def _steps(self, count: int, rule: SamplingRule, guide: DraftGuide) -> Iterator[None]:
        step = self._next_token
        stream = _stream(self.device) if self._capture and count > 2 * _WARM else None
        if stream is not None:
            yield from self._warm_up(stream, rule, guide)
            count -= _WARM
            if graph := self._captured_graph(stream, rule, guide):
                step = lambda *_: graph.replay()  # noqa: E731
        for _ in range(count):
            self.noise.draw()
            step(rule, guide)
            yield

    def _warm_up(self, stream: Any, rule: SamplingRule, guide: DraftGuide) -> Iterator[None]:
        """Real tokens, generated on the stream that captures."""
        stream.wait_stream(torch.cuda.current_stream(self.device))
        with torch.cuda.stream(stream):
            for _ in range(_WARM):
                self.noise.draw()
                self._next_token(rule, guide)
        torch.cuda.current_stream(self.device).wait_stream(stream)
        yield from (None for _ in range(_WARM))

    def _captured_graph(self, stream: Any, rule: SamplingRule, guide: DraftGuide) -> Any:
        """One step as a graph, recorded without being run; None where something in it cannot be captured."""
        graph = torch.cuda.CUDAGraph()
        try:
            # The outer one: a capture that fails would leave its stream the current one. Other threads may use the device.
            with (
                torch.cuda.stream(torch.cuda.current_stream(self.device)),
                torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"),
            ):
                self._next_token(rule, guide)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError:
            # An operation that waits for the device, in weights of another kind. Nothing was run: continue step by step.
            self._capture = self.captured = False
            return None
        self.captured = True
        return graph

    def _next_token(self, rule: SamplingRule, guide: DraftGuide) -> None:
        """Choose a token for this cell, and ask the model about the next one."""
        tokens = self._sample(rule, guide)
        rows = len(tokens)
        place = self.cell_positions.index_select(1, self.step)
        answer = self.model(
            input_ids=tokens[:, None],
            position_ids=place[:, None].expand(3, rows, 1),
            attention_mask=self._mask() if self.static else None,
            past_key_values=self.cache,
            use_cache=True,
            logits_to_keep=1,
        )
        self.logits.copy_(answer.logits[:, -1])
        self.step.add_(1)

    def _sample(self, rule: SamplingRule, guide: DraftGuide) -> Tensor:
        choice = rule(self.logits, self.noise.values, guide.at(self.step))
        self.tokens.index_copy_(1, self.step, choice.tokens[:, None])
        self.likelihood.add_(choice.likelihood)
        self.draft_likelihood.add_(choice.draft_likelihood)
        return choice.tokens

    def _mask(self) -> Tensor:
        """Of the static cache, the part that is written already and the token being read: added to scores, (1, 1, 1, room)."""
        later = torch.arange(self.room, device=self.device) > self.step + self.length
        dtype = self.model.dtype
        mask = torch.zeros(self.room, dtype=dtype, device=self.device)
        return mask.masked_fill(later, torch.finfo(dtype).min)[None, None, None]

    def _prefill(self, prompt: PlannerPrompt) -> tuple[Tensor, DynamicCache]:
        """Read the prompt: float32 logits (1, vocabulary) of the first cell, and the cache of one row."""
        cache = DynamicCache(config=self.model.config)
        answer = self.model(
            input_ids=prompt.ids.to(self.device),
            attention_mask=prompt.mask.to(self.device),
            position_ids=prompt.positions[:, None].to(self.device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return answer.logits[:, -1].to(self.device, torch.float32), cache


class _ProgressReports:
    """Progress and interruption every `REPORT` tokens. The host may run ahead of the device by two reports, never further."""

    def __init__(self, total: int, device: torch.device, progress: Progress | None, stop: Callable[[], bool] | None) -> None:
        self.total, self.done = total, 0
        self._progress, self._stop = progress, stop
        self._device = device
        self._previous: Any = None

    def written(self) -> None:
        self.done += 1
        if self.done % REPORT and self.done != self.total:
            return
        if self._device.type == "cuda":
            # Wait for the report before this one: the queue never runs dry, and what is reported is nearly true.
            event = torch.cuda.Event()  # type: ignore[no-untyped-call]
            event.record(torch.cuda.current_stream(self._device))
            if self._previous is not None:
                self._previous.synchronize()
            self._previous = event
        if self._stop is not None and self._stop():
            raise KeyboardInterrupt
        if self._progress is not None:
            self._progress(self.done, self.total)


def _stream(device: torch.device) -> Any:
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]


def _dynamic_copy(prefilled: DynamicCache, rows: int) -> DynamicCache:
    if rows > 1:
        prefilled.batch_repeat_interleave(rows)
    return prefilled


def _static_copy(model: Any, prefilled: DynamicCache, rows: int, room: int) -> StaticCache:
    cache = StaticCache(config=model.config, max_cache_len=room)
    for index, layer in enumerate(prefilled.layers):
        cache.update(layer.keys.expand(rows, -1, -1, -1), layer.values.expand(rows, -1, -1, -1), index)
    return cache


def _takes_masks(model: Any) -> bool:
    return model.config.get_text_config()._attn_implementation in ("sdpa", "eager")


def has_hooks(model: Any) -> bool:
    """Whether something moves weights around while the model runs; a captured graph would replay old addresses."""
    foreign = ("_hf_hook", "_diffusers_hook")
    return any(is_streamed(module) or any(hasattr(module, name) for name in foreign) for module in model.modules())
