"""Charging the lines of a visit, and taking back those that are not settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet, Sum

from tongchou.ground.errors import Problem, ProblemError, fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.prepared import insert_all
from tongchou.record.base.remembered import Among, Parameter, Remembered
from tongchou.record.visits.keeping import locked
from tongchou.record.visits.lines import Line, wrong
from tongchou.record.visits.models import Charge, Visit, Withdrawn
from tongchou.record.visits.pricing import Pricing
from tongchou.record.visits.settled import with_settlement

MOST_AT_ONCE = 5_000
_TOLD_AT_ONCE = 100
_HALF_FEN = Decimal("0.5")


@command("visits.charge", needs="settlement.write")
def charge(*, visit_id: int, lines: Sequence[Line], batch: str = "") -> list[Charge]:
    """Charge lines to a visit, all of them or none; the rows in the order of the lines. A line that was charged before
    with the same content is answered as it is.

    Raises, for all lines at once: V212 for another line under a number, V222 for one taken back, V208 for a fee outside
    the visit, V213 where quantity × price is not the amount, V214 and V215 for a refund, V211 for an item without a
    mapping, V216 for a word that is none; V220 and V221 for the list; A114, V109.
    """
    return add(locked(visit_id), lines, batch)


def add(visit: Visit, lines: Sequence[Line], batch: str = "") -> list[Charge]:
    """Charge lines as part of a command that holds the lock of the person. Raises as `charge`."""
    _check_list(lines)
    asked = {line.number for line in lines} | {line.returns for line in lines if line.returns}
    known = {row.number: row for row in _KNOWN.all(visit=visit.pk, numbers=sorted(asked))}
    fresh = [line for line in lines if line.number not in known]
    problems = [
        problem
        for line in lines
        if line.number in known and (problem := _differs(known[line.number], line, batch)) is not None
    ]
    pricing = Pricing(visit, [line for line in fresh if line.fen >= 0])
    made = [_row(visit, line, batch, pricing.of(line, problems)) for line in fresh if line.fen >= 0]
    problems += [problem for line in fresh for problem in _look(visit, line)]
    known |= {row.number: row for row in made}
    back = [line for line in fresh if line.fen < 0]
    problems += _beyond_what_is_left(back, known)
    if problems:
        raise ProblemError(*problems[:_TOLD_AT_ONCE])
    insert_all(made)
    returned = [_row(visit, line, batch, _as_original(known[line.returns])) for line in back]
    insert_all(returned)
    known |= {row.number: row for row in returned}
    return [known[line.number] for line in lines]


_KNOWN: Remembered[Charge] = Remembered(
    lambda scope: (
        Charge.objects.within(scope)
        .filter(visit=Parameter("visit"), number__in=Among("numbers"))
        .select_related("returns", "withdrawn")
    )
)


@command("visits.take_back", needs="settlement.write")
def take_back(*, visit_id: int, numbers: Sequence[str], reason: str) -> int:
    """Take back lines that are not settled; how many were not taken back before. Their numbers stay used.

    Raises V217 for one that there is not, V218 for one that is settled, V219 for one with a refund that stays, A114,
    V109.
    """
    visit = locked(visit_id)
    named = Charge.objects.filter(visit=visit, number__in=set(numbers)).select_related("withdrawn")
    rows: list[Any] = list(with_settlement(named))
    known = {row.number: row for row in rows}
    for number in numbers:
        if number not in known:
            raise fail("V217", line=number)
        if known[number].settled is not None:
            raise fail("V218", line=number)
    staying = Charge.objects.filter(returns__in=rows, withdrawn=None).exclude(id__in=[row.pk for row in rows])
    refund = staying.select_related("returns").first()
    if refund is not None:
        raise fail("V219", line=refund.returns.number, other=refund.number)
    return withdraw(Charge.objects.filter(id__in=[row.pk for row in rows], withdrawn=None), reason)


def withdraw(charges: QuerySet[Charge], reason: str) -> int:
    """Take lines back; whoever calls holds the lock and looked at them."""
    now, by = clock.now(), actor().user
    gone = [Withdrawn(charge=row, reason=reason, by=by, at=now) for row in charges]
    Withdrawn.objects.bulk_create(gone)
    return len(gone)


def _check_list(lines: Sequence[Line]) -> None:
    if not 0 < len(lines) <= MOST_AT_ONCE:
        raise fail("V220", most=MOST_AT_ONCE)
    seen: set[str] = set()
    for line in lines:
        if line.number in seen:
            raise fail("V221", line=line.number)
        seen.add(line.number)


def _look(visit: Visit, line: Line) -> list[Problem]:
    """What is wrong with a line by itself."""
    found = []
    day, last = clock.day_of(line.fee_at), visit.discharged or clock.today()
    if not visit.admitted <= day <= last:
        found.append(wrong("V208", line, visit=visit.number, day=day, first=visit.admitted, last=last))
    if line.price is not None and abs(line.quantity * line.price * 100 - line.fen) > _HALF_FEN:
        found.append(wrong("V213", line, quantity=line.quantity, price=line.price, fen=line.fen))
    if (line.fen < 0) != bool(line.returns):
        found.append(wrong("V214", line, original=line.returns or "-"))
    return found


def _beyond_what_is_left(back: Sequence[Line], known: Mapping[str, Charge]) -> list[Problem]:
    """What is wrong with refunds: of no line that can be returned, or of more than is left of it."""
    found = []
    originals = {known[line.returns].pk for line in back if line.returns in known} - {None}
    returned = Charge.objects.filter(returns__in=originals, withdrawn=None).values_list("returns__number")
    left: dict[str, int] = dict(returned.annotate(Sum("fen"))) if originals else {}
    for line in back:
        original = known.get(line.returns)
        if original is None or original.fen < 0 or hasattr(original, "withdrawn"):
            found.append(wrong("V214", line, original=line.returns or "-"))
            continue
        rest = original.fen + left.get(line.returns, 0)
        if rest + line.fen < 0:
            found.append(wrong("V215", line, original=line.returns, fen=-line.fen, left=rest))
        left[line.returns] = left.get(line.returns, 0) + line.fen
    return found


def _differs(row: Charge, line: Line, batch: str) -> Problem | None:
    """What keeps a line from being the one that was charged under its number: it was taken back, or says otherwise."""
    if hasattr(row, "withdrawn"):
        return wrong("V222", line)
    returns = "" if row.returns is None else row.returns.number
    said = (line.fee_at, line.fen, line.local_code, line.name, line.quantity, line.price, line.returns, batch)
    kept = (row.fee_at, row.fen, row.local_code, row.name, row.quantity, row.price, returns, row.batch)
    return None if said == kept else wrong("V212", line)


def _as_original(original: Charge) -> dict[str, Any]:
    """A refund is of what its original is."""
    names = ("national_code", "item", "price_limit", "first_pay", "facts")
    return {"returns": original, **{name: getattr(original, name) for name in names}}


def _row(visit: Visit, line: Line, batch: str, priced: Mapping[str, Any]) -> Charge:
    return Charge(
        visit=visit,
        number=line.number,
        batch=batch,
        fee_at=line.fee_at,
        local_code=line.local_code,
        name=line.name,
        quantity=line.quantity,
        price=line.price,
        fen=line.fen,
        charged_at=clock.now(),
        **priced,
    )
