"""The law of prompts: what GLM-Image's stock pipeline extracts from ours are our strings, in our order."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from layoutgen.base.style import BoxStyle
from layoutgen.conditions import DRAFT, lower, write_prompt
from layoutgen.conditions.prompt.quotes import inside_quotes, quoted_strings, unquoted
from layoutgen.document.model import Backdrop, Element
from tests.conditions.factories import group, poster, qr, region, slogan, summer_sale, thing

SHAPES = dict.fromkeys(map(ord, "'\"“”‘’「」『』″"), "'")
"""Quote marks that may change their shape inside a string."""

awkward = st.sampled_from(
    [*"'\"“”‘’«»‹›「」『』｢｣`´【】《》()[]{}\n\r\t ,.;:%#\\€a1Z的„‟", "{{", "}}", "{%", "''", '""', "don't", "it's"]
)
texts = st.lists(awkward | st.characters(exclude_categories=["Cs"]), max_size=12).map("".join)


@pytest.fixture(scope="module")
def stock() -> Callable[[str], list[str]]:
    """The installed pipeline's own reading of a prompt: this one method of its source, as importing diffusers takes long."""
    spec = importlib.util.find_spec("diffusers")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).parent / "pipelines/glm_image/pipeline_glm_image.py"
    methods = (node for node in ast.walk(ast.parse(source.read_text("utf-8"))) if isinstance(node, ast.FunctionDef))
    method = next(node for node in methods if node.name == "get_glyph_texts")
    names: dict[str, Any] = {"re": re}
    exec(compile(ast.Module([method], []), str(source), "exec"), names)
    return lambda prompt: names["get_glyph_texts"](None, prompt)[0]


@st.composite
def posters(draw: st.DrawFn) -> Any:
    locale = draw(st.sampled_from(["en", "de", "zh", "zh-Hant", "ar"]))
    words = draw(st.lists(texts, max_size=6))
    if draw(st.booleans()) and words:
        words.append(words[0])
    panel = draw(st.sampled_from([None, "#f2a541", "#0b3c5d80"]))
    typeset = draw(st.lists(st.sampled_from([False, True]), min_size=len(words), max_size=len(words)))
    children = [
        slogan(
            f"r.{n}",
            text,
            draw="typeset" if set_exactly else "generate",
            lettering={
                "face": draw(st.none() | texts),
                "effect": draw(st.none() | texts),
                "color": draw(st.sampled_from([None, "#c1121f"])),
            },
        )
        for n, (text, set_exactly) in enumerate(zip(words, typeset, strict=True))
    ]
    things = draw(st.lists(texts, max_size=3))
    objects = [thing(f"o{n}", text, *(("left-of", f"o{n - 1}") if n else ())) for n, text in enumerate(things)]
    boxes = {"r": (0, 0, 1000, 600), "link": (900, 900, 100, 100)}
    boxes |= {f"r.{n}": (100 * (n % 2), 100 * n, 900 if n else 300, 90) for n in range(len(words))}
    boxes |= {f"o{n}": (300 * n, 650, 250, 300) for n in range(len(things))}
    code = qr("link", draw(texts) or "-")
    elements: list[Element] = [region("r", *children, look=BoxStyle(panel=panel)), *objects, group("g"), code]
    return poster(
        boxes,
        *elements,
        canvas=(1000, 1000),
        locale=locale,
        look=draw(st.none() | texts),
        never=draw(st.none() | texts),
        backdrop=Backdrop(description=draw(st.none() | texts), fill=draw(st.sampled_from([None, "#ffffff"]))),
    )


@given(case=posters())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_the_stock_pipeline_finds_exactly_our_strings(stock: Any, case: Any) -> None:
    document, layout = case
    conditions, _ = lower(document, layout, DRAFT)
    strings = [glyph.text for glyph in conditions.glyphs]
    for prompt in (conditions.prompt, write_prompt(conditions, "en"), write_prompt(conditions, "zh", emphasis=["r.0"])):
        stock_strings = stock(prompt)
        assert [text.translate(SHAPES) for text in stock_strings] == [text.translate(SHAPES) for text in strings]
        assert stock_strings == quoted_strings(prompt)


@given(texts)
def test_only_the_shape_of_quote_marks_changes_inside_a_string(text: str) -> None:
    changed = inside_quotes(text)
    assert len(changed) == len(text)
    assert changed.translate(SHAPES) == text.translate(SHAPES)
    assert not set("'\"“”「」") & set(changed)
    assert inside_quotes(changed) == changed


@given(texts)
def test_words_outside_have_no_mark_that_anyone_takes_for_a_quote(text: str) -> None:
    plain, _ = unquoted(text)
    assert not set("'\"“”‘„‟«»‹›「」『』｢｣`") & set(plain)
    assert unquoted(plain) == (plain, False)


@pytest.mark.parametrize(
    ("text", "plain", "dropped"),
    [
        ('a sign that says "OPEN"', "a sign that says OPEN", True),
        ("Joe's cafe and the dogs' bowl", "Joe’s cafe and the dogs’ bowl", False),
        ("the 'don't miss' tag", "the don’t miss tag", True),
        ("「好」字", "好字", True),
        ('a 12" pizza and a 14" pizza', "a 12″ pizza and a 14″ pizza", False),
        ("“Room 12”", "Room 12", True),
        ("two\n lines", "two lines", False),
        ("the '90s and '80s", "the ’90s and ’80s", False),
    ],
)
def test_descriptions(text: str, plain: str, dropped: bool) -> None:
    assert unquoted(text) == (plain, dropped)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Don't miss it", "Don’t miss it"),
        ('The "best" café', "The ‘best’ café"),
        ("“Hello” 「你好」", "‘Hello’ 『你好』"),
        ('12" pizza', "12″ pizza"),
        ("'Open late'", "‘Open late’"),
        ("rock 'n' roll", "rock ‘n’ roll"),
        ("plain", "plain"),
    ],
)
def test_strings(text: str, shown: str) -> None:
    assert inside_quotes(text) == shown


def test_the_order_is_reading_order_and_a_doubled_string_comes_twice(stock: Any) -> None:
    names = ["Joe's", "say “hi”", "", "Joe's", 'the "end"', "「一」\n二"]
    children = [slogan(f"r.{n}", text) for n, text in enumerate(names)]
    boxes = {"r": (0, 0, 900, 900), **{f"r.{n}": (0, 100 * n, 900, 90) for n in range(len(names))}}
    for locale in ("en", "zh"):
        document, layout = poster(boxes, region("r", *children), locale=locale)
        conditions, _ = lower(document, layout, DRAFT)
        assert stock(conditions.prompt) == ["Joe’s", "say ‘hi’", "", "Joe’s", "the ‘end’", "『一』\n二"]
        assert [glyph.text for glyph in conditions.glyphs] == names


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_the_sample(stock: Any, locale: str) -> None:
    document, layout = summer_sale(locale)
    conditions, _ = lower(document, layout, DRAFT)
    assert stock(conditions.prompt) == [glyph.text for glyph in conditions.glyphs]
