"""The facts of a claim; every engine asks for facts alike, so they live in ground."""

from tongchou.ground.region.facts import MISSING, Facts

__all__ = ["MISSING", "Facts"]
