"""What a prompt says, before any language puts it in words: where, how large, what for, in which lettering.

Everything here is read off the conditions alone, so a prompt can be written again from edited conditions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from math import sqrt
from typing import Literal, NamedTuple

from layoutgen.base.color import stops
from layoutgen.base.geometry import shared
from layoutgen.base.model import Box
from layoutgen.base.style import Gradient, Lettering, Paint
from layoutgen.conditions.colors import color_name
from layoutgen.conditions.model import Conditions, Glyph, ObjectCondition, Panel
from layoutgen.conditions.prompt.quotes import inside_quotes, unquoted
from layoutgen.diagnostics import columns

Language = Literal["en", "zh"]


class TextFacts(NamedTuple):
    """One text to be drawn, ready to be put in words."""

    words: str
    place: str
    after: str
    """How it follows the text before it in the same region: `below`, `right`, `left`, or empty: by its place."""
    size: str
    role: str
    lines: int
    colors: tuple[str, ...]
    face: str
    weight: str
    italic: bool
    capitals: bool
    effect: str
    outline: tuple[str, bool] | None
    """Colour name and whether it is thick."""
    shadow: str
    lettering: Lettering
    """For what is said as it is written: strike, underline."""
    spaced: bool
    bullet: bool
    vertical: bool
    tilt: str
    same_lettering: bool
    """Lettered as the text before it."""
    panel: PanelFacts | None
    same_panel: bool
    """On the panel of the text before it."""
    emphasis: bool


class PanelFacts(NamedTuple):
    place: str
    colors: tuple[str, ...]
    shape: str
    translucent: bool
    border: str
    tilt: str


class ObjectFacts(NamedTuple):
    description: str
    place: str
    size: str
    relation: str
    targets: tuple[str, ...]


def place(box: Box, width: int, height: int) -> str:
    """Where a box lies on the canvas, as a key: `top-left` … `bottom-right` in five rows and three columns, `top-wide`
    … for what runs across the whole width, `tall-left` … for what runs down the height, `all`.
    """
    left, top, wide, high = box
    x, y = (left + wide / 2) / width, (top + high / 2) / height
    column = "left" if x < 0.38 else "right" if x > 0.62 else "center"
    row = ("top", "upper", "middle", "lower", "bottom")[sum(y > edge for edge in (0.18, 0.4, 0.6, 0.82))]
    if wide >= 0.72 * width:
        return "all" if high >= 0.72 * height else f"{row}-wide"
    return f"tall-{column}" if high >= 0.72 * height else f"{row}-{column}"


def prompt_facts(conditions: Conditions, language: Language, emphasis: Collection[str]) -> dict[str, object]:
    scene, canvas = conditions.scene, conditions.canvas
    panels = {panel.id: panel for panel in conditions.panels}
    carrying = {glyph.panel for glyph in conditions.glyphs}
    fill = scene.fill
    texts, objects = _texts(conditions, panels, language, emphasis), _objects(conditions)
    taken = {fact.place for fact in texts} | {fact.place for fact in objects}
    overlaid = _distinct(place(overlay.box, canvas.width, canvas.height) for overlay in conditions.overlays)
    return {
        "look": _words(scene.look),
        "backdrop": _words(scene.description),
        "fill": _color_names(fill, language) if fill else (),
        "fill_angle": round(fill.angle / 45) * 45 % 360 if isinstance(fill, Gradient) else 0,
        "never": _never(scene.never),
        "palette": _distinct(color_name(color)[language == "zh"] for color in scene.palette.values())[:6],
        "texts": texts,
        "objects": objects,
        "panels": [
            _panel(panel, conditions, language) for panel in conditions.panels if panel.id not in carrying and not panel.exact
        ],
        "free_areas": [area for area in overlaid if area not in taken],
        "reference_roles": [reference.role for reference in conditions.references],
        "other_text": conditions.policy.extra == "allow",
    }


def _texts(conditions: Conditions, panels: dict[str, Panel], language: Language, emphasis: Collection[str]) -> list[TextFacts]:
    width, height = conditions.canvas.width, conditions.canvas.height
    roles = _roles(conditions.glyphs, height)
    texts: list[TextFacts] = []
    before: Glyph | None = None
    for glyph, role in zip(conditions.glyphs, roles, strict=True):
        style, lettering = glyph.style, glyph.style.lettering
        panel = panels.get(glyph.panel or "")
        look, face = _lettering_key(glyph), _words(lettering.face)
        colors = _color_names(style.color, language)
        texts.append(
            TextFacts(
                words=inside_quotes(glyph.text),
                place=place(glyph.box, width, height),
                after=_after(before, glyph),
                size=_size(style.size / sqrt(width * height)),
                role=role,
                lines=len(glyph.lines),
                colors=() if face.startswith(colors[-1].split()[-1]) else colors,
                face=face,
                weight=_weight(lettering.weight, lettering.face),
                italic=lettering.italic and "italic" not in (lettering.face or ""),
                capitals=glyph.text.isupper() and sum(map(str.isalpha, glyph.text)) > 1,
                effect=_words(lettering.effect),
                outline=(color_name(lettering.outline.color)[language == "zh"], lettering.outline.width > 0.1)
                if lettering.outline
                else None,
                shadow=color_name(lettering.shadow.color)[language == "zh"] if lettering.shadow else "",
                lettering=lettering,
                spaced=lettering.letter_spacing >= 0.12,
                bullet=lettering.bullet is not None,
                vertical=glyph.direction == "vertical",
                tilt="" if panel and panel.rotation == glyph.rotation else _tilt(glyph.rotation),
                same_lettering=before is not None and _lettering_key(before) == look,
                panel=_panel(panel, conditions, language) if panel and not panel.exact else None,
                same_panel=before is not None and before.panel == glyph.panel,
                emphasis=glyph.id in emphasis,
            )
        )
        before = glyph
    return texts


_NOT_IN_WORDS = (
    "font", "color", "scale", "min_size", "letter_spacing", "line_height", "direction", "bullet", "hyphenate", "align",
)  # fmt: skip
"""Fields of a lettering that the prompt describes in another way, or not at all."""


def _lettering_key(glyph: Glyph) -> tuple[object, ...]:
    text, style = glyph.text, glyph.style.lettering
    capitals = text.isupper() and sum(map(str.isalpha, text)) > 1
    described = (getattr(style, name) for name in Lettering.model_fields if name not in _NOT_IN_WORDS)
    return (*described, capitals, style.letter_spacing >= 0.12, str(glyph.style.color))


def _after(before: Glyph | None, glyph: Glyph) -> str:
    if before is None or before.region != glyph.region or before.rotation != glyph.rotation:
        return ""
    across, along = shared(glyph.box, before.box)
    if across > 0 >= along and glyph.box[1] > before.box[1]:
        return "below"
    if along > 0 >= across:
        return "right" if glyph.box[0] > before.box[0] else "left"
    return ""


_CONTACT = re.compile(r"https?://|www\.|\S@\S|\b[\w-]+\.(?:com|org|net|de|eu|io|cn|shop)\b|\+\d[\d ()/-]{6,}")
_MONEY = re.compile(r"[€$£¥￥₹₽₩]|\b(?:EUR|USD|GBP|CHF|JPY|CNY)\b|元")


def _roles(glyphs: tuple[Glyph, ...], height: int) -> list[str]:
    """What each text is for, inferred from its letters and size: title, price, contact, note, label or line."""
    if not glyphs:
        return []
    largest = max(glyph.style.size for glyph in glyphs)
    big = [glyph for glyph in glyphs if glyph.style.size >= 0.9 * largest]
    titles = {glyph.id for glyph in big} if len(big) <= max(1, len(glyphs) // 3) else {big[0].id}
    roles = []
    for glyph in glyphs:
        text, size, length = glyph.text, glyph.style.size, columns(glyph.text)
        if _MONEY.search(text) and any(map(str.isdigit, text)) and length <= 24:
            roles.append("price")
        elif glyph.id in titles:
            roles.append("title")
        elif _CONTACT.search(text) and length <= 60:
            roles.append("contact")
        elif length > 40 and (size < 0.35 * largest or size < 0.022 * height):
            roles.append("note")
        else:
            roles.append("label" if length <= 24 else "line")
    return roles


def _size(share: float) -> str:
    """Type size as a share of the canvas's mean side."""
    return ("tiny", "small", "medium", "large", "huge")[sum(share >= edge for edge in (0.018, 0.032, 0.06, 0.11))]


def _weight(weight: int | None, face: str | None) -> str:
    words = (face or "").lower()
    if weight is None or any(word in words for word in ("bold", "heavy", "black", "thin", "light", "粗", "细")):
        return ""
    return "heavy" if weight >= 800 else "bold" if weight >= 600 else "light" if weight <= 300 else ""


def _tilt(rotation: float) -> str:
    angle = (rotation + 180) % 360 - 180
    if abs(angle) < 2:
        return ""
    if abs(angle) > 135:
        return "upside-down"
    if abs(angle) > 60:
        return "down" if angle > 0 else "up"
    return ("slightly-" if abs(angle) < 15 else "steeply-") + ("down" if angle > 0 else "up")


def _panel(panel: Panel, conditions: Conditions, language: Language) -> PanelFacts:
    side = min(panel.box[2], panel.box[3])
    return PanelFacts(
        place=place(panel.box, conditions.canvas.width, conditions.canvas.height),
        colors=_color_names(panel.paint, language) if panel.paint else (),
        shape="pill" if panel.radius >= 0.4 * side else "rounded" if panel.radius >= 0.02 * side else "plain",
        translucent=panel.opacity < 0.9 or any(len(color) == 9 for color in stops(panel.paint or "")),
        border=color_name(panel.border.color)[language == "zh"] if panel.border else "",
        tilt=_tilt(panel.rotation),
    )


def _objects(conditions: Conditions) -> list[ObjectFacts]:
    canvas = conditions.canvas
    names = {item.id: _short_name(_words(item.description)) for item in conditions.objects}
    common = list(names.values())
    objects: list[ObjectFacts] = []
    before: ObjectCondition | None = None
    for item in conditions.objects:
        share = item.box[2] * item.box[3] / (canvas.width * canvas.height)
        relation, targets = next(((r.kind, r.targets) for r in item.relations if r.targets), ("", ()))
        if (
            not relation
            and before
            and place(before.box, canvas.width, canvas.height) == place(item.box, canvas.width, canvas.height)
        ):
            relation, targets = _beside(before.box, item.box), (before.id,)
        target_names = tuple(names.get(target, "") for target in targets)
        if not all(name and common.count(name) == 1 for name in target_names):
            relation, target_names = "", ()
        objects.append(
            ObjectFacts(
                description=_words(item.description),
                place=place(item.box, canvas.width, canvas.height),
                size="large" if share > 0.3 else "small" if share < 0.025 else "",
                relation=relation,
                targets=target_names,
            )
        )
        before = item
    return objects


def _beside(before: Box, box: Box) -> str:
    dx, dy = (box[axis] + box[axis + 2] / 2 - before[axis] - before[axis + 2] / 2 for axis in (0, 1))
    if dx == dy == 0:
        return ""
    if abs(dx) >= abs(dy):
        return "right-of" if dx > 0 else "left-of"
    return "below" if dy > 0 else "above"


_EN_TAIL = re.compile(r"[,;:.(]| (?:with|holding|wearing|that|which|who|in|on|at|under|and|carrying|beside|near)\b.*")


def _short_name(description: str) -> str:
    """How to speak of an object a second time: `the ginger tabby cat`; empty when there is no short way."""
    if any("\u4e00" <= character <= "\u9fff" for character in description):
        counted = "^一(?:[只个位头条匹辆棵座张本把朵件幅栋艘架盏片块杯瓶碗盘名群])?"
        name = re.sub(counted, "", re.split("[，,。；;：:（(]", description)[0]).strip()
        return name if 0 < len(name) <= 16 else ""
    name = _EN_TAIL.split(description, maxsplit=1)[0].strip()
    name = re.sub(r"^(?:an?|one|some) ", "the ", name, flags=re.IGNORECASE)
    if not re.match(r"(?:the|his|her|its|their|our) |[A-Z]", name):
        name = f"the {name}"
    return name if 0 < len(name.split()) <= 6 else ""


def _words(text: str | None) -> str:
    """Words of the poster that are not to be drawn: no quote marks, no end stop; a leading article in lower case."""
    if not text:
        return ""
    plain = unquoted(text)[0].strip(" ,;:，；：、。")
    plain = plain if plain.endswith("..") else plain.rstrip(".")
    return re.sub(r"^(?:An?|The)(?= )", lambda match: match[0].lower(), plain)


def _never(never: str | None) -> list[str]:
    parts = re.split(r"[,;，；、\n]|\band\b|\bor\b", unquoted(never)[0]) if never else []
    return [part for part in (re.sub(r"^(?:no|not|never|不要|没有|无) *", "", p.strip(" .。")) for p in parts) if part]


def _color_names(paint: Paint, language: Language) -> tuple[str, ...]:
    return _distinct(color_name(color)[language == "zh"] for color in stops(paint))


def _distinct(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
