"""Words → scenery: a small table of what the draft can paint behind a poster.

A scene is a sky (a vertical gradient) and layers in front of it, far to near. Each layer has a skyline and two colours.
The first scene with a word of the backdrop's description is taken, then the look's; `plain` colours follow from colour words.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import regex

Shape = Literal["flat", "waves", "hills", "peaks", "skyline", "pines", "dunes", "blades"]
Extra = Literal["sun", "low-sun", "moon", "stars", "snow", "bokeh", "confetti", "rays", "clouds", "boards", "bubbles", "glow"]


@dataclass(frozen=True)
class Layer:
    shape: Shape
    top: float
    """Mean height of its skyline, 0 the top of the canvas, 1 the bottom."""
    rise: float
    """How far the skyline goes up and down, of the canvas height."""
    near: str
    """Colour at the skyline."""
    far: str
    """Colour at the bottom of the canvas."""
    lit: str | None = None
    """Colour of lit windows."""


@dataclass(frozen=True)
class Scenery:
    name: str
    sky: tuple[str, ...]
    layers: tuple[Layer, ...] = ()
    extras: tuple[Extra, ...] = ()
    words: str = ""
    """Lower case, without plural endings; in Chinese as written."""


SCENES = (
    Scenery("underwater", ("#4fc3d9", "#0f6fa3", "#06335f"),
          (Layer("hills", 0.84, 0.04, "#0b4a72", "#06263f"), Layer("blades", 0.93, 0.07, "#0f6b5c", "#0a3b3a")),
          ("rays", "bubbles"), "underwater reef coral aquarium unterwasser 海底 水下"),
    Scenery("beach", ("#8fd0ea", "#d7eef2", "#fdf3dc"),
          (Layer("flat", 0.56, 0.0, "#3aa6c4", "#1d86ad"), Layer("waves", 0.665, 0.008, "#e9f7f4", "#dff3ef"),
           Layer("waves", 0.68, 0.010, "#f3dca6", "#e3bd78")),
          ("sun", "clouds"), "beach seaside strand shore coast summer sommer küste tropical 海滩 沙滩 海边 夏"),
    Scenery("sea", ("#a8dcf0", "#e4f3f4"),
          (Layer("flat", 0.5, 0.0, "#4aa8cc", "#2f86b4"), Layer("waves", 0.64, 0.012, "#2f86b4", "#1f6a9c"),
           Layer("waves", 0.8, 0.016, "#1f6a9c", "#124a77")),
          ("sun", "clouds"), "sea ocean lake harbour harbor sailing regatta bay water meer see hafen 海 湖"),
    Scenery("sunset", ("#3c2a63", "#b6476c", "#f58a5b", "#fdd28a"),
          (Layer("flat", 0.66, 0.0, "#7a4369", "#43264f"), Layer("hills", 0.8, 0.05, "#3a2148", "#22152f")),
          ("low-sun",), "sunset sundown dusk evening golden sonnenuntergang abend dämmerung 日落 夕阳 黄昏"),
    Scenery("sunrise", ("#7fb4dd", "#f7c6b0", "#fff0cf"),
          (Layer("hills", 0.66, 0.05, "#9db3c8", "#8aa3bd"), Layer("hills", 0.8, 0.06, "#6b8aa6", "#4f6f8d")),
          ("low-sun",), "sunrise dawn morgenröte sonnenaufgang 日出 清晨"),
    Scenery("aurora", ("#071330", "#0d3b55", "#1b8a78", "#0b2c48"),
          (Layer("peaks", 0.74, 0.10, "#0b2136", "#071526"), Layer("pines", 0.9, 0.06, "#06121f", "#040b14")),
          ("stars", "glow"), "aurora northern-lights polarlicht 极光"),
    Scenery("space", ("#0b0d2a", "#1f1a4d", "#3b1f5e"), (), ("stars", "glow"),
          "space galaxy cosmos cosmic universe nebula planet orbit weltall 太空 宇宙 星空 银河"),
    Scenery("night-city", ("#0e1638", "#2a2a63", "#6b3f7a"),
          (Layer("skyline", 0.66, 0.20, "#232a5c", "#1a1f48", "#8f86c9"),
           Layer("skyline", 0.8, 0.14, "#10153a", "#0a0e26", "#ffd98a")),
          ("stars", "moon"), "night-city neon nightlife nightclub club 夜景 霓虹"),
    Scenery("night", ("#0b1a3a", "#20386b", "#4a5f94"),
          (Layer("hills", 0.76, 0.06, "#16284f", "#0f1c3a"), Layer("pines", 0.88, 0.06, "#0b1730", "#070f22")),
          ("stars", "moon"), "night midnight moonlight starry nacht 夜 月夜 中秋"),
    Scenery("snow", ("#9fc4e4", "#dcebf6", "#f7fbff"),
          (Layer("peaks", 0.62, 0.16, "#b9cfe4", "#d3e2f0"), Layer("pines", 0.78, 0.07, "#5f8698", "#4b7387"),
           Layer("hills", 0.83, 0.03, "#f2f8fd", "#dfeaf4")),
          ("snow",), "snow snowy winter ski skiing christmas xmas schnee weihnacht weihnachten 雪 冬 圣诞"),
    Scenery("desert", ("#f6c98f", "#fbe6c4"),
          (Layer("dunes", 0.6, 0.07, "#e8a661", "#d98f4c"), Layer("dunes", 0.76, 0.08, "#d18345", "#a85f32")),
          ("sun",), "desert dune sahara canyon western wüste 沙漠"),
    Scenery("savanna", ("#f9c77a", "#fce8bd"),
          (Layer("hills", 0.62, 0.03, "#d7a65c", "#c8914a"), Layer("hills", 0.76, 0.03, "#b98a3e", "#8a6a2d"),
           Layer("blades", 0.9, 0.05, "#7d6a2a", "#5a4d1f")),
          ("low-sun",), "savanna savannah safari africa serengeti savanne 草原"),
    Scenery("jungle", ("#cdeccf", "#8fd0a3"),
          (Layer("hills", 0.5, 0.10, "#5fae7c", "#4b9a6c"), Layer("hills", 0.66, 0.10, "#35855a", "#27724c"),
           Layer("blades", 0.86, 0.12, "#1b5a3c", "#0f3d2a")),
          ("rays",), "jungle rainforest dschungel urwald 丛林 雨林"),
    Scenery("forest", ("#dbe9d5", "#b7d3b3"),
          (Layer("pines", 0.52, 0.10, "#8fb596", "#7fa888"), Layer("pines", 0.66, 0.12, "#5a8a6a", "#487a5b"),
           Layer("pines", 0.84, 0.14, "#2f5e45", "#1d4030")),
          ("rays",), "forest wood woods woodland woodlands trees camping wald 森林 树林"),
    Scenery("mountains", ("#8dbfe3", "#d9ebf2", "#f9efe0"),
          (Layer("peaks", 0.5, 0.16, "#9fb4cf", "#b8c9dc"), Layer("peaks", 0.66, 0.13, "#6a86a8", "#7f9ab8"),
           Layer("hills", 0.82, 0.05, "#5d8a66", "#3c6a4c")),
          ("sun", "clouds"), "mountain mountains alps alpine peak hiking hike berge alpen gebirge 山 群山"),
    Scenery("meadow", ("#9ad3ef", "#e2f3f4"),
          (Layer("hills", 0.58, 0.05, "#a9d18a", "#93c277"), Layer("hills", 0.7, 0.05, "#7fb765", "#69a453"),
           Layer("hills", 0.86, 0.04, "#5c9a4c", "#3f7a3a")),
          ("sun", "clouds"),
          "meadow field hill countryside farm pasture garden park grass spring lawn wiese feld garten frühling 草地 田野 春"),
    Scenery("autumn", ("#f3d9b1", "#fbeedd"),
          (Layer("hills", 0.56, 0.07, "#e0a65a", "#d3914a"), Layer("hills", 0.7, 0.06, "#c4713a", "#ad5a30"),
           Layer("hills", 0.86, 0.05, "#8a4427", "#6b331f")),
          ("sun",), "autumn fall harvest vineyard thanksgiving herbst weinberg 秋"),
    Scenery("city", ("#a9cfe8", "#e8eef0", "#fbeeda"),
          (Layer("skyline", 0.62, 0.18, "#b3c3d4", "#c7d3df"), Layer("skyline", 0.76, 0.14, "#7f95ad", "#93a7bb"),
           Layer("flat", 0.9, 0.0, "#5b6e84", "#4a5b70")),
          ("sun", "clouds"), "city skyline street urban town downtown rooftop stadt 城市 街"),
    Scenery("party", ("#ff8fa8", "#ffb98a", "#ffe2a8"), (), ("confetti", "rays"),
          "party celebration birthday confetti carnival festival festive fiesta fest geburtstag 派对 生日 节日 庆"),
    Scenery("lights", ("#3a1420", "#6e2230", "#b5543a"), (), ("bokeh", "glow"),
          "bokeh lights cinema theatre theater stage concert candlelight romantic bar lounge bühne 舞台 灯光"),
    Scenery("table", ("#fbf3e6", "#f3e2c8"), (Layer("flat", 0.6, 0.0, "#c08a57", "#8f5f38"),), ("boards", "glow"),
          "table kitchen wooden cafe café bakery restaurant diner rustic bistro breakfast tisch küche holz 餐桌 厨房 木"),
    Scenery("sky", ("#5aa9e0", "#a9d8f3", "#e9f6fb"), (), ("sun", "clouds"), "sky cloud clouds air himmel wolken 天空 云"),
    Scenery("studio", ("#f4f1ec", "#e7e1d8"), (Layer("flat", 0.8, 0.0, "#ddd5c9", "#cfc5b6"),), ("glow",),
          "studio minimal minimalist clean white product seamless office minimalistisch 简约 白色"),
    Scenery("paper", ("#f7f0e1", "#efe4cd"), (), (), "paper parchment linen canvas kraft texture papier 纸 宣纸"),
)  # fmt: skip

COLORS = {
    "red": "#d6453d", "orange": "#ee8a3a", "yellow": "#f4c93f", "gold": "#d6a438", "golden": "#d6a438", "green": "#4f9d58",
    "mint": "#9ddbc0", "teal": "#1f8a8a", "turquoise": "#38b6b0", "cyan": "#3cb6d8", "blue": "#3271c9", "navy": "#15295a",
    "indigo": "#3a3a98", "purple": "#7a4bb0", "violet": "#8458c0", "lavender": "#c3b0e6", "pink": "#ee8fb0",
    "magenta": "#c93c8b", "rose": "#e58a98", "peach": "#f8bd98", "coral": "#f2806b", "salmon": "#f39a83", "brown": "#80563a",
    "beige": "#e6d6bc", "cream": "#faf0dc", "white": "#f7f5f1", "grey": "#9a9fa6", "gray": "#9a9fa6",
    "silver": "#c4c8ce", "black": "#1b1c20",
    "burgundy": "#6f1d33", "maroon": "#6f1d33", "olive": "#7f8040", "lime": "#b3d649", "terracotta": "#c5694a",
    "sand": "#e6cf9f", "charcoal": "#33363c", "rot": "#d6453d", "gelb": "#f4c93f",
    "grün": "#4f9d58", "blau": "#3271c9", "lila": "#7a4bb0",
    "rosa": "#ee8fb0", "weiß": "#f7f5f1", "schwarz": "#1b1c20", "红": "#d6453d", "金": "#d6a438", "蓝": "#3271c9",
    "绿": "#4f9d58", "粉": "#ee8fb0", "紫": "#7a4bb0", "黄": "#f4c93f", "白": "#f7f5f1", "黑": "#1b1c20",
}  # fmt: skip
"""Colour words of descriptions."""
PRINT = frozenset(
    "print texture textured grain grainy vintage retro risograph riso poster paper letterpress screen woodcut".split()
)
"""Words of a look that ask for grain."""


def scene_of(*texts: str | None) -> Scenery | None:
    """The scene that the first of these texts has a word for."""
    for text in texts:
        if text:
            words = tokens(text)
            if "night" in words and words & {"city", "skyline", "street", "urban"}:
                return next(scene for scene in SCENES if scene.name == "night-city")
            hits = [
                (position, scene) for scene in SCENES if (position := _first_position(text, words, scene.words)) is not None
            ]
            if hits:
                return min(hits, key=lambda hit: hit[0])[1]
    return None


def colors_of(*texts: str | None) -> list[str]:
    """The colours that these texts name, in order, each once."""
    colors: dict[str, None] = {}
    for text in texts:
        for word in regex.findall(r"\p{Han}|\p{L}+", (text or "").lower()):
            if word in COLORS:
                colors[COLORS[word]] = None
    return list(colors)


def tokens(text: str) -> set[str]:
    """Words in lower case, with their singulars, and pairs joined by a hyphen."""
    words = regex.findall(r"[\p{L}]+", text.lower())
    return {
        *words,
        *(word[:-1] for word in words if word.endswith("s")),
        *(f"{a}-{b}" for a, b in pairwise(words)),
    }


def _first_position(text: str, present: set[str], words: str) -> int | None:
    """Where the first of these words stands in the text; the earlier, the more it is about that."""
    places = []
    for word in words.split():
        if word in present or (not word.isascii() and regex.match(r"\p{Han}", word) and word in text):
            places.append(text.lower().find(word.split("-")[0]))
    return min(places, default=None)
