"""What a replay leaves behind in numbers alone: amounts by row number, and no text that the data hold already.

Who settles the same year again and again asks for amounts; to write names, ids and events beside them would take longer
than to settle. `_row` is the number of the row in its file, as a lake carries it: by it tables are laid side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from tongchou.engines.benefits.carried import Seen, furthest
from tongchou.engines.benefits.from_tables import Row, Turn
from tongchou.engines.benefits.replay.results import Results
from tongchou.engines.benefits.shape import COLUMNS
from tongchou.engines.benefits.to_tables import Totals
from tongchou.ground.errors import Problem
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables
from tongchou.ground.tables.parquet import ROW

PAID = "paid."
AMOUNTS = (
    *("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"),
    *("act_pay_dedc", "psn_cash_pay", "package_excess"),
)
"""Fen of a claim beside its payments, as `settlements` calls them; `package_excess` is what packages left to the
hospital. The four parts are all payments, the cash and that."""
LINE_PARTS = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
LINE_AMOUNTS = (*LINE_PARTS, "cash", "hospital")
"""Fen of a line beside its payments, as `line_results` calls them."""
NAMES = ("amounts", "lines", "traces")
"""The tables."""
_KEYS = (("claims", "claim_id"), ("lines", "line_id"))
_WORD = pa.dictionary(pa.int32(), pa.string())


def schemas(pack: Pack) -> dict[str, pa.Schema]:
    """The columns of each table; all amounts are int64 fen.

    All have `_row`, of the claim or the line. `amounts`: `status`, `reason` of a refusal, `AMOUNTS`, and `paid.` with
    every layer; 0 where the claim was refused. `lines`: `LINE_AMOUNTS` and `paid.` with every layer. `traces`: `kind`
    of the visit and `layer`, then the columns of `benefits.traces`, `room` empty where nothing limits.
    """
    paid = [PAID + layer for layer in layers_of(pack)]
    status, reason = pa.field("status", _WORD, nullable=False), pa.field("reason", _WORD)
    words = [pa.field(name, _WORD, nullable=False) for name in ("kind", "layer")]
    traced = [pa.field(name, pa.int64(), nullable=name == "room") for name in COLUMNS]
    return {
        "amounts": pa.schema([*_fen(ROW), status, reason, *_fen(*AMOUNTS, *paid)]),
        "lines": pa.schema(_fen(ROW, *LINE_AMOUNTS, *paid)),
        "traces": pa.schema([*_fen(ROW), *words, *traced]),
    }


def layers_of(pack: Pack) -> list[str]:
    """Every layer that can pay, by name."""
    return sorted({layer for layers in pack.layers.values() for layer in layers})


@dataclass(frozen=True)
class Numbered:
    """`tables` by name (`schemas`): the claims that were judged, and lines and traces of those that were settled.

    `states`: what settling added (the table `state` of `state_tables`).
    """

    tables: dict[str, pa.Table]
    states: pa.Table
    added: Totals
    begins: Turn | None
    reaches: Seen | None
    rejects: list[Problem] = field(default_factory=list)

    def totals(self) -> Totals:
        """Claims, fees and payments (fen) of everything here."""
        return self.added

    def first(self) -> Turn | None:
        """The claim that settles first; None where there is none."""
        return self.begins

    def seen(self) -> Seen | None:
        """How far the claims reach; None where there is none."""
        return self.reaches


def of_results(results: Results, pack: Pack, came: Tables) -> Numbered:
    """The numbers of the results of some rows."""
    form = schemas(pack)
    wordy = (results.settlements, results.line_results, results.traces)
    rows = numbered_rows(*(table.to_pylist() for table in wordy), pack=pack, came=came)
    tables = {name: pa.Table.from_pylist(rows[name], form[name]) for name in NAMES}
    return Numbered(tables, results.states, results.totals(), results.first(), results.seen(), results.rejects)


def numbered_rows(
    settlements: Iterable[Row], lines: Iterable[Row], traces: Iterable[Row], *, pack: Pack, came: Tables
) -> dict[str, list[Row]]:
    """Rows of `settlements`, `line_results` and `traces` as rows of the tables of numbers, by name."""
    claim, line = ({row[key]: row[ROW] for row in came.rows[name]} for name, key in _KEYS)
    found = (
        [_amounts({**_by_layer(one), ROW: claim[one["claim_id"]]}) for one in settlements],
        [{**_by_layer(one), ROW: line[one["line_id"]]} for one in lines],
        [{**one, ROW: claim[one["claim_id"]]} for one in traces],
    )
    form = schemas(pack)
    return {name: [_filled(row, form[name]) for row in rows] for name, rows in zip(NAMES, found, strict=True)}


def together(found: Sequence[Numbered]) -> Numbered:
    """Those of several sets of households, one after the other."""
    totals = Totals()
    for one in found:
        totals.merge(vars(one.added))
    return Numbered(
        {name: pa.concat_tables([one.tables[name] for one in found]) for name in NAMES},
        pa.concat_tables([one.states for one in found]),
        totals,
        min((one.begins for one in found if one.begins is not None), default=None),
        furthest(one.reaches for one in found),
        [problem for one in found for problem in one.rejects],
    )


def _fen(*names: str) -> list[pa.Field]:
    return [pa.field(name, pa.int64(), nullable=False) for name in names]


def _by_layer(row: Row) -> Row:
    """A row with its payments under the name of their layer, `paid.` before it."""
    return {**row, **{PAID + layer: fen for layer, fen in dict(row.get("paid") or ()).items()}}


def _amounts(row: Row) -> Row:
    """A row of settlements with what packages left to the hospital, which is all that nobody else bears."""
    if row["status"] == "refused":
        return {name: row[name] for name in (ROW, "status", "reason")}
    paid = sum(fen for name, fen in row.items() if name.startswith(PAID))
    return {**row, "package_excess": row["medfee_sumamt"] - paid - row["psn_cash_pay"]}


def _filled(row: Row, form: pa.Schema) -> Row:
    """The cells of a table, 0 where an amount is not there."""
    return {f.name: row.get(f.name, None if f.nullable or f.type == _WORD else 0) for f in form}
