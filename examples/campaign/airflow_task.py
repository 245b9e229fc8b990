"""Tasks as Airflow, Prefect or Dagster run them: plain functions that can be run again, whose results are JSON.

In a DAG file:

    from airflow.decorators import dag, task
    from airflow_task import make_cards, publish_cards

    @dag(schedule="@daily")
    def cards():
        publish = task(publish_cards)
        publish(task(make_cards, retries=3)("/srv/rows.csv", "/srv/out"), "/srv/site")
"""

from pathlib import Path
from typing import Any

import layoutgen
from layoutgen.campaign import publish

HERE = Path(__file__).parent


class NotFinished(RuntimeError):
    """Raised for a scheduler, which tries the task again; the campaign continues where it stopped."""


def make_cards(rows: str, folder: str, *, renderer: str = "draft", hours: float = 2.0) -> dict[str, Any]:
    """One run; its summary. NotFinished when a budget ended it."""
    with layoutgen.Campaign(HERE / "card.poster", rows, key="sku", canvas="all", renderer=renderer) as campaign:
        summary = campaign.run(folder, max_gpu_seconds=hours * 3600).summary()
    if summary.stopped:
        raise NotFinished(f"{summary.left} cards are left")
    return summary.model_dump(mode="json")


def publish_cards(summary: dict[str, Any], site: str) -> list[str]:
    """Publish what passed; the names of the pictures that were published."""
    return list(publish(Path(summary["folder"]), Path(site), partly=True).copied)


if __name__ == "__main__":
    import sys

    print(publish_cards(make_cards(str(HERE / "rows.csv"), sys.argv[1]), sys.argv[2]))
