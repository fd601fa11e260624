"""Contributions: who owes what to the fen, what was received, what it credits, and from when to when it entitles."""

from tongchou.engines.contributions.assess import Assessment, assess

__all__ = ["Assessment", "assess"]
