"""Canvas sizes that have a name: social formats and display ads in pixels, paper in millimetres at 300 dots per inch."""

from __future__ import annotations

from typing import NamedTuple

PRINT_DPI = 300.0


class Preset(NamedTuple):
    name: str
    width: int
    height: int
    dpi: float | None
    meaning: str


_SCREEN: tuple[tuple[str, int, int, str], ...] = (
    ("story", 1080, 1920, "Instagram, Facebook, WhatsApp and TikTok story or reel"),
    ("instagram-post", 1080, 1080, "Instagram square post"),
    ("instagram-portrait", 1080, 1350, "Instagram portrait post"),
    ("instagram-landscape", 1080, 566, "Instagram landscape post"),
    ("facebook-post", 1200, 630, "Facebook post with a link"),
    ("facebook-cover", 1640, 624, "Facebook page cover"),
    ("x-post", 1600, 900, "X post"),
    ("x-header", 1500, 500, "X profile header"),
    ("linkedin-post", 1200, 1200, "LinkedIn square post"),
    ("linkedin-link", 1200, 627, "LinkedIn post with a link"),
    ("pinterest-pin", 1000, 1500, "Pinterest pin"),
    ("youtube-thumbnail", 1280, 720, "YouTube thumbnail"),
    ("open-graph", 1200, 630, "link preview of a web page"),
    ("wechat-cover", 900, 383, "WeChat article cover"),
    ("xiaohongshu-post", 1242, 1660, "Xiaohongshu post"),
    ("banner", 1200, 628, "responsive display ad, landscape"),
    ("square", 1200, 1200, "responsive display ad, square"),
    ("leaderboard", 728, 90, "display ad"),
    ("large-leaderboard", 970, 90, "display ad"),
    ("billboard", 970, 250, "display ad"),
    ("medium-rectangle", 300, 250, "display ad"),
    ("large-rectangle", 336, 280, "display ad"),
    ("half-page", 300, 600, "display ad"),
    ("skyscraper", 120, 600, "display ad"),
    ("wide-skyscraper", 160, 600, "display ad"),
    ("mobile-banner", 320, 50, "display ad on phones"),
    ("full-hd", 1920, 1080, "screen, landscape"),
    ("full-hd-portrait", 1080, 1920, "screen, portrait"),
    ("slide", 1920, 1080, "presentation slide"),
)

_PAPER: tuple[tuple[str, float, float, str], ...] = (
    ("a0", 841, 1189, "A0 paper"),
    ("a1", 594, 841, "A1 paper"),
    ("a2", 420, 594, "A2 paper"),
    ("a3", 297, 420, "A3 paper"),
    ("a4", 210, 297, "A4 paper"),
    ("a5", 148, 210, "A5 paper"),
    ("a6", 105, 148, "A6 paper, a postcard"),
    ("letter", 215.9, 279.4, "US letter"),
    ("legal", 215.9, 355.6, "US legal"),
    ("tabloid", 279.4, 431.8, "US tabloid"),
)


def _presets() -> dict[str, Preset]:
    presets = {name: Preset(name, width, height, None, meaning) for name, width, height, meaning in _SCREEN}
    for name, width, height, meaning in _PAPER:
        # Beyond A3 a poster is seen from afar: 150 dots per inch keep it within what a machine can hold.
        dpi = 150.0 if name in ("a0", "a1", "a2") else PRINT_DPI
        short, long = (round(side / 25.4 * dpi) for side in (width, height))
        presets[f"{name}-portrait"] = Preset(f"{name}-portrait", short, long, dpi, meaning)
        presets[f"{name}-landscape"] = Preset(f"{name}-landscape", long, short, dpi, meaning)
    return presets


PRESETS: dict[str, Preset] = _presets()
