"""The fund: how long a surplus lasts, and who bears the deficit of a county.

Doors: `months_of_cover`, `bear`; `cover_terms` and `deficit_terms` what a region declares of them.
"""

from tongchou.engines.fund.cover import Cover, cover_terms, months_of_cover
from tongchou.engines.fund.deficits import Borne, bear, deficit_terms

__all__ = ["Borne", "Cover", "bear", "cover_terms", "deficit_terms", "months_of_cover"]
