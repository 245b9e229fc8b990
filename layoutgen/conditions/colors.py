"""Colours for conditions: what lies beneath a text, its contrast, and the name a colour has in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from math import cos, radians, sin

from layoutgen.base.color import Lab, Rgba, contrast_ratio, over, relative_luminance, rgba, to_oklab
from layoutgen.base.model import Box
from layoutgen.base.style import Paint

Surface = Callable[[float, float], Rgba]
"""The colour at a point of the canvas."""


def surface(paint: Paint, box: Box, opacity: float = 1.0) -> Surface:
    """A paint laid out over a box. The ends of a gradient are the box's extreme points along its angle, as in CSS."""
    if isinstance(paint, str):
        solid = _faded(rgba(paint), opacity)
        return lambda x, y: solid
    stops = [_faded(rgba(stop), opacity) for stop in paint.stops]
    dx, dy = cos(radians(paint.angle)), sin(radians(paint.angle))
    left, top, width, height = box
    length = max(1e-9, abs(width * dx) + abs(height * dy))

    def at(x: float, y: float) -> Rgba:
        along = ((x - left - width / 2) * dx + (y - top - height / 2) * dy) / length + 0.5
        place = min(1.0, max(0.0, along)) * (len(stops) - 1)
        first = min(int(place), len(stops) - 2) if len(stops) > 1 else 0
        start, end, part = stops[first], stops[min(first + 1, len(stops) - 1)], place - first
        red, green, blue, alpha = (a + (b - a) * part for a, b in zip(start, end, strict=True))
        return red, green, blue, alpha

    return at


def contrasts(text: Paint, beneath: Surface, box: Box) -> tuple[float, float]:
    """The lowest and highest WCAG contrast of a text's paint on what lies beneath it, over its box."""
    paint = surface(text, box)
    left, top, width, height = box
    points = [(left + width * i / 4, top + height * j / 4) for i in range(5) for j in range(5)]
    pairs = {(paint(x, y), beneath(x, y)) for x, y in points}
    ratios = [contrast_ratio(relative_luminance(over(front, back)), relative_luminance(back)) for front, back in pairs]
    return min(ratios), max(ratios)


def readable(candidates: Sequence[str], beneath: Surface, box: Box) -> tuple[str, float]:
    """The candidate with the best lowest contrast, and that contrast; the first of equals."""
    ranked = [(contrasts(color, beneath, box)[0], color) for color in candidates]
    ratio, color = max(ranked, key=lambda item: item[0])
    return color, ratio


def _faded(color: Rgba, opacity: float) -> Rgba:
    return (*color[:3], color[3] * opacity)


@lru_cache(4096)
def color_name(color: str) -> tuple[str, str]:
    """The nearest common name, in English and in Chinese.

    Nearest in OKLab, with hue and chroma counting more than lightness, as they do in names.
    """
    light, a, b = to_oklab(rgba(color)[:3])
    nearest = min(_NAMES, key=lambda name: (light - name[0][0]) ** 2 / 4 + (a - name[0][1]) ** 2 + (b - name[0][2]) ** 2)
    return nearest[1], nearest[2]


_TABLE = """
000000 black 黑色
131313 black 黑色
2b2b2b charcoal 炭黑色
4d4d4d dark grey 深灰色
666666 grey 灰色
808080 grey 灰色
a9a9a9 silver grey 银灰色
c0c0c0 light grey 浅灰色
d3d3d3 light grey 浅灰色
f2f2f2 off-white 灰白色
ffffff white 白色
fffff0 ivory 象牙白
fff8e7 cream 奶油色
f5f0dc pale beige 米白色
e8d9b5 beige 米色
d2b48c tan 棕褐色
c19a6b camel 驼色
a0724a light brown 浅棕色
8b4513 saddle brown 赭棕色
5c3a21 brown 棕色
3b2314 dark brown 深棕色
708090 slate grey 石板灰
55606e slate grey 石板灰
2f4f4f dark slate 墨绿灰
ff0000 bright red 鲜红色
e63946 red 红色
c1121f deep red 深红色
8b0000 dark red 暗红色
800020 burgundy 酒红色
b7410e rust 铁锈红
cb4154 brick red 砖红色
fa8072 salmon 鲑鱼粉
ff7f50 coral 珊瑚色
e2725b terracotta 陶土色
ffdab9 peach 蜜桃色
ffd8c2 pale apricot 浅杏色
ff4500 vermilion 朱红色
ff8c00 orange 橙色
f2a541 golden orange 金橙色
ffb347 light orange 浅橙色
cc5500 burnt orange 焦橙色
ffbf00 amber 琥珀色
ffd700 golden yellow 金黄色
ffff00 bright yellow 亮黄色
f7e463 yellow 黄色
fffaa0 pale yellow 浅黄色
d4af37 gold 金色
b8860b dark gold 暗金色
e1ad01 mustard yellow 芥末黄
808000 olive 橄榄色
556b2f olive green 橄榄绿
9acd32 yellow green 黄绿色
bfff00 lime green 青柠绿
00ff00 bright green 鲜绿色
43b649 green 绿色
2e8b57 sea green 海绿色
228b22 green 绿色
006400 dark green 深绿色
0b3d2e forest green 森林绿
98c9a3 sage green 鼠尾草绿
98fb98 pale green 浅绿色
3eb489 mint green 薄荷绿
c8f0dc pale mint 浅薄荷色
50c878 emerald green 祖母绿
008080 teal 蓝绿色
2a9d8f teal 蓝绿色
40e0d0 turquoise 绿松石色
00ffff cyan 青色
b2f0f0 pale cyan 浅青色
cfe8f7 pale blue 淡蓝色
a8dadc pale turquoise 浅绿松石色
87ceeb sky blue 天蓝色
6495ed cornflower blue 矢车菊蓝
4682b4 steel blue 钢蓝色
1e90ff bright blue 亮蓝色
2563eb blue 蓝色
0000ff pure blue 纯蓝色
1b4f9c royal blue 宝蓝色
0b3c5d deep blue 深蓝色
14213d navy blue 藏青色
0a0f1f midnight blue 午夜蓝
4b0082 indigo 靛蓝色
6a0dad purple 紫色
3c1361 dark purple 深紫色
8a2be2 violet 紫罗兰色
b57edc lavender purple 薰衣草紫
e6e0fa pale lavender 淡紫色
ff00ff magenta 洋红色
c2185b raspberry 树莓红
e75480 deep pink 深粉色
ff69b4 hot pink 亮粉色
ffb6c1 pink 粉色
fde2e7 pale pink 浅粉色
c08081 dusty rose 灰玫瑰色
"""
_NAMES: tuple[tuple[Lab, str, str], ...] = tuple(
    (to_oklab(rgba(f"#{code}")[:3]), " ".join(english), chinese)
    for code, *english, chinese in map(str.split, _TABLE.strip().splitlines())
)
