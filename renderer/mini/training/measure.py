"""How good the small model is, on posters that no training saw.

    python -m layoutgen.renderer.mini.training.measure --posters 200 [--model FOLDER] [--setting first|off|string|…] [--loop]

What held-out posters have that those of the training have not is told in `posters`. For each setting the first attempt is made
from pure noise and a plan that nothing is forced on; `--loop` goes on as `render` does, up to six attempts and without
typesetting. An object is right when its kind stands in the right third of the canvas.
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
from layoutgen.renderer.mini import WEIGHTS, open_renderer
from PIL import Image, ImageDraw, ImageFont

from layoutgen.check import Reader, open_reader
from layoutgen.check.model import Verdict
from layoutgen.conditions import Conditions
from layoutgen.pipeline import Compiled, make
from layoutgen.record.result import Result
from layoutgen.renderers import Renderer

from .object_judge import Judged, judge_objects
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
    made = ((seed, compiled_of(random_poster(seed, held_out=True), seed)) for seed in itertools.count())
    return itertools.islice(((seed, compiled) for seed, compiled in made if compiled is not None), skip, skip + count)


def inside(made: Result, conditions: Conditions) -> tuple[int, int]:
    """Of the slogans that were read at all, how many have their middle in their own box; and how many were read."""
    boxes = {glyph.id: glyph.box for glyph in conditions.glyphs}
    found = [slogan for slogan in made.record.verdict.slogans if slogan.read and slogan.read_box]
    within = 0
    for slogan in found:
        left, top, width, height = slogan.read_box or (0, 0, 0, 0)
        x, y, w, h = boxes[slogan.id]
        within += x <= left + width / 2 <= x + w and y <= top + height / 2 <= y + h
    return within, len(found)


def sheet(pictures: list[tuple[Image.Image, str]]) -> Image.Image:
    """Pictures side by side, six in a row, each with a line under it."""
    side, line, across = 240, 22, 6
    whole = Image.new("RGB", (across * side, -(-len(pictures) // across) * (side + line)), "white")
    pen, font = ImageDraw.Draw(whole), ImageFont.load_default(size=13)
    for number, (picture, words) in enumerate(pictures):
        left, top = number % across * side, number // across * (side + line)
        small = picture.copy()
        small.thumbnail((side - 8, side - 4))
        whole.paste(small, (left + (side - small.width) // 2, top + (side - small.height) // 2))
        pen.text((left + side / 2, top + side + line / 2), words, fill="black", font=font, anchor="mm")
    return whole


@dataclass(frozen=True)
class Outcome:
    """What one poster came to."""

    slogans: int
    right: int
    likeness: float
    """Similarity of what was read, summed over the slogans."""
    passed: bool
    first: tuple[int, bool]
    """After the first attempt: slogans right, and whether the poster was."""
    attempts: int
    inside: int
    read: int
    things: tuple[Judged, ...]
    reasons: tuple[str, ...]
    """Why it did not pass."""
    memory: float
    """GiB that the process had held at most by then."""
    seconds: float
    picture: Image.Image


def outcome(seed: int, renderer: Renderer, reader: Reader, attempts: int) -> Outcome:
    """Of the held-out poster with this seed, one of those that can be laid out."""
    compiled = compiled_of(random_poster(seed, held_out=True), seed)
    assert compiled is not None, "seeds are those of posters that can be laid out"
    started = time.perf_counter()
    made = make(compiled, renderer, reader, attempts=attempts)
    seconds, verdict = time.perf_counter() - started, made.record.verdict
    within, read = inside(made, compiled.conditions)
    first = made.record.attempts[0].verdict
    return Outcome(
        slogans=len(verdict.slogans),
        right=_right(verdict),
        likeness=sum(1 - slogan.distance for slogan in verdict.slogans),
        passed=verdict.status == "passed",
        first=(_right(first), first.status == "passed"),
        attempts=len(made.record.attempts),
        inside=within,
        read=read,
        things=tuple(judge_objects(made.image, compiled.conditions)),
        reasons=(*verdict.reasons, made.record.stopped) if not verdict.passed else (),
        memory=max(attempt.memory or 0.0 for attempt in made.record.attempts),
        seconds=seconds,
        picture=made.image.convert("RGB"),
    )


def _right(verdict: Verdict) -> int:
    return sum(slogan.status == "passed" for slogan in verdict.slogans)


_own: list[Callable[[int], Outcome]] = []
"""Of a worker process."""


def _begin(model: str | None, pairs: tuple[str, ...], attempts: int) -> None:
    torch.set_num_threads(1)
    renderer = open_renderer(model=model, set=pairs)
    _own.append(partial(outcome, renderer=renderer, reader=open_reader(), attempts=attempts))


def _made(seed: int) -> Outcome:
    return _own[0](seed)


def outcomes(seeds: list[int], model: str | None, pairs: tuple[str, ...], attempts: int, workers: int) -> Iterator[Outcome]:
    """Of these posters, in order. More `workers` than one: so many processes, of one thread each."""
    if workers == 1:
        with open_renderer(model=model, set=pairs) as renderer:
            yield from map(partial(outcome, renderer=renderer, reader=open_reader(), attempts=attempts), seeds)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(model, pairs, attempts)) as pool:
        yield from pool.map(_made, seeds)


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
    """One row of the table; the first 24 pictures, whatever they are, go on the page."""
    seeds = [seed for seed, _ in held_out(count, skip)]
    done: list[Outcome] = []
    shown: list[tuple[Image.Image, str]] = []
    made = outcomes(seeds, model, (*SETTINGS[setting], *more), attempts, workers)
    for seed, one in zip(seeds, made, strict=True):
        if pictures is not None:
            pictures.mkdir(parents=True, exist_ok=True)
            one.picture.save(pictures / f"{setting}-{attempts}-{seed:04}.png")
        if len(shown) < _PAGE:
            shown.append((one.picture, f"{one.right} of {one.slogans}"))
        done.append(one)
        right, slogans = sum(one.right for one in done), sum(one.slogans for one in done)
        print(f"\r{len(done)}/{count} {right}/{slogans}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if page is not None:
        sheet(shown).save(page, quality=70)
    things, read = [thing for one in done for thing in one.things], sum(one.read for one in done)
    return {
        "setting": setting,
        "set": list(more),
        "model": str(model or WEIGHTS),
        "skip": skip,
        "attempts": attempts,
        "posters": count,
        "first_slogans_right": round(sum(one.first[0] for one in done) / slogans, 4),
        "first_posters_right": round(sum(one.first[1] for one in done) / count, 4),
        "posters_right": round(sum(one.passed for one in done) / count, 4),
        "attempts_made": round(sum(one.attempts for one in done) / count, 2),
        "slogans": slogans,
        "slogans_right": round(right / slogans, 4),
        "similarity": round(sum(one.likeness for one in done) / slogans, 4),
        "inside": round(sum(one.inside for one in done) / read, 4) if read else None,
        "read": read,
        "objects": len(things),
        "objects_right": round(sum(thing.right for thing in things) / len(things), 4) if things else None,
        "confused": dict(Counter(f"{thing.expected} as {thing.found}" for thing in things if not thing.right).most_common()),
        "failed": {seed: one.reasons for seed, one in zip(seeds, done, strict=True) if one.reasons},
        "memory": round(max(one.memory for one in done), 2),
        "seconds": round(sum(one.seconds for one in done) / count, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posters", type=int, default=200)
    parser.add_argument("--skip", type=int, default=0, help="leave out so many first, to measure in several sittings")
    parser.add_argument("--model")
    parser.add_argument("--setting", action="append", choices=sorted(SETTINGS))
    parser.add_argument("--loop", action="store_true", help="up to six attempts")
    parser.add_argument("--workers", type=int, default=1, help="processes, of one thread each; 1: one, of all threads")
    parser.add_argument("--pictures", type=Path, help="keep them in this folder")
    parser.add_argument("--page", type=Path, help="write a page of the first 24 pictures, e.g. page.webp")
    parser.add_argument("--set", action="append", default=[], help="engine settings, as of `render`")
    asked = parser.parse_args()
    if asked.page and len(asked.setting or ()) > 1:
        parser.error("a page shows one setting")
    for setting in asked.setting or ["first"]:
        row = measure(
            asked.posters,
            setting,
            model=asked.model,
            attempts=6 if asked.loop else 1,
            skip=asked.skip,
            workers=asked.workers,
            pictures=asked.pictures,
            page=asked.page,
            more=tuple(asked.set),
        )
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    # Through the module's own name: what is sent between processes must be found from there.
    from layoutgen.renderer.mini.training.measure import main as run

    run()
