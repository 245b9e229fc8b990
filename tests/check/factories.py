"""Small conditions and pictures for the check's tests, drawn with plain Pillow so that they owe nothing to typesetting."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import noto_cjk_sans_otc
from PIL import Image, ImageDraw, ImageFont

from layoutgen.base.model import Box
from layoutgen.base.style import Lettering
from layoutgen.check.model import Reading, ReadLine, RegionReading
from layoutgen.conditions.model import CanvasSize, Conditions, Generation, Glyph, GlyphStyle, Overlay, Policy

WIDTH, HEIGHT = 1080, 1350


@cache
def font(size: int, cjk: bool = False) -> ImageFont.FreeTypeFont:
    if cjk:
        folder = files(noto_cjk_sans_otc)
        path = next(str(entry) for entry in _walk(folder) if str(entry).endswith((".ttc", ".otc")))
        return ImageFont.truetype(path, size)
    path = next(str(e) for e in _walk(files("fontpkg_noto_sans")) if "NotoSans[" in str(e))
    return ImageFont.truetype(path, size)


def _walk(folder: Any) -> Any:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry)
        else:
            yield entry


def slogan(name: str, text: str, box: Box, size: int = 60, *, cjk: bool = False, **more: Any) -> Glyph:
    """A slogan whose lines (at `\\n`) are centred in its box, from the top."""
    face = font(size, cjk)
    height = sum(face.getmetrics())
    boxes, baselines = [], []
    for number, line in enumerate(text.split("\n")):
        width = round(face.getlength(line))
        top = box[1] + number * height
        boxes.append((box[0] + (box[2] - width) // 2, top, width, height))
        baselines.append(float(top + face.getmetrics()[0]))
    return Glyph(
        id=name,
        region=name.split(".")[0],
        text=text,
        box=box,
        lines=tuple(text.split("\n")),
        characters=(),
        direction="ltr",
        style=GlyphStyle(
            size=size, lettering=Lettering(), color="#000000", faces=("Noto Sans CJK SC" if cjk else "Noto Sans",)
        ),
        line_boxes=tuple(boxes),
        baselines=tuple(baselines),
        **more,
    )


def conditions(*glyphs: Glyph, overlays: tuple[Overlay, ...] = (), extra: str = "fail", **more: Any) -> Conditions:
    return Conditions.model_validate(
        {
            "canvas": CanvasSize(name="feed", width=WIDTH, height=HEIGHT),
            "locale": "en",
            "generation": Generation(width=WIDTH, height=HEIGHT, crop=(0, 0, WIDTH, HEIGHT), scale=1.0),
            "prompt": "",
            "glyphs": glyphs,
            "overlays": overlays,
            "policy": Policy.model_validate({"extra": extra}),
            **more,
        }
    )


def sale(**more: Any) -> Conditions:
    """Four slogans, as on most posters."""
    return conditions(
        slogan("header.headline", "SUMMER SALE", (54, 60, 972, 200), 130),
        slogan("offer.1", "Up to 50% off", (162, 320, 756, 120), 80),
        slogan("offer.price", "now 9,99 €", (162, 460, 756, 100), 60),
        slogan("footer.legal", "While stocks last. See shop for details.", (162, 1260, 756, 50), 28),
        **more,
    )


def drawn(
    what: Conditions, instead: dict[str, str] | None = None, *, ground: str = "#F2A541", ink: str = "#101820", cjk: bool = False
) -> Image.Image:
    """The picture of a generator that writes `instead` where that is given, centred on each line."""
    image = Image.new("RGB", (what.canvas.width, what.canvas.height), ground)
    pen = ImageDraw.Draw(image)
    for glyph in what.glyphs:
        face = font(round(glyph.style.size), cjk)
        lines = (instead or {}).get(glyph.id, glyph.text).split("\n")
        for line, box in zip(lines, glyph.line_boxes, strict=False):
            pen.text((box[0] + (box[2] - face.getlength(line)) / 2, box[1]), line, font=face, fill=ink)
    return image


def line(text: str, box: Box, score: float = 0.99, figure_score: float | None = None) -> ReadLine:
    scores = tuple(figure_score if figure_score is not None and c.isdigit() else score for c in text)
    return ReadLine(text=text, box=box, score=score, scores=scores)


def perfect(what: Conditions, instead: dict[str, str] | None = None, found: tuple[ReadLine, ...] = ()) -> Reading:
    """The reading of a picture on which every slogan stands in its place, except as `instead` says; "" is nothing."""
    regions = []
    for glyph in what.glyphs:
        texts = (instead or {}).get(glyph.id, glyph.text).split("\n")
        boxes = glyph.line_boxes or (glyph.box,)
        lines = tuple(line(text, boxes[min(i, len(boxes) - 1)]) for i, text in enumerate(texts) if text)
        regions.append(RegionReading(id=glyph.id, lines=lines))
    return Reading(reader="test", regions=tuple(regions), found=found)
