"""The command line.

A short command spends most of its time loading modules. What they make stays to the end, so garbage is looked for rarely; and
pydantic would search every installed package for plugins of its own.
"""

import gc
import os

gc.set_threshold(150_000)
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
