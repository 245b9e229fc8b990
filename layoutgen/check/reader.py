"""The `Reader` protocol, and RapidOCR (PP-OCRv6, its weights inside the wheel) behind it.

A reader detects lines of text (`detect`), reads line crops (`read`), or both (`find`), and knows its own character set.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from layoutgen.base.geometry import Quad, bounds
from layoutgen.check.crops import cut_quad, line_height
from layoutgen.check.model import ReadLine
from layoutgen.diagnostics import Diagnostic, PosterError

if TYPE_CHECKING:
    from PIL.Image import Image

DETECTION_SIDE = 640
"""Pixels of the long side on which text is looked for in a whole picture."""
SMALLEST = 16
"""Pixels: a shorter side cannot hold text."""
_LINE_HEIGHT = 48
_LONGEST_LINE = 6000
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


class RapidReader:
    """`rapidocr` on onnxruntime. Loaded at first use; safe to share between threads, which then take turns.

    The angle classifier is off: it turns upright text upside down (`60%` becomes `%09`).
    """

    yields_to_forms = True
    """What is exactly as it should be set need not be read: by this reader no more could be known of it."""

    def __init__(self, threads: int = _THREADS) -> None:
        self._threads = threads
        self._lock = threading.Lock()

    @cached_property
    def name(self) -> str:
        from importlib.metadata import version

        config = self._engine.cfg.Rec
        return f"rapidocr {version('rapidocr')} {config.ocr_version.value} {config.model_type.value}"

    def readable(self, text: str) -> bool:
        return all(character in self._characters for character in text if not character.isspace())

    def detect(self, image: Image, side: int = DETECTION_SIDE) -> tuple[Quad, ...]:
        import numpy as np

        check_size(image)
        scale = min(1.0, side / max(image.size))
        small = image
        if scale < 1.0:
            from PIL.Image import Resampling

            size = (max(SMALLEST, round(image.width * scale)), max(SMALLEST, round(image.height * scale)))
            small = image.resize(size, Resampling.BILINEAR, reducing_gap=2.0)
        output = self._run(_pixels(small), use_det=True, use_rec=False)
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
        return tuple(self._line(crop) for crop in crops)

    def find(self, image: Image, side: int = DETECTION_SIDE) -> tuple[ReadLine, ...]:
        quads = self.detect(image, side)
        lines = self.read([cut_quad(image, quad) for quad in quads])
        return tuple(
            line.model_copy(update={"box": bounds(quad)}) for line, quad in zip(lines, quads, strict=True) if line.text.strip()
        )

    def _line(self, crop: Image) -> ReadLine:
        # One line at a time: on a CPU a batch is no faster, and would pad every line to the width of the longest.
        box = (0, 0, crop.width, crop.height)
        if min(crop.size) < 3:
            return ReadLine(text="", box=box, score=0.0)
        output = self._run(_pixels(line_height(crop, _LINE_HEIGHT, _LONGEST_LINE)), use_det=False, use_rec=True)
        text = output.txts[0] if getattr(output, "txts", None) else ""
        if not text.strip():
            return ReadLine(text="", box=box, score=0.0)
        scores = tuple(float(score) for score in output.word_results[0].confs)
        characters = [(character, score) for character, score in zip(text, scores, strict=True)]
        while characters and characters[0][0].isspace():
            characters.pop(0)
        while characters and characters[-1][0].isspace():
            characters.pop()
        inked = [score for character, score in characters if not character.isspace()]
        return ReadLine(
            text="".join(character for character, _ in characters),
            box=box,
            score=round(sum(inked) / len(inked), 4),
            scores=tuple(round(score, 4) for _, score in characters),
        )

    def _run(self, pixels: Any, *, use_det: bool, use_rec: bool) -> Any:
        # The engine remembers the switches of a call for later ones, so every call sets all of them.
        with self._lock:
            try:
                return self._engine(pixels, use_det=use_det, use_cls=False, use_rec=use_rec, return_word_box=use_rec)
            except Exception as problem:  # the engine's errors share no base class
                raise _failed(problem) from problem

    @cached_property
    def _engine(self) -> Any:
        try:
            from omegaconf import flag_override
            from rapidocr import RapidOCR

            engine = RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_cls": False,
                    "Global.max_side_len": _LONGEST_LINE,
                    "Global.min_side_len": 1,
                    # Pictures come in at the size at which they are to be looked at.
                    "Det.limit_type": "max",
                    "Det.limit_side_len": 100_000,
                }
            )
            with flag_override(engine.cfg, "allow_objects", True):
                engine.cfg.Det.session = self._session("det")
                engine.cfg.Rec.session = self._session("rec")
        except Exception as problem:  # a missing library, a broken model file: each has its own class
            raise _failed(problem) from problem
        logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
        return engine

    def _session(self, task: str) -> Any:
        """One of the wheel's models on threads that sleep while they wait: by default they spin, on everyone else's time."""
        import rapidocr
        from onnxruntime import InferenceSession, SessionOptions

        (model,) = (Path(rapidocr.__file__).parent / "models").glob(f"*_{task}_*.onnx")
        options = SessionOptions()
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads, options.inter_op_num_threads = self._threads, 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        return InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    @cached_property
    def _characters(self) -> frozenset[str]:
        """The set is in the model file's own metadata."""
        import numpy as np

        self._run(np.full((_LINE_HEIGHT, 2 * _LINE_HEIGHT, 3), 255, np.uint8), use_det=False, use_rec=True)
        return frozenset(self._engine.text_rec.session.get_character_list())


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


def _pixels(image: Image) -> Any:
    """Height x width x 3, blue first, as the engine takes it."""
    import numpy as np

    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])
