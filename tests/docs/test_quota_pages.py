"""The pages on the split of a budget and on deficits, computed from the shipped regions."""

from datetime import date
from fractions import Fraction

from tests.docs.pages import DOCS, tables
from tongchou.engines.fund import bear, deficit_terms
from tongchou.engines.payment.quota_cases import reckon_split
from tongchou.engines.payment.quotas import Quota
from tongchou.ground.money import round_fraction, yuan
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir


def rows(page: str, name: str) -> list[list[str]]:
    return tables(DOCS / "algorithms" / f"{page}.md")[name]


def shown(one: Quota, cost: str) -> list[str]:
    share = sum((basis.share for basis in one.by), Fraction(0))
    return [
        one.institution,
        one.part,
        cost,
        yuan(round_fraction(one.by[0].mean * 100)),
        str(round_fraction(share * 10**6)),
        one.bound or "-",
        yuan(one.fen),
    ]


def test_the_split_of_ninghe() -> None:
    pack = load_region(regions_dir() / "ninghe")
    (wanted,) = [entry.case.reckon for entry in pack.cases if entry.case.id == "总额分解"]
    assert wanted is not None
    terms, found = reckon_split(pack, "employee", wanted)
    assert (yuan(found.total), yuan(found.reserve), found.left) == ("82000000.00", "4100000.00", 0)
    assert [yuan(fen) for fen in found.parts.values()] == ["23370000.00", "54530000.00"]
    costs = {
        (name, key.split()[1]): amount
        for name, raw in wanted.institutions.items()
        for key, amount in raw.items()
        if key.startswith("2024") and key.endswith("基金费用")
    }
    last = {key: str(int(amount.removesuffix("万")) * 10_000) for key, amount in costs.items()}
    assert [shown(one, last.get((one.institution, one.part), "-")) for one in found.quotas] == rows("quotas", "quotas")
    assert terms.cites["bounds"] == "ninghe-2024-43 第六条"


def test_deficits_of_jiangmen() -> None:
    terms = deficit_terms(load_region(regions_dir() / "jiangmen-2012"), "employee", date(2013, 12, 31))
    for balance, relief, own, fund, *borne in rows("deficits", "deficits"):
        figures = {"当期结余": int(balance), "减负": int(relief), "累计结余": int(own)}
        (one,) = bear(terms, int(fund), {"台山": figures})
        found = (one.gap, sum(fen for _, fen in one.own), one.shared, one.government)
        assert [str(fen) for fen in found] == borne
