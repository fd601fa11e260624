"""What households have used up, kept beside the settlements: the folder `states`, a snapshot for a later run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongchou.engines.benefits.carried import Carried, Seen
from tongchou.engines.benefits.engine import SEMANTICS
from tongchou.engines.benefits.state_tables import KEYS, add_states, states_to_tables
from tongchou.engines.lake import open_states, seal_states, write_states
from tongchou.engines.lake.snapshot import part_of
from tongchou.ground.errors import Place, fail

if TYPE_CHECKING:
    import pyarrow as pa

    from tongchou.engines.benefits.from_tables import Intake
    from tongchou.engines.benefits.state import State
    from tongchou.ground.region.pack import Pack

STATES = "states"


@dataclass(frozen=True)
class Earlier:
    """The results of an earlier run: their folder, and what it left, as it stands beside the accounts of this run."""

    folder: Path
    carried: Carried


def read_earlier(pack: Pack, folder: Path) -> Earlier:
    """The results that `tongchou settle` wrote into `folder`, for a run that goes on after them.

    Raises `ProblemError`: K102 to K107 when their states cannot be used; K108 when they are of another pack or version
    of the semantics.
    """
    import pyarrow as pa

    snapshot = open_states(folder / STATES)
    covered = snapshot.covered
    if (covered.pack_hash, covered.semantics) != (pack.hash, str(SEMANTICS)):
        details = {"before": covered.pack_hash, "old": covered.semantics, "now": pack.hash, "new": SEMANTICS}
        raise fail("K108", Place(file=str(folder)), **details)
    state = pa.concat_tables([snapshot.tables(bucket)["state"] for bucket in snapshot])
    seen = Seen(covered.last, *covered.settled) if covered.last is not None and covered.settled is not None else None
    return Earlier(folder, Carried(state, seen))


def beside_accounts(earlier: Earlier, accounts: Iterable[Mapping[str, Any]]) -> Earlier:
    """The same beside the rows of accounts of a run. `ProblemError` K111."""
    balances = ((row["kind"], row["person_id"], row["as_of"]) for row in accounts)
    return replace(earlier, carried=earlier.carried.with_balances(balances))


def had(earlier: Earlier | None, intake: Intake) -> tuple[Earlier | None, dict[str, State] | None]:
    """Earlier results beside the tables of a run; household → what it had used up. `ProblemError` K109, K111."""
    if earlier is None:
        return None, None
    earlier = beside_accounts(earlier, intake.tables.rows["accounts"])
    earlier.carried.hold(intake.turn(intake.rows[0]) if intake.rows else None)
    return earlier, earlier.carried.states(intake)


def seen_of(intake: Intake, judged: pa.ChunkedArray) -> Seen | None:
    """How far the claims reach that were settled or refused (their ids)."""
    ids = set(judged.to_pylist())
    turns = [intake.turn(row) for row in intake.rows if row["claim_id"] in ids]
    return (
        Seen(turns[-1], min(turn[1] for turn in turns).date(), max(turn[1] for turn in turns).date()) if turns else None
    )


def keep_part(part: Path, state: pa.Table) -> None:
    """The states of one part of a run. Lines are returned within their claim, so no later run asks for any."""
    write_states(part / STATES, 0, {**states_to_tables({}), "state": state})


def merge_states(parts: Sequence[Path]) -> pa.Table:
    """The states of parts that have no household in common, in the order of their keys, however they were parted."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.concat_tables([pq.read_table(part_of(part / STATES, "state", 0)) for part in parts])
    return table.sort_by([(key, "ascending") for key in KEYS])


def keep_states(pack: Pack, state: pa.Table, seen: Seen | None, out: Path, earlier: Earlier | None = None) -> None:
    """Write what the claims of a run have used up, after those of `earlier` runs, as a snapshot in `out`.

    `state`: what the run added; `seen`: how far its claims reach.
    """
    if earlier is not None:
        state, seen = add_states(earlier.carried.state, state), earlier.carried.after(seen)
    keep_part(out, state)
    last, settled = (seen.last, (seen.since, seen.until)) if seen is not None else (None, None)
    seal_states(out / STATES, 1, pack_hash=pack.hash, semantics=str(SEMANTICS), last=last, settled=settled)
