"""Rows from a pandas frame, results as they come.

python from_frame.py OUT
"""

import sys
from pathlib import Path

import pandas as pd

import layoutgen

HERE = Path(__file__).parent


def main(folder: str) -> int:
    """Make the cards of all rows that have a price, and print the result of each."""
    frame = pd.read_csv(HERE / "rows.csv", sep=";")
    frame = frame[frame["price"].notna()]
    with layoutgen.Campaign(HERE / "card.poster", frame, key="sku", renderer="draft") as campaign:
        run = campaign.run(folder)
        for result in run:
            print(result.row, result.status, result.image)
        return run.summary().exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
