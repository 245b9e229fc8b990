"""Objects: is the cat on the left? The `Detector` protocol, and open-vocabulary detectors of transformers behind it.

Nothing is ever downloaded, and nothing heavy is loaded unless a detector is asked for. Without one a verdict says that objects
were not looked at. With one, a picture passes only when every object is there and in its place.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from layoutgen.base.geometry import centre, contains, grow, scale, upright
from layoutgen.base.model import Box, FrozenModel
from layoutgen.check.model import ObjectVerdict, Verdict
from layoutgen.diagnostics import Diagnostic, PosterError
from layoutgen.renderers import DrawnObject

if TYPE_CHECKING:
    from PIL.Image import Image

    from layoutgen.conditions.model import Conditions, ObjectCondition

VARIABLE = "LAYOUTGEN_DETECTOR"
"""Names the detector: a folder, or a name on the hub whose files are in the local cache."""
THRESHOLD = 0.2
"""What a detector is less sure of counts as not there."""
LEEWAY = 0.25
"""How far the middle of an object may lie outside its box, in shares of the box's sides."""


class Detection(FrozenModel):
    """One object that was found, in pixels of the given picture."""

    box: Box
    score: float
    """0 … 1."""


class Detector(Protocol):
    """Finds objects by their description."""

    @property
    def name(self) -> str:
        """Model and version, for the record."""
        ...

    def detect(self, image: Image, descriptions: Sequence[str]) -> tuple[tuple[Detection, ...], ...]:
        """What was found for each description, the surest first."""
        ...


class OpenVocabularyDetector:
    """Any zero-shot object detector of transformers: OWLv2, Grounding DINO. Loaded at first use, from disk only."""

    def __init__(self, model: str | Path, *, threshold: float = THRESHOLD) -> None:
        self._model_name, self._threshold = str(model), threshold

    @property
    def name(self) -> str:
        from importlib.metadata import version

        return f"{self._model_name}, transformers {version('transformers')}"

    def detect(self, image: Image, descriptions: Sequence[str]) -> tuple[tuple[Detection, ...], ...]:
        return tuple(self._find(image.convert("RGB"), description) for description in descriptions)

    def _find(self, image: Image, description: str) -> tuple[Detection, ...]:
        import torch

        model, processor = self._loaded
        # One description at a time: some models return labels cut from the text, which cannot always be told apart.
        words = " ".join(description.lower().split()).rstrip(".")
        inputs = processor(text=[[words]], images=image, return_tensors="pt", truncation=True)
        with torch.no_grad():
            outputs = model(**inputs)
        options: dict[str, Any] = {"threshold": self._threshold, "target_sizes": [(image.height, image.width)]}
        (detections,) = processor.post_process_grounded_object_detection(outputs, **options)
        pairs = zip(detections["scores"].tolist(), detections["boxes"].tolist(), strict=True)
        return tuple(
            Detection(box=_box(corners), score=round(float(score), 4))
            for score, corners in sorted(pairs, key=lambda pair: -pair[0])
        )

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        return load_local(self._model_name, "AutoModelForZeroShotObjectDetection")


def open_detector(model: str | Path | None = None) -> Detector | None:
    """The detector that is named, else that of `LAYOUTGEN_DETECTOR`, else none. LG678 on first use, if that fails."""
    chosen = str(model or os.environ.get(VARIABLE, ""))
    return _opened(chosen) if chosen else None


def find_objects(image: Image, conditions: Conditions, detector: Detector) -> tuple[ObjectVerdict, ...]:
    """A verdict on each object of the conditions. `image`: any size; boxes are scaled to it and back."""
    if not conditions.objects:
        return ()
    sx, sy = image.width / conditions.canvas.width, image.height / conditions.canvas.height
    detections = detector.detect(image, [item.description for item in conditions.objects])
    pairs = zip(conditions.objects, detections, strict=True)
    return tuple(_judged(item, [scale(one.box, 1 / sx, 1 / sy) for one in boxes]) for item, boxes in pairs)


def with_objects(verdict: Verdict, objects: Sequence[ObjectVerdict]) -> Verdict:
    """The verdict with what is known of the objects: one that is missing or out of its place makes the picture fail."""
    if not objects:
        return verdict
    wrong = [item.reason for item in objects if not item.passed]
    judged = verdict.model_copy(update={"objects": tuple(objects)})
    if not wrong:
        return judged
    reasons = tuple(dict.fromkeys((*verdict.reasons, *wrong)))
    return judged.model_copy(update={"status": "failed", "passed": False, "reasons": reasons})


def known_objects(conditions: Conditions, drawn: Sequence[DrawnObject] = ()) -> tuple[ObjectVerdict, ...]:
    """A verdict on each object by what the renderer knows of it; `unchecked` where it knows nothing."""
    known = {item.id: item for item in drawn}
    return tuple(_known(item, known.get(item.id)) for item in conditions.objects)


def _known(item: ObjectCondition, drawn: DrawnObject | None) -> ObjectVerdict:
    if drawn is None:
        return ObjectVerdict(id=item.id, found=False, passed=True)
    there = drawn.status != "missing"
    reason = "" if there else f"`{item.id}` is not drawn: the renderer has no picture of `{item.description}`."
    known = {"found": there, "passed": there, "status": drawn.status, "drawn_as": drawn.drawn_as, "final": True}
    return ObjectVerdict(id=item.id, reason=reason, **known)


def unchecked_objects(objects: Sequence[ObjectVerdict]) -> tuple[str, ...]:
    """What a verdict says about objects of which nobody knows whether they are there."""
    unknown = any(item.status == "unchecked" for item in objects)
    return (f"Objects were not looked at: no detector is set ({VARIABLE} names one).",) if unknown else ()


def in_place(item: ObjectCondition, box: Box) -> bool:
    """Whether what was found has its middle in the object's box, or close by. Canvas pixels."""
    place = upright(item.box, item.rotation)
    return contains(grow(place, LEEWAY * place[2], LEEWAY * place[3]), centre(box))


def load_local(model: str, kind: str) -> tuple[Any, Any]:
    """Model and processor of a folder or of the hub's local cache. LG678 when they are not there or cannot be read."""
    try:
        import transformers
        from huggingface_hub import snapshot_download

        # Finding the folder first keeps transformers from asking the network about a name that is not there.
        folder = model if Path(model).is_dir() else snapshot_download(model, local_files_only=True)
        loaded = getattr(transformers, kind).from_pretrained(folder, local_files_only=True).eval()
        return loaded, transformers.AutoProcessor.from_pretrained(folder, local_files_only=True)
    except (ImportError, OSError, ValueError, KeyError, RuntimeError) as error:
        message = str(error).strip().split("\n")[0][:200]
        hint = "name a folder with its weights, or download it first: `hf download NAME`"
        raise PosterError(Diagnostic("LG678", f"`{model}` cannot be opened: {message}", hint=hint)) from error


@cache
def _opened(model: str) -> Detector:
    return OpenVocabularyDetector(model)


def _judged(item: ObjectCondition, boxes: Sequence[Box]) -> ObjectVerdict:
    """By where it was found, the surest first, in canvas pixels. One that is in place is enough."""
    if not boxes:
        reason = f"`{item.id}` was not found on the picture."
        return ObjectVerdict(id=item.id, found=False, passed=False, status="missing", reason=reason)
    for box in boxes:
        if in_place(item, box):
            return ObjectVerdict(id=item.id, found=True, passed=True, status="drawn", box=box)
    reason = f"`{item.id}` is not where it should be."
    return ObjectVerdict(id=item.id, found=True, passed=False, status="drawn", box=boxes[0], reason=reason)


def _box(corners: Sequence[float]) -> Box:
    left, top, right, bottom = (round(value) for value in corners)
    return left, top, max(0, right - left), max(0, bottom - top)
