"""How a region exchanges messages with institutions on a day."""

from __future__ import annotations

from datetime import date

from tongchou.ground.region.interface_kinds import Exchange
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.values import value_of


def exchange_on(pack: Pack, day: date) -> Exchange:
    """What the region declares, under whichever scheme it does; else what holds without a word."""
    found = next((one for one in pack.facts if one.kind == "exchange" and one.covers(day)), None)
    return Exchange() if found is None else value_of(found, Exchange)
