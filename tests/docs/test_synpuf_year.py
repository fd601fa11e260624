"""The page of the real year says what its commands say today; and every fen of it is somewhere."""

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq
import pytest

from tools.reports import END
from tools.synpuf_year import BEGIN, BUDGET, PAGE, Told, figures, run


@pytest.fixture(scope="module")
def made(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Told]:
    where = tmp_path_factory.mktemp("year") / "synpuf"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TONGCHOU_SHARED", str(shared))
        return where, run(where)


def test_the_page_says_what_comes_out(made: tuple[Path, Told]) -> None:
    where, told = made
    text = PAGE.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    assert text.strip() == figures(where, told), "the page is stale, `make synpuf` writes it anew"


def test_every_fen_is_somewhere(made: tuple[Path, Told]) -> None:
    """Counted from the tables, not from the balance that the clearing gives."""
    where, told = made
    (balance,), (pool,) = told.clear["balances"], told.clear["pools"]
    lines = pv.read_csv(where / "cleared" / "results" / "lines.csv")
    total = {name: pc.sum(lines[name]).as_py() for name in ("payable", "lost", "charged", "kept", "shared", "standard")}
    reserve = BUDGET * 5 // 100
    assert total["shared"] < reserve
    left = BUDGET - (total["payable"] - total["lost"]) - total["lost"] - (reserve - total["shared"])
    assert (balance["budget"], balance["retained"]) == (BUDGET, left)
    cases = pq.read_table(where / "cleared" / "results" / "cases.parquet", columns=["path", "worth", "settlement_id"])
    pointed = cases.filter(pc.not_equal(cases["path"].cast("string"), "ungrouped"))
    assert pc.sum(pointed["worth"]).as_py() == pool["total"] == pool["given"]
    assert len(cases) == sum(told.assign["discharges"].values()) == 21_658
    charged = pq.read_table(where / "settled" / "settlements.parquet", columns=["hifp_pay"])
    assert total["charged"] == pc.sum(charged["hifp_pay"]).as_py()
    assert told.verify["equal"] is True
