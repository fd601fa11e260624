"""Settling a visit: one durable transaction in which everything happens, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tongchou.engines.benefits.claim import Settlement
from tongchou.ground.errors import fail
from tongchou.record.accounts import entries
from tongchou.record.audit import trail
from tongchou.record.audit.command import at_last, command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.base.pipeline import Rows
from tongchou.record.base.prepared import DRAW, Statement
from tongchou.record.base.remembered import Parameter, Remembered
from tongchou.record.base.scope import system
from tongchou.record.packs.queries import IN_FORCE, hash_in_force
from tongchou.record.people.models import Membership
from tongchou.record.settlement import reading
from tongchou.record.settlement.asking import Asked, answer_in, asking, message_key
from tongchou.record.settlement.claims import Choice, claim_of
from tongchou.record.settlement.keeping import keeping
from tongchou.record.settlement.models import Event
from tongchou.record.settlement.rules import Rules, rules_of
from tongchou.record.settlement.stepping import Settled, account_scheme, settle_claim
from tongchou.record.visits.keeping import check_keeper
from tongchou.record.visits.models import Visit

_ALL = system("what was answered is answered again")
OWN = Choice()
NOTHING: Mapping[str, int] = {}
TOLERANCE = 1
"""Fen by which a total that somebody sums may differ from ours (rounding of sums)."""


@command("settlement.settle", needs="settlement.write")
def settle(
    *,
    visit_id: int,
    batch: str = "",
    choice: Choice = OWN,
    asked: Asked | None = None,
    expected: int | None = None,
    told: Mapping[str, int] = NOTHING,
) -> Event:
    """Settle the lines of a visit that are not settled, of one charge `batch` when it is named.

    A message that came before is answered as it was. `expected`: the cash in fen that a trial told; when it has changed
    nothing is settled. `told`: amounts in fen by national field, of which whoever sums rounded parts may be a fen off.
    Raises V101 and V102 about the message, V103 where nothing is left to settle, V106 where an article refuses, V108
    where the cash is not as expected, V110 where an amount is not as told, V231 for a manual claim, A114.
    """
    person, institution, homes = whose(visit_id)
    message = {message_key(institution, asked.msgid)} if asked is not None else set()
    ((number, in_force),), *read = lock(
        *lock_keys(person, choice, homes),
        *message,
        then=[
            Statement(_BEGIN, ["settlement_event", clock.now()]),
            *reading.asking(visit_id, person, homes, reading.unsettled(visit_id, batch)),
            *asking(institution, asked),
        ],
    )
    before = answer_in(read[reading.STATEMENTS :], asked, "settle")
    if before is not None and before.event is not None:
        return Event.objects.within(_ALL).get(id=before.event)
    known, rules = reading.found(read[: reading.STATEMENTS], homes), _rules(in_force)
    check_keeper(known.visit)
    settled = settled_of(known, choice, rules)
    if expected is not None and settled.result.cash != expected:
        raise fail("V108", cash=settled.result.cash, expected=expected)
    event, statements = keeping(known.visit, settled, rules, number, asked=asked)
    for name, fen in told.items():
        if abs(fen - event.fields[name]) > TOLERANCE:
            raise fail("V110", name=name, expected=event.fields[name], given=fen)
    at_last(*statements)
    return event


def trial(*, visit_id: int, batch: str = "", choice: Choice = OWN) -> Settlement:
    """What settling now would give. It records nothing and holds nothing; raises as `settle` does."""
    actor().needs("settlement.trial")
    person, _, homes = whose(visit_id)
    asking = reading.asking(visit_id, person, homes, reading.unsettled(visit_id, batch))
    in_force, *read = trail.seen("settlement.trial", [person], after=[asking_rules(), *asking])
    return settled_of(reading.found(read, homes), choice, rules_in(in_force)).result


_BEGIN = f"SELECT {DRAW}, ({IN_FORCE})"
"""A number for the event, and the pack in force."""


def rules_now() -> Rules:
    """The rules in force. Raises G104 when no pack was activated."""
    return _rules(hash_in_force())


def asking_rules() -> Statement:
    """The statement of `rules_now`, for `rules_in`."""
    return Statement(IN_FORCE, [clock.now()])


def rules_in(found: Rows) -> Rules:
    """The rules that `asking_rules` found. Raises G104 when it found none."""
    return _rules(found[0][0] if found else None)


def _rules(hash_: str | None) -> Rules:
    if hash_ is None:
        raise fail("G104")
    return rules_of(hash_)


def known_of(visit: int, person: int, homes: Sequence[Membership], batch: str = "") -> reading.Known:
    """What is known of a visit, and its lines that are not settled."""
    return reading.read(visit, person, homes, reading.unsettled(visit, batch))


def lock_keys(person: int, choice: Choice, homes: Iterable[Membership]) -> set[tuple[str, object]]:
    """The person, the households, and every account that may pay."""
    owners = {person, *([choice.account_person] if choice.account_person else [])}
    return {
        ("settling", person),
        *(("household", one.household_id) for one in homes),
        *entries.lock_keys(owners),
    }


def whose(visit: int) -> tuple[int, int, list[Membership]]:
    """Person, institution, and the households of the person over time: what there is to lock. The visit itself is read
    under the lock, for it may be changed or cancelled meanwhile. Raises A114."""
    found = _WHOSE.all(id=visit)
    if not found:
        raise fail("A114")
    person, institution = found[0][:2]
    homes = [Membership(person_id=person, household_id=one, during=during) for *_, one, during in found if one]
    return person, institution, homes


_HOME = ("person__memberships__household_id", "person__memberships__during")
_WHOSE: Remembered[tuple[Any, ...]] = Remembered(
    lambda scope: (
        Visit.objects.within(scope).filter(id=Parameter("id")).values_list("person_id", "institution_id", *_HOME)
    )
)


def settled_of(known: reading.Known, choice: Choice, rules: Rules) -> Settled:
    """The settlement of these lines; nothing is written. Raises V103 where there are none, V109 for a visit that was
    cancelled."""
    visit = known.visit
    if visit.state == "cancelled":
        raise fail("V109", visit=visit.number)
    if not known.charges:
        raise fail("V103")
    claim = claim_of(known, rules, choice, f"v{visit.pk}.{known.charges[0].number}")
    return settle_claim(claim, rules, account_scheme(claim), known)
