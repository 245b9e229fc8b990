"""Blocks whose weights wait in the computer's memory and are on the device only while they run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn


def stream_blocks(module: nn.Module, blocks: Sequence[nn.Module], device: torch.device) -> None:
    """Put `module` onto the device, except for the weights of `blocks`, each of which comes in when it is called.

    On CUDA the next block is copied while one runs, so two are there at a time. Weights never change, so nothing is copied
    back. Calling it again, or moving the module afterwards, is not supported.
    """
    if any(is_streamed(block) for block in blocks):
        return
    inside = {id(slot.tensor) for block in blocks for slot in _slots(block)}
    for slot in _slots(module):
        if id(slot.tensor) not in inside:
            slot.put(slot.tensor.data.to(device))
    copies = _CopyStream(device) if device.type == "cuda" else None
    streamed = [_StreamedBlock(block, device, copies) for block in blocks]
    for index, block in enumerate(streamed):
        block.install(streamed[(index + 1) % len(streamed)])


def is_streamed(module: nn.Module) -> bool:
    """Whether it is a block whose weights come in when it is called."""
    return hasattr(module, _MARK)


_MARK = "_layoutgen_streamed"


@dataclass(frozen=True, eq=False)
class _Slot:
    """A module's place for a weight."""

    owner: nn.Module
    name: str

    @property
    def tensor(self) -> Tensor:
        tensor: Tensor = getattr(self.owner, self.name)
        return tensor

    def put(self, data: Tensor) -> None:
        """Weights in 8 bits are tensors of another kind, whose data cannot be exchanged for that on another device."""
        if _plain(self.tensor):
            self.tensor.data = data
        else:
            setattr(self.owner, self.name, nn.Parameter(data, requires_grad=False))


class _CopyStream:
    """The stream that copies weights in, and how far the blocks that use them have got."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
        self._unloaded: Any = None

    def mark_unloaded(self) -> None:
        """A block has been queued to run, and its weights are released."""
        self._unloaded = torch.cuda.current_stream(self.device).record_event()

    def wait_for_unload(self) -> None:
        """Wait until the last block has run. Otherwise the host, far ahead, would bring in one block after the other before
        the first is done, and overwrite memory that is still being read."""
        if self._unloaded is not None:
            self._unloaded.synchronize()


class _StreamedBlock:
    """One block: its weights as they wait, and whether they are on the device."""

    def __init__(self, block: nn.Module, device: torch.device, copies: _CopyStream | None) -> None:
        self.block, self.device, self.copies = block, device, copies
        host = ((slot, slot.tensor.data.cpu()) for slot in _slots(block))
        self.host = [(slot, data.pin_memory() if copies and _plain(data) else data) for slot, data in host]
        self.event: Any = None
        self.loaded = True
        setattr(block, _MARK, True)
        self.unload()

    def install(self, following: _StreamedBlock) -> None:
        def before(block: nn.Module, inputs: Any) -> None:
            if self.copies is not None:
                self.copies.wait_for_unload()
            self.load()
            if self.event is not None:
                torch.cuda.current_stream(self.device).wait_event(self.event)
            if self.copies is not None:
                following.load()

        def after(block: nn.Module, inputs: Any, outputs: Any) -> None:
            if self.copies is not None:
                self.copies.mark_unloaded()
            self.unload()

        self.block.register_forward_pre_hook(before)
        self.block.register_forward_hook(after, always_call=True)

    def load(self) -> None:
        if self.loaded:
            return
        if self.copies is None:
            self._put((slot, data.to(self.device)) for slot, data in self.host)
        else:
            with torch.cuda.stream(self.copies.stream):
                self._put((slot, data.to(self.device, non_blocking=True)) for slot, data in self.host)
                self.event = self.copies.stream.record_event()
        self.loaded = True

    def unload(self) -> None:
        self._put(self.host)
        self.loaded = False

    @staticmethod
    def _put(tensors: Iterable[tuple[_Slot, Tensor]]) -> None:
        for slot, data in tensors:
            slot.put(data)


def _slots(module: nn.Module) -> Iterator[_Slot]:
    """The places of all its parameters and buffers, those that are shared several times."""
    for owner in module.modules():
        for name, _ in (*owner.named_parameters(recurse=False), *owner.named_buffers(recurse=False)):
            yield _Slot(owner, name)


def _plain(tensor: Tensor) -> bool:
    return type(tensor) in (Tensor, nn.Parameter)
