"""What GLM-Image can take."""

from __future__ import annotations

from layoutgen.conditions.limits import MODEL_SCRIPTS
from layoutgen.conditions.model import Limits

# One token of the transformer is 16 pixels square: letters below that have no token of their own. The encoder of its strings
# takes 2048 tokens, one a byte and one for the end.
LIMITS = Limits(
    name="glm",
    smallest=512,
    largest=2048,
    largest_aspect=4.0,
    scripts=MODEL_SCRIPTS,
    longest=2047,
    smallest_type=16.0,
)
