"""Random posters to learn from, written in the project's own language: copy, faces, colours, backdrops, objects.

A seed decides everything. `held_out` posters use words and one face that no other poster has, and bands in an order that others
have only by chance; their made-up words, prices, dates and times follow the same patterns. Only the other posters vary how
everything else is phrased (phrasing.py).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits

from layoutgen.base.color import contrast, to_hex
from layoutgen.renderer.mini.limits import LIMITS as MINI
from layoutgen.renderer.mini.things import KINDS

from . import phrasing
from .vocabulary import HELD_OUT_WORDS, WORDS

SHAPES = ((416, 512), (352, 512), (288, 512), (512, 288), (512, 352), (448, 448))
"""Width and height of the posters that are measured, as common canvases give them."""
MORE_SHAPES = (*SHAPES, (512, 512), (512, 512), (384, 512), (512, 384), (512, 256), (416, 512))
"""Of the training pictures."""

FACES: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("clean sans", (400, 600, 800)),
    ("grotesque", (500, 800)),
    ("heavy condensed sans", ()),
    ("serif", (400, 700)),
    ("elegant serif", (500, 800)),
    ("fat face", ()),
    ("slab serif", ()),
    ("all caps", ()),
    ("script", ()),
)
"""Words for a face, and the weights it is used in."""
HELD_OUT_FACE = ("condensed sans", (500, 700))
"""Oswald: narrower than the sans faces, lighter than the condensed one."""

SMALLEST_TYPE = 20
"""Pixels that text may shrink to: training includes smaller text than the renderer accepts."""
LEAST_CONTRAST = 3.0

SCENES = (
    "a sunny meadow with soft green hills", "a sandy beach by the sea", "a night sky with stars", "snowy mountains",
    "a city skyline at dusk", "a forest in the morning", "a desert at sunset", "plain paper", "a pastel studio backdrop",
    "a kitchen table", "a blue sky with clouds", "a park in autumn",
)  # fmt: skip
LOOKS = ("flat graphic design", "children's picture book", "screen print", "clean modern poster", "retro travel poster")
_SIGNS = "".join(letter for letter in MINI.characters or "" if not letter.isalnum() and letter != " ")
_ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p ph pl pr qu r s sh sk sl sp st str t th tr v w wh y z".split()
_VOWELS = "a e i o u ai ea ee ie oa oo ou y".split()
_CODAS = ["", "", "", *"b ck d ft g k l ll m mp n nd ng nk nt p r rd rk rn rt s sh ss st t th x".split()]


@dataclass(frozen=True)
class Slot:
    """A free part of the canvas, in percent: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float


def random_poster(seed: int, *, copy: int = 0, held_out: bool = False, crowded: bool = False) -> str:
    """The text of a poster. The same seed gives the same text; another `copy` the same design with other words.

    A `crowded` one has a single text and an object wherever there is room: many to learn from at the cost of one poster.
    """
    name = f"{'held out' if held_out else 'crowded' if crowded else 'learn'} {seed}"
    rng, copy_rng = random.Random(name), random.Random(f"{name} {copy}")
    # Phrasing draws from a generator of its own, so that it does not change the designs; held-out posters are phrased plainly.
    phrasing_rng = None if held_out else random.Random(f"{name} said")
    width, height = rng.choice(SHAPES if held_out else MORE_SHAPES)
    slots = _slots(rng, width / height, held_out=held_out)
    slot_share = 1.0  # of the canvas, from the top, that is divided into slots
    if phrasing_rng is not None and not crowded and phrasing_rng.random() < 0.25:
        slot_share = phrasing_rng.uniform(0.35, 0.6)
        slots = [Slot(slot.left, slot.top * slot_share, slot.width, slot.height * slot_share) for slot in slots]
    text_count = rng.randint(2, 4) if held_out else rng.choices((1, 2, 3, 4), (2, 4, 4, 2))[0]
    object_count = rng.choices((0, 1, 2, 3), (3, 4, 3, 1))[0] if not held_out else rng.choices((0, 1, 2), (2, 4, 4))[0]
    if crowded:
        text_count, object_count = 1, len(slots)
    rng.shuffle(slots)
    # Words take the wide slots, objects those that are not too flat.
    slots.sort(key=lambda slot: slot.height * height > 0.55 * slot.width * width)
    texts = slots[: max(1, min(text_count, len(slots) - (1 if object_count and len(slots) > 1 else 0)))]
    free = slots[len(texts) :]
    grounds, backdrop = _backdrop(rng, phrasing_rng)
    lines = ['poster 1 "A poster to learn from"', f"canvas sheet {width}x{height} {{ margin: 4% }}", *backdrop]
    for number, slot in enumerate(texts):
        lines += _region(rng, copy_rng, f"text{number}", slot, grounds, height, phrasing_rng)
    if phrasing_rng is not None and slot_share < 1:
        lines += _object_row(phrasing_rng, 96 - 100 * slot_share)
    else:
        lines += [
            f"object thing{number} {_object(rng, phrasing_rng)} {{ {_box(slot)} }}"
            for number, slot in enumerate(free[:object_count])
        ]
    return "\n".join([*lines, "verify { unchecked: allow }", ""])


def random_words(rng: random.Random, *, held_out: bool = False, longest: int = 18) -> str:
    """One string of 1 to `longest` characters (held out: at least 4) that can be written with the model's characters."""
    for _ in range(60):
        text = _case(rng, _words(rng, held_out=held_out)).strip()
        if (4 if held_out else 1) <= len(text) <= longest:
            return text
    return "Open"


def _slots(rng: random.Random, ratio: float, *, held_out: bool) -> list[Slot]:
    """The canvas cut into bands, and some of these into columns."""
    bands = rng.randint(2, 4 if ratio > 1.3 else 5)
    weights = [rng.uniform(0.7, 1.8) for _ in range(bands)]
    if held_out:  # a large band in the middle, which training posters have only by chance
        weights.sort()
        weights = weights[::2] + weights[1::2][::-1]
    total, top, slots = sum(weights), 0.0, []
    for weight in weights:
        height = 100 * weight / total
        columns = rng.choices((1, 2, 3), (6, 3, 1) if ratio < 1.3 else (3, 4, 2))[0]
        shares = [rng.uniform(0.8, 1.6) for _ in range(columns)]
        left = 0.0
        for column_share in shares:
            width = 100 * column_share / sum(shares)
            inset = rng.uniform(0.5, 2.5), rng.uniform(0.5, 2.0)
            slots.append(Slot(left + inset[0], top + inset[1], width - 2 * inset[0], height - 2 * inset[1]))
            left += width
        top += height
    return slots


def _box(slot: Slot) -> str:
    return f"box: {slot.left:.1f}% {slot.top:.1f}% {slot.width:.1f}% {slot.height:.1f}%"


def _color(rng: random.Random) -> str:
    import colorsys

    red, green, blue = colorsys.hls_to_rgb(rng.random(), rng.uniform(0.08, 0.94), rng.uniform(0.1, 0.95))
    return to_hex((red * 255, green * 255, blue * 255)).upper()


def _readable(rng: random.Random, grounds: tuple[str, ...]) -> str | None:
    """A colour that can be read on all of these; scenery (no colours) keeps clear of letters on its own."""
    for _ in range(12):
        color = _color(rng)
        if all(contrast(color, ground) >= LEAST_CONTRAST for ground in grounds):
            return color
    return None


def _backdrop(rng: random.Random, phrasing_rng: random.Random | None) -> tuple[tuple[str, ...], list[str]]:
    """The colours behind letters, none for scenery; and the statements."""
    kind, colors = rng.random(), (_color(rng), _color(rng))
    grounds: tuple[str, ...] = ()
    if kind < 0.3:
        grounds, statement = colors[:1], f"backdrop {{ fill: {colors[0]} }}"
    elif kind < 0.5:
        grounds, statement = colors, f"backdrop {{ fill: gradient({', '.join(colors)}, {rng.choice((0, 45, 90, 135))}deg) }}"
    else:
        scene = rng.choice(SCENES)
        if phrasing_rng and phrasing_rng.random() < 0.5:
            scene = phrasing.scene_description(phrasing_rng)
        statement = f'backdrop "{scene}"'
    statements = [statement, f'look "{rng.choice(LOOKS)}"'] if rng.random() < 0.7 else [statement]
    if phrasing_rng and phrasing_rng.random() < 0.6:
        statements = [statement, phrasing.look_statement(phrasing_rng)]
    if phrasing_rng and phrasing_rng.random() < 0.4:
        more = [_color(phrasing_rng) for _ in range(phrasing_rng.randint(1, 4))]
        statements.append(phrasing.palette_statement(phrasing_rng, [*grounds, *more]))
    return grounds, statements


def _region(
    rng: random.Random,
    copy_rng: random.Random,
    name: str,
    slot: Slot,
    grounds: tuple[str, ...],
    canvas: int,
    phrasing_rng: random.Random | None,
) -> list[str]:
    held_out = phrasing_rng is None
    count = 2 if slot.height * canvas / 100 > 110 and rng.random() < 0.3 and not held_out else 1
    lines = [f"region {name} {{", f"  {_box(slot)}"]
    if rng.random() < 0.3:
        grounds = (_color(rng),)
        lines.append(f"  panel: {grounds[0]}; radius: {rng.choice((0, 4, 10))}px; padding: 4px")
    for number in range(count):
        words = _quoted(random_words(copy_rng, held_out=held_out))
        lines.append(f'  slogan "{words}" {{ {_lettering(rng, number, grounds, phrasing_rng)} }}')
    return [*lines, "}"]


def _lettering(rng: random.Random, number: int, grounds: tuple[str, ...], phrasing_rng: random.Random | None) -> str:
    face, weights = HELD_OUT_FACE if phrasing_rng is None and rng.random() < 0.2 else rng.choice(FACES)
    if phrasing_rng and phrasing_rng.random() < 0.4:
        face = phrasing.face_description(phrasing_rng, face)
    properties = [f'face: "{face}"', f"min-size: {SMALLEST_TYPE}px"]
    if weights:
        properties.append(f"weight: {rng.choice(weights)}")
    if rng.random() < 0.4 and (color := _readable(rng, grounds)):
        properties.append(f"color: {color}")
    if number:
        properties.append(f"scale: {rng.choice((55, 70, 85))}%")
    effect = rng.random()
    if effect < 0.06:
        properties.append(f"outline: {_color(rng)}")
    elif effect < 0.12:
        properties.append(f"shadow: {_color(rng)}")
    return "; ".join(properties)


def _object(rng: random.Random, phrasing_rng: random.Random | None) -> str:
    """The description of an object, in quotes."""
    kind = rng.choice(KINDS)
    name = rng.choice(kind.names)
    words = name if rng.random() < 0.1 or kind.name == "sun" else phrasing.article(name)
    return f'"{phrasing.object_description(phrasing_rng, name) if phrasing_rng and phrasing_rng.random() < 0.5 else words}"'


def _object_row(rng: random.Random, height: float) -> list[str]:
    """One to three objects side by side at the bottom of the canvas; `height`: the percentage of it that is free."""
    places = rng.choice((("bottom",), ("bottom-left", "bottom-right"), ("bottom-left", "bottom-right", "between")))
    widest = 86 / len(places)
    statements = []
    for number, place in enumerate(places):
        at = "at: bottom of canvas; between: thing0, thing1" if place == "between" else f"at: {place} of canvas"
        size = f"{rng.uniform(0.6, 1) * widest:.1f}% x {rng.uniform(0.55, 0.95) * height:.1f}%"
        statements.append(f"object thing{number} {_object(rng, rng)} {{ {at}; size: {size} }}")
    return statements


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("{", "").replace("}", "")


def _words(rng: random.Random, *, held_out: bool) -> str:
    kind = rng.random()
    if kind < 0.3:
        words = HELD_OUT_WORDS if held_out else WORDS
        return " ".join(rng.choice(words) for _ in range(rng.choices((1, 2, 3), (4, 4, 1))[0]))
    if kind < 0.62:
        return " ".join(_made_up(rng) for _ in range(rng.choices((1, 2), (3, 2))[0]))
    if kind < 0.8:
        return _numbers(rng)
    mixed = ascii_uppercase + ascii_lowercase
    letters = rng.choice((ascii_uppercase, ascii_uppercase + digits, mixed, mixed + digits + _SIGNS))
    return "".join(rng.choice(letters) for _ in range(rng.randint(3, 10)))


def _made_up(rng: random.Random) -> str:
    return "".join(
        rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in range(rng.choices((1, 2, 3), (3, 4, 1))[0])
    )


def _numbers(rng: random.Random) -> str:
    money, word = rng.choice("€$£"), rng.choice(("now", "from", "only", "save", "just", "open", "until", "room", "No."))
    whole, cents = rng.choice((rng.randint(1, 9), rng.randint(10, 99), rng.randint(100, 1999))), rng.randint(0, 99)
    return rng.choice(
        (
            f"{money}{whole}.{cents:02}", f"{whole},{cents:02} {money}", f"{rng.randint(1, 99)}% off",
            f"-{rng.randint(5, 90)}%",
            f"{word} {money}{whole}", f"{word} {whole}", f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}",
            f"{rng.randint(1, 31)}/{rng.randint(1, 12)}", f"20{rng.randint(10, 49)}", f"#{whole}", f"{whole} + {cents}",
            f"({whole})", f"{rng.randint(1, 12)} & {rng.randint(1, 12)} {rng.choice(('am', 'pm'))}", f"{whole}{cents:02}",
            f"0{rng.randint(10, 99)} {rng.randint(100, 999)} {rng.randint(10, 99)}", f"@{_made_up(rng)}{cents}",
        )
    )  # fmt: skip


def _case(rng: random.Random, text: str) -> str:
    text = rng.choices((text, text.upper(), text.title(), text.capitalize(), text.lower()), (2, 5, 3, 3, 2))[0]
    if rng.random() < 0.15:
        text += rng.choice("!?.!:;")
    elif rng.random() < 0.04:
        text = f'"{text}"' if rng.random() < 0.5 else text.replace("s", "'s", 1)
    return text
