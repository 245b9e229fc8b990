"""Blocks whose weights wait in the computer's memory and are on the device only while they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn


def stream_blocks(module: nn.Module, blocks: Sequence[nn.Module], device: torch.device) -> None:
    """Put `module` onto the device, except for the weights of `blocks`, each of which comes in when it is called.

    On CUDA the next block is copied while one runs, so two are there at a time. Weights never change, so nothing is copied
    back. Calling it again, or moving the module afterwards, is not supported.
    """
    if any(hasattr(block, _MARK) for block in blocks):
        return
    inside = {id(tensor) for block in blocks for tensor in _tensors(block)}
    for tensor in _tensors(module):
        if id(tensor) not in inside:
            tensor.data = tensor.data.to(device)
    stream = torch.cuda.Stream(device) if device.type == "cuda" else None  # type: ignore[no-untyped-call]
    waiting = [_Waiting(block, device, stream) for block in blocks]
    for index, one in enumerate(waiting):
        one.install(waiting[(index + 1) % len(waiting)])


_MARK = "_layoutgen_streamed"


class _Waiting:
    """One block: its weights as they wait, and whether they are on the device."""

    def __init__(self, block: nn.Module, device: torch.device, stream: torch.cuda.Stream | None) -> None:
        self.block, self.device, self.stream = block, device, stream
        self.host = [(tensor, _pinned(tensor.data) if stream else tensor.data.cpu()) for tensor in _tensors(block)]
        self.event: torch.cuda.Event | None = None
        self.here = False
        setattr(block, _MARK, True)
        self.leave()

    def install(self, following: _Waiting) -> None:
        def before(block: nn.Module, inputs: Any) -> None:
            self.come()
            if self.event is not None:
                torch.cuda.current_stream(self.device).wait_event(self.event)
            if self.stream is not None and following is not self:
                following.come()

        def after(block: nn.Module, inputs: Any, outputs: Any) -> None:
            self.leave()

        self.block.register_forward_pre_hook(before)
        self.block.register_forward_hook(after, always_call=True)

    def come(self) -> None:
        if self.here:
            return
        if self.stream is None:
            for tensor, host in self.host:
                tensor.data = host.to(self.device)
        else:
            with torch.cuda.stream(self.stream):
                for tensor, host in self.host:
                    tensor.data = host.to(self.device, non_blocking=True)
                self.event = self.stream.record_event()
        self.here = True

    def leave(self) -> None:
        for tensor, host in self.host:
            if self.stream is not None and tensor.data.is_cuda:
                # The memory was handed out on the copying stream and was read on this one.
                tensor.data.record_stream(torch.cuda.current_stream(self.device))
            tensor.data = host
        self.here = False


def _tensors(module: nn.Module) -> list[torch.Tensor]:
    return [*module.parameters(), *module.buffers()]


def _pinned(tensor: torch.Tensor) -> torch.Tensor:
    """Pages that the device can copy by itself. Weights in 8 bits are tensors of another kind, which cannot be pinned."""
    there = tensor.cpu()
    return there.pin_memory() if type(there) in (torch.Tensor, nn.Parameter) else there
