"""How designers phrase it: the words of training posters that are not drawn.

A planner that only ever read `a dog` leaves out `a friendly dog`. Whatever it has to understand must be worded in many ways.
"""

from __future__ import annotations

import random

from layoutgen.renderer.mini.things import KINDS

_PLACES = (
    "meadow", "field of flowers", "garden", "park", "sandy beach", "quiet beach", "blue sea", "calm lake", "harbour",
    "night sky", "starry night", "snowy landscape", "winter morning", "mountain landscape", "forest", "pine forest", "jungle",
    "desert", "savanna", "city", "city street", "city skyline", "skyline at night", "autumn park", "vineyard in autumn",
    "sunset", "sunrise over the hills", "party with confetti", "birthday party", "stage with warm lights", "kitchen",
    "wooden table", "café", "clear blue sky", "cloudy sky", "studio", "sheet of paper", "galaxy", "coral reef", "countryside",
)  # fmt: skip
_MOODS = ("", "", "", "sunny", "bright", "peaceful", "wide", "misty", "colourful", "dreamy", "simple", "soft", "green", "old")
_SURROUNDINGS = (
    "", "", "", "", "with soft light", "in the early morning", "on a warm day", "with gentle colours", "in the distance",
    "with lots of space", "under a wide sky", "full of life", "in soft focus",
)  # fmt: skip
_STYLES = (
    "flat graphic design", "children's picture book", "screen print", "clean modern poster", "retro travel poster",
    "mid-century travel poster", "bold flat illustration", "minimal Swiss poster", "vintage advertisement", "paper cut-out",
    "playful cartoon", "modern editorial", "art deco poster", "risograph print", "storybook illustration",
    "colourful vector illustration", "hand-made linocut", "elegant magazine cover", "pop art", "friendly café poster",
    "synthwave concert poster", "watercolour illustration", "simple icon style", "street art",
)  # fmt: skip
_MATERIALS = (
    "gouache on paper", "screen-print texture", "soft pastel colours", "bold shapes", "thick paper", "rounded shapes",
    "warm colours", "cool colours", "strong contrast", "crisp edges", "muted tones", "vivid colours", "lots of white space",
    "fine grain", "simple shapes", "deep shadows",
)  # fmt: skip
_UNWANTED = (
    "people", "frames", "watermarks", "photographs", "logos", "faces", "borders", "text in the background", "shadows",
    "hands", "buildings", "clutter",
)  # fmt: skip
_KINDLY = (
    "little", "small", "big", "large", "tiny", "friendly", "happy", "cheerful", "lovely", "beautiful", "cute", "funny",
    "simple", "new", "old", "single", "huge", "nice", "bright", "shiny", "fresh", "classic", "playful", "round", "giant",
)  # fmt: skip
_HELD = ("holding a book", "with a balloon", "with a star", "holding a flower", "with a heart", "with a gift")
_ANIMALS = ("cat", "dog", "giraffe", "lion", "bird")
_COLOR_NAMES = (
    "ink", "paper", "night", "cream", "sun", "berry", "leaf", "sky", "sand", "rose", "mint", "coal", "snow", "wine",
)  # fmt: skip
_FACES = {
    "clean sans": ("clean sans", "modern sans", "sans-serif"),
    "grotesque": ("grotesque", "bold grotesque"),
    "heavy condensed sans": ("heavy condensed sans", "heavy condensed headline", "compact heavy sans"),
    "serif": ("serif", "classic serif"),
    "elegant serif": ("elegant serif", "high-contrast serif"),
    "slab serif": ("slab serif", "bold slab serif"),
    "all caps": ("all caps", "all capitals", "cinematic caps"),
    "script": ("script", "brush script", "handwritten script"),
}


def article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def scene_description(rng: random.Random) -> str:
    words = [rng.choice(_MOODS), rng.choice(_PLACES)]
    return " ".join(filter(None, (article(" ".join(filter(None, words))), rng.choice(_SURROUNDINGS))))


def look_statement(rng: random.Random) -> str:
    """The whole statement."""
    style = ", ".join([rng.choice(_STYLES), *rng.sample(_MATERIALS, rng.choices((0, 1, 2), (4, 4, 1))[0])])
    never = ", ".join(rng.sample(_UNWANTED, rng.randint(1, 3)))
    return f'look "{style}"' + (f' {{ never: "{never}" }}' if rng.random() < 0.4 else "")


def palette_statement(rng: random.Random, colors: list[str]) -> str:
    """The whole statement; the colours have any names."""
    names = rng.sample(_COLOR_NAMES, len(colors))
    return f"palette {', '.join(f'{name} {color}' for name, color in zip(names, colors, strict=True))}"


def object_description(rng: random.Random, name: str) -> str:
    """What one may write for the thing of this name, one of the names of a kind."""
    kind = next(kind for kind in KINDS if name in kind.names)
    words = name
    for _ in range(rng.choices((0, 1, 2), (4, 5, 1))[0]):
        words = f"{rng.choice(_KINDLY)} {words}"
    if kind.name in _ANIMALS and rng.random() < 0.1:
        words = f"{words} {rng.choice(_HELD)}"
    return article(words)


def face_descriptions(name: str) -> tuple[str, ...]:
    """What one may write for a face, its name among them."""
    return _FACES.get(name, (name,))


def face_description(rng: random.Random, name: str) -> str:
    """Other words for a face."""
    return rng.choice(face_descriptions(name))
