"""What can go wrong while a plan is decoded. The renderer gives these their codes."""

from __future__ import annotations


class DecodeError(Exception):
    """The message says in one plain sentence what is wrong, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class NotFinite(DecodeError):
    """The latents hold NaN or infinity."""


class NotPossible(DecodeError):
    """A setting that this machine, or the way the weights are held, does not allow."""
