"""Who is entitled to what. Whoever looks is in the trail."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pyarrow as pa
from django.db import connection

from tongchou.engines.contributions import BulkEntitlement, Period, Spell, entitlement, entitlement_in_bulk
from tongchou.ground.region.pack import Pack
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import read, statement_of
from tongchou.record.base.scope import Scoped
from tongchou.record.contributions.queries import payment_table, payments_of
from tongchou.record.enrolment import models
from tongchou.record.enrolment.insurances import facts_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import person

_SPELLS = (
    "SELECT person_id, insurance, lower(during), upper(during) - 1, suspended, facts::text FROM enrolment_spell"
    " WHERE id IN (#rows)",
    {
        "person_id": pa.int64(),
        "scheme": pa.string(),
        "from_date": pa.date32(),
        "through_date": pa.date32(),
        "suspended": pa.bool_(),
        "facts": pa.string(),
    },
)
_SPELLS_OF = """
SELECT insurance, lower(during), upper(during) - 1, suspended, facts::text FROM enrolment_spell WHERE person_id = %s
"""
_DEATHS = (
    "SELECT id, died FROM person WHERE died IS NOT NULL AND id IN (#rows)",
    {"person_id": pa.int64(), "died_on": pa.date32()},
)


def entitlement_of(*, person_id: int, on: date) -> list[Period]:
    """What a person in scope is entitled to on a day, fund by fund; nothing where the person is not enrolled.

    Raises A114 for nobody, and what the engine says of a history that the region's rules cannot be asked about.
    """
    return [one for one in _periods("entitlement.of", person_id) if _holds(one, on)]


def periods_of(*, person_id: int) -> list[Period]:
    """All entitlement periods of a person in scope, by insurance, fund and day. Raises as `entitlement_of`."""
    return _periods("entitlement.periods", person_id)


def entitled(*, on: date) -> BulkEntitlement:
    """What everybody in scope is entitled to on a day, as a table; `refused` are those whose history cannot be derived.
    It is written in the trail as an export, without the names of all."""
    actor().needs("enrolment.read")
    trail.write("export", "entitlement.entitled", details={"on": str(on)})
    return entitlement_in_bulk(
        pack_in_force(), _table(_SPELLS, models.Spell), payment_table(clock.today()), _table(_DEATHS, Person), on
    )


def _periods(name: str, person_id: int) -> list[Period]:
    actor().needs("enrolment.read")
    found, pack = person(person_id), pack_in_force()
    trail.seen(name, [found.pk])
    own = list(_spells_of(found, pack))
    deaths = {} if found.died is None else {str(found.pk): found.died}
    return entitlement(pack, own, payments_of([found.pk], clock.today()), deaths)


def _spells_of(found: Person, pack: Pack) -> Iterator[Spell]:
    """All of a person's, also through an employer whom one may not see: entitlement follows from all of them."""
    with connection.cursor() as cursor:
        cursor.execute(_SPELLS_OF, [found.pk])
        for insurance, first, last, suspended, facts in cursor.fetchall():
            yield Spell(str(found.pk), insurance, first, last, facts_of(pack, json.loads(facts)), suspended)


def _table(columns: tuple[str, dict[str, pa.DataType]], model: type[Scoped]) -> pa.Table:
    """Columns of the rows in scope."""
    text, types = columns
    inner, parameters = statement_of(model.objects.values("id"))
    return read(text.replace("#rows", inner), parameters, types)


def _holds(period: Period, on: date) -> bool:
    return period.from_date <= on and (period.through_date is None or on <= period.through_date)
