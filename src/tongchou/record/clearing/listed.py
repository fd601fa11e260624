"""What grouping reads of settlement lists: of each settlement the version that counts, as the rows of both engines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa
from django.db.models import Prefetch, QuerySet

from tongchou.ground.dates import age_on
from tongchou.record.base import clock
from tongchou.record.clearing.anew import before, standing
from tongchou.record.clearing.models import ClearingYear, Objection
from tongchou.record.clearing.scores import scores_of
from tongchou.record.clearing.steps import ALL
from tongchou.record.lists.models import Diagnosed, IntensiveCare, Operated, Version

AT_ONCE = 5_000
_WESTERN = "1"
_SEX = {"男": "1", "女": "2"}


@dataclass(frozen=True)
class Case:
    """A settlement's list: codes in order, the principal one first; durations as the engines take them."""

    settlement: str
    institution: str
    person: str
    sex: str
    age: int
    age_days: int | None
    weight: int | None
    admitted: date
    left: date
    days: int
    left_by: str
    department: str
    icu_hours: int
    fen: int
    level: str
    record_score: int | None
    diagnoses: list[str] = field(default_factory=list)
    operations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Coded:
    """The codes of a settlement's list: the principal diagnosis (nothing where there is none), and the operations."""

    principal: str
    operations: tuple[str, ...]


def cases_of(year: ClearingYear, rows: Collection[Mapping[str, Any]], levels: Mapping[str, str]) -> Iterator[Case]:
    """The cases of settlements (rows of the engine's table) that have a list; `levels` of institutions by code."""
    by_number, scores = {int(row["settlement_id"]): row for row in rows}, scores_of(year)
    for counting in _counting(year, by_number):
        for number, version in sorted(_versions(counting).items()):
            row = by_number[number]
            yield _case(version, row, levels.get(row["institution"], ""), scores.get(number))


def codes_of(year: ClearingYear, numbers: Iterable[int]) -> dict[int, Coded]:
    """The codes of settlements that have a list, by their numbers."""
    found = {}
    for counting in _counting(year, numbers):
        diagnoses = _coded(Diagnosed.objects.within(ALL).filter(version__in=list(counting), kind=_WESTERN))
        operations = _coded(Operated.objects.within(ALL).filter(version__in=list(counting)))
        for version, number in counting.items():
            principal = next(iter(diagnoses.get(version, ())), "")
            found[number] = Coded(principal, tuple(operations.get(version, ())))
    return found


def principals_of(versions: Iterable[int]) -> dict[int, str]:
    """The principal diagnosis of versions of lists that have one."""
    rows = Diagnosed.objects.within(ALL).filter(version__in=list(versions), kind=_WESTERN)
    return {version: codes[0] for version, codes in _coded(rows).items()}


def _accepted(year: ClearingYear) -> dict[int, int]:
    """Of settlements whose corrected list was accepted, that list; the last one counts."""
    rows = Objection.objects.within(ALL).filter(year=year, state="accepted", list__isnull=False).order_by("id")
    return dict(rows.values_list("event", "list"))


def _counting(year: ClearingYear, numbers: Iterable[int]) -> Iterator[dict[int, int]]:
    """Which version of a list is of which settlement, some thousands at once: the list that was accepted in its place,
    else the last that came in time, its own or one of those in whose place it stands."""
    stands = standing(before(year))
    accepted = {stands.get(event, event): of for event, of in _accepted(year).items()}
    earlier = defaultdict[int, list[int]](list)
    for event, number in stands.items():
        earlier[number].append(event)
    end = datetime.combine(year.lists_by, time.max, clock.CHINA)
    ordered = sorted(numbers)
    for start in range(0, len(ordered), AT_ONCE):
        events = {event: one for one in ordered[start : start + AT_ONCE] for event in (one, *earlier[one])}
        rows = Version.objects.within(ALL).filter(of__event__in=list(events)).order_by("of__event", "number")
        found: dict[int, int] = {}
        for event, version, at in rows.values_list("of__event", "pk", "at"):
            number = events[event]
            if accepted[number] == version if number in accepted else at <= end:
                found[number] = version
        yield {version: number for number, version in found.items()}


def _versions(counting: Mapping[int, int]) -> dict[int, Version]:
    """Whole lists by their settlements."""
    rows = Version.objects.within(ALL).filter(pk__in=list(counting)).select_related("of__event__person")
    rows = rows.defer("said", "of__event__claim", "of__event__delta", "of__event__reads", "of__event__trace")
    rows = rows.prefetch_related(
        Prefetch("diagnoses", Diagnosed.objects.within(ALL).order_by("place")),
        Prefetch("operations", Operated.objects.within(ALL).order_by("place")),
        Prefetch("intensive", IntensiveCare.objects.within(ALL)),
    )
    return {counting[one.pk]: one for one in rows}


def _coded(rows: QuerySet[Any]) -> dict[int, list[str]]:
    """Codes by version, the main one first."""
    found = defaultdict[int, list[str]](list)
    for version, code in rows.order_by("version", "-main", "place").values_list("version", "code"):
        found[version].append(code)
    return found


def _case(of: Version, row: Mapping[str, Any], level: str, score: int | None) -> Case:
    person = of.of.event.person
    western = [one for one in of.diagnoses.all() if one.kind == _WESTERN]
    operations = list(of.operations.all())
    return Case(
        settlement=row["settlement_id"],
        institution=row["institution"],
        person=row["person"],
        sex=person.sex,
        age=age_on(person.born, row["admitted_on"]),
        age_days=age_days(of.age_days, person.born, row["admitted_on"]),
        weight=of.birth_weight or of.admission_weight,
        admitted=row["admitted_on"],
        left=row["discharged_on"],
        days=row["days"],
        left_by=of.left_by,
        department=of.department,
        icu_hours=sum(one.minutes for one in of.intensive.all()) // 60,
        fen=row["total_fee"],
        level=level,
        record_score=score,
        diagnoses=[one.code for one in sorted(western, key=lambda one: (not one.main, one.place))],
        operations=[one.code for one in sorted(operations, key=lambda one: (not one.main, one.place))],
    )


def age_days(said: int | None, born: date, admitted: date) -> int | None:
    """As the list says; of an infant whose list does not, since birth."""
    return (admitted - born).days if said is None and age_on(born, admitted) == 0 else said


def for_dip(cases: Collection[Case]) -> pa.Table:
    """As DIP assignment reads discharges."""
    return pa.Table.from_pylist(
        [
            {
                "discharge_id": one.settlement,
                "person_id": one.person,
                "provider_id": one.institution,
                "level": one.level,
                "admitted_on": one.admitted,
                "discharged_on": one.left,
                "age": one.age,
                "age_days": one.age_days,
                "sex": one.sex,
                "weight": one.weight,
                "principal_diagnosis": next(iter(one.diagnoses), ""),
                "other_diagnoses": one.diagnoses[1:],
                "procedures": one.operations,
                "days": one.days,
                "icu_hours": one.icu_hours,
                "record_score": one.record_score,
                "outcome": one.left_by,
                "total_fee": one.fen,
            }
            for one in cases
        ],
        _DISCHARGES,
    )


_DISCHARGES = pa.schema(
    [(name, pa.string()) for name in ("discharge_id", "person_id", "provider_id", "level")]
    + [("admitted_on", pa.date32()), ("discharged_on", pa.date32())]
    + [("age", pa.int64()), ("age_days", pa.int64()), ("sex", pa.string()), ("weight", pa.int64())]
    + [("principal_diagnosis", pa.string()), ("other_diagnoses", pa.list_(pa.string()))]
    + [("procedures", pa.list_(pa.string())), ("days", pa.int64()), ("icu_hours", pa.int64())]
    + [("record_score", pa.int64()), ("outcome", pa.string()), ("total_fee", pa.int64())]
)


def for_drg(cases: Collection[Case]) -> pa.Table:
    """As DRG grouping reads records: texts."""
    return pa.table(
        {
            "index": [one.settlement for one in cases],
            "sex": [_SEX.get(one.sex, "") for one in cases],
            "age": [str(one.age) for one in cases],
            "age_days": ["" if one.age_days is None else str(one.age_days) for one in cases],
            "weight": [str(one.weight or 0) for one in cases],
            "los": [str(one.days) for one in cases],
            "discharge": [one.left_by for one in cases],
            "icu_hours": [str(one.icu_hours) for one in cases],
            "dept": [one.department for one in cases],
            "dx": ["|".join(one.diagnoses) for one in cases],
            "px": ["|".join(one.operations) for one in cases],
        },
        pa.schema([(name, pa.string()) for name in _RECORD]),
    )


_RECORD = ("index", "sex", "age", "age_days", "weight", "los", "discharge", "icu_hours", "dept", "dx", "px")
