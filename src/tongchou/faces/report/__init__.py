"""Reports for people who decide: one HTML page that needs nothing else, a workbook, and Parquet tables.

Door: `write_report` renders a `Report` into a folder.
"""

from tongchou.faces.report.model import Change, Policy, Report
from tongchou.faces.report.write import write_report

__all__ = ["Change", "Policy", "Report", "write_report"]
