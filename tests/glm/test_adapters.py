"""Adapters and 8 bits: what they add, and one message for what cannot be used."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from layoutgen.renderer.glm.adapters import Lora, may_quantise
from layoutgen.renderer.glm.loading import load_components
from tests.glm.checkpoint_runs import message, outputs


@pytest.fixture(scope="session")
def adapters(tiny_checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two adapters of the decoder."""
    peft = pytest.importorskip("peft")
    folders = []
    for index, targets in enumerate((["to_q", "to_k"], ["to_v"])):
        transformer = load_components(tiny_checkpoint).transformer
        transformer.add_adapter(peft.LoraConfig(r=4, lora_alpha=8, target_modules=targets))
        generator = torch.Generator().manual_seed(index)
        with torch.no_grad():
            for name, value in transformer.named_parameters():
                if "lora_" in name:
                    value.normal_(0, 0.3, generator=generator)
        folders.append(tmp_path_factory.mktemp("adapter"))
        transformer.save_lora_adapter(folders[-1])
    return folders


def test_adapters_add_their_share(adapters: list[Path], tiny_checkpoint: Path) -> None:
    """W x + scale · (alpha / r) · B A x, for each of them."""
    plain = load_components(tiny_checkpoint).transformer.transformer_blocks[0].attn1
    files = [load_file(folder / "pytorch_lora_weights.safetensors") for folder in adapters]
    loaded = load_components(tiny_checkpoint, loras=[f"{adapters[0]}:0.5", adapters[1]])
    result = loaded.transformer.transformer_blocks[0].attn1
    x = torch.randn(3, 32)
    for name, scale, tensors in (("to_q", 0.5, files[0]), ("to_v", 1.0, files[1])):
        lead = f"transformer_blocks.0.attn1.{name}.lora_"
        share = x @ tensors[f"{lead}A.weight"].T @ tensors[f"{lead}B.weight"].T
        torch.testing.assert_close(getattr(result, name)(x), getattr(plain, name)(x) + scale * 2 * share)
    assert loaded.identity["loras"].count(":0.5:") == 1


def test_an_adapter_without_strength_changes_nothing(adapters: list[Path], tiny_checkpoint: Path) -> None:
    expected = outputs(load_components(tiny_checkpoint))
    result = outputs(load_components(tiny_checkpoint, loras=[f"{adapters[0]}:0"]))
    assert all(map(torch.equal, result, expected))


def test_names_as_training_scripts_write_them(adapters: list[Path], tiny_checkpoint: Path, tmp_path: Path) -> None:
    source = adapters[1] / "pytorch_lora_weights.safetensors"
    expected = outputs(load_components(tiny_checkpoint, loras=[source]))[0]
    for prefix in ("transformer.", "base_model.model."):
        renamed = {f"{prefix}{name}": value for name, value in load_file(source).items()}
        # Without the alpha that is kept beside the weights it is the rank: half of what was trained here.
        save_file(renamed, tmp_path / "renamed.safetensors")
        result = outputs(load_components(tiny_checkpoint, loras=[f"{tmp_path / 'renamed.safetensors'}:2"]))[0]
        torch.testing.assert_close(result, expected)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("nowhere.safetensors", "no such file"),
        ("empty", "holds 0 safetensors files"),
        ("style.pt", "only safetensors"),
        ("words.safetensors", "header"),
        ("plain.safetensors", "no low-rank weights"),
        ("other.safetensors", "the model has no layer `unet.down.0`"),
        ("shape.safetensors", "size mismatch"),
        ("plain.safetensors:nan", "its scale cannot be `nan`"),
    ],
)
def test_adapters_that_cannot_be_used(
    spec: str, expected: str, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("peft")
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("style.pt").write_bytes(b"")
    Path("words.safetensors").write_bytes(b"words, many words")
    save_file({"weight": torch.zeros(2)}, "plain.safetensors")
    save_file({"unet.down.0.lora_A.weight": torch.zeros(2, 2)}, "other.safetensors")
    query = "transformer_blocks.0.attn1.to_q.lora_"
    save_file({f"{query}A.weight": torch.zeros(2, 5), f"{query}B.weight": torch.zeros(5, 2)}, "shape.safetensors")
    text = message(lambda: load_components(tiny_checkpoint, loras=[spec]))
    assert "LG568" in text
    assert expected in text


def test_scales_and_paths_with_colons(tmp_path: Path) -> None:
    for name in ("a.safetensors", "b:c.safetensors"):
        (tmp_path / name).write_bytes(b"")
        assert Lora.parse(tmp_path / name) == Lora(tmp_path / name)
        assert Lora.parse(f"{tmp_path / name}:-0.25") == Lora(tmp_path / name, -0.25)


def test_eight_bits_with_an_adapter(adapters: list[Path], tiny_checkpoint: Path) -> None:
    pytest.importorskip("torchao")
    expected = outputs(load_components(tiny_checkpoint, loras=adapters))
    components = load_components(tiny_checkpoint, loras=adapters, quantise="int8")
    assert components.identity["quantised"] == "int8"
    for result, exact in zip(outputs(components), expected, strict=True):
        assert 0 < (result - exact).abs().mean() < 0.02 * exact.abs().mean()
    kinds = {
        name: type(module.weight).__name__
        for name, module in components.transformer.named_modules()
        if isinstance(module, torch.nn.Linear)
    }
    assert kinds["transformer_blocks.0.attn1.to_q.base_layer"] != "Parameter"
    assert kinds["transformer_blocks.0.attn1.to_q.lora_A.lora0"] == "Parameter"
    assert kinds["proj_out"] == "Parameter"


@pytest.mark.parametrize("kind", ["fp8", "int3"])
def test_eight_bits_that_are_not_to_be_had(kind: str) -> None:
    assert "LG569" in message(lambda: may_quantise(kind, torch.device("cpu")))
