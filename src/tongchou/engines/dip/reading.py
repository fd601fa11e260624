"""Discharges from files, block by block: the canonical table, and what grouping needs beside it where it is there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tongchou.engines.dip.cases import PARTS, UNKNOWN, Cases, Lists
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.money import MAX_FEN
from tongchou.ground.reasons import why
from tongchou.ground.tables.streaming import streamed

NEEDED = ("discharge_id", "discharged_on", "principal_diagnosis", "procedures", "total_fee")
_WORDS = {
    "principal": "principal_diagnosis", "outcome": "outcome", "sex": "sex", "level": "level", "provider": "provider_id",
    "person": "person_id",
}  # fmt: skip
_FEES = tuple(PARTS.values())
_NUMBERS = ("age", "age_days", "days", "weight", "icu_hours", "record_score", "since_previous", *_FEES)
_LISTS = {"others": "other_diagnoses", "operations": "procedures"}
COLUMNS = (*NEEDED, *(c for c in _WORDS.values() if c not in NEEDED), "other_diagnoses", "admitted_on", *_NUMBERS)
ROWS = 250_000
BLOCK = 32 << 20
MOST_TOLD = 1_000
_JSON = r'^(\[\s*("[^"\\,\]]*"\s*(,\s*"[^"\\,\]]*"\s*)*)?\]|[^"\[\]\\,]*)$'
_DAY = r"^\d{4}-\d{2}-\d{2}$"


@dataclass
class Read:
    """`cases` that can be used, how many `rows` there were, the discharges of the `faulty` others, and what is wrong
    with the first of them."""

    cases: Cases
    rows: int
    faulty: list[str]
    problems: list[Problem]


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files of discharges in folders, and files as they are. Raises D327."""
    found = []
    for path in paths:
        if path.is_dir():
            own = [file for name in ("discharges.parquet", "discharges.csv") if (file := path / name).is_file()]
            if len(own) != 1:
                raise fail("D327", Place(str(path)), folder=path)
            found += own
        else:
            found.append(path)
    return found


def read_files(paths: Iterable[Path], advance: Callable[[int], None] | None = None) -> Read:
    """Every discharge of the files. A faulty row is told and left out. Raises D321, D324, D327, D329, D330."""
    reading = Reading()
    for path in files_of(paths):
        row = 1
        for block in _blocks(path):
            reading.take(block, path.name, row)
            row += len(block)
            if advance and len(block):
                advance(reading.rows)
    return reading.read()


def read_table(table: pa.Table) -> Read:
    """Every discharge of a table in memory, cells as text or as the types of the canonical table."""
    reading = Reading()
    reading.take(table, "discharges", 1)
    return reading.read()


def _blocks(path: Path) -> Iterator[pa.Table]:
    try:
        if path.suffix == ".parquet":
            file = streamed(path)
            there = [name for name in file.schema_arrow.names if name in COLUMNS]
            yield file.schema_arrow.empty_table()  # its columns, with those that stand twice
            yield from (pa.table(batch) for batch in file.iter_batches(ROWS, columns=there))
            return
        with path.open("rb") as stream:
            header = stream.readline().decode("utf-8-sig").rstrip("\r\n").split(",")
        texts = dict.fromkeys((name.strip('"') for name in header), pa.string())
        convert = pa.csv.ConvertOptions(column_types=texts, strings_can_be_null=False)
        with pa.csv.open_csv(path, pa.csv.ReadOptions(block_size=BLOCK), convert_options=convert) as reader:
            yield reader.schema.empty_table()  # its columns, also where there are no rows
            yield from (pa.table(batch) for batch in reader)
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        raise fail("D324", Place(str(path)), **why(error)) from error


@dataclass
class _Words:
    """Words as they come, each with its number; sorted at the end, so that their order says nothing."""

    number: dict[str, int] = field(default_factory=dict)

    def of(self, column: pa.Array) -> Any:
        """The number of each text, -1 for an empty one."""
        coded = column.dictionary_encode()
        own = [
            self.number.setdefault(word, len(self.number)) if word else UNKNOWN for word in coded.dictionary.to_pylist()
        ]
        by_place = np.array([*own, UNKNOWN], np.int32)
        return by_place[np.asarray(pc.fill_null(coded.indices, len(own)))]

    def sorted(self) -> tuple[list[str], Any]:
        """The words in order, and the new number of each old one (the last: none)."""
        words = sorted(self.number)
        new = np.full(len(words) + 1, UNKNOWN, np.int32)
        for at, word in enumerate(words):
            new[self.number[word]] = at
        return words, new


class Reading:
    """Blocks of rows taken one by one."""

    def __init__(self) -> None:
        self.words = {name: _Words() for name in (*_WORDS, "dx", "operations")}
        self.parts: dict[str, list[Any]] = {}
        self.problems: list[Problem] = []
        self.rows, self.faulty = 0, list[str]()
        self.columns: set[str] | None = None

    def take(self, block: pa.Table, file: str, first: int) -> None:
        if missing := [name for name in NEEDED if name not in block.column_names]:
            known = "、".join(NEEDED)
            raise ProblemError(*(Problem("D321", Place(file), {"name": name, "known": known}) for name in missing))
        there = {name for name in COLUMNS if name in block.column_names}
        self.columns = there if self.columns is None else self.columns & there
        self.rows += len(block)
        own = _Block(_plain(block, file), file, first)
        number = {
            name: own.whole(name, MAX_FEN if name in (*_FEES, "total_fee") else 10**7)
            for name in (*_NUMBERS, "total_fee")
        }
        days = {name: own.days(name) for name in ("admitted_on", "discharged_on")}
        text = {name: own.text(column) for name, column in _WORDS.items()}
        lists = {name: own.lists(column) for name, column in _LISTS.items()}
        own.refuse("principal_diagnosis", np.asarray(pc.equal(text["principal"], "")))
        own.refuse("total_fee", number["total_fee"] <= 0)
        own.refuse("discharged_on", days["discharged_on"] == NO_DAY)
        ids = own.text("discharge_id")
        own.refuse("discharge_id", np.asarray(pc.equal(ids, "")))
        keep = np.flatnonzero(~own.faulty)
        self.problems += own.problems[: MOST_TOLD - len(self.problems)]
        self.faulty += ids.filter(pa.array(own.faulty)).to_pylist()
        self._add("ids", ids.take(pa.array(keep)))
        for name, column in number.items():
            self._add(name, column[keep])
        for name, column in days.items():
            self._add(name, column[keep])
        for name, texts in text.items():
            words = self.words["dx" if name == "principal" else name]
            self._add(name, words.of(texts)[keep])
        for name, (start, flat) in lists.items():
            words = self.words["dx" if name == "others" else name]
            taken = Lists(start, words.of(flat)).taken(keep)
            self._add(f"{name}_count", taken.count())
            self._add(f"{name}_words", taken.words)

    def read(self) -> Read:
        ids = pa.chunked_array(self.parts.get("ids", []), pa.string()).combine_chunks()
        flat = {name: np.concatenate(parts) for name, parts in self.parts.items() if name != "ids"}
        if not flat:
            raise fail("D324", reason="—", reason_en="—")
        columns = self._told(flat)
        new, words = {}, {}
        for name, own in self.words.items():
            words[name], new[name] = own.sorted()
        word = {
            name: new["dx" if name == "principal" else name][flat[name]]
            for name, column in _WORDS.items()
            if column in columns
        }
        cases = Cases(
            ids=ids,
            year=(flat["discharged_on"].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970),
            day=flat["discharged_on"],
            admitted=flat["admitted_on"],
            fee=flat["total_fee"],
            words=words,
            word=word,
            number={name: flat[name] for name in _NUMBERS if name in columns},
            others=self._lists("others", flat, new["dx"]),
            operations=_once(self._lists("operations", flat, new["operations"]), len(words["operations"])),
        )
        cases = self._alone(cases)
        return Read(cases, self.rows, self.faulty, self.problems)

    def _told(self, flat: dict[str, Any]) -> set[str]:
        """The columns that the files have. One that need not be there and has no value in any row is not: the canonical
        table has them all."""
        columns = self.columns or set()
        free = {column: name for name, column in _WORDS.items() if column == "level"} | {
            name: name for name in _NUMBERS
        }
        return {one for one in columns if one not in free or (flat[free[one]] != UNKNOWN).any() or not self.rows}

    def _alone(self, cases: Cases) -> Cases:
        """Without discharges that have more than one row: which of them is right, nobody can say."""
        coded = cases.ids.dictionary_encode()
        if len(coded.dictionary) == len(cases):
            return cases
        place = np.asarray(coded.indices)
        several = np.bincount(place, minlength=len(coded.dictionary)) > 1
        for at in np.flatnonzero(several)[:MOST_TOLD]:
            self.problems.append(
                Problem("D323", Place(table="discharges"), {"value": coded.dictionary[int(at)].as_py()})
            )
        keep = np.flatnonzero(~several[place])
        self.faulty += cases.ids.filter(pa.array(several[place])).to_pylist()
        return cases.taken(keep)

    def _lists(self, name: str, flat: dict[str, Any], new: Any) -> Lists:
        return Lists(np.concatenate(([0], np.cumsum(flat[f"{name}_count"]))), new[flat[f"{name}_words"]])

    def _add(self, name: str, part: Any) -> None:
        self.parts.setdefault(name, []).append(part)


def _plain(block: pa.Table, file: str) -> pa.Table:
    """The columns that are read, codes as texts or lists of texts. Raises D329, D330."""
    there = [name for name in COLUMNS if name in block.column_names]
    if twice := [name for name in there if block.column_names.count(name) > 1]:
        raise ProblemError(*(Problem("D329", Place(file), {"name": name}) for name in twice))
    columns, problems = {}, []
    for name in there:
        kind = block[name].type
        is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
        plain = pa.types.is_integer(kind) or pa.types.is_date32(kind) or pa.types.is_string(kind)
        try:
            to = pa.list_(pa.string()) if is_list and name in _LISTS.values() else kind if plain else pa.string()
            columns[name] = block[name].cast(to)
        except pa.ArrowException:
            problems.append(Problem("D330", Place(file), {"name": name, "type": kind}))
    if problems:
        raise ProblemError(*problems)
    return pa.table(columns)


NO_DAY = np.int32(-(2**31))


class _Block:
    """One block of rows; cells that cannot be used are told and mark their row."""

    def __init__(self, block: pa.Table, file: str, first: int) -> None:
        self.block, self.file, self.first = block, file, first
        self.faulty = np.zeros(len(block), np.bool_)
        self.problems: list[Problem] = []

    def text(self, name: str) -> pa.Array:
        if name not in self.block.column_names:
            return pa.repeat(pa.scalar(""), len(self.block))
        column = self.block[name].combine_chunks()
        if pa.types.is_string(column.type) and not column.null_count:
            return column
        return pc.fill_null(column.cast(pa.string()), "")

    def whole(self, name: str, most: int) -> Any:
        if name not in self.block.column_names:
            return np.full(len(self.block), UNKNOWN, np.int64)
        column = self.block[name].combine_chunks()
        if not pa.types.is_integer(column.type):
            texts = self.text(name)
            sound = pc.match_substring_regex(texts, r"^-?\d{1,13}$")
            self.refuse(name, ~np.asarray(pc.or_(sound, pc.equal(texts, ""))))
            column = pc.if_else(sound, texts, None).cast(pa.int64())
        found = np.asarray(pc.fill_null(column.cast(pa.int64()), UNKNOWN))
        wrong = (found > most) | (found < UNKNOWN) | ((found == UNKNOWN) & np.asarray(column.is_valid()))
        self.refuse(name, wrong)
        return np.where(wrong, UNKNOWN, found)

    def days(self, name: str) -> Any:
        if name not in self.block.column_names:
            return np.full(len(self.block), NO_DAY, np.int32)
        column = self.block[name].combine_chunks()
        if not pa.types.is_date32(column.type):
            texts = self.text(name)
            column = pc.strptime(texts, "%Y-%m-%d", "s", error_is_null=True).cast(pa.date32())
            sound = pc.match_substring_regex(texts, _DAY)
            column = pc.if_else(sound, column, pa.scalar(None, pa.date32()))
            self.refuse(name, np.asarray(column.is_null()) & np.asarray(pc.not_equal(texts, "")))
        return np.asarray(pc.fill_null(column.cast(pa.int32()), int(NO_DAY)))

    def lists(self, name: str) -> tuple[Any, pa.Array]:
        """Where the words of each row begin, and all words."""
        if name not in self.block.column_names:
            return np.zeros(len(self.block) + 1, np.int64), pa.array([], pa.string())
        column = self.block[name].combine_chunks()
        if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
            texts = self.text(name)
            self.refuse(name, ~np.asarray(pc.match_substring_regex(texts, _JSON)))
            bare = pc.replace_substring_regex(texts, r'[\[\]"\s]', "")
            column = pc.split_pattern_regex(bare, r"[,|]")
        count = np.asarray(pc.fill_null(pc.list_value_length(column), 0)).astype(np.int64)
        words = pc.fill_null(column.flatten(), "")
        there = np.asarray(pc.not_equal(words, ""))
        start = np.concatenate(([0], np.cumsum(count)))
        kept = np.concatenate(([0], np.cumsum(there)))
        return kept[start], words.filter(pa.array(there))

    def refuse(self, name: str, wrong: Any) -> None:
        """Mark the rows and tell the first of them."""
        fresh = np.flatnonzero(wrong & ~self.faulty)
        self.faulty |= wrong
        for row in map(int, fresh[: MOST_TOLD - len(self.problems)]):
            value = self.block[name][row].as_py() if name in self.block.column_names else ""
            shown = re.sub(r"\s+", " ", str("" if value is None else value))[:60]
            place = Place(table=self.file, row=self.first + row, column=name)
            self.problems.append(Problem("D322", place, {"value": shown, "name": name}))


def _once(lists: Lists, words: int) -> Lists:
    """Every word of a case once, where it stands first."""
    if not len(lists.words):
        return lists
    joined = lists.rows() * max(words, 1) + lists.words
    _, first = np.unique(joined, return_index=True)
    if len(first) == len(joined):
        return lists
    keep = np.zeros(len(joined), np.bool_)
    keep[first] = True
    return lists.chosen(keep)
