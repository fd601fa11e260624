"""What a region declares of its clearing: in the pack in force when a year is opened, and kept with it from then on."""

from __future__ import annotations

from tongchou.engines.payment import Rules, rules_of
from tongchou.engines.payment.rules import from_document
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.region.pack import Pack
from tongchou.record.clearing.models import ClearingYear

_NONE = {"Y103", "Y106"}


def declared_for(pack: Pack, year: int) -> Rules:
    """The rules of a pack for a year. Raises M501 for a region that declares none, Y104 for what begins or ends within
    the year."""
    try:
        return rules_of(pack.facts, year)
    except ProblemError as error:
        if {problem.code for problem in error.problems} <= _NONE:
            raise fail("M501", region=pack.region.name.zh, year=year) from error
        raise


def kept_with(year: ClearingYear) -> Rules:
    """The rules as they were when the year was opened."""
    return from_document(year.rules, f"clearing year {year.pk}")
