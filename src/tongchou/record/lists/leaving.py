"""特病单议: an institution applies that a case leave payment by DRG or DIP; the agency decides."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from tongchou.ground.errors import fail
from tongchou.record.audit import trail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.lists.models import ExitApplication, SettlementList
from tongchou.record.lists.settled import list_of, settled, standing

ITEMS = "items"
"""Under which name the items of an application stand in what was said."""
_LIVE = ("applied", "approved")


@command("lists.apply_exit", needs="settlement.write")
def apply_exit(*, event_id: int, kind: str, why: str, said: Mapping[str, Any]) -> ExitApplication:
    """Apply for a case that has a list. Raises A114, N351 for a settlement that was reversed, N354 for one without a
    list, N377 where an application is open or approved."""
    event = settled(event_id)
    lock(("exit", event.pk))
    of = list_of(standing(event))
    row = ExitApplication(
        of=of,
        kind=kind[:50],
        reason=why[:500],
        said=_sealed(said),
        by=actor().name[:100],
        applied_by=actor().user,
        applied_at=clock.now(),
        changed_at=clock.now(),
    )
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise fail("N377") from error
    return row


@command("lists.change_exit", needs="settlement.write")
def change_exit(*, application_id: int, kind: str, why: str, said: Mapping[str, Any]) -> ExitApplication:
    """Change what was applied for, while it is open; what is not said again stays. Raises N379, N378."""
    row = _open(application_id)
    row.kind, row.reason = kind[:50] or row.kind, why[:500] or row.reason
    row.said, row.changed_at = _sealed({**said_of(row), **said}), clock.now()
    row.save()
    return row


@command("lists.withdraw_exit", needs="settlement.write")
def withdraw_exit(*, application_id: int) -> ExitApplication:
    """Withdraw what nobody has decided on; again changes nothing. Raises N379, N378."""
    row = _open(application_id, but="withdrawn")
    row.state, row.changed_at = "withdrawn", clock.now()
    row.save()
    return row


@command("lists.decide_exit", needs="lists.decide")
def decide_exit(*, application_id: int, approve: bool, reason: str) -> ExitApplication:
    """Let a case leave its group, or not; the reason is what the institution reads. Raises A114, N378, N351 for a
    settlement that was reversed, A112 for whoever applied."""
    row = _open(application_id, unknown="A114")
    standing(row.of.event)
    if row.applied_by is not None and row.applied_by == actor().user:
        raise fail("A112")
    row.state, row.opinion = "approved" if approve else "refused", reason
    row.decided_by, row.decided_name, row.decided_at = actor().user, actor().name[:100], clock.now()
    row.changed_at = row.decided_at
    row.save()
    return row


def applications(*, state: str = "", event_id: int | None = None, person_id: int | None = None) -> QuerySet[Any]:
    """Applications in scope, the latest first; whoever reads a page calls `looked_at`."""
    actor().needs("settlement.read")
    asked: dict[str, Any] = {"state": state or None, "of__event": event_id, "of__event__person": person_id}
    rows = ExitApplication.objects.select_related(
        "of__event__person", "of__event__institution__organisation", "of__event__visit"
    )
    rows = rows.defer("of__event__claim", "of__event__delta", "of__event__reads", "of__event__trace")
    return rows.filter(**{name: value for name, value in asked.items() if value is not None}).order_by("-id")


def application(*, application_id: int) -> ExitApplication:
    """One application in scope. Raises A114."""
    found = applications().filter(id=application_id).first()
    if found is None:
        raise fail("A114")
    looked_at("lists.application", [found])
    return found


def looked_at(name: str, rows: list[ExitApplication]) -> None:
    """These applications were read."""
    trail.seen(name, {one.of.event.person_id for one in rows})


def said_of(row: ExitApplication) -> dict[str, Any]:
    """What an institution said of its application."""
    found: dict[str, Any] = json.loads(row.said)
    return found


def items_of(of: SettlementList) -> list[Any]:
    """The items for which the application of a list is made, that is open or approved."""
    row = of.exits.filter(state__in=_LIVE).first()
    return [] if row is None else list(said_of(row).get(ITEMS, []))


def _open(number: int, but: str = "", unknown: str = "N379") -> ExitApplication:
    """An application in scope that waits, or is in the state `but` already. Raises `unknown` for none, N378."""
    lock(("exit application", number))
    found = ExitApplication.objects.select_related("of__event").filter(id=number).first()
    if found is None:
        raise fail(unknown, number=number)
    if found.state not in ("applied", but):
        raise fail("N378", state=found.get_state_display())
    return found


def _sealed(said: Mapping[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, default=str)
