"""Glyph embeddings: equal to the stock encoder, and every token accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import GlmImagePipeline
from hypothesis import given, settings
from hypothesis import strategies as st

from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm.glyphs import LONGEST, encode_glyphs, stack_embeddings, stock_padding

LISTS = [
    [],
    [""],
    ["SALE"],
    ["FINAL DAYS", "-50%"],
    ["a", "", "bc"],
    ["大促销", "全场五折", "今日截止", "立即抢购"],
    ["Crème brûlée", "e\u0301te\u0301"],
    ["👩‍👩‍👧‍👦 family", "🇩🇪", "❤️"],
    ["two\nlines", "tab\there", "  spaces  "],
    ["Joe's", '"quoted"', "“curly”", "「角」"],
    ["same", "same", "same"],
    ["x" * 300, "y"],
    ["line </s> end", "<pad>a"],
    ["z" * 2600, "é" * 1024, "w"],
]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


@pytest.fixture(scope="module")
def pipeline(tiny_checkpoint: Path) -> Any:
    return GlmImagePipeline.from_pretrained(tiny_checkpoint)


def stock(pipeline: Any, strings: list[str], monkeypatch: pytest.MonkeyPatch | None = None) -> torch.Tensor:
    """The pipeline's own method, handed the strings instead of a prompt."""
    with pytest.MonkeyPatch.context() as patch, torch.no_grad():
        patch.setattr(pipeline, "get_glyph_texts", lambda prompt: [strings])
        result: torch.Tensor = pipeline._get_glyph_embeds("")
    return result


@pytest.mark.parametrize("strings", LISTS, ids=lambda strings: f"{len(strings)}-{''.join(strings)[:8]}")
def test_equal_to_the_stock_encoder_bit_for_bit(pipeline: Any, strings: list[str]) -> None:
    assert torch.equal(encode_glyphs(pipeline, strings).embeddings, stock(pipeline, strings))


@settings(deadline=None, max_examples=30)
@given(strings=st.lists(TEXTS, max_size=5))
def test_equal_to_the_stock_encoder_for_any_strings(pipeline: Any, strings: list[str]) -> None:
    assert torch.equal(encode_glyphs(pipeline, strings).embeddings, stock(pipeline, strings))


def test_equal_to_the_stock_encoder_through_a_real_prompt(pipeline: Any) -> None:
    prompt = "A poster. “GRAND OPENING” at the top, “Saturday 9–5” below it."
    with torch.no_grad():
        expected = pipeline._get_glyph_embeds(prompt)
    assert torch.equal(encode_glyphs(pipeline, ["GRAND OPENING", "Saturday 9–5"]).embeddings, expected)


def test_an_apostrophe_in_the_prompt_begins_no_string(pipeline: Any) -> None:
    """Stock reads strings off the prompt's quotes, apostrophes first; ours are the conditions' own, in their order."""
    expected = ["Don't miss it", "Open late"]
    prompt = f"Joe's Cafe at night. The title \"{expected[0]}\" on a sign, and '{expected[1]}' in neon."
    assert pipeline.get_glyph_texts(prompt) != [expected]
    assert [string.text for string in encode_glyphs(pipeline, expected).strings] == expected


@pytest.mark.parametrize("count", range(6))
def test_the_pad_in_front_follows_the_number_of_strings(pipeline: Any, count: int) -> None:
    strings = ["ab"] * count
    seen: list[list[list[int]]] = []
    handle = pipeline.text_encoder.register_forward_pre_hook(lambda module, args: seen.append(args[0].tolist()))
    try:
        stock(pipeline, strings)
    finally:
        handle.remove()
    assert seen == [[[0] * stock_padding(count) + ([100, 101] if count else []) + [1]] * max(1, count)]


def test_the_pad_changes_a_string_when_another_is_added(pipeline: Any) -> None:
    """Kept as the reference behaviour; a fixed `padding` is there for whoever wants strings to stay as they are."""
    one, two = (encode_glyphs(pipeline, ["SALE", "now"][:count]) for count in (1, 2))
    assert not torch.allclose(one.embeddings[0, :5], two.embeddings[0, 1:6], atol=1e-3)
    one, two = (encode_glyphs(pipeline, ["SALE", "now"][:count], parity=False, padding=0) for count in (1, 2))
    assert torch.equal(one.embeddings[0, :5], two.embeddings[0, :5])


@settings(deadline=None, max_examples=20)
@given(strings=st.lists(TEXTS, min_size=1, max_size=4), others=st.lists(TEXTS, min_size=4, max_size=4))
def test_a_string_does_not_depend_on_the_others(pipeline: Any, strings: list[str], others: list[str]) -> None:
    changed = [strings[0], *others[1 : len(strings)]]
    for parity in (False, True):
        before, after = (encode_glyphs(pipeline, texts, parity=parity) for texts in (strings, changed))
        end = before.strings[0].end
        assert after.strings[0].end == end
        if parity:  # the batch's width changes the last bits
            torch.testing.assert_close(before.embeddings[:, :end], after.embeddings[:, :end], atol=1e-5, rtol=1e-5)
        else:
            assert torch.equal(before.embeddings[:, :end], after.embeddings[:, :end])


@settings(deadline=None, max_examples=30)
@given(strings=st.lists(TEXTS, max_size=4))
def test_tokens_are_accounted_for(pipeline: Any, strings: list[str]) -> None:
    glyphs = encode_glyphs(pipeline, strings, parity=False)
    assert [string.text for string in glyphs.strings] == strings
    at = 0
    for string, characters in zip(glyphs.strings, glyphs.characters, strict=True):
        size = len(string.text.encode())
        assert string.span == (at, at + string.padding + size + 1)
        covered = [token for span in characters for token in range(*span)]
        assert covered == list(range(at + string.padding, string.end - 1))
        at = string.end
    assert glyphs.tokens == max(at, 1)


def test_graphemes_have_the_tokens_of_their_bytes(pipeline: Any) -> None:
    glyphs = encode_glyphs(pipeline, ["aé大👩‍👧e\u0301", "b"])
    assert glyphs.strings[0].padding == 1
    assert glyphs.characters == (((1, 2), (2, 4), (4, 7), (7, 18), (18, 21)), ((23, 24),))


def test_special_tokens_in_a_text(pipeline: Any) -> None:
    """The stock tokenizer takes `</s>` for the end of the sequence; outside parity it is drawn as it is written."""
    ours = encode_glyphs(pipeline, ["a </s> b"], parity=False)
    assert ours.tokens == len("a </s> b") + 1
    stock_way = encode_glyphs(pipeline, ["a </s> b"])
    assert not stock_way.strings[0].bytewise
    assert stock_way.characters == ((),)
    assert stock_way.strings[0].span == (0, stock_way.tokens)


def test_a_string_that_is_too_long(pipeline: Any) -> None:
    assert encode_glyphs(pipeline, ["x" * 3000]).tokens == LONGEST
    assert encode_glyphs(pipeline, ["x" * (LONGEST - 1)], parity=False).tokens == LONGEST
    with pytest.raises(PosterError, match="2048 bytes long") as caught:
        encode_glyphs(pipeline, ["x" * LONGEST, "y"], parity=False)
    assert [item.code for item in caught.value.diagnostics] == ["LG403"]


def test_prompts_of_unequal_length_in_one_batch(pipeline: Any) -> None:
    long, short = (encode_glyphs(pipeline, texts).embeddings for texts in (["SALE", "now"], []))
    stacked, real = stack_embeddings([long, short])
    assert stacked.shape == (2, 11, 32)
    assert real.sum(1).tolist() == [11, 1]
    assert torch.equal(stacked[1, 10:], short[0])
    assert not stacked[1, :10].any()
