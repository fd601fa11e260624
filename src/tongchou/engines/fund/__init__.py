"""The fund: how long a surplus lasts.

Doors: `months_of_cover`, `cover_terms` what a region declares of it.
"""

from tongchou.engines.fund.cover import Cover, cover_terms, months_of_cover

__all__ = ["Cover", "cover_terms", "months_of_cover"]
