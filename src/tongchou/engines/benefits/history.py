"""Events in the order of their numbers: settlements and reversals. State is their fold and can always be rebuilt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tongchou.engines.benefits.claim import Claim, Refusal, Result, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.lines import remember
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.errors import ProblemError, fail

SETTLE, REVERSE = "settle", "reverse"


@dataclass(frozen=True)
class Event:
    """Something that happened, numbered from 1. A reversal names the event it voids; `because` the event that made
    it necessary (re-settlement after a reversal)."""

    number: int
    kind: str
    claim: Claim
    settlement: Settlement
    reverses: int | None = None
    because: int | None = None


@dataclass
class History:
    """The events of one household under one engine, oldest first, and the state they fold to."""

    engine: Engine
    opening: State = field(default_factory=State)
    events: list[Event] = field(default_factory=list)
    affected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.state = self.opening.copy()

    def settle(self, claim: Claim, because: int | None = None) -> Result:
        """Settle a claim and record it. A claim id that is live is refused (C021); a reversed one may come again."""
        if any(e.claim.id == claim.id for e in self.live()):
            return Refusal(claim, None, tuple(fail("C021", claim=claim.id).problems))
        result = self.engine.settle(claim, self.state)
        if isinstance(result, Settlement):
            self.events.append(Event(len(self.events) + 1, SETTLE, claim, result, because=because))
        return result

    def reverse(self, claim_id: str) -> list[Event]:
        """Void a settlement under the region's policy; returns the new events.

        `refuse`: not while a later live settlement shares its state. `freeze`: later ones stand and are listed in
        `affected`. `resettle`: later ones that share state are reversed and settled anew, newest first out, oldest
        first in.

        Raises:
            ProblemError: C019 nothing live by that id; C020 refused because of a later settlement.
        """
        event = next((e for e in self.live() if e.claim.id == claim_id), None)
        if event is None:
            raise fail("C019", claim=claim_id)
        later = self._sharing(event)
        policy = self.engine.pack.region.reversal
        if later and policy == "refuse":
            raise fail("C020", later=later[-1].claim.id)
        start = len(self.events)
        if policy == "resettle":
            for other in reversed(later):
                self._void(other, because=event.number)
        self._void(event)
        if policy == "freeze":
            self.affected.update(e.number for e in later)
        elif policy == "resettle":
            self._settle_again(later, event.number, start)
        return self.events[start:]

    def live(self) -> list[Event]:
        """Settlements not reversed, oldest first."""
        voided = {e.reverses for e in self.events if e.kind == REVERSE}
        return [e for e in self.events if e.kind == SETTLE and e.number not in voided]

    def _sharing(self, event: Event) -> list[Event]:
        """Later live settlements that looked at what this one changed, or returned its lines; and theirs in turn."""
        changed = set(event.settlement.state_delta)
        lines = {line.id for line in event.claim.lines}
        sharing = []
        for other in self.live():
            returns = any(line.original in lines for line in other.claim.lines)
            if other.number > event.number and (changed & other.settlement.reads or returns):
                sharing.append(other)
                changed |= set(other.settlement.state_delta)
                lines |= {line.id for line in other.claim.lines}
        return sharing

    def _void(self, event: Event, because: int | None = None) -> None:
        number = len(self.events) + 1
        self.events.append(Event(number, REVERSE, event.claim, event.settlement, event.number, because))
        self.state = fold(self.opening, self.events)

    def _settle_again(self, later: Sequence[Event], because: int, start: int) -> None:
        for other in later:
            result = self.settle(other.claim, because)
            if isinstance(result, Refusal):
                del self.events[start:]
                self.state = fold(self.opening, self.events)
                raise ProblemError(*(result.problems or fail("C020", later=other.claim.id).problems))


def fold(opening: State, events: Iterable[Event]) -> State:
    """The state after these events: what live settlements added to the opening state, and nothing of voided ones."""
    events = list(events)
    voided = {e.reverses for e in events if e.kind == REVERSE}
    state = opening.copy()
    for event in events:
        if event.kind == SETTLE and event.number not in voided:
            delta: dict[Key, int] = dict(event.settlement.state_delta)
            state.apply(delta)
            for part in event.settlement.notes.get("parts", (event.settlement,)):
                remember(part.claim, part.notes["splits"], state)
    return state


def replay(engine: Engine, opening: State, events: Sequence[Event]) -> History:
    """Run the recorded commands again, in order; equal events come out when nothing but the record was lost."""
    history = History(engine, opening)
    for event in events:
        if event.because is not None:
            continue  # made by the reversal that comes, or came, before it
        if event.kind == SETTLE:
            history.settle(event.claim)
        else:
            history.reverse(event.claim.id)
    return history
