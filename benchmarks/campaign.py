"""What campaigns cost: planning 10,000 rows, and what more workers save.

    python benchmarks/campaign.py plan [--rows N] [--processes N] [--json]
    python benchmarks/campaign.py workers [--jobs N] [--ray] [--json]

`plan`: rows are read and checked, and every one is compiled to conditions and keys; the poster is parsed once. Memory is the
peak of the process that plans, for 1,000 and for N rows, each in a process of its own. `workers`: a draft campaign of N
cards with drawn words, read by the check; jobs a second of one worker, of two, and with `--ray` of two on a local cluster, all
after their first jobs, so that loading libraries does not count.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
POSTER = """poster 1 "Price card"
param name: text
param price: money(EUR)
canvas feed 540x540 { margin: 6% }
backdrop { fill: #FFF8E7 }
region title { at: top of canvas; size: 100% x 24%; slogan "{{ name }}" { color: #0B3C5D } }
region offer { below: title gap 6%; size: 80% x 26%; slogan price "{{ price | money }}" { draw: typeset; color: #0B3C5D } }
verify { attempts: 1 }
"""
FIRST = 6
"""Jobs of each worker pool that are not counted."""


def table(count: int) -> str:
    return "sku,name,price\n" + "".join(f"A{n},Beach ball {n},{n % 90 + 1}.99\n" for n in range(count))


def plan_once(count: int, processes: int) -> dict[str, Any]:
    """In this process: seconds and MiB."""
    import resource

    import layoutgen
    from layoutgen.campaign.data.select import identified
    from layoutgen.campaign.data.sources import read_rows

    with tempfile.TemporaryDirectory() as folder:
        poster, rows = Path(folder) / "card.poster", Path(folder) / "rows.csv"
        poster.write_text(POSTER)
        rows.write_text(table(count))
        began = time.perf_counter()
        identified(read_rows(rows), "sku")
        read = time.perf_counter() - began
        began = time.perf_counter()
        with layoutgen.Campaign(poster, rows, key="sku", renderer="draft", processes=processes) as campaign:
            checked = time.perf_counter() - began
            jobs = campaign.jobs
        whole = time.perf_counter() - began
    assert len({job.key for job in jobs}) == count
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    cpu = sum(
        sum((use.ru_utime, use.ru_stime)) for use in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    figures = {
        "rows": count,
        "processes": processes,
        "read": read,
        "read and checked": checked,
        "all": whole,
        "cpu": cpu,
        "MiB": peak,
    }
    return {name: round(value, 2) for name, value in figures.items()}


def plan(count: int, processes: int) -> list[dict[str, Any]]:
    """1,000 and `count` rows, each in a process of its own."""
    results = []
    for rows in (1000, count):
        line = [sys.executable, __file__, "plan-once", "--rows", str(rows), "--processes", str(processes)]
        results.append(json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout))
    results[-1]["MiB, ratio"] = round(results[-1]["MiB"] / results[0]["MiB"], 3)
    return results


def rate(jobs: int, **how: Any) -> float:
    """Jobs a second after the first ones."""
    import layoutgen

    with tempfile.TemporaryDirectory() as folder:
        poster, rows = Path(folder) / "card.poster", Path(folder) / "rows.csv"
        poster.write_text(POSTER)
        rows.write_text(table(jobs))
        with layoutgen.Campaign(poster, rows, key="sku", renderer="draft") as campaign:
            began = last = 0.0
            for number, result in enumerate(campaign.run(Path(folder) / "out", **how), start=1):
                assert result.passed, result.reasons
                last = time.perf_counter()
                began = last if number == FIRST else began
        return (jobs - FIRST) / (last - began)


def workers(jobs: int, ray: bool) -> list[dict[str, Any]]:
    kinds: list[tuple[str, dict[str, Any]]] = [("one worker", {"workers": 1}), ("two workers", {"workers": 2})]
    kinds += [("two on a local Ray cluster", {"ray": "local", "workers": 2})] if ray else []
    results = [{"workers": name, "jobs a second": round(rate(jobs, **how), 3)} for name, how in kinds]
    for row in results:
        row["ratio"] = round(float(row["jobs a second"]) / float(results[0]["jobs a second"]), 3)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["plan", "plan-once", "workers"])
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--ray", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.what == "plan-once":
        print(json.dumps(plan_once(options.rows, options.processes)))
        return
    results = plan(options.rows, options.processes) if options.what == "plan" else workers(options.jobs, options.ray)
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for row in results:
        print(" | ".join(f"{name} {value}" for name, value in row.items()))


if __name__ == "__main__":
    main()
