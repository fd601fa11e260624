"""Year-end help of a household as rows."""

from datetime import date

from tests.engines.benefits.small import claim, fen, pack, settled
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.year_end import settle_year_end
from tongchou.ground.tables import TABLES
from tongchou.ground.tables.checks import row_findings

REGION = pack(
    """
    pool.takes: in_scope
    pool.ratio: 60%
    relief.takes: in_scope
    relief.deductible: {per: year, amount: 100}
    relief.ratio: 50%
    claim.guard.欠费: {when: category is 欠费 and kind is 年终, do: refuse, because: 欠费不补}
    """,
    layers="{pool: {}, relief: {field: maf_pay, runs: year_end}}",
    visits="{住院: [pool], 年终: [relief]}",
    vocabulary="{lists: {item: [甲, 乙], category: [欠费, 普通]}}",
)


def test_one_row_a_person_and_year_that_adds_up() -> None:
    engine, state = Engine(REGION), State()
    visits = [
        claim(("甲", 700), id="C1", category="普通"),
        claim(("甲", 300), id="C2", day="2024-06-01", category="普通"),
        claim(("乙", 1000), id="C3", person="P2", category="欠费"),
    ]
    rows = list(settle_year_end(engine, [settled(engine, visit, state) for visit in visits], state))
    assert [(r["settlement_id"], r["status"], r["amount"], r["paid"], r["cash"]) for r in rows] == [
        ("年终-P1-2024", "settled", fen(400), {"relief": fen(150)}, fen(250)),
        ("年终-P2-2024", "refused", fen(400), {}, fen(400)),
    ]
    assert (rows[0]["maf_pay"], rows[0]["fund_pay_sumamt"], rows[0]["year"]) == (fen(150), fen(150), 2024)
    assert (rows[1]["reason"], rows[1]["basis_date"]) == ("欠费不补", date(2024, 12, 31))
    assert [list(row_findings(TABLES["year_end"], row)) for row in rows] == [[], []]
    assert [code for _, code, _ in row_findings(TABLES["year_end"], rows[0] | {"cash": 0})] == ["T160"]


def test_a_problem_with_the_facts_is_told_by_its_code() -> None:
    engine, state = Engine(REGION), State()
    settlements = [settled(engine, claim(("甲", 700), id="C1", category="普通"), state)]
    del settlements[0].claim.facts["category"]
    (row,) = settle_year_end(engine, settlements, state)
    assert (row["status"], row["reason"][:4]) == ("refused", "C003")
