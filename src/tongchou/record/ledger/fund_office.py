"""Vouchers of the fund office: one enters, another checks; money on two lines never runs out (收支两条线)."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from tongchou.ground.errors import fail
from tongchou.ground.money import MAX_FEN
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.ledger.banks import bank_key, must_hold
from tongchou.record.ledger.chart import ACCOUNTS, BANKS
from tongchou.record.ledger.models import Voucher
from tongchou.record.ledger.posting import Fund, Leg, post
from tongchou.record.ledger.vouchers import KINDS, OPENING, pairs
from tongchou.record.orgs.commands import organisation
from tongchou.record.packs.queries import pack_in_force

_OF_ITSELF = ("opening", "surplus")
"""What an opening is entered against."""


@command("ledger.enter_voucher", needs="ledger.enter")
def enter_voucher(
    *,
    kind: str,
    agency: int,
    scheme: str,
    fund: str,
    year: int,
    fen: int,
    day: date,
    document: str,
    bearer: str = "",
    account: str = "",
    organisation_id: int | None = None,
    person: int | None = None,
    note: str = "",
) -> Voucher:
    """Enter a voucher that another will check: one of `vouchers.KINDS`, or `opening` for an opening balance or a
    restatement of one `account`, a debit positive. Nothing is in the books yet.

    Raises M109 for what cannot be, M111 for a document that is entered already, A114.
    """
    if kind != OPENING and kind not in KINDS:
        raise fail("M109", why=kind)
    if (kind == OPENING) != (account in ACCOUNTS and account not in _OF_ITSELF):
        raise fail("M109", why=account or "科目")
    if not 0 < abs(fen) <= MAX_FEN or (fen < 0 and kind != OPENING):
        raise fail("M109", why=str(fen))
    if day > clock.today() or not document.strip() or not fund.strip():
        raise fail("M109", why=f"{day} {document} {fund}")
    if scheme not in pack_in_force().region.schemes:
        raise fail("M109", why=scheme)
    where = organisation(agency)
    if where.kind != "agency":
        raise fail("A114")
    to = None if organisation_id is None else organisation(organisation_id)
    try:
        with transaction.atomic():
            return Voucher.objects.create(
                kind=kind,
                account=account,
                agency=where,
                scheme=scheme,
                fund=fund,
                bearer=bearer,
                year=year,
                organisation=to,
                person=person,
                fen=fen,
                day=day,
                document=document,
                note=note,
                made_by=actor().user,
                made_at=clock.now(),
            )
    except IntegrityError as error:
        raise fail("M111", document=document) from error


@command("ledger.decide_voucher", needs="ledger.check")
def decide_voucher(*, voucher_id: int, approve: bool, reason: str) -> Voucher:
    """Check a voucher: approved it is entered in the books, refused it never was.

    Raises A114, M110 when it is decided, A112 for whoever made it, M108 where a bank account would run below zero.
    """
    found = Voucher.objects.filter(id=voucher_id).first()
    if found is None:
        raise fail("A114")
    lock(("voucher", found.pk), bank_key(found.scheme))
    found.refresh_from_db(fields=["state"])
    if found.state != "open":
        raise fail("M110", voucher=found.pk)
    if found.made_by is not None and found.made_by == actor().user:
        raise fail("A112")
    found.state, found.checked_by, found.opinion = "approved" if approve else "refused", actor().user, reason
    found.save()
    if approve:
        _enter(found)
    return found


def _enter(voucher: Voucher) -> None:
    fund = Fund(voucher.scheme, voucher.agency_id, voucher.fund, voucher.year, voucher.bearer)
    for debit, credit in pairs(voucher.kind, voucher.account):
        leaves = debit if voucher.fen < 0 else credit
        if leaves in BANKS:
            must_hold(leaves, voucher.scheme, voucher.day, abs(voucher.fen))
        legs = [
            Leg(debit, fund, voucher.fen, voucher.organisation_id, voucher.person),
            Leg(credit, fund, -voucher.fen, voucher.organisation_id, voucher.person),
        ]
        post(voucher.kind, f"voucher {voucher.pk}", voucher.day, legs, voucher.note)
