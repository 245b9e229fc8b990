"""Design hints: what a good art director would say, computed from document, layout and conditions.

    hints_of(poster, subjects)    every hint of the canvases and languages that were solved, those allowed left out

A rule is a pure function from a subject (one canvas and language) to what it finds; `RULES` has them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from layoutgen.diagnostics import Diagnostic, Source, Span, in_order
from layoutgen.document.poster import Poster
from layoutgen.hints import pictures, places, words
from layoutgen.hints.allowing import allowances, idle, silence
from layoutgen.hints.staging import stages
from layoutgen.hints.subject import Finding, Rule, Subject

__all__ = ["RULES", "Subject", "hints_of", "stages"]

RULES: dict[str, Rule] = {
    "LG001": words.contrast,
    "LG002": words.size,
    "LG003": words.faces,
    "LG004": places.margins,
    "LG005": places.crowding,
    "LG006": words.length,
    "LG007": words.script,
    "LG008": words.signs,
    "LG009": pictures.enlarged,
    "LG010": pictures.codes,
}


def hints_of(poster: Poster, subjects: Iterable[Subject], *, complete: bool = True) -> tuple[Diagnostic, ...]:
    """The hints of a poster, in the order of the file, each with severity `hint` and an exact place.

    What is found on several canvases or in several languages is reported once, where it is worst. `complete`: every canvas and
    language is among `subjects`; only then is it known which allowances silence nothing (LG011).
    """
    seen: dict[tuple[str, Span | None], list[Finding]] = {}
    for subject in subjects:
        for rule in RULES.values():
            for item in rule(subject):
                diagnostic = replace(item.diagnostic, canvas=subject.layout.canvas.name, locale=subject.document.locale)
                seen.setdefault((diagnostic.code, diagnostic.span), []).append(item._replace(diagnostic=diagnostic))
    hints = [_worst(items, [canvas.name for canvas in poster.canvases], poster.languages) for items in seen.values()]
    texts = [Source(name, text.decode()) for name, text in poster.files if isinstance(text, bytes)]
    allowed = allowances(texts)
    # A kit's allowances may be meant for another poster.
    own = [one for one in allowed if one.span.source.name == poster.name]
    return in_order((*silence(hints, allowed), *(idle(hints, own, RULES) if complete else ())))


def _worst(items: list[Finding], canvases: Sequence[str], languages: Sequence[str]) -> Diagnostic:
    """The worst of the same hint on several canvases or in several languages, and where else it is found."""
    worst = max(items, key=lambda item: item.badness).diagnostic
    on = list(dict.fromkeys(item.diagnostic.canvas for item in items))
    of = list(dict.fromkeys(item.diagnostic.locale for item in items))
    label = ""
    if len({item.diagnostic.message for item in items}) > 1:
        label = f"worst on `{worst.canvas}`" if len(on) > 1 else f"worst in `{worst.locale}`"
    canvas = "" if set(canvases) <= set(on) else ", ".join(on)
    locale = "" if set(languages) <= set(of) else ", ".join(of)
    return replace(worst, label=label, canvas=canvas, locale=locale)
