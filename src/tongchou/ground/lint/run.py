"""All that lint looks for, in one call."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tongchou.ground.errors import Problem
from tongchou.ground.lint.calendars import check_calendars
from tongchou.ground.lint.cares import check_cares
from tongchou.ground.lint.dates import check_dates
from tongchou.ground.lint.desk import Desk
from tongchou.ground.lint.insurances import check_insurances
from tongchou.ground.lint.layers import check_layers
from tongchou.ground.lint.rates import check_rates
from tongchou.ground.lint.sources import check_sources
from tongchou.ground.lint.splits import check_splits
from tongchou.ground.lint.stated import check_stated
from tongchou.ground.lint.tables import check_classes, check_tables
from tongchou.ground.lint.upkeep import check_acknowledgements, check_upkeep
from tongchou.ground.region.pack import Pack


def lint(pack: Pack, *, sources_dir: str | Path | None = None, today: date | None = None) -> list[Problem]:
    """What is wrong with, or surprising in, a pack that loads; in the order of its files.

    With `sources_dir` each restatement is held against the decree's own text. Reviews that are due are only reported
    for a given day: rules know no clock.
    """
    desk = Desk(pack)
    check_dates(desk)
    check_classes(desk)
    check_tables(desk)
    check_layers(desk)
    check_rates(desk)
    check_splits(desk)
    check_insurances(desk)
    check_calendars(desk)
    check_cares(desk)
    check_stated(desk)
    if sources_dir is not None:
        check_sources(desk, Path(sources_dir))
    check_upkeep(desk, today)
    check_acknowledgements(desk)
    return sorted(desk.problems, key=lambda p: (p.place.file or "", p.place.line or 0, p.code))
