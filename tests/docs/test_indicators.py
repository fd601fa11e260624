"""The worked example of the page on indicators of agreements, counted from its tables by the region it names."""

from fractions import Fraction
from pathlib import Path

from tests.docs.pages import DOCS, tables
from tests.engines.indicators.stage import claim, folder, measured
from tongchou.engines.indicators.asked import asked_on
from tongchou.ground.region.load import load_region
from tongchou.ground.shipped import regions_dir

PAGE = DOCS / "algorithms" / "agreement-indicators.md"


def test_the_worked_example(tmp_path: Path) -> None:
    page, pairs = tables(PAGE), []
    for year in ("2025", "2026"):
        made, settled = {"claims": [], "lines": [], "discharges": []}, []
        for number, of, kind, person, begins, ends, fee, covered, own_drugs, own, operation in page["cases"]:
            if of != year:
                continue
            name, amount = f"C{number}", fen(fee)
            made["claims"].append(
                claim(
                    0,
                    claim_id=name,
                    person_id=person,
                    kind=kind,
                    admitted_on=begins,
                    discharged_on=ends or None,
                    total_fee=amount,
                )
            )
            parts = (("西药费", "甲", fen(covered)), ("西药费", "丙", fen(own_drugs)))
            rest = amount - sum(part[2] for part in parts)
            for at, (fee_kind, cls, part) in enumerate((*parts, ("治疗费", "甲", rest))):
                made["lines"].append(
                    {"line_id": f"{name}-{at}", "claim_id": name, "fee_kind": fee_kind, "class": cls, "amount": part}
                )
            if kind == "住院":
                made["discharges"].append(
                    {
                        "discharge_id": name,
                        "claim_id": name,
                        "provider_id": "F1",
                        "discharged_on": ends,
                        "outcome": "1",
                        "procedures": operation.split(),
                        "principal_diagnosis": "K80.100",
                    }
                )
            settled.append(
                {
                    "settlement_id": name,
                    "event_no": int(number),
                    "claim_id": name,
                    "person_id": person,
                    "scheme": "resident",
                    "kind": kind,
                    "status": "settled",
                    "psn_part_amt": fen(own),
                }
            )
        pairs.append((folder(tmp_path / year, **made), folder(tmp_path / f"{year}-settled", settlements=settled)))
    found = measured(load_region(regions_dir() / "ninghe"), *pairs, scheme="employee")
    assert [
        [one.name, str(one.above), str(one.below), _told(one.value), _told(one.goal and one.goal[1], ""), one.verdict]
        for one in found.figures
        if one.institution == "F1"
    ] == page["figures"]


def test_the_page_names_the_indicators_of_the_regions() -> None:
    named = {row[0] for row in tables(PAGE)["readings"]}
    declared = {}
    for name, scheme in (("ninghe", "employee"), ("jiangmen-2012", "employee"), ("mohrss-2012-70", "basic")):
        pack = load_region(regions_dir() / name)
        declared[name] = {
            one.name for one in asked_on(pack, scheme, pack.year.span(2025 if name == "ninghe" else 2013)[1])
        }
    assert named == declared["ninghe"] == declared["jiangmen-2012"] | declared["mohrss-2012-70"]
    assert not declared["jiangmen-2012"] & declared["mohrss-2012-70"]


def fen(yuan: str) -> int:
    return int(yuan) * 100


def _told(value: Fraction | None, nothing: str = "—") -> str:
    return nothing if value is None else str(value)
