"""The tokenizer and processor of the planner: byte pairs learned from prompts of training posters, behind the visual tokens."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GlmImageProcessor, PreTrainedTokenizerFast
from transformers.models.glm_image.image_processing_pil_glm_image import GlmImageImageProcessorPil

from .models import CODEBOOK, SPARE

_SPECIALS = (
    "<|endoftext|>", "[MASK]", "[gMASK]", "[sMASK]", "<sop>", "<eop>", "<|system|>", "<|user|>", "<|assistant|>",
    "<|observation|>", "<|begin_of_image|>", "<|end_of_image|>", "<|image|>",
)  # fmt: skip
_WORDS = 800
"""Pairs learned, bytes included."""


def _chat_template(codebook: int) -> str:
    """Pictures before words, as the published one writes them."""
    return (
        "{%- for message in messages -%}"
        "{%- if message.content is string -%}{{ message.content }}"
        "{%- else -%}"
        "{%- for part in message.content -%}"
        f"{{%- if part.type == 'image' -%}}<|dit_token_{codebook}|><|image|><|dit_token_{codebook + 1}|>{{%- endif -%}}"
        "{%- endfor -%}"
        "{%- for part in message.content -%}{%- if part.type == 'text' -%}{{ part.text }}{%- endif -%}{%- endfor -%}"
        "{%- endif -%}"
        "{%- endfor -%}"
    )


def make_processor(prompts: Iterable[str]) -> GlmImageProcessor:
    """A processor whose tokenizer knows the words of these prompts."""
    learned = Tokenizer(models.BPE())
    learned.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=_WORDS, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False, min_frequency=4
    )
    learned.train_from_iterator(prompts, trainer)
    merges = [tuple(pair) for pair in json.loads(learned.to_str())["model"]["merges"]]
    words = sorted(learned.get_vocab(), key=learned.get_vocab().__getitem__)
    return processor_of(words, merges, codebook=CODEBOOK, sides=(256, 512))


def processor_of(
    words: Sequence[str], merges: Sequence[tuple[str, str]], *, codebook: int, sides: tuple[int, int]
) -> GlmImageProcessor:
    """One whose text tokens are `words`, pairs of them joined as `merges` say, behind the visual tokens.

    `sides`: smallest and largest side of a picture, of a square one, pixels.
    """
    return GlmImageProcessor(
        image_processor=_pictures(*sides), tokenizer=_tokenizer(words, merges, codebook), chat_template=_chat_template(codebook)
    )


def _tokenizer(words: Sequence[str], merges: Sequence[tuple[str, str]], codebook: int) -> PreTrainedTokenizerFast:
    visual = [f"<|dit_token_{index}|>" for index in range(codebook + SPARE)]
    vocabulary = {token: index for index, token in enumerate([*visual, *words, *_SPECIALS])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=list(merges)))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in [*visual, *_SPECIALS]])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token=f"<|dit_token_{codebook}|>",
        eos_token=f"<|dit_token_{codebook + 1}|>",
        pad_token="<|endoftext|>",
        extra_special_tokens={"image_token": "<|image|>", "grid_bos_token": "<sop>", "grid_eos_token": "<eop>"},
        padding_side="left",
        clean_up_tokenization_spaces=False,
    )


def _pictures(smallest: int, largest: int) -> GlmImageImageProcessorPil:
    return GlmImageImageProcessorPil(
        patch_size=16,
        merge_size=1,
        temporal_patch_size=1,
        size={"shortest_edge": smallest**2, "longest_edge": largest**2},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )
