"""Layers at year end or on application: what the settlements of a window left is one claim."""

from datetime import date

from tests.engines.benefits.small import claim, fen, line, pack, settled, shows
from tongchou.engines.benefits.claim import Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.window import remainders, window_claim, year_end_claims, year_end_kinds

REGION = pack(
    """
    pool.takes: in_scope
    pool.ratio: 60%
    pool.deductible: {per: claim, amount: 100}
    pool.caps.单: {at_most: 300, of: paid, per: claim}
    relief.takes: [in_scope, 50% × first_self_pay]
    relief.deductible: {per: year, amount: 500}
    relief.ratio: {by category: {低保: 70%, 其他: 50%}}
    """,
    layers="{pool: {}, relief: {field: maf_pay, runs: year_end}}",
    visits="{住院: [pool, relief], 年终: [relief]}",
    vocabulary="{lists: {item: [甲, 乙], category: [低保, 普通]}}",
)
YEAR_END = date(2024, 12, 31)


def year() -> tuple[Engine, State, list[Settlement]]:
    engine, state = Engine(REGION), State()
    visits = [
        claim(("甲", 700), line(100, "乙", first_pay_rate=1), id="C1", household="H"),
        claim(("乙", 600), line(50, "甲", **{"class": "丙"}), id="C2", household="H"),
    ]
    return engine, state, [settled(engine, visit, state) for visit in visits]


def test_a_layer_of_the_year_end_does_not_serve_the_claim() -> None:
    _, _, settlements = year()
    assert [list(s.paid) for s in settlements] == [["pool"], ["pool"]]


def test_what_is_left_by_part_and_item() -> None:
    _, _, settlements = year()
    # 700 − 300 and 600 − 300 of in-scope money, whatever pot it lies in by now.
    assert remainders(settlements) == {
        ("first_self_pay", "乙"): fen(100),
        ("in_scope", "甲"): fen(400),
        ("full_self_pay", "甲"): fen(50),
        ("in_scope", "乙"): fen(300),
    }


def test_the_claim_of_the_window() -> None:
    engine, state, settlements = year()
    facts = {"category": "低保"}
    visit = window_claim(settlements, "年终", YEAR_END, facts, "W")
    assert visit is not None
    assert (visit.id, visit.person_id, visit.scheme, visit.kind, visit.household_id) == (
        "W",
        "P1",
        "resident",
        "年终",
        "H",
    )
    assert visit.facts == {"category": "低保", "admitted": YEAR_END, "discharged": YEAR_END, "settled": YEAR_END}
    assert [line_.id for line_ in visit.lines] == ["W/1", "W/2", "W/3", "W/4"]
    assert visit.total == fen(850)
    result = settled(engine, visit, state)
    # 700 + 50 % of 100, less 500
    assert shows(result, "relief.base", "relief.deductible", "relief.paid", "cash") == (750, 500, 175, 675)
    assert shows(result, "full_self_pay", "first_self_pay", "in_scope") == (50, 100, 700)


def test_nothing_left_is_nothing_to_help_with() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 100%")
    assert window_claim([settled(region, claim(100))], "年终", YEAR_END, {}, "W") is None
    assert window_claim([], "年终", YEAR_END, {}, "W") is None


def test_the_claims_of_the_year_end_of_a_household() -> None:
    engine, state = Engine(REGION), State()
    visits = [
        claim(("甲", 700), id="C1", category="普通"),
        claim(("甲", 600), id="C2", day="2024-06-01", category="低保"),
        claim(("乙", 900), id="C3", day="2023-05-05", category="普通"),
        claim(("甲", 800), id="C4", person="P2", category="普通"),
    ]
    settlements = [settled(engine, visit, state) for visit in visits]
    made = year_end_claims(engine, settlements)
    # By person and year; the facts are those of the last settlement of the year. 700 − 300 and 600 − 300 are left.
    assert [(c.id, c.facts["settled"], c.facts["category"], c.total) for c in made] == [
        ("年终-P1-2023", date(2023, 12, 31), "普通", fen(600)),
        ("年终-P1-2024", date(2024, 12, 31), "低保", fen(700)),
        ("年终-P2-2024", date(2024, 12, 31), "普通", fen(500)),
    ]
    assert year_end_claims(engine, []) == []


def test_what_year_end_help_left_is_not_helped_with_again() -> None:
    engine, state = Engine(REGION), State()
    settlements = [settled(engine, claim(("甲", 700), category="普通"), state)]
    (made,) = year_end_claims(engine, settlements)
    settlements.append(settled(engine, made, state))
    assert year_end_claims(engine, settlements[1:]) == []
    assert [c.total for c in year_end_claims(engine, settlements)] == [made.total]


def test_the_year_end_of_a_year_that_starts_in_july() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 50%\nrelief.takes: in_scope\nrelief.ratio: 50%",
        layers="{pool: {}, relief: {runs: year_end}}",
        visits="{住院: [pool], 年终: [relief], 空: []}",
        region="{year: {starts: 07-01}}",
    )
    engine = Engine(region)
    (made,) = year_end_claims(engine, [settled(engine, claim(100, day="2024-06-30"))])
    assert (made.id, made.facts["discharged"]) == ("年终-P1-2023", date(2024, 6, 30))


def test_nobody_owes_a_year_end_that_nobody_declared() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%")
    engine = Engine(region)
    assert year_end_claims(engine, [settled(engine, claim(100))]) == []
    assert year_end_kinds(engine, "employee") == []
    assert year_end_kinds(Engine(REGION), "resident") == ["年终"]


def test_what_is_paid_in_full_has_no_year_end() -> None:
    region = pack(
        "pool.takes: in_scope\npool.ratio: 100%\nrelief.takes: in_scope\nrelief.ratio: 50%",
        layers="{pool: {}, relief: {runs: year_end}}",
        visits="{住院: [pool], 年终: [relief]}",
    )
    engine = Engine(region)
    assert year_end_claims(engine, [settled(engine, claim(100))]) == []


def test_what_the_hospital_bears_is_not_left_to_anybody() -> None:
    region = pack("pool.takes: in_scope\npool.ratio: 50%\n"
                  "items.package.包: {when: always, price: 80, per: claim, excess: hospital}")  # fmt: skip
    assert remainders([settled(region, claim(100))]) == {("in_scope", None): fen(40)}


def test_the_parts_of_a_split_stay_are_taken_each_by_itself() -> None:
    region = pack(
        "pool.takes: [in_scope, first_self_pay]\npool.ratio: 50%",
        region="{year: {crossing: split}}",
    )
    old = line(100, fee_date=date(2023, 12, 30))
    new = line(60, fee_date=date(2024, 1, 2), first_pay_rate=1)
    result = settled(region, claim(old, new, admitted="2023-12-30", day="2024-01-03"))
    assert remainders([result]) == {("in_scope", None): fen(50), ("first_self_pay", None): fen(30)}
