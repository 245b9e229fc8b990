"""Runs: done once, resumed, retired, failed and tried again, bounded, one at a time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import layoutgen
from layoutgen.campaign import Campaign, publish
from layoutgen.campaign.folder import locked
from layoutgen.campaign.model import StopReason
from layoutgen.campaign.run import CampaignResult
from layoutgen.cli.campaign import stop_message
from layoutgen.renderers.abilities import START, STRENGTH, Abilities
from tests.campaign.factories import DRAWN, command, make, manifest, pictures, rows, write, wrong


def test_everything_is_made_once(tmp_path: Path) -> None:
    poster, data = write(tmp_path)
    first = make(tmp_path, data, poster, canvas="all", locale="all")
    assert (first.jobs, first.made, first.passed, first.exit_code) == (12, 12, 12, 0)
    before = pictures(tmp_path / "out")
    assert set(before) == {
        f"A{n}-{canvas}-{locale}.png" for n in range(3) for canvas in ("feed", "story") for locale in ("en", "de")
    }
    assert set(manifest(tmp_path / "out")) == set(before)
    second = make(tmp_path, data, poster, canvas="all", locale="all")
    assert (second.made, second.done_before, second.retired) == (0, 12, 0)
    assert pictures(tmp_path / "out") == before


def test_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    make(tmp_path, rows(3), poster, out="one")
    make(tmp_path, rows(3)[::-1], poster, out="two")
    assert pictures(tmp_path / "one") == pictures(tmp_path / "two")


def test_a_changed_row_is_made_anew_and_its_old_picture_retired(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    make(tmp_path, rows(3), poster)
    old = pictures(tmp_path / "out")
    changed = [{**rows(3)[0], "price": "8.88"}, rows(3)[1]]
    with Campaign(poster, changed, key="sku", renderer="draft") as campaign:
        plan = campaign.plan(tmp_path / "out")
        assert plan.reasons() == {"`price` changed: 9.99 EUR → 8.88 EUR": 1, "its row is not in the data any more": 1}
        assert pictures(tmp_path / "out") == old  # a plan changes nothing
        assert campaign.run(tmp_path / "out").summary().made == 1
    new = pictures(tmp_path / "out")
    assert set(new) == {"A0.png", "A1.png"}
    assert new["A1.png"] == old["A1.png"]
    assert new["A0.png"] != old["A0.png"]
    retired = {path.name: path.read_bytes() for path in (tmp_path / "out/.retired").rglob("*.png")}
    assert retired == {"A0.png": old["A0.png"], "A2.png": old["A2.png"]}


def test_a_new_price_that_fails_leaves_no_old_picture(tmp_path: Path) -> None:
    """The promise of it all: nowhere is a picture with the old price that someone could publish."""
    poster, data = write(tmp_path, DRAWN)
    make(tmp_path, data, poster)
    assert set(pictures(tmp_path / "out")) == {"A0.png", "A1.png", "A2.png"}
    assert publish(tmp_path / "out", tmp_path / "site").ok
    write(tmp_path, DRAWN, [{**rows(3)[0], "price": "111.11"}, *rows(3)[1:]])
    summary = make(tmp_path, data, poster, renderer=wrong())
    assert (summary.failed, summary.made, summary.exit_code) == (1, 1, 3)
    assert set(pictures(tmp_path / "out")) == {"A1.png", "A2.png"}
    refused = publish(tmp_path / "out", tmp_path / "site")
    assert not refused.ok
    assert not refused.copied
    assert [item.name for item in refused.mismatches] == ["A0.png"]
    # What was published before with the old price is taken away.
    assert refused.withdrawn == ("A0.png",)
    assert set(pictures(tmp_path / "site")) == {"A1.png", "A2.png"}


def test_failed_jobs_stay_failed_until_they_are_tried_again(tmp_path: Path) -> None:
    poster, _ = write(tmp_path, DRAWN)
    seeds = []
    for times, retry in ((1, False), (0, False), (0, True)):
        renderer = wrong(times=times)
        summary = make(tmp_path, rows(2), poster, renderer=renderer, retry_failed=retry)
        seeds += [seed for _, seed, _ in renderer.asked]
    assert summary.exit_code == 0
    assert len(seeds) == 3  # two at first, none the second time, one when it was tried again
    entry = manifest(tmp_path / "out")["A0.png"]
    assert entry["retries"] == 1
    assert entry["seed"] == seeds[2] != seeds[0]
    assert not list((tmp_path / "out/.failed").rglob("*.png"))


def test_failed_jobs_lie_apart_with_their_reasons(tmp_path: Path) -> None:
    poster, _ = write(tmp_path, DRAWN)
    summary = make(tmp_path, rows(1), poster, renderer=wrong())
    assert pictures(tmp_path / "out") == {}
    assert summary.failures[0].image == ".failed/A0.failed.png"
    assert (tmp_path / "out" / summary.failures[0].image).is_file()
    assert "r.name" in summary.failures[0].reasons[0]
    assert json.loads((tmp_path / "out/.failed/A0.record.json").read_text())["passed"] is False


def test_equal_art_is_generated_once(tmp_path: Path) -> None:
    """Prices are typeset on top, so three pictures of one name need one generation; so does a new price of the same width."""
    poster, _ = write(tmp_path, DRAWN)
    prices = ("1.11", "2.22", "3.33")
    data = [{"sku": f"A{price}", "name": "Ball", "price": price} for price in prices]
    renderer = wrong(times=0)
    summary = make(tmp_path, data, poster, renderer=renderer, seed_by="poster")
    assert summary.exit_code == 0
    assert len(renderer.asked) == 1
    assert sorted(entry["art"] for entry in manifest(tmp_path / "out").values()) == ["kept", "kept", "made"]
    assert len(set(pictures(tmp_path / "out").values())) == 3
    alone = make(tmp_path, data[2:], poster, renderer=wrong(times=0), seed_by="poster", out="alone")
    assert alone.exit_code == 0
    from PIL import Image, ImageChops

    one, other = (Image.open(tmp_path / folder / "A3.33.png") for folder in ("out", "alone"))
    assert ImageChops.difference(one, other).getbbox() is None
    data[0]["price"] = "4.44"
    make(tmp_path, data, poster, renderer=renderer, seed_by="poster")
    assert len(renderer.asked) == 1


def test_two_runs_in_one_folder(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    with locked(tmp_path / "out"), pytest.raises(layoutgen.PosterError, match="LG890"):
        make(tmp_path, rows(1), poster)
    assert make(tmp_path, rows(1), poster).exit_code == 0


def test_selected_rows(tmp_path: Path) -> None:
    """What is outdated is so for rows that are not selected as well; what is not is left alone."""
    poster, _ = write(tmp_path)
    data = [{**row, "price": f"{number + 1}.00"} for number, row in enumerate(rows(4))]
    assert make(tmp_path, data, poster, where="price < 3").made == 2
    assert make(tmp_path, data, poster, only_rows=["A3"]).made == 1
    assert set(pictures(tmp_path / "out")) == {"A0.png", "A1.png", "A3.png"}
    data[0]["price"] = "1.50"
    summary = make(tmp_path, data, poster, limit=1, where="price >= 3")
    assert (summary.made, summary.skipped, summary.retired) == (1, 1, 1)
    assert set(pictures(tmp_path / "out")) == {"A1.png", "A2.png", "A3.png"}


def test_results_as_they_come_and_callbacks(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    called: list[CampaignResult] = []
    with Campaign(poster, rows(3), key="sku", renderer="draft") as campaign:
        run = campaign.run(tmp_path / "out", on_result=called.append)
        first = next(iter(run))
        assert first.passed
        assert first.image is not None
        assert first.image.is_file()
        assert len(called) == 1
        rest = [result.row for result in run]
    assert [first.row, *rest] == ["A0", "A1", "A2"]
    assert run.summary().made == 3


def test_who_stops_iterating_can_go_on(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    with Campaign(poster, rows(3), key="sku", renderer="draft") as campaign:
        for _ in campaign.run(tmp_path / "out"):
            break
    assert len(pictures(tmp_path / "out")) == 1
    assert make(tmp_path, rows(3), poster).made == 2


async def _streamed(campaign: Campaign, folder: Path) -> list[str]:
    return [result.row async for result in campaign.stream(folder)]


def test_streaming_with_an_event_loop(tmp_path: Path) -> None:
    import asyncio

    poster, _ = write(tmp_path)
    with Campaign(poster, rows(2), key="sku", renderer="draft") as campaign:
        assert asyncio.run(_streamed(campaign, tmp_path / "out")) == ["A0", "A1"]


def test_budgets_end_a_run_that_goes_on_later(tmp_path: Path) -> None:
    poster, _ = write(tmp_path, DRAWN)
    stopped = make(tmp_path, rows(4), poster, renderer=wrong(), stop_after_failures=2)
    assert (stopped.stopped, stopped.exit_code, stopped.left, stopped.failed) == ("failures", 5, 2, 2)
    late = datetime.now().astimezone() - timedelta(seconds=1)
    none = make(tmp_path, rows(4), poster, renderer=wrong(times=0), deadline=late)
    assert (none.stopped, none.exit_code, none.made) == ("deadline", 5, 0)
    assert make(tmp_path, rows(4), poster, renderer=wrong(times=0)).made == 2


@pytest.mark.parametrize(("left", "pictures"), [(1, "1 picture is left"), (3, "3 pictures are left")])
@pytest.mark.parametrize(
    ("stopped", "why"),
    [
        ("gpu-seconds", "stopped: the GPU seconds are used up"),
        ("deadline", "stopped: the deadline has come"),
        ("failures", "stopped: too many pictures failed"),
        ("interrupted", "interrupted"),
    ],
)
def test_why_a_run_stopped_in_one_sentence(stopped: StopReason, why: str, left: int, pictures: str) -> None:
    assert stop_message(stopped, left) == f"{why}; {pictures}: run the campaign again to continue"


def test_a_deadline_on_the_command_line(tmp_path: Path) -> None:
    write(tmp_path)
    late = (datetime.now() - timedelta(minutes=1)).isoformat(timespec="minutes")
    result = command(
        "campaign", "card.poster", "--data", "rows.csv", "-o", "out", "--renderer", "draft", "--deadline", late, cwd=tmp_path
    )
    assert result.returncode == 5
    assert "stopped: the deadline has come; 3 pictures are left: run the campaign again" in result.stderr


def test_the_log_counts_causes(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    make(tmp_path, rows(3), poster)
    make(tmp_path, rows(2, price="8.88"), poster)
    starts = [json.loads(line) for line in (tmp_path / "out/log.jsonl").read_text().splitlines() if '"start"' in line]
    assert [start["stale"] for start in starts] == [{}, {"changed": 2, "row-gone": 1}]


def test_gpu_seconds(tmp_path: Path) -> None:
    class OnGpu(type(wrong())):  # type: ignore[misc]
        """Says, as the engine does, what it took of a GPU's memory."""

        def render(self, *given, **how):  # type: ignore[no-untyped-def]
            rendered = super().render(*given, **how)
            return type(rendered)(rendered.image, rendered.seed, rendered.seconds, {}, {"memory": {"peak_gib": 20.0}})

    poster, _ = write(tmp_path, DRAWN)
    summary = make(tmp_path, rows(4), poster, renderer=OnGpu({}, 0), max_gpu_seconds=0.001)
    assert (summary.stopped, summary.exit_code, summary.made) == ("gpu-seconds", 5, 1)
    assert summary.gpu_seconds > 0


def test_repairs_begin_at_the_least_strength_of_the_renderer(tmp_path: Path) -> None:
    class Strong(type(wrong())):  # type: ignore[misc]
        """Repairs below 0.65 come to nothing."""

        abilities = Abilities(tunable=frozenset({START, STRENGTH}), minimum_repair_strength=0.65)

        def __init__(self) -> None:
            super().__init__({"r.name": "BALLL"}, 3)
            self.strengths: list[float] = []

        def render(self, conditions, **how):  # type: ignore[no-untyped-def]
            if how["action"] == "repair":
                self.strengths.append(how["options"][STRENGTH])
            return super().render(conditions, **how)

    poster, _ = write(tmp_path, DRAWN.replace("attempts: 1", "attempts: 4"))
    renderer = Strong()
    assert make(tmp_path, rows(1), poster, renderer=renderer).passed == 1
    assert renderer.strengths
    assert min(renderer.strengths) >= 0.65


def test_a_renderer_that_breaks_off(tmp_path: Path) -> None:
    class Breaking(type(wrong())):  # type: ignore[misc]
        def render(self, conditions, **how):  # type: ignore[no-untyped-def]
            if "Ball 1" in conditions.glyphs[0].text:
                raise RuntimeError("the cable is out")
            return super().render(conditions, **how)

    poster, _ = write(tmp_path, DRAWN)
    summary = make(tmp_path, rows(3), poster, renderer=Breaking({}, 0))
    assert (summary.passed, summary.failed) == (2, 1)
    assert "RuntimeError: the cable is out" in summary.failures[0].reasons[0]
    assert "Traceback" in (tmp_path / "out/log.jsonl").read_text()


def test_a_damaged_picture_is_made_anew(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    make(tmp_path, rows(2), poster)
    whole = pictures(tmp_path / "out")
    (tmp_path / "out/A0.png").write_bytes(b"half of it")
    (tmp_path / "out/A1.png").unlink()
    assert make(tmp_path, rows(2), poster).made == 2
    assert pictures(tmp_path / "out") == whole


def test_an_unwritable_folder_says_so_in_one_line(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    (tmp_path / "out").write_text("a file")
    with pytest.raises(layoutgen.PosterError, match="LG902"):
        make(tmp_path, rows(1), poster)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0 or not shutil.which("mount"), reason="a small disk needs root")
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    poster, _ = write(tmp_path)
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80k", "tmpfs", disk], check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        with pytest.raises(layoutgen.PosterError) as caught:
            make(tmp_path, rows(16), poster, out="disk/out")
        (diagnostic,) = caught.value.diagnostics
        assert diagnostic.code == "LG902"
        assert "No space left" in diagnostic.message
        entries = manifest(disk / "out")
        assert 0 < len(entries) < 16
        assert set(pictures(disk / "out")) <= {f"A{number}.png" for number in range(16)}
        assert not list((disk / "out").rglob(".*.????????"))
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        assert make(tmp_path, rows(16), poster, out="disk/out").made == 16 - len(entries)
        whole = pictures(disk / "out")
    finally:
        subprocess.run(["umount", disk], check=True)
    make(tmp_path, rows(16), poster)
    assert pictures(tmp_path / "out") == whole


def test_data_that_changes_in_mid_run_is_said(tmp_path: Path) -> None:
    poster, data = write(tmp_path)
    with Campaign(poster, data, key="sku", renderer="draft") as campaign:
        run = campaign.run(tmp_path / "out")
        next(iter(run))
        write(tmp_path, data=rows(3, price="5.00"))
        summary = run.summary()
    assert summary.data_changed
    assert summary.made == 3
    assert make(tmp_path, data, poster).made == 3
