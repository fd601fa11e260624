"""Memory for runs over many tables: what is let go of is kept for the next table.

A page fresh from the system costs more than most of what is done with it, and a table lives for a moment.
"""

from __future__ import annotations

import ctypes

_TRIM, _MMAP = -1, -3
"""Options of `mallopt`: free memory above which some goes back, the size from which an array has pages of its own."""
_FREE, _LARGE = 256 << 20, 32 << 20  # bytes


def keep_memory() -> None:
    """Let this process keep what it lets go of, numpy and Arrow alike; where the C library knows no such wish, Arrow
    stays as it was."""
    import pyarrow as pa

    try:
        wish = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return
    if wish(_MMAP, _LARGE) and wish(_TRIM, _FREE):
        pa.set_memory_pool(pa.system_memory_pool())
