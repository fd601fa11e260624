"""Commands on agreements: apply, then step after step, each proposed by one and decided by another (HOS-01, HOS-08)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from tongchou.ground.errors import fail
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.periods import days
from tongchou.record.base.scope import system
from tongchou.record.providers.budgets import BudgetLine, check_budgets, keep_budgets, lines_of
from tongchou.record.providers.institutions import kept
from tongchou.record.providers.models import Agreement, Step, Suspension
from tongchou.record.providers.queries import agreement, institution

_BEFORE = ("applied", "evaluated", "negotiated")


@command("providers.apply", needs="providers.apply")
def apply(*, institution_id: int, kind: str, reason: str, terms: dict[str, Any] | None = None) -> Agreement:
    """Apply for an agreement of a kind, with what the applicant wishes it to say. Raises H302 when an application for
    the kind is under way, H201 for an institution that closed."""
    lock(("agreement of", f"{institution_id}:{kind}"))
    where, today = institution(institution_id), clock.today()
    if where.closed is not None and where.closed < today:
        raise fail("H201", what=where.name)
    if where.agreements.filter(kind=kind, state__in=_BEFORE).exists():
        raise fail("H302")
    return Agreement.objects.create(
        institution=where, kind=kind, terms=terms or {}, applied_on=today, applied_by=actor().user
    )


@command("providers.propose_step", needs="providers.write")
def propose_step(
    *,
    agreement_id: int,
    verb: str,
    reason: str,
    terms: dict[str, Any] | None = None,
    number: str = "",
    first: date | None = None,
    last: date | None = None,
    basis: str = "",
    budgets: Sequence[BudgetLine] = (),
) -> Step:
    """Propose what is to be done next with an agreement.

    `negotiate` brings the terms agreed on; `sign` a number and a period; `suspend` a period; `resume` the first day
    on which it holds again; `end` the last day, with the document it rests on when that day has passed; `budget` the
    lines of a yearly budget.

    Raises H301 where the agreement is not so far, H302 while another step is open, H306 for what is missing, H309 for a
    budget that cannot be, and what the decision would raise.
    """
    lock(("agreement", agreement_id))
    found = agreement(agreement_id)
    step = Step(
        agreement=found,
        verb=verb,
        terms={"budgets": [asdict(one) for one in budgets]} if budgets else terms,
        number=number.strip() or None,
        first=first,
        last=last,
        basis=basis.strip(),
        reason=reason,
        proposed_by=actor().user,
        proposed_at=clock.now(),
    )
    _check(step)
    if found.steps.filter(state="open").exists():
        raise fail("H302")
    return _saved(step)


@command("providers.decide_step", needs="providers.decide")
def decide_step(*, step_id: int, approve: bool, reason: str) -> Step:
    """Decide on a step; approved, it takes effect at once. Raises A112 for whoever proposed it or applied, H303 when
    it is decided, and what proposing raises when things have changed since."""
    step = Step.objects.select_related("agreement__institution__organisation").filter(id=step_id).first()
    if step is None:
        raise fail("A114")
    deal = step.agreement
    lock(("agreement", deal.pk), ("agreement of", f"{deal.institution_id}:{deal.kind}"))
    step = Step.objects.select_related("agreement__institution__organisation").get(id=step_id)
    if step.state != "open":
        raise fail("H303")
    me = actor().user
    if me is not None and me in (step.proposed_by, step.agreement.applied_by):
        raise fail("A112")
    if approve:
        _check(step)
        _VERBS[step.verb].do(step.agreement, step)
    step.state, step.opinion = "approved" if approve else "refused", reason
    step.decided_by, step.decided_at = me, clock.now()
    step.save()
    return step


@dataclass(frozen=True)
class _Verb:
    """From which states, what must be given (field → words for it), and what it does."""

    at: tuple[str, ...]
    do: Callable[[Agreement, Step], None]
    needs: tuple[tuple[str, str, str], ...] = ()


def _check(step: Step) -> None:
    deal, verb = step.agreement, _VERBS.get(step.verb)
    verbs, states = dict(Step.VERBS), dict(Agreement.STATES)
    said = {"verb": verbs.get(step.verb, step.verb), "verb_en": step.verb}
    if verb is None or deal.state not in verb.at:
        raise fail("H301", state=states[deal.state], state_en=deal.state, **said)
    for field, zh, en in verb.needs:
        if not getattr(step, field):
            raise fail("H306", what=zh, what_en=en, **said)
    if step.first is not None and step.last is not None and step.last < step.first:
        raise fail("H104", what=f"{step.first} – {step.last}")
    if step.verb == "sign":
        _free(deal, step)
    elif step.verb == "end":
        _may_end(deal, step)
    elif step.verb in ("suspend", "resume"):
        _within(deal, step)
    if (step.verb == "budget") != ("budgets" in (step.terms or {})):
        raise fail("H309", what="budgets")
    if step.verb == "budget":
        check_budgets(deal, lines_of(step))


def _free(deal: Agreement, step: Step) -> None:
    """Raises H304 where another agreement of the kind is in force, H102 for a number in use."""
    other = Agreement.objects.filter(
        institution=deal.institution, kind=deal.kind, during__overlap=days(step.first, step.last)
    ).first()
    if other is not None:
        raise _taken(other.during)
    known = Agreement.objects.within(system("a number is one agreement's in the whole region"))
    if known.filter(number=step.number).exists():
        raise fail("H102", what=step.number)


def _taken(during: DateRange) -> Exception:
    return fail("H304", since=during.lower, through="…" if during.upper is None else during.upper)


def _may_end(deal: Agreement, step: Step) -> None:
    """Raises H104 for a last day outside the period, H305 for one that has passed with no document behind it."""
    if step.last < deal.during.lower or (deal.during.upper is not None and step.last >= deal.during.upper):
        raise fail("H104", what=f"{deal.during.lower} – {step.last}")
    if step.last < clock.today() and not step.basis:
        raise fail("H305", last=step.last)


def _within(deal: Agreement, step: Step) -> None:
    """Raises H104 for a period that is not the agreement's, H105 for one that is suspended already, H307 where there
    is nothing to resume."""
    period = days(step.first, step.last)
    if step.verb == "resume":
        if not deal.suspensions.filter(during__contains=step.first).exists():
            raise fail("H307", day=step.first)
        return
    ends = deal.during.upper
    if step.first < deal.during.lower or (ends is not None and (period.upper is None or period.upper > ends)):
        raise fail("H104", what=f"{step.first} – {step.last or '…'}")
    if deal.suspensions.filter(during__overlap=period).exists():
        raise fail("H105", what=str(step.first))


def _saved(step: Step) -> Step:
    try:
        with transaction.atomic():
            step.save()
    except IntegrityError as error:
        raise fail("H302") from error
    return step


def _becomes(state: str) -> Callable[[Agreement, Step], None]:
    def do(deal: Agreement, step: Step) -> None:
        deal.state = state
        if step.terms is not None:
            deal.terms = step.terms
        deal.save()

    return do


def _sign(deal: Agreement, step: Step) -> None:
    deal.state, deal.number, deal.during = "signed", step.number, days(step.first, step.last)
    try:
        with transaction.atomic():
            deal.save()
    except IntegrityError as error:
        raise _taken(deal.during) from error


def _suspend(deal: Agreement, step: Step) -> None:
    kept(Suspension(agreement=deal, why=step.reason, during=days(step.first, step.last)), str(step.first))


def _resume(deal: Agreement, step: Step) -> None:
    stopped = deal.suspensions.get(during__contains=step.first)
    if stopped.during.lower == step.first:
        stopped.delete()  # it never was; the steps tell that it was to be
    else:
        stopped.during = DateRange(stopped.during.lower, step.first)
        stopped.save()


def _end(deal: Agreement, step: Step) -> None:
    deal.state, deal.during = "ended", days(deal.during.lower, step.last)
    deal.save()


def _budget(deal: Agreement, step: Step) -> None:
    keep_budgets(deal, step, lines_of(step))


_FIRST, _LAST = ("first", "开始日期", "its first day"), ("last", "最后一天", "its last day")
_VERBS = {
    "evaluate": _Verb(("applied",), _becomes("evaluated")),
    "negotiate": _Verb(("evaluated",), _becomes("negotiated"), (("terms", "条款", "the terms"),)),
    "sign": _Verb(("negotiated",), _sign, (("number", "协议编号", "a number"), _FIRST, _LAST)),
    "refuse": _Verb(_BEFORE, _becomes("refused")),
    "suspend": _Verb(("signed",), _suspend, (_FIRST,)),
    "resume": _Verb(("signed",), _resume, (_FIRST,)),
    "end": _Verb(("signed",), _end, (_LAST,)),
    "budget": _Verb(("negotiated", "signed"), _budget, (("terms", "预算", "the lines of the budget"),)),
}
