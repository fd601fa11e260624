"""Synthetic regions: persons, visits, stays and their lines, drawn from a profile calibrated to published figures.

What is drawn is a test bed and no evidence of anything. The doors open when first used, because numpy is optional.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tongchou.engines.synth.profile import Profile, ProfileError, load_profile, shipped_profile
    from tongchou.engines.synth.region import Made, generate

_DOORS = {
    "Made": "region",
    "generate": "region",
    "Profile": "profile",
    "ProfileError": "profile",
    "load_profile": "profile",
    "shipped_profile": "profile",
}

__all__ = ["Made", "Profile", "ProfileError", "generate", "load_profile", "shipped_profile"]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_DOORS[name]}"), name)
