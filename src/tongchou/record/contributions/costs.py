"""What an employer may count as a cost (CON-11), from what it declares, and its statement of a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count, QuerySet, Sum

from tongchou.engines.contributions import assess
from tongchou.engines.contributions.terms import COSTS
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.walk import names_asked
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.contributions.models import EmployerFigure, Part
from tongchou.record.orgs.commands import organisation
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force


@dataclass(frozen=True)
class Cost:
    """What may be counted as a cost and what lies beyond, in fen; `missing` names figures that were not declared."""

    name: str
    within: int | None
    beyond: int | None
    missing: tuple[str, ...]
    cite: str


@dataclass(frozen=True)
class Line:
    """What one payer owes of a levy over a year, in fen, on orders that hold."""

    levy: str
    payer: str
    orders: int
    fen: int
    received: int
    late_fees: int


@dataclass(frozen=True)
class Statement:
    """单位缴费对账单: an employer's people in an insurance year, and what of it the employer may count as a cost."""

    insurance: str
    year: int
    lines: tuple[Line, ...]
    costs: tuple[Cost, ...]


@command("contributions.declare_of_employer", needs="enrolment.write")
def declare_of_employer(*, employer: int, fact: str, year: int, fen: int) -> EmployerFigure:
    """Declare a figure of an employer for an insurance year, in fen, such as its total wages; it holds until it is
    declared anew. Raises A114, P111 for an organisation that is no employer, J112 for a figure that no cost is made of,
    or that cannot be."""
    lock(("employer figure", employer))
    firm, pack = _firm(employer), pack_in_force()
    known = sorted({name for one in pack.facts if one.kind == COSTS for name in _asked(pack, one)})
    if fact not in known:
        raise fail("J112", why=f"{fact}（{'、'.join(known) or '-'}）")
    if not 0 <= fen <= MAX_FEN:
        raise fail("J112", why=str(fen))
    return EmployerFigure.objects.create(employer=firm, fact=fact, year=year, fen=fen, by=actor().user, at=clock.now())


def costs(*, employer: int, insurance: str, year: int) -> list[Cost]:
    """What an employer may count as a cost in an insurance year, by the rules of its last day."""
    actor().needs("contributions.read")
    firm, pack = _firm(employer), pack_in_force()
    day = pack.year.span(year)[1]
    figures = EmployerFigure.objects.filter(employer=firm, year=year).order_by("id")
    declared = dict(figures.values_list("fact", "fen"))
    rules = [one for one in pack.facts if one.kind == COSTS and one.scheme == insurance and one.covers(day)]
    found = []
    for rule in rules:
        missing = tuple(name for name in _asked(pack, rule) if name not in declared)
        if missing:
            found.append(Cost(str(rule.name), None, None, missing, rule.citation()))
            continue
        facts = {name: Fraction(fen, 100) for name, fen in declared.items()}
        done = assess(pack, [{"person_id": str(firm.pk), **facts}], insurance, day, only={str(rule.name)})
        if done.refused:
            raise ProblemError(*done.refused[0])
        found += [Cost(row["cost"], row["within"], row["beyond"], (), row["cite"]) for row in done.costs.to_pylist()]
    return found


def statement(*, employer: int, insurance: str, year: int) -> Statement:
    """The statement of an employer for an insurance year: what was ordered for periods that begin in it, and what of it
    came in by now. It names no person."""
    actor().needs("contributions.read")
    firm, pack = _firm(employer), pack_in_force()
    of = {"order__employer": firm, "order__insurance": insurance, "order__first__range": pack.year.span(year)}
    parts = Part.objects.filter(order__cancelled=None, **of)
    return Statement(
        insurance, year, tuple(_lines(parts)), tuple(costs(employer=employer, insurance=insurance, year=year))
    )


def _lines(parts: QuerySet[Part]) -> Iterator[Line]:
    """Summed apart: joined, a part with two receipts would count twice."""
    by = ("share__levy", "share__payer")
    owed = parts.values(*by).annotate(orders=Count("order", distinct=True), fen=Sum("fen")).order_by(*by)
    came = {tuple(row[:2]): row[2] for row in parts.values_list(*by).annotate(Sum("receipts__fen"))}
    fees = {tuple(row[:2]): row[2] for row in parts.values_list(*by).annotate(Sum("late_fees__fen"))}
    for row in owed:
        key = (row["share__levy"], row["share__payer"])
        yield Line(*key, row["orders"], row["fen"], came.get(key) or 0, fees.get(key) or 0)


def _asked(pack: Pack, rule: Declared) -> list[str]:
    """The figures that a cost is computed from, without the indices that the region publishes."""
    roots = {root for name in names_asked(rule.value) for root in pack.vocabulary.roots(name)}
    return sorted(roots - set(pack.vocabulary.indices))


def _firm(number: int) -> Organisation:
    found = organisation(number)
    if found.kind != "employer":
        raise fail("P111", name=found.name)
    return found
