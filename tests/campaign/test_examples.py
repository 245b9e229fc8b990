"""The examples of campaigns run: each as its first lines say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from tests.campaign.factories import pictures

EXAMPLES = Path(__file__).parents[2] / "examples/campaign"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES, tmp_path / "campaign"))


def module(path: Path) -> Any:
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_pandas_frame(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pandas")
    assert module(copy / "from_frame.py").main(str(copy / "out")) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()] == [[f"A{n}", "passed"] for n in (1, 2, 3)]
    assert set(pictures(copy / "out")) == {"A1.png", "A2.png", "A3.png"}


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_a_job_for_cron(copy: Path, tmp_path: Path) -> None:
    """The command it calls is the one of this checkout."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "layoutgen").write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m layoutgen "$@"\n')
    (tools / "layoutgen").chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "RENDERER": "draft", "OMP_NUM_THREADS": "1"}
    line = [copy / "nightly.sh", copy / "out", copy / "site"]
    for _ in range(2):
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((copy / "out.json").read_text())["done_before"] == 3
    assert set(pictures(copy / "site")) == {"A1.png", "A2.png", "A3.png"}


def test_a_task_of_a_scheduler(copy: Path) -> None:
    tasks = module(copy / "airflow_task.py")
    summary = json.loads(json.dumps(tasks.make_cards(str(copy / "rows.csv"), str(copy / "out"))))
    assert (summary["ok"], summary["jobs"]) == (True, 6)
    names = tasks.publish_cards(summary, str(copy / "site"))
    assert set(names) == set(pictures(copy / "site")) == {f"A{n}-{end}" for n in (1, 2, 3) for end in ("feed.png", "story.jpg")}
    assert all(len(raw) <= 150_000 for name, raw in pictures(copy / "site").items() if name.endswith(".jpg"))


def test_a_web_hook(copy: Path) -> None:
    server = module(copy / "web_hook.py").serve(copy / "out", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"

    def post(row: object) -> tuple[int, dict[str, Any]]:
        try:
            with urllib.request.urlopen(address, data=json.dumps(row).encode()) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    try:
        with urllib.request.urlopen(address + "/schema") as reply:
            assert set(json.load(reply)["properties"]) == {"name", "price", "was"}
        status, body = post({"sku": "A1", "name": "Beach ball", "price": "9.99"})
        assert (status, body["ok"]) == (200, True)
        status, body = post({"sku": "A2", "name": "Beach ball", "price": "9,99"})
        assert (status, body["diagnostics"][0]["code"]) == (422, "LG706")
        assert post({"sku": "../x", "price": "1"})[0] == 422
        assert post([1])[0] == 400
    finally:
        server.shutdown()
        server.server_close()
    assert set(pictures(copy / "out")) == {"A1/A1.png"}
