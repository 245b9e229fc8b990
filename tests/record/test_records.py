"""Records: complete, readable again, and never half-written."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import layoutgen
from layoutgen.diagnostics import PosterError
from layoutgen.record import Record, fingerprint, pixel_hash, read_record
from layoutgen.record.artefacts import pack, read_artefacts
from layoutgen.record.save import save_result
from tests.record.fake_renderer import Misspelling

WRONG = {"header.headline": "SUMER SALLE"}


def failing(attempts: int = 2, times: int = 99) -> layoutgen.Result:
    return layoutgen.render("sale.poster", {"price": "9.99"}, renderer=Misspelling(WRONG, times), attempts=attempts)


def test_a_record_tells_everything(folder: Path) -> None:
    layoutgen.render("sale.poster", {"price": "9.99"}, renderer="draft").save("a.png")
    record = read_record(folder / "a.record.json")
    assert record.params["price"] == "9.99 EUR"
    (file,) = record.files
    assert file.text == (folder / "sale.poster").read_text("utf-8")
    assert file.sha256 == hashlib.sha256((folder / "sale.poster").read_bytes()).hexdigest()
    assert {"python", "layoutgen", "pillow", "numpy", "freetype2"} <= set(record.versions)
    assert record.renderer["name"] == "draft"
    assert "artwork" in record.renderer
    assert record.attempts[0].reason
    assert record.attempts[0].memory is None or record.attempts[0].memory > 0
    assert record.sha256 == hashlib.sha256((folder / "a.png").read_bytes()).hexdigest()
    with Image.open("a.png") as picture:
        assert pixel_hash(picture) == record.attempts[record.best].pixels
        assert picture.info["layoutgen:record"] == fingerprint(record)
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "a.record.json", "sale.poster"]


def test_its_fingerprint_is_the_same_for_the_same_input(folder: Path) -> None:
    for name in ("a.png", "b.png"):
        layoutgen.render("sale.poster", renderer="draft").save(name)
    first, second = read_record(folder / "a.record.json"), read_record(folder / "b.record.json")
    assert first.seconds != second.seconds or first == second.model_copy(update={"image": "a.png"})
    assert fingerprint(first) == fingerprint(second)
    assert (folder / "a.png").read_bytes() == (folder / "b.png").read_bytes()
    other = layoutgen.render("sale.poster", {"headline": "LAST DAYS"}, renderer="draft").record
    assert fingerprint(other) != fingerprint(first)


@pytest.mark.parametrize("suffix", [".png", ".webp", ".jpg"])
def test_every_format_carries_the_fingerprint(folder: Path, suffix: str) -> None:
    result = layoutgen.render("sale.poster", renderer="draft")
    path = result.save(f"a{suffix}")
    assert fingerprint(read_record(folder / "a.record.json")).encode() in path.read_bytes()


def test_attempts_and_latents_lie_beside_it(folder: Path) -> None:
    result = failing(3)
    assert result.save("a.png", allow_failed=True) == Path("a.failed.png")
    record = read_record(folder / "a.record.json")
    count = len(record.attempts)
    assert count > 1
    assert [attempt.picture for attempt in record.attempts] == [f"a.attempts/{number + 1}.webp" for number in range(count)]
    for attempt in record.attempts:
        assert (folder / str(attempt.picture)).stat().st_size < 60_000
    kept = read_artefacts(folder / str(record.artefacts))
    expected = Misspelling({}).render(record.conditions, seed=record.attempts[record.best].seed).artefacts
    assert np.allclose(kept["latents"], expected["latents"], atol=2e-3)
    assert (kept["prior_tokens"].dtype, kept["latents"].dtype) == (np.int32, np.float32)
    assert np.array_equal(kept["prior_tokens"], expected["prior_tokens"])
    assert kept["steps"] == 30
    # A later picture of that name takes the evidence of the older one away.
    layoutgen.render("sale.poster", renderer="draft").save("a.png")
    assert sorted(path.name for path in folder.iterdir()) == ["a.png", "a.record.json", "sale.poster"]


def test_latents_of_a_large_picture_take_half_a_megabyte() -> None:
    torch = pytest.importorskip("torch")
    latents = torch.randn(1, 16, 128, 128)
    packed = pack({"latents": latents, "prior_tokens": np.zeros((32, 32), np.int32), "plan": object()})
    assert 500_000 < len(packed) < 600_000
    assert json.loads(packed[8 : 8 + int.from_bytes(packed[:8], "little")])["__metadata__"]["left_out"] == '["plan"]'
    assert pack({}) == pack({"plan": object()}) == b""


def test_latents_out_of_range_keep_their_type(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(pack({"large": np.array([1e6, 1.0], np.float32), "nan": np.array([np.nan], np.float32)}))
    kept = read_artefacts(tmp_path / "a")
    assert kept["large"].tolist() == [1e6, 1.0]
    assert np.isnan(kept["nan"]).all()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\x10\0\0\0\0\0\0\0" + b"x" * 40])
def test_latents_that_cannot_be_read(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "a").write_bytes(content)
    with pytest.raises(PosterError) as error:
        read_artefacts(tmp_path / "a")
    assert error.value.diagnostics[0].code == "LG676"


def test_a_full_disk_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layoutgen.render("sale.poster", renderer="draft").save("a.png")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    result = failing(3, times=1)
    assert result.passed
    wrote = 0

    def full(handle: int, *arguments: Any, **named: Any) -> Any:
        nonlocal wrote
        wrote += 1
        file = os_fdopen(handle, *arguments, **named)
        if wrote == 3:  # some of the files fit
            file.close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return file

    os_fdopen = os.fdopen
    monkeypatch.setattr(os, "fdopen", full)
    with pytest.raises(PosterError) as error:
        result.save("a.png")
    assert error.value.diagnostics[0].code == "LG902"
    assert "No space left" in error.value.diagnostics[0].message
    assert error.value.exit_code == 4
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    assert not (folder / "a.attempts").exists()


def test_a_full_disk_leaves_no_outdated_picture_to_publish(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layoutgen.render("sale.poster", renderer="draft").save("a.png")
    result = failing(1)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(PosterError):
        save_result(result.image, result.record, Path("a.png"), result.evidence)
    assert sorted(path.name for path in folder.iterdir()) == ["a.record.json", "a.stale.png", "sale.poster"]


BROKEN: dict[str, tuple[Any, str]] = {
    "cut off": ('{"version": 1, "attempts": [', "LG670"),
    "binary": (b"\x89PNG\r\n\x1a\n\0\0", "LG670"),
    "another document": ("[1, 2]", "LG670"),
    "a package file": ('{"name": "x", "version": "1.0"}', "LG670"),
    "newer": ('{"version": 2, "attempts": []}', "LG671"),
    "nothing in it": ('{"version": 1, "attempts": []}', "LG672"),
    "endless brackets": ("[" * 100_000, "LG670"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_record(tmp_path: Path, name: str) -> None:
    content, code = BROKEN[name]
    (tmp_path / "a.record.json").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(PosterError) as error:
        read_record(tmp_path / "a.record.json")
    assert {item.code for item in error.value.diagnostics} == {code}
    assert error.value.exit_code == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"best": 7}, "`best` is 7"),
        ({"best": -1}, "`best` is wrong"),
        ({"seed": "x"}, "`seed` is wrong"),
        ({"colour": 1}, "`colour` is not a field"),
        ({"attempts": []}, "`attempts` is wrong"),
    ],
)
def test_a_damaged_record(folder: Path, change: dict[str, Any], said: str) -> None:
    layoutgen.render("sale.poster", renderer="draft").save("a.png")
    path = folder / "a.record.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **change}), encoding="utf-8")
    with pytest.raises(PosterError) as error:
        read_record(path)
    assert said in str(error.value)
    assert error.value.diagnostics[0].code == "LG672"


def test_an_older_record_is_read(folder: Path) -> None:
    """Fields that were added since have defaults."""
    layoutgen.render("sale.poster", renderer="draft").save("a.png")
    path = folder / "a.record.json"
    told = json.loads(path.read_text("utf-8"))
    for name in ("files", "assets", "options", "artefacts", "from"):
        del told[name]
    path.write_text(json.dumps(told), encoding="utf-8")
    assert read_record(path).files == ()


def test_a_record_comes_back_as_it_was(folder: Path) -> None:
    record = failing(2).record
    assert Record.model_validate_json(record.model_dump_json()) == record
