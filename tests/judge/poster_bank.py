"""Posters of eight slogans each, for faults to be seeded in: `poster(number)` is always the same text of a `.poster` file."""

from __future__ import annotations

import random


def _listed(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split("|"))


WITH_FIGURES = _listed("""
    Up to 50% off | now 9,99 € | only $4.95 | was €129.00 | Save £15 today | 3 for 2 | 25% on all shoes | Sat 14 June |
    12.08.2025 | 10:30 – 18:00 | Open 24/7 | Room 217 | +49 30 901820 | Call 0800 123 456 | from 1,299 € | 750 ml | 2 ×
    330 g | Est. 1987 | Gate B12 | Only 8 left | Buy 2, get 1 free | Code SUMMER25 | 7 days a week | Size 42 | Tickets 18
    € / 12 € | Vol. 6 | €0.79 | 5th floor | Doors 19:45 | No. 316 | 30-day trial | $1,250 prize | Ab 5. Mai | nur 3,49 € |
    bis zu 70 % Rabatt | dès 19,90 € | 13–17 Uhr | 90 minutos | 满300减50 | 全场5折 | 仅售 ¥68 | 11月11日 |
    100% cotton | 4 K · 60 Hz | Level 33 | Table 19 | 20% extra | 6 weeks | since 1845 | IBU 38 · 5.2 % | -20% | -15 °C |
    −30% today | 5‰ | 0 km | 50 | $12 | 9.99 | 1 299 kr | -5 €
""")
WITHOUT = _listed("""
    Summer Sale | Fresh every morning | Grand Opening | Book your table | Handmade in Lisbon | Winter Collection | Live at
    the Harbour | Free delivery | Last chance | Welcome home | Taste the coast | Open air cinema | Be first in line | Slow
    coffee | Garden Party | Find your pace | The quiet hotel | Made by hand | Hello, neighbour! | Fall in love again |
    Terms apply | Sold while stocks last | Illinois Fair | Billiard Hall | Modern corner | Burning candles | Clear skies |
    Only this weekend | Big Band Night | Sunday Brunch | Learn to sail | Yoga for all | Sommerfest am See | Größte Auswahl
    | Frische Brötchen | Über den Dächern | Soldes d'été | Crème brûlée | Mañana es hoy | Fête de la musique | 夏日大促销 |
    きっと来る | びょういん | チョコレート | 新品上市 | 干果特卖 | 未来市场 | SALE | NEW IN | every day | US |
    限时优惠 | 欢迎光临 | Jazz & Blues | Who's next? | Meet the makers | Wild honey | Dress code: white | Tomorrow
""")
FACES = (
    ("Noto Sans", ""), ("Archivo", ""), ("Anton", ""), ("Bebas Neue", ""), ("Oswald", ""), ("Playfair Display", ""),
    ("Abril Fatface", ""), ("Alfa Slab One", ""), ("Lobster", ""), ("Pacifico", ""), ("Noto Serif", ""),
    ("Noto Sans Mono CJK JP", ""), ("Noto Sans", "weight: 800"), ("Noto Serif", "italic: yes"), ("Oswald", "weight: 300"),
)  # fmt: skip
SCENERY = (
    "misty forest at dawn", "sunlit beach with striped umbrellas", "city skyline at night", "snow in the mountains",
    "autumn leaves on wood boards", "marble table with confetti",
)  # fmt: skip
GROUNDS = (
    ("{ fill: #F4EFE6 }", ("#202020", "#7A1F1F", "#0B3C5D")),
    ("{ fill: #0B3C5D }", ("#FFF8E7", "#F2A541", "#FFFFFF")),
    ("{ fill: gradient(#FFF6E9, #FFD9C7, 60deg) }", ("#3B2118", "#B0264C", "#101820")),
    ("{ fill: #D7263D }", ("#FFFFFF", "#FFF1C9", "#101820")),
    ("SCENERY", ("",)),
    ("SCENERY", ("",)),
)
"""A third of them scenery, on which the colours of letters are decided by their contrast."""
ROWS = ((2.0, 12.0), (14.5, 11.5), (26.5, 5.5), (32.5, 8.0), (51.0, 5.0), (56.5, 10.5), (67.5, 4.2), (72.0, 8.0))
"""Top and height of each slogan's region, percent of the canvas."""
FREE = ((40.5, 9.0), (82.0, 14.0))
"""Top and height of two strips where nothing is asked for, percent."""
WIDTH, HEIGHT = 1080, 1350


def poster(number: int) -> str:
    """Every second slogan has figures; no string comes twice on a poster. Each face comes on each ground in 90 posters."""
    rng = random.Random(number)
    figures, plain = rng.sample(WITH_FIGURES, 4), rng.sample(WITHOUT, 4)
    face, more = FACES[number % len(FACES)]
    ground, inks = GROUNDS[number // len(FACES) % len(GROUNDS)]
    ground = f'"{rng.choice(SCENERY)}"' if ground == "SCENERY" else ground
    lines = [f'poster 1 "Faults {number}"', f"canvas full {WIDTH}x{HEIGHT}", "language en", "min-size: 8px"]
    lines.append(f"backdrop {ground}")
    for row, (top, height) in enumerate(ROWS):
        text = (figures if row % 2 else plain)[row // 2]
        ink = rng.choice(inks)
        looks = [f"color: {ink}"] if ink else []
        if all(character < "\u3000" for character in text):
            looks += [f'font: "{face}"', *([more] if more else [])]
        if rng.random() < 0.12:
            looks.append("case: upper")
        if rng.random() < 0.12:
            looks.append("letter-spacing: 6%")
        if rng.random() < 0.08:
            looks.append(rng.choice(("strike: yes", "underline: yes")))
        if rng.random() < 0.06:
            looks.append(rng.choice(("outline: #808080 3%", "shadow: #00000060 4% 5% 4%")))
        left = rng.choice((4, 10, 22))
        lines.append(
            f"region t{row} {{ box: {left}% {top}% {96 - left}% {height}%; align: {rng.choice(('left', 'center', 'right'))}"
        )
        lines.append(f'  slogan "{text}" {{ {"; ".join(looks)} }}')
        lines.append("}")
    return "\n".join(lines) + "\n"
