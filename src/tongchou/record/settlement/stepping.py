"""One claim on the state as it is: nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tongchou.engines.benefits.claim import Claim, Refusal, Settlement
from tongchou.engines.benefits.state import Key
from tongchou.ground.errors import ProblemError, fail
from tongchou.record.accounts.entries import Held, held
from tongchou.record.accounts.models import Sharing
from tongchou.record.base.scope import system
from tongchou.record.settlement.reading import Known
from tongchou.record.settlement.rules import Rules
from tongchou.record.settlement.state import ACCOUNT, state_of

_ALL = system("whose account pays was authorised by its owner")


@dataclass(frozen=True)
class Settled:
    """A claim with its settlement, and the accounts that it may draw on: of which insurance, as they stand, and what
    of them was free to be drawn, in fen."""

    claim: Claim
    result: Settlement
    account_scheme: str
    accounts: Sequence[Held]
    balances: Mapping[Key, int]


def settle_claim(claim: Claim, rules: Rules, insurance: str, known: Known | None = None) -> Settled:
    """The settlement of a claim on the state as it is; accounts that may pay are of the `insurance`. `known`: what was
    read of the person's accounts and of what was used up.

    Raises V106 for a refusal by an article, else its problems.
    """
    kinds = [] if claim.facts.get("account_use") == "none" else rules.accounts(claim.scheme, claim.kind)
    if known is not None and claim.account_person is None:
        accounts = known.accounts
    else:
        accounts = held([int((claim.account_person or claim.person_id)[1:])]) if kinds else []
    state = state_of(claim, kinds, insurance, accounts, None if known is None else known.used)
    balances = {key: fen for key, fen in state.amounts.items() if key.name.startswith(ACCOUNT)}
    result = rules.engine.settle(claim, state)
    if isinstance(result, Refusal):
        if result.guard is not None:
            raise fail("V106", why=result.because or result.guard, cite=result.cite or "")
        raise ProblemError(*result.problems)
    return Settled(claim, result, insurance, accounts, balances)


def account_scheme(claim: Claim) -> str:
    """The insurance whose accounts pay: the claim's own, or that under which a relative's is shared."""
    if claim.account_person is None:
        return claim.scheme
    day, owner, relative = claim.facts["settled"], int(claim.account_person[1:]), int(claim.person_id[1:])
    shared = Sharing.objects.within(_ALL).filter(owner=owner, relative=relative, during__contains=day).first()
    return claim.scheme if shared is None else str(shared.insurance)
