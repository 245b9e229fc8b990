"""Effects that drawing knows: words such as `neon tubes` looked up in one small table."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops, ImageFilter

from layoutgen.base.color import mix_hex, stops
from layoutgen.base.style import Gradient, Paint
from layoutgen.typeset.paint import fill, masked


@dataclass(frozen=True)
class Effect:
    name: str
    words: tuple[str, ...]
    """Any of them in `effect:` asks for it."""
    explain: str
    reach: float
    """How far it draws beyond the letters, in ems."""


EFFECTS = (
    Effect("neon", ("neon", "glow", "glowing"), "bright letters with a glow in their colour", 0.6),
    Effect("emboss", ("emboss", "embossed", "relief", "chiselled", "letterpress"), "letters raised from the ground", 0.06),
    Effect("gradient", ("gradient", "metallic", "chrome", "gold", "foil"), "a sheen from light to dark down the letters", 0.0),
    Effect("extruded", ("extruded", "3d", "block", "retro"), "letters with depth, towards the lower right", 0.14),
)


def known(words: str | None) -> Effect | None:
    """The effect that the words ask for, if drawing knows it."""
    terms = (words or "").lower().replace(",", " ").split()
    return next((effect for effect in EFFECTS if any(word in effect.words for word in terms)), None)


def beneath(effect: Effect, mask: Image.Image, size: float, paint: Paint) -> list[Image.Image]:
    """RGBA layers under the letters, the lowest first. `mask` covers the letters, `size` is the type size in pixels."""
    color = stops(paint)[0]
    if effect.name == "neon":
        wide = mask.filter(ImageFilter.GaussianBlur(size * 0.18)).point(_gain(2.2))
        near = mask.filter(ImageFilter.GaussianBlur(size * 0.05)).point(_gain(1.5))
        return [masked(fill(mask.size, color), wide), masked(fill(mask.size, color), near)]
    if effect.name == "extruded":
        depth = max(1, round(size * 0.12))
        dark = mix_hex(color, "#000000", 0.55)
        body = mask
        for step in range(1, depth + 1):
            body = ImageChops.lighter(body, moved(mask, step, step))
        return [masked(fill(mask.size, dark), body)]
    if effect.name == "emboss":
        far = max(1.0, size * 0.02)
        blurred = mask.filter(ImageFilter.GaussianBlur(far * 0.6))
        lit = masked(fill(mask.size, "#ffffff80"), moved(blurred, -round(far), -round(far)))
        return [lit, masked(fill(mask.size, "#00000080"), moved(blurred, round(far), round(far)))]
    return []


def inked(effect: Effect, size: tuple[int, int], paint: Paint) -> Image.Image:
    """The paint of the letters themselves, an RGBA picture of `size` pixels."""
    if effect.name == "neon" and isinstance(paint, str):
        return fill(size, mix_hex(paint, "#ffffff", 0.72))
    if effect.name == "gradient" and isinstance(paint, str):
        light, dark = mix_hex(paint, "#ffffff", 0.45), mix_hex(paint, "#000000", 0.35)
        return fill(size, Gradient(stops=(light, paint, dark, mix_hex(paint, "#ffffff", 0.2)), angle=90))
    return fill(size, paint)


def above(effect: Effect, mask: Image.Image, size: float) -> list[Image.Image]:
    """RGBA layers over the letters."""
    if effect.name != "emboss":
        return []
    far = max(1, round(size * 0.025))
    soft = mask.filter(ImageFilter.GaussianBlur(far * 0.6))
    light = ImageChops.multiply(mask, ImageChops.subtract(soft, moved(soft, far, far)))
    dark = ImageChops.multiply(mask, ImageChops.subtract(soft, moved(soft, -far, -far)))
    return [masked(fill(mask.size, "#ffffffcc"), light), masked(fill(mask.size, "#000000b0"), dark)]


def moved(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    """The mask shifted by whole pixels; what comes in is empty."""
    result = Image.new("L", mask.size, 0)
    result.paste(mask, (dx, dy))
    return result


def _gain(factor: float) -> list[int]:
    return [min(255, round(value * factor)) for value in range(256)]
