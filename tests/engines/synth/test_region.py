"""A region as a whole: the same seed gives the same bytes, threads and the size of a run change nothing."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tongchou.engines.synth import Made, Profile, generate
from tongchou.engines.synth import bills as bills_module
from tongchou.engines.synth.draw import Calendar
from tongchou.engines.synth.population import people_of
from tongchou.engines.synth.stays import Scale, stays_of
from tongchou.engines.synth.tables import NAMES
from tongchou.ground.tables import Tables, read_tables, schema


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(
    profile: Profile, small: Path, tmp_path: Path
) -> None:
    for name in ("again", "other"):
        (tmp_path / name).mkdir()
    generate(profile, 300, 2025, tmp_path / "again")
    generate(profile, 300, 2025, tmp_path / "other", seed=2)
    assert written(tmp_path / "again") == written(small)
    assert written(tmp_path / "other")["lines.parquet"] != written(small)["lines.parquet"]


def test_threads_change_nothing(profile: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongchou.engines.synth.region.CHUNK", 200)
    heard: list[int] = []
    for jobs in (1, 3):
        (tmp_path / str(jobs)).mkdir()
        generate(profile, 1_100, 2025, tmp_path / str(jobs), jobs=jobs, advance=heard.append)
    assert written(tmp_path / "1") == written(tmp_path / "3")
    assert heard == [200, 400, 600, 800, 1000, 1100] * 2


def test_a_larger_region_begins_with_the_same_chunks(profile: Profile, town: tuple[Path, Made], tmp_path: Path) -> None:
    generate(profile, bills_module.CHUNK, 2025, tmp_path)
    for name in NAMES:
        alone = pq.read_table(tmp_path / f"{name}.parquet")
        assert pq.ParquetFile(town[0] / f"{name}.parquet").read_row_group(0).equals(alone)


@pytest.fixture(scope="module")
def read(small: Path) -> Tables:
    return read_tables(small)


def test_the_tables_are_canonical(small: Path, read: Tables) -> None:
    for name in NAMES:
        assert pq.read_schema(small / f"{name}.parquet").equals(schema(name))
    assert read.problems == []
    assert {name: row["kept"] for name, row in read.counts().items()} == read.read
    assert set(read.read) == set(NAMES)


def test_every_fee_is_the_sum_of_its_lines_and_every_line_is_within_its_stay(read: Tables) -> None:
    rows = read.rows
    claims = {row["claim_id"]: row for row in rows["claims"]}
    fees = dict.fromkeys(claims, 0)
    for line in rows["lines"]:
        claim = claims[line["claim_id"]]
        fees[line["claim_id"]] += line["amount"]
        assert line["quantity"] * line["price"] * 100 == line["amount"] > 0
        assert claim["admitted_on"] <= line["fee_at"].date() <= (claim["discharged_on"] or claim["admitted_on"])
    assert fees == {name: row["total_fee"] for name, row in claims.items()}


def test_nobody_is_in_two_beds_or_treated_before_birth_or_after_death(read: Tables) -> None:
    rows = read.rows
    persons = {row["person_id"]: row for row in rows["persons"]}
    stays: dict[str, list[tuple[date, date]]] = {}
    for claim in rows["claims"]:
        person, last = persons[claim["person_id"]], claim["discharged_on"] or claim["admitted_on"]
        assert person["birth_date"] <= claim["admitted_on"] <= last
        assert person["died_on"] is None or last <= person["died_on"]
        assert last.year == 2025
        if claim["stay_id"] and not claim["episode_id"]:
            stays.setdefault(claim["person_id"], []).append((claim["admitted_on"], last))
    for spans in stays.values():
        spans.sort()
        assert all(one[1] < two[0] for one, two in pairwise(spans))
    discharges = {row["claim_id"]: row for row in rows["discharges"]}
    assert set(discharges) == {row["claim_id"] for row in rows["claims"] if row["stay_id"]}
    assert all(row["principal_diagnosis"] for row in discharges.values())


def test_a_discharge_has_what_rules_ask_for(town: tuple[Path, Made]) -> None:
    persons = pq.read_table(town[0] / "persons.parquet", columns=["person_id", "birth_date"])
    claims = pq.read_table(town[0] / "claims.parquet", columns=["claim_id", "level"])
    births, levels = (
        dict(zip(*(t[name].to_pylist() for name in t.column_names), strict=True)) for t in (persons, claims)
    )
    rows = pq.read_table(town[0] / "discharges.parquet").to_pylist()
    infants = newborns = intensive = 0
    for row in rows:
        lived = (row["admitted_on"] - births[row["person_id"]]).days
        assert row["level"] == levels[row["claim_id"]] != ""
        assert row["age_days"] == (lived if row["age"] == 0 else None)
        assert (row["weight"] is not None) == (lived <= 28)
        assert row["weight"] is None or 500 <= row["weight"] <= 6_000
        assert 0 <= row["icu_hours"] <= 24 * row["days"]
        assert (row["since_previous"], row["record_score"]) == (None, None)  # the rows tell the one, nobody the other
        infants, newborns, intensive = (
            infants + (row["age"] == 0),
            newborns + (lived <= 28),
            intensive + (row["icu_hours"] > 0),
        )
    assert infants > newborns > 0
    assert 0.02 < intensive / len(rows) < 0.04


def test_households_hold_one_to_six_persons_whose_ages_fit(town: tuple[Path, Made]) -> None:
    table = pq.read_table(town[0] / "persons.parquet", columns=["household_id", "birth_date"])
    sizes: dict[str, int] = {}
    eldest: dict[str, int] = {}
    for row in table.to_pylist():
        home, age = row["household_id"], 2025 - row["birth_date"].year
        sizes[home] = sizes.get(home, 0) + 1
        eldest[home] = max(eldest.get(home, 0), age)
    assert (min(sizes.values()), max(sizes.values())) == (1, 6)
    assert min(eldest.values()) >= 18


@pytest.mark.parametrize("persons", [1, 2, 7])
def test_a_handful_of_persons_is_a_region_too(profile: Profile, tmp_path: Path, persons: int) -> None:
    made = generate(profile, persons, 2026, tmp_path)
    assert made.rows["persons"] == persons
    assert read_tables(tmp_path).problems == []


@pytest.mark.parametrize("persons", [0, -3, 20_000_001])
def test_too_few_or_too_many_persons_are_an_error(profile: Profile, tmp_path: Path, persons: int) -> None:
    with pytest.raises(ValueError, match="persons"):
        generate(profile, persons, 2025, tmp_path)


def test_every_claim_ends_in_the_year_transfers_too(profile: Profile) -> None:
    """Stays of early January that began in December: their first part, elsewhere, is no claim of the year."""
    raw = {**profile.raw, "stays": {**profile["stays"], "transfer": 1.0}}
    every = Profile(profile.title, profile.region, profile.figures, raw)
    calendar = Calendar(2025, profile["months"], profile["weekend"])
    people = people_of(every, 1, 0, 0, 2_000, calendar)
    stays = stays_of(every, people, 1, 0, calendar, Scale())
    assert (stays.episode >= 0).sum() > 50
    assert (stays.admitted < calendar.first).any()
    assert ((calendar.first <= stays.discharged) & (stays.discharged <= calendar.last)).all()
