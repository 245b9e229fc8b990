"""The strings of the conditions → ByT5 → glyph embeddings, and which tokens are which string and which character.

Every string is encoded alone and the results are laid end to end. The strings come from the conditions, in their order, never
from the quotes of a prompt, where an apostrophe begins a string as well. A string's tokens are: the pad in front (see
`stock_padding`), one token a UTF-8 byte (byte + 3), and the end of the sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import regex
import torch
from torch import Tensor

from layoutgen.diagnostics import Diagnostic, PosterError

LONGEST = 2048
"""Tokens of one string, its end included. The stock pipeline cuts longer ones."""

_PAD, _END, _FIRST_BYTE = 0, 1, 3
_GRAPHEMES = regex.compile(r"\X")

Span = tuple[int, int]
"""From the first token up to, not including, the second."""


class GlyphEncoder(Protocol):
    """What is needed of the loaded components; a `GlmImagePipeline` has it too."""

    @property
    def tokenizer(self) -> Any: ...

    @property
    def text_encoder(self) -> Any: ...


@dataclass(frozen=True)
class StringTokens:
    """Where one string stands among the glyph tokens: the pad in front, its bytes, the end of the sequence."""

    text: str
    start: int
    end: int
    padding: int = 0
    bytewise: bool = True
    """False when the stock tokenizer read a special token (`</s>`) in the text or cut it: then no byte has its own token."""

    @property
    def span(self) -> Span:
        return self.start, self.end

    def of_bytes(self, start: int, end: int) -> Span:
        """The tokens of some of its UTF-8 bytes. Empty when there are none of their own."""
        if not self.bytewise:
            return self.end, self.end
        first = self.start + self.padding
        return min(first + start, self.end - 1), min(first + end, self.end - 1)


@dataclass(frozen=True, eq=False)
class Glyphs:
    """Glyph embeddings with their tokens' meaning. Without strings there is one token, the end of an empty string."""

    embeddings: Tensor
    """(1, tokens, d_model)."""
    strings: tuple[StringTokens, ...]
    characters: tuple[tuple[Span, ...], ...]
    """Of each string, the tokens of each grapheme."""

    @property
    def tokens(self) -> int:
        return int(self.embeddings.shape[1])


def stock_padding(count: int) -> int:
    """Pad tokens that the stock pipeline puts in front of *each* string when there are `count` of them (none counts as one).

    The pads are attended to, so a string's embeddings change when another is added or removed. The published weights have
    been used with it, so it is kept.
    """
    return (max(1, count) + 1) % 2


def encode_glyphs(
    components: GlyphEncoder,
    strings: Sequence[str],
    *,
    parity: bool = True,
    padding: int | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype | None = None,
) -> Glyphs:
    """Encode strings, each alone.

    `parity`: batched and cut to 2048 tokens as the stock pipeline does, equal to it bit for bit. Without: one by one, so that
    the other strings do not change a single bit of a string's embeddings; `</s>` in a text is drawn as it is written; a
    string that is too long raises LG403. `padding`: pads in front of each string; None for `stock_padding`.
    """
    padding = stock_padding(len(strings)) if padding is None else padding
    rows = _stock_rows(components.tokenizer, strings, padding) if parity else _rows(strings, padding)
    encoder = components.text_encoder
    device = encoder.device if device is None else torch.device(device)
    with torch.no_grad():
        embeddings = torch.cat([*_encode(encoder, rows, device, together=parity)])[None]
    return _end_to_end(embeddings.to(dtype or encoder.dtype), strings, rows, padding)


def unencoded(strings: Sequence[str], *, padding: int | None = None) -> Glyphs:
    """Where the tokens of strings stand, before anything is encoded: the embeddings are of width 0. LG403 as above."""
    padding = stock_padding(len(strings)) if padding is None else padding
    rows = _rows(strings, padding)
    return _end_to_end(torch.empty(1, sum(map(len, rows)), 0), strings, rows, padding)


def _end_to_end(embeddings: Tensor, strings: Sequence[str], rows: Sequence[list[int]], padding: int) -> Glyphs:
    """Strings end to end, with what each token of them is."""
    tokens, start = [], 0
    for text, row in zip(strings, rows, strict=False):  # no strings: one row without a name
        tokens.append(StringTokens(text, start, start + len(row), padding, row == _row(text, padding)))
        start += len(row)
    return Glyphs(embeddings, tuple(tokens), tuple(_characters(string) for string in tokens))


def stack_embeddings(embeddings: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    """Prompts with unequal glyph counts as one batch: (batch, tokens, d), padded with zeros on the left, and which are real.

    The second, (batch, tokens) bool, must reach our processor as `attention_mask`: without it the padding is attended to.
    """
    tokens = max(item.shape[1] for item in embeddings)
    padded = [torch.nn.functional.pad(item, (0, 0, tokens - item.shape[1], 0)) for item in embeddings]
    real = torch.stack([torch.arange(tokens) >= tokens - item.shape[1] for item in embeddings for _ in range(len(item))])
    return torch.cat(padded), real.to(embeddings[0].device)


def _row(text: str, padding: int) -> list[int]:
    return [_PAD] * padding + [byte + _FIRST_BYTE for byte in text.encode()] + [_END]


def _rows(strings: Sequence[str], padding: int) -> list[list[int]]:
    rows = [_row(text, padding) for text in strings or ("",)]
    too_long = [
        Diagnostic(
            "LG403",
            f"the slogan `{text[:40]}…` is {len(text.encode())} bytes long, and `glm` takes {LONGEST - 1} at most",
            hint="split it into several slogans, or write `draw: typeset` in it",
        )
        for text in strings
        if len(text.encode()) >= LONGEST
    ]
    if too_long:
        raise PosterError(too_long)
    return rows


def _stock_rows(tokenizer: Any, strings: Sequence[str], padding: int) -> list[list[int]]:
    ids = tokenizer(list(strings) or [""], max_length=LONGEST, truncation=True).input_ids
    return [[tokenizer.pad_token_id] * padding + row for row in ids]


def _encode(encoder: Any, rows: Sequence[list[int]], device: torch.device, *, together: bool) -> Iterator[Tensor]:
    """The embeddings, (tokens, d): of all rows in one batch, or row by row."""
    for batch in [rows] if together else [[row] for row in rows]:
        longest = max(map(len, batch))
        ids = torch.tensor([row + [_PAD] * (longest - len(row)) for row in batch], device=device)
        real = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in batch], device=device)
        yield encoder(ids, attention_mask=real).last_hidden_state[real.bool()]


def _characters(string: StringTokens) -> tuple[Span, ...]:
    if not string.bytewise:
        return ()
    spans, at = [], 0
    for grapheme in _GRAPHEMES.findall(string.text):
        size = len(grapheme.encode())
        spans.append(string.of_bytes(at, at + size))
        at += size
    return tuple(spans)
