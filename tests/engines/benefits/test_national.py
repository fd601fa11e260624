"""Amounts under the national field names, and the identities that hold between them."""

import random
from typing import Any

import pytest

from tests.engines.benefits.small import claim, fen, line, pack, settled
from tongchou.engines.benefits.claim import Line
from tongchou.engines.benefits.national import FUNDS, national_fields
from tongchou.engines.benefits.state import Key, State

FIELDS = dict(zip("abcdefgh", FUNDS, strict=True))
EVERY = pack(
    "\n".join(f"{name}.takes: unpaid\n{name}.ratio: 10%" for name in FIELDS),
    "p.takes: [unpaid, full_self_pay]\nh.takes: [over_limit]\nhh.takes: [first_self_pay]\nhh.ratio: 50%",
    "b.deductible: {per: claim, amount: 7}",
    "items.package.包干: {when: always, price: 5000, per: claim, excess: hospital}",
    "a.deductible: {per: claim, amount: 100}",
    layers="{"
    + ", ".join(f"{name}: {{field: {field}}}" for name, field in FIELDS.items())
    + ", p: {payer: account, field: acct_pay, account: 个人账户}, hh: {field: hosp_part_amt}}",
)


def fields_of(seed: int, use: str) -> dict[str, Any]:
    rng = random.Random(seed)
    lines = [
        Line(
            f"L{i}",
            rng.randrange(900_000),
            price_limit=rng.choice([None, 500_000]),
            facts={"class": rng.choice("甲丙")},
        )
        for i in range(rng.randrange(1, 5))
    ]
    state = State({Key("account:个人账户", p, "ever"): rng.randrange(1, 90_000) for p in ("P1", "P2")})
    return national_fields(settled(EVERY, claim(*lines, account_use=use, account_person="P2"), state))


@pytest.mark.parametrize("use", ["none", "own", "relative"])
@pytest.mark.parametrize("seed", range(15))
def test_the_identities_of_the_interface(seed: int, use: str) -> None:
    f = fields_of(seed, use)
    parts = "fulamt_ownpay_amt overlmt_selfpay preselfpay_amt inscp_scp_amt".split()
    # 1. The four parts are the total. 2. Funds, the person's share and the hospital's are the total.
    assert f["medfee_sumamt"] == sum(f[name] for name in parts)
    assert f["medfee_sumamt"] == f["fund_pay_sumamt"] + f["psn_part_amt"] + f["hosp_part_amt"]
    # 3. The person's share is paid from accounts and in cash. 4. Every fund has its own field.
    assert f["psn_part_amt"] == f["acct_pay"] + f["psn_cash_pay"]
    assert f["fund_pay_sumamt"] == sum(f[name] for name in FUNDS)
    assert f["acct_mulaid_pay"] == (f["acct_pay"] if use == "relative" else 0)


def test_each_layer_pays_under_its_field() -> None:
    visit = claim(line(200, **{"class": "甲"}), line(30, **{"class": "丙"}), line(10, price_limit=0, **{"class": "甲"}))
    state = State({Key("account:个人账户", "P1", "ever"): fen(50)})
    f = national_fields(settled(EVERY, visit, state))
    # a: 10 % of 100; b: 10 % of what is left beyond 7; then 10 % of what is left each time.
    assert (f["hifp_pay"], f["cvlserv_pay"], f["hifes_pay"]) == (1000, 1830, 1717)
    assert (f["fulamt_ownpay_amt"], f["overlmt_selfpay"], f["inscp_scp_amt"]) == (3000, 1000, 20_000)
    assert (f["acct_pay"], f["acct_mulaid_pay"], f["hosp_part_amt"]) == (5000, 0, 0)


def test_the_hospital_bears_packages_and_its_own_layers() -> None:
    visit = claim(line(6000, first_pay_rate=0, **{"class": "甲"}), line(10, first_pay_rate=1, **{"class": "甲"}))
    f = national_fields(settled(EVERY, visit))
    assert f["hosp_part_amt"] == fen(1000) + fen(5)


@pytest.mark.parametrize(
    ("sets", "amount", "ratio", "deductible"),
    [
        ("pool.ratio: 70%", 1000, "0.7000", 0),
        ("pool.ratio: 70%\npool.deductible: {per: claim, amount: 100}", 1000, "0.7000", 100),
        ("pool.ratio: 1/3", 1, "0.3300", 0),
        ("pool.ratio: 2/3", 10_000, "0.6667", 0),
        ("pool.ratio: 100%", 10, "1.0000", 0),
        ("pool.ratio: 70%", 0, "0.0000", 0),
        ("pool.ratio: 70%\npool.caps.单: {at_most: 35, of: paid, per: claim}", 1000, "0.7000", 0),
        ("pool.ratio: 0.06%", 100, "0.0006", 0),
    ],
)
def test_the_ratio_of_the_basic_fund(sets: str, amount: int, ratio: str, deductible: int) -> None:
    region = pack("pool.takes: in_scope", sets)
    f = national_fields(settled(region, claim(amount)))
    assert (f["pool_prop_selfpay"], f["act_pay_dedc"]) == (ratio, fen(deductible))


FLOOR = "pool.ratio: 60%\npool.deductible: {per: claim, amount: 1000}\npool.floor.保底: {at_least: 95%, of: base}"


@pytest.mark.parametrize(("amount", "ratio"), [(1001, "9.9999"), (1104, "9.9999"), (1105, "9.9976"), (1200, "5.7000")])
def test_a_ratio_that_its_field_cannot_hold_is_the_largest_that_it_can(amount: int, ratio: str) -> None:
    """A floor tops up to 95 % of the base, of which little lies above the deductible."""
    region = pack("pool.takes: in_scope", FLOOR)
    f = national_fields(settled(region, claim(amount)))
    assert (f["pool_prop_selfpay"], f["hifp_pay"]) == (ratio, amount * 95)


def test_layers_of_the_same_fund_add_up() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%\npool.deductible: {per: claim, amount: 100}",
        "more.takes: pool.own_share\nmore.ratio: 20%\nmore.deductible: {per: claim, amount: 50}",
        layers="{pool: {}, more: {}, other: {field: oth_pay}}",
        visits="{住院: [pool, more]}",
    )
    f = national_fields(settled(region, claim(1100)))
    # 500 of 1000, then 90 of 450
    assert (f["hifp_pay"], f["act_pay_dedc"], f["pool_prop_selfpay"], f["oth_pay"]) == (fen(590), fen(150), "0.4069", 0)
