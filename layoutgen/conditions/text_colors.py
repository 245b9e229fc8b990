"""The colours of words: chosen where the poster names none, and held to the contrast that it requires."""

from __future__ import annotations

import operator
from collections.abc import Callable

from layoutgen.base.color import BUILT_IN_COLORS
from layoutgen.base.style import Paint, Shadow
from layoutgen.conditions.backgrounds import ZStack
from layoutgen.conditions.colors import Surface, contrasts, readable
from layoutgen.conditions.model import ContrastRule, Glyph, GlyphStyle
from layoutgen.diagnostics import Collector, Related
from layoutgen.document.model import Contrast, Document
from layoutgen.layout.model import Layout, Placed
from layoutgen.typeset.model import SetText

SOFT_SHADOW = Shadow(color="#000000a6", dx=0.0, dy=0.03, blur=0.12)
"""Under white lettering on a picture that does not exist yet."""
BLACK_AND_WHITE = ("#ffffff", "#000000")
READABLE = 3.0
"""WCAG contrast of large type."""
COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
}


def text_colors_of(layout: Layout, z_stack: ZStack) -> dict[str, str]:
    """Black or white for the slogans that name no colour, where it is known what they lie on.

    One colour for all in a region if it can be read everywhere there, else for each what reads best.
    """
    regions: dict[str, list[tuple[Placed, Surface]]] = {}
    for item in layout.placed:
        if item.text is not None and item.text.lettering.color is None and (beneath := z_stack.beneath(item)) is not None:
            regions.setdefault(z_stack.region_of(item), []).append((item, beneath))
    chosen: dict[str, str] = {}
    for members in regions.values():
        ratios = {
            color: [contrasts(color, beneath, z_stack.box(item))[0] for item, beneath in members] for color in BLACK_AND_WHITE
        }
        common = max(BLACK_AND_WHITE, key=lambda color: min(ratios[color]))
        for place, (item, _) in enumerate(members):
            best = max(BLACK_AND_WHITE, key=lambda color: ratios[color][place])
            chosen[item.id] = common if min(ratios[common]) >= READABLE else best
    return chosen


def style_of(text: SetText, contrasting: str | None) -> GlyphStyle:
    """The lettering with its colour decided: its own, else the contrasting one, else white with a soft dark shadow."""
    lettering = text.lettering
    color: Paint
    if lettering.color is not None:
        color = lettering.color
    elif contrasting is not None:
        color = contrasting
    else:
        color = "#ffffff"
        if lettering.shadow is None and lettering.outline is None:
            lettering = lettering.model_copy(update={"shadow": SOFT_SHADOW})
    return GlyphStyle(size=text.size, lettering=lettering, color=color, faces=text.faces)


def check_contrast(
    document: Document, layout: Layout, z_stack: ZStack, glyphs: dict[str, Glyph], collector: Collector
) -> tuple[ContrastRule, ...]:
    """LG400 where the colours are known; the rules that are left can only be measured on the result."""
    rules: list[ContrastRule] = []
    for rule in document.requires:
        for item in layout.placed:
            glyph = glyphs.get(item.id)
            if glyph is None or rule.element not in (item.id, *(held.id for held in z_stack.ancestors(item))):
                continue
            beneath = z_stack.beneath(item)
            if beneath is None:
                left = ContrastRule(element=item.id, operator=rule.operator, value=rule.value)
                rules.extend([left] if left not in rules else [])
                continue
            lowest, highest = contrasts(glyph.style.color, beneath, glyph.box)
            worst = highest if rule.operator in ("<", "<=") else lowest
            if not COMPARE[rule.operator](round(worst, 2), rule.value):
                _report_contrast(rule, item, worst, _better(rule, document, beneath, glyph), collector)
    return tuple(rules)


def _better(rule: Contrast, document: Document, beneath: Surface, glyph: Glyph) -> str:
    """A colour to write instead: the palette's best, else black or white, if it fulfils the rule."""
    if rule.operator not in (">", ">="):
        return "change `color` or what lies beneath"
    for names in (document.palette, BUILT_IN_COLORS):
        if not names:
            continue
        best, ratio = readable(tuple(names.values()), beneath, glyph.box)
        if COMPARE[rule.operator](round(ratio, 2), rule.value):
            name = next(name for name, color in names.items() if color == best)
            return f"`color: {name}` has {ratio:.1f} there"
    return "no plain colour reaches that there: put a `panel` behind it, or make the gradient gentler"


def _report_contrast(rule: Contrast, item: Placed, ratio: float, hint: str, collector: Collector) -> None:
    bound = {">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most ", "==": "", "!=": "other than "}
    collector.error(
        "LG400",
        rule.where,
        f"`{item.id}` has a contrast of {ratio:.2f} with what lies beneath; required is {bound[rule.operator]}{rule.value:g}",
        label="required here",
        hint=hint,
        related=(Related(item.element.where, "this slogan"),),
    )
