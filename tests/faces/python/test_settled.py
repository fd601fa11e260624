"""One claim, given as a dict, with its state in hand."""

import datetime as dt
from typing import Any

import pytest

from tests.faces.python.given import claims
from tongchou.faces.python import Region
from tongchou.ground.errors import ProblemError

STAY: dict[str, Any] = {
    "scheme": "resident",
    "kind": "住院",
    "place": "市内",
    "third_party": "无",
    "admitted_on": dt.date(2024, 3, 1),
    "lines": [{"item": "甲类", "amount": 110_000}],
}


def test_a_claim_settles_as_it_does_among_tables(trial: Region) -> None:
    line = {**STAY["lines"][0], "line_id": "C1"}
    one = trial.settle_claim({**STAY, "claim_id": "C1", "person_id": "P1", "lines": [line]})
    results = trial.settle(claims(1))
    row = results.settlements.to_pylist()[0]
    assert (one.status, one.reason) == ("settled", None)
    assert one.amounts == {name: row[name] for name in one.amounts}
    assert (one.paid, one.amounts["psn_cash_pay"]) == ({"pool": 80_000, "card": 0}, 30_000)
    assert one.lines[0]["cash"] == 30_000
    assert one.explanation() == results.explain("C1").text()
    assert "800.00" in one.explanation("en")


def test_a_claim_after_another_finds_what_that_one_used_up(trial: Region) -> None:
    first = trial.settle_claim(STAY)
    before = first.state.to_json()
    second = trial.settle_claim({**STAY, "claim_id": "2"}, first.state)
    assert (first.paid["pool"], second.paid["pool"]) == (80_000, 88_000)
    assert first.state.to_json() == before
    assert second.state.to_json() != before


def test_with_a_state_in_hand_a_claim_needs_its_number(trial: Region) -> None:
    state = trial.settle_claim(STAY).state
    with pytest.raises(ProblemError, match="claims row 1 column claim_id: T122"):
        trial.settle_claim(STAY, state)


def test_an_account_opens_the_state(trial: Region) -> None:
    account = {"kind": "个人账户", "balance": 20_000, "as_of": "2023-12-31"}
    spell = {"scheme": "resident", "from_date": "2024-01-01"}
    one = trial.settle_claim({**STAY, "accounts": [account], "spells": [spell]})
    assert (one.amounts["acct_pay"], one.amounts["psn_cash_pay"]) == (20_000, 10_000)


def test_a_refused_claim_says_why(trial: Region) -> None:
    one = trial.settle_claim({**STAY, "third_party": "工伤"})
    assert (one.status, one.amounts, one.paid, one.lines) == ("refused", {"medfee_sumamt": 110_000}, {}, [])
    assert "工伤不报" in str(one.reason)
    assert "工伤不报" in one.explanation()
    late = trial.settle_claim({**STAY, "spells": [{"scheme": "resident", "from_date": "2024-06-01"}]})
    assert str(late.reason).startswith("C040")


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"kind": None}, "claims row 1 column kind: T122"),
        ({"insutype": "310"}, "claims row 1 column insutype: T108"),
        ({"lines": [{"item": "甲类", "amount": 1100.0}]}, "lines row 1 column amount: T128"),
        ({"lines": [{"item": "甲类"}]}, "lines row 1 column amount: T122"),
        ({"lines": []}, "claims row 1: T155"),
        ({"total_fee": 1}, "claims row 1 column total_fee: T159"),
        ({"place": "月球"}, "claims row 1 column place: C004"),
        ({"place": None}, "claims row 1 column place: C003"),
        ({"admitted_on": "2023-03-01"}, "claims row 1 column discharged_on: C002"),
        ({"spells": [{"scheme": "resident"}]}, "spells row 1 column from_date: T122"),
    ],
)
def test_a_claim_that_cannot_be_settled_is_an_error(trial: Region, changed: dict[str, Any], where: str) -> None:
    with pytest.raises(ProblemError, match=where):
        trial.settle_claim({**STAY, **changed})


def test_an_assumed_fact_helps_a_claim_that_lacks_it(trial: Region) -> None:
    assert trial.settle_claim({**STAY, "place": None}, assume={"place": "市外"}).paid["pool"] == 50_000


@pytest.mark.parametrize("lines", [{"item": "甲类"}, ["甲类"], "甲类"])
def test_lines_are_a_list_of_dicts(trial: Region, lines: object) -> None:
    with pytest.raises(TypeError, match="'lines' of a claim"):
        trial.settle_claim({**STAY, "lines": lines})


HOME: dict[str, Any] = {
    **STAY,
    "claim_id": "1",
    "person_id": "P1",
    "spells": [{"scheme": "resident", "from_date": dt.date(2024, 1, 1)}],
}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"third_party": "工伤"},
        {"third_party": "没有的词"},
        {"admitted_on": dt.date(1999, 3, 1)},
        {"spells": [{"scheme": "resident", "from_date": dt.date(2024, 6, 1)}]},
        {"lines": [{"item": "甲类", "amount": 100}, {"item": "没有的项目", "amount": 100}]},
    ],
)
def test_with_a_state_in_hand_a_claim_is_settled_as_without_memory(trial: Region, changed: dict[str, Any]) -> None:
    state = trial.settle_claim(HOME).state
    plain = Region(trial.pack)
    plain.engine.remembering = False
    for number in ("2", "3"):
        given = {**HOME, "claim_id": number, **changed}
        said = []
        for region, more in ((trial, {}), (plain, {}), (plain, {"households": []})):  # the last is read as tables are
            try:
                one = region.settle_claim({**given, **more}, state)
                said.append((one.status, one.reason, one.amounts, one.paid, one.lines, one.state, one.explanation()))
            except ProblemError as error:
                said.append([str(problem) for problem in error.problems])
        assert said[0] == said[1] == said[2]


def test_compiling_changes_nothing(trial: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGCHOU_COMPILE", "0")
    region = Region(trial.pack)
    assert region.compile() is region
    assert region.settle_claim(STAY).paid == trial.settle_claim(STAY).paid
