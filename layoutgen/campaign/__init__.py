"""Campaigns: rows × canvases × locales → pictures, each made once, in a folder that always tells the truth.

rows ─read─▶ table ─check(params)─▶ jobs ─compare(manifest)─▶ plan ─work─▶ outcomes ─write─▶ folder ─publish─▶ elsewhere
"""

from layoutgen.campaign.approving import Approval, Mark, Marks, approve, read_marks
from layoutgen.campaign.campaign import Campaign
from layoutgen.campaign.estimating import Estimate
from layoutgen.campaign.model import Entry, Job, Summary
from layoutgen.campaign.planning import Plan
from layoutgen.campaign.publishing import Mismatch, Publication, publish
from layoutgen.campaign.running import Result, Run
from layoutgen.campaign.sources import read_rows
from layoutgen.campaign.tables import Row, Table

__all__ = [
    "Approval", "Campaign", "Entry", "Estimate", "Job", "Mark", "Marks", "Mismatch", "Plan", "Publication", "Result", "Row",
    "Run", "Summary", "Table", "approve", "publish", "read_marks", "read_rows",
]  # fmt: skip
