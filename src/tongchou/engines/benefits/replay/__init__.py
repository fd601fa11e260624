"""Replay: the claims of whole households, in and out as Arrow tables, by the bulk run and where it must by the step."""

from tongchou.engines.benefits.replay.households import Households, together
from tongchou.engines.benefits.replay.replay import Replay
from tongchou.engines.benefits.replay.results import Results

__all__ = ["Households", "Replay", "Results", "together"]
