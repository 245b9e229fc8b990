"""Kills (-9) at random moments, and workers that are lost: every output there once, and the bytes of an undisturbed run."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from layoutgen.campaign import Campaign
from layoutgen.campaign.pool import Processes
from tests.campaign.factories import DRAWN, POSTER, command, make, manifest, pictures, rows, write

KILLS = int(os.environ.get("LAYOUTGEN_KILLS", "6"))
JOBS = int(os.environ.get("LAYOUTGEN_KILL_JOBS", "40"))
"""All of it: LAYOUTGEN_KILLS=100 LAYOUTGEN_KILL_JOBS=200 pytest tests/campaign/test_kills.py -k random"""


def _start(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    line = [sys.executable, "-P", "-m", "layoutgen", "campaign", "card.poster", "--data", "rows.csv", "--key", "sku"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [*line, "--renderer", "draft", "-o", "out", *more],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _whole(out: Path, count: int) -> None:
    """The manifest names each picture once, and each is what it says."""
    import hashlib

    entries, images = manifest(out), pictures(out)
    lines = (out / "manifest.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(entries) == len(images) == count
    assert {name: hashlib.sha256(content).hexdigest() for name, content in images.items()} == {
        name: entry["sha256"] for name, entry in entries.items()
    }
    assert not [path for path in out.rglob(".*") if path.is_file() and path.name not in (".lock",)]


@pytest.mark.slow
def test_kills_at_random_moments(tmp_path: Path) -> None:
    random.seed(7)
    write(tmp_path, POSTER, rows(JOBS))
    # As it will be run below: the record says what the poster was called.
    assert _start(tmp_path).wait() == 0
    (tmp_path / "out").rename(tmp_path / "undisturbed")
    manifest_path, kills, finished, longest = tmp_path / "out/manifest.jsonl", 0, 0, 0.5
    while kills < KILLS:
        process, began = _start(tmp_path), time.monotonic()
        before = manifest_path.stat().st_size if manifest_path.exists() else 0
        # Moments are chosen from the first line on, as nothing happens while libraries are loaded; some are before it.
        while process.poll() is None and time.monotonic() - began < 120 and random.random() < 0.999:
            if manifest_path.exists() and manifest_path.stat().st_size != before:
                break
            time.sleep(0.005)
        started = time.monotonic()
        wait = random.uniform(0, longest)
        while process.poll() is None and time.monotonic() - started < wait:
            time.sleep(0.001)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            kills += 1
        process.wait()
        if process.returncode == 0:
            # All jobs were done before the kills were: begin anew, and go on killing.
            _whole(tmp_path / "out", JOBS)
            finished += 1
            (tmp_path / "out").rename(tmp_path / f"finished-{finished}")
    ended = command(
        "campaign", "card.poster", "--data", "rows.csv", "--key", "sku", "--renderer", "draft", "-o", "out", cwd=tmp_path
    )
    assert ended.returncode == 0, ended.stderr
    for out in [tmp_path / "out", *tmp_path.glob("finished-*")]:
        _whole(out, JOBS)
        assert pictures(out) == pictures(tmp_path / "undisturbed")
    print(f"{kills} kills, {finished + 1} campaigns of {JOBS} jobs, all as undisturbed")


@pytest.mark.slow
def test_workers_make_the_same_and_a_lost_one_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poster, data = write(tmp_path, DRAWN, rows(10))
    make(tmp_path, data, poster, out="alone")
    pools: list[Processes] = []
    original = Processes._open

    def noted(pool: Processes) -> object:
        pools.append(pool)
        return original(pool)

    monkeypatch.setattr(Processes, "_open", noted)
    with Campaign(poster, data, key="sku", renderer="draft") as campaign:
        run = campaign.run(tmp_path / "out", workers=2)
        for done, _ in enumerate(run):
            if done == 2:
                victim = next(iter(pools[0]._pool._processes.values()))
                assert victim.pid is not None
                os.kill(victim.pid, signal.SIGKILL)
        summary = run.summary()
    assert len(pools) > 1
    assert (summary.passed, summary.failed) == (10, 0)
    _whole(tmp_path / "out", 10)
    assert pictures(tmp_path / "out") == pictures(tmp_path / "alone")


@pytest.mark.slow
def test_workers_end_with_the_run_that_is_killed(tmp_path: Path) -> None:
    import psutil

    write(tmp_path, DRAWN, rows(30))
    process = _start(tmp_path, "--workers", "2")
    deadline = time.monotonic() + 240
    while (
        time.monotonic() < deadline
        and len(manifest(tmp_path / "out") if (tmp_path / "out/manifest.jsonl").exists() else ()) < 2
    ):
        time.sleep(0.1)
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    process.kill()
    process.wait()
    gone, alive = psutil.wait_procs(children, timeout=60)
    assert not alive, gone
    assert make(tmp_path, tmp_path / "rows.csv", tmp_path / "card.poster", workers=2).passed == 30
    _whole(tmp_path / "out", 30)


@pytest.mark.slow
def test_a_ray_cluster_makes_the_same_and_a_lost_worker_is_replaced(tmp_path: Path) -> None:
    ray = pytest.importorskip("ray")
    poster, data = write(tmp_path, DRAWN, rows(10))
    make(tmp_path, data, poster, out="alone")
    with Campaign(poster, data, key="sku", renderer="draft") as campaign:
        run = campaign.run(tmp_path / "out", ray="local", workers=2)
        pool = run.open_pool()
        run.open_pool = lambda: pool
        for done, _ in enumerate(run):
            if done == 2:
                os.kill(ray.get(pool.actors[0].process.remote()), signal.SIGKILL)  # type: ignore[attr-defined]
        summary = run.summary()
    assert (summary.passed, summary.failed) == (10, 0)
    _whole(tmp_path / "out", 10)
    assert pictures(tmp_path / "out") == pictures(tmp_path / "alone")
