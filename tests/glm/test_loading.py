"""Loading: what the stock pipeline loads, nothing fetched, and one message for everything that can be wrong with weights."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import layoutgen
from layoutgen.diagnostics import PosterError
from layoutgen.renderer.glm import unavailable
from layoutgen.renderer.glm.loading import choose_device, choose_dtype, load_components
from layoutgen.renderer.glm.renderer import GlmRenderer
from layoutgen.renderer.glm.weights import MODEL, find, inspect, why_unavailable
from tests.glm.checkpoint_runs import message

VAE = "vae/diffusion_pytorch_model.safetensors"
DECODER = "transformer/diffusion_pytorch_model.safetensors"
PLANNER = "vision_language_encoder/model.safetensors"


@pytest.fixture
def copy(tiny_checkpoint: Path, tmp_path: Path) -> Path:
    """A checkpoint that a test may damage."""
    return Path(shutil.copytree(tiny_checkpoint, tmp_path / "checkpoint"))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


# What is loaded


def test_the_same_numbers_as_the_stock_pipeline(tiny_checkpoint: Path, no_network: None) -> None:
    from diffusers import GlmImagePipeline

    ours = load_components(tiny_checkpoint)
    stock = GlmImagePipeline.from_pretrained(tiny_checkpoint)
    for part in ("text_encoder", "vision_language_encoder", "vae", "transformer"):
        mine, theirs = getattr(ours, part).state_dict(), getattr(stock, part).state_dict()
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(mine[name], theirs[name]) for name in mine)
        assert getattr(ours.pipeline, part) is getattr(ours, part)
        assert not getattr(ours, part).training
    assert (ours.device.type, ours.dtype) == ("cpu", torch.float32)


def test_the_type_of_the_numbers(tiny_checkpoint: Path) -> None:
    components = load_components(tiny_checkpoint, dtype="bfloat16")
    assert components.transformer.dtype == components.vision_language_encoder.dtype == torch.bfloat16
    assert components.identity["dtype"] == "bfloat16"


def test_weights_in_several_files(copy: Path) -> None:
    before = load_components(copy)
    for part in ("transformer", "vision_language_encoder"):
        for path in (copy / part).glob("*.safetensors"):
            path.unlink()
        getattr(before, part).save_pretrained(copy / part, max_shard_size="100KB")
        assert len(list((copy / part).glob("*.safetensors"))) > 1
    after = load_components(copy)
    for part in ("transformer", "vision_language_encoder"):
        mine, theirs = getattr(after, part).state_dict(), getattr(before, part).state_dict()
        assert mine.keys() == theirs.keys()
        assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    gone = sorted((copy / "transformer").glob("*.safetensors"))[1]
    gone.unlink()
    text = message(lambda: load_components(copy))
    assert "LG563" in text
    assert gone.name in text


def test_progress_is_told(tiny_checkpoint: Path) -> None:
    reported: list[tuple[str, int, int]] = []
    load_components(tiny_checkpoint, progress=lambda part, done, total: reported.append((part, done, total)))
    assert [part for part, _, _ in reported][-2:] == ["vision_language_encoder", ""]
    assert [done for _, done, _ in reported] == sorted(done for _, done, _ in reported)
    assert reported[-1][1] == reported[-1][2] == inspect(find(tiny_checkpoint)).bytes


def test_the_identity_changes_with_the_weights_and_nothing_else(copy: Path, tmp_path: Path) -> None:
    before = dict(load_components(copy).identity)
    assert before["revision"] == "folder"
    moved = copy.rename(tmp_path / "elsewhere")
    after = dict(load_components(moved).identity)
    assert {**after, "model": ""} == {**before, "model": ""}
    save_file({**load_file(moved / VAE), "another": torch.zeros(1)}, moved / VAE)
    assert inspect(find(moved)).digest != before["weights"]


# Where it is looked for


def test_a_hub_id_that_is_not_in_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    text = message(lambda: load_components(MODEL, revision="0123abc"))
    assert "LG560" in text
    assert "`hf download zai-org/GLM-Image --revision 0123abc` (35 GB, licence MIT)" in text
    assert "HF_HUB_OFFLINE" not in text
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert "HF_HUB_OFFLINE is set" in message(load_components)
    assert "https://huggingface.co/a/b" in message(lambda: load_components("a/b"))


@pytest.mark.parametrize("revision", [None, "main", "b" * 40])
def test_a_hub_id_in_the_cache(
    revision: str | None, tiny_checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_network: None
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    folder = tmp_path / "models--zai-org--GLM-Image"
    shutil.copytree(tiny_checkpoint, folder / "snapshots" / ("b" * 40))
    (folder / "refs").mkdir()
    (folder / "refs" / "main").write_text("b" * 40, "utf-8")
    components = load_components(revision=revision)
    assert components.identity["model"] == MODEL
    assert components.identity["revision"] == "b" * 40
    assert components.identity["licence"] == "MIT"
    assert "LG560" in message(lambda: find(MODEL, "c" * 40))
    (folder / "snapshots" / ("b" * 40) / VAE).unlink()
    assert f"hf download zai-org/GLM-Image --revision {'b' * 40}" in message(load_components)


@pytest.mark.parametrize("model", ["nowhere", "./a/b", "a/b/c", "/a", ""])
def test_neither_folder_nor_hub_id(model: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "LG561" in message(lambda: load_components(model))


def test_what_can_be_known_without_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    reason = unavailable()
    assert reason is not None
    assert "hf download zai-org/GLM-Image" in reason
    assert unavailable(model="some/where") is None
    monkeypatch.setattr("importlib.metadata.version", lambda name: "0.40.0" if name == "diffusers" else "9")
    assert "0.40.0" in str(why_unavailable(look=False))


def test_opened_by_name_with_settings(tiny_checkpoint: Path, tmp_path: Path) -> None:
    path = tmp_path / "engine.toml"
    path.write_text("[decoder]\nsteps = 2\n", "utf-8")
    options: dict[str, Any] = {"model": tiny_checkpoint, "dtype": "bfloat16", "memory": "quantised", "settings": path}
    with layoutgen.open_renderer("glm", set=["decoder.guidance=1"], **options) as renderer:
        assert isinstance(renderer, GlmRenderer)
        assert renderer.identity["dtype"] == "bfloat16"
        assert renderer.identity["quantised"] == "int8"
        engine = renderer.engine
        assert (engine.settings.decoder.steps, engine.settings.decoder.guidance) == (2, 1.0)
        assert engine.memory.kind == "quantised"
    assert "LG501" in message(lambda: layoutgen.open_renderer("glm", model=tiny_checkpoint, modle="x"))


# What can be wrong with it


def _edit(path: Path, change: dict[str, Any]) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), "utf-8")


def _tensors(path: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
    tensors = load_file(path)
    change(tensors)
    save_file(tensors, path)


def _cut(path: Path, end: int) -> None:
    path.write_bytes(path.read_bytes()[:end])


def _put(tensors: dict[str, torch.Tensor], name: str, value: float) -> None:
    tensors[name].view(-1)[3] = value


BLOCK = "transformer_blocks.1.attn1.to_q.weight"
HEAD = "lm_head.weight"

FAULTS: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "no index": (lambda f: (f / "model_index.json").unlink(), ["LG561", "has no `model_index.json`"]),
    "another pipeline": (lambda f: _edit(f / "model_index.json", {"_class_name": "FluxPipeline"}), ["LG562", "`FluxPipeline`"]),
    "another class": (
        lambda f: _edit(f / "model_index.json", {"vae": ["diffusers", "AutoencoderTiny"]}),
        ["LG562", "`vae` in `model_index.json` is a `AutoencoderTiny`", "`AutoencoderKL`"],
    ),
    "a part missing": (
        lambda f: shutil.rmtree(f / "text_encoder"),
        ["LG563", "2 files are missing", "`text_encoder/config.json`"],
    ),
    "a file missing": (lambda f: (f / VAE).unlink(), ["LG563", "a file is missing", f"`{VAE}`"]),
    "pickled": (lambda f: (f / VAE).rename(f / "vae/diffusion_pytorch_model.bin"), ["LG564", "can run code"]),
    "empty": (lambda f: _cut(f / DECODER, 0), ["LG565", "0 bytes"]),
    "cut in the header": (lambda f: _cut(f / DECODER, 100), ["LG565", "no complete header"]),
    "cut in the weights": (lambda f: _cut(f / DECODER, -8), ["LG565", "cut off", f"`{DECODER}`"]),
    "too long": (lambda f: (f / DECODER).write_bytes((f / DECODER).read_bytes() + b"123"), ["LG565", "3 bytes too many"]),
    "no weights at all": (lambda f: (f / DECODER).write_bytes(b"not weights, but words about weights"), ["LG565", "header"]),
    "header is a list": (lambda f: (f / DECODER).write_bytes(b"\2\0\0\0\0\0\0\0[]"), ["LG565", "header is damaged"]),
    "Git LFS": (lambda f: (f / DECODER).write_bytes(b"version https://git-lfs.github.com/spec/v1\n"), ["LG565", "Git LFS"]),
    "a list of files outside": (
        lambda f: (f / (DECODER + ".index.json")).write_text('{"weight_map": {"a": "../../b.safetensors"}}'),
        ["LG565", "does not list weight files"],
    ),
    "a configuration cut off": (lambda f: _cut(f / "vae/config.json", 40), ["LG565", "`vae/config.json` is damaged"]),
    "a configuration from elsewhere": (
        lambda f: _edit(f / "transformer/config.json", {"num_attention_heads": 3}),
        ["LG566", "in the weights of `transformer` is", "its configuration needs"],
    ),
    "impossible configuration": (
        lambda f: _edit(f / "vision_language_encoder/config.json", {"text_config": {"num_attention_heads": "many"}}),
        ["LG566", "`vision_language_encoder` cannot be made from its configuration"],
    ),
    "a configuration without end": (
        lambda f: _edit(f / "transformer/config.json", {"num_layers": 40}),
        ["LG566", "the weights of `transformer` lack"],
    ),
    "fewer layers than weights": (
        lambda f: _edit(f / "transformer/config.json", {"num_layers": 1}),
        ["LG566", "has no place for its weights `transformer_blocks.1"],
    ),
    "another shape": (
        lambda f: _tensors(f / DECODER, lambda t: t.update({BLOCK: torch.zeros(4, 3)})),
        ["LG566", f"`{BLOCK}` in the weights of `transformer` is 4 × 3, and its configuration needs 32 × 32"],
    ),
    "a tensor missing": (
        lambda f: _tensors(f / PLANNER, lambda t: t.pop(HEAD)),
        ["LG566", f"the weights of `vision_language_encoder` lack `{HEAD}`"],
    ),
    "a tensor under another name": (
        lambda f: _tensors(f / PLANNER, lambda t: t.update({"head": t.pop(HEAD)})),
        ["LG566", f"the weights of `vision_language_encoder` lack `{HEAD}`"],
    ),
    "no words": (
        lambda f: (f / "processor/tokenizer.json").write_text("{}", "utf-8"),
        ["LG566", "`processor` cannot be loaded"],
    ),
    "not a number": (
        lambda f: _tensors(f / DECODER, lambda t: _put(t, BLOCK, float("nan"))),
        ["LG567", "`transformer`", BLOCK],
    ),
    "infinite": (lambda f: _tensors(f / PLANNER, lambda t: _put(t, HEAD, float("-inf"))), ["LG567", HEAD]),
    "AutoRound": (
        lambda f: _edit(f / "vision_language_encoder/config.json", {"quantization_config": {"quant_method": "auto-round"}}),
        ["LG570", "`vision_language_encoder`", "`pip install auto-round`"],
    ),
    "quantised in an unknown way": (
        lambda f: _edit(f / "transformer/config.json", {"quantization_config": {"quant_method": "nibbles"}}),
        ["LG570", "`nibbles`"],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_have_one_message_each(fault: str, copy: Path, no_network: None) -> None:
    if fault == "AutoRound":
        from importlib.util import find_spec

        if find_spec("auto_round"):
            pytest.skip("auto-round is installed here")
    damage, parts = FAULTS[fault]
    damage(copy)
    with pytest.raises(PosterError) as caught:
        load_components(copy)
    assert len(caught.value.diagnostics) == 1, str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_several_faults_are_told_at_once(copy: Path) -> None:
    _cut(copy / DECODER, -8)
    (copy / VAE).unlink()
    _cut(copy / "text_encoder/config.json", 10)
    with pytest.raises(PosterError) as caught:
        load_components(copy)
    assert [item.code for item in caught.value.diagnostics] == ["LG563", "LG565", "LG565"]


def test_the_search_for_values_that_are_not_numbers_can_be_switched_off(copy: Path) -> None:
    _tensors(copy / VAE, lambda tensors: _put(tensors, "encoder.conv_in.weight", float("nan")))
    load_components(copy, verify_weights=False)
    assert "LG567" in message(lambda: load_components(copy, verify_weights=True))


def test_weights_that_nothing_uses_do_no_harm(copy: Path) -> None:
    _tensors(copy / VAE, lambda tensors: tensors.update({"loss.logvar": torch.zeros(1)}))
    load_components(copy)


def test_devices_and_types() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    for wrong in ("abacus", "cuda:99", "meta"):
        assert "LG573" in message(lambda wrong=wrong: choose_device(wrong))  # type: ignore[misc]
    assert choose_dtype("auto", torch.device("cuda")) == torch.bfloat16
    assert choose_dtype(torch.float32, torch.device("cuda")) == torch.float32
    assert "LG573" in message(lambda: choose_dtype("float16", torch.device("cpu")))
