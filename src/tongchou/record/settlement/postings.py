"""What a settlement means in the books: each layer's payment is owed to the institution by whoever bears it.

Personal accounts are in the books as sums of a scheme and county; whose account it was is kept with the account. They
are credited by the million, and a liability per person in both places would have to be compared for ever.
"""

from __future__ import annotations

from collections.abc import Iterator

from tongchou.engines.benefits.claim import Settlement
from tongchou.ground.region.headers import Layer
from tongchou.record.ledger.posting import Fund, Leg
from tongchou.record.settlement.rules import Rules

SETTLED, REVERSED = "settlement", "reversal"


def legs_of(
    settlement: Settlement,
    rules: Rules,
    county: int,
    institution: int | None,
    payee: int | None = None,
    owner: tuple[str, int] | None = None,
) -> list[Leg]:
    """The postings of a settlement: owed to the institution (an organisation's number), or, for a manual claim, to the
    person `payee` who paid it beforehand. `owner`: scheme and county of the relative whose account pays."""
    scheme = settlement.claim.scheme
    layers = rules.pack.layers[scheme]
    own, year = owner or (scheme, county), int(settlement.year)
    found: list[Leg] = []
    for name, fen in settlement.paid.items():
        layer = layers[name]
        if fen and layer.bearer != "hospital":
            whose = own if layer.payer == "account" else (scheme, county)
            fund = Fund(*whose, layer.account or layer.fund or layer.name, year, layer.bearer)
            found += _legs(layer, fund, institution, payee, fen)
    return found


def _legs(layer: Layer, fund: Fund, institution: int | None, payee: int | None, fen: int) -> Iterator[Leg]:
    if layer.payer == "account":
        yield Leg("account_liability", fund, fen)
    elif layer.bearer == "fund":
        yield Leg("benefit_accrued", fund, fen)
    else:
        yield Leg("bearer_due", fund, fen)
    if payee is not None:
        yield Leg("person_payable", fund, -fen, person=payee)
    else:
        yield Leg("provider_payable", fund, -fen, organisation=institution)
