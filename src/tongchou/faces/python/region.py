"""A region in hand: what an analyst, or a program at the counter, settles with."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.state import State
from tongchou.faces.python.results import Results, settle_tables
from tongchou.faces.python.settled import Settled, settle_one
from tongchou.faces.python.settling import Given
from tongchou.ground.region import load
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions


class Region:
    """A region made ready to settle. It holds no state of persons: every call stands by itself."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.engine = Engine(pack)

    def __repr__(self) -> str:
        return f"<Region {self.pack.region.name.en} {self.hash[:12]}>"

    @property
    def folder(self) -> Path:
        """Where it was read from; a changed version of it names this folder as its `base`."""
        return Path(self.pack.folder).resolve()

    @property
    def hash(self) -> str:
        """The content hash of all its rules; results carry it as `pack_hash`."""
        return self.pack.hash

    def settle(
        self,
        tables: Given,
        *,
        assume: Mapping[str, str] | None = None,
        year_end: bool = False,
        as_: str | None = None,
    ) -> Results:
        """Settle the claims of a set of canonical tables, exactly as `tongchou settle` does.

        `tables`: table name → pyarrow Table, pandas or Polars DataFrame, or anything else with the Arrow C interface
        (`persons`, `claims` and `lines` are needed; `spells`, `entitlements`, `accounts` and `households` are used
        when they are there), or the path of a folder of table files. Columns are those of the reference page of the
        tables: amounts whole fen, dates without time, identifiers text. `assume` gives facts (name → text) to claims
        that lack them. `year_end` also runs the layers of the year's end. Results are frames of the kind that was
        given; `as_` names another: `arrow`, `pandas`, `polars`.

        Rows that cannot be used are not settled and come back in `rejects` with row (from 1), column and reason.

        Raises:
            ProblemError: with every fault of the tables as a whole, each with table, column, row where there is one,
                and what to do: no canonical table, one missing (T106, T107); a column unknown, repeated, missing
                (T108 to T110) or of a type that cannot be right, as floats for money (T128) and numbers for
                identifiers (T137); a frame that its library cannot export (T102); an unknown assumed fact (C033).
            TypeError: a table without the Arrow C interface.
            ImportError: the library of the frames to give back is not installed.
            ValueError: `as_` names no library.
        """
        return settle_tables(self.engine, tables, assume, year_end, as_)

    def settle_claim(
        self, claim: Mapping[str, Any], state: State | None = None, *, assume: Mapping[str, str] | None = None
    ) -> Settled:
        """Settle one claim after whatever its household has used up so far.

        `claim`: the columns of `claims` (`scheme`, `kind`, `admitted_on` …; amounts whole fen, dates as `date` or
        text), with `lines` as a list of dicts with the columns of `lines`, and where they matter `person` as a dict
        and `spells`, `entitlements`, `accounts` and `households` as lists of dicts with the columns of theirs. The
        numbers that tie them together (`person_id`, `line_id` …) and `total_fee` may be left out.

        `state`: the `state` of the household's last `Settled`; without one nothing is used up and `accounts` give
        the balances. It is not changed. With a state the claim needs its `claim_id` (or `stay_id`, when it is a
        further bill of one stay), and whoever's claim it is the `person_id`.

        Raises:
            ProblemError: the claim cannot be settled; each problem names table, row (from 1), column and what to do.
            TypeError: `lines` or another list is not a list of dicts.
        """
        return settle_one(self.engine, claim, state, assume)

    def compile(self) -> Region:
        """Have the step of `settle_claim` run as machine code: for whoever settles thousands of claims one by one.

        Takes a minute the first time on a machine, then a second or two, for the code is kept in the user's cache
        folder. Does nothing without the compiler (`pip install 'tongchou[fast]'`) or with `TONGCHOU_COMPILE=0`. The
        results are the same.
        """
        self.engine.counter.compile()
        return self


def load_region(region: str | PathLike[str]) -> Region:
    """The region of a folder, or the shipped one of that name; a folder goes before a name.

    Raises:
        FileNotFoundError: neither a folder nor the name of a shipped region.
        ProblemError: with every problem of every file of the folder, each with file, line, key and remedy.
    """
    folder = Path(region)
    if not folder.is_dir():
        shipped = {one.name: one for one in shipped_regions()}
        if str(region) not in shipped:
            raise FileNotFoundError(f"there is no region {str(region)!r}. Shipped are: {', '.join(shipped)}")
        folder = shipped[str(region)]
    return Region(load.load_region(folder))
