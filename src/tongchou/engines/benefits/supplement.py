"""重算补差: settle a household's live claims again with corrected facts or a corrected pack, and say who owes whom.

Source: design “Events, order, correction”; constructs C15. What was settled stands; differences are new events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tongchou.engines.benefits.claim import Claim, Refusal, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.history import History
from tongchou.engines.benefits.state import State


@dataclass(frozen=True)
class Difference:
    """New minus old, fen: of one payer (a layer, `cash` or `hospital`) for one claim."""

    claim_id: str
    person_id: str
    provider: str
    payer: str
    old: int
    new: int

    @property
    def amount(self) -> int:
        return self.new - self.old


@dataclass(frozen=True)
class Supplement:
    """The differences of a supplementary calculation. Those of one claim always add up to nothing."""

    differences: tuple[Difference, ...]
    refused: tuple[Refusal, ...]
    state: State

    def by_payer(self) -> dict[str, int]:
        return self._sum(lambda d: d.payer)

    def by_person(self) -> dict[str, int]:
        """What each person gets (negative cash difference) or owes, fen."""
        return self._sum(lambda d: d.person_id, only="cash")

    def by_provider(self) -> dict[str, int]:
        return self._sum(lambda d: d.provider, only="hospital")

    def _sum(self, key: Callable[[Difference], str], only: str | None = None) -> dict[str, int]:
        sums: dict[str, int] = {}
        for difference in self.differences:
            if only is None or difference.payer == only:
                sums[key(difference)] = sums.get(key(difference), 0) + difference.amount
        return sums


def supplement(history: History, engine: Engine, correct: Callable[[Claim], Claim] = lambda claim: claim) -> Supplement:
    """Re-settle the live claims of a history in event order with `engine` and corrected facts.

    A claim that the corrected facts refuse comes back in `refused`: its whole payment is then a difference.
    """
    state = history.opening.copy()
    differences: list[Difference] = []
    refused: list[Refusal] = []
    for event in history.live():
        result = engine.settle(correct(event.claim), state)
        if isinstance(result, Refusal):
            refused.append(result)
        differences += _differences(event.settlement, result)
    return Supplement(tuple(d for d in differences if d.amount), tuple(refused), state)


def _differences(old: Settlement, new: Settlement | Refusal) -> list[Difference]:
    before = _payers(old)
    after = _payers(new) if isinstance(new, Settlement) else {"cash": old.claim.total}
    claim = old.claim
    provider = str(claim.facts.get("provider", ""))
    return [
        Difference(claim.id, claim.person_id, provider, payer, before.get(payer, 0), after.get(payer, 0))
        for payer in {**before, **after}
    ]


def _payers(settlement: Settlement) -> dict[str, int]:
    return {**settlement.paid, "hospital": settlement.hospital, "cash": settlement.cash}
