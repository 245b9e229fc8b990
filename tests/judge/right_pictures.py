"""What may be done to a right picture without making it wrong, by name."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Variant = Callable[["Image", random.Random], "Image"]


def unchanged(image: Image, rng: random.Random) -> Image:
    return image


def compressed(image: Image, rng: random.Random) -> Image:
    """JPEG of a quality from 15 to 50."""
    from PIL import Image as Images

    file = io.BytesIO()
    image.save(file, "JPEG", quality=rng.randint(15, 50))
    return Images.open(file).convert("RGB")


def scaled(image: Image, rng: random.Random) -> Image:
    """From 0.6 to 2 times as large."""
    from PIL.Image import Resampling

    share = rng.choice((0.6, 0.75, 0.9, 1.25, 1.5, 2.0))
    return image.resize((round(image.width * share), round(image.height * share)), Resampling.LANCZOS)


def turned(image: Image, rng: random.Random) -> Image:
    """By up to a degree, either way."""
    from PIL.Image import Resampling

    return image.rotate(rng.uniform(-1, 1), Resampling.BICUBIC, fillcolor=image.getpixel((3, 3)))


def noisy(image: Image, rng: random.Random) -> Image:
    """Noise with a standard deviation of up to 16 levels."""
    import numpy as np
    from PIL import Image as Images

    noise = np.random.default_rng(rng.randrange(2**32)).normal(0, rng.uniform(4, 16), (image.height, image.width, 3))
    return Images.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def blurred(image: Image, rng: random.Random) -> Image:
    """By up to 1.5 pixels."""
    from PIL import ImageFilter

    return image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 1.5)))


def handed_on(image: Image, rng: random.Random) -> Image:
    """Scaled down, compressed, and scaled up again."""
    small = image.resize((round(image.width * 0.7), round(image.height * 0.7)))
    return compressed(small, rng).resize(image.size)


VARIANTS: Mapping[str, Variant] = {
    way.__name__: way for way in (unchanged, compressed, scaled, turned, noisy, blurred, handed_on)
}
