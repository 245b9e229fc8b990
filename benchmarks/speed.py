"""How fast the way through is: medians, with the goals beside them.

    python benchmarks/speed.py [--runs N] [--json]

Run by hand on a quiet machine; nothing in the tests depends on it. The check of a poster of four slogans on scenery, and of a
menu of 26 lines, is compared with RapidOCR reading the whole picture in the same run, in wall and CPU time; everything else
with a goal for two ordinary cores. `benchmarks/campaign.py workers` has what a draft campaign makes a second.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import layoutgen
from layoutgen.base.picture_formats import encode
from layoutgen.check import check_picture, open_reader
from layoutgen.compositing.composite import composite
from layoutgen.conditions import DRAFT
from layoutgen.pipeline import Compiled, compile_poster

HERE = Path(__file__).parent
SAMPLE = HERE / "sample" / "sale.poster"
MENU = """poster 1 "Menu"
canvas board 1080x1920 { margin: 4% }
backdrop "a slate board on a wooden wall"
region list { at: center of canvas; size: 92% x 92%; gap: 1%
LINES}
"""
"""Lines of a dish and a price."""
DISHES = ("Tomato soup", "Green salad", "Goat cheese", "Fish of the day", "Roast beef", "Mushroom risotto", "Apple cake")
PARAMS = {"price": "49.99", "legal": "Offer ends 30 June"}


def median_ms(action: Callable[[], object], runs: int) -> float:
    """Median wall time of `runs` calls after one warm-up, in milliseconds."""
    action()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def compiled(params: dict[str, str] | None = None, poster: layoutgen.Poster | None = None) -> Compiled:
    return compile_poster(poster or layoutgen.load(SAMPLE), params or PARAMS, limits=DRAFT)


def cold_check() -> None:
    subprocess.run([sys.executable, "-m", "layoutgen", "check", str(SAMPLE)], check=True, capture_output=True)


def measure(runs: int) -> list[dict[str, Any]]:
    """One row a figure: what, milliseconds (or ratio), goal."""
    poster = layoutgen.load(SAMPLE)
    rows = iter(range(10**6))

    def next_row() -> Compiled:
        number = next(rows)
        return compiled(
            {"price": f"{number % 90 + 10}.99", "headline": f"SALE {number}", "legal": "Offer ends 30 June"}, poster
        )

    one = compiled()
    renderer = layoutgen.open_renderer("draft")

    def draft() -> bytes:
        return encode(composite(renderer.render(one.conditions).image, one.conditions), ".png")

    return [
        {"what": "parse to conditions, sample poster", "ms": median_ms(compiled, runs), "goal": 20},
        {"what": "parse to conditions, a second row", "ms": median_ms(next_row, runs), "goal": 5},
        {"what": "layoutgen check, cold process", "ms": median_ms(cold_check, max(3, runs // 4)), "goal": 300},
        {"what": "draft 1080x1350 to PNG bytes", "ms": median_ms(draft, runs), "goal": 120},
        *checks("four slogans", one, max(3, runs // 4), 0.3),
        *checks("menu of 26 lines", menu(), max(3, runs // 4), 0.5),
    ]


def menu() -> Compiled:
    lines = (f'  slogan "{DISHES[n % len(DISHES)]} {n % 9 + 4}.{n % 10}0"\n' for n in range(26))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "menu.poster"
        path.write_text(MENU.replace("LINES", "".join(lines)))
        return compile_poster(layoutgen.load(path), {}, limits=DRAFT)


def checks(name: str, one: Compiled, runs: int, goal: float) -> list[dict[str, Any]]:
    """The check of a draft, and RapidOCR on all of it: milliseconds, and their ratio in wall and CPU time."""
    with layoutgen.open_renderer("draft") as renderer:
        picture = composite(renderer.render(one.conditions).image, one.conditions)
    reader = open_reader()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        picture.save(path)
        check, whole = median_pair(lambda: check_picture(picture, one.conditions, reader), whole_image_ocr(path), runs)
    return [
        {"what": f"check of {name}, calibration cached", "ms": check[0], "goal": None},
        {"what": f"RapidOCR on the whole picture, {name}", "ms": whole[0], "goal": None},
        {"what": f"check / RapidOCR, {name}, wall", "ratio": check[0] / whole[0], "goal": goal},
        {"what": f"check / RapidOCR, {name}, CPU", "ratio": check[1] / whole[1], "goal": goal},
    ]


def whole_image_ocr(path: Path) -> Callable[[], object]:
    """RapidOCR as it comes out of the box, on the whole picture."""
    from rapidocr import RapidOCR

    engine = RapidOCR()
    return lambda: engine(str(path))


def median_pair(
    first: Callable[[], object], second: Callable[[], object], runs: int
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Medians of wall and CPU milliseconds of two actions timed in turn, so that a drifting machine drifts for both."""
    first(), second()
    taken: tuple[list[tuple[float, float]], list[tuple[float, float]]] = ([], [])
    for _ in range(runs):
        for action, times in zip((first, second), taken, strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            action()
            times.append(((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000))
    one, other = ([statistics.median(column) for column in zip(*times, strict=True)] for times in taken)
    return (one[0], one[1]), (other[0], other[1])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    arguments.add_argument("--runs", type=int, default=20)
    arguments.add_argument("--json", action="store_true")
    options = arguments.parse_args()
    rows = measure(options.runs)
    if options.json:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        value = f"{row['ms']:8.1f} ms" if "ms" in row else f"{row['ratio']:8.2f}   "
        goal = "" if row["goal"] is None else f"goal {row['goal']:g}"
        print(f"{row['what']:<44} {value}  {goal}")


if __name__ == "__main__":
    main()
