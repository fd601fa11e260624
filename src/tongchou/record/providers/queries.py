"""Looking institutions up, and what of them holds on a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from tongchou.ground.errors import fail
from tongchou.record.base.actor import actor
from tongchou.record.base.pipeline import Rows
from tongchou.record.base.prepared import Statement, together
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.providers.models import Agreement, Department, Institution, Level, Step, Suspension

IN_FORCE, SUSPENDED, NONE = "in force", "suspended", "none"


@dataclass(frozen=True)
class Standing:
    """Whether an agreement of a kind is in force on a day; `why` it is suspended."""

    status: str
    agreement: int | None = None
    number: str = ""
    why: str = ""


def institution(number: int) -> Institution:
    """An institution in scope. Raises A114."""
    found = _INSTITUTION.first(id=number)
    if found is None:
        raise fail("A114")
    return found


_INSTITUTION: Remembered[Institution] = Remembered(
    lambda scope: Institution.objects.within(scope).select_related("organisation").filter(id=Parameter("id"))
)


def institution_by_code(code: str) -> Institution:
    """An institution in scope by its national code. Raises A114."""
    found = Institution.objects.select_related("organisation").filter(code=code).first()
    if found is None:
        raise fail("A114")
    return found


def institutions(kind: str = "") -> QuerySet[Institution]:
    """The institutions in scope, by code."""
    actor().needs("providers.read")
    found = Institution.objects.select_related("organisation").order_by("code")
    return found.filter(kind=kind) if kind else found


def look_at(number: int) -> Institution:
    """One institution, for whoever may see institutions."""
    actor().needs("providers.read")
    return institution(number)


def level_on(number: int, day: date) -> Level | None:
    """The level of an institution in scope on a day; None when none is recorded."""
    return Level.objects.filter(institution_id=number, during__contains=day).first()


def departments_on(number: int, day: date) -> QuerySet[Department]:
    """The departments of an institution in scope on a day."""
    return Department.objects.filter(institution_id=number, during__contains=day).order_by("code")


def agreement_on(provider: int, kind: str, day: date) -> Standing:
    """Whether an institution in scope has an agreement of a kind in force on a day. It asks nothing of who asks:
    guards call it when they settle or register, as whoever does that."""
    return agreement_among(together(*asking_agreement(provider, kind, day)))


def asking_agreement(provider: int, kind: str, day: date) -> list[Statement]:
    """The statements of `agreement_on`, for `agreement_among`."""
    on = {"provider": provider, "kind": kind, "day": day}
    return [_AGREEMENT.asking(**on), _STOPPED.asking(**on)]


def agreement_among(found: Sequence[Rows]) -> Standing:
    """What `asking_agreement` found."""
    agreed, stopped = found
    if not agreed:
        return Standing(NONE)
    (found,) = _AGREEMENT.found(agreed)
    if stopped:
        ((why,),) = _STOPPED.found(stopped)
        return Standing(SUSPENDED, found.pk, found.number, why)
    return Standing(IN_FORCE, found.pk, found.number)


_AGREEMENT: Remembered[Agreement] = Remembered(
    lambda scope: Agreement.objects.within(scope).filter(
        institution=Parameter("provider"), kind=Parameter("kind"), during__contains=Parameter("day")
    )
)
_STOPPED: Remembered[tuple[str]] = Remembered(
    lambda scope: (
        Suspension.objects.within(scope)
        .filter(
            agreement__institution=Parameter("provider"),
            agreement__kind=Parameter("kind"),
            agreement__during__contains=Parameter("day"),
            during__contains=Parameter("day"),
        )
        .values_list("why")
    )
)


def agreements(institution_id: int | None = None, state: str = "") -> QuerySet[Agreement]:
    """The agreements in scope, the latest first."""
    actor().needs("providers.read")
    found = Agreement.objects.select_related("institution__organisation").order_by("-id")
    if institution_id is not None:
        found = found.filter(institution_id=institution_id)
    return found.filter(state=state) if state else found


def agreement(number: int) -> Agreement:
    """An agreement in scope. Raises A114."""
    found = Agreement.objects.select_related("institution__organisation").filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def steps(agreement_id: int) -> QuerySet[Step]:
    """What was proposed and decided about an agreement in scope, in order."""
    actor().needs("providers.read")
    return Step.objects.filter(agreement=agreement(agreement_id)).order_by("id")


def open_steps() -> QuerySet[Step]:
    """What waits for a decision, the oldest first."""
    actor().needs("providers.decide")
    return Step.objects.filter(state="open").order_by("id")
