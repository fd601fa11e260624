"""Rows that may break a rule: none that do is missed, and of those that do not hardly one is named."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from tests.ground.tables.test_conform import BASE
from tongchou.ground.tables import TABLES, schema
from tongchou.ground.tables.conform import conform
from tongchou.ground.tables.links import link
from tongchou.ground.tables.suspects import suspects
from tongchou.ground.tables.visits import PARTS

Row = dict[str, Any]
PERSONS = [{"person_id": "P1"}, {"person_id": "P2"}]


def found(**rows: list[Row]) -> dict[str, list[int]]:
    """Suspect rows by table, tables without any left out; what a row does not say is as in `BASE`."""
    tables = {}
    for name, own in rows.items():
        cells = [{**BASE.get(name, {}), **row} for row in own]
        columns = {
            field.name: pa.array([_pairs(row.get(field.name)) for row in cells], field.type) for field in schema(name)
        }
        tables[name], faulty = conform(TABLES[name], pa.table(columns))
        assert not faulty.any()
    odd = suspects(tables, link(tables))
    assert set(odd) == set(tables)
    return {name: np.flatnonzero(flags).tolist() for name, flags in odd.items() if flags.any()}


def _pairs(value: Any) -> Any:
    return list(value.items()) if isinstance(value, dict) else value


def lines(*rows: Row, total: int | None = None) -> dict[str, list[int]]:
    """Suspects among the lines of one claim, numbered from 0, and the claim."""
    own = [{"line_id": f"L{number}", **row} for number, row in enumerate(rows)]
    fee = sum(row.get("amount", 1) for row in own) if total is None else total
    return found(persons=PERSONS, claims=[{"total_fee": fee}], lines=own)


def test_dates_in_order() -> None:
    day = date(2024, 1, 2)
    spells = [{"spell_id": f"S{n}", "scheme": f"s{n}", "from_date": day} for n in range(3)]
    for spell, through in zip(spells, (day, None, day - timedelta(1)), strict=True):
        spell["through_date"] = through
    assert found(persons=PERSONS, spells=spells) == {"spells": [2]}


def test_account_use() -> None:
    uses = [("relative", "P2"), ("relative", None), ("own", None), ("own", "P2"), (None, None), (None, "P2")]
    claims = [{"claim_id": f"C{n}", "account_use": use, "account_person_id": p} for n, (use, p) in enumerate(uses)]
    own = [{"line_id": f"L{n}", "claim_id": f"C{n}"} for n in range(6)]
    assert found(persons=PERSONS, claims=claims, lines=own) == {"claims": [1, 3, 5]}


def test_quantity_times_price() -> None:
    def line(quantity: str | None, price: str | None, amount: int) -> Row:
        return {"quantity": quantity and Decimal(quantity), "price": price and Decimal(price), "amount": amount}

    assert lines(line("3", "1.5", 450), line("3", "1.5", 449), line("3", "1.5", 448)) == {"lines": [2]}
    assert lines(line("0.3333", "0.01", 1), line("0.0001", "0.000001", 1), line("0.0001", "0.000001", 2)) == {
        "lines": [2]
    }
    assert lines(line(None, "1", 5), line("1", None, 5), line(None, None, 5), line("0", "0", 1)) == {}


def test_products_that_may_not_fit_are_not_vouched_for() -> None:
    """They are sound, and whoever reads them row by row finds so."""
    large = {"quantity": Decimal(1), "price": Decimal(461_168_601), "amount": 46_116_860_100}
    assert lines(large) == {}
    assert lines({**large, "price": Decimal(461_168_602), "amount": 46_116_860_200}) == {"lines": [0]}
    # In 64 bits this product is 0.
    half = Decimal(2**32)
    assert lines({"quantity": half.scaleb(-4), "price": half.scaleb(-6), "amount": 0}) == {"lines": [0]}


def test_signs_of_quantity_and_amount() -> None:
    assert lines({"amount": 5, "quantity": Decimal(-1), "original_line_id": "L1"}, {"amount": 9}) == {"lines": [0]}
    assert lines({"amount": -5, "quantity": Decimal(0), "original_line_id": "L1"}, {"amount": 9}) == {"lines": [0]}


def test_parts_of_a_line() -> None:
    def line(amount: int, *parts: int | None) -> Row:
        return {"amount": amount, **dict(zip(PARTS, parts, strict=True))}

    assert lines(line(5, 1, 2, 0, 2), line(5, None, None, None, None), line(0, 0, 0, 0, 0)) == {}
    odd = [line(5, 1, 2, 0, 1), line(5, 5, 0, 0, None), line(5, 7, -2, 0, 0), line(0, 1, -1, 0, 0)]
    assert lines(line(5, 5, 0, 0, 0), *odd) == {"lines": [1, 2, 3, 4]}


def test_claims_and_their_lines() -> None:
    claims = [{"claim_id": f"C{n}", "total_fee": fee} for n, fee in enumerate((3, 3, 0, 0))]
    own = [("C1", 1), ("C0", 2), ("C1", 1), ("C0", 1), ("C3", 0)]
    rows = [{"line_id": f"L{n}", "claim_id": claim, "amount": amount} for n, (claim, amount) in enumerate(own)]
    assert found(persons=PERSONS, claims=claims, lines=rows) == {"claims": [1, 2]}


def test_refunds() -> None:
    charge = {"amount": 9, "quantity": Decimal(3)}

    def back(amount: int, quantity: str | None, original: str | None = "L0") -> Row:
        return {"amount": amount, "quantity": quantity and Decimal(quantity), "original_line_id": original}

    assert lines(charge, back(-4, "-1"), back(-5, "-2")) == {}
    assert lines(charge, back(-4, "-1"), back(-6, "-1"), {"amount": 9}) == {"lines": [1, 2]}
    assert lines(charge, back(-4, "-1"), back(-1, "-2.0001")) == {"lines": [1, 2]}
    assert lines({"amount": 9}, back(-4, "-1000")) == {}
    assert lines(charge, back(-4, None), back(0, "-3")) == {}
    assert lines(charge, back(-4, "-1", None)) == {"lines": [1]}
    assert lines(charge, {"amount": 1, "original_line_id": "L0"}) == {"lines": [1]}
    assert lines(charge, back(-1, None), back(-1, None, "L1")) == {"lines": [2]}
    assert lines(charge, back(-1, None, "L9")) == {"lines": [1]}


def test_a_refund_belongs_to_its_claim() -> None:
    claims = [{"claim_id": "C1", "total_fee": 9}, {"claim_id": "C2", "total_fee": 8}]
    own = [("C1", 9, None), ("C2", 9, None), ("C2", -1, "L0")]
    rows = [
        {"line_id": f"L{n}", "claim_id": claim, "amount": amount, "original_line_id": original}
        for n, (claim, amount, original) in enumerate(own)
    ]
    assert found(persons=PERSONS, claims=claims, lines=rows) == {"lines": [2]}


def test_refunds_of_more_units_than_can_be_summed_are_not_vouched_for() -> None:
    charge = {"amount": 9, "quantity": Decimal(10**9)}
    refund = {"amount": -1, "original_line_id": "L0"}
    assert lines(charge, {**refund, "quantity": Decimal(-(10**7))}) == {}
    assert lines(charge, {**refund, "quantity": Decimal(-(10**9))}) == {"lines": [1]}


SETTLED = {"settlement_id": "Z1", "event_no": 1, "claim_id": "C1", "person_id": "P1", "scheme": "r", "kind": "k"} | {
    **dict.fromkeys(("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "hosp_part_amt", "acct_pay"), 0),
    "medfee_sumamt": 5,
    "inscp_scp_amt": 5,
    "fund_pay_sumamt": 3,
    "psn_part_amt": 2,
    "psn_cash_pay": 2,
}


@pytest.mark.parametrize(
    ("change", "odd"),
    [
        ({}, []),
        ({"medfee_sumamt": 6}, [0]),
        ({"psn_cash_pay": 1}, [0]),
        ({"acct_pay": None}, [0]),
        ({"acct_pay": None, "status": "refused"}, []),
    ],
)
def test_identities_of_settlements(change: Row, odd: list[int]) -> None:
    rows = [{"status": "settled", **SETTLED, **change}]
    assert found(persons=PERSONS, settlements=rows).get("settlements", []) == odd


def test_results_of_lines_and_of_years() -> None:
    paid = [({"a": 3, "b": 1}, 1), ({"a": 3}, 1), ({}, 5), ({}, 4), ({"a": 4}, 1)]
    own = {"settlement_id": "Z1", "claim_id": "C1", "amount": 5, "hospital": 0}
    results = [{**own, "line_id": f"L{n}", "paid": layers, "cash": cash} for n, (layers, cash) in enumerate(paid)]
    end = {"person_id": "P1", "scheme": "r", "kind": "k", "basis_date": date(2024, 12, 31), "status": "settled"}
    ends = [{**end, **row, "settlement_id": f"Y{n}"} for n, row in enumerate(results)]
    assert found(line_results=results, year_end=ends) == {"line_results": [1, 3], "year_end": [1, 3]}
    assert found(line_results=[{**results[0], "hospital": 1}, {**results[1], "hospital": 1}]) == {"line_results": [0]}
    split = dict(zip(PARTS, (5, 0, 0, 1), strict=True))
    assert found(line_results=[{**results[0], **split}]) == {"line_results": [0]}


@pytest.mark.parametrize("order", ["ABC", "CAB", "ACB", "AAB", "BAA", "ABA"])
def test_ids_in_any_order(order: str) -> None:
    """In one chunk and in several, the fall or the repetition within a chunk or between two."""
    odd = [place for place, name in enumerate(order) if order.count(name) > 1]
    own = [
        {"account_id": name, "person_id": "P1", "kind": "k", "balance": 1, "as_of": date(2024, 1, 1)} for name in order
    ]
    tables = {}
    for cut in range(3):
        whole = pa.Table.from_pylist(own, schema("accounts"))
        whole = pa.concat_tables([whole.slice(0, cut), whole.slice(cut)])
        tables["accounts"], _ = conform(TABLES["accounts"], whole)
        assert np.flatnonzero(suspects(tables, link(tables))["accounts"]).tolist() == odd


def test_keys_of_several_columns() -> None:
    day = date(2024, 1, 1)
    base = {"household_id": "H1", "person_id": "P1", "from_date": day, "through_date": day}
    others = [{**base, "from_date": day + timedelta(1), "through_date": None}, {**base, "person_id": "P2"}]
    assert found(households=[base, *others]) == {}
    assert found(households=[base, *others, base]) == {"households": [0, 3]}


def test_numbers_as_keys() -> None:
    events = [{"event_no": number, "kind": "settle"} for number in (2**60, 3, 1, 3)]
    assert found(events=events) == {"events": [1, 3]}


def test_periods() -> None:
    def spell(number: int, first: int, last: int | None, scheme: str = "resident") -> Row:
        start = date(2024, 1, 1)
        through = None if last is None else start + timedelta(last)
        dates = {"from_date": start + timedelta(first), "through_date": through}
        return {"spell_id": f"S{number}", "scheme": scheme, **dates}

    assert found(spells=[spell(1, 20, None), spell(2, 0, 9), spell(3, 10, 19), spell(4, 5, 5, "employee")]) == {}
    assert found(spells=[spell(1, 20, None), spell(2, 0, 20)]) == {"spells": [0, 1]}
    assert found(spells=[spell(1, 20, 30), spell(2, 0, None), spell(3, 40, 50)]) == {"spells": [0, 1]}


def test_references() -> None:
    claims = [{"claim_id": "C1", "total_fee": 1}, {"claim_id": "C2", "person_id": "P9", "total_fee": 1}]
    rows = [{"line_id": "L1"}, {"line_id": "L2", "claim_id": "C2"}, {"line_id": "L3", "claim_id": "C9"}]
    discharge = {"discharge_id": "D1", "provider_id": "F1", "discharged_on": date(2024, 1, 1)}
    sets = {"claims": claims, "lines": rows, "discharges": [discharge, {**discharge, "discharge_id": "D2"}]}
    sets["discharges"][1]["claim_id"] = "C8"
    assert found(persons=PERSONS, **sets) == {"claims": [1], "lines": [2], "discharges": [1]}
    assert found(**sets) == {"lines": [2], "discharges": [1]}
    assert found(lines=rows) == {}


def test_empty_tables() -> None:
    assert (
        found(persons=[], households=[], spells=[], claims=[], lines=[], line_results=[], events=[], rejects=[]) == {}
    )
    assert found(persons=PERSONS, claims=[{}], lines=[]) == {"claims": [0]}
