"""Visits and stays as columns, from the canonical tables: the bills of one stay are one case, worded as its last bill.

`claims` (with `lines`, `discharges` and the settlement of each where there are) or `discharges` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.engines.indicators.asked import CODES
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.reasons import why
from tongchou.ground.tables import TABLES, read_tables, schema
from tongchou.ground.tables.files import find
from tongchou.ground.tables.streaming import streamed

Ints = npt.NDArray[np.int64]
OF_DISCHARGES = ("outcome", "sex", "principal_diagnosis", "other_diagnoses", "procedures")
SETTLED = ("settled", "affected")
_LINES_AT_ONCE = 1 << 20
_FEN = ("total_fee", "fund", "person")


@dataclass(frozen=True)
class Cases:
    """`columns`: words, codes and lists of codes; `first`, `last`: days since 1970; `days` of stay, at least 1; amounts
    in fen, `lines` of each choice of lines. `missing`: tables that some folder does not have; `problems`: of rows that
    were left out, where the tables are text."""

    columns: Mapping[str, pa.ChunkedArray]
    institution: Ints
    institutions: Sequence[str]
    person: Ints
    first: Ints
    last: Ints
    days: Ints
    amounts: Mapping[str, Ints]
    lines: Sequence[Ints]
    missing: frozenset[str]
    problems: Sequence[Problem] = ()

    def __len__(self) -> int:
        return len(self.institution)


def read_cases(
    folders: Sequence[tuple[Path, Path | None]], columns: set[str], lines: Sequence[Mapping[str, Sequence[str]]],
    kind: str,
) -> Cases:  # fmt: skip
    """The cases of folders, each with that of its settlement or none. `kind`: of discharges that come without claims.
    Raises I110, I116 for an id that stands twice in a folder, I117 for a folder that is given twice, and the faults of
    the tables."""
    found, missing, problems = [], set[str](), list[Problem]()
    for at, (data, results) in enumerate(folders):
        if data.resolve() in [other.resolve() for other, _ in folders[:at]]:
            raise fail("I117", Place(str(data)), folder=data)
        tables = _Folder(data)
        if not {"claims", "discharges"} & tables.names:
            raise fail("I110", Place(str(data)), folder=data)
        if results is None:
            missing.add("settlements")
        if "lines" not in tables.names:
            missing.add("lines")
        if "discharges" not in tables.names:
            missing.add("discharges")
        found.append(_cases(tables, results, sorted(columns), lines, kind))
        problems += tables.problems
    whole = pa.concat_tables(found, promote_options="default").combine_chunks()
    institution, institutions = _coded(whole["provider_id"])
    return Cases(
        columns={name: whole[name] for name in columns},
        institution=institution,
        institutions=institutions,
        person=_coded(whole["person_id"])[0],
        first=_ints(whole["first"]),
        last=_ints(whole["last"]),
        days=_ints(whole["days"]),
        amounts={name: _ints(whole[name]) for name in _FEN},
        lines=[_ints(whole[f"lines.{at}"]) for at in range(len(lines))],
        missing=frozenset(missing),
        problems=problems,
    )


def _once(ids: pa.ChunkedArray) -> None:
    """No bill (or stay, where there are none) stands in two rows of a folder: it would be counted twice."""
    if pc.count_distinct(ids).as_py() < len(ids):
        counted = ids.value_counts()
        twice = counted.field(0).filter(pc.greater(counted.field(1), 1))
        raise fail("I116", value=pc.min(twice).as_py(), cases=len(twice))


class _Folder:
    """The tables of a folder, read as they are asked for."""

    def __init__(self, folder: Path, required: Sequence[str] = ()) -> None:
        self.paths = find(folder, required)
        self.names = set(self.paths)
        self.rows: dict[str, list[dict[str, Any]]] | None = None
        self.problems: list[Problem] = []
        if any(path.suffix != ".parquet" for path in self.paths.values()):
            read = read_tables(folder, ())
            self.rows, self.problems = read.rows, read.problems

    def table(self, name: str, columns: Sequence[str]) -> pa.Table:
        """The columns of a table; one that the file does not have is empty."""
        if self.rows is not None:
            found = pa.Table.from_pylist(
                [{n: row[n] for n in columns} for row in self.rows[name]], _some(name, columns)
            )
        else:
            try:
                there = set(pq.read_schema(self.paths[name]).names)
                found = pq.read_table(self.paths[name], columns=[n for n in columns if n in there])
            except pa.ArrowException as error:
                raise _unreadable(self.paths[name], error) from error
        return _conform(found, name, columns, self.paths[name])

    def blocks(self, name: str, columns: Sequence[str]) -> Iterator[pa.Table]:
        """A long table in parts."""
        if self.rows is not None:
            yield self.table(name, columns)
            return
        try:
            file = streamed(self.paths[name])
            there = [n for n in columns if n in file.schema_arrow.names]
            for batch in file.iter_batches(_LINES_AT_ONCE, columns=there):
                yield _conform(pa.table(batch), name, columns, self.paths[name])
        except pa.ArrowException as error:
            raise _unreadable(self.paths[name], error) from error


def _unreadable(path: Path, error: Exception) -> ProblemError:
    return fail("T102", Place(str(path)), **why(error))


def _some(name: str, columns: Sequence[str]) -> pa.Schema:
    whole = schema(name)
    return pa.schema([pa.field(n, whole.field(n).type) for n in columns])


def _conform(found: pa.Table, name: str, columns: Sequence[str], path: Path) -> pa.Table:
    wanted = _some(name, columns)
    try:
        parts = [
            found[field.name].cast(field.type) if field.name in found.column_names else pa.nulls(len(found), field.type)
            for field in wanted
        ]
    except (pa.ArrowException, KeyError) as error:  # a column of another type, or one that stands twice
        raise _unreadable(path, error) from error
    return pa.table(parts, wanted)


def _cases(
    tables: _Folder, results: Path | None, columns: Sequence[str], lines: Sequence[Mapping[str, Sequence[str]]],
    kind: str,
) -> pa.Table:  # fmt: skip
    bills = _bills(tables, columns, kind)
    _once(bills["claim_id"])
    bills = _with_settlements(bills, results)
    of = pc.coalesce(bills["stay_id"], bills["claim_id"]).combine_chunks().dictionary_encode()
    case, size = np.asarray(of.indices).astype(np.int64), len(of.dictionary)
    first, last = _ints(bills["first"]), _ints(bills["last"])
    order = np.lexsort((np.asarray(pc.rank(bills["claim_id"], tiebreaker="first")), last))
    final = np.empty(size, np.int64)
    final[case[order]] = order  # the last of equal places is what stays
    begins, ends = first[final].copy(), last[final]
    np.minimum.at(begins, case, first)
    made = {name: bills[name].take(pa.array(final)) for name in ("person_id", "provider_id", *columns)}
    stayed = _ints(bills["days"])[final]
    made |= {"first": pa.array(begins), "last": pa.array(ends)}
    made["days"] = pa.array(np.where(stayed > 0, stayed, np.maximum(ends - begins, 1)))
    for name in _FEN:
        made[name] = pa.array(_sums(case, _ints(bills[name]), size))
    place = bills["claim_id"].combine_chunks()
    for at, sums in enumerate(_line_sums(tables, lines, place)):
        made[f"lines.{at}"] = pa.array(_sums(case, sums, size))
    return pa.table(made)


def _bills(tables: _Folder, columns: Sequence[str], kind: str) -> pa.Table:
    """One row for each claim, with what its discharge says; or for each discharge, where there are no claims."""
    own = [n for n in columns if n not in OF_DISCHARGES and not n.startswith("facts.") and n in TABLES["claims"].names]
    theirs = [n for n in columns if n in OF_DISCHARGES]
    more = ("person_id", "provider_id", "admitted_on", "discharged_on", "days", "total_fee", "paid")
    if "claims" not in tables.names:
        alone = tables.table("discharges", ["discharge_id", *more, *theirs])
        made = {n: alone[n] for n in (*more, *theirs)}
        made |= {n: pa.nulls(len(alone), pa.string()) for n in columns if n not in theirs}
        made |= {"claim_id": alone["discharge_id"], "stay_id": pa.nulls(len(alone), pa.string())}
        if "kind" in columns:
            made["kind"] = pa.repeat(pa.scalar(kind), len(alone))
        made["fund"] = alone["paid"]
    else:
        names = [n for n in ("person_id", "provider_id", "admitted_on", "discharged_on", "total_fee") if n not in own]
        claims = tables.table("claims", [*names, *own, "claim_id", "stay_id", "facts"])
        made = {n: claims[n] for n in claims.column_names if n != "facts"}
        for name in columns:
            if name.startswith("facts."):
                made[name] = pc.map_lookup(claims["facts"].combine_chunks(), name.removeprefix("facts."), "first")
        there = "discharges" in tables.names
        said = tables.table("discharges", ["claim_id", "days", *theirs]) if there else None
        at = None if said is None else pc.index_in(claims["claim_id"], said["claim_id"].combine_chunks())
        for name in ("days", *theirs):
            blank = pa.nulls(len(claims), schema("discharges").field(name).type)
            made[name] = blank if said is None else said[name].combine_chunks().take(at)
    admitted, left = made.pop("admitted_on"), made.pop("discharged_on")
    last = pc.coalesce(left, admitted)
    return pa.table({**made, "first": pc.coalesce(admitted, last), "last": last})


def _with_settlements(bills: pa.Table, results: Path | None) -> pa.Table:
    """With what fund and person paid; only what was settled, where that is known."""
    if results is None:
        nothing = pa.nulls(len(bills), pa.int64())
        fund = bills["fund"] if "fund" in bills.column_names else nothing
        bills = bills.drop_columns(["fund"]) if "fund" in bills.column_names else bills
        return bills.append_column("fund", fund).append_column("person", nothing)
    settled = _settled(results)
    at = pc.index_in(bills["claim_id"], settled["claim_id"].combine_chunks())
    kept = pc.is_valid(at)
    bills, at = bills.filter(kept), at.filter(kept)
    bills = bills.drop_columns(["fund"]) if "fund" in bills.column_names else bills
    for name, column in (("fund", "fund_pay_sumamt"), ("person", "psn_part_amt")):
        bills = bills.append_column(name, settled[column].take(at))
    return bills


def _settled(folder: Path) -> pa.Table:
    """The settlements that stand."""
    found = _Folder(folder, ("settlements",)).table(
        "settlements", ["claim_id", "status", "fund_pay_sumamt", "psn_part_amt"]
    )
    return found.filter(pc.is_in(found["status"], pa.array(SETTLED)))


def _line_sums(tables: _Folder, lines: Sequence[Mapping[str, Sequence[str]]], claims: pa.Array) -> list[Ints]:
    """Of each choice of lines what they come to on each bill."""
    found = [np.zeros(len(claims), np.int64) for _ in lines]
    if not lines or "lines" not in tables.names:
        return found
    names = sorted({name for chosen in lines for name in chosen})
    for block in tables.blocks("lines", ["claim_id", "amount", *names]):
        at = pc.index_in(block["claim_id"], claims)
        there = pc.is_valid(at)
        for sums, chosen in zip(found, lines, strict=True):
            keep = there
            for name, words in chosen.items():
                keep = pc.and_(keep, matching(block[name], name, words))
            np.add.at(sums, _ints(at.filter(keep)), _ints(block["amount"].filter(keep)))
    return found


def matching(column: pa.ChunkedArray, name: str, words: Sequence[str]) -> pa.ChunkedArray:
    """Of each row whether its word is one of these, or (a code, or one of a list of codes) begins so."""
    if name not in CODES:
        return pc.is_in(column, pa.array(list(words)))
    listed = pa.types.is_list(column.type)
    codes = column.combine_chunks()
    flat = codes.flatten() if listed else codes
    hit = np.zeros(len(flat), np.bool_)
    for word in words:
        hit |= np.asarray(pc.fill_null(pc.starts_with(flat, word), False))
    if listed:
        rows = np.zeros(len(codes), np.bool_)
        rows[np.asarray(pc.list_parent_indices(codes))[hit]] = True
        hit = rows
    return pa.chunked_array([pa.array(hit)])


def _sums(case: Ints, values: Ints, size: int) -> Ints:
    found = np.zeros(size, np.int64)
    np.add.at(found, case, values)
    return found


def _ints(column: pa.ChunkedArray | pa.Array) -> Ints:
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    found: Ints = np.asarray(pc.fill_null(column.cast(pa.int64()), 0)).astype(np.int64)
    return found


def _coded(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    """Each word's number by sorted words; nothing is the empty word."""
    encoded = pc.fill_null(column.cast(pa.string()), "").combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    order = np.asarray(pc.sort_indices(encoded.dictionary))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    words: list[str] = encoded.dictionary.take(pa.array(order)).to_pylist()
    codes: Any = np.asarray(encoded.indices)
    return place[codes], words
