"""Two sides of the same claims: households, year-end payments, explanations, the largest changes."""

import pytest

from tests.engines.benefits.compare.scene import MORE, changed, compare, region
from tests.engines.benefits.few_words import LAYERS, claim, line, person, read
from tongchou.engines.benefits.claim import Refusal
from tongchou.engines.benefits.compare import Both, Policies, Tally, checks, sides
from tongchou.engines.benefits.compare.tally import TOP
from tongchou.engines.benefits.explain import to_text
from tongchou.engines.benefits.replay import Households

RELIEF = {
    "layers": LAYERS.replace("card:", "relief: {field: maf_pay, bearer: fiscal, runs: year_end}, card:"),
    "visits": "{住院: [pool, gift, card], 年末: [relief]}",
}
HELP = "relief.takes: in_scope\nrelief.ratio: 50%"


@pytest.mark.parametrize("at_a_time", [1, 2])
def test_households_come_one_after_the_other(at_a_time):
    people = [person("P1", household_id="H"), person("P2"), person("P3", household_id="H")]
    visits = [claim(f"C{i}", person_id=f"P{i}") for i in (1, 2, 3)]
    spells = [
        {"spell_id": f"S{i}", "person_id": f"P{i}", "scheme": "resident", "from_date": start, "through_date": end,
         "status": status}
        for i, (start, end, status) in enumerate(
            [("2024-01-01", None, "在职"), ("2023-01-01", "2024-03-05", "退休"), ("2024-03-06", None, "退休")], 1
        )
    ]  # fmt: skip
    both = Both(Policies(region(), changed(MORE)), Households(read(persons=people, claims=visits, spells=spells)))
    tables = list(sides(both, at_a_time))
    found = [pair for table in tables for pair in table.to_pylist()]
    assert (both.claims, [len(table) for table in tables]) == (3, [2, 1] if at_a_time == 1 else [3])
    assert [pair["claim_id"] for pair in found] == ["C1", "C3", "C2"]
    assert [pair["status"] for pair in found] == ["在职", "", "退休"]
    assert [pair["household"] for pair in found] == ["P1", "P1", "P2"]


def test_nobody_has_claims():
    both = Both(Policies(region(), region()), Households(read(claims=[])))
    assert (both.claims, list(sides(both))) == (0, [])


def test_somebody_treated_before_being_born_has_no_age():
    _, made, pairs = compare(region(), region(), persons=[person(birth_date="2024-06-01")])
    assert [pairs[0][name] for name in ("age", "status_a", "status_b")] == ["", "rejected", "rejected"]
    assert made["reasons"].rows[0][2].startswith("T145 ")


def test_the_year_is_that_of_the_first_policy():
    late = claim(day="2024-12-30", discharged_on="2025-01-02", settled_at="2025-01-03 08:00:00")
    for basis, year in (("admission", 2024), ("discharge", 2025), ("settlement", 2025)):
        a = region(region=f"{{year: {{basis: {basis}}}}}")
        _, _, pairs = compare(a, region(), claims=[late])
        assert pairs[0]["year"] == year


def test_year_end_payments_take_off_cash_and_add_no_fee():
    a, b = region(), changed(HELP, **RELIEF)
    visits = [claim("C1"), claim("C2", person_id="P2", third_party="工伤"), claim("C3", day="2025-03-05")]
    people = [person("P1", birth_date="1980-01-01"), person("P2")]
    for first, second in ((a, b), (b, a), (b, b)):
        tally, made, pairs = compare(first, second, year_end=True, persons=people, claims=visits)
        assert all(checks(tally).values())
        helped = [pair for pair in pairs if pair["year_end"]]
        assert [(pair["year"], pair["fee"], pair["age"]) for pair in helped] == [
            (2024, 0, "18-44"),
            (2025, 0, "45-59"),
        ]
        amounts = {"none": 0, "half": -14_000}
        assert helped[0]["cash_b"] == amounts["none" if second is a else "half"]
        assert helped[0]["cash_a"] == amounts["none" if first is a else "half"]
        assert {row[0]: row[3] for row in made["groups"].rows}["all"] == (2 if second is b and first is a else 0)
    tally, _, pairs = compare(a, b, year_end=True, persons=people, claims=visits)
    assert tally.top()[0][0].claim_id == "年末-P1-2024"
    assert [pair["claim_id"] for pair in pairs] == ["C1", "C3", "年末-P1-2024", "年末-P1-2025", "C2"]
    rows = read(persons=people, claims=visits)
    without, told = Policies(a, b, year_end=True).explained(rows, "年末-P1-2024")
    assert without is None
    assert told is not None
    assert "140.00" in to_text(told)
    assert Policies(b, a, year_end=True).explained(rows, "年末-P1-2024")[1] is None


def test_year_end_help_that_is_refused_changes_nothing():
    b = changed(HELP, "claim.guard.年末: {when: kind is 年末, do: refuse, because: 停办}", **RELIEF)
    _, _, pairs = compare(region(), b, year_end=True)
    assert [(pair["cash_b"], pair["status_b"]) for pair in pairs if pair["year_end"]] == [(0, "settled")]


def test_both_explanations_are_those_of_the_claim_after_its_history():
    visits = [claim("C1"), claim("C2", day="2024-04-05", third_party="工伤"), claim("C3", day="2024-05-05")]
    policies, rows = Policies(region(), changed(MORE)), read(claims=visits)
    a, b = policies.explained(rows, "C3")
    assert a is not None
    assert b is not None
    assert (a.totals["cash"], b.totals["cash"]) == (20_000, 10_000)  # the deductible was borne in March
    refused = policies.results(rows, "C2")
    assert all(isinstance(result, Refusal) for result in refused)


def test_only_the_largest_changes_are_kept_and_equal_ones_in_the_order_of_persons():
    people = [person(f"P{i:03d}") for i in range(90)]
    visits = [claim(f"C{i:03d}", person_id=f"P{i:03d}", fee=100_000 + 1000 * (i % 45)) for i in range(90)]
    lines = [line(visit["claim_id"], visit["total_fee"]) for visit in visits]
    tally, made, _ = compare(region(), changed(MORE), persons=people, claims=visits, lines=lines)
    gains, losses = tally.top()
    assert (len(gains), losses, len(tally.gains)) == (TOP, [], TOP)
    assert [change.person_id for change in gains[:4]] == ["P044", "P089", "P043", "P088"]
    assert gains[0].amount == -13_400
    assert made["largest"].rows[0] == ("better", 1, "P044", 2024, 144_000, 36_800, 23_400, -13_400, "C044")


def test_the_claim_named_is_the_one_in_which_most_of_the_change_arises():
    visits = [claim("C1"), claim("C2", day="2024-04-05", fee=500_000), claim("C3", day="2024-05-05", place="区外")]
    tally, _, _ = compare(region(), changed(MORE), claims=visits)
    assert [(change.claim_id, change.amount) for change in tally.top()[0]] == [("C2", -9_000 - 50_000 + 10_000)]


def test_a_layer_of_the_hospital_is_borne_by_it():
    layers = "{pool: {}, house: {field: hosp_part_amt}}"
    own = {"layers": layers, "visits": "{住院: [pool, house]}"}
    free = "house.takes: unpaid\nhouse.ratio: 50%"
    kept = "pool.takes: in_scope\npool.ratio: 80%\nclaim.guard.无: {when: third_party is 工伤, do: refuse, because: 无}"
    from tests.engines.benefits.small import pack

    vocabulary = "{lists: {item: [甲类], third_party: [无, 工伤], place: [区内]}}"
    a = pack(kept, free, vocabulary=vocabulary, **own)
    tally, made, _ = compare(a, a)
    assert all(checks(tally).values())
    assert [row[:2] for row in made["payers"].rows] == [
        ("funds", 80_000),
        ("fund", 80_000),
        ("hospital", 10_000),
        ("person", 10_000),
        ("total", 100_000),
    ]


def test_a_tally_without_claims_has_tables_too():
    from tongchou.engines.benefits.compare import sheets

    tally = Tally(region(), region())
    made = sheets(tally, region(), region())
    assert all(checks(tally).values())
    assert made["groups"].rows[0][:9] == ("all", "", 0, 0, 0, 0, 0, 0, 0)
