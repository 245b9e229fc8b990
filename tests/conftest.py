"""What `auto` stands for depends on the machine; the tests draw with the draft unless they say otherwise."""

from __future__ import annotations

import os

from hypothesis import settings

from layoutgen.renderers import RENDERER_VARIABLE

os.environ[RENDERER_VARIABLE] = "draft"
# How long an example takes says more about the machine than about the code.
settings.register_profile("layoutgen", deadline=None)
settings.load_profile("layoutgen")
