"""Styles with `extends`, and the cascade: own property, then style, then region, then poster and kit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Collector
from layoutgen.document.declared import ElementDecl
from layoutgen.document.settings import Setting, Settings
from layoutgen.language.heads import usable_name
from layoutgen.language.properties import PLACEMENT
from layoutgen.syntax.nodes import Statement, Word


class StyleHead(NamedTuple):
    name: Word
    extends: Word | None


def read_style_head(statement: Statement, collector: Collector) -> StyleHead | None:
    """`style NAME [extends NAME]`."""
    row = statement.head[0] if len(statement.head) == 1 else ()
    words = [atom for atom in row if isinstance(atom, Word)]
    if len(words) == len(row) and len(words) in (1, 3) and (len(words) == 1 or words[1].text == "extends"):
        return StyleHead(words[0], words[2] if len(words) == 3 else None) if usable_name(words[0], collector) else None
    hint = "write style NAME { … } or style NAME extends NAME { … }"
    collector.error("LG215", statement.kind.span, "this `style` is not complete", hint=hint)
    return None


def resolve_styles(heads: Mapping[str, StyleHead], own: Mapping[str, Settings], collector: Collector) -> dict[str, Settings]:
    """Every style with what it extends filled in. Unknown and circular ones are reported and taken as empty."""
    resolved: dict[str, Settings] = {}
    for name in heads:
        chain: list[str] = []
        at: str | None = name
        while at is not None and at not in resolved and at not in chain:
            chain.append(at)
            extends = heads[at].extends
            if extends is not None and extends.text not in heads:
                unknown_style(extends, heads, collector)
            at = extends.text if extends is not None and extends.text in heads else None
        if at in chain:
            circle = [*chain[chain.index(at) :], at]
            span = heads[circle[-2]].extends.span  # type: ignore[union-attr]
            collector.error(
                "LG207", span, f"styles extend one another in a circle: {' → '.join(circle)}", hint="delete one `extends`"
            )
        for link in reversed(chain):
            extends = heads[link].extends
            resolved[link] = {**(resolved.get(extends.text, {}) if extends else {}), **own[link]}
    return resolved


def unknown_style(word: Word, styles: Mapping[str, object], collector: Collector) -> None:
    hint = f"the styles are {listed(styles)}" if styles else "define it: style NAME { … }"
    collector.error("LG206", word.span, f"no style is called `{word.text}`", label=did_you_mean(word.text, styles), hint=hint)


def cascade(decl: ElementDecl, inherited: Settings, styles: Mapping[str, Settings], override: Settings) -> dict[str, Setting]:
    """All settings of one element. `inherited` comes from the region around it, `override` from `on`."""
    kind = decl.kind
    style = styles.get(decl.style, {}) if decl.style else {}
    fitting = {key: setting for key, setting in style.items() if kind in setting.rule.kinds or _passes_on(setting, kind)}
    settings = _over(_over(inherited, fitting), decl.own)
    if PLACEMENT & override.keys():
        settings = {key: setting for key, setting in settings.items() if key not in PLACEMENT}
    return _over(settings, override)


def _over(lower: Settings, upper: Settings) -> dict[str, Setting]:
    """One layer over another. A `box` brings its own width and height."""
    if "box" in upper:
        lower = {key: setting for key, setting in lower.items() if key not in ("width", "height", "aspect")}
    return {**lower, **upper}


def inherited(settings: Settings) -> dict[str, Setting]:
    """What an element passes on to those inside it."""
    return {key: setting for key, setting in settings.items() if setting.rule.inherited or key.startswith("verify.")}


def _passes_on(setting: Setting, kind: str) -> bool:
    return setting.rule.kinds == ("verify",) and kind in ("slogan", "region", "group")
