"""Draws the pictures of docs/engine.md, each from what one stage really hands on. `python docs/pictures/engine/draw.py`"""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import layoutgen
from layoutgen.base.model import Box
from layoutgen.check import check_picture, open_reader
from layoutgen.check.model import Reading, Verdict
from layoutgen.compositing.composite import composite
from layoutgen.conditions import DRAFT, Conditions
from layoutgen.document import load_text
from layoutgen.layout import Layout
from layoutgen.loop.patch import mask_of
from layoutgen.pipeline import Compiled, compile_poster
from layoutgen.renderer.glm.limits import LIMITS as GLM
from layoutgen.retry import Decision, Step, Task, decide

HERE = Path(__file__).parent
TOUR = HERE.parents[1] / "tour.md"
WIDTH = 480
INK, RED, BLUE, GREY = "#17324D", "#C6322B", "#2A6FDB", "#C3CCD4"
CELL = 16
"""Pixels on a side of the decoder's smallest piece."""


def poster_text() -> str:
    """The poster of the tour, as it stands on its page."""
    return TOUR.read_text("utf-8").partition("```poster title=party.poster\n")[2].partition("```")[0]


def compiled(text: str, limits: layoutgen.conditions.Limits = DRAFT) -> Compiled:
    return compile_poster(load_text(text, "party.poster", HERE), limits=limits, seed=1)


def boxes(layout: Layout) -> Image.Image:
    """Every element's box, its name, and why it is there."""
    picture = Image.new("RGB", (layout.canvas.width, layout.canvas.height), "white")
    for item in layout.placed:
        outer = item.parent is None
        left, top, width, height = item.box
        _frame(picture, item.box, BLUE if outer else RED, 4)
        if outer:
            _write(picture, (left + 10, top + 8), f"{item.id}  {list(item.box)}", BLUE, 30)
            together = " · ".join(item.why)
            lines = [together] if ImageFont.load_default(22).getlength(together) < width - 20 else item.why
            for number, line in enumerate(lines):
                _write(picture, (left + 10, top + 44 + 28 * number), line, INK, 22)
        else:
            ImageDraw.Draw(picture).text(
                (left + width - 10, top + height - 8), item.id, RED, ImageFont.load_default(30), anchor="rs"
            )
    return picture


def characters(conditions: Conditions) -> Image.Image:
    """The box of every character of the first slogan, on the cells of the picture that is to be generated."""
    generation, (glyph, *_) = conditions.generation, conditions.glyphs
    picture = Image.new("RGB", (conditions.canvas.width, conditions.canvas.height), "white")
    pen = ImageDraw.Draw(picture)
    step, begin = CELL * generation.scale, (-generation.crop[0] * generation.scale, -generation.crop[1] * generation.scale)
    for number in range(int(picture.width / step) + 2):
        pen.line([(begin[0] + number * step, 0), (begin[0] + number * step, picture.height)], fill=GREY)
    for number in range(int(picture.height / step) + 2):
        pen.line([(0, begin[1] + number * step), (picture.width, begin[1] + number * step)], fill=GREY)
    data = glyph.text.encode()
    for character in glyph.characters:
        _frame(picture, character.box, BLUE, 4)
        left, top, width, height = character.box
        text = data[character.start : character.end].decode()
        pen.text((left + width / 2, top + height / 2), text, INK, ImageFont.load_default(height * 0.5), anchor="mm")
    left, top, width, height = glyph.box
    return picture.crop((left, top - 60, left + width, top + height + 60))


def drawn(conditions: Conditions) -> Image.Image:
    with layoutgen.open_renderer("draft") as renderer:
        return composite(renderer.render(conditions).image, conditions)


def reading_shown(picture: Image.Image, reading: Reading) -> Image.Image:
    """What was read, where."""
    picture = Image.blend(picture, Image.new("RGB", picture.size, "white"), 0.5)
    for region in reading.regions:
        for line in region.lines:
            _frame(picture, line.box, RED, 5)
            _write(picture, (line.box[0], line.box[1] + line.box[3] + 6), f"{line.text}  {line.score:.2f}", RED, 34)
    return picture


def spoilt(text: str) -> str:
    """The same poster with a letter missing, as an image model may write it."""
    return text.replace("Garden Party", "Garden Prty")


def decided(conditions: Conditions, picture: Image.Image) -> tuple[Verdict, Decision]:
    """The verdict on a picture, and what the ladder says to do about it, for a renderer that can do all."""
    verdict = check_picture(picture, conditions, open_reader())[1]
    task = Task.of(conditions)
    first = Step(Decision("plan", conditions.seed, "the first attempt"), 1.0, verdict, "")
    return verdict, decide([first], task)


def repair(picture: Image.Image, boxes: tuple[Box, ...]) -> Image.Image:
    """What a repair may change is bright, what it may not is dark."""
    mask = mask_of(picture.size, boxes, (), 24)
    return Image.composite(picture, Image.new("RGB", picture.size, INK), Image.fromarray((55 + 200 * mask).astype("uint8")))


def _frame(picture: Image.Image, box: Box, colour: str, width: int) -> None:
    left, top, wide, high = box
    ImageDraw.Draw(picture).rectangle((left, top, left + wide - 1, top + high - 1), outline=colour, width=width)


def _write(picture: Image.Image, place: tuple[int, int], text: str, colour: str, size: int) -> None:
    ImageDraw.Draw(picture).text(place, text, colour, ImageFont.load_default(size))


def save(name: str, picture: Image.Image) -> None:
    target = HERE / f"{name}.webp"
    small = picture.convert("RGB").resize((WIDTH, round(picture.height * WIDTH / picture.width)), Image.Resampling.LANCZOS)
    small.save(target, quality=82, method=6)
    print(f"{target.name} {target.stat().st_size / 1000:.0f} kB", file=sys.stderr)


def main() -> None:
    text = poster_text()
    compiled_poster = compiled(text)
    save("layout", boxes(compiled_poster.layout))
    save("characters", characters(compiled(text, GLM).conditions))
    draft = drawn(compiled_poster.conditions)
    save("draft", draft)
    reading, _ = check_picture(draft, compiled_poster.conditions, open_reader())
    save("reading", reading_shown(draft, reading))
    wrong = drawn(compiled(spoilt(text)).conditions)
    verdict, decision = decided(compiled_poster.conditions, wrong)
    print(verdict.slogans[0].reason, "→", decision.action, decision.reason, decision.boxes, file=sys.stderr)
    save("repair", repair(wrong, decision.boxes))


if __name__ == "__main__":
    main()
