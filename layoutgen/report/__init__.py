"""The report page: one HTML file that shows a render, what it should say, what was read, and every attempt."""

from layoutgen.report.page import report_page

__all__ = ["report_page"]
