"""Rows that are made without their model's own ado are what it would make."""

from datetime import UTC, date, datetime

import pytest

from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired, visit
from tongchou.record.accounts.models import Entry
from tongchou.record.audit.models import Entry as Trail
from tongchou.record.base.actor import acting, system_actor
from tongchou.record.base.prepared import columns, insertion, made, new, rows
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.visits.models import Visit

NOON = datetime(2025, 5, 10, 12, tzinfo=UTC)
MOVED = {"person_id": 1, "insurance": "employee", "account": "个人账户", "day": NOON.date(), "kind": "care"} | {
    "fen": -5,
    "source": "settlement 1",
    "at": NOON,
}
DONE = {"at": NOON, "kind": "command", "name": "x", "who": "y", "persons": [1], "transaction": 7}


@pytest.mark.parametrize(("model", "values"), [(Entry, MOVED), (Trail, DONE)])
def test_a_new_row_is_as_its_model_makes_it(model: type, values: dict) -> None:
    mine, its = vars(new(model, **values)), vars(model(**values))
    states = mine.pop("_state"), its.pop("_state")
    assert mine == its
    assert [(one.adding, one.db, one.fields_cache) for one in states] == [(True, None, {})] * 2


def test_what_is_left_to_the_database_is_not_sent() -> None:
    """The number, and the transaction, which it fills itself."""
    text = insertion(new(Trail, **{name: value for name, value in DONE.items() if name != "transaction"})).text
    assert '"transaction"' not in text
    assert '"id"' not in text


def test_a_row_read_is_as_its_model_reads_it(record: None) -> None:
    with acting(system_actor("test", *PERMISSIONS)):
        city = organisation("agency", organisation("agency"))
        number = visit(hospital(city), retired(city), date(2025, 5, 10), disease="高血压").pk
        (mine,) = made(Visit, rows(f"SELECT {columns(Visit, 'v')} FROM visit v WHERE id = %s", [number]))
        its = Visit.objects.get(id=number)
        assert vars(mine) | {"_state": None} == vars(its) | {"_state": None}
        assert mine.facts["disease"] == "高血压"
        assert (mine._state.adding, mine._state.db) == (False, "default")
        (part,) = made(Visit, rows("SELECT v.id, v.number FROM visit v WHERE id = %s", [number]), "id", "number")
        assert part.get_deferred_fields() == {one.attname for one in Visit._meta.concrete_fields} - {"id", "number"}
        assert part.scheme == its.scheme


def test_a_time_is_read_as_django_reads_it(record: None) -> None:
    ((found,),) = rows("SELECT %s::timestamptz", [NOON])
    assert found == NOON
    assert found.utcoffset() == NOON.utcoffset()
