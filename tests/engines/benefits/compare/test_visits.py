"""What is known of a visit, by columns, is what looking at its rows one after the other finds."""

from datetime import date, datetime, time, timedelta

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tongchou.engines.benefits.compare import VISITS
from tongchou.engines.benefits.compare.bands import AGES, age_names
from tongchou.engines.benefits.compare.visits import visits_of
from tongchou.ground.dates import InsuranceYear, age_on
from tongchou.ground.tables import schema

DAYS = st.dates(date(2023, 12, 1), date(2025, 2, 1))
WORDS = st.sampled_from([None, "甲", "乙"])
SCHEMES = st.sampled_from(["resident", "employee", "elsewhere"])
PEOPLE = st.integers(0, 3).map("P{}".format)


def maybe(values):
    return st.one_of(st.none(), values)


PERSONS = st.fixed_dictionaries({
    "birth_date": st.sampled_from([None, date(1944, 2, 29), date(1980, 6, 1), date(2024, 8, 1), date(2006, 3, 5)]),
    "sex": st.sampled_from([None, "男", "女"]),
    "home": st.sampled_from(["H1", "H2"]),
})  # fmt: skip
SPELLS = st.fixed_dictionaries({
    "person_id": PEOPLE, "scheme": SCHEMES, "from_date": DAYS, "through_date": maybe(DAYS), "status": WORDS,
    "category": WORDS,
})  # fmt: skip
CLAIMS = st.fixed_dictionaries({
    "person_id": PEOPLE, "scheme": SCHEMES, "kind": st.just("住院"), "level": WORDS, "place": WORDS, "disease": WORDS,
    "diseases": st.lists(st.sampled_from(["丙", "丁"])), "total_fee": st.integers(0, 9), "admitted_on": DAYS,
    "stay": maybe(st.integers(0, 40)), "later": maybe(st.integers(0, 3 * 24)),
})  # fmt: skip


def slow(persons, spells, claims, year, basis):
    """The visits of some households, one after the other."""

    def when(row):
        discharged = row["discharged_on"] or row["admitted_on"]
        at = row["settled_at"] or datetime.combine(discharged, time())
        return {"admission": row["admitted_on"], "discharge": discharged, "settlement": at.date()}[basis], at

    def visit(row):
        day, person = when(row)[0], persons[row["person_id"]]
        born, through = person["birth_date"], date.max
        of = [s for s in spells if (s["person_id"], s["scheme"]) == (row["person_id"], row["scheme"])]
        spell = next((s for s in of if s["from_date"] <= day <= (s["through_date"] or through)), {})
        age = "" if born is None or day < born else age_names()[sum(age_on(born, day) >= cut for cut in AGES)]
        return {
            "claim_id": row["claim_id"],
            "person_id": row["person_id"],
            "household": person["home"],
            "year": year.label_of(day),
            "age": age,
            "sex": person["sex"] or "",
            "category": spell.get("category") or "",
            "status": spell.get("status") or "",
            **{name: row[name] or "" for name in ("scheme", "kind", "level", "place")},
            "disease": row["disease"] or next(iter(row["diseases"]), ""),
            "fee": row["total_fee"],
            "year_end": False,
        }

    found = [visit(row) for row in sorted(claims, key=lambda row: (*when(row), row["claim_id"]))]
    homes = list(dict.fromkeys(one["household"] for one in found))
    return sorted(found, key=lambda one: homes.index(one["household"]))


@given(
    people=st.lists(PERSONS, min_size=4, max_size=4),
    spells=st.lists(SPELLS, max_size=8),
    claims=st.lists(CLAIMS, max_size=8),
    numbers=st.randoms(use_true_random=False),
    start=st.sampled_from([(1, 1), (7, 1)]),
    basis=st.sampled_from(["admission", "discharge", "settlement"]),
)
def test_visits_by_columns_are_those_of_the_rows(people, spells, claims, numbers, start, basis):
    persons = {f"P{i}": {**one, "person_id": f"P{i}"} for i, one in enumerate(people)}
    spells = [{**one, "spell_id": f"S{i}"} for i, one in enumerate(spells)]
    ids = numbers.sample(range(100), len(claims))
    claims = [dated({**one, "claim_id": f"C{number}"}) for number, one in zip(ids, claims, strict=True)]
    tables = {"persons": list(persons.values()), "spells": spells, "claims": claims}
    columns = {name: pa.Table.from_pylist(rows, schema=schema(name)) for name, rows in tables.items()}
    households = pa.chunked_array([[one["home"] for one in persons.values()]])
    year = InsuranceYear(*start)
    found = visits_of(columns, households, year, basis)
    assert found.schema == VISITS
    assert found.to_pylist() == slow(persons, spells, claims, year, basis)


def dated(row):
    stay, later = row.pop("stay"), row.pop("later")
    row["discharged_on"] = None if stay is None else row["admitted_on"] + timedelta(days=stay)
    end = datetime.combine(row["discharged_on"] or row["admitted_on"], time())
    return row | {"settled_at": None if later is None else end + timedelta(hours=later)}
