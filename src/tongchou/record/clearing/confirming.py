"""Another person confirms a cleared year, and it is entered: deposits returned or lost, what was deferred released, the
difference to what was charged. What is payable then is paid by the usual order; what is below nothing is set off
against what is payable next. A year that is opened again is entered by its differences."""

from __future__ import annotations

from collections import defaultdict

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.clearing.inputs import digest_of_inputs, inputs_of
from tongchou.record.clearing.models import Cleared, ClearedAmount, YearStep
from tongchou.record.clearing.publishing import keep_published
from tongchou.record.clearing.steps import ALL, key_of, last_step, must_be, order_key, step, the
from tongchou.record.ledger.posting import Fund
from tongchou.record.payment import year_end
from tongchou.record.payment.year_end import Amounts
from tongchou.record.providers.models import Institution

_PARTS = ("returned", "lost", "released", "difference")


@command("clearing.confirm", needs="clearing.confirm")
def confirm(*, year_id: int, number: int, reason: str) -> YearStep:
    """Confirm the clearing `number` of a year, which must be its last, and enter it. Raises A114, M503, M513 for
    another number, or where what it was cleared from has changed since; A112 for whoever cleared it."""
    year = the(year_id)
    lock(key_of(year), order_key(year))
    must_be(year, "cleared")
    if last_step(year).by is not None and last_step(year).by == actor().user:
        raise fail("A112")
    found = Cleared.objects.within(ALL).filter(year=year).order_by("number").last()
    if found is None or found.number != number or digest_of_inputs(inputs_of(year)) != found.inputs:
        raise fail("M513", number=number)
    if found.by is not None and found.by == actor().user:
        raise fail("A112")
    made = step(year, "confirmed", reason)
    _enter(found)
    keep_published(found)
    return made


@command("clearing.reopen", needs="clearing.reopen")
def reopen(*, year_id: int, reason: str) -> YearStep:
    """Open a year again: what was cleared stays as it is and readable, and the next clearing is entered by its
    differences. Raises A114, M503."""
    year = the(year_id)
    lock(key_of(year))
    must_be(year, "final", "cleared", "confirmed")
    return step(year, "reopened", reason)


def amounts_of(found: Cleared) -> dict[Institution, dict[str, dict[Fund, int]]]:
    """What a clearing is to come to in the books: by institution and part, what it is of and fen."""
    year = found.year
    parts: defaultdict[Institution, dict[str, dict[Fund, int]]] = defaultdict(lambda: {name: {} for name in _PARTS})
    rows = ClearedAmount.objects.within(ALL).filter(cleared=found).select_related("institution")
    for one in rows.order_by("institution", "county", "fund"):
        of = Fund(year.scheme, one.county_id, one.fund, year.year, "fund")
        for name in _PARTS:
            if fen := getattr(one, name):
                parts[one.institution][name][of] = fen
    return dict(parts)


def _enter(found: Cleared) -> None:
    """Every institution that this clearing, or one before it, says something of."""
    year, day, now = found.year, clock.today(), amounts_of(found)
    before = Institution.objects.within(ALL).filter(
        id__in=ClearedAmount.objects.within(ALL).filter(cleared__year=year).values("institution")
    )
    nothing: dict[str, Amounts] = {name: {} for name in _PARTS}
    for one in before.order_by("id"):
        said = now.get(one, nothing)
        source = f"clearing {found.pk} {one.code}"
        whose = one.organisation_id, year.scheme, year.year
        year_end.release_deposit(source, *whose, said["returned"], said["lost"], day)
        year_end.release_deferred(source, *whose, said["released"], day)
        year_end.enter_difference(source, *whose, said["difference"], day)
