"""What a comparison says, by hand and for any small data."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engines.benefits.compare.scene import MORE, changed, compare, region, rows
from tests.engines.benefits.few_words import claim, person
from tongchou.engines.benefits.compare import checks, compared, limits
from tongchou.engines.benefits.compare.sheets import part_of

PEOPLE = [
    person("P1", birth_date="1960-05-01", sex="男"),
    person("P2", birth_date="2010-05-01", sex="女"),
    person("P3"),
]
CLAIMS = [
    claim("C1", person_id="P1", level="三级"),  # (1000 - 100) × 80 % = 720, × 90 % = 810: 90 yuan less cash
    claim("C2", person_id="P2", place="区外", disease="糖尿病"),  # 450, 360: 90 yuan more
    claim("C3", person_id="P3", fee=10_000),  # all of it deductible: unchanged
    claim(
        "C4", person_id="P1", day="2024-04-05", fee=200_000, place="区外", diseases=["高血压", "糖尿病"]
    ),  # 1000, 800
]


def test_a_changed_ratio_by_hand():
    tally, made, _ = compare(region(), changed(MORE), persons=PEOPLE, claims=CLAIMS)
    assert all(checks(tally).values())
    assert compared(tally) == (4, 410_000)
    payers = rows(made["payers"], "paid_a", "paid_b", "paid_change", "paid_percent")
    assert payers["funds"] == payers["fund"] == (217_000, 197_000, -20_000, Fraction(-20, 217))
    assert payers["person"][:3] == (193_000, 213_000, 20_000)
    assert payers["total"] == (410_000, 410_000, 0, 0)
    assert "account" not in payers
    by = {(row["dimension"], row["group"]): row for row in made["groups"].dicts()}
    everybody = by["all", ""]
    assert [everybody[n] for n in ("people", "better", "worse", "same")] == [3, 0, 2, 1]
    assert [everybody[n] for n in ("gain", "loss", "mean")] == [0, 20_000, 6_667]
    # P1 gains 90 yuan inside the region and loses 200 outside.
    assert (by["place", "区内"]["better"], by["place", "区内"]["gain"]) == (1, 9_000)
    assert (by["place", "区外"]["worse"], by["place", "区外"]["loss"]) == (2, 29_000)
    assert [group for name, group in by if name == "age"] == ["0-17", "60-69", ""]
    assert [group for name, group in by if name == "disease"] == ["糖尿病", "高血压", ""]
    assert [group for name, group in by if name == "level"] == ["三级", ""]
    assert by["sex", "男"]["cash_change"] == 11_000
    assert rows(made["layers"], "layer", "bearer", "fund") == {"居民": ("", "person", "no")}
    assert [row[1] for row in made["layers"].rows] == ["pool", ""]


def test_a_policy_compared_with_itself_changes_nothing():
    _, made, _ = compare(region(), region(), limits(None), persons=PEOPLE, claims=CLAIMS)
    for name in ("payers", "layers", "groups"):
        for row in made[name].dicts():
            assert {value for key, value in row.items() if key.endswith("_change")} == {0}
    everybody = made["groups"].dicts()[0]
    assert (everybody["same"], everybody["gain"], everybody["loss"]) == (3, 0, 0)
    assert [row for row in made["changes"].rows if row[2]] == [(0, 0, 3, 0)]
    assert (made["largest"].rows, made["reasons"].rows) == ([], [])


def test_distributions():
    _, made, _ = compare(region(), changed(MORE), limits(None, (500_00, 1_000_00)), persons=PEOPLE, claims=CLAIMS)
    assert [row for row in made["changes"].rows if any(row[2:])] == [
        (0, 0, 1, 0),
        (0, 100_00, 1, 90_00),
        (100_00, 300_00, 1, 110_00),
    ]
    # Cash of P1 is 1280 → 1390 of 3000, of P2 550 → 640 of 1000, of P3 all of 100.
    assert [row for row in made["shares"].rows if any(row[2:])] == [
        (400, 500, 1, 1),
        (500, 600, 1, 0),
        (600, 700, 0, 1),
        (900, 1000, 1, 1),
    ]
    assert [row[1:] for row in made["deciles"].rows] == [(427, 464)] * 3 + [(550, 640)] * 3 + [(1000, 1000)] * 3
    assert [row[:8] for row in made["heavy"].rows] == [
        ("500", 2, 2, 0, 0, 83_000, 103_000, 20_000),
        ("1000", 1, 1, 0, 0, 28_000, 39_000, 11_000),
    ]


def test_who_becomes_a_heavy_spender_or_ceases_to_be_one():
    _, made, _ = compare(region(), changed(MORE), limits(None, (60_000,)), persons=PEOPLE, claims=CLAIMS[1:3])
    assert made["heavy"].rows[0][:6] == ("600", 0, 1, 1, 0, 0)
    _, made, _ = compare(changed(MORE), region(), limits(None, (60_000,)), persons=PEOPLE, claims=CLAIMS[1:3])
    assert made["heavy"].rows[0][:6] == ("600", 1, 0, 0, 1, 4_000)


def test_the_income_index_of_the_region_is_a_limit_where_it_has_a_value():
    index = "indices: {人均可支配收入: {values: {'2024': {value: 3000}}}}"
    vocabulary = f"{{lists: {{place: [区内, 区外], item: [甲类], third_party: [无]}}, {index}}}"
    a = changed("claim.guard.工伤: {when: third_party is 无 and place is 区外 and age > 200, do: refuse, because: 无}",
                vocabulary=vocabulary)  # fmt: skip
    from tongchou.engines.benefits.compare import income_index

    found = limits(income_index(a), ())
    assert [limit.name for limit in found] == [f"{n}% × 人均可支配收入" for n in (10, 25, 40)]
    # Cash of 280 yuan in 2024; nothing is known of 2025.
    born = person(birth_date="1980-01-01")
    visits = [claim("C1"), claim("C2", day="2025-03-05")]
    _, made, _ = compare(a, a, found, persons=[born], claims=visits)
    assert [(row[1], row[8]) for row in made["heavy"].rows] == [(0, 1), (0, 1), (0, 1)]
    _, made, _ = compare(a, a, found, persons=[born], claims=[claim("C1", fee=200_000), visits[1]])
    assert [(row[1], row[5]) for row in made["heavy"].rows] == [(1, 18_000), (0, 0), (0, 0)]


def test_part_of_nothing():
    assert (part_of(5, 0), part_of(0, 10)) == (None, 0)


REFUSING = "claim.guard.工伤: {when: third_party is 工伤 and place is 区外, do: refuse, because: 工伤不报}"


def test_a_claim_that_only_one_side_refuses():
    hurt = [claim("C1", third_party="工伤"), claim("C2", person_id="P2", place="区外", third_party="工伤")]
    people = [person("P1"), person("P2")]
    tally, made, _ = compare(region(), changed(REFUSING), persons=people, claims=hurt)
    assert all(checks(tally).values())
    assert made["claims"].rows == [("refused", "settled", 1, 100_000), ("refused", "refused", 1, 100_000)]
    assert [row[:2] + row[3:] for row in made["reasons"].rows] == [("refused", "settled", 1, 100_000)]
    assert "工伤不报" in made["reasons"].rows[0][2]
    assert compared(tally) == (1, 100_000)
    assert [row[1:4] for row in made["layers"].rows] == [
        ("pool", "pool", "fund"),
        ("", "", "person"),
        ("refused", "", "person"),
    ]
    assert [row[5:7] for row in made["layers"].rows] == [(0, 72_000), (0, 28_000), (100_000, 0)]
    back, made, _ = compare(changed(REFUSING), region(), persons=people, claims=hurt)
    assert (back.all.worse, made["reasons"].rows[0][:2]) == (1, ("settled", "refused"))


def test_a_claim_that_one_side_cannot_settle_is_left_out():
    asks = changed("pool.deductible: {per: year, amount: {by status: {在职: 100, 退休: 50}}}")
    tally, made, _ = compare(region(), asks)
    assert made["claims"].rows == [("settled", "rejected", 1, 100_000)]
    assert (compared(tally), tally.all.people) == ((0, 0), 0)
    assert made["reasons"].rows[0][2].startswith("C003 ")
    assert [row[1:] for row in made["deciles"].rows] == [(None, None)] * 9
    tally, made, _ = compare(asks, asks)
    assert made["claims"].rows == [("rejected", "rejected", 1, 100_000)]


@settings(max_examples=25)
@given(data=st.data())
def test_whatever_the_data_the_breakdowns_add_up(data):
    """Both sides account for the same fee, and every breakdown sums to it; parts merge to the whole."""
    count = data.draw(st.integers(1, 6))
    pick = data.draw
    people = [
        person(f"P{i}", birth_date=pick(st.sampled_from([None, "1950-01-01", "2015-01-01"])),
               sex=pick(st.sampled_from([None, "男", "女"])))
        for i in range(3)
    ]  # fmt: skip
    visits = [
        claim(
            f"C{i}",
            day=pick(st.sampled_from(["2024-03-05", "2024-11-30", "2025-01-02"])),
            fee=pick(st.integers(0, 5_000_000)),
            person_id=f"P{pick(st.integers(0, 2))}",
            place=pick(st.sampled_from(["区内", "区外"])),
            third_party=pick(st.sampled_from(["无", "工伤"])),
            disease=pick(st.sampled_from([None, "糖尿病"])),
        )
        for i in range(count)
    ]
    cap = "pool.caps.年: {at_most: 1万, of: paid, per: year}"
    a, b = region(), changed(MORE, REFUSING, cap)
    accounts = [{"account_id": "A", "person_id": "P1", "kind": "个人账户", "balance": 30_000, "as_of": "2023-12-31"}]
    tally, made, pairs = compare(a, b, limits(None), persons=people, claims=visits, accounts=accounts)
    assert all(checks(tally).values())
    payers = rows(made["payers"], "paid_a", "paid_b")
    assert payers["total"] == (compared(tally)[1],) * 2
    assert sum(n[1] for n in tally.claims.values()) == sum(visit["total_fee"] for visit in visits)
    for pair in pairs:
        for side in "ab":
            paid = sum((pair[f"paid_{side}"] or {}).values())
            assert paid + pair[f"hospital_{side}"] + pair[f"cash_{side}"] == pair["fee"]
