"""Propose a pack, and activate it: two people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tongchou.engines.benefits.cases import run_cases
from tongchou.engines.contributions.cases import run_cases as run_contribution_cases
from tongchou.engines.filings.cases import run_cases as run_filing_cases
from tongchou.engines.fund.cases import run_cases as run_fund_cases
from tongchou.engines.indicators.cases import run_cases as run_target_cases
from tongchou.engines.payment.budget_cases import run_cases as run_budget_cases
from tongchou.engines.payment.quota_cases import run_cases as run_quota_cases
from tongchou.engines.supervision.cases import run_cases as run_supervision_cases
from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.lint import lint
from tongchou.ground.region.load import load_region
from tongchou.ground.region.outcomes import FAILED
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.packs.groups import check_all
from tongchou.record.packs.models import Activation, StoredPack


@command("packs.propose", needs="packs.propose")
def propose(*, folder: str, reason: str) -> StoredPack:
    """Store the resolved pack of a folder on the server. Proposing what is stored already changes nothing.

    Raises every problem that loading it or lint finds, warnings aside, those of its catalogue and grouper, and G105
    when a case of its own does not hold.
    """
    pack = load_region(Path(folder))
    errors = [problem for problem in lint(pack, today=clock.today()) if problem.severity == "error"]
    if errors:
        raise ProblemError(*errors)
    check_all(pack)
    outcomes = [
        *run_cases(pack),
        *run_contribution_cases(pack),
        *run_filing_cases(pack),
        *run_budget_cases(pack),
        *run_quota_cases(pack),
        *run_fund_cases(pack),
        *run_supervision_cases(pack),
        *run_target_cases(pack),
    ]
    failed = [outcome.entry.case.id for outcome in outcomes if outcome.status == FAILED]
    if failed:
        raise fail("G105", count=len(failed), first=failed[0])
    lock(("pack", pack.hash))
    known = StoredPack.objects.filter(hash=pack.hash).first()
    return known or StoredPack.objects.create(
        hash=pack.hash,
        region=pack.region.code,
        name=pack.region.name.zh,
        content=dict(pack.resolved),
        proposed_by=actor().user,
        proposed_at=clock.now(),
    )


@command("packs.activate", needs="packs.activate")
def activate(*, hash: str, reason: str, since: datetime | None = None) -> Activation:  # noqa: A002 (the field's name)
    """Put a stored pack in force, now or from a moment to come.

    Raises G101 for an unknown pack, A112 for whoever proposed it, G102 for a moment that has passed, G103 for another
    region than the one in force.
    """
    pack = _pack(hash)
    lock(("packs", "in force"))
    now = clock.now()
    if since is not None and since < now:
        raise fail("G102")
    before = in_force_at(now)
    if before is not None and before.region != pack.region:
        raise fail("G103", region=before.region)
    return _decide(pack, "activated", since or now, reason)


@command("packs.refuse", needs="packs.activate")
def refuse(*, hash: str, reason: str) -> Activation:  # noqa: A002 (the field's name)
    """Decide that a stored pack is not put in force."""
    return _decide(_pack(hash), "refused", clock.now(), reason)


def in_force_at(moment: datetime) -> StoredPack | None:
    """The stored pack that is in force at a moment, as far as is decided by now."""
    last = (
        Activation.objects.filter(decision="activated", since__lte=moment)
        .select_related("pack")
        .defer("pack__content")  # large, and remembered by those who need it
        .order_by("since", "id")
        .last()
    )
    return None if last is None else last.pack


def _decide(pack: StoredPack, decision: str, since: datetime, reason: str) -> Activation:
    me = actor().user
    if me is not None and me == pack.proposed_by:
        raise fail("A112")
    return Activation.objects.create(
        pack=pack,
        decision=decision,
        since=since,
        decided_at=clock.now(),
        decided_by=me,
        proposed_by=pack.proposed_by,
        reason=reason,
    )


def _pack(hash_: str) -> StoredPack:
    found = StoredPack.objects.filter(hash=hash_).first()
    if found is None:
        raise fail("G101", hash=hash_)
    return found
