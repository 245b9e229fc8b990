"""Blocks of properties → settings, with everything that the closed table can say about them."""

from __future__ import annotations

from collections.abc import Iterable

from layoutgen.base.suggest import did_you_mean, listed
from layoutgen.diagnostics import Related
from layoutgen.document.load.property_values import read_property
from layoutgen.document.load.value_atoms import value_span
from layoutgen.document.settings import NameScope, Setting
from layoutgen.language.heads import a, check_place
from layoutgen.language.properties import RELATIONS, SLOGAN_VERIFY, PropertyRule, rules_for, rules_named
from layoutgen.language.statements import STATEMENTS
from layoutgen.language.synonyms import property_hint
from layoutgen.syntax.nodes import Block, Property, Statement


def read_block(body: Block | None, kind: str, names: NameScope) -> dict[str, Setting]:
    """The settings of a block of an element, style, canvas …; `verify { … }` inside gives `verify.text` and so on."""
    if body is None:
        return {}
    settings = read_properties(body.properties, kind, names)
    for statement in body.statements:
        if statement.kind.text == "verify" and kind in STATEMENTS["verify"].places:
            settings |= read_slogan_verify(statement, kind, names)
    return settings


def no_statements(body: Block | None, kind: str, names: NameScope) -> None:
    """Report the statements of a block that holds only properties (and, for a few kinds, `verify`)."""
    for statement in body.statements if body else ():
        check_place(statement, kind, names.collector)


def read_properties(properties: Iterable[Property], kind: str, names: NameScope) -> dict[str, Setting]:
    """The settings of some properties; the same one twice is an error, except for relations, which add up."""
    settings: dict[str, Setting] = {}
    for node in properties:
        rule = find_rule(node, kind, names)
        setting = read_property(node, rule, names) if rule else None
        if setting is None:
            continue
        for key, part in _parts(setting):
            before = settings.get(key)
            if before is None:
                settings[key] = part
            elif key in RELATIONS:
                settings[key] = Setting(part.rule, before.value + part.value, part.span)
            else:
                related = (Related(before.span, "the first one"),)
                names.collector.error(
                    "LG227", node.span, f"`{key}` is set twice here", related=related, hint="delete one of them"
                )
    return settings


def find_rule(node: Property, kind: str, names: NameScope) -> PropertyRule | None:
    """The rule of a property on a kind; None after saying which property, or which kind, was probably meant."""
    name = node.name.text
    rules = rules_for(kind)
    if name in rules:
        return rules[name]
    owner = {"defaults": "the whole file", "style": "a style"}.get(kind, a(kind))
    elsewhere = tuple(dict.fromkeys(kind for rule in rules_named(name) for kind in rule.kinds))
    if elsewhere:
        hint = property_hint(name, kind, value_span(node).text) or f"`{name}` belongs to {listed(elsewhere)}"
        message = f"`{name}` cannot stand at the top of a file" if kind == "defaults" else f"{owner} has no `{name}`"
        names.collector.error("LG208", node.name.span, message, label=did_you_mean(name, rules), hint=hint)
    else:
        foreign = property_hint(name, kind, " ".join(value_span(node).text.split()))
        label = "" if foreign else did_you_mean(name, rules)
        hint = (
            foreign or ""
            if label or foreign
            else f"{owner} takes {listed(rules, 60)}"
            if rules
            else f"{owner} has no properties"
        )
        names.collector.error("LG203", node.name.span, f"there is no property `{name}`", label=label, hint=hint)
    return None


def read_slogan_verify(statement: Statement, kind: str, names: NameScope) -> dict[str, Setting]:
    """`verify { text: loose }` of one slogan, or of all in a region or style."""
    no_head(statement, names)
    no_statements(statement.body, "verify", names)
    settings: dict[str, Setting] = {}
    for key, setting in read_properties(statement.body.properties if statement.body else (), "verify", names).items():
        if key in SLOGAN_VERIFY:
            settings[f"verify.{key}"] = setting
        else:
            hint = f"write it in the `verify {{ … }}` at the end of the poster; here stand {listed(SLOGAN_VERIFY)}"
            names.collector.error("LG208", setting.span, f"`{key}` counts for the whole poster, not for {a(kind)}", hint=hint)
    return settings


def no_head(statement: Statement, names: NameScope) -> None:
    """Report whatever stands between a kind and its block, where nothing should."""
    if statement.head:
        span = statement.head[0][0].span.to(statement.head[-1][-1].span)
        kind = statement.kind.text
        names.collector.error("LG215", span, f"`{kind}` has only a block", hint=f"write {kind} {{ … }}")


def _parts(setting: Setting) -> tuple[tuple[str, Setting], ...]:
    """`size` is `width` and `height`; `verify` on an element is the `text` of its verify block."""
    if setting.rule.name == "size":
        width, height = setting.value
        return ("width", Setting(setting.rule, width, setting.span)), ("height", Setting(setting.rule, height, setting.span))
    if setting.rule.name == "verify":
        return (("verify.text", setting),)
    return ((setting.rule.name, setting),)
