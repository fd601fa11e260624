"""Worked examples: how a case becomes claims, what it may expect, and each way in which it can fail."""

from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.small import fen, pack, read
from tongchou.engines.benefits.case_claims import build_claim, case_facts, opening_state
from tongchou.engines.benefits.cases import SettledCase, figures_of, run_case, run_cases
from tongchou.engines.benefits.claim import Line, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.outcomes import FAILED, INCONSISTENT, PASSED, Mismatch
from tongchou.ground.region.pack import Pack

SETS = """
pool.takes: in_scope
pool.deductible: {per: stay, amount: 100}
pool.bands: {measured_on: expense, over: year, rows: [{upto: 1000, pay: 50%}, {above: 1000, pay: 60%}]}
pool.caps.年: {at_most: 1000, of: paid, per: year}
large.takes: pool.own_share
large.ratio: 10%
help.takes: large.own_share
wallet.takes: [unpaid]
claim.guard.工伤: {when: third_party is 工伤, do: refuse}
grant.补贴: {amount: 12.345元 × months, to: person}
grant.高龄: {amount: 1, to: person, when: age >= 80}
waiting.等待: {months: 6, after: paid_on}
"""
DATED = "kind: 住院, date: 2024-03-15, third_party: 无"


def region(*cases: str) -> Pack:
    written = [f"{{id: 例{i}, title: 例, scheme: resident, {case}}}" for i, case in enumerate(cases)]
    return pack(
        SETS,
        layers="""
        pool: {}
        large: {field: hifob_pay}
        help: {payer: given, field: oth_pay}
        wallet: {payer: account, field: acct_pay, account: 个人账户}
        """,
        vocabulary="{lists: {third_party: [无, 工伤]}, facts: {标签: list}}",
        through_2023_12_31="grant.旧补贴: {amount: 1, to: person}",
        cases="[" + ", ".join(written) + "]" if written else None,
    )


def outcome(case: str) -> SettledCase:
    (found,) = run_cases(region(case))
    return found


def codes(found: SettledCase) -> list[str]:
    return [problem.code for problem in found.problems]


# --- what came out ----------------------------------------------------------------------------------------------------


def test_every_figure_a_case_may_expect() -> None:
    found = outcome(
        f"""
        claim: {{{DATED}, account_use: own}}, given: {{help: 20.50元}},
        lines: [{{amount: 1600}}, {{amount: 50, class: 丙}}],
        state: {{"account:个人账户": 10}},
        expect: {{
          pool.base: 1600, pool.entered: 1600, pool.deductible: 100, pool.covered: 1500, pool.formula: 810,
          pool.paid: 810, pool.used: 1500, pool.own_share: 690, pool.over_cap: 0, pool.topped_up: 0,
          pool.band1.length: 900, pool.band1.pays: 450, pool.band2.length: 600, pool.band2.pays: 360,
          large.paid: 69, help.paid: 20.50元, wallet.paid: 10, total: 1650, full_self_pay: 50, over_limit: 0,
          first_self_pay: 0, in_scope: 1600, package_excess: 0, cash: 740.50元, hospital: 0, account: 10,
          fund: 899.50元, hifp_pay: 810, psn_part_amt: 750.50元, pool_prop_selfpay: "0.5400",
          pool.paid + large.paid: 879, total - cash - account: 899.50元, pool.paid - large.paid + help.paid: 761.50元
        }}
        """
    )
    assert (found.status, found.mismatches, found.problems) == (PASSED, (), ())
    assert isinstance(found.result, Settlement)
    assert {"pool.base", "cash", "medfee_sumamt"} <= set(figures_of(found.result))


def test_figures_of_one_item_group() -> None:
    loaded = pack(
        "pool.takes: [in_scope, first_self_pay]\npool.ratio: 50%\npool.adjust.乙: {when: item is 乙, points: -10}",
        vocabulary="{lists: {item: [甲, 乙]}}",
        cases="""
        - id: 例
          title: 例
          scheme: resident
          claim: {kind: 住院, date: 2024-03-15}
          lines: [{item: 甲, amount: 100}, {item: 乙, amount: 50, rate: 20%}, {item: 乙, amount: 10, class: 丙}]
          expect:
            in_scope[甲]: 100
            in_scope[乙]: 40
            first_self_pay[乙]: 10
            full_self_pay[乙]: 10
            pool.paid[甲]: 50
            pool.paid[乙]: 20
            pool.paid[甲] + pool.paid[乙]: 70
        """,
    )
    assert [(o.status, o.mismatches) for o in run_cases(loaded)] == [(PASSED, ())]


def test_a_figure_that_did_not_come_out() -> None:
    found = outcome(
        f"claim: {{{DATED}}}, lines: [{{amount: 1000}}], expect: {{pool.paid: 451, cash: 505, pool_prop_selfpay: '1'}}"
    )
    assert found.status == FAILED
    assert found.mismatches == (Mismatch("pool.paid", "451", "450.00"), Mismatch("pool_prop_selfpay", "1", "0.5000"))
    assert isinstance(found.result, Settlement)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [("third_party: 工伤", "claim.guard.工伤"), ("third_party: 不明", "C004"), ("paid_on: 2024-01-01", "waiting.等待")],
)
def test_a_refusal_that_was_expected(facts: str, refused: str) -> None:
    claim = {**read("{" + DATED + "}"), **read("{" + facts + "}")}
    text = ", ".join(f"{k}: {v}" for k, v in claim.items())
    assert outcome(f"claim: {{{text}}}, lines: [{{amount: 1}}], refused: {refused}").status == PASSED


def test_a_refusal_for_another_reason_and_none_at_all() -> None:
    other = outcome("claim: {kind: 住院, date: 2024-03-15}, lines: [{amount: 1}], refused: claim.guard.工伤")
    assert other.mismatches == (Mismatch("refused", "claim.guard.工伤", "C003"),)
    assert codes(other) == ["C003"]
    none = outcome(f"claim: {{{DATED}}}, lines: [{{amount: 1}}], refused: C001")
    assert (none.status, none.mismatches) == (FAILED, (Mismatch("refused", "C001", "settled"),))


def test_a_refusal_that_was_not_expected() -> None:
    guard = outcome("claim: {kind: 住院, date: 2024-03-15, third_party: 工伤}, lines: [{amount: 1}], expect: {cash: 1}")
    assert guard.mismatches == (Mismatch("refused", "-", "resident.claim.guard.工伤"),)
    problem = outcome("claim: {kind: 体检, date: 2024-03-15}, lines: [{amount: 1}], expect: {cash: 1}")
    assert (problem.mismatches, codes(problem)) == ((Mismatch("refused", "-", "C001"),), ["C001"])


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("claim: {date: 2024-03-15}, lines: [{amount: 1}]", "C003"),  # no kind
        (f"claim: {{{DATED}}}, lines: [{{quantity: 1}}]", "C003"),  # no amount
        (f"claim: {{{DATED}}}, lines: [{{amount: 1.005元}}]", "C032"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 很多}}]", "C032"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1, rate: 三成}}]", "C032"),
        (f"claim: {{{DATED}, months: 三}}, lines: [{{amount: 1}}]", "C032"),
        (f"claim: {{{DATED}, 天气: 晴}}, lines: [{{amount: 1}}]", "C033"),
        ("claim: {kind: 住院, date: 3月15日}, lines: [{amount: 1}]", "C004"),
        (f"claim: {{{DATED}, birth_date: 1990-02-30}}, lines: [{{amount: 1}}]", "C004"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], expect: {{pool.pays: 1}}", "C031"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], expect: {{pool.paid + pools.paid: 1}}", "C031"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], expect: {{cash + pool_prop_selfpay: 1}}", "C031"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], expect: {{pool.paid: 五角}}", "C032"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], given: {{help: 0.001元}}, expect: {{}}", "C032"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], history: [{{claim: {{}}, reverses: 甲}}]", "C019"),
        (f"claim: {{{DATED}}}, lines: [{{amount: 1}}], history: [{{claim: {{{DATED}}}}}]", "C024"),
        ("grant: 旧补贴, claim: {date: 2024-03-15}, expect: {grant: 1}", "C029"),
        ("grant: 补贴, claim: {date: 2024-03-15}, expect: {grant: 1}", "C003"),
        ("grant: 补贴, claim: {}, expect: {grant: 1}", "C003"),
    ],
)
def test_a_case_that_cannot_be_run(case: str, code: str) -> None:
    found = outcome(case)
    assert (found.status, codes(found), found.result, found.mismatches) == (FAILED, [code], None, ())


@pytest.mark.parametrize("case", ["lines: [{amount: 1/0}]", "lines: [{amount: 1}], expect: {cash: 1/0}"])
def test_a_number_divided_by_nothing(case: str) -> None:
    assert codes(outcome(f"claim: {{{DATED}}}, {case}")) == ["C032"]


def test_an_earlier_claim_that_an_article_refuses() -> None:
    found = outcome(
        f"""
        claim: {{{DATED}}}, lines: [{{amount: 1}}],
        history: [{{id: 早, claim: {{kind: 住院, date: 2024-01-01, third_party: 工伤}}, lines: [{{amount: 1}}]}}]
        """
    )
    (problem,) = found.problems
    assert (problem.code, problem.details) == ("C030", {"claim": "早", "guard": "resident.claim.guard.工伤"})


# --- grants and inconsistent examples ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grant", "person", "expected"),
    [("补贴", "{months: 3}", "37.04元"), ("高龄", "{age: 80}", "1"), ("高龄", "{birth_date: 1980-01-01}", "0")],
)
def test_a_grant(grant: str, person: str, expected: str) -> None:
    found = outcome(f"grant: {grant}, claim: {{date: 2024-03-15}}, person: {person}, expect: {{grant: {expected}}}")
    assert (found.status, found.result) == (PASSED, None)


def test_a_grant_that_comes_out_otherwise() -> None:
    found = outcome("grant: 补贴, claim: {date: 2024-03-15}, person: {months: 2}, expect: {grant: 24}")
    assert found.mismatches == (Mismatch("grant", "24", "24.69"),)


WRONG = "inconsistent: {published: 450 − 1 = 448, why: 减法错"


@pytest.mark.parametrize(
    ("end", "expect", "status"),
    [
        ("}", "pool.paid: 450", INCONSISTENT),
        (", published_amount: 448}", "pool.paid: 450", INCONSISTENT),
        (", published_amount: 450}", "pool.paid: 450", FAILED),  # then it was not wrong
        ("}", "pool.paid: 448", FAILED),
        (", published_amount: 448}", "", INCONSISTENT),
    ],
)
def test_a_published_example_that_is_wrong(end: str, expect: str, status: str) -> None:
    found = outcome(f"claim: {{{DATED}}}, lines: [{{amount: 1000}}], expect: {{{expect}}}, {WRONG}{end}")
    assert found.status == status


def test_the_engine_gives_what_an_example_listed_as_wrong_published() -> None:
    found = outcome(
        f"claim: {{{DATED}}}, lines: [{{amount: 1000}}], expect: {{pool.paid: 450}}, {WRONG}, published_amount: 450}}"
    )
    assert found.mismatches == (Mismatch("inconsistent", "≠ 450", "450"),)


def test_a_wrong_example_that_cannot_be_computed_is_only_listed() -> None:
    found = outcome(f"{WRONG}}}")
    assert (found.status, found.result) == (INCONSISTENT, None)


# --- from the words of a case -----------------------------------------------------------------------------------------


def built(case: str, earlier: int | None = None) -> Any:
    loaded = region(case)
    entry = loaded.cases[0].case
    return build_claim(loaded, entry, None if earlier is None else entry.history[earlier])


def test_a_claim_as_a_case_writes_it() -> None:
    visit = built(
        """
        claim: {kind: 住院, admitted: 2024-03-01, discharged: 2024-03-15, level: 三级, stay: S, episode: E, person: P9,
                household: H, account_person: P8, 标签: [甲, 乙]},
        person: {months: 12, birth_date: 1990-01-01, level: 二级, diseases: 糖尿病、高血压},
        given: {help: 1万},
        lines: [{id: a, item: 药, amount: 12.34元, quantity: 2, price: 6.17元, limit: 5, rate: 10%,
                 class: 乙, fee_date: 2024-03-02},
                {amount: -1, original: a}, {amount: 3, first_self_pay: 1, in_scope: 2}]
        """
    )
    assert (visit.id, visit.person_id, visit.scheme, visit.kind) == ("例0", "P9", "resident", "住院")
    assert (visit.household_id, visit.stay_id, visit.episode_id, visit.account_person) == ("H", "S", "E", "P8")
    assert {k: str(v) for k, v in visit.facts.items() if k not in ("标签", "diseases")} == {
        "months": "12",
        "birth_date": "1990-01-01",
        "level": "三级",
        "admitted": "2024-03-01",
        "discharged": "2024-03-15",
        "settled": "2024-03-15",
    }
    assert (visit.facts["标签"], visit.facts["diseases"]) == (("甲", "乙"), ("糖尿病", "高血压"))
    assert visit.given == {"help": fen(10_000)}
    first, second, third = visit.lines
    assert (first.id, first.item, first.amount, first.quantity, first.unit_price) == (
        "a",
        "药",
        1234,
        2,
        Fraction("6.17"),
    )
    assert (first.price_limit, first.first_pay_rate, first.facts["class"]) == (500, Fraction(1, 10), "乙")
    assert str(first.facts["fee_date"]) == "2024-03-02"
    assert second == Line("例0/2", -100, original="a")
    assert (third.id, third.given_parts) == ("例0/3", (0, 0, 100, 200))


def test_an_earlier_claim_inherits_the_person() -> None:
    case = f"""
    claim: {{{DATED}, level: 三级}}, person: {{months: 12, sex: 男}}, lines: [{{amount: 1}}], given: {{help: 1}},
    history: [{{id: 早, claim: {{kind: 门诊, date: 2024-01-02}}, person: {{months: 10}}, lines: [{{amount: 2}}]}},
              {{claim: {{kind: 门诊, date: 2024-01-03}}, lines: [{{amount: 3}}]}},
              {{claim: {{kind: 门诊, date: 2024-01-03}}, lines: [{{amount: 3}}]}}]
    """
    visit = built(case, 0)
    assert (visit.id, visit.kind, visit.total, visit.given) == ("早", "门诊", 200, {})
    assert (visit.facts["months"], visit.facts["sex"], "level" in visit.facts) == (10, "男", False)
    assert (built(case).given, built(case).total) == ({"help": 100}, 100)


def test_earlier_claims_without_an_id_are_different_claims() -> None:
    earlier = f"{{claim: {{{DATED}, stay: S}}, lines: [{{amount: 60}}]}}"
    case = f"claim: {{{DATED}, stay: S}}, lines: [{{amount: 80}}], history: [{earlier}, {earlier}]"
    assert built(case, 0).id != built(case, 1).id
    assert outcome(f"{case}, expect: {{pool.deductible: 0, pool.paid: 40}}").status == PASSED


def test_an_admission_alone_and_a_settlement_of_its_own() -> None:
    pack_ = region()
    facts = case_facts(pack_, {"discharged": "2024-03-15", "settled": "2024-04-01"})
    assert {k: str(v) for k, v in facts.items()} == {
        "discharged": "2024-03-15",
        "settled": "2024-04-01",
        "admitted": "2024-03-15",
    }
    assert list(case_facts(pack_, {"admitted": "2024-03-15"})) == ["admitted"]
    assert set(case_facts(pack_, {"date": "2024-03-15"})) == {"admitted", "discharged", "settled"}


def test_history_and_reversals_in_a_case() -> None:
    earlier = f"{{id: 早, claim: {{{DATED}, stay: S}}, lines: [{{amount: 1100}}]}}"
    now = f"claim: {{{DATED}, stay: S}}, lines: [{{amount: 500}}]"
    assert outcome(f"{now}, history: [{earlier}], expect: {{pool.deductible: 0, pool.paid: 300}}").status == PASSED
    undone = f"{now}, history: [{earlier}, {{claim: {{}}, reverses: 早}}]"
    assert outcome(f"{undone}, expect: {{pool.deductible: 100, pool.paid: 200}}").status == PASSED


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("resident.pool.paid/year", Key("resident.pool.paid/year", "P1", "2024")),
        ("resident.pool.paid/year@P2", Key("resident.pool.paid/year", "P2", "2024")),
        ("resident.pool.paid/month", Key("resident.pool.paid/month", "P1", "2024-03")),
        ("resident.pool.paid/day", Key("resident.pool.paid/day", "P1", "2024-03-15")),
        ("resident.pool.paid/ever", Key("resident.pool.paid/ever", "P1", "ever")),
        ("resident.pool.charged/stay", Key("resident.pool.charged/stay", "P1", "S")),
        ("resident.pool.paid/episode", Key("resident.pool.paid/episode", "P1", "S")),
        ("account:个人账户", Key("account:个人账户", "P1", "ever")),
        ("account:个人账户@P2", Key("account:个人账户", "P2", "ever")),
    ],
)
def test_the_state_a_case_starts_from(written: str, key: Key) -> None:
    loaded = region(f'claim: {{{DATED}, stay: S}}, state: {{"{written}": 12.34元}}')
    assert opening_state(loaded, loaded.cases[0].case).amounts == {key: 1234}


def test_state_of_a_case_without_a_stay_or_without_a_date() -> None:
    loaded = region(
        f'claim: {{{DATED}, person: P7, episode: E}}, state: {{"a/stay": 1, "a/episode": 2}}',
        'state: {"a/year": 3}',
        f'claim: {{{DATED}}}, state: {{"a/episode": 4}}',
    )
    states = [opening_state(loaded, entry.case).amounts for entry in loaded.cases]
    assert states == [
        {Key("a/stay", "P7", "例0"): 100, Key("a/episode", "P7", "E"): 200},
        {Key("a/year", "P1", "ever"): 300},
        {Key("a/episode", "P1", "例2"): 400},
    ]


def test_state_limits_what_is_paid() -> None:
    state = 'state: {"resident.pool.paid/year": 950}'
    assert (
        outcome(f"claim: {{{DATED}}}, lines: [{{amount: 1000}}], {state}, expect: {{pool.paid: 50}}").status == PASSED
    )


def test_one_case_by_itself() -> None:
    loaded = region(f"claim: {{{DATED}}}, lines: [{{amount: 1}}]", f"claim: {{{DATED}}}, lines: [{{amount: 2}}]")
    found = run_case(Engine(loaded), loaded.cases[1])
    assert (found.entry.case.id, found.status) == ("例1", PASSED)
    assert [o.entry.case.id for o in run_cases(loaded)] == ["例0", "例1"]


def test_facts_must_be_known() -> None:
    with pytest.raises(ProblemError) as error:
        case_facts(region(), {"weather": "晴"})
    assert "标签" in str(error.value.problems[0].details["known"])
