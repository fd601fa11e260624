"""Settlement lists with their versions, what was found in them, applications to leave grouping, and groups."""

from tongchou.record.lists.models.content import Diagnosed, Finding, IntensiveCare, Operated, Version
from tongchou.record.lists.models.grouping import Grouping
from tongchou.record.lists.models.leaving import ExitApplication
from tongchou.record.lists.models.sheet import SettlementList

__all__ = [
    "Diagnosed",
    "ExitApplication",
    "Finding",
    "Grouping",
    "IntensiveCare",
    "Operated",
    "SettlementList",
    "Version",
]
