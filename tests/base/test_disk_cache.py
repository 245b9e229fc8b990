"""The cache of facts: used while it is true, never needed, and safe to share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from layoutgen.base.disk_cache import Cache, cache_folder, key_of, user_cache

DAMAGED = [b"", b"{", b"\xff", b'{"stamp": 1', b"\x80\x04K\x01."]


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_values_outlive_the_program(tmp_path: Path) -> None:
    key = key_of("kind", 1, {"b": 2, "a": "é"})
    assert key == key_of("kind", 1, {"a": "é", "b": 2})
    Cache(tmp_path).put(key, {"read": "Grüße"})
    assert Cache(tmp_path).get(key) == {"read": "Grüße"}
    assert Cache(tmp_path).get(key_of("kind", 2)) is None
    assert files_in(tmp_path) == [f"{key}.json"]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_a_miss(tmp_path: Path, content: bytes) -> None:
    """The last one is a pickle: nothing that a file holds is ever run."""
    (tmp_path / "a.json").write_bytes(content)
    assert Cache(tmp_path).get("a") is None
    assert Cache(tmp_path).stamped("a", "x", lambda: "new") == "new"
    assert json.loads((tmp_path / "a.json").read_bytes()) == {"stamp": "x", "value": "new"}
    assert files_in(tmp_path) == ["a.json"]


@pytest.mark.parametrize("content", [b"[]", b"{}", b"null", b'{"stamp": "x"}', b'{"value": "old"}'])
def test_an_entry_of_another_shape_is_a_miss(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.json").write_bytes(content)
    assert Cache(tmp_path).stamped("a", "x", lambda: "new") == "new"


def test_made_once_for_a_stamp(tmp_path: Path) -> None:
    values = iter((1, 2, 3))
    results = [Cache(tmp_path).stamped("a", stamp, lambda: next(values)) for stamp in ("x", "x", "y", "y", "x")]
    assert results == [1, 1, 2, 2, 3]


def test_nothing_is_kept_of_a_failure(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    with pytest.raises(ZeroDivisionError):
        cache.stamped("a", "x", lambda: 1 // 0)
    assert cache.stamped("a", "x", lambda: 1) == 1


@pytest.mark.parametrize("place", ["nowhere", "file/cache", "read-only"])
def test_without_a_folder_that_can_be_written(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "read-only").mkdir(mode=0o500)
    if place == "read-only" and os.access(tmp_path / place, os.W_OK):
        pytest.skip("this user may write anywhere")
    folder = None if place == "nowhere" else tmp_path / place
    cache = Cache(folder)
    cache.put("key", {"right": True})
    assert cache.get("key") == {"right": True}
    assert Cache(folder).get("key") is None
    values = iter((1, 2))
    assert [cache.stamped("a", "x", lambda: next(values)) for _ in range(2)] == [1, 2]


def test_a_write_that_fails_leaves_the_old_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Cache(tmp_path).put("a", "old")

    def full(source: str, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("layoutgen.base.files.os.replace", full)
    Cache(tmp_path).put("a", "new")
    assert Cache(tmp_path).get("a") == "old"
    assert files_in(tmp_path) == ["a.json"]


def test_many_processes_share_a_folder(tmp_path: Path) -> None:
    """Whoever reads while others write sees a whole value."""
    script = (
        "import sys; from pathlib import Path; from layoutgen.base.disk_cache import Cache\n"
        "for turn in range(60):\n"
        "    Cache(Path(sys.argv[1])).put('a', [sys.argv[2]] * 2000)\n"
        "    value = Cache(Path(sys.argv[1])).get('a')\n"
        "    assert value and len(value) == 2000 and len(set(value)) == 1, value\n"
    )
    runs = [subprocess.Popen([sys.executable, "-c", script, str(tmp_path), name]) for name in "abc"]
    assert [run.wait(120) for run in runs] == [0, 0, 0]
    assert files_in(tmp_path) == ["a.json"]


def test_where_the_folder_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYOUTGEN_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    assert user_cache("fonts").folder == tmp_path / "fonts"
    monkeypatch.setenv("LAYOUTGEN_CACHE", "off")
    assert cache_folder() is None
    assert user_cache("fonts").folder is None


@pytest.mark.skipif(sys.platform != "linux", reason="the place is another on each platform")
def test_the_platforms_own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAYOUTGEN_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert cache_folder() == tmp_path / ".cache/layoutgen"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert cache_folder() == tmp_path / "xdg/layoutgen"


@pytest.mark.parametrize("place", [Path("~/.cache/layoutgen"), RuntimeError("no home")])
def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch, place: Path | RuntimeError) -> None:
    def user_cache_path(name: str, *, appauthor: bool) -> Path:
        if isinstance(place, RuntimeError):
            raise place
        return place

    monkeypatch.delenv("LAYOUTGEN_CACHE", raising=False)
    monkeypatch.setattr("platformdirs.user_cache_path", user_cache_path)
    assert cache_folder() is None
