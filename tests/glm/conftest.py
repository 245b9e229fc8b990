"""Checkpoints shared by the tests of the embedded engine: built once per session, read by all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from tests.glm.attention_inputs import decoder
from tests.glm.tiny_checkpoint import build_tiny

# Matrices this small are faster on one thread, and far faster where several test runs share the cores.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the tiny checkpoint (two layers, never leaves the codebook). Do not write into it: copy it first."""
    return build_tiny(tmp_path_factory.mktemp("glm-tiny"))


@pytest.fixture(scope="session")
def one_layer_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one layer in the planner and one in the decoder."""
    return build_tiny(tmp_path_factory.mktemp("glm-one-layer"), layers=1)


@pytest.fixture(scope="session")
def eos_prone_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, whose planner ends its grids early: the stock pipeline crashes on it."""
    return build_tiny(tmp_path_factory.mktemp("glm-eos"), eos_prone=True)


@pytest.fixture
def transformer(tiny_checkpoint: Path) -> Any:
    return decoder(tiny_checkpoint)


@pytest.fixture
def one_layer(one_layer_checkpoint: Path) -> Any:
    return decoder(one_layer_checkpoint)
