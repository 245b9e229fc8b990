"""Campaigns: rows × canvases × locales → pictures, each made once, in a folder that always tells the truth.

rows ─read─▶ table ─check(params)─▶ jobs ─compare(manifest)─▶ plan ─work─▶ outcomes ─write─▶ folder ─publish─▶ elsewhere
"""

from layoutgen.campaign.approvals import Approval, ApprovalMark, MarksFile, approve, read_marks
from layoutgen.campaign.campaign import Campaign
from layoutgen.campaign.data.sources import read_rows
from layoutgen.campaign.data.table import Row, Table
from layoutgen.campaign.estimate import Estimate
from layoutgen.campaign.model import Job, ManifestEntry, Summary
from layoutgen.campaign.plan import RunPlan
from layoutgen.campaign.publish import Mismatch, Publication, publish
from layoutgen.campaign.run import CampaignResult, Run

__all__ = [
    "Approval", "ApprovalMark", "Campaign", "CampaignResult", "Estimate", "Job", "ManifestEntry", "MarksFile", "Mismatch",
    "Publication", "Row", "Run", "RunPlan", "Summary", "Table", "approve", "publish", "read_marks", "read_rows",
]  # fmt: skip
