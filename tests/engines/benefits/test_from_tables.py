"""From canonical tables to claims: what each row becomes, and every reason why a claim cannot be built."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.engines.benefits.few_words import LAYERS, claim, line, person, read, region
from tongchou.engines.benefits import Claim, Key, Refusal, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.from_tables import Intake, claims_from
from tongchou.engines.benefits.state import State
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.pack import Pack

NO_ACCOUNTS = "{pool: {}, gift: {payer: given, field: oth_pay}, card: {}}"
SPELL = {"spell_id": "S1", "person_id": "P1", "scheme": "resident", "from_date": "2024-01-01"}
ACCOUNT = {"account_id": "A1", "person_id": "P1", "kind": "个人账户", "balance": 5_000, "as_of": "2023-12-31"}


def one(pack: Pack | None = None, assume: dict[str, str] | None = None, **rows: Any) -> Claim:
    """The only claim of the tables, which must be sound."""
    (found,), problems = claims_from(read(**rows), pack or region(), assume)
    assert problems == []
    assert isinstance(found, Claim)
    return found


def faults(pack: Pack | None = None, **rows: Any) -> list[tuple[str, str]]:
    """Code and place of every problem; no claim may be left. Each has its message in both languages."""
    claims, problems = claims_from(read(**rows), pack or region())
    assert claims == []
    assert all(problem.text("zh") and problem.text("en") for problem in problems)
    return [(problem.code, str(problem.place)) for problem in problems]


def test_the_columns_of_a_claim_become_its_facts() -> None:
    row = claim(
        provider_id="H1", level="三级", disease="糖尿病", diseases=["糖尿病"], referral="无",
        filing="有", option="split", discharged_on="2024-03-09", settled_at="2024-03-10 09:00:00",
        stay_id="Y", episode_id="E", given={"gift": 500}, facts={"工龄": "3", "签约": "是"},
    )  # fmt: skip
    found = one(claims=[row])
    assert (found.id, found.person_id, found.scheme, found.kind) == ("C1", "P1", "resident", "住院")
    assert (found.stay_id, found.episode_id, found.given, found.total) == ("Y", "E", {"gift": 500}, 100_000)
    assert found.facts == {
        "provider": "H1", "level": "三级", "place": "区内", "disease": "糖尿病", "diseases": ("糖尿病",),
        "referral": "无", "filing": "有", "third_party": "无", "option": "split", "admitted": date(2024, 3, 5),
        "discharged": date(2024, 3, 9), "settled": date(2024, 3, 10), "工龄": Fraction(3), "签约": "是",
    }  # fmt: skip


def test_a_visit_without_discharge_ends_and_settles_on_its_day() -> None:
    facts = one().facts
    assert facts["admitted"] == facts["discharged"] == facts["settled"] == date(2024, 3, 5)


def test_the_columns_of_a_line() -> None:
    row = line(
        amount=100_000, item="乙类", **{"class": "乙"}, fee_kind="药", national_code="N", hospital_code="H",
        quantity="8", price="125", price_limit=15_000, first_pay_rate="0.1", limited_use="1", approved="1",
        in_disease_scope="是", fee_at="2024-03-06 10:00:00", facts={"备注": "贵"},
    )  # fmt: skip
    (found,) = one(lines=[row]).lines
    assert (found.id, found.amount, found.item, found.quantity) == ("C1/1", 100_000, "乙类", 8)
    assert (found.unit_price, found.price_limit, found.first_pay_rate) == (125, 15_000, Fraction(1, 10))
    assert (found.original, found.given_parts) == (None, None)
    assert found.facts == {
        "class": "乙", "fee_kind": "药", "national_code": "N", "hospital_code": "H", "limited_use": "1",
        "approved": "1", "in_disease_scope": "是", "fee_date": date(2024, 3, 6), "备注": "贵",
    }  # fmt: skip


def test_a_line_without_price_limit_has_none_and_its_parts_may_come_along() -> None:
    parts = {"fulamt_ownpay_amt": 1, "overlmt_amt": 2, "preselfpay_amt": 3, "inscp_scp_amt": 99_994}
    (found,) = one(lines=[line(price_limit=99_999_900, **parts)]).lines
    assert (found.price_limit, found.given_parts, found.quantity) == (None, (1, 2, 3, 99_994), 1)


def test_a_refund_names_its_original() -> None:
    lines = [line(amount=110_000), line(amount=-10_000, line_id="C1/2", original_line_id="C1/1")]
    assert [(x.amount, x.original) for x in one(lines=lines).lines] == [(110_000, None), (-10_000, "C1/1")]


def test_facts_of_the_person() -> None:
    given = person(birth_date="1980-05-01", sex="男", retired_on="2020-01-01", facts={"工龄": "9", "他人的": "x"})
    facts = one(persons=[given]).facts
    assert (facts["birth_date"], facts["sex"], facts["retired_on"]) == (date(1980, 5, 1), "男", date(2020, 1, 1))
    assert facts["工龄"] == 9
    assert "他人的" not in facts


def test_an_unknown_sex_is_no_fact_unless_the_region_has_the_word() -> None:
    assert "sex" not in one(persons=[person(sex="未知")]).facts
    knowing = region(vocabulary="{lists: {sex: [男, 女, 未知], place: [区内, 区外], item: [甲类]}}")
    assert one(knowing, persons=[person(sex="未知")]).facts["sex"] == "未知"


def test_the_spell_in_force_on_the_basis_date_counts() -> None:
    spells = [
        {**SPELL, "through_date": "2024-02-29", "status": "在职"},
        {**SPELL, "spell_id": "S2", "from_date": "2024-03-01", "status": "退休", "category": "低保", "months": 14,
         "paid_on": "2024-02-20", "resumed": "否", "facts": {"签约": "是"}},
        {**SPELL, "spell_id": "S3", "scheme": "employee"},
    ]  # fmt: skip
    facts = one(spells=spells, claims=[claim(day="2024-05-02")]).facts
    assert (facts["status"], facts["category"], facts["resumed"], facts["签约"]) == ("退休", "低保", "否", "是")
    assert (facts["enrolled_on"], facts["paid_on"], facts["months"]) == (date(2024, 3, 1), date(2024, 2, 20), 16)


def test_who_is_not_enrolled_is_refused_not_rejected() -> None:
    (found,), problems = claims_from(read(spells=[{**SPELL, "from_date": "2024-03-06"}]), region())
    assert isinstance(found, Refusal)
    assert (problems, found.problems[0].code, found.claim.id) == ([], "C040", "C1")


def test_a_scheme_unknown_to_the_region_is_left_to_the_engine() -> None:
    assert one(spells=[SPELL], claims=[claim(scheme="rural")]).scheme == "rural"


def test_without_entitlements_nothing_is_said_about_them() -> None:
    assert one().entitlements is None
    rows = [
        {"person_id": "P1", "scheme": "resident", "fund": "pool", "from_date": "2024-01-01", "level": "reduced",
         "reason": "补缴"},
        {"person_id": "P1", "scheme": "resident", "fund": "gift", "from_date": "2024-04-01", "level": "full"},
        {"person_id": "P1", "scheme": "resident", "fund": "card", "from_date": "2024-01-01", "level": "full"},
    ]  # fmt: skip
    assert one(entitlements=rows).entitlements == {"pool": ("reduced", "补缴"), "card": ("full", "")}
    assert one(entitlements=[rows[1]]).entitlements == {}


def test_the_household_is_that_of_the_day() -> None:
    people = [person(household_id="H1"), person("P2")]
    assert one(persons=people).household_id == "H1"
    moved = {"household_id": "H2", "person_id": "P1", "from_date": "2024-03-01"}
    assert one(persons=people, households=[moved]).household_id == "H2"
    assert one(persons=people, households=[{**moved, "from_date": "2024-04-01"}]).household_id == "H1"
    assert one().household_id is None


def test_a_relatives_account_pays_in_the_same_household_only() -> None:
    row = claim(account_use="relative", account_person_id="P2")
    together = [person(household_id="H1"), person("P2", household_id="H1")]
    assert one(persons=together, claims=[row]).account_person == "P2"
    apart = [("C041", "claims row 1 column account_person_id")]
    assert faults(persons=[person(), person("P2", household_id="H1")], claims=[row]) == apart
    assert faults(persons=[person(household_id="H1"), person("P2")], claims=[row]) == apart


@pytest.mark.parametrize(
    ("change", "column", "code"),
    [
        ({"kind": "公费"}, "kind", "C004"),
        ({"as_of": "2024-03-05"}, "as_of", "C043"),
    ],
)
def test_an_account_that_cannot_be_used_takes_the_claim_with_it(change: dict[str, str], column: str, code: str) -> None:
    account = {**ACCOUNT, **change}
    assert faults(accounts=[account]) == [
        (code, f"accounts row 1 column {column}"),
        ("T157", "claims row 1 column person_id"),
    ]
    one(accounts=[account], claims=[claim(account_use="none")])
    one(region(layers=NO_ACCOUNTS), accounts=[account])


def test_balances_open_the_state_of_those_who_share_a_household() -> None:
    tables = read(
        persons=[person(household_id="H1"), person("P2", household_id="H1"), person("P3")],
        accounts=[ACCOUNT, {**ACCOUNT, "account_id": "A2", "balance": 1},
                  {**ACCOUNT, "account_id": "A3", "person_id": "P2"},
                  {**ACCOUNT, "account_id": "A4", "person_id": "P3", "kind": "公费"}],
        claims=[claim(account_use="relative", account_person_id="P2"), claim("C2", person_id="P3", account_use="none")],
    )  # fmt: skip
    intake = Intake(tables, region())
    first, second = intake.rows
    assert intake.opening([first]) == State(
        {Key("account:个人账户", "P1", "ever"): 5_001, Key("account:个人账户", "P2", "ever"): 5_000}
    )
    assert intake.opening([second]) == State()
    assert intake.balance("P1", intake.opening([first])) == 5_001
    assert Intake(tables, region(layers=NO_ACCOUNTS)).balance("P1", State()) is None


def test_all_who_ever_share_a_household_share_one_bucket() -> None:
    people = [person(p, household_id=h) for p, h in {"P4": "H1", "P3": "H1", "P2": "H2", "P1": None}.items()]
    moves = [
        {"household_id": "H2", "person_id": "P3", "from_date": "2025-01-01"},
        {"household_id": "H3", "person_id": "P1", "from_date": "2025-01-01"},
    ]
    claims = [claim(f"C{n}", person_id=f"P{n}") for n in range(1, 5)]
    intake = Intake(read(persons=people, households=moves, claims=claims), region())
    assert [intake.bucket(row) for row in intake.rows] == ["P1", "P2", "P2", "P2"]
    alone = Intake(read(), region())
    assert alone.bucket(alone.rows[0]) == "P1"


def test_claims_come_by_basis_date_then_time_then_id() -> None:
    rows = [
        claim("C5", "2024-03-01", discharged_on="2024-03-09"),
        claim("C4", "2024-03-05", settled_at="2024-03-05 10:00:00"),
        claim("C3", "2024-03-05", settled_at="2024-03-05 10:00:00"),
        claim("C2", "2024-03-05", settled_at="2024-03-05 09:00:00"),
        claim("C1", "2024-03-05"),
    ]
    claims, _ = claims_from(read(claims=rows), region())
    assert [x.id for x in claims if isinstance(x, Claim)] == ["C1", "C2", "C3", "C4", "C5"]


def test_facts_can_be_assumed_for_claims_that_lack_them() -> None:
    assert one(assume={"签约": "是", "place": "区外"}).facts["签约"] == "是"
    assert one(assume={"place": "区外"}).facts["place"] == "区内"
    with pytest.raises(ProblemError, match="C033"):
        one(assume={"没有": "1"})


def test_unknown_words_and_facts_fall_at_their_cells() -> None:
    assert faults(claims=[claim(place="省外", facts={"签约": "对"})]) == [
        ("C004", "claims row 1 column place"),
        ("C004", "claims row 1 column facts"),
    ]
    assert faults(lines=[line(item="丁类", facts={"没有": "1"})]) == [
        ("C004", "lines row 1 column item"),
        ("C033", "lines row 1 column facts"),
        ("T156", "claims row 1"),
    ]
    assert faults(lines=[line(item=None)]) == [("C003", "lines row 1 column item"), ("T156", "claims row 1")]
    assert faults(persons=[person(facts={"工龄": "x"})]) == [("C004", "claims row 1 column person_id")]
    assert faults(claims=[claim(given={"pool": 5})]) == [("C004", "claims row 1 column given")]
    assert faults(claims=[claim(scheme="rural", given={"pool": 5})]) == [("C004", "claims row 1 column given")]


def test_nobody_is_looked_at_before_birth() -> None:
    born = person(birth_date="2024-03-06")
    assert faults(persons=[born]) == [("T145", "claims row 1 column admitted_on")]
    classed = region(
        vocabulary="{lists: {place: [区内, 区外], item: [甲类], third_party: [无, 工伤]}, facts: {入会: date}, "
        "classes: {甲: {on: paid_on, values: {是: always}}, 乙: {on: 入会, values: {是: always}}, "
        "丙: {on: admitted, values: {是: always}}}}"
    )
    spell = {**SPELL, "paid_on": "2023-12-01"}
    row = claim(day="2024-05-01", facts={"入会": "2023-01-01"})
    assert faults(classed, persons=[born], spells=[spell], claims=[row]) == [
        ("T145", "claims row 1 column person_id"),
        ("T145", "claims row 1 column facts"),
    ]
    one(classed, persons=[born], claims=[claim(day="2024-05-01")])
    one(classed, spells=[spell], claims=[row])


def test_a_problem_found_in_settling_is_placed() -> None:
    tables = read(lines=[line(item="乙类", **{"class": "乙"})])
    intake = Intake(tables, region())
    found = intake.claim(intake.rows[0])
    assert isinstance(found, Claim)
    refused = Engine(region()).settle(found, State())
    assert isinstance(refused, Refusal)
    placed = [x for problem in refused.problems for x in intake.place(found, intake.rows[0], problem)]
    assert [(p.code, str(p.place)) for p in placed] == [("C011", "lines row 1"), ("T156", "claims row 1")]
    for details in ({"name": "place"}, {"name": "工龄"}, {"line": "another", "name": "place"}):
        (problem,) = intake.place(found, intake.rows[0], Problem("C003", details=dict(details)))
        assert problem.place.table == "claims"
    assert intake.place(found, intake.rows[0], Problem("C003", details={"name": "place"}))[0].details["value"] == "区内"


def test_what_is_built_settles() -> None:
    result = Engine(region(layers=LAYERS)).settle(one(accounts=[ACCOUNT]), State())
    assert isinstance(result, Settlement)
    assert (result.paid["pool"], result.cash) == (72_000, 28_000)
