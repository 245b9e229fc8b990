"""Where everything goes: integer boxes, reading order, set text, and why."""

from layoutgen.layout.model import Layout, Placed
from layoutgen.layout.solve import solve

__all__ = ["Layout", "Placed", "solve"]
