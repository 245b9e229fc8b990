"""What `auto` stands for depends on the machine; the tests draw with the draft unless they say otherwise."""

from __future__ import annotations

import os

from layoutgen.renderers import VARIABLE

os.environ[VARIABLE] = "draft"
