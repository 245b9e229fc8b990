"""How good the small model is, on posters that no training saw.

    python -m layoutgen.renderer.mini.training.measure --posters 200 [--model FOLDER] [--setting first|off|string|…] [--loop]

`posters.py` says how held-out posters differ from training posters. For each setting, the first attempt starts from pure noise
and a plan that nothing is forced on; `--loop` continues as `render` does, up to six attempts and without typesetting. An object
is right if its kind is in the right third of the canvas.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from PIL import Image, ImageDraw, ImageFont

from layoutgen.check import Reader, open_reader
from layoutgen.check.model import Verdict
from layoutgen.conditions import Conditions
from layoutgen.pipeline import Compiled, make
from layoutgen.record.result import Result
from layoutgen.renderer.mini import WEIGHTS, open_renderer
from layoutgen.renderers import Renderer

from .object_judge import JudgedObject, judge_objects
from .posters import random_poster
from .samples import compiled_of

SETTINGS: dict[str, tuple[str, ...]] = {
    "first": (),
    "off": ("regions.grain=none",),
    "string": ("regions.grain=string",),
    "forced": ("planner.forcing=force",),
}
"""What is measured: region conditions as trained, off, per string, and with the draft's plan."""
_PAGE = 24


def held_out(count: int, skip: int = 0) -> Iterator[tuple[int, Compiled]]:
    """Posters that can be laid out, with their seeds; not the first `skip` of them."""
    candidates = ((seed, compiled_of(random_poster(seed, held_out=True), seed)) for seed in itertools.count())
    return itertools.islice(((seed, compiled) for seed, compiled in candidates if compiled is not None), skip, skip + count)


def slogans_in_place(result: Result, conditions: Conditions) -> tuple[int, int]:
    """Of the slogans that were read at all, how many have their centre in their own box; and how many were read."""
    boxes = {glyph.id: glyph.box for glyph in conditions.glyphs}
    read = [slogan for slogan in result.record.verdict.slogans if slogan.read and slogan.read_box]
    in_place = 0
    for slogan in read:
        left, top, width, height = slogan.read_box or (0, 0, 0, 0)
        x, y, w, h = boxes[slogan.id]
        in_place += x <= left + width / 2 <= x + w and y <= top + height / 2 <= y + h
    return in_place, len(read)


def sheet(pictures: list[tuple[Image.Image, str]]) -> Image.Image:
    """Pictures side by side, six in a row, each with a line under it."""
    side, line, columns = 240, 22, 6
    page = Image.new("RGB", (columns * side, -(-len(pictures) // columns) * (side + line)), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(size=13)
    for number, (picture, words) in enumerate(pictures):
        left, top = number % columns * side, number // columns * (side + line)
        small = picture.copy()
        small.thumbnail((side - 8, side - 4))
        page.paste(small, (left + (side - small.width) // 2, top + (side - small.height) // 2))
        pen.text((left + side / 2, top + side + line / 2), words, fill="black", font=font, anchor="mm")
    return page


@dataclass(frozen=True)
class PosterOutcome:
    """How one poster turned out."""

    slogans: int
    right: int
    likeness: float
    """Similarity of what was read, summed over the slogans."""
    passed: bool
    first: tuple[int, bool]
    """After the first attempt: slogans right, and whether the poster was."""
    attempts: int
    slogans_in_place: int
    read: int
    objects: tuple[JudgedObject, ...]
    reasons: tuple[str, ...]
    """Why it did not pass."""
    memory: float
    """GiB: the largest memory of the process until then."""
    seconds: float
    picture: Image.Image


def measure_poster(seed: int, renderer: Renderer, reader: Reader, attempts: int) -> PosterOutcome:
    """Make and judge the held-out poster with this seed, one of those that can be laid out."""
    compiled = compiled_of(random_poster(seed, held_out=True), seed)
    assert compiled is not None, "seeds are those of posters that can be laid out"
    started = time.perf_counter()
    result = make(compiled, renderer, reader, attempts=attempts)
    seconds, verdict = time.perf_counter() - started, result.record.verdict
    in_place, read = slogans_in_place(result, compiled.conditions)
    first = result.record.attempts[0].verdict
    return PosterOutcome(
        slogans=len(verdict.slogans),
        right=_right(verdict),
        likeness=sum(1 - slogan.distance for slogan in verdict.slogans),
        passed=verdict.status == "passed",
        first=(_right(first), first.status == "passed"),
        attempts=len(result.record.attempts),
        slogans_in_place=in_place,
        read=read,
        objects=tuple(judge_objects(result.image, compiled.conditions)),
        reasons=(*verdict.reasons, result.record.stopped) if not verdict.passed else (),
        memory=max(attempt.memory or 0.0 for attempt in result.record.attempts),
        seconds=seconds,
        picture=result.image.convert("RGB"),
    )


def _right(verdict: Verdict) -> int:
    return sum(slogan.status == "passed" for slogan in verdict.slogans)


_worker: list[Callable[[int], PosterOutcome]] = []
"""How this worker process measures a poster."""


def _start_worker(model: str | None, pairs: tuple[str, ...], attempts: int) -> None:
    torch.set_num_threads(1)
    renderer = open_renderer(model=model, set=pairs)
    _worker.append(partial(measure_poster, renderer=renderer, reader=open_reader(), attempts=attempts))


def _measure_in_worker(seed: int) -> PosterOutcome:
    return _worker[0](seed)


def measure_posters(
    seeds: list[int], model: str | None, pairs: tuple[str, ...], attempts: int, workers: int
) -> Iterator[PosterOutcome]:
    """These posters, in order. More than one worker: that many processes of one thread each."""
    if workers == 1:
        with open_renderer(model=model, set=pairs) as renderer:
            yield from map(partial(measure_poster, renderer=renderer, reader=open_reader(), attempts=attempts), seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker, initargs=(model, pairs, attempts)) as pool:
        yield from pool.map(_measure_in_worker, seeds)


def measure(
    count: int,
    setting: str,
    *,
    model: str | None,
    attempts: int,
    skip: int = 0,
    workers: int = 1,
    pictures: Path | None = None,
    page: Path | None = None,
    more: tuple[str, ...] = (),
) -> dict[str, Any]:
    """One row of the table; the first 24 pictures, good or bad, go on the page."""
    seeds = [seed for seed, _ in held_out(count, skip)]
    measured: list[PosterOutcome] = []
    page_pictures: list[tuple[Image.Image, str]] = []
    outcomes = measure_posters(seeds, model, (*SETTINGS[setting], *more), attempts, workers)
    for seed, outcome in zip(seeds, outcomes, strict=True):
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            outcome.picture.save(pictures / f"{setting}-{attempts}-{seed:04}.png")
        if len(page_pictures) < _PAGE:
            page_pictures.append((outcome.picture, f"{outcome.right} of {outcome.slogans}"))
        measured.append(outcome)
        right, slogans = sum(outcome.right for outcome in measured), sum(outcome.slogans for outcome in measured)
        print(f"\r{len(measured)}/{count} {right}/{slogans}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if page is not None:
        sheet(page_pictures).save(page, quality=70)
    objects, read = [item for outcome in measured for item in outcome.objects], sum(outcome.read for outcome in measured)
    return {
        "setting": setting,
        "set": list(more),
        "model": str(model or WEIGHTS),
        "skip": skip,
        "attempts": attempts,
        "posters": count,
        "first_slogans_right": round(sum(outcome.first[0] for outcome in measured) / slogans, 4),
        "first_posters_right": round(sum(outcome.first[1] for outcome in measured) / count, 4),
        "posters_right": round(sum(outcome.passed for outcome in measured) / count, 4),
        "attempts_made": round(sum(outcome.attempts for outcome in measured) / count, 2),
        "slogans": slogans,
        "slogans_right": round(right / slogans, 4),
        "similarity": round(sum(outcome.likeness for outcome in measured) / slogans, 4),
        "inside": round(sum(outcome.slogans_in_place for outcome in measured) / read, 4) if read else None,
        "read": read,
        "objects": len(objects),
        "objects_right": round(sum(item.right for item in objects) / len(objects), 4) if objects else None,
        "confused": dict(Counter(f"{item.expected} as {item.recognised}" for item in objects if not item.right).most_common()),
        "failed": {seed: outcome.reasons for seed, outcome in zip(seeds, measured, strict=True) if outcome.reasons},
        "memory": round(max(outcome.memory for outcome in measured), 2),
        "seconds": round(sum(outcome.seconds for outcome in measured) / count, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posters", type=int, default=200, help="number of held-out posters")
    parser.add_argument("--skip", type=int, default=0, help="posters to leave out first, to measure in several runs")
    parser.add_argument("--model", help="folder of the weights; by default those that are shipped")
    parser.add_argument("--setting", action="append", choices=sorted(SETTINGS), help="what to compare; can be repeated")
    parser.add_argument("--loop", action="store_true", help="up to six attempts")
    parser.add_argument("--workers", type=int, default=1, help="processes of one thread each; 1: one process with all threads")
    parser.add_argument("--pictures", type=Path, help="keep them in this folder")
    parser.add_argument("--page", type=Path, help="write a page of the first 24 pictures, e.g. page.webp")
    parser.add_argument("--set", action="append", default=[], help="engine settings, as of `render`")
    arguments = parser.parse_args()
    if arguments.page and len(arguments.setting or ()) > 1:
        parser.error("a page shows one setting")
    for setting in arguments.setting or ["first"]:
        row = measure(
            arguments.posters,
            setting,
            model=arguments.model,
            attempts=6 if arguments.loop else 1,
            skip=arguments.skip,
            workers=arguments.workers,
            pictures=arguments.pictures,
            page=arguments.page,
            more=tuple(arguments.set),
        )
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    # Through the module's own name, under which worker processes find what is sent to them.
    from layoutgen.renderer.mini.training.measure import main as run

    run()
