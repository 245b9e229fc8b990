"""What holds for all tests: what `auto` stands for, how examples are made, and where the training of `mini` is found."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from hypothesis import settings

from layoutgen.renderer import mini
from layoutgen.renderers import RENDERER_VARIABLE

# What `auto` stands for depends on the machine; the tests draw with the draft unless they say otherwise.
os.environ[RENDERER_VARIABLE] = "draft"
# The training is not in the wheel: beside an installed one, that of this checkout is tested.
if find_spec("layoutgen.renderer.mini.training") is None:
    mini.__path__.append(str(Path(__file__).parents[1] / "renderer" / "mini"))
# How long an example takes says more about the machine than about the code.
settings.register_profile("layoutgen", deadline=None)
settings.load_profile("layoutgen")
