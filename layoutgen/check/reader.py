"""The `Reader` protocol, and RapidOCR (PP-OCRv6, its weights inside the wheel) behind it.

A reader detects lines of text (`detect`), reads line crops (`read`), or both (`find`), and knows its own character set.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Protocol

from layoutgen.base.geometry import Quad, bounds
from layoutgen.base.model import Box
from layoutgen.check.alignment import align, decode
from layoutgen.check.crops import cut_quad
from layoutgen.check.model import AlignedLine, ReadLine
from layoutgen.check.recognition import LONGEST_LINE, Recogniser, blue_first, model_file, open_session
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

DETECTION_SIDE = 640
"""Pixels of the long side on which text is looked for in a whole picture."""
SMALLEST = 16
"""Pixels: a shorter side cannot hold text."""
_THREADS = 2


class Reader(Protocol):
    """Reads text in pictures. Boxes and corners are in pixels of the picture given."""

    @property
    def name(self) -> str:
        """Engine and version: cached calibrations are only valid for one."""
        ...

    def readable(self, text: str) -> bool:
        """Whether its character set has every character of a text."""
        ...

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        """Where lines of text are, looked for at `side` pixels on the long side at most."""
        ...

    def read(self, crops: Sequence[Image]) -> tuple[ReadLine, ...]:
        """What each crop of one line says, in the order given; the box is the crop's own."""
        ...

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        """Detection, then recognition of what was detected, at full resolution."""
        ...


class Aligner(Reader, Protocol):
    """A reader that can also say how well an expected text fits."""

    def align(self, crops: Sequence[Image], texts: Sequence[str]) -> tuple[AlignedLine, ...]:
        """Of each crop what `read` says, and the characters of its text, each where it would be. `""` asks for nothing."""
        ...


class RapidReader:
    """`rapidocr` on onnxruntime. Loaded at first use; safe to share between threads, which then take turns.

    The angle classifier is off: it turns upright text upside down (`60%` becomes `%09`).
    """

    yields_to_forms = True
    """What is exactly as it should be set need not be read: by this reader no more could be known of it."""

    def __init__(self, threads: int = _THREADS) -> None:
        self._threads = threads
        self._recogniser = Recogniser(threads)
        self._lock = threading.Lock()

    @cached_property
    def name(self) -> str:
        from importlib.metadata import version

        with self._guarded():
            network, _, size = model_file("rec").stem.split("_")
        return f"rapidocr {version('rapidocr')} {network} {size}"

    def readable(self, text: str) -> bool:
        with self._guarded():
            vocabulary = self._recogniser.vocabulary
        return all(character in vocabulary for character in text if not character.isspace())

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        import numpy as np

        check_size(image)
        scale = min(1.0, side / max(image.size))
        small = image
        if scale < 1.0:
            from PIL.Image import Resampling

            size = (max(SMALLEST, round(image.width * scale)), max(SMALLEST, round(image.height * scale)))
            small = image.resize(size, Resampling.BILINEAR, reducing_gap=2.0)
        with self._guarded():
            output = self._text_detector(blue_first(small), use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(output, "boxes", None)
        if boxes is None:
            return ()
        stretch = np.array([image.width / small.width, image.height / small.height])
        quads = []
        for box in np.asarray(boxes, dtype=float) * stretch:
            a, b, c, d = ((float(x), float(y)) for x, y in box)
            quads.append((a, b, c, d))
        return tuple(quads)

    def read(self, crops: Sequence[Image]) -> tuple[ReadLine, ...]:
        return tuple(self._aligned(crop).line for crop in crops)

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        quads = self.detect(image, side)
        lines = self.read([cut_quad(image, quad) for quad in quads])
        return tuple(
            line.model_copy(update={"box": bounds(quad)}) for line, quad in zip(lines, quads, strict=True) if line.text.strip()
        )

    def align(self, crops: Sequence[Image], texts: Sequence[str]) -> tuple[AlignedLine, ...]:
        return tuple(self._aligned(crop, text) for crop, text in zip(crops, texts, strict=True))

    def _aligned(self, crop: Image, text: str = "") -> AlignedLine:
        # One line at a time: on a CPU a batch is no faster, and would pad every line to the width of the longest.
        box = (0, 0, crop.width, crop.height)
        if min(crop.size) < 3:
            return AlignedLine(line=ReadLine(text="", box=box, score=0.0))
        with self._guarded():
            vocabulary = self._recogniser.vocabulary
            probabilities, columns = self._recogniser.probabilities(crop)
        read, scores = decode(probabilities, vocabulary)
        aligned = align(probabilities, vocabulary, text, columns) if text else ()
        return AlignedLine(line=_stripped(read, scores, box), characters=aligned)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """One thread at a time; whatever the engine raises becomes LG601."""
        with self._lock:
            try:
                yield
            except PosterError:
                raise
            except Exception as problem:  # the engine's errors share no base class
                raise _failed(problem) from problem

    @cached_property
    def _text_detector(self) -> Any:
        try:
            from omegaconf import flag_override
            from rapidocr import RapidOCR

            engine = RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_cls": False,
                    "Global.max_side_len": LONGEST_LINE,
                    "Global.min_side_len": 1,
                    # Pictures come in at the size at which they are to be looked at.
                    "Det.limit_type": "max",
                    "Det.limit_side_len": 100_000,
                }
            )
            with flag_override(engine.cfg, "allow_objects", True):
                engine.cfg.Det.session = open_session("det", self._threads)
        except Exception as problem:  # a missing library, a broken model file: each has its own class
            raise _failed(problem) from problem
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        return engine


def read_and_align(reader: Reader, crops: Sequence[Image], texts: Sequence[str]) -> tuple[AlignedLine, ...]:
    """As `Aligner.align`; without characters where the reader cannot align."""
    if callable(own := getattr(reader, "align", None)):
        return tuple(own(crops, texts))
    return tuple(AlignedLine(line=line) for line in reader.read(crops))


def yields_to_forms(reader: Reader) -> bool:
    """Whether a reader need not read what is exactly as it should be set. One that someone brings reads everything."""
    return bool(getattr(reader, "yields_to_forms", False))


@cache
def open_reader() -> Reader:
    """The warm reader that everything in this process shares."""
    return RapidReader()


def check_size(image: Image) -> None:
    """Refuse what cannot hold a line of text. Raises PosterError (LG601)."""
    if min(image.size) < SMALLEST:
        raise PosterError(
            Diagnostic(
                "LG601",
                f"the picture is {image.width}x{image.height} pixels, too small to hold words that can be read",
                hint=f"give a picture of at least {SMALLEST} pixels on each side",
            )
        )


def _failed(problem: Exception) -> PosterError:
    message = (str(problem).strip().splitlines() or [type(problem).__name__])[-1]
    return PosterError(
        Diagnostic(
            "LG601",
            f"the words in the picture cannot be read, because the reader failed: {message}",
            hint="run `layoutgen doctor`; reinstalling `rapidocr` and `onnxruntime` repairs a broken reader",
        )
    )


def _stripped(text: str, scores: Sequence[float], box: Box) -> ReadLine:
    """A decoded line without white space at its ends."""
    if not text.strip():
        return ReadLine(text="", box=box, score=0.0)
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    text, scores = text[start:end], scores[start:end]
    inked = [score for character, score in zip(text, scores, strict=True) if not character.isspace()]
    mean = sum(inked) / len(inked)
    return ReadLine(text=text, box=box, score=round(mean, 4), scores=tuple(round(score, 4) for score in scores))
