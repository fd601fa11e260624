"""When a spell's cover begins; contributions ask it too, so it lives in ground."""

from tongchou.ground.region.waiting import cover_start, longest

__all__ = ["cover_start", "longest"]
