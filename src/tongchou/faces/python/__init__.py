"""Tongchou from Python: a region settles Arrow tables, pandas and Polars frames, or one claim, and explains each fen.

Doors: `load_region` gives a `Region`; `Region.settle` gives `Results`, `Region.settle_claim` one `Settled`.
"""

from tongchou.faces.python.again import Difference, NotAsStored
from tongchou.faces.python.explained import Explained
from tongchou.faces.python.region import Region, load_region
from tongchou.faces.python.results import Results
from tongchou.faces.python.settled import Settled

__all__ = ["Difference", "Explained", "NotAsStored", "Region", "Results", "Settled", "load_region"]
