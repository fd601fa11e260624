"""The example of the page on loading a settled year."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.record.contributions.stage import doing_everything, put_in_force, region
from tests.record.orgs.people import organisation
from tests.record.settlement.batch.stage import known_in
from tongchou.faces.cli.settle import settle_folder
from tongchou.ground.tables import schema
from tongchou.record.accounts import queries as accounts
from tongchou.record.base import clock
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.settlement.batch import post_batch
from tongchou.record.settlement.models import Event

PAGE = Path(__file__).parents[4] / "docs" / "algorithms" / "loading.md"
TODAY = date(2026, 3, 1)
BOOKS = ("benefit_accrued", "account_liability", "opening", "provider_payable")
ROWS: dict[str, dict[str, Any]] = {
    "persons": {"person_id": "A", "household_id": "H", "birth_date": date(1955, 3, 7), "sex": "男"},
    "spells": {
        "spell_id": "S",
        "person_id": "A",
        "scheme": "employee",
        "from_date": date(2015, 1, 1),
        "status": "退休",
        "category": "普通",
        "facts": [("公务员", "否")],
    },
    "accounts": {
        "account_id": "C",
        "person_id": "A",
        "kind": "个人账户",
        "balance": 500_00,
        "as_of": date(2024, 12, 31),
    },
    "claims": {
        "claim_id": "1",
        "person_id": "A",
        "scheme": "employee",
        "kind": "住院",
        "provider_id": "F",
        "level": "二级",
        "place": "市内",
        "referral": "无",
        "admitted_on": date(2025, 5, 10),
        "discharged_on": date(2025, 5, 15),
        "settled_at": datetime.fromisoformat("2025-05-15T11:00:00"),
        "total_fee": 8_000_00,
    },
    "lines": {
        "line_id": "1",
        "claim_id": "1",
        "fee_at": datetime.fromisoformat("2025-05-10T10:00:00"),
        "item": "甲类",
        "amount": 8_000_00,
    },
}


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def test_the_example(city: Organisation, tmp_path: Path) -> None:
    data, results = tmp_path / "data", tmp_path / "results"
    data.mkdir()
    results.mkdir()
    for name, row in ROWS.items():
        pq.write_table(pa.Table.from_pylist([row], schema(name)), data / f"{name}.parquet")
    settle_folder(region(), data, results, "parquet", jobs=1, trace=True)
    known = known_in(data, city)
    post_batch(data=data, results=results, known=known)
    event = Event.objects.get()
    found = {"settlement: total": event.total, "settlement: cash": event.cash}
    found |= {f"`{account}`": balance_of(account, TODAY) for account in BOOKS}
    found["the account"] = sum(one.fen for one in accounts.standing(person_id=known.persons["A"]))
    assert found == _told()


def _told() -> dict[str, int]:
    rows = PAGE.read_text("utf-8").split("<!-- example: loading -->")[1].strip().splitlines()[2:]
    return {name.strip(): int(fen) for name, fen in (row.strip("|").split("|") for row in rows)}
