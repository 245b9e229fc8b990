"""Random posters to learn from, written in the project's own language: copy, faces, colours, backdrops, objects.

A seed decides everything. `held_out` posters use words and one face that no other poster has, and bands in an order that others
have by chance only; their made-up words, prices, dates and times are of the same patterns as in the others. How the rest is put
is varied in the others only (wording.py).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits

from layoutgen.renderer.mini.limits import LIMITS as MINI
from layoutgen.renderer.mini.things import KINDS

from layoutgen.base.color import contrast, to_hex

from . import phrasing
from .vocabulary import HELD_OUT_WORDS, WORDS

SHAPES = ((416, 512), (352, 512), (288, 512), (512, 288), (512, 352), (448, 448))
"""Width and height of what is measured, as they come out of common canvases."""
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
"""Words for a face, and the weights it is asked for in."""
HELD_OUT_FACE = ("condensed sans", (500, 700))
"""Oswald: narrower than the sans faces, lighter than the condensed one."""

SMALLEST_TYPE = 20
"""Pixels that text may shrink to; what is learnt may be smaller than what may be asked for."""
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

    A `crowded` one has a single text and a thing wherever there is room: many to learn from at the cost of one poster.
    """
    name = f"{'held out' if held_out else 'crowded' if crowded else 'learn'} {seed}"
    rng, writer = random.Random(name), random.Random(f"{name} {copy}")
    # Wording has chances of its own, so that the designs of held-out posters, which are worded plainly, stay what they were.
    said = None if held_out else random.Random(f"{name} said")
    width, height = rng.choice(SHAPES if held_out else MORE_SHAPES)
    slots = _slots(rng, width / height, held_out=held_out)
    share = 1.0  # of the canvas, from the top, for what has a slot
    if said is not None and not crowded and said.random() < 0.25:
        share = said.uniform(0.35, 0.6)
        slots = [Slot(slot.left, slot.top * share, slot.width, slot.height * share) for slot in slots]
    wanted = rng.randint(2, 4) if held_out else rng.choices((1, 2, 3, 4), (2, 4, 4, 2))[0]
    things = rng.choices((0, 1, 2, 3), (3, 4, 3, 1))[0] if not held_out else rng.choices((0, 1, 2), (2, 4, 4))[0]
    if crowded:
        wanted, things = 1, len(slots)
    rng.shuffle(slots)
    # Words take the wide slots, things those that are not too flat.
    slots.sort(key=lambda slot: slot.height * height > 0.55 * slot.width * width)
    texts = slots[: max(1, min(wanted, len(slots) - (1 if things and len(slots) > 1 else 0)))]
    free = slots[len(texts) :]
    ground, backdrop = _backdrop(rng, said)
    lines = ['poster 1 "A poster to learn from"', f"canvas sheet {width}x{height} {{ margin: 4% }}", *backdrop]
    for number, slot in enumerate(texts):
        lines += _region(rng, writer, f"text{number}", slot, ground, height, said)
    if said is not None and share < 1:
        lines += _row(said, 96 - 100 * share)
    else:
        lines += [f"object thing{number} {_thing(rng, said)} {{ {_box(slot)} }}" for number, slot in enumerate(free[:things])]
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
    if held_out:  # a large band in the middle, which those for training have by chance only
        weights.sort()
        weights = weights[::2] + weights[1::2][::-1]
    total, top, found = sum(weights), 0.0, []
    for weight in weights:
        height = 100 * weight / total
        columns = rng.choices((1, 2, 3), (6, 3, 1) if ratio < 1.3 else (3, 4, 2))[0]
        shares = [rng.uniform(0.8, 1.6) for _ in range(columns)]
        left = 0.0
        for share in shares:
            width = 100 * share / sum(shares)
            inset = rng.uniform(0.5, 2.5), rng.uniform(0.5, 2.0)
            found.append(Slot(left + inset[0], top + inset[1], width - 2 * inset[0], height - 2 * inset[1]))
            left += width
        top += height
    return found


def _box(slot: Slot) -> str:
    return f"box: {slot.left:.1f}% {slot.top:.1f}% {slot.width:.1f}% {slot.height:.1f}%"


def _color(rng: random.Random) -> str:
    import colorsys

    red, green, blue = colorsys.hls_to_rgb(rng.random(), rng.uniform(0.08, 0.94), rng.uniform(0.1, 0.95))
    return to_hex((red * 255, green * 255, blue * 255)).upper()


def _readable(rng: random.Random, grounds: tuple[str, ...]) -> str | None:
    """A colour that can be read on all of these; scenery (no colours) keeps clear of letters by itself."""
    for _ in range(12):
        color = _color(rng)
        if all(contrast(color, ground) >= LEAST_CONTRAST for ground in grounds):
            return color
    return None


def _backdrop(rng: random.Random, said: random.Random | None) -> tuple[tuple[str, ...], list[str]]:
    """The colours that letters stand on, none of scenery; and the statements."""
    kind, colors = rng.random(), (_color(rng), _color(rng))
    grounds: tuple[str, ...] = ()
    if kind < 0.3:
        grounds, found = colors[:1], f"backdrop {{ fill: {colors[0]} }}"
    elif kind < 0.5:
        grounds, found = colors, f"backdrop {{ fill: gradient({', '.join(colors)}, {rng.choice((0, 45, 90, 135))}deg) }}"
    else:
        scene = rng.choice(SCENES)
        found = f'backdrop "{phrasing.scene(said) if said and said.random() < 0.5 else scene}"'
    statements = [found, f'look "{rng.choice(LOOKS)}"'] if rng.random() < 0.7 else [found]
    if said and said.random() < 0.6:
        statements = [found, phrasing.look(said)]
    if said and said.random() < 0.4:
        statements.append(phrasing.palette(said, [*grounds, *(_color(said) for _ in range(said.randint(1, 4)))]))
    return grounds, statements


def _region(
    rng: random.Random,
    writer: random.Random,
    name: str,
    slot: Slot,
    grounds: tuple[str, ...],
    canvas: int,
    said: random.Random | None,
) -> list[str]:
    held_out = said is None
    count = 2 if slot.height * canvas / 100 > 110 and rng.random() < 0.3 and not held_out else 1
    lines = [f"region {name} {{", f"  {_box(slot)}"]
    if rng.random() < 0.3:
        grounds = (_color(rng),)
        lines.append(f"  panel: {grounds[0]}; radius: {rng.choice((0, 4, 10))}px; padding: 4px")
    for number in range(count):
        words = _quoted(random_words(writer, held_out=held_out))
        lines.append(f'  slogan "{words}" {{ {_lettering(rng, number, grounds, said)} }}')
    return [*lines, "}"]


def _lettering(rng: random.Random, number: int, grounds: tuple[str, ...], said: random.Random | None) -> str:
    face, weights = HELD_OUT_FACE if said is None and rng.random() < 0.2 else rng.choice(FACES)
    if said and said.random() < 0.4:
        face = phrasing.face(said, face)
    found = [f'face: "{face}"', f"min-size: {SMALLEST_TYPE}px"]
    if weights:
        found.append(f"weight: {rng.choice(weights)}")
    if rng.random() < 0.4 and (color := _readable(rng, grounds)):
        found.append(f"color: {color}")
    if number:
        found.append(f"scale: {rng.choice((55, 70, 85))}%")
    effect = rng.random()
    if effect < 0.06:
        found.append(f"outline: {_color(rng)}")
    elif effect < 0.12:
        found.append(f"shadow: {_color(rng)}")
    return "; ".join(found)


def _thing(rng: random.Random, said: random.Random | None) -> str:
    """Its description, in quotes."""
    kind = rng.choice(KINDS)
    name = rng.choice(kind.names)
    words = name if rng.random() < 0.1 or kind.name == "sun" else phrasing.article(name)
    return f'"{phrasing.thing(said, name) if said and said.random() < 0.5 else words}"'


def _row(said: random.Random, height: float) -> list[str]:
    """One to three things beside one another at the bottom of the canvas; `height`: percent of it that is free."""
    places = said.choice((("bottom",), ("bottom-left", "bottom-right"), ("bottom-left", "bottom-right", "between")))
    widest = 86 / len(places)
    found = []
    for number, place in enumerate(places):
        at = "at: bottom of canvas; between: thing0, thing1" if place == "between" else f"at: {place} of canvas"
        size = f"{said.uniform(0.6, 1) * widest:.1f}% x {said.uniform(0.55, 0.95) * height:.1f}%"
        found.append(f"object thing{number} {_thing(said, said)} {{ {at}; size: {size} }}")
    return found


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
