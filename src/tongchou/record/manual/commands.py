"""Manual claims: applied for with invoices, decided by another as any filing, then settled and owed to the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError

from tongchou.engines import filings as engine
from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.lock import lock
from tongchou.record.base.scope import system
from tongchou.record.disbursement.payees import account_for
from tongchou.record.filings.about import about
from tongchou.record.filings.submitting import submit_for
from tongchou.record.filings.uploads import Upload
from tongchou.record.manual.models import Invoice, ManualClaim
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.queries import person
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.claims import Choice
from tongchou.record.settlement.keeping import keep
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.reversing import take_back
from tongchou.record.settlement.settling import known_of, lock_keys, rules_now, settled_of, whose
from tongchou.record.visits import facts
from tongchou.record.visits.charging import add
from tongchou.record.visits.keeping import check_day
from tongchou.record.visits.lines import Line
from tongchou.record.visits.models import Visit
from tongchou.record.visits.registering import check_kind, check_person

_ALL = system("which institutions there are is nobody's secret, and an invoice counts in the whole region")
_NOTHING: Mapping[str, Any] = {}
_OVER = (engine.REFUSED, engine.WITHDRAWN)
OWN = Choice()


@dataclass(frozen=True)
class Paid:
    """An invoice, as it was issued; in fen. The new ones have no code."""

    number: str
    day: date
    fen: int
    code: str = ""


@dataclass(frozen=True)
class Account:
    """Where the money goes: the patient, or the person of this number."""

    bank: str
    account: str
    payee: int | None = None


@command("manual.apply", needs="manual.apply")
def apply(
    *,
    institution: str,
    scheme: str,
    kind: str,
    admitted: date,
    discharged: date,
    invoices: Sequence[Paid],
    lines: Sequence[Line],
    account: Account,
    person_id: int | None = None,
    certificate: tuple[str, str] | None = None,
    facts_of_visit: Mapping[str, Any] = _NOTHING,
    filing: str = "手工报销",
    evidence: tuple[Upload, ...] = (),
) -> ManualClaim:
    """Claim back what was paid to an institution (its national code) for a visit: oneself, or a clerk for a person.

    `filing` is the type by which the region declares both clocks: until when it may be claimed, and until when it is
    decided. Lines name items by national codes. The bank account is registered where it is not known yet.

    Raises V232 for an invoice that was claimed, V233 where lines and invoices differ, M201 for a bank account that
    cannot be; V202, V203, V104, V205, V208 as a registration, V211–V216 as charging; F007 where it comes too late and
    that is refused, F001 where the region knows no manual claims; A114.
    """
    whom = about(person_id, certificate, None)
    at = Institution.objects.within(_ALL).filter(code=institution).first()
    if whom.person is None or at is None:
        raise fail("A114")
    payee = whom.person if account.payee is None else person(account.payee)
    _check_sums(invoices, lines)
    lock(
        whom.key,
        ("settling", whom.person.pk),
        *(("invoice", f"{one.code} {one.number}") for one in invoices),
    )
    pack = pack_in_force()
    check_day("-", discharged, admitted, clock.today())
    check_kind(pack, scheme, kind)
    check_person(whom.person, scheme, admitted)
    known = {"admitted": admitted.isoformat(), "discharged": discharged.isoformat(), "provider": at.code}
    asked = engine.type_on(pack, scheme, filing, clock.today()).value.names
    names = {name: known[name] for name in asked if name in known}
    row = submit_for(whom, scheme=scheme, type=filing, names=names, evidence=evidence)
    visit = Visit.objects.create(
        institution=at,
        person=whom.person,
        number=f"手工{row.pk}",
        scheme=scheme,
        kind=kind,
        admitted=admitted,
        discharged=discharged,
        facts=facts.check(pack, scheme, facts_of_visit),
        state="discharged",
        registered_at=clock.now(),
        by_hand=True,
    )
    add(visit, lines)
    claim = ManualClaim.objects.create(
        visit=visit,
        filing=row,
        payee=payee,
        paid_into=account_for(payee, account.bank, account.account),
        at=clock.now(),
    )
    _use(claim, invoices)
    return claim


@command("manual.settle", needs="manual.settle")
def settle(*, claim_id: int, choice: Choice = OWN) -> Event:
    """Settle a claim that was approved; what it pays is owed to the payee. The same again is answered by the settlement
    that stands. Raises V234 for one that is not approved, V106 where an article refuses, A114."""
    claim = _claim(claim_id)
    number, _, homes = whose(claim.visit_id)
    lock(*lock_keys(number, choice, homes))
    claim = _claim(claim_id)
    standing = claim.visit.events.filter(kind="settle", reversed_by=None).first()
    if standing is not None:
        return standing
    if claim.filing.state != engine.APPROVED:
        raise fail("V234", claim=claim.pk, state=claim.filing.get_state_display())
    rules = rules_now()
    known = known_of(claim.visit_id, number, homes)
    return keep(known.visit, settled_of(known, choice, rules), rules, payee=claim.payee_id)


@command("manual.reverse", needs="manual.settle")
def reverse(*, claim_id: int, reason: str) -> list[Event]:
    """Reverse the settlement of a claim, under the region's policy. Raises V107 where none stands, C020, A114."""
    claim = _claim(claim_id)
    standing = claim.visit.events.filter(kind="settle", reversed_by=None).first()
    if standing is None:
        raise fail("V107", event=f"{claim.visit.number}")
    return take_back(standing)


def _claim(number: int) -> ManualClaim:
    rows = ManualClaim.objects.select_related("filing", "visit__person", "visit__institution")
    found = rows.filter(id=number).first()
    if found is None:
        raise fail("A114")
    return found


def _check_sums(invoices: Sequence[Paid], lines: Sequence[Line]) -> None:
    paid, charged = sum(one.fen for one in invoices), sum(line.fen for line in lines)
    if not invoices or paid != charged:
        raise fail("V233", lines=charged, invoices=paid)


def _use(claim: ManualClaim, invoices: Sequence[Paid]) -> None:
    """Claim the invoices; those of claims that came to nothing are free again. The constraint holds what the look
    before cannot see."""
    for one in invoices:
        known = Invoice.objects.within(_ALL).filter(code=one.code, number=one.number, released=False)
        known.filter(claim__filing__state__in=_OVER).update(released=True)
        if known.exists():
            raise fail("V232", series=one.code, number=one.number)
    try:
        Invoice.objects.bulk_create(
            Invoice(claim=claim, code=one.code, number=one.number, day=one.day, fen=one.fen) for one in invoices
        )
    except IntegrityError as error:
        raise fail("V232", series=invoices[0].code, number=invoices[0].number) from error
