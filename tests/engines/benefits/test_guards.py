"""Whether a claim may be settled at all: refused, reduced, sent to another benefit, or a layer left out."""

from datetime import date
from fractions import Fraction

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, reasons, refused, settled, shows
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import Key, State

BASE = "pool.takes: in_scope\npool.ratio: 80%\n"
VOCABULARY = "{lists: {third_party: [无, 工伤], filing: [已备案, 未备案], entitlement: [full, reduced, none]}}"


def test_a_claim_is_refused_by_its_article() -> None:
    region = pack(BASE, "claim.guard.工伤: {when: third_party is 工伤, do: refuse, because: 由工伤保险支付}")
    state = State()
    refusal = refused(region, claim(100, third_party="工伤"), state)
    assert (refusal.guard, refusal.because, refusal.cite) == (
        "resident.claim.guard.工伤",
        "由工伤保险支付",
        "办法 第1条",
    )
    assert (refusal.problems, state) == ((), State())
    assert shows(settled(region, claim(100, third_party="无")), "pool.paid") == (80,)


def test_without_a_reason_of_its_own_the_article_speaks() -> None:
    region = pack(BASE, "claim.guard.工伤: {when: always, do: refuse}")
    assert refused(region, claim(100)).because == "…"


def test_the_first_article_that_refuses_is_named() -> None:
    region = pack(
        BASE,
        """
        claim.guard.一: {when: total_fee > 1000, do: refuse}
        claim.guard.二: {when: total_fee > 500, do: refuse}
        claim.guard.三: {when: total_fee > 400, do: refuse}
        """,
    )
    guards = [refused(region, claim(amount)).guard for amount in (2000, 1000, 500)]
    assert guards == [f"resident.claim.guard.{name}" for name in ("一", "二", "三")]
    assert shows(settled(region, claim(400)), "cash") == (80,)


def test_a_settlement_remembers_the_guards_it_passed() -> None:
    region = pack(BASE, "claim.guard.一: {when: total_fee > 9, do: reduce, pay: 50%}",
                  "claim.guard.二: {when: total_fee > 99, do: refuse}")  # fmt: skip
    uses = settled(region, claim(10)).notes["guards"]
    assert [(use.role, use.fact.name, use.applied) for use in uses] == [
        ("claim guard", "一", True),
        ("claim guard", "二", False),
    ]


def test_reductions_multiply_and_reach_every_fund_but_no_account() -> None:
    region = pack(
        """
        account.takes: 50% × in_scope
        pool.takes: in_scope
        pool.ratio: 80%
        large.takes: pool.own_share
        large.ratio: 50%
        claim.guard.未备案: {when: filing is 未备案, do: reduce, pay: 50%}
        claim.guard.中断: {when: months < 6, do: reduce, pay: 90%}
        """,
        layers="{account: {payer: account, field: acct_pay}, pool: {}, large: {field: hifob_pay}}",
    )
    state = State({Key("account:account", "P1", "ever"): fen(100)})
    result = settled(region, claim(200, filing="未备案", months=3), state)
    # The account pays its 100 whole; then 80 % × 50 % × 90 % of 100, and 50 % × 50 % × 90 % of the 64 that are left.
    assert shows(result, "account.paid", "pool.paid", "large.paid") == (100, 36, Fraction("14.40"))


def test_a_reduction_comes_after_points_and_before_the_clamp() -> None:
    region = pack(
        BASE,
        """
        pool.adjust.加: {when: always, points: 10}
        pool.clamp: {at_least: 50%}
        claim.guard.未备案: {when: filing is 未备案, do: reduce, pay: 50%}
        """,
    )
    assert shows(settled(region, claim(100, filing="已备案")), "pool.paid") == (90,)
    assert shows(settled(region, claim(100, filing="未备案")), "pool.paid") == (50,)


SENT = pack(
    """
    pool.takes: in_scope
    pool.ratio: 80%
    clinic.takes: in_scope
    clinic.ratio: 30%
    claim.guard.未备案: {when: kind is 特病 and filing is 未备案, do: redirect, to: 门诊}
    claim.guard.大额: {when: kind is 门诊 and total_fee > 1000, do: redirect, to: 住院}
    claim.guard.打转: {when: kind is 住院 and total_fee > 5000, do: redirect, to: 特病}
    """,
    layers="{pool: {}, clinic: {}}",
    visits="{住院: [pool], 特病: [pool], 门诊: [clinic]}",
)


def test_a_claim_is_sent_to_another_benefit_and_looked_at_again() -> None:
    assert shows(settled(SENT, claim(100, kind="特病", filing="已备案")), "pool.paid") == (80,)
    result = settled(SENT, claim(100, kind="特病", filing="未备案"))
    assert (result.claim.kind, shows(result, "clinic.paid")) == ("门诊", (30,))
    twice = settled(SENT, claim(2000, kind="特病", filing="未备案"))
    assert (twice.claim.kind, shows(twice, "pool.paid")) == ("住院", (1600,))


def test_a_redirection_is_remembered() -> None:
    uses = settled(SENT, claim(2000, kind="特病", filing="未备案")).notes["guards"]
    assert [(use.fact.name, use.applied) for use in uses] == [
        ("未备案", True),
        ("大额", True),
        ("未备案", False),
        ("大额", False),
        ("打转", False),
    ]


def test_the_first_of_several_guards_is_why_a_layer_was_left_out() -> None:
    region = pack(BASE, "pool.guard.一: {when: months < 6, do: skip}", "pool.guard.二: {when: always, do: skip}")
    assert settled(region, claim(100, months=5)).layers[0].skipped == "resident.pool.guard.一"
    assert settled(region, claim(100, months=6)).layers[0].skipped == "resident.pool.guard.二"


def test_a_claim_sent_in_a_circle_is_refused() -> None:
    refusal = refused(SENT, claim(6000, kind="特病", filing="未备案"))
    assert (reasons(refusal), refusal.problems[0].details) == (["C027"], {"kind": "特病"})


def test_each_look_asks_for_the_entitlement_of_its_own_fund() -> None:
    """A visit that no fund serves is entitled; sent to one that a fund serves, it needs a period of that fund."""
    region = pack(
        """
        pool.takes: in_scope
        pool.ratio: 80%
        help.takes: in_scope
        claim.guard.转: {when: kind is 门诊, do: redirect, to: 住院}
        claim.guard.无: {when: entitlement is none, do: refuse}
        """,
        layers="{pool: {}, help: {payer: given, bearer: insurer}}",
        visits="{门诊: [help], 住院: [pool]}",
        region="{entitlement: required}",
    )
    assert refused(region, claim(100, kind="门诊")).guard == "resident.claim.guard.无"


def test_reductions_of_the_last_look_only() -> None:
    region = pack(
        BASE,
        """
        claim.guard.减: {when: kind is 特病, do: reduce, pay: 10%}
        claim.guard.改: {when: kind is 特病, do: redirect, to: 住院}
        claim.guard.再减: {when: kind is 住院, do: reduce, pay: 50%}
        """,
        visits="{住院: [pool], 特病: [pool]}",
    )
    assert shows(settled(region, claim(100, kind="特病")), "pool.paid") == (40,)


def test_a_layer_may_be_left_out() -> None:
    region = pack(
        BASE,
        """
        large.takes: pool.own_share
        large.ratio: 50%
        large.guard.未满: {when: months < 6, do: skip}
        """,
        layers="{pool: {}, large: {}}",
    )
    served = settled(region, claim(100, months=6))
    assert (shows(served, "large.paid"), served.layers[1].skipped) == ((10,), None)
    skipped = settled(region, claim(100, months=5))
    assert shows(skipped, "pool.own_share", "large.base", "large.paid", "cash") == (20, 0, 0, 20)
    assert skipped.layers[1].skipped == "resident.large.guard.未满"
    assert [(u.role, u.applied) for u in skipped.notes["rows"][1].uses] == [("guard", True)]
    assert skipped.layers[1].bands == ()


REQUIRED = pack(
    BASE,
    """
    help.takes: in_scope
    large.takes: pool.own_share
    large.ratio: 50%
    large.guard.未参保: {when: entitlement is none, do: skip}
    claim.guard.补缴期: {when: entitlement is reduced, do: reduce, pay: 50%}
    """,
    layers="{help: {payer: given, field: oth_pay}, pool: {fund: 居民基金}, large: {field: hifob_pay}}",
    visits="{住院: [pool, large], 门诊: [help]}",
    vocabulary=VOCABULARY,
    region="{entitlement: required}",
)


def test_entitlement_is_that_of_each_fund() -> None:
    both = {"居民基金": ("full", ""), "large": ("full", "")}
    assert shows(settled(REQUIRED, claim(100, entitlements=both)), "pool.paid", "large.paid") == (80, 10)
    first = {"居民基金": ("full", "")}
    result = settled(REQUIRED, claim(100, entitlements=first))
    assert shows(result, "pool.paid", "large.paid") == (80, 0)
    assert result.layers[1].skipped == "resident.large.guard.未参保"


def test_a_reduced_entitlement_reaches_the_guards_of_the_claim() -> None:
    reduced = {"居民基金": ("reduced", "补缴期"), "large": ("full", "")}
    # 80 % × 50 % of 100, then 50 % × 50 % of the 60 that are left.
    assert shows(settled(REQUIRED, claim(100, entitlements=reduced)), "pool.paid", "large.paid") == (40, 15)


@pytest.mark.parametrize("entitlements", [{"居民基金": ("none", "断缴")}, {"large": ("full", "")}, {}])
def test_nobody_without_entitlement_is_paid_where_it_is_required(entitlements: dict[str, tuple[str, str]]) -> None:
    refusal = refused(REQUIRED, claim(100, entitlements=entitlements))
    assert (reasons(refusal), refusal.problems[0].details["fund"]) == (["C008"], "居民基金")
    assert refusal.because == entitlements.get("居民基金", ("none", ""))[1]


def test_without_entitlement_periods_the_facts_of_the_claim_say_it() -> None:
    assert reasons(refused(REQUIRED, claim(100))) == ["C008"]
    assert reasons(refused(REQUIRED, claim(100, entitlement="none"))) == ["C008"]
    assert shows(settled(REQUIRED, claim(100, entitlement="full")), "pool.paid", "large.paid") == (80, 10)
    assert shows(settled(REQUIRED, claim(100, entitlement="reduced")), "pool.paid", "large.paid") == (40, 15)


def test_where_entitlement_is_assumed_its_absence_refuses_nothing_by_itself() -> None:
    region = pack(BASE, "pool.guard.无: {when: entitlement is none, do: skip}", vocabulary=VOCABULARY)
    assert shows(settled(region, claim(100)), "pool.paid") == (80,)
    assert shows(settled(region, claim(100, entitlements={})), "pool.paid") == (0,)
    assert shows(settled(region, claim(100, entitlement="none")), "pool.paid") == (0,)


def test_a_visit_without_a_fund_asks_for_no_period() -> None:
    for periods in ({"居民基金": ("full", "")}, {}, None):
        assert shows(settled(REQUIRED, claim(100, kind="门诊", entitlements=periods)), "cash") == (100,)


def test_a_visit_without_a_fund_is_guarded_by_what_the_claim_itself_says() -> None:
    guarded = pack(
        BASE,
        "claim.guard.无: {when: entitlement is none, do: refuse}",
        vocabulary=VOCABULARY,
        visits="{住院: [pool], 门诊: []}",
    )
    unpaid = claim(100, kind="门诊", entitlements={}, entitlement="none")
    assert refused(guarded, unpaid).guard == "resident.claim.guard.无"
    assert shows(settled(guarded, claim(100, kind="门诊", entitlements={})), "cash") == (100,)


def test_a_split_stay_meets_the_guards_once_with_what_is_in_force_for_the_whole() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%",
        vocabulary="{lists: {filing: [未备案]}}",
        region="{year: {crossing: split}}",
        through_2023_12_31="claim.guard.减: {when: filing is 未备案, do: reduce, pay: 80%}",
        since_2024_01_01="claim.guard.减: {when: filing is 未备案, do: reduce, pay: 90%}",
    )
    engine, state = Engine(region), State()
    early = claim(100, id="C1", day="2023-06-01", filing="未备案")
    assert shows(settled(engine, early, state), "pool.paid") == (40,)
    lines = [line(100, fee_date=date(2023, 12, 30)), line(100, fee_date=date(2024, 1, 2))]
    crossing = claim(*lines, id="C2", admitted="2023-12-30", day="2024-01-03", filing="未备案")
    assert shows(settled(engine, crossing, state), "pool.paid") == (90,)
