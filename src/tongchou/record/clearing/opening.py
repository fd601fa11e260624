"""A year is opened when the business book is closed through its end: with the pack that governs it, the rules as they
are declared, and the last day for settlement lists."""

from __future__ import annotations

from tongchou.engines.payment.rules import Rules
from tongchou.ground.errors import fail
from tongchou.ground.region.clearing_kinds import Price
from tongchou.ground.region.clearing_money import Clearing
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.clearing.declared import declared_for
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.clearing.steps import ALL, step
from tongchou.record.ledger.chart import BUSINESS
from tongchou.record.ledger.queries import last_close
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force


@command("clearing.open", needs="clearing.work")
def open_year(*, agency: int, scheme: str, year: int, reason: str) -> ClearingYear:
    """Open the clearing of an insurance year of a scheme, of the institutions in an agency's branch. Raises A114, M501
    where the region declares no clearing of it, M502 for a scheme that there is not, a price that schemes share, a year
    whose books are open, or one that is open already."""
    where, pack = organisation(agency), pack_in_force()
    if where.kind != "agency":
        raise fail("A114")
    if scheme not in pack.region.schemes:
        raise fail("M502", why=scheme, why_en=scheme)
    rules = declared_for(pack, year)
    _priced_alone(rules)
    lock(("clearing year", f"{where.pk} {scheme} {year}"))
    closed = last_close(BUSINESS)
    last = pack.year.span(year)[1]
    if closed is None or closed.month < last.replace(day=1):
        raise fail("M502", why=f"业务账未月结到 {last:%Y-%m}", why_en=f"the business book is open before {last:%Y-%m}")
    if ClearingYear.objects.within(ALL).filter(agency=where, scheme=scheme, year=year).exists():
        raise fail("M502", why=f"{year} {scheme} 已开启", why_en=f"{year} {scheme} was opened")
    made = ClearingYear.objects.create(
        agency=where,
        scheme=scheme,
        year=year,
        pack_id=pack.hash,
        rules=rules.document(),
        rules_hash=rules.hash,
        lists_by=rules.need("clearing", Clearing).lists_by,
        at=clock.now(),
    )
    step(made, "opened", reason)
    return made


def _priced_alone(rules: Rules) -> None:
    """A year is of one scheme, so no price may be of several."""
    for name, provision in rules.named("price").items():
        assert isinstance(provision.value, Price)
        if "scheme" not in provision.value.scope:
            raise fail("M502", why=f"price.{name} 不分险种", why_en=f"price.{name} is of several schemes")
