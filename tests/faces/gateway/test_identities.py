"""Whatever is settled, given back and taken back: every answer adds up, and in the end nothing is left over."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import flag
from tests.faces.gateway.hospital import Hospital
from tests.faces.gateway.test_inpatient import FEES, admitted, fee
from tests.faces.gateway.test_outpatient import CARD, begun, line, person
from tongchou.record.base import clock

EXAMPLES = 300 if flag("TONGCHOU_SOAK") else 6
LINES = st.lists(
    st.tuples(st.sampled_from(["L1", "L2", "L3", "L4", "L12", "L13"]), st.integers(1, 40)), min_size=1, max_size=6
)
PRICES = {"L1": 12.5, "L2": 21.3, "L3": 30, "L4": 120, "L12": 86.4, "L13": 5200}
FUNDS = ("hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "hifdm_pay", "maf_pay", "oth_pay")
PARTS = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")


def adds_up(answer: dict[str, Any]) -> int:
    """Identities 1 to 5 of the reference, to the fen; the total of the settlement."""
    info = {name: int(Decimal(str(value)) * 100) for name, value in answer["setlinfo"].items() if _is_amount(value)}
    assert info["medfee_sumamt"] == sum(info[name] for name in PARTS)
    assert info["medfee_sumamt"] == info["fund_pay_sumamt"] + info["psn_part_amt"] + info["hosp_part_amt"]
    assert info["psn_part_amt"] == info["acct_pay"] + info["psn_cash_pay"]
    assert info["fund_pay_sumamt"] == sum(info[name] for name in FUNDS)
    rows = sum(int(Decimal(str(row["fund_payamt"])) * 100) for row in answer["setldetail"])
    assert rows == info["fund_pay_sumamt"] + info["acct_pay"] + info["hosp_part_amt"]
    return info["medfee_sumamt"]


def _is_amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


@contextmanager
def rolled_back() -> Iterator[None]:
    """What an example does is undone, also where it fails."""
    from django.db import transaction

    point = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(point)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(visits=st.lists(st.tuples(LINES, st.sampled_from("01"), st.booleans()), min_size=1, max_size=3))
def test_every_settlement_adds_up(hospital: Hospital, visits: list[Any]) -> None:
    """Visits of one person, some settled back again; in the end the totals agree."""
    with rolled_back():
        psn, standing = person(hospital, CARD), 0
        for number, (lines, use, taken_back) in enumerate(visits):
            visit = begun(hospital, psn, f"MZ{number}")
            rows = [line(visit, str(n), code, count, PRICES[code]) for n, (code, count) in enumerate(lines, 1)]
            are_split(hospital.ask("2204", {"feedetail": rows})["result"])
            asked = {**visit, "chrg_bchno": "B1", "acct_used_flag": use, "insutype": "310"}
            tried, settled = (hospital.ask(infno, {"data": asked}) for infno in ("2206", "2207"))
            assert adds_up(tried) == adds_up(settled)
            standing += adds_up(settled)
            if taken_back:
                undo = {**visit, "setl_id": settled["setlinfo"]["setl_id"]}
                standing += adds_up(hospital.ask("2208", {"data": undo}))
        total = {"insutype": "310", "stmt_begndate": "2026-03-20", "stmt_enddate": "2026-03-20"}
        compared = hospital.ask("3201", {"data": total | {"medfee_sumamt": standing / 100}})
        assert compared["stmtinfo"]["stmt_rslt"] == "0"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, returned=st.integers(0, 3), interim=st.booleans())
def test_a_stay_with_returns_adds_up(hospital: Hospital, lines: list[Any], returned: int, interim: bool) -> None:
    """Some lines are given back in whole, before anything is settled or after an interim settlement."""
    with rolled_back():
        stay = admitted(hospital, person(hospital, CARD))
        rows = [fee(stay, str(n), code, count, PRICES[code]) for n, (code, count) in enumerate(lines, 1)]
        are_split(hospital.ask("2301", {"feedetail": rows})["result"])
        first = adds_up(settled_stay(hospital, stay, mid_setl_flag="1")) if interim else 0
        # What is given back of a group of items is given back against more of it (C012).
        more = [fee(stay, f"more {code}", code, 200, price) for code, price in PRICES.items()]
        back = [
            one | {"cnt": -one["cnt"], "det_item_fee_sumamt": -one["det_item_fee_sumamt"]}
            | {"feedetl_sn": f"r{one['feedetl_sn']}", "init_feedetl_sn": one["feedetl_sn"]}
            for one in rows[:returned]
        ]  # fmt: skip
        are_split(hospital.ask("2301", {"feedetail": [*more, *back]})["result"])
        left = round(sum(one["det_item_fee_sumamt"] for one in (*rows, *more, *back)) * 100) - first
        with clock.at(FEES):
            hospital.ask("2402", {"dscginfo": {**stay, "endtime": "2026-03-21"}})
            assert adds_up(settled_stay(hospital, stay)) == left


def settled_stay(at: Hospital, stay: dict[str, str], **also: str) -> Any:
    return at.ask("2304", {"data": {**stay, "insutype": "310", "acct_used_flag": "0", **also}})


def are_split(rows: list[dict[str, Any]]) -> None:
    """The four parts of a line are the line."""
    for row in rows:
        parts = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
        assert round(row["det_item_fee_sumamt"] * 100) == sum(round(row[name] * 100) for name in parts)
