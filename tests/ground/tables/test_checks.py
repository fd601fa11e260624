"""Rules of one row by itself."""

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("table", "row", "cells", "column", "code"),
    [
        ("persons", 2, {"retired_on": "1950-01-01"}, "retired_on", "T145"),
        ("persons", 2, {"died_on": "1950-01-01"}, "died_on", "T145"),
        ("spells", 1, {"through_date": "2023-12-31"}, "through_date", "T145"),
        ("claims", 1, {"discharged_on": "2024-06-02"}, "discharged_on", "T145"),
        ("discharges", 1, {"discharged_on": "2024-06-02"}, "discharged_on", "T145"),
        ("claims", 1, {"account_person_id": ""}, "account_person_id", "T158"),
        ("claims", 2, {"account_person_id": "P1"}, "account_person_id", "T158"),
        ("claims", 1, {"total_fee": "-1"}, "total_fee", "T133"),
        ("lines", 1, {"price": "12.501001"}, "amount", "T151"),
        ("lines", 1, {"amount": "12502"}, "amount", "T151"),
        ("lines", 1, {"amount": "-12500"}, "quantity", "T154"),
        ("lines", 3, {"amount": "12500"}, "quantity", "T154"),
        ("lines", 1, {"original_line_id": "L2"}, "original_line_id", "T150"),
        ("lines", 3, {"original_line_id": ""}, "original_line_id", "T147"),
        ("lines", 1, {"preselfpay_amt": "1"}, "fulamt_ownpay_amt", "T152"),
    ],
)
def test_what_a_row_may_not_say(
    folder: Any, table: str, row: int, cells: dict[str, str], column: str, code: str
) -> None:
    folder.set(table, row, **cells)
    assert (table, row, column, code) in folder.found()


@pytest.mark.parametrize("price", ["12.499", "12.501", "12.5"])
def test_one_fen_of_difference_is_tolerated(folder: Any, price: str) -> None:
    folder.set("lines", 1, price=price)
    assert folder.found() == []


@pytest.mark.parametrize(
    ("amount", "parts", "sound"),
    [
        (12_500, (0, 0, 1_250, 11_250), True),
        (12_500, (0, 0, 1_250, 11_251), False),
        (12_500, (-1, 1, 0, 12_500), False),
        (0, (0, 0, 0, 0), True),
        (0, (1, 0, 0, -1), False),
    ],
)
def test_parts_that_arrive_split(folder: Any, amount: int, parts: tuple[int, ...], sound: bool) -> None:
    names = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
    cells = {name: str(part) for name, part in zip(names, parts, strict=True)}
    folder.set("lines", 1, amount=str(amount), quantity="", **cells)
    folder.set("claims", 1, total_fee=str(487_500 + amount))
    assert [f[3] for f in folder.found() if f[0] == "lines" and f[1] == 1] == ([] if sound else ["T153"])


SETTLED = {
    "settlement_id": "S",
    "event_no": "1",
    "claim_id": "C1",
    "person_id": "P1",
    "scheme": "resident",
    "kind": "住院",
    "status": "settled",
    "medfee_sumamt": "100",
    "fulamt_ownpay_amt": "10",
    "overlmt_selfpay": "0",
    "preselfpay_amt": "20",
    "inscp_scp_amt": "70",
    "fund_pay_sumamt": "60",
    "hosp_part_amt": "5",
    "psn_part_amt": "35",
    "acct_pay": "15",
    "psn_cash_pay": "20",
    "pool_prop_selfpay": "0.8571",
    "paid": '{"pool": 60}',
}


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({}, []),
        ({"inscp_scp_amt": "71"}, ["medfee_sumamt"]),
        ({"hosp_part_amt": "6"}, ["medfee_sumamt"]),
        ({"acct_pay": ""}, ["psn_part_amt"]),
        ({"medfee_sumamt": "99"}, ["medfee_sumamt", "medfee_sumamt"]),
        ({"status": "refused", "medfee_sumamt": "99"}, []),
    ],
)
def test_the_identities_of_a_settlement(folder: Any, cells: dict[str, str], columns: list[str]) -> None:
    folder.put("settlements", [{**SETTLED, **cells}])
    assert folder.found() == [("settlements", 1, column, "T160") for column in columns]


def test_a_line_result_sums_to_its_amount(folder: Any) -> None:
    result = {"settlement_id": "S", "claim_id": "C1", "line_id": "L1", "amount": "10", "paid": '{"pool": 6}'}
    folder.put("settlements", [SETTLED])
    folder.put("line_results", [{**result, "cash": "3", "hospital": "1"}, {**result, "cash": "4", "hospital": "1"}])
    folder.set("line_results", 2, line_id="L2")
    assert folder.found() == [("line_results", 2, "amount", "T160")]
