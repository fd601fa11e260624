"""Replay by columns: it proves what comes out the same, and leaves to the plain step whatever was altered."""

import json
from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
from django.db import connection, connections, transaction

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.batch.stage import a_year, known_in
from tests.record.settlement.test_verify import plant
from tests.record.undone import undone
from tongchou.record.base import clock
from tongchou.record.postgres import OWNER, SERVICE, Cluster
from tongchou.record.project.start import hang_up
from tongchou.record.settlement import replay as replaying
from tongchou.record.settlement.batch import post_batch
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.replay import replay, shares
from tongchou.record.settlement.replay_columns import alike
from tongchou.record.settlement.replay_tables import Told
from tongchou.record.settlement.rules import rules_of

PEOPLE = 24
ALTERED = "SELECT id FROM settlement_event ORDER BY total DESC, id LIMIT 1"
EVENT = f"UPDATE settlement_event SET {{}} WHERE id = ({ALTERED})"
_FIRST = f"SELECT event_id, min(charge_id) FROM settlement_line WHERE event_id = ({ALTERED}) GROUP BY 1"
LINE = f"UPDATE settlement_line SET {{}} WHERE (event_id, charge_id) = ({_FIRST})"
CLAIM = "claim = jsonb_set(claim::jsonb, '{}', '{}')::json"


@pytest.fixture(scope="module")
def year(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A posted year, seen by the owner, who alone can alter it."""
    data, results = a_year(tmp_path_factory.mktemp("year"), PEOPLE)
    hang_up()
    settings = connections["default"].settings_dict
    settings["USER"] = OWNER
    try:
        with undone(), clock.at(date(2026, 3, 1)), doing_everything():
            put_in_force()
            city = organisation("agency", organisation("agency"))
            post_batch(data=data, results=results, known=known_in(data, city))
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
    finally:
        settings["USER"] = SERVICE
        hang_up()


@pytest.fixture
def altering(year: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(replaying, "MANY", 0)
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told() -> list[tuple[str, str]]:
    found = [problem for persons in shares() for problem in replay(persons).problems]
    return [(problem.code, str(problem.details.get("what", problem.details.get("why")))) for problem in found]


def left() -> tuple[int, set[int]]:
    """How many events come out the same by columns, and whose do not."""
    everybody = np.array(Event.objects.values_list("person", flat=True).distinct(), dtype=np.int64)
    same, persons = alike(everybody, replaying._groups)
    return same, set(persons)


@pytest.mark.usefixtures("altering")
def test_what_was_posted_comes_out_the_same_by_columns() -> None:
    assert left() == (Event.objects.count(), set())
    assert sum(replay(persons).events for persons in shares()) == Event.objects.count() > 30
    assert told() == []


@pytest.mark.usefixtures("altering")
@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("total", "total = total + 1"),
        ("cash", "cash = cash + 1"),
        ("hospital", "hospital = hospital + 1"),
        ("basis_date", "basis_date = basis_date + 1"),
        ("year", "year = year + 1"),
        ("fields", "fields = jsonb_set(fields, '{fund_pay_sumamt}', '7')"),
        ("paid", "paid = paid || '{\"x\": 0}'"),
        ("delta", "delta = '[]'"),
        ("reads", "reads = '[]'"),
        ("trace", "trace = '[]'"),
        ("total", CLAIM.format("{lines,amount}", "1")),
        ("semantics 0", "semantics = 0"),
        ("G101", "pack = 'x'"),
    ],
)
def test_an_altered_event_is_left_to_the_plain_step(what: str, change: str) -> None:
    person = Event.objects.order_by("-total", "id").values_list("person", flat=True)[0]
    plant("settlement_event", EVENT.format(change))
    same, persons = left()
    assert person in persons
    assert 0 < same < Event.objects.count()
    assert any(what in said for _, said in told())


@pytest.mark.usefixtures("altering")
@pytest.mark.parametrize(
    "change",
    ["cash = cash + 1, in_scope = in_scope - 1", "hospital = 5", "paid = '{}'", "event_id = 0", "charge_id = 0"],
)
def test_an_altered_line_is_left_to_the_plain_step(change: str) -> None:
    plant("settlement_line", LINE.format(change))
    assert left()[1]
    assert told() == [("V421", "lines")]


@pytest.mark.usefixtures("altering")
@pytest.mark.parametrize(
    "said",
    [
        {"given": {"x": 1}},
        {"entitlements": {"x": ["full", ""]}},
        {"lines": []},
        {"facts": {"sex": "未知"}},
        {"facts": {"nth": {"number": "7/2"}}},
        {"facts": {"enrolled_on": {"day": "2031-01-01"}}},
        {"facts": {"enrolled_on": None}},
        {"facts": {"total_fee": {"number": "3"}}},
        {"facts": {"what nobody declares": "x"}},
        {"facts": {"months": {"number": "-1"}}},
        {"facts": {"level": ["三级"]}},
        {"facts": {"diseases": []}},
    ],
)
def test_what_no_table_says_is_left_to_the_plain_step(said: dict[str, object]) -> None:
    event = Event.objects.order_by("-total", "id")[0]
    claim = json.loads(json.dumps(event.claim))
    assert Told(rules_of(event.pack).pack).take(claim, event.balances) is not None
    facts = {name: value for name, value in (claim["facts"] | said.pop("facts", {})).items() if value is not None}
    assert Told(rules_of(event.pack).pack).take(claim | {"facts": facts} | said, event.balances) is None


@pytest.mark.usefixtures("altering")
def test_claims_that_contradict_each_other_are_left_to_the_plain_step() -> None:
    event = Event.objects.order_by("-total", "id")[0]
    for other in ({"birth_date": {"day": "1901-01-01"}}, {"category": "另一类"}):
        both = Told(rules_of(event.pack).pack)
        assert both.take(event.claim, event.balances) is not None
        claim = event.claim | {"id": "v0.0", "facts": event.claim["facts"] | other}
        assert both.take(claim, event.balances) is None
    assert both.take(event.claim, event.balances) is None  # twice under one name
