"""The demo's cleared year: three years before it, budgets that add up, and a hospital that comes to the same."""

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.faces.cli import synth
from tongchou.faces.cli.city_clearing import CLEARED, DRAWN, EARLIER, REGION, run_clearing
from tongchou.faces.cli.where import load


def test_a_year_is_grouped_prepaid_cleared_and_proved(tmp_path: Path) -> None:
    city, pack = tmp_path / "city", load(REGION)
    city.mkdir()
    synth.draw(pack, synth.profile_of(pack, REGION, None), 300, DRAWN, 1, city)
    done = run_clearing(300, city, tmp_path / "out")
    at = tmp_path / "out" / "clearing"
    assert done["whole"]
    assert done["proof"]["equal"]
    assert done["grouped"] + done["fallback"] + done["ungrouped"] > 0
    earlier = [at / "years" / str(year) for year in EARLIER]
    files = [folder / "discharges.parquet" for folder in (*earlier, city)]
    years = {year for file in files for year in pc.year(pq.read_table(file)["discharged_on"]).unique().to_pylist()}
    assert {CLEARED - 3, CLEARED - 2, CLEARED - 1} <= years
    tables = pq.read_table(at / "tables" / "settlements.parquet")
    assert done["settlements"] == {"cleared": len(tables)}
    assert (at / "cleared" / "report.html").stat().st_size > 10_000
    assert pc.sum(pq.read_table(at / "tables" / "prepaid.parquet")["amount"]).as_py() < pc.sum(tables["fund"]).as_py()
