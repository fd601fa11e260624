"""What households have used up, kept beside the settlements: the folder `states`, a snapshot for a later run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.carried import Carried, Seen, furthest
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.state_tables import KEYS, add_states, states_to_tables
from tongchou.engines.lake import open_states, seal_states, write_states
from tongchou.engines.lake.snapshot import NAMES, part_of
from tongchou.ground.errors import Place, fail

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.engines.benefits.state import State
    from tongchou.ground.region.pack import Pack

STATES = "states"
Balance = tuple[str, str, date]


@dataclass(frozen=True)
class Before:
    """What earlier runs left to some people; nothing where there were none. `rows`: theirs in the earlier states."""

    carried: Carried | None = None
    rows: NDArray[np.int64] | None = None

    def states(self, intake: Intake) -> dict[str, State] | None:
        """Household → what it had used up."""
        return self.carried.states(intake) if self.carried is not None else None

    def and_now(self, state: pa.Table) -> pa.Table:
        """What has been used up in all, when a run adds `state`."""
        return add_states(self.carried.state, state) if self.carried is not None else state

    def seen(self, seen: Seen | None) -> Seen | None:
        """How far claims reach in all, when those of a run reach so far."""
        return self.carried.after(seen) if self.carried is not None else seen


@dataclass(frozen=True)
class Earlier:
    """The results of earlier runs."""

    carried: Carried

    def of(self, people: pa.Array, homes: pa.Array, accounts: Iterable[Balance]) -> Before:
        """What they left to these people and household ids, beside their accounts. `ProblemError` K111."""
        carried, rows = self.carried.among(people, homes)
        return Before(carried.with_balances(accounts), rows)

    def of_share(self, tables: Mapping[str, pa.Table]) -> Before:
        """The same of the people of some canonical tables."""
        import pyarrow as pa

        linked = [tables[name]["household_id"] for name in ("persons", "households") if name in tables]
        homes = pa.chunked_array([chunk for column in linked for chunk in column.chunks], pa.string())
        people, accounts = tables["persons"]["person_id"], tables.get("accounts")
        columns = [accounts[name].to_pylist() for name in ("kind", "person_id", "as_of")] if accounts else [[]] * 3
        rows = (row for row in zip(*columns, strict=True) if None not in row)
        return self.of(people.combine_chunks(), homes.combine_chunks(), rows)

    def left(self, taken: Iterable[Before]) -> Before:
        """What they left to all others."""
        import numpy as np
        import pyarrow as pa

        other = np.ones(len(self.carried.state), dtype=bool)
        for before in taken:
            other[before.rows] = False
        return Before(replace(self.carried, state=self.carried.state.filter(pa.array(other))))


def read_earlier(pack: Pack, folder: Path | None) -> Earlier | None:
    """The results that `tongchou settle` wrote into `folder`, for a run that goes on after them; None without one.

    Raises `ProblemError`: K102 to K107 when their states cannot be used; K108 when they are of another pack or version
    of the semantics.
    """
    import pyarrow as pa

    if folder is None:
        return None
    snapshot = open_states(folder / STATES)
    covered = snapshot.covered
    if (covered.pack_hash, covered.semantics) != (pack.hash, str(SEMANTICS)):
        details = {"before": covered.pack_hash, "old": covered.semantics, "now": pack.hash, "new": SEMANTICS}
        raise fail("K108", Place(file=str(folder)), **details)
    state = pa.concat_tables([snapshot.tables(bucket)["state"] for bucket in snapshot])
    seen = Seen(covered.last, *covered.settled) if covered.last is not None and covered.settled is not None else None
    return Earlier(Carried(state, seen))


def before_of(earlier: Earlier | None, intake: Intake) -> Before:
    """What earlier runs left to the people of an intake. `ProblemError` K111."""
    import pyarrow as pa

    if earlier is None:
        return Before()
    people, homes = (pa.array(list(ids), pa.string()) for ids in (intake.people, intake.homes))
    accounts: list[dict[str, Any]] = intake.tables.rows["accounts"]
    return earlier.of(people, homes, ((row["kind"], row["person_id"], row["as_of"]) for row in accounts))


def seen_of(intake: Intake, judged: pa.ChunkedArray, earlier: Earlier | None) -> Seen | None:
    """How far the claims reach that were settled or refused (their ids). `ProblemError` K109 when the first of them
    should have settled before the last of earlier runs."""
    ids = set(judged.to_pylist())
    turns = [intake.turn(row) for row in intake.rows if row["claim_id"] in ids]
    if not turns:
        return None
    if earlier is not None:
        earlier.carried.hold(turns[0])
    return Seen(turns[-1], min(turn[1] for turn in turns).date(), max(turn[1] for turn in turns).date())


def keep_part(part: Path, state: pa.Table) -> Path:
    """The states of one part of a run. Lines are returned within their claim, so no later run asks for any."""
    write_states(part / STATES, 0, {**states_to_tables({}), "state": state})
    return part


def merge_states(parts: Sequence[Path], before: Before) -> pa.Table:
    """What the parts of a run add to what was `before`, in the order of keys, however they were parted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    added = pa.concat_tables([pq.read_table(part_of(part / STATES, "state", 0)) for part in parts])
    return before.and_now(added).sort_by([(key, "ascending") for key in KEYS])


def keep_states(
    pack: Pack, parts: Sequence[Path], seen: Iterable[Seen | None], out: Path, left: Before | None = None
) -> None:
    """Make a snapshot in `out` of the states that parts kept, a bucket each, and of those `left` to people of none.

    `seen`: how far the claims of each part reach.
    """
    for bucket, part in enumerate(parts):
        for name in NAMES:
            there = part_of(out / STATES, name, bucket)
            there.parent.mkdir(parents=True, exist_ok=True)
            os.replace(part_of(part / STATES, name, 0), there)
    count, reach = len(parts), list(seen)
    if left is not None and left.carried is not None and len(left.carried.state):
        write_states(out / STATES, count, {**states_to_tables({}), "state": left.carried.state})
        count, reach = count + 1, [*reach, left.seen(None)]
    far = furthest(reach)
    last, settled = (far.last, (far.since, far.until)) if far is not None else (None, None)
    seal_states(out / STATES, count, pack_hash=pack.hash, semantics=str(SEMANTICS), last=last, settled=settled)
