"""A picture that is a little turned, shifted, cropped or framed, laid over its proof again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

_SIDES = (160, 640)
"""Pixels of the long side at which pictures are laid over each other, first roughly and then closely."""
_FRAME = 0.03
"""Share of the long side along the edges of the picture that may be a frame, and counts for nothing."""
_STEPS, _PRECISION = 60, 1e-5
_ALIKE = 0.7
"""Least correlation of a picture with its proof at which they can be laid over each other."""
_SOMEHOW_ALIKE = 0.5
"""Likewise of the rough ones."""
_STRAIGHT = 0.35
"""Pixels of the picture by which a corner may be off in one that is straight."""
_FARTHEST = 0.05
"""Share of the long side by which a corner may be off at most."""


def straightened(image: Image, proof: Image) -> Image:
    """The picture at its own size, laid so that it lies as the proof does; itself where it does, or cannot.

    By the enhanced correlation coefficient (Evangelidis and Psarakis, 2008) of both, reduced and grey.
    """
    import cv2
    from PIL import Image as Images
    from PIL.Image import Resampling

    matrix, alike = np.eye(2, 3), 0.0
    for side in _SIDES:
        share = min(1.0, side / max(image.size))
        size = max(8, round(image.width * share)), max(8, round(image.height * share))
        still, moved = (np.asarray(item.convert("L").resize(size, Resampling.BOX), np.float32) for item in (proof, image))
        matrix[:, 2] *= share
        criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _STEPS, _PRECISION)
        edge = round(_FRAME * side)
        inner, begin = np.zeros(still.shape, np.uint8), matrix.astype(np.float32)
        inner[edge : size[1] - edge, edge : size[0] - edge] = 255
        try:
            alike, found = cv2.findTransformECC(still, moved, begin, cv2.MOTION_AFFINE, criteria, inner, 5)
        except cv2.error:  # nothing in common, or nothing but one colour
            return image
        if alike < _SOMEHOW_ALIKE:
            return image
        matrix = np.asarray(found, np.float64)
        matrix[:, 2] /= share
    corners = np.array([[x, y, 1] for x in (0, image.width) for y in (0, image.height)], np.float64)
    off = float(np.abs(corners @ matrix.T - corners[:, :2]).max())
    if alike < _ALIKE or not _STRAIGHT < off < _FARTHEST * max(image.size):
        return image
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(np.asarray(image.convert("RGB")), matrix, image.size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return Images.fromarray(laid)
