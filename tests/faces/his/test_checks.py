"""A good answer is good; whatever is wrong with one is found, field by field and amount by amount."""

import copy
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.faces.his.answers import MSGID, NUMBER, SENT, envelope, got, output
from tongchou.faces.gateway.fields import Section, transactions
from tongchou.faces.his.checks import AMOUNTS, ENVELOPE, WORDS, Fault, faults
from tongchou.faces.his.wire import Got

SETTLING = ("2206", "2207", "2208", "2303", "2304", "2305")
TOLD = ("1101", "1201", "2001", "2201", "2204", "2301", "2401", "3201", *SETTLING)
CENT = Decimal("0.01")


def found(infno: str, given: Any, **sent: Any) -> list[Fault]:
    answer = given if isinstance(given, Got) else got(envelope(given))
    return faults(transactions()[infno], answer, SENT | sent)


def rules(infno: str, given: Any, **sent: Any) -> set[str]:
    return {one.rule for one in found(infno, given, **sent)}


def fields(infno: str) -> Iterator[tuple[str, str, str]]:
    """Section, field, type."""
    for section in transactions()[infno].response:
        if section.kind != "file":
            yield from ((section.name, of.name, of.type) for of in section.fields)


def changed(infno: str, section: str, change: Callable[[dict[str, Any]], Any]) -> Any:
    """The good answer with a change in the first row of a section."""
    whole = copy.deepcopy(output(infno))
    of: Section = next(one for one in transactions()[infno].response if one.name == section)
    change(whole[section][0] if of.rows == "many" else whole[section])
    return whole


@pytest.mark.parametrize("infno", TOLD)
def test_a_good_answer_is_good(infno: str) -> None:
    assert found(infno, output(infno)) == []


@pytest.mark.parametrize("infno", TOLD)
def test_every_missing_field_is_found(infno: str) -> None:
    for section, name, _ in fields(infno):
        missing = found(infno, changed(infno, section, lambda row, name=name: row.pop(name)))
        assert [one.rule for one in missing if one.where.endswith(f".{name}")] == ["missing"], name


@pytest.mark.parametrize("infno", TOLD)
def test_every_number_that_is_text_is_found(infno: str) -> None:
    for section, name, kind in fields(infno):
        if kind in ("number", "integer"):
            for wrong in ("0.00", None, True, ""):
                given = changed(infno, section, lambda row, name=name, wrong=wrong: row.update({name: wrong}))
                assert rules(infno, given) == {"number"}, name


@pytest.mark.parametrize("infno", TOLD)
def test_every_date_in_another_form_is_found(infno: str) -> None:
    for section, name, kind in fields(infno):
        if kind in ("date", "datetime"):
            for wrong in ("20260320", "2026-3-20", "2026-03-20T09:00:00", 20260320):
                given = changed(infno, section, lambda row, name=name, wrong=wrong: row.update({name: wrong}))
                assert rules(infno, given) == {"date" if kind == "date" else "time"}, name


@pytest.mark.parametrize("infno", SETTLING)
def test_every_amount_without_two_decimals_is_found(infno: str) -> None:
    for name in AMOUNTS:
        for wrong in (0, Decimal("0.1"), Decimal("0.001")):
            printed = "pdn_cash_pay" if (infno, name) == ("2208", "psn_cash_pay") else name
            given = changed(infno, "setlinfo", lambda row, name=printed, wrong=wrong: row.update({name: wrong}))
            assert rules(infno, given) == {"decimals"}, name


@pytest.mark.parametrize("infno", SETTLING)
@pytest.mark.parametrize(
    ("name", "identities"),
    [
        ("medfee_sumamt", "12"),
        ("fulamt_ownpay_amt", "1"),
        ("overlmt_selfpay", "1"),
        ("preselfpay_amt", "1"),
        ("inscp_scp_amt", "1"),
        ("fund_pay_sumamt", "245"),
        ("psn_part_amt", "23"),
        ("hosp_part_amt", "25"),
        ("acct_pay", "35"),
        ("psn_cash_pay", "3"),
        ("hifp_pay", "4"),
        ("maf_pay", "4"),
    ],
)
def test_an_amount_that_is_a_cent_off_breaks_its_identities(infno: str, name: str, identities: str) -> None:
    given = changed(infno, "setlinfo", lambda row: row.update({name: row[name] + CENT}))
    broken = {one.where[0] for one in found(infno, given) if one.rule == "identity"}
    assert broken == set(identities)
    loose = {one.where[0] for one in faults(transactions()[infno], got(envelope(given)), SENT, regional=False)}
    assert loose == set(identities) - set("45")


def test_a_fund_row_that_is_a_cent_off_breaks_the_fifth() -> None:
    given = changed("2207", "setldetail", lambda row: row.update(fund_payamt=row["fund_payamt"] + CENT))
    assert [one.where[0] for one in found("2207", given)] == ["5"]


@pytest.mark.parametrize("infno", ["2204", "2301"])
def test_lines_are_the_sum_of_their_parts_and_come_back_as_sent(infno: str) -> None:
    for name in ("det_item_fee_sumamt", "fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt"):
        given = changed(infno, "result", lambda row, name=name: row.update({name: row[name] + CENT}))
        assert rules(infno, given) == {"identity"}, name
    assert rules(infno, output(infno), input={"feedetail": [{"feedetl_sn": 8}]}) == {"echo"}
    assert rules(infno, {"result": []}) == {"echo"}


def test_rows_are_lists_and_one_object_is_none() -> None:
    good = output("2207")
    assert rules("2207", good | {"setldetail": good["setldetail"][0]}) == {"rows"}
    assert rules("2207", good | {"setlinfo": [good["setlinfo"]]}) == {"object"}
    assert rules("2207", None) == {"object"}
    assert rules("2207", {"setlinfo": good["setlinfo"]}) == {"missing"}
    assert rules("1101", output("1101") | {"insuinfo": []}) == {"empty"}
    assert rules("2202", {"data": {}}) == {"form"}
    assert rules("2202", None) == rules("2202", {}) == set()


def test_numbers_of_the_platform() -> None:
    for infno, needed in (("2207", {"empty"}), ("2206", set())):
        given = changed(infno, "setlinfo", lambda row: row.update(setl_id=None, setl_time=None))
        assert rules(infno, given) == needed
    for wrong in ("1234567", "A" * 20, "1" * 31):
        given = changed("2207", "setlinfo", lambda row, wrong=wrong: row.update(setl_id=wrong))
        assert rules("2207", given) == {"id"}


def test_what_was_sent_comes_back() -> None:
    assert rules("2207", output("2207"), msgid="other") == {"echo"}
    assert rules("2207", output("2207"), input={"data": {"mdtrt_id": NUMBER[::-1]}}) == {"echo"}
    assert found("2207", output("2207"), msgid=MSGID) == []


@pytest.mark.parametrize("name", ENVELOPE)
def test_every_key_of_the_envelope(name: str) -> None:
    answer = envelope(output("2207"))
    del answer[name]
    assert found("2207", got(answer))


@pytest.mark.parametrize("code", ["0", True, None, 1, 0.5])
def test_the_code_is_the_number(code: object) -> None:
    assert "number" in rules("2207", got(envelope(output("2207")) | {"infcode": code}))


def test_failures() -> None:
    failed = envelope(None) | {"infcode": -1, "err_msg": "[V103]没有待结算的费用", "inf_refmsgid": ""}
    assert found("2207", got(failed)) == []
    assert rules("2207", got(failed | {"err_msg": ""})) == {"empty"}
    assert rules("2207", got(failed | {"err_msg": "长" * 201})) == {"long"}
    assert rules("2207", got(failed | {"output": output("2207")})) == {"form"}
    assert found("2207", got({"type": "error", "infcode": -1, "err_msg": "没有交易"})) == []


def test_the_transport() -> None:
    good = envelope(output("2207"))
    assert rules("2207", got(good, status=500)) == {"status"}
    assert rules("2207", got(good, kind="text/html")) == {"kind"}
    assert rules("2207", got([good])) == {"json"}
    assert rules("2207", Got(200, "application/json;charset=UTF-8", b"{", 0.1)) == {"json"}


def test_faults_are_told_in_both_languages() -> None:
    assert all(zh and en for zh, en in WORDS.values())
    assert Fault("missing", "setlinfo.balc").text("en") == "setlinfo.balc: the field is missing"
    assert Fault("number", "infcode", '"0"').text("zh") == 'infcode: 不是 JSON 数字 ("0")'
