"""Draws logo.png, the mark of the example brand: a flame-coloured A in a ring, with a clear background."""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, SMOOTH = 480, 4
INK, FLAME = (20, 33, 61, 255), (228, 87, 46, 255)


def draw_logo() -> Image.Image:
    """RGBA, SIZE × SIZE pixels; drawn larger and scaled down, so that its edges are smooth."""
    side = SIZE * SMOOTH
    logo = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(logo)
    pen.ellipse([side * 0.02] * 2 + [side * 0.98] * 2, fill=INK)
    pen.ellipse([side * 0.07] * 2 + [side * 0.93] * 2, fill=(255, 253, 247, 255))
    pen.polygon(
        [(side * x, side * y) for x, y in ((0.5, 0.17), (0.79, 0.77), (0.645, 0.77), (0.5, 0.45), (0.355, 0.77), (0.21, 0.77))],
        fill=FLAME,
    )
    pen.rectangle([side * 0.4, side * 0.6, side * 0.6, side * 0.67], fill=INK)
    return logo.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    draw_logo().quantize(64).save(Path(__file__).with_name("logo.png"), optimize=True)
