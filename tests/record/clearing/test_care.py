"""Which care a settlement is follows from what the region declares: Ninghe's words, met in the record of a town."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.record.clearing.stage import (
    DECEMBER,
    LATER,
    LUNG,
    RULES,
    SPRING,
    catalogue,
    listed,
    put_in_force,
)
from tests.record.contributions.stage import doing_everything
from tests.record.payment.stage import city, closed
from tests.record.settlement.stage import charge, hospital, retired, visit
from tongchou.engines.payment.rules import Rules
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.base.actor import Actor, acting
from tongchou.record.base.scope import Scope
from tongchou.record.clearing import queries
from tongchou.record.clearing.care import with_care
from tongchou.record.clearing.clearing import clear_year
from tongchou.record.clearing.declared import kept_with
from tongchou.record.clearing.drawing import draw
from tongchou.record.clearing.finishing import finalise
from tongchou.record.clearing.giving import give
from tongchou.record.clearing.grouping import group, publish_groups
from tongchou.record.clearing.models import ClearedLine, ClearingYear
from tongchou.record.clearing.opening import open_year
from tongchou.record.clearing.schemes import keep_scheme
from tongchou.record.filings.commands import submit
from tongchou.record.orgs.models import Organisation
from tongchou.record.orgs.permissions import PERMISSIONS
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.settling import settle
from tongchou.record.settlement.verify import verify

MAY = date(2025, 5, 20)
MIND = {"diag_code": "F20.900", "diag_name": "精神分裂症"}
RAYS = {"diag_code": "Z51.000", "diag_name": "放射治疗疗程"}
PILL = {"class": "01", "fee_kind": "09"}
SEEN = {"class": "甲", "fee_kind": "一般诊疗费"}
TEST = {"class": "甲", "fee_kind": "化验费"}
"""What stands with lines: drugs by their national codes, others in words."""
ROUTES = [
    {"method": "per_diem", "setting": "inpatient", "care": ["精神"]},
    {"method": "dip", "setting": "inpatient"},
    {"method": "capitation", "setting": "outpatient", "care": ["签约"]},
    {"method": "service", "setting": "outpatient"},
]


def rules() -> str:
    """As the other towns of these tests, with the care of Ninghe and how she pays it."""
    files = yaml.safe_load((regions_dir() / "ninghe/payment/clearing/clearing.yaml").read_text("utf-8"))
    ninghe = {address: value for one in files["articles"] for address, value in one["sets"].items()}
    names = ("care", "per_diem.精神", "capitation.家庭医生", "readmission")
    more = "".join(f"      {name}: {json.dumps(ninghe[name], ensure_ascii=False)}\n" for name in names)
    routes = f"      routes: {json.dumps(ROUTES, ensure_ascii=False)}\n"
    kept = [line for line in RULES.splitlines(keepends=True) if "routes:" not in line]
    first = "share: 80%, reserve: 5%", "share: 80%, first: [per_diem]"
    return ("".join(kept) + routes + more).replace(*first).replace("share: 20%", "share: 20%, first: [capitation]")


@dataclass
class Place:
    where: Organisation
    hospitals: dict[str, Institution]
    seen: dict[str, Event] = field(default_factory=dict)
    year: ClearingYear | None = None


@pytest.fixture
def place(record: None, tmp_path: Path) -> Iterator[Place]:
    with clock.at(date(2025, 6, 3)), doing_everything():
        put_in_force(rules())
        made = town()
        with clock.at(SPRING):
            for last in (date(2025, 6, 1), date(2025, 7, 1), DECEMBER):
                closed(last)
            made.year = began(made, tmp_path)
            yield made
            assert verify() == []


def town() -> Place:
    where = city()
    made = Place(where, {"big": hospital(where), "other": hospital(where), "clinic": hospital(where, "一级")})
    with clock.at(date(2025, 1, 6)):
        mine = [retired(where) for _ in range(5)]
        for one in mine[:4]:
            signed(one, made.hospitals["clinic"])
        signed(mine[4], made.hospitals["other"])
    made.seen["mind"] = stay(made, "big", retired(where), 1, 35, MIND)
    for name, diagnosis in (("big", RAYS), ("other", LUNG)):
        patient = retired(where)
        made.seen[f"{name} first"] = stay(made, name, patient, 1, 5, diagnosis)
        made.seen[f"{name} again"] = stay(made, name, patient, 10, 5, diagnosis)
    made.seen["within"] = seen(made, mine[0], (700_00, PILL), (10_00, SEEN))
    made.seen["beyond"] = seen(made, mine[1], (700_00, PILL), (300_00, TEST))
    made.seen["given back"] = seen(made, mine[2], (700_00, PILL), (300_00, TEST), back=True)
    with clock.at(date(2025, 5, 21)):
        signed(mine[3], made.hospitals["other"])
    made.seen["before leaving"] = seen(made, mine[3], (700_00, PILL), (10_00, SEEN))
    made.seen["after leaving"] = seen(made, mine[3], (700_00, PILL), (10_00, SEEN), day=date(2025, 5, 22))
    made.seen["signed elsewhere"] = seen(made, mine[4], (700_00, PILL), (10_00, SEEN))
    made.seen["stranger"] = seen(made, retired(where), (700_00, PILL), (10_00, SEEN))
    closed()
    return made


def signed(person: Person, at: Institution) -> None:
    """With a family doctor of an institution, by themselves."""
    with acting(Actor("self", Scope("person", str(person.pk)), frozenset(PERMISSIONS))):
        submit(person_id=person.pk, scheme="employee", type="家庭医生签约", names={"provider": at.code})


def stay(made: Place, name: str, person: Person, day: int, days: int, diagnosis: dict[str, str]) -> Event:
    """A stay of so many days until a day of May, with its list."""
    left = date(2025, 5, day)
    came = date.fromordinal(left.toordinal() - days)
    with clock.at(MAY):
        found = visit(made.hospitals[name], person, came)
        charge(found, 6_000_00)
        found.discharged, found.discharged_at = left, clock.now()
        found.save()
        event = settle(visit_id=found.pk)
    at = datetime.combine
    info = {
        "adm_time": at(came, time(9)),
        "dscg_time": at(left, time(10)),
        "setl_begn_date": came,
        "setl_end_date": left,
    }
    listed(event, diagnosis=diagnosis, **info)
    return event


def seen(made: Place, person: Person, *lines: tuple[int, dict[str, str]], back: bool = False, day: date = MAY) -> Event:
    """Somebody at the clinic; the last line may be given back."""
    with clock.at(day):
        found = visit(made.hospitals["clinic"], person, day, "普通门诊")
        for fen, facts in lines:
            one = charge(found, fen, facts=facts)
        if back:
            charge(found, -one.fen, returns=one, facts=one.facts)
        return settle(visit_id=found.pk)


def began(made: Place, folder: Path) -> ClearingYear:
    year = open_year(agency=made.where.pk, scheme="employee", year=2025, reason="年终清算")
    give(year_id=year.pk, name="budget", rows=[{"amount": 100_000_00}], reason="预算")
    signed_ = [
        {"institution": made.hospitals["clinic"].code, "package": "家庭医生", "month": "2025-05", "persons": 100}
    ]
    give(year_id=year.pk, name="signed", rows=signed_, reason="签约")
    kept = keep_scheme(kind="dip", files=catalogue(folder, ("Z51.000", [], 700_000)), reason="2025 年目录")
    group(year_id=year.pk, schemes={"dip": kept.hash}, reason="预分组")
    return year


def cases(place: Place) -> dict[int, dict]:
    assert place.year is not None
    told = (queries.cases(year_id=place.year.pk, institution_id=one.pk) for one in place.hospitals.values())
    return {int(row["settlement_id"]): row for rows in told for row in rows}


def test_each_settlement_is_the_care_that_is_declared(place: Place) -> None:
    rows = {number: (row["care"], row["method"]) for number, row in cases(place).items()}
    assert {name: rows[event.pk] for name, event in place.seen.items()} == {
        "mind": ("精神", "per_diem"),
        "big first": ("放疗", "dip"),
        "big again": ("放疗", "dip"),
        "other first": ("住院", "dip"),
        "other again": ("住院", "dip"),
        "within": ("签约", "capitation"),
        "beyond": ("普通门诊", "service"),
        "given back": ("签约", "capitation"),
        "before leaving": ("签约", "capitation"),
        "after leaving": ("普通门诊", "service"),
        "signed elsewhere": ("普通门诊", "service"),
        "stranger": ("普通门诊", "service"),
    }


def test_it_is_paid_as_that_care(place: Place) -> None:
    """Days and signed persons are paid by their standards; who comes back for radiotherapy keeps all points."""
    assert place.year is not None
    publish_groups(year_id=place.year.pk, reason="下发")
    with clock.at(LATER):
        finalise(year_id=place.year.pk, reason="终分组")
        made = clear_year(year_id=place.year.pk, reason="清算")
    names = {one.pk: name for name, one in place.hospitals.items()}
    lines = {(names[one.institution_id], one.method): one for one in ClearedLine.objects.filter(cleared=made)}
    assert {key: one.cases for key, one in lines.items()} == {
        ("big", "per_diem"): 1, ("big", "dip"): 2, ("other", "dip"): 2, ("clinic", "capitation"): 3,
        ("clinic", "service"): 4,
    }  # fmt: skip
    mind, case = place.seen["mind"], cases(place)[place.seen["mind"].pk]
    own = sum(mind.fields[name] for name in ("fulamt_ownpay_amt", "preselfpay_amt", "act_pay_dedc"))
    ratio = Fraction(case["fund_ratio"])
    assert lines["big", "per_diem"].standard == round((30 * 320_00 + 5 * 288_00 - own) * ratio)
    assert lines["clinic", "capitation"].standard == 100 * 15_00
    within = sum(place.seen[name].paid["outpatient"] for name in ("within", "given back", "before leaving"))
    assert lines["clinic", "capitation"].charged == within
    base = {key: int(cases(place)[place.seen[f"{key} first"].pk]["base_points"] * 10_000) for key in ("big", "other")}
    assert lines["big", "dip"].points == 2 * base["big"]
    assert 2 * lines["other", "dip"].points == 3 * base["other"]


def test_as_many_queries_for_any_number_of_settlements(place: Place) -> None:
    assert place.year is not None
    asked = []
    drawn, said = draw(place.year), kept_with(place.year)
    for some in (drawn.slice(0, 3), drawn):
        with CaptureQueriesContext(connection) as found:
            made = with_care(place.year, said, some)
        asked.append(len(found))
        assert made.drop_columns(["care"]) == some.drop_columns(["care"])
    assert asked[1] - asked[0] == 3  # only when somebody of a kind is there, are facts, lines and filings asked for


def test_without_a_declaration_it_is_the_kind_of_visit(place: Place) -> None:
    assert place.year is not None
    drawn, said = draw(place.year), kept_with(place.year)
    without = Rules({name: one for name, one in said.provisions.items() if name != "care"}, "")
    assert with_care(place.year, without, drawn) is drawn
    assert set(drawn["care"].to_pylist()) == {"住院", "普通门诊"}
