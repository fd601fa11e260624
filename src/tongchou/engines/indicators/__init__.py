"""Indicators: what a plan promises and what an agreement asks, against what was measured.

Doors: `target_on` what a plan declares, `judge` whether a measured figure reaches it; `asked_on` the indicators of
agreements, `read_cases` visits and stays, `measure` the figures of institutions.
"""

from tongchou.engines.indicators.asked import asked_on
from tongchou.engines.indicators.measuring import measure
from tongchou.engines.indicators.reading import read_cases
from tongchou.engines.indicators.targets import Goal, judge, target_on

__all__ = ["Goal", "asked_on", "judge", "measure", "read_cases", "target_on"]
