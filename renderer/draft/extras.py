"""What stands in the sky or falls through the picture: sun, moon, stars, clouds, snow, light. Drawn in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layoutgen.base.color import contrast_ratio
from layoutgen.base.model import Box

from .color import Rgb, luminance, mix, parse
from .scenes import Extra

Pixels = NDArray[np.uint8]


def paint_extra(extra: Extra, pixels: Pixels, *, horizon: float, seed: int, avoid: Sequence[Box] = ()) -> None:
    """Draw one extra into the pixels (height, width, 3); `horizon` is where the sky ends, as a share of the height.

    A single object that would stand behind the boxes in `keep` is put elsewhere or left out: it could be read as a letter.
    """
    _PAINTERS[extra](_Canvas(pixels, horizon, np.random.default_rng(seed + 101), avoid))


@dataclass(frozen=True)
class _Canvas:
    """What the painters draw on."""

    pixels: Pixels
    horizon: float
    random: np.random.Generator
    avoid: Sequence[Box]

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])

    @property
    def size(self) -> int:
        return min(self.width, self.height)

    @property
    def light(self) -> Rgb:
        """A colour for lights, against the sky as it is."""
        sky = self.pixels[: max(1, int(self.height * self.horizon))].reshape(-1, 3)[::997].mean(0)
        base = (float(sky[0]), float(sky[1]), float(sky[2]))
        glow = parse("#fff3cf")
        return glow if contrast_ratio(luminance(base), luminance(glow)) < 3 else mix(base, glow, 0.8)

    def free(self, x: float, y: float, reach_x: float, reach_y: float) -> bool:
        """Whether no letters stand within reach of a point."""
        return not any(
            left - reach_x < x < left + wide + reach_x and top - reach_y < y < top + high + reach_y
            for left, top, wide, high in self.avoid
        )

    def place(self, reach: float, *levels: float) -> tuple[float, float] | None:
        """A place in the sky for a disc, clear of the letters: at one of these heights, right before left."""
        for level in levels:
            for x in (0.8, 0.2, 0.5, 0.66, 0.34):
                if self.free(x * self.width, level * self.height, reach, reach):
                    return x * self.width, level * self.height
        return None


def light_windows(pixels: Pixels, line: NDArray[np.float32], color: Rgb, *, seed: int) -> None:
    """Lit windows in the buildings below a skyline."""
    height, width = pixels.shape[:2]
    pitch = max(6, height // 78)
    wide, high = max(2, pitch // 3), max(2, pitch // 2)
    random = np.random.default_rng(seed)
    for x in range(pitch // 2, width - wide, pitch):
        roof = float(line[x : x + wide].max())
        if roof - float(line[x : x + wide].min()) > 1:
            continue
        for y in range(int(roof) + pitch // 2, min(height - high, int(roof + height * 0.3)), pitch):
            if random.uniform() < 0.3:
                window = pixels[y : y + high, x : x + wide]
                window[:] = (window * 0.35 + np.array(color) * 0.65).astype(np.uint8)


def blend(pixels: Pixels, left: int, top: int, cover: NDArray[np.float32], color: Rgb) -> None:
    """Mix a colour into a window of the pixels by `cover` (rows, columns) 0 … 1; what lies outside is cut off."""
    height, width = pixels.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + cover.shape[1]), min(height, top + cover.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    window = pixels[y0:y1, x0:x1]
    share = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
    window[:] = (window + (np.array(color, np.float32) - window) * share + 0.5).astype(np.uint8)


def _disc(pixels: Pixels, x: float, y: float, radius: float, color: Rgb, *, soft: float = 1.0, strength: float = 1.0) -> None:
    """A disc with an edge `soft` pixels wide."""
    reach = int(radius + soft) + 2
    left, top = int(x) - reach, int(y) - reach
    rows = np.arange(2 * reach + 1, dtype=np.float32)[:, None] + top - y
    columns = np.arange(2 * reach + 1, dtype=np.float32)[None] + left - x
    cover = np.clip((radius + soft / 2 - np.sqrt(rows * rows + columns * columns)) / soft, 0, 1) * strength
    blend(pixels, left, top, cover.astype(np.float32), color)


def _sun(canvas: _Canvas) -> None:
    size, light = canvas.size, canvas.light
    if not (at := canvas.place(size * 0.1, *(canvas.horizon * level for level in (0.34, 0.5, 0.2, 0.68, 0.12)))):
        return
    for radius, strength in ((0.3, 0.10), (0.2, 0.14), (0.135, 0.2)):
        _disc(canvas.pixels, *at, size * radius, light, soft=size * 0.012, strength=strength)
    _disc(canvas.pixels, *at, size * 0.085, light, strength=0.92)


def _low_sun(canvas: _Canvas) -> None:
    size, light = canvas.size, canvas.light
    x, y = canvas.width * 0.5, canvas.height * canvas.horizon - size * 0.04
    for radius, strength in ((0.42, 0.10), (0.3, 0.14), (0.21, 0.2)):
        _disc(canvas.pixels, x, y, size * radius, light, soft=size * 0.02, strength=strength)
    if canvas.free(x, y, size * 0.14, size * 0.14):
        _disc(canvas.pixels, x, y, size * 0.14, light, strength=0.95)


def _moon(canvas: _Canvas) -> None:
    size = canvas.size
    if not (at := canvas.place(size * 0.08, 0.15, 0.3, 0.42, 0.08)):
        return
    _disc(canvas.pixels, *at, size * 0.14, parse("#fdf6dc"), soft=size * 0.12, strength=0.2)
    _disc(canvas.pixels, *at, size * 0.065, parse("#fdf6dc"), strength=0.95)


def _stars(canvas: _Canvas) -> None:
    pixels, width, height, unit = canvas.pixels, canvas.width, canvas.height, canvas.size / 1080
    count = int(150 * width / height * canvas.horizon) + 40
    for x, y, size, strength in canvas.random.uniform(size=(count, 4)):
        if not canvas.free(x * width, y * y * height * canvas.horizon, 3 * unit, 3 * unit):
            continue
        _disc(
            pixels,
            x * width,
            y * y * height * canvas.horizon,
            (0.8 + 1.5 * size**4) * unit,
            (255, 250, 235),
            soft=1.4,
            strength=0.25 + 0.6 * strength,
        )


def _snow(canvas: _Canvas) -> None:
    pixels, width, height, unit = canvas.pixels, canvas.width, canvas.height, canvas.size / 1080
    for x, y, size in canvas.random.uniform(size=(int(110 * max(1.0, width / height)), 3)):
        radius = (2.5 + 8 * size**3) * unit
        if not canvas.free(x * width, y * height, radius, radius):
            continue
        _disc(pixels, x * width, y * height, radius, (255, 255, 255), soft=radius * 0.9 + 1, strength=0.55)


def _bubbles(canvas: _Canvas) -> None:
    pixels, width, height, unit = canvas.pixels, canvas.width, canvas.height, canvas.size / 1080
    for x, y, size in canvas.random.uniform(size=(34, 3)):
        radius = (5 + 26 * size**3) * unit
        if not canvas.free(x * width, y * height, radius, radius):
            continue
        _disc(pixels, x * width, y * height, radius, (235, 250, 255), soft=2, strength=0.16)
        _disc(
            pixels, x * width - radius * 0.35, y * height - radius * 0.35, radius * 0.22, (255, 255, 255), soft=2, strength=0.5
        )


def _bokeh(canvas: _Canvas) -> None:
    pixels, width, height, size = canvas.pixels, canvas.width, canvas.height, canvas.size
    tints = [parse(color) for color in ("#ffd79a", "#ffb37a", "#ff8f7a", "#ffe9c4")]
    for index, (x, y, scale) in enumerate(canvas.random.uniform(size=(38, 3))):
        radius = size * (0.02 + 0.07 * scale**2)
        _disc(pixels, x * width, (0.25 + 0.75 * y) * height, radius, tints[index % 4], soft=radius * 0.25, strength=0.1)


def _confetti(canvas: _Canvas) -> None:
    """Small turned rectangles, denser at the top."""
    pixels, width, height, unit = canvas.pixels, canvas.width, canvas.height, canvas.size / 1080
    tints = [parse(color) for color in ("#ffffff", "#ffd84d", "#4fc3d9", "#ff6f91", "#7a5cd6", "#57c785")]
    for index, (x, y, turn, size) in enumerate(canvas.random.uniform(size=(int(120 * max(1.0, width / height)), 4))):
        long, short = (9 + 9 * size) * unit, (4 + 4 * size) * unit
        reach = int(long) + 2
        if not canvas.free(x * width, y**1.5 * height, reach, reach):
            continue
        rows = np.arange(-reach, reach + 1, dtype=np.float32)[:, None]
        columns = np.arange(-reach, reach + 1, dtype=np.float32)[None]
        cos, sin = np.cos(turn * np.pi), np.sin(turn * np.pi)
        along, across = np.abs(columns * cos + rows * sin), np.abs(rows * cos - columns * sin)
        cover = np.clip(long - along + 0.5, 0, 1) * np.clip(short - across + 0.5, 0, 1) * 0.85
        blend(pixels, int(x * width) - reach, int(y**1.5 * height) - reach, cover.astype(np.float32), tints[index % 6])


def _blend_coarse(pixels: Pixels, cover: NDArray[np.float64], color: Rgb) -> None:
    """Blend a coarse cover, enlarged smoothly over all pixels."""
    from PIL import Image

    height, width = pixels.shape[:2]
    small = Image.fromarray((np.clip(cover, 0, 1) * 255).astype(np.uint8))
    share = np.asarray(small.resize((width, height), Image.Resampling.BICUBIC)).astype(np.uint16)[..., None]
    tint = np.array(color, np.uint16)
    pixels[:] = ((pixels * (255 - share) + tint * share) // 255).astype(np.uint8)


def _rays(canvas: _Canvas) -> None:
    """Wide beams from above the canvas."""
    y, x = np.mgrid[0:1:96j, 0:1:96j]
    angle = np.arctan2((x - 0.7) * canvas.width / canvas.height, y + 0.25)
    _blend_coarse(canvas.pixels, np.clip(np.sin(angle * 21), 0, 1) * np.clip(1.1 - y, 0, 1) * 0.22, canvas.light)


def _glow(canvas: _Canvas) -> None:
    y, x = np.mgrid[0:1:48j, 0:1:48j]
    _blend_coarse(canvas.pixels, 0.22 * np.exp(-(((x - 0.5) / 0.42) ** 2 + ((y - 0.42) / 0.34) ** 2)), canvas.light)


def _clouds(canvas: _Canvas) -> None:
    """Flat-bottomed clouds of a few discs each."""
    light = canvas.light
    for center, level in ((0.16, 0.16), (0.52, 0.42), (0.9, 0.62), (0.2, 0.78)):
        x, y = (center + canvas.random.uniform(-0.05, 0.05)) * canvas.width, level * canvas.horizon * canvas.height
        span = canvas.size * canvas.random.uniform(0.10, 0.15)
        if not canvas.free(x, y - span * 0.3, span * 1.5, span * 0.4):
            continue
        rows = np.arange(int(-span * 0.7), 2, dtype=np.float32)[:, None]
        columns = np.arange(int(-span * 1.5), int(span * 1.5) + 1, dtype=np.float32)[None]
        cover = np.zeros((rows.shape[0], columns.shape[1]), np.float32)
        for dx, radius in ((-0.85, 0.26), (-0.35, 0.44), (0.2, 0.56), (0.75, 0.32), (1.12, 0.2)):
            distance = np.sqrt((columns - dx * span) ** 2 + (rows + radius * span * 0.25) ** 2)
            cover = np.maximum(cover, np.clip(radius * span * 0.95 - distance + 0.5, 0, 1))
        blend(canvas.pixels, int(x + columns[0, 0]), int(y + rows[0, 0]), cover * 0.42, light)


def _boards(canvas: _Canvas) -> None:
    """Joints between the boards of a table top, closer together the farther away they are."""
    top = int(canvas.horizon * canvas.height)
    for share in (0.0, 0.07, 0.19, 0.37, 0.62):
        y = top + int(share * (canvas.height - top))
        blend(canvas.pixels, 0, y, np.full((max(2, canvas.height // 450), canvas.width), 0.22, np.float32), parse("#3d2515"))


_PAINTERS: dict[str, Callable[[_Canvas], None]] = {
    "sun": _sun,
    "low-sun": _low_sun,
    "moon": _moon,
    "stars": _stars,
    "snow": _snow,
    "bubbles": _bubbles,
    "bokeh": _bokeh,
    "confetti": _confetti,
    "rays": _rays,
    "glow": _glow,
    "clouds": _clouds,
    "boards": _boards,
}
