"""Arrears, the collection rate, the public list of bases, and what is claimed on fiscal funds. Rules CON-13, CON-16."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from django.db.models import BigIntegerField, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from tongchou.engines.contributions import CollectionRate, balances, collected
from tongchou.engines.contributions import Order as Owed
from tongchou.engines.contributions import Receipt as Moved
from tongchou.record.audit import trail
from tongchou.record.base.actor import actor
from tongchou.record.base.columns import read, statement_of
from tongchou.record.contributions.models import Order, Part, Receipt, RefundCase, Surplus
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import known_as, person

MOST = 1_000
"""Rows of one answer."""


@dataclass(frozen=True)
class Arrear:
    """What is unpaid of a part after its due date, with the late fee so far, in fen."""

    part: int
    person: int
    insurance: str
    levy: str
    payer: str
    first: date
    through: date
    due_on: date
    fen: int
    late_fee: int
    cite: str


@dataclass(frozen=True)
class Over:
    """多缴: what was paid too much on a part, in fen, by a receipt of `since`; `asked` when a refund is under way."""

    part: int
    person: int
    insurance: str
    levy: str
    payer: str
    first: date
    since: date
    fen: int
    asked: bool


@dataclass(frozen=True)
class PublicBase:
    """A line of the public list: who, by a masked name, contributes on which base (fen) in which period."""

    name: str
    levy: str
    first: date
    through: date
    base: int


@dataclass(frozen=True)
class Claim:
    """What is to be had from a fiscal fund, in fen, for so many."""

    fund: str
    levy: str
    people: int
    fen: int


def arrears(*, on: date, person_id: int | None = None, employer: int | None = None, after: int = 0) -> list[Arrear]:
    """What is in arrears on a day in scope, of one person or of an employer's people if named; at most a thousand parts
    by number, those after `after`. What fiscal funds owe is no arrears of anybody."""
    actor().needs("contributions.read")
    parts = _held().filter(id__gt=after, share__due_on__lt=on, share__state__in=("due", "deferred"))
    if person_id is not None:
        parts = parts.filter(order__person_id__in=known_as([person(person_id).pk]))
    if employer is not None:
        parts = parts.filter(order__employer=organisation(employer))
    paid = Coalesce(Sum("receipts__fen", filter=Q(receipts__day__lte=on)), 0, output_field=BigIntegerField())
    rows = list(
        parts.annotate(paid=paid).filter(paid__lt=F("fen")).select_related("order", "share").order_by("id")[:MOST]
    )
    trail.seen("contributions.arrears", {one.order.person_id for one in rows})
    moved = [
        Moved(str(one.pk), str(one.part_id), one.day, abs(one.fen), refund=one.fen < 0)
        for one in Receipt.objects.filter(part_id__in=[row.pk for row in rows]).order_by("id")
    ]
    found = balances(pack_in_force(), [_owed(row) for row in rows], moved, on)
    return [
        Arrear(
            part=row.pk,
            person=row.order.person_id,
            insurance=row.order.insurance,
            levy=row.order.levy,
            payer=row.share.payer,
            first=row.order.first,
            through=row.order.through,
            due_on=row.share.due_on,
            fen=one.arrears,
            late_fee=one.late_fee,
            cite=one.cite,
        )
        for row, one in zip(rows, found, strict=True)
    ]


def surpluses(*, person_id: int | None = None, employer: int | None = None, after: int = 0) -> list[Over]:
    """What was paid too much in scope and neither given back nor set off, of one person or an employer's people if
    named; at most a thousand parts by number, those after `after`. Each waits for a refund or to be set off."""
    actor().needs("contributions.read")
    rows = Surplus.objects.filter(part__gt=after)
    if person_id is not None:
        rows = rows.filter(part__order__person_id__in=known_as([person(person_id).pk]))
    if employer is not None:
        rows = rows.filter(part__order__employer=organisation(employer))
    newest = rows.order_by("part", "-id").distinct("part").values("id")
    found = Surplus.objects.filter(id__in=newest, fen__gt=0).order_by("part")
    shown = list(found.select_related("part__order", "part__share", "receipt")[:MOST])
    asked = set(
        RefundCase.objects.filter(part__in=[one.part_id for one in shown], state="open").values_list("part", flat=True)
    )
    trail.seen("contributions.surpluses", {one.part.order.person_id for one in shown})
    return [
        Over(
            part=one.part_id,
            person=one.part.order.person_id,
            insurance=one.part.order.insurance,
            levy=one.part.share.levy,
            payer=one.part.share.payer,
            first=one.part.order.first,
            since=one.receipt.day,
            fen=one.fen,
            asked=one.part_id in asked,
        )
        for one in shown
    ]


def rate(
    *,
    insurance: str,
    first: date,
    through: date,
    on: date,
    basis: Literal["assessed", "due"],
    fiscal: bool = False,
    agency: int | None = None,
) -> CollectionRate:
    """征缴率 by a day, of the orders in scope for periods that begin within these days (CON-13): of all that was
    `assessed` (应征), or of what is `due` by then (应收); of an agency's branch where one is named. What fiscal funds
    pay counts only when asked for. Raises P009 when there is nothing to divide by, A114 for no such agency."""
    actor().needs("contributions.read")
    parts = _held().filter(order__insurance=insurance, order__first__range=(first, through))
    if agency is not None:
        parts = parts.filter(order__person__agency__path__startswith=organisation(agency).path)
    if not fiscal:
        parts = parts.exclude(share__state="claimed")
    inner, parameters = statement_of(parts.values("id", "fen", "share__due_on"))
    types = {"fen": pa.int64(), "due_on": pa.date32(), "paid": pa.int64()}
    table = read(_PAID.replace("#parts", inner), [*parameters, on], types)
    columns = (np.asarray(table[name]) for name in ("fen", "paid"))
    return collected(*columns, np.asarray(table["due_on"]).astype("datetime64[D]"), on, basis)


_PAID = """
SELECT o.fen, o.due_on, COALESCE(sum(r.fen), 0)::bigint FROM (#parts) AS o(id, fen, due_on)
LEFT JOIN receipt r ON r.part_id = o.id AND r.day <= %s GROUP BY o.id, o.fen, o.due_on
"""


def public_bases(*, employer: int, first: date, through: date) -> list[PublicBase]:
    """缴费基数公示: the bases of an employer's people for periods that begin within these days, by name and day."""
    actor().needs("contributions.read")
    firm = organisation(employer)
    orders = Order.objects.filter(employer=firm, base__isnull=False, cancelled=None, first__range=(first, through))
    rows = list(orders.select_related("person").order_by("first", "levy", "person_id")[:MOST])
    trail.seen("contributions.public_bases", {one.person_id for one in rows})
    return [PublicBase(_masked(one.person.name), one.levy, one.first, one.through, one.base or 0) for one in rows]


def claims(*, insurance: str, first: date, through: date) -> list[Claim]:
    """What the orders in scope for periods that begin within these days claim on each fiscal fund (CON-03, ENR-09)."""
    actor().needs("contributions.read")
    parts = _held().filter(order__insurance=insurance, order__first__range=(first, through)).exclude(share__claims="")
    found: dict[tuple[str, str], list[Any]] = {}
    rows = parts.values_list("share__claims", "share__levy", "order__person_id", "fen")
    for fund, levy, whom, fen in rows.iterator(chunk_size=20_000):
        people, total = found.setdefault((fund, levy), [set(), 0])
        people.add(whom)
        found[fund, levy][1] = total + fen
    return [Claim(fund, levy, len(people), total) for (fund, levy), (people, total) in sorted(found.items())]


def orders_of(*, person_id: int) -> list[tuple[Order, Sequence[Part]]]:
    """The orders of a person, the latest first, with their parts."""
    actor().needs("contributions.read")
    found = person(person_id)
    trail.seen("contributions.orders_of", [found.pk])
    orders = Order.objects.filter(person_id__in=known_as([found.pk])).order_by(
        "-first", "insurance", "levy", "-version"
    )
    rows = orders.select_related("cancelled").prefetch_related("parts__share")[:MOST]
    return [(one, list(one.parts.all())) for one in rows]


def _held() -> QuerySet[Part]:
    """Parts in scope of orders that were not cancelled."""
    return Part.objects.filter(order__cancelled=None)


def _owed(part: Part) -> Owed:
    order, share = part.order, part.share
    return Owed(
        order_id=str(part.pk),
        person_id=str(order.person_id),
        scheme=order.insurance,
        levy=order.levy,
        payer=share.payer,
        from_date=order.first,
        through_date=order.through,
        fen=part.fen,
        due_on=share.due_on,
        state=share.state,
    )


def _masked(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1)
