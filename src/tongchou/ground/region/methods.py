"""The methods by which institutions are paid, and the settings in which they are."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

Method = Literal[
    "dip", "drg_points", "drg_rate", "per_disease", "per_diem", "capitation", "quota", "service", "lump"
]  # fmt: skip
METHODS: tuple[str, ...] = get_args(Method)
POINTS = ("dip", "drg_points")
"""Methods whose price follows from a budget and everybody's points."""
BANDED = (*POINTS, "drg_rate")
"""Methods that compare a case's cost with a mean or standard."""
Setting = Literal["inpatient", "outpatient"]
SETTINGS: tuple[str, ...] = get_args(Setting)
Words = Annotated[tuple[str, ...], Field(min_length=1)]
