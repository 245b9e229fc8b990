"""Cheaper denoising steps: blocks whose work is taken over from an earlier step, and compiled blocks. Both off by default.

First-block caching: if what the first block adds to the picture's tokens has hardly changed since a step that was worked out
in full, so has what the other blocks add, and that is taken from there. Lossy above a threshold of 0.

diffusers has hooks for it, but they do not know this block, and they keep one state for passes that take turns. Here every pass
has its own `CachedForward`, the transformer itself is not touched, and nothing is left when the picture is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from .decode_errors import NotPossible
from .streaming import is_streamed


class CachedForward:
    """One pass of the decoder over the steps of one picture, with the state that belongs to this pass alone."""

    def __init__(self, transformer: Any, threshold: float) -> None:
        if "forward" in vars(transformer):  # a hook moves weights whenever the forward is called, and it would not be called
            raise NotPossible(
                "step caching does not go with a decoder whose blocks are moved to the device one by one",
                hint="set `decoder.cache=off`, or another `memory.plan`",
            )
        self._stack = _Stack(transformer.transformer_blocks, threshold)
        self._transformer = _WithBlocks(transformer, (self._stack,))

    @property
    def skipped(self) -> int:
        """Calls so far in which only the first block ran."""
        return self._stack.skipped

    def __call__(self, *, full: bool, kv_caches: Any = None, **inputs: Any) -> Tensor:
        """The transformer's forward, with its arguments. `full`: run every block, whatever the first one says."""
        self._stack.full = full
        # The stack counts as one block, so it gets the keys of all layers as one.
        output: Tensor = self._transformer(kv_caches=None if kv_caches is None else (kv_caches,), **inputs)
        return output


class _WithBlocks:
    """A transformer's own forward and parts, run over other blocks."""

    def __init__(self, transformer: Any, blocks: Sequence[Any]) -> None:
        self._original = transformer
        self.transformer_blocks = blocks

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def __call__(self, **inputs: Any) -> Tensor:
        output: Tensor = type(self._original).forward(self, return_dict=False, **inputs)[0]
        return output


class _Stack:
    """All blocks as one. A batch is skipped only if every row of it may be."""

    def __init__(self, blocks: Sequence[Any], threshold: float) -> None:
        self.blocks, self.threshold = blocks, threshold
        self.full, self.skipped = True, 0
        self._first: Tensor | None = None  # what the first block added in the last full step
        self._others: Tensor | None = None  # what all others added to it then

    def __call__(
        self,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        temb: Tensor,
        image_rotary_emb: Any,
        attention_mask: Any,
        attention_kwargs: Any,
        kv_cache: Any = None,
    ) -> tuple[Tensor, Tensor]:
        rest = (temb, image_rotary_emb, attention_mask, attention_kwargs)
        hidden, encoder = hidden_states, encoder_hidden_states
        for layer, block in enumerate(self.blocks):
            hidden, encoder = block(hidden, encoder, *rest, kv_cache=None if kv_cache is None else kv_cache[layer])
            if layer == 0:
                after_first, added = hidden, hidden - hidden_states
                if self._may_skip(added):
                    assert self._others is not None
                    self.skipped += 1
                    return hidden + self._others, encoder  # what becomes of the glyphs is not read any more
        self._first, self._others = added, hidden - after_first
        return hidden, encoder

    def _may_skip(self, added: Tensor) -> bool:
        if self.full or self._first is None or self.threshold <= 0:
            return False
        change = (added - self._first).abs().mean((1, 2)) / self._first.abs().mean((1, 2))
        return bool((change < self.threshold).all())  # not a number: not below


@contextmanager
def compiled_blocks(transformer: Any, on: bool, **options: Any) -> Iterator[None]:
    """While it lasts, the repeated block runs compiled; `options` are those of `torch.compile`. NotPossible if it fails.

    Compiled code is kept by torch for the next picture of the same size; the blocks are handed back as they were.
    """
    if not on:
        yield
        return
    blocks = list(transformer.transformer_blocks)
    if any(map(is_streamed, blocks)):
        raise NotPossible(
            "a decoder whose blocks are moved to the device one by one cannot be compiled",
            hint="set `decoder.compile=false`, or another `memory.plan`",
        )
    before = [block._compiled_call_impl for block in blocks]
    try:
        transformer.compile_repeated_blocks(**options)
        yield
    except torch._dynamo.exc.TorchDynamoException as error:
        reason = str(error).strip().partition("\n")[0]
        raise NotPossible(f"the decoder cannot be compiled here: {reason}", hint="set `decoder.compile=false`") from error
    finally:
        for block, call in zip(blocks, before, strict=True):
            block._compiled_call_impl = call
