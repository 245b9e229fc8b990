"""Campaigns: rows × canvases × locales → pictures, each made once, in a folder that always tells the truth.

rows ─read─▶ table ─check(params)─▶ jobs ─compare(manifest)─▶ plan ─work─▶ outcomes ─write─▶ folder ─publish─▶ elsewhere
"""

from layoutgen.campaign.approvals import Approval, Mark, Marks, approve, read_marks
from layoutgen.campaign.campaign import Campaign
from layoutgen.campaign.data.sources import read_rows
from layoutgen.campaign.data.table import Row, Table
from layoutgen.campaign.estimate import Estimate
from layoutgen.campaign.model import Entry, Job, Summary
from layoutgen.campaign.plan import Plan
from layoutgen.campaign.publish import Mismatch, Publication, publish
from layoutgen.campaign.run import Result, Run

__all__ = [
    "Approval", "Campaign", "Entry", "Estimate", "Job", "Mark", "Marks", "Mismatch", "Plan", "Publication", "Result", "Row",
    "Run", "Summary", "Table", "approve", "publish", "read_marks", "read_rows",
]  # fmt: skip
