"""The recogniser of RapidOCR's wheel (PP-OCRv6) on onnxruntime: one line of text → probabilities of its characters.

Prepared as rapidocr prepares its crops, but a short line is padded to its own width, not to 320 pixels: time is linear in it.
"""

from __future__ import annotations

import math
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from layoutgen.check.alignment import Probabilities, Vocabulary
from layoutgen.check.crops import line_height

if TYPE_CHECKING:
    from PIL.Image import Image

LINE_HEIGHT = 48
LONGEST_LINE = 6000
COLUMN = 8
"""Pixels of a prepared line to each column of probabilities."""
NARROWEST, AIR = 256, 32
"""Pixels to which shorter lines are padded, and of padding behind a line. Of 2,442 short lines in 15 typefaces as many read
right at 192 as at 320, to which rapidocr pads, but words of several sizes that touch need 256; without air the last of two
equal letters at the end is lost (`ideall`)."""
_AS_TRAINED = 320
"""Longer lines are not padded at all."""


class Recogniser:
    """Loaded at first use. Its sessions may be shared between threads."""

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def probabilities(self, crop: Image) -> tuple[Probabilities, float]:
        """Columns × classes, and how many of the columns show the crop; the others are padding."""
        line, width = _prepared(crop)
        (output,) = self._session.run(None, {self._input: line})
        return output[0], width / COLUMN

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """It is in the model file's own metadata."""
        listed = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        return Vocabulary(("", *listed, " "))

    @cached_property
    def _input(self) -> str:
        return str(self._session.get_inputs()[0].name)

    @cached_property
    def _session(self) -> Any:
        return open_session("rec", self._threads)


def model_file(task: str) -> Path:
    """The model of the wheel, without importing it: `det`, or `rec`."""
    from importlib.util import find_spec

    wheel = find_spec("rapidocr")
    if wheel is None or not wheel.submodule_search_locations:
        raise ModuleNotFoundError("No module named 'rapidocr'")
    (model,) = (Path(wheel.submodule_search_locations[0]) / "models").glob(f"*_{task}_*.onnx")
    return model


def open_session(task: str, threads: int) -> Any:
    """One of the wheel's models on threads that sleep while they wait: by default they spin, on everyone else's time."""
    from onnxruntime import InferenceSession, SessionOptions

    options = SessionOptions()
    options.log_severity_level = 4
    options.enable_cpu_mem_arena = False
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return InferenceSession(str(model_file(task)), options, providers=["CPUExecutionProvider"])


def blue_first(image: Image) -> Any:
    """Height × width × 3, uint8, in the order of colours that the models were trained on."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def _prepared(crop: Image) -> tuple[Any, int]:
    """1 × 3 × 48 × width, -1 … 1 with grey padding, and the width of the crop in it."""
    import cv2

    pixels = blue_first(line_height(crop, LINE_HEIGHT, LONGEST_LINE))
    ratio = pixels.shape[1] / pixels.shape[0]
    width = math.ceil(LINE_HEIGHT * ratio)
    padded = max(int(LINE_HEIGHT * ratio), min(_AS_TRAINED, max(NARROWEST, width + AIR)))
    width = min(padded, width)
    line = np.zeros((1, 3, LINE_HEIGHT, padded), np.float32)
    resized = cv2.resize(pixels, (width, LINE_HEIGHT)).astype(np.float32).transpose(2, 0, 1)
    line[0, :, :, :width] = (resized / 255 - 0.5) / 0.5
    return line, width
