"""The registration of an admission, where the region asks for one within so many days (BEN-11): a filing of the
hospital, made together with the visit and ended with the stay."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from tongchou.engines import filings as engine
from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.scope import system
from tongchou.record.filings.about import About
from tongchou.record.filings.keeping import as_engine, keep
from tongchou.record.filings.models import Filing
from tongchou.record.filings.submitting import submit_for
from tongchou.record.packs.queries import pack_in_force, pack_of
from tongchou.record.visits.models import Particulars, Visit

_ALL = system("a stay that is over ends its registration, wherever it was")
_DAY = timedelta(days=1)
_UNTOLD = (time(), time(23, 59, 59))
"""The hour of what was told as a day."""


def file_admission(
    whom: About,
    scheme: str,
    name: str,
    provider: str,
    admitted: date,
    facts: Mapping[str, Any],
    hour: datetime | None = None,
) -> Filing:
    """File the admission under the type `name`, which is asked for the day, the institution, and facts of the visit.
    `hour`: when on the day it was, by the region's clock, where that was told.

    Stays of the person that are over no longer keep it from being filed, and one that ended on the day itself gives
    that day up, unless it ended at a later hour; a settlement of it finds its own registration all the same. Raises
    what `filings.submit` raises: F010 where another stay goes on, F007 where it comes too late and that is refused;
    where late ones are reviewed it waits."""
    assert whom.person is not None
    over = Visit.objects.within(_ALL).filter(person=whom.person, state="discharged", filing__state=engine.APPROVED)
    for visit in over.select_related("filing"):
        assert visit.discharged is not None
        again = visit.discharged == admitted and not _left_after(visit, hour)
        end(visit, visit.discharged if again else visit.discharged + _DAY)
    of = engine.type_on(pack_in_force(), scheme, name, clock.today())
    known = {**facts, "admitted": admitted.isoformat(), "provider": provider}
    asked = (*of.value.names, *of.value.may_name)
    names = {one: known[one] for one in asked if one in known}
    return submit_for(whom, scheme=scheme, type=name, names=names)


def check_alone(visit: Visit) -> None:
    """Raises F010 where another stay of the person took the place of this one's registration."""
    row = visit.filing
    if row is None or row.state == engine.APPROVED:
        return
    others = Filing.objects.within(_ALL).filter(
        person=row.person_id, scheme=row.scheme, type=row.type, state=engine.APPROVED
    )
    running = others.exclude(id=row.pk).first()
    if running is not None and running.during is not None:
        raise fail("F010", type=row.type, limit=1, running=f"{row.type}({running.during.lower}起)")


def _left_after(visit: Visit, hour: datetime | None) -> bool:
    """Whether a stay ended later on its last day than an hour, as far as both were told."""
    said = Particulars.objects.within(_ALL).filter(visit=visit, stage="discharge").first()
    try:
        left = datetime.fromisoformat(said.said["endtime"]).time() if said is not None else time()
    except (KeyError, TypeError, ValueError):  # nothing was told, or in words
        return False
    return hour is not None and not {hour.time(), left} & set(_UNTOLD) and hour.time() < left


def end(visit: Visit, since: date) -> None:
    """End the registration of a visit, from a day on; one that is over already is left alone."""
    row = visit.filing
    if row is not None and row.state in (engine.SUBMITTED, engine.APPROVED):
        step = engine.withdraw(pack_of(row.pack), as_engine(row), on=since, since=since)
        keep(row, step, "withdraw", f"就诊 {visit.number}")
