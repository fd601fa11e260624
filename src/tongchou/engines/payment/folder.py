"""A cleared year as a folder that anyone can count again: rules, data, what is public, results, and a list of hashes.

`clear run` writes the whole city, `publish` the same form for one institution: its own records, what is public of all,
and the same declaration. There is no database in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.parquet as pq

from tongchou.engines.payment.across import GROUP_CASES, READMITTED
from tongchou.engines.payment.clear import Cleared, Public, clear
from tongchou.engines.payment.columns import words
from tongchou.engines.payment.pools import Points
from tongchou.engines.payment.results import KEYS, tables
from tongchou.engines.payment.rules import Rules, from_document
from tongchou.engines.payment.table_columns import COLUMNS
from tongchou.engines.payment.tables import Year, conform, nothing, read_file
from tongchou.ground.errors import Place, fail
from tongchou.ground.reasons import why

LIST = "manifest.json"
PUBLIC = ("cells", "standards", "pools", "balances")
"""Tables of all institutions together, or sums of them."""
RESULTS = ("cases", "lines")
_OWN = ("deductions", "prepaid", "deposits", "assessments", "signed", "quotas")
_PLAIN = pv.WriteOptions(quoting_style="needed")


@dataclass(frozen=True)
class Kept:
    """A folder as it was read. `institution`: whose it is; empty for a whole city."""

    folder: Path
    rules: Rules
    year: Year
    published: Mapping[str, pa.Table]
    institution: str
    stale: tuple[str, ...]  # files that have not the hash of the list, or that it does not name
    said: Mapping[str, str] = field(default_factory=dict)  # what the list says of the year and the rules

    @property
    def public(self) -> Public | None:
        """What a single institution needs of the others."""
        if not self.institution:
            return None
        cells: dict[tuple[str, str], dict[tuple[str, str, str], Points]] = {}
        for row in self.published["cells"].to_pylist():
            key = row["setting"], row["method"]
            figures = (row[name] for name in ("cases", "points", "at_cost", "total_fee", "fund", "others"))
            cells.setdefault(key, {})[row["part"], row["scheme"], row["institution"]] = Points(*figures)
        standards = {
            (row["setting"], row["scheme"], row["method"], row["institution"]): row["standard"]
            for row in self.published["standards"].to_pylist()
        }
        return Public(cells, standards)

    def again(self, year: Year | None = None) -> Cleared:
        """Cleared once more from what lies in the folder. What a hospital cannot see of its cases is taken as it was
        published; a whole city sees it."""
        year = year or self.year
        if not self.institution:
            year = year.with_records(year.records.drop_columns([GROUP_CASES, READMITTED]))
        return clear(self.rules, year, self.public)


def write(cleared: Cleared, year: Year, folder: Path) -> dict[str, pa.Table]:
    """The whole city into an empty folder; the result tables."""
    made = tables(cleared)
    _write(folder, cleared.rules, year.with_records(cleared.cases.records), made, "")
    return made


def publish(kept: Kept, out: Path, only: str | None = None) -> list[str]:
    """A folder for each institution, or for one, by its name; the names. Nothing of another's cases is in it.
    Raises Y404 before anything is written."""
    records, made = kept.year.records, dict(kept.published)
    listed = kept.year.others["institutions"]["institution"].to_pylist()
    names = [name for name in listed if only in (None, name)]
    for name in names:
        if name in (".", "..") or set(name) & {"/", "\\", "\0"}:
            raise fail("Y404", Place(table="institutions"), value=name)
    charged = {key: row["charged"] for row in made["lines"].to_pylist() for key in [_key(row)]}
    split, cases = by_institution(records), by_institution(made["cases"])
    for name in names:
        others = dict(kept.year.others)
        for table in ("institutions", *_OWN):
            others[table] = _of(others[table], name)
        own = split.get(name, records.slice(0, 0))
        others["special_cases"] = others["special_cases"].filter(
            pc.is_in(others["special_cases"]["settlement_id"], own["settlement_id"].combine_chunks())
        )
        others["communities"] = _community(others["communities"], name, charged)
        results = {"cases": cases.get(name, made["cases"].slice(0, 0)), "lines": _of(made["lines"], name)}
        results |= {table: made[table] for table in PUBLIC}
        _write(out / name, kept.rules, Year(own, others), results, name)
    return list(names)


def _key(row: Mapping[str, Any]) -> tuple[str, str, str, str]:
    return row["setting"], row["scheme"], row["method"], row["institution"]


def by_institution(table: pa.Table) -> dict[str, pa.Table]:
    """The rows of each institution, in their order; the table is put in order once."""
    found = words(table["institution"].cast(pa.string()))
    ordered = table.take(pa.array(np.argsort(found.codes, kind="stable")))
    ends = np.cumsum(np.bincount(found.codes, minlength=len(found.words))).tolist()
    return {
        word: ordered.slice(start, end - start) for word, start, end in zip(found.words, [0, *ends], ends, strict=False)
    }


def _of(table: pa.Table, institution: str) -> pa.Table:
    return table.filter(pc.equal(table["institution"], institution))


def _community(table: pa.Table, name: str, charged: Mapping[tuple[str, str, str, str], int]) -> pa.Table:
    """The rows of the community of an institution, with what its members charged: they share one budget."""
    rows = table.to_pylist()
    own = {row["community"] for row in rows if row["institution"] == name}
    rows = [
        {**row, "charged": charged.get(_key({**row, "method": "lump"}), 0)} for row in rows if row["community"] in own
    ]
    return pa.Table.from_pylist(rows, table.schema)


def _write(folder: Path, rules: Rules, year: Year, made: Mapping[str, pa.Table], institution: str) -> None:
    files: list[Path] = []
    for part in ("data", "public", "results"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "rules.json").write_text(json.dumps(rules.document(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    files.append(folder / "rules.json")
    for name, table in (("records", year.records), *year.others.items()):
        files.append(folder / "data" / f"{name}.parquet")
        _parquet(table, files[-1])
    for name in PUBLIC:
        files.append(folder / "public" / f"{name}.csv")
        pv.write_csv(made[name], files[-1], _PLAIN)
    files.append(folder / "results" / "lines.csv")
    pv.write_csv(made["lines"], files[-1], _PLAIN)
    files.append(folder / "results" / "cases.parquet")
    _parquet(made["cases"], files[-1])
    said = {
        "form": 1,
        "year": rules.year,
        "institution": institution,
        "rules": rules.hash,
        "files": {str(file.relative_to(folder)): _hash(file) for file in files},
    }
    (folder / LIST).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _parquet(table: pa.Table, path: Path) -> None:
    words = [f.name for f in table.schema if pa.types.is_string(f.type) and f.name != "settlement_id"]
    pq.write_table(table, path, compression="zstd", compression_level=1, use_dictionary=words)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read(folder: Path) -> Kept:
    """What lies in a folder. Raises Y401 for one that is none, Y107 where the rules were changed."""
    try:
        said = json.loads((folder / LIST).read_text("utf-8"))
        document = json.loads((folder / "rules.json").read_text("utf-8"))
        institution = str(said["institution"])
        hashes = {str(name): str(hash_) for name, hash_ in said["files"].items()}
        told = {key: str(said[key]) for key in ("year", "rules")}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise fail("Y401", Place(str(folder)), folder=folder) from error
    rules = from_document(document, str(folder / "rules.json"))
    others = {}
    for name in COLUMNS:
        if name not in ("settlements", "groups"):
            path = folder / "data" / f"{name}.parquet"
            listed = name != "deposits" or f"data/{name}.parquet" in hashes  # earlier folders have none
            others[name] = conform(name, read_file(path), path) if listed else nothing(name, path)
    published = {name: _typed(name, folder / "public" / f"{name}.csv") for name in PUBLIC}
    published["lines"] = _typed("lines", folder / "results" / "lines.csv")
    published["cases"] = read_file(folder / "results" / "cases.parquet")
    read_ = [
        "rules.json", "data/records.parquet", "results/lines.csv", "results/cases.parquet",
        *(f"data/{name}.parquet" for name in others if name != "deposits"), *(f"public/{name}.csv" for name in PUBLIC),
    ]  # fmt: skip
    stale = [name for name in hashes if not _is_as_listed(folder, name, hashes[name])]
    stale += [name for name in read_ if name not in hashes]
    return Kept(folder, rules, Year(_records(folder), others), published, institution, tuple(stale), told)


def _is_as_listed(folder: Path, name: str, hash_: str) -> bool:
    path = folder / name
    return path.resolve().is_relative_to(folder.resolve()) and path.is_file() and _hash(path) == hash_


def _records(folder: Path) -> pa.Table:
    """The settlements with their groups, of the types that `write` gave them. Raises Y202, Y203."""
    path = folder / "data" / "records.parquet"
    found = read_file(path)
    across = {GROUP_CASES: pa.int64(), READMITTED: pa.bool_()}
    if missing := [name for name in across if name not in found.column_names]:
        raise fail("Y202", Place(str(path)), table=path.name, column=missing[0])
    parts = [conform(name, found, path) for name in ("settlements", "groups")]
    columns = {name: part[name] for part in parts for name in part.column_names}
    try:
        return pa.table({**columns, **{name: found[name].cast(kind) for name, kind in across.items()}})
    except pa.ArrowException as error:
        raise fail("Y209", Place(str(path)), file=path.name, **why(error)) from error


def _typed(name: str, path: Path) -> pa.Table:
    """A result table from its CSV file: keys and fractions are texts, all else whole numbers."""
    found = read_file(path)
    texts = {*KEYS[name], "basis", "ratio", "price", "price_shown"}
    try:
        columns = {n: found[n] if n in texts else found[n].cast(pa.int64()) for n in found.column_names}
    except pa.ArrowException as error:
        raise fail("Y209", Place(str(path)), file=path.name, **why(error)) from error
    return pa.table(columns)
