"""A hospital with agreements, people who come to it, and what it charges."""

from datetime import date, datetime, time
from decimal import Decimal
from itertools import count
from typing import Any

from tests.record.settlement.stage import LOCAL
from tongchou.record.base import clock
from tongchou.record.base.periods import days
from tongchou.record.catalogues.models import Decision, ItemChange, Mapping, Version
from tongchou.record.people.models import Person
from tongchou.record.providers.models import Agreement, Institution
from tongchou.record.visits.lines import Line
from tongchou.record.visits.models import Visit
from tongchou.record.visits.registering import register

MAY = date(2025, 5, 10)
SEEN = {"place": LOCAL["place"]}
_serial = count(1)


def agreed(at: Institution, *kinds: str, since: date = date(2025, 1, 1)) -> Institution:
    """The institution with agreements for these kinds of visit."""
    for kind in kinds or ("住院", "普通门诊", "药店购药"):
        Agreement.objects.create(
            institution=at,
            kind=kind,
            number=f"X{next(_serial)}",
            state="signed",
            applied_on=since,
            during=days(since, None),
        )
    return at


def registered(at: Institution, person: Person, kind: str = "普通门诊", day: date = MAY, **given: Any) -> Visit:
    """A visit registered by the institution's own number."""
    given = {"facts_of_visit": SEEN, "number": f"R{next(_serial)}", **given}
    return register(institution_id=at.pk, person_id=person.pk, scheme="employee", kind=kind, admitted=day, **given)


def line(number: str, fen: int, day: date = MAY, **given: Any) -> Line:
    """A line of so many fen, in words of its own."""
    fee_at = datetime.combine(day, time(10), clock.CHINA)
    plain = {"item": "甲类", "quantity": Decimal(1 if fen >= 0 else -1), "local_code": "L1"}
    return Line(number=number, fee_at=fee_at, fen=fen, **{**plain, **given})


def catalogue(since: date = date(2025, 1, 1), **items: dict[str, Any]) -> None:
    """A catalogue of drugs in force since a day: national code → what it says."""
    told = {"kind": "drug", "reason": "文", "proposed_at": clock.now()}
    version = Version.objects.create(
        label="1", whole=True, since=since, source="x", digest="", added=len(items), changed=0, ended=0, **told
    )
    base = Decision.objects.filter(kind="drug").order_by("-id").values_list("version_id", flat=True).first()
    Decision.objects.create(
        version=version, kind="drug", base=base, decision="in force", since=since, reason="", decided_at=clock.now()
    )
    names = ("name", "name_key", "spec", "unit", "maker", "pay_class", "item", "fee_kind", "list_type", "note")
    plain = dict.fromkeys(names, "")
    for code, said in items.items():
        ItemChange.objects.create(
            version=version, what="added", key=code, **{**plain, "limited": False, "limits": {}, **said}
        )


def mapped(at: Institution, local: str, national: str, since: date = date(2025, 1, 1)) -> None:
    Mapping.objects.create(
        institution=at, kind="drug", local_code=local, local_name=local, national_code=national,
        during=days(since, None), state="approved", proposed_at=clock.now(),
    )  # fmt: skip
