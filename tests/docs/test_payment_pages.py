"""The pages on paying institutions, computed from their own tables and declarations."""

import re
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tests.docs.console import fits, follow
from tests.docs.pages import DOCS, blocks, plain, tables
from tests.engines.payment.declared import paths, pay, rules_of, settlement
from tests.engines.payment.stage import year
from tests.engines.payment.test_methods import cleared
from tests.engines.payment.test_upcoding import POINTS, coded, lungs
from tongchou.engines.payment import Rules, clear, load_rules
from tongchou.engines.payment.months import prepay
from tongchou.engines.payment.results import decimals
from tongchou.engines.payment.sharing import share
from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.ground.money import yuan
from tongchou.ground.region.clearing_kinds import CLEARING_KINDS
from tongchou.ground.region.clearing_money import Sharing

PAGES = DOCS / "algorithms"


def rows(page: str, name: str) -> list[list[str]]:
    return tables(PAGES / f"{page}.md")[name]


def test_complications_coded(tmp_path: Path) -> None:
    """Of each ADRG the institution's cases, and its peers' of two hospitals."""
    cases, of = [], {"ES1": "ES11", "HC1": "HC13"}
    for adrg, k, n, c, m, *_ in rows("clearing", "complications"):
        if adrg:
            cases += lungs("H0", int(k), int(n), of[adrg])
            for at in ("H1", "H2"):
                cases += lungs(at, int(c) // 2, int(m) // 2, of[adrg])
    found = coded(cleared(rules_of(tmp_path, *POINTS), cases, 900_000))
    assert [
        [
            one.group,
            str(one.above),
            str(one.below),
            *([str(one.base_above), str(one.base_below)] if one.group else ["", ""]),
            decimals(one.value, 4),
            decimals(one.base, 4),
            "yes" if one.stands_out else "",
        ]
        for one in found
        if one.institution == "H0"
    ] == rows("clearing", "complications")


@pytest.mark.parametrize("language", ["", "zh/"])
def test_the_example_of_the_handbook_is_read(language: str, tmp_path: Path) -> None:
    (text,) = [
        block.text for block in blocks(DOCS / "handbook" / f"{language}clearing.md") if "clearing" in block.marks
    ]
    (tmp_path / "clearing.yaml").write_text(text, "utf-8")
    found = load_rules(tmp_path)
    assert (found.year, found.cite("bands.dip")) == (2026, "handbook 第三条")


def rules(page: str, name: str, folder: Path, more: str = "") -> Rules:
    """The declaration that a page writes in a block `yaml clearing=NAME`."""
    (text,) = [block.text for block in blocks(PAGES / f"{page}.md") if block.marks.get("clearing") == name]
    (folder / "clearing.yaml").write_text(text + more, "utf-8")
    return load_rules(folder)


def fen(text: str) -> int:
    found = Fraction(text) * 100
    assert found.denominator == 1
    return int(found)


def units(text: str) -> int:
    return int(Fraction(text) * 10_000)


def test_dip_points(tmp_path: Path) -> None:
    said = rules("dip-points", "dip", tmp_path)
    for cost, days, status, complete, factor, auxiliary, path, points, why in rows("dip-points", "cases"):
        case = settlement(
            total_fee=fen(cost), days=days, completed=complete == "yes", group="A", base_points=1000,
            reference_mean=1_000_000, status=status, auxiliary=auxiliary,
        )  # fmt: skip
        found = pay(said, case, institutions=[{"institution": "H1", "factor": factor}])
        assert (paths(found), found.points.tolist()) == ([path], [units(points)]), why
        assert found.review.tolist() == [path == "extremely_high"]


def test_drg_by_rate(tmp_path: Path) -> None:
    said = rules("drg-payment", "rate", tmp_path)
    for level, weight, cost, own, ratio, path, standard, fund, why in rows("drg-payment", "rate"):
        case = settlement(total_fee=fen(cost), full_self_pay=fen(own), fund_ratio=ratio, group="A", base_points=weight)
        found = pay(said, case, institutions=[{"institution": "H1", "level": level}])
        got = paths(found), found.standards.tolist(), found.money.tolist()
        assert got == ([path], [fen(standard)], [fen(fund)]), why


def test_drg_by_points(tmp_path: Path) -> None:
    said = rules("drg-payment", "points", tmp_path)
    for base, coefficient, ratio, care, days, complete, back, path, points in rows("drg-payment", "points"):
        one = settlement(
            total_fee=int(Fraction(ratio) * 1_000_000), care=care, days=days, completed=complete == "yes", group="A",
            base_points=base, difference=coefficient, reference_mean=1_000_000,
        )  # fmt: skip
        cases = [one]
        if back:
            on = one["discharged_on"] + timedelta(int(back))
            cases.append({**one, "settlement_id": "S2", "admitted_on": on, "discharged_on": on + timedelta(5)})
        found = pay(said, *cases)
        assert (paths(found)[0], int(found.points[0])) == (path, units(points))


def test_days(tmp_path: Path) -> None:
    said = rules("other-methods", "days", tmp_path)
    for days, ratio, standard, fund, _ in rows("other-methods", "days"):
        found = pay(said, settlement(total_fee=1, care="精神", days=days, fund_ratio=ratio))
        assert (found.standards.tolist(), found.money.tolist()) == ([fen(standard)], [fen(fund)])


def test_quota() -> None:
    page = (PAGES / "other-methods.md").read_text("utf-8")
    said = Sharing.model_validate(
        {
            "surplus": [{"pays": "30%"}],
            "surplus_at_most": "3%",
            "no_surplus_above": "1.8%",
            "overrun": [{"upto": "20%", "pays": "50%"}, {"pays": "0%"}],
        }
    )
    assert "`{surplus: [{pays: 30%}], surplus_at_most: 3%, no_surplus_above: 1.8%, overrun:" in page
    for quota, charged, indicator, kept, shared, paid, borne in rows("other-methods", "quota"):
        found = share(said, fen(quota), fen(charged), indicator=Fraction(indicator))
        assert (found.kept, found.shared) == (fen(kept), fen(shared))
        earned = fen(charged) + found.kept if found.surplus else fen(quota) + found.shared
        assert (earned, max(fen(charged) - earned, 0)) == (fen(paid), fen(borne))


def test_a_split(tmp_path: Path) -> None:
    rules(
        "other-methods", "days", tmp_path,
        "      split.outpatient: {share: 20%}\n      split.inpatient: {share: 80%, first: [per_diem], reserve: 5%}\n"
        "      price.dip: {form: settlement, basis: fund}\n",
    )  # fmt: skip
    text = (tmp_path / "clearing.yaml").read_text("utf-8")
    more = "{method: dip, setting: inpatient}, {method: service, setting: outpatient}]"
    text = text.replace("inpatient}]", "inpatient, care: [精神]}, " + more, 1)
    (tmp_path / "clearing.yaml").write_text(text, "utf-8")
    said = load_rules(tmp_path)
    for budget, outpatient, inpatient, reserve, days, left in rows("other-methods", "split"):
        case = settlement(total_fee=fen(days), care="精神", days=100, fund_ratio=1)
        like = settlement(settlement_id="S2", total_fee=100)
        group = {"settlement_id": "S2", "group": "A", "base_points": 1, "reference_mean": 100}
        found = clear(
            said,
            year(
                {
                    "settlements": [case, like],
                    "groups": [group],
                    "institutions": [{"institution": "H1"}],
                    "budget": [{"scheme": "employee", "amount": fen(budget)}],
                }
            ),
        )
        pots = {pot.setting: pot for pot in found.pots}
        assert [yuan(pots[name].budget) for name in ("outpatient", "inpatient")] == [outpatient, inpatient]
        assert (yuan(pots["inpatient"].reserve), yuan(int(found.cases.money[0]))) == (reserve, days)
        assert [yuan(pool.budget) for pool in found.pools] == [left]


def test_months(tmp_path: Path) -> None:
    cash = "      prepayment: {share: 90%, deposit: 5%, clearing_reserve: 0%, revolving: 0%, over_limit: deferred}\n"
    said = rules("other-methods", "days", tmp_path, cash)
    for earned, limit, deferred, withheld, deposit, paid in rows("other-methods", "months"):
        found = prepay(said, int(earned), int(limit))
        got = found.deferred, found.withheld, found.deposit, found.paid
        assert got == tuple(map(int, (deferred, withheld, deposit, paid)))


def test_the_year(tmp_path: Path) -> None:
    said = rules("clearing", "year", tmp_path)
    given = rows("clearing", "institutions")
    ((budget, *balance),) = rows("clearing", "balance")
    told: dict[str, list[dict[str, Any]]] = {
        "settlements": [
            settlement(settlement_id=f"S-{name}", institution=name, total_fee=fen(charged))
            for name, _, charged, *_ in given
        ],
        "groups": [
            {"settlement_id": f"S-{name}", "group": "A", "base_points": points, "reference_mean": 1}
            for name, points, *_ in given
        ],
        "institutions": [{"institution": name} for name, *_ in given],
        "budget": [{"scheme": "employee", "amount": fen(budget)}],
        "deductions": [_row(name, deducted) | {"reason": "审核"} for name, _, _, deducted, *_ in given],
        "prepaid": [_row(name, prepaid) for name, *_, prepaid, _ in given],
        "assessments": [{"institution": name, "score": score} for name, *_, score in given],
    }
    found = clear(said, year(told))
    names = ("standard", "surplus", "kept", "overrun", "shared", "payable", "deposit", "lost", "due")
    assert [[x.institution, *(yuan(getattr(x, n)) for n in names)] for x in found.lines] == rows("clearing", "lines")
    (one,) = found.balances
    got = (one.paid, one.deposits_kept, one.reserve, one.reserve_used, one.retained)
    assert [yuan(part) for part in got] == balance
    assert one.holds


def _row(name: str, amount: str) -> dict[str, Any]:
    return {"institution": name, "scheme": "employee", "method": "dip", "amount": fen(amount)}


@pytest.mark.parametrize("page", ["open-clearing"])
def test_what_the_commands_print(page: str, tmp_path: Path) -> None:
    for said in follow(PAGES / f"{page}.md", tmp_path):
        assert said.code == 0, said
        assert fits(said.shown, said.printed), said


def test_the_how_to_lists_every_address_and_column() -> None:
    page = tables(DOCS / "how-to" / "clear-a-year.md")
    addresses = [re.sub(r"\.[A-Z]+$", ".*", plain(row[0])) for row in page["addresses"]]
    assert sorted(addresses) == sorted(CLEARING_KINDS)
    listed = {plain(row[0]): re.findall(r"`(\w+)`(?: \(([^:)]*))?", row[1]) for row in page["tables"]}
    assert listed.keys() == COLUMNS.keys()
    for name, columns in COLUMNS.items():
        assert [column for column, _ in listed[name]] == list(columns)
        for column, default in listed[name]:
            said = columns[column].default
            shown = {True: "yes", False: "no", None: ""}.get(said, said) if isinstance(said, bool | None) else said
            assert default == ("" if said is ... else str(shown)), (name, column)
