"""What earlier runs left behind, for a run that goes on after them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tongchou.engines.benefits.from_tables import Intake, Turn
from tongchou.engines.benefits.state import Key, State
from tongchou.ground.errors import fail

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.benefits.bulk.columns import Numbers

ACCOUNT = "account:"
OF_HOME = "/household"


@dataclass(frozen=True)
class Seen:
    """How far claims reach: the one that settled last, and the first and last day on which any was settled."""

    last: Turn
    since: date
    until: date


@dataclass(frozen=True)
class Carried:
    """What the claims before have used up: `state` is a table of `state_tables`; an account has lost what was drawn.

    Lines are not carried: in tables one is returned within its own claim.
    """

    state: pa.Table
    seen: Seen | None

    def hold(self, first: Turn | None) -> None:
        """Nothing, when the first claim of a run settles after all that came before; else `ProblemError` K109."""
        if first is not None and self.seen is not None and first <= self.seen.last:
            day, _, claim = self.seen.last
            raise fail("K109", claim=first[2], day=first[0], last=claim, through=day)

    def among(self, people: pa.Array, homes: pa.Array) -> tuple[Carried, Numbers]:
        """What is of these people and household ids, and which rows of the state that is."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        of_home = pc.ends_with(self.state["name"], OF_HOME)  # a person alone is a household under its own id
        known = (pa.concat_arrays([people, homes]), people)
        ours = pc.if_else(of_home, *(pc.is_in(self.state["subject"], value_set=ids) for ids in known))
        return replace(self, state=self.state.filter(ours)), np.flatnonzero(np.asarray(ours))

    def with_balances(self, accounts: Iterable[tuple[str, str, date]]) -> Carried:
        """The same beside a table of accounts (kind, person, day of the balance).

        A balance of a day before the first claim is less what was drawn since; one of the day of the last claim or
        later has lost it already. Of another balance it cannot be told: `ProblemError` K111.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.seen is None:
            return self
        drawn = pc.starts_with(self.state["name"], ACCOUNT)
        rows = self.state.filter(drawn).to_pylist()
        days = {(f"{ACCOUNT}{kind}", person): day for kind, person, day in accounts}
        kept = []
        for row in rows:
            day = days.get((row["name"], row["subject"]), date.min)
            if self.seen.since <= day < self.seen.until:
                raise fail("K111", person=row["subject"], day=day, since=self.seen.since, until=self.seen.until)
            if day < self.seen.since:
                kept.append(row)
        others = self.state.filter(pc.invert(drawn))
        return replace(self, state=pa.concat_tables([others, pa.Table.from_pylist(kept, self.state.schema)]))

    def after(self, seen: Seen | None) -> Seen | None:
        """How far claims reach when those of a run are added."""
        import pyarrow.compute as pc

        if seen is None or self.seen is None:
            return seen or self.seen
        drawn = pc.any(pc.starts_with(self.state["name"], ACCOUNT)).as_py()
        since = min(self.seen.since, seen.since) if drawn else seen.since
        return Seen(seen.last, since, max(self.seen.until, seen.until))

    def states(self, intake: Intake) -> dict[str, State]:
        """Household of `intake` → what it had used up before."""
        import pyarrow as pa

        ids = (pa.array(list(known), pa.string()) for known in (intake.people, intake.homes))
        rows = self.among(*ids)[0].state
        homes = {**intake.people, **intake.homes}
        found = [
            (homes if called.endswith(OF_HOME) else intake.people)[whose]
            for called, whose in zip(rows["name"].to_pylist(), rows["subject"].to_pylist(), strict=True)
        ]
        states: dict[str, State] = {}
        columns = (rows[name].to_pylist() for name in (*Key._fields, "amount"))
        for home, (*key, amount) in zip(found, zip(*columns, strict=True), strict=True):
            states.setdefault(home, State()).apply({Key(*key): amount})
        return states


def furthest(seen: Iterable[Seen | None]) -> Seen | None:
    """How far claims reach together, where some reach so far."""
    some = [one for one in seen if one is not None]
    if not some:
        return None
    return Seen(max(one.last for one in some), min(one.since for one in some), max(one.until for one in some))
