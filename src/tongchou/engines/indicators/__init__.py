"""Indicators: what a plan promises, against what was measured.

Doors: `target_on` what is declared, `judge` whether a measured figure reaches it.
"""

from tongchou.engines.indicators.targets import Goal, judge, target_on

__all__ = ["Goal", "judge", "target_on"]
