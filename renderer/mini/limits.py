"""What the small weights can take."""

from __future__ import annotations

from layoutgen.conditions.model import Limits
from layoutgen.renderer.mini.things import KINDS

LIMITS = Limits(
    name="mini",
    smallest=256,
    largest=512,
    characters="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%&!?.,:;'\"-+/()#@€$£ ",
    things=tuple(kind.names for kind in KINDS),
    least_type=32.0,  # two of the decoder's cells: with letters below, half of the posters stay wrong
    least_thing=64.0,  # two cells of the plan: of smaller objects, only a quarter are recognisable
)
