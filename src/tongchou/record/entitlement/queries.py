"""Who is entitled to what. Whoever looks is in the trail."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from tongchou.engines.contributions import BulkEntitlement, Period, Spell, entitlement, entitlement_in_bulk
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.record.audit import trail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import read, statement_of
from tongchou.record.base.prepared import rows
from tongchou.record.base.scope import Scoped
from tongchou.record.contributions.queries import payment_table, payments_of
from tongchou.record.enrolment import models
from tongchou.record.enrolment.insurances import asked_of_persons, facts_of
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.models import Person
from tongchou.record.people.queries import not_for_employers

_SPELLS = """
SELECT s.person_id, s.insurance, lower(s.during), upper(s.during) - 1, s.suspended, {facts}::text
FROM enrolment_spell s {person} WHERE s.id IN (#rows)
"""
_SPELL_TYPES = {
    "person_id": pa.int64(),
    "scheme": pa.string(),
    "from_date": pa.date32(),
    "through_date": pa.date32(),
    "suspended": pa.bool_(),
    "facts": pa.string(),
}
_OF_PERSON = {"sex": "'sex', p.sex", "birth_date": "'birth_date', p.born::text"}
_HISTORY = """
SELECT p.id, p.sex, p.born, p.died, p.merged_into_id,
    s.insurance, lower(s.during), upper(s.during) - 1, s.suspended, s.facts::text
FROM person p LEFT JOIN enrolment_spell s ON s.person_id = p.id WHERE p.id = %s::bigint AND p.id IN (#rows)
"""
_DEATHS = "SELECT id, died FROM person WHERE died IS NOT NULL AND id IN (#rows)"
_DEATH_TYPES = {"person_id": pa.int64(), "died_on": pa.date32()}


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
    pack = pack_in_force()
    spells = _table(_spells(asked_of_persons(pack)), models.Spell, _SPELL_TYPES)
    return entitlement_in_bulk(pack, spells, payment_table(clock.today()), _table(_DEATHS, Person, _DEATH_TYPES), on)


def _periods(name: str, person_id: int) -> list[Period]:
    actor().needs("enrolment.read")
    not_for_employers()
    found = _history(person_id)
    pack, (number, sex, born, died) = pack_in_force(), found[0][:4]
    trail.seen(name, [number])
    known = {"sex": sex, "birth_date": born}
    own = [_spell(pack, number, known, *row[5:]) for row in found if row[5] is not None]
    deaths = {} if died is None else {str(number): died}
    return entitlement(pack, own, payments_of([number], clock.today()), deaths)


def _history(number: int) -> list[tuple[Any, ...]]:
    """A person in scope and a row for each spell, or one without; a merged one leads to the one that was kept."""
    inner, scope = statement_of(Person.objects.values("id"))
    while found := rows(_HISTORY.replace("#rows", inner), [number, *scope]):
        number = found[0][4]
        if number is None:
            return found
    raise fail("A114")


def _spell(
    pack: Pack,
    number: int,
    known: Mapping[str, Any],
    insurance: str,
    first: date,
    last: date | None,
    suspended: bool,
    facts: str,
) -> Spell:
    """Any of a person's, also through an employer whom one may not see: entitlement follows from all of them."""
    return Spell(str(number), insurance, first, last, {**facts_of(pack, json.loads(facts)), **known}, suspended)


def _spells(asked: Sequence[str]) -> str:
    """With facts of the person only where a rule asks for them: people with equal rows are derived once."""
    if not asked:
        return _SPELLS.format(facts="s.facts", person="")
    known = ", ".join(_OF_PERSON[name] for name in asked)
    return _SPELLS.format(
        facts=f"(s.facts || jsonb_build_object({known}))", person="JOIN person p ON p.id = s.person_id"
    )


def _table(statement: str, model: type[Scoped], types: Mapping[str, pa.DataType]) -> pa.Table:
    """Columns of the rows in scope."""
    inner, parameters = statement_of(model.objects.values("id"))
    return read(statement.replace("#rows", inner), parameters, types)


def _holds(period: Period, on: date) -> bool:
    return period.from_date <= on and (period.through_date is None or on <= period.through_date)
