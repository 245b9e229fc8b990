"""The structured prompt: conditions → continuous prose, English or Chinese.

`facts` gathers what the prompt says; the Jinja template of the language puts it in words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from layoutgen.base.templates import environment
from layoutgen.conditions.model import Conditions
from layoutgen.conditions.prompt.facts import Language, prompt_facts

if TYPE_CHECKING:
    import jinja2


def write_prompt(conditions: Conditions, language: Language | None = None, *, emphasis: Collection[str] = ()) -> str:
    """The prompt for these conditions (their own `prompt` is not looked at).

    The strings in double quotes are the texts of `conditions.glyphs`, in their order, each with the shape of the quote
    marks inside it changed; nothing else stands in quotes. `language` follows the locale when it is not given.
    `emphasis`: ids of glyphs whose spelling is stressed, after they came out wrong.
    """
    language = language or language_of(conditions.locale)
    template = _environment().get_template(f"prompt.{language}.j2")
    return _tidy(template.render(prompt_facts(conditions, language, emphasis)), language)


def language_of(locale: str) -> Language:
    return "zh" if re.split("[-_]", locale)[0].lower() == "zh" else "en"


@cache
def _environment() -> jinja2.Environment:
    templates = environment(html=False)
    templates.filters |= {
        "listing": _listing,
        "a": _with_article,
        "spaced": _spaced,
        "within": _within,
        "start": _sentence_start,
    }
    return templates


def _listing(items: Iterable[str], last: str = " and ", between: str = ", ") -> str:
    *first, final = [item for item in items if item] or [""]
    return f"{between.join(first)}{last}{final}" if first else final


def _within(keys: Iterable[str], words: Mapping[str, str]) -> list[str]:
    return [words[key] for key in keys if words[key]]


def _with_article(words: str) -> str:
    return f"{'an' if words[:1].lower() in 'aeio' or words.lower().startswith(('um', 'un', 'ul')) else 'a'} {words}"


def _spaced(words: str) -> str:
    """With a space at the ends where Latin letters or digits would touch Chinese."""
    return f"{' ' if words[:1].isascii() else ''}{words}{' ' if words[-1:].isascii() else ''}"


def _sentence_start(words: str) -> str:
    return words[:1].upper() + words[1:]


_AROUND_ENGLISH = re.compile('"')
_AROUND_CHINESE = re.compile("[“”]")


def _tidy(prompt: str, language: Language) -> str:
    """One flowing line: the template's own line breaks go; what stands in quotes is left alone."""
    around = _AROUND_CHINESE if language == "zh" else _AROUND_ENGLISH
    marks = around.findall(prompt)
    pieces = around.split(prompt)
    for number in range(0, len(pieces), 2):
        if language == "zh":
            pieces[number] = re.sub(r"\s*\n\s*|\s+(?=[，。、])", "", pieces[number])
        pieces[number] = re.sub(r"\s+(?=[,.;])", "", re.sub(r"\s+", " ", pieces[number]))
    return "".join(piece + mark for piece, mark in zip(pieces, [*marks, ""], strict=True)).strip()
