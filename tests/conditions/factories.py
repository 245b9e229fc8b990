"""Small documents and layouts, made by hand: what earlier stages would hand to lowering."""

from __future__ import annotations

from typing import Any

from layoutgen.base.model import Box
from layoutgen.base.style import BoxStyle, Lettering
from layoutgen.diagnostics import Source, Span
from layoutgen.document.model import (
    Backdrop,
    Canvas,
    Contrast,
    Document,
    Element,
    Group,
    Image,
    Object,
    Placement,
    Qr,
    Region,
    Relation,
    RelationKind,
    Slogan,
    Verify,
)
from layoutgen.layout.model import Layout, Placed
from layoutgen.typeset.model import Character, Line, SetText

SOURCE = Source("sale.poster", "slogan\nobject\nrequire\nimage\n")
HERE = Span(SOURCE, 0, 6)


def slogan(name: str, text: str, *, look: BoxStyle | None = None, draw: str = "generate", **more: Any) -> Slogan:
    """`more`: fields of the slogan; those of its lettering go in as `lettering={…}`."""
    lettering = Lettering(**more.pop("lettering", {}))
    verify = Verify(**more.pop("verify", {}))
    return Slogan(
        id=name,
        name=name.split(".")[-1],
        text=text,
        lettering=lettering,
        draw=draw,
        verify=verify,
        look=look or BoxStyle(),
        where=HERE,
        **more,
    )


def region(name: str, *children: Element, look: BoxStyle | None = None, rotate: float = 0.0) -> Region:
    return Region(id=name, name=name, children=children, look=look or BoxStyle(), rotate=rotate, where=HERE)


def group(name: str, *children: Element) -> Group:
    return Group(id=name, name=name, children=children, where=HERE)


def thing(name: str, description: str, kind: RelationKind | None = None, *targets: str) -> Object:
    relations = (Relation(kind=kind, targets=targets, where=HERE),) if kind else ()
    where = Span(SOURCE, 7, 13)
    return Object(id=name, name=name, description=description, placement=Placement(relations=relations), where=where)


def image(name: str, source: str, **more: Any) -> Image:
    return Image(id=name, name=name, source=source, size=(200, 100), where=HERE, **more)


def qr(name: str, content: str) -> Qr:
    return Qr(id=name, name=name, content=content, where=HERE)


def require(element: str, operator: str, value: float) -> Contrast:
    return Contrast(element=element, operator=operator, value=value, where=Span(SOURCE, 14, 21))


def set_text(text: str, box: Box, lettering: Lettering, size: float | None = None, direction: str = "ltr") -> SetText:
    """Set line by line where the text breaks, with cells of equal width: enough for everything that lowering looks at."""
    rows = text.split("\n") if text else []
    left, top, width, height = box
    size = size or min(height / max(1, len(rows)) / 1.2, 2 * width / max(1, *map(len, rows), 1))
    lines, characters, start = [], [], 0
    for number, row in enumerate(rows):
        cell = max(1, round(min(size * 0.5, width / max(1, len(row)))))
        y = top + round(number * size * 1.15)
        lines.append(Line(text=row, box=(left, y, max(1, cell * len(row)), max(1, round(size))), baseline=y + size * 0.8))
        for at, letter in enumerate(row):
            end = start + len(letter.encode())
            if not letter.isspace():
                characters.append(
                    Character(start=start, end=end, box=(left + at * cell, y, cell, max(1, round(size))), line=number)
                )
            start = end
        start += 1
    return SetText(
        text=text,
        size=size,
        lettering=lettering,
        direction=direction,
        faces=("Noto Sans",),
        box=box,
        lines=tuple(lines),
        characters=tuple(characters),
    )


def poster(
    boxes: dict[str, Box],
    *elements: Element,
    canvas: tuple[int, int] = (1080, 1350),
    locale: str = "en",
    sizes: dict[str, float] | None = None,
    **more: Any,
) -> tuple[Document, Layout]:
    """A document of these elements and a layout with each of them in its box; `more`: fields of the document."""
    page = Canvas(name="feed", width=canvas[0], height=canvas[1], where=HERE)
    placed: list[Placed] = []

    def put(element: Element, parent: str | None) -> None:
        if element.id in boxes:
            box = boxes[element.id]
            text = None
            if isinstance(element, Slogan):
                direction = element.lettering.direction.replace("auto", "ltr")
                text = set_text(element.text, box, element.lettering, (sizes or {}).get(element.id), direction)
            placed.append(Placed(id=element.id, parent=parent, box=box, element=element, text=text))
        if isinstance(element, Region | Group):
            for child in element.children:
                put(child, element.id)

    for element in elements:
        put(element, None)
    backdrop = more.pop("backdrop", Backdrop())
    document = Document(
        title="Summer Sale",
        file="sale.poster",
        locale=locale,
        languages=(locale,),
        canvases=(page,),
        backdrop=backdrop,
        elements={"feed": elements},
        **more,
    )
    return document, Layout(canvas=page, locale=locale, placed=tuple(placed))


def summer_sale(locale: str = "en") -> tuple[Document, Layout]:
    """The sample of the language page, laid out by hand."""
    shout: dict[str, Any] = {"face": "heavy condensed sans", "color": "#fff8e7"}
    words = {
        "en": ("SUMMER SALE", "Up to 50% off", "now €9.99", "While stocks last. Sizes and colours may vary by shop."),
        "zh": ("夏季特卖", "低至五折", "仅售 €9.99", "数量有限，售完为止。各门店款式与颜色可能略有不同，以实际到店商品为准。"),
    }[locale]
    things = {
        "en": ("a ginger tabby cat", "a golden retriever", "a giraffe holding a book"),
        "zh": ("一只橘色虎斑猫", "一只金毛犬", "一只拿着书的长颈鹿"),
    }[locale]
    look, never, scene = {
        "en": (
            "mid-century travel poster, screen-print texture",
            "people, watermarks",
            "sunlit beach with striped umbrellas, soft morning light",
        ),
        "zh": ("复古旅行海报，丝网印刷质感", "人物，水印", "撑着条纹遮阳伞的阳光海滩，清晨柔和的光线"),
    }[locale]
    sea = BoxStyle(panel="#0b3c5d", radius={"value": 24, "unit": "px"})
    elements = (
        region("header", slogan("header.headline", words[0], lettering=shout), look=sea),
        region(
            "offer",
            slogan("offer.1", words[1], lettering=shout),
            slogan("offer.price", words[2], draw="typeset", lettering=shout),
        ),
        thing("cat", things[0]),
        thing("dog", things[1]),
        thing("giraffe", things[2], "between", "cat", "dog"),
        region("footer", slogan("footer.1", words[3], lettering={"color": "#0b3c5d"})),
        image("logo", "assets/logo.png"),
        qr("link", "https://example.com/s"),
    )
    boxes: dict[str, Box] = {
        "header": (102, 54, 876, 275), "header.headline": (102, 54, 876, 275), "offer": (199, 367, 682, 150),
        "offer.1": (199, 367, 682, 90), "offer.price": (340, 462, 400, 55), "cat": (54, 500, 292, 437),
        "dog": (734, 500, 292, 437), "giraffe": (366, 560, 348, 560), "footer": (218, 1221, 644, 75),
        "footer.1": (218, 1221, 644, 75), "logo": (890, 1228, 136, 68), "link": (54, 1180, 116, 116),
    }  # fmt: skip
    return poster(
        boxes,
        *elements,
        locale=locale,
        sizes={"header.headline": 150, "offer.1": 68, "offer.price": 40, "footer.1": 24},
        look=look,
        never=never,
        backdrop=Backdrop(description=scene),
        palette={"sun": "#f2a541", "sea": "#0b3c5d", "cream": "#fff8e7"},
        requires=(require("header", ">=", 4.5),),
        verify=Verify(attempts=6, candidates=2, then="typeset"),
    )
