"""The same claims with and without the counter's memory, and what must be equal of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from tongchou.engines.benefits.claim import Claim, Result, Settlement
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import explain, to_text
from tongchou.engines.benefits.state import State
from tongchou.ground.region.pack import Pack

MADE_ANEW = ("plan", "facts", "reading")
"""Notes that are other objects in another engine; an explanation is made out of them."""


class Both:
    """Two engines of one region, each with its own state; only one remembers."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.quick, self.slow = Engine(pack), Engine(pack, remembering=False)
        self.states = State(), State()
        self.known = 0

    def settle(self, claims: Iterable[Claim]) -> list[str]:
        """The claims that the two settle differently; `known` counts those that were settled from memory."""
        return [claim.id for claim in claims if not self._alike(claim)]

    def _alike(self, claim: Claim) -> bool:
        look = self.quick.counter.look(claim, self.states[0])
        self.known += look is not None and look.known is not None
        one, other = self.quick.settle(claim, self.states[0]), self.slow.settle(claim, self.states[1])
        return said(one) == said(other) and self.states[0] == self.states[1]

    def explained(self, claim: Claim) -> tuple[str, str]:
        """The claim explained by either, after the claims so far."""
        one, other = (
            engine.trial(claim, state) for engine, state in zip((self.quick, self.slow), self.states, strict=True)
        )
        return to_text(explain(one, self.pack)), to_text(explain(other, self.pack))


def said(result: Result) -> Any:
    """All that a result says, in a form that can be compared."""
    if not isinstance(result, Settlement):
        return result
    found = {one.name: getattr(result, one.name) for one in fields(result)}
    notes = {name: note for name, note in found.pop("notes").items() if name not in MADE_ANEW}
    return found, {**notes, "parts": [said(part) for part in notes.get("parts", ())]}


def bands(result: Result) -> list[Any]:
    return [layer.bands for layer in result.layers] if isinstance(result, Settlement) else []
