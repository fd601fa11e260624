"""周转金: a part of the year's quota is advanced, paid by the usual order, and recovered at the year's end."""

from __future__ import annotations

from tongchou.ground.errors import fail
from tongchou.ground.money import DOWN, scale
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.ledger.posting import Fund, post
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.payment.entries import legs
from tongchou.record.payment.models import Advance, Recovery
from tongchou.record.payment.prepaying import year_quota
from tongchou.record.payment.steps import order_key
from tongchou.record.payment.terms import terms_in_force
from tongchou.record.providers.queries import institution

PAID, RECOVERED = "advance", "advance_recovered"


@command("statements.advance", needs="statements.prepay")
def advance(*, institution_id: int, agency: int, scheme: str, fund: str, year: int, reason: str) -> Advance:
    """Advance the declared part of a year's quota, rounded down to the fen, out of a fund of an agency's people; it is
    payable at once: an order through the month before pays it and nothing of this month. Raises A114, M401, M414
    without a budget, M416 for one that was advanced, a year that is over or to come, or a fund that the region has
    not."""
    where, county, pack = institution(institution_id), organisation(agency), pack_in_force()
    first, last = pack.year.span(year)
    layers = pack.layers.get(scheme, {})
    if county.kind != "agency" or not first <= clock.today() <= last:
        raise fail("M416", why=f"{agency} {year}")
    if fund not in {one.fund or one.name for one in layers.values() if one.bearer == "fund"}:
        raise fail("M416", why=f"{scheme} {fund}")
    terms = terms_in_force(scheme, clock.today().replace(day=1))
    lock(("advance", f"{where.pk} {scheme} {year}"), order_key(scheme))
    if Advance.objects.filter(institution=where, scheme=scheme, year=year).exists():
        raise fail("M416", why=f"{year}")
    quota = year_quota(where.pk, scheme, year, terms)
    fen = int(scale(quota, terms.advance, mode=DOWN))
    if not fen:
        raise fail("M416", why="0.00")
    made = Advance.objects.create(
        institution=where, scheme=scheme, year=year, county=county, fund=fund, quota=quota, fen=fen,
        terms=terms.kept(), by=actor().user, at=clock.now(), reason=reason,
    )  # fmt: skip
    _move(made, PAID, "provider_advance", "provider_payable")
    return made


@command("statements.recover_advance", needs="statements.prepay")
def recover(*, advance_id: int, reason: str) -> Recovery:
    """Recover an advance at the end of its year: what is payable next is less by it. Raises A114, M416 for one that is
    recovered or whose year is not over."""
    found = Advance.objects.select_related("institution").filter(id=advance_id).first()
    if found is None:
        raise fail("A114")
    lock(("advance", f"{found.institution_id} {found.scheme} {found.year}"), order_key(found.scheme))
    over = clock.today() > pack_in_force().year.span(found.year)[1]
    if not over or Recovery.objects.filter(advance=found).exists():
        raise fail("M416", why=f"{found.year}")
    made = Recovery.objects.create(advance=found, by=actor().user, at=clock.now(), reason=reason)
    _move(found, RECOVERED, "provider_payable", "provider_advance")
    return made


def _move(of: Advance, kind: str, out: str, into: str) -> None:
    fund = Fund(of.scheme, of.county_id, of.fund, of.year, "fund")
    to = of.institution.organisation_id
    post(
        kind,
        f"advance {of.pk}{'' if kind == PAID else ' recovered'}",
        clock.today(),
        legs(out, into, {fund: of.fen}, to),
    )
