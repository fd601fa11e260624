"""The tables of the page on DRG weights: its example measured, its settings those of the declaration."""

from pathlib import Path

from tests.docs.pages import DOCS, tables
from tests.engines.grouping.test_weighing import declared, measured
from tests.engines.grouping.weighing_oracle import One
from tongchou.engines.grouping.weighting import SETTINGS, load_weighting
from tongchou.ground.money import yuan
from tongchou.ground.shipped import regions_dir
from tongchou.ground.sums import decimal

PAGE = tables(DOCS / "algorithms" / "drg-weights.md")


def test_the_example(tmp_path: Path) -> None:
    of = declared(
        tmp_path, "AB19,6.5,专家\n", trimming="{quartiles: 3/2}", cases="3", few="[given, siblings, adrg]",
        scale="{to: cases, of: all}",
    )  # fmt: skip
    made = measured(of, [One(int(year), drg, int(fee) * 100, None) for year, drg, fee, _ in PAGE["cases"]])
    assert [
        [
            one.drg,
            " ".join(map(str, one.cases)),
            str(one.kept),
            one.how,
            yuan(one.mean),
            decimal(one.cv, 4),
            decimal(one.weight, 4) if one.how else "",
        ]
        for one in made.groups
        if sum(one.cases)
    ] == PAGE["weights"]
    assert (made.cases, decimal(made.summed, 4)) == (14, "14.0002")
    assert {one.drg: one.how for one in made.groups}["ES14"] == "siblings"


def test_every_setting(tmp_path: Path) -> None:
    """Each is on the page, and whatever is a reading says so on both sides."""
    assert tuple(row[0] for row in PAGE["settings"]) == SETTINGS
    of = declared(tmp_path)
    for key, _, _, source in PAGE["settings"][1:]:
        assert ("读法" in of.said.cites[key]) == ("reading" in source), key
    assert load_weighting(regions_dir() / "ninghe" / "payment" / "drg").said.years == (2024, 2025, 2026)
