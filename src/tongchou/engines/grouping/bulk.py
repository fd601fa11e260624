"""Tables of records: read as columns, checked row by row, grouped, and told as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.grouping.grouper import Grouper
from tongchou.engines.grouping.machine import WIDTH
from tongchou.engines.grouping.record import ICU, UNKNOWN, Record
from tongchou.engines.grouping.scheme import Field
from tongchou.engines.grouping.tables import Codes
from tongchou.ground.errors import Place, Problem, ProblemError

NEEDED = ("index", "sex", "age", "dx")
OPTIONAL = ("age_days", "weight", "los", "discharge", "icu_hours", "px", "dept")
SEPARATOR = "|"
MOST_TOLD = 1_000
"""So many faulty cells of a column are told one by one."""
FAULTY = "数据有误"
"""The status of a record that cannot be read; it has no group."""
_NUMBER = r"^\d{1,9}$"
_FORMS = {"sex": ("^[12]$", "1, 2"), "discharge": ("^[1-9]$", "1 … 9")}
_NONE = np.int32(UNKNOWN)


@dataclass(frozen=True)
class Grouped:
    """`table`: index, status, mdc, adrg and drg of every row, in their order; `problems` of those that are faulty."""

    table: pa.Table
    problems: list[Problem]


def group_table(grouper: Grouper, records: pa.Table, first_row: int = 1, map_codes: bool = False) -> Grouped:
    """Group every row of a table of texts: the columns of `NEEDED` and any of `OPTIONAL`; codes joined by `|`, or
    lists. Rows are counted from `first_row` on. `map_codes`: by the scheme's own tables first. Raises D201 for a column
    that is missing, D205 for one that holds neither, D207 for one that stands twice."""
    records = _plain(records)
    reading = _Reading(records, first_row)
    numbers = reading.numbers()
    dx, dx_start = reading.codes("dx", grouper.dx, grouper.scheme.icd10_map if map_codes else {})
    px, px_start = reading.codes("px", grouper.px, grouper.scheme.icd9cm3_map if map_codes else {})
    reading.require_principal(dx_start)
    found = grouper.group_numbers(numbers, dx, dx_start, px, px_start)
    place = np.where(reading.faulty, len(grouper.outcomes()), grouper.outcome_of(found))
    outcomes = [*grouper.outcomes(), (FAULTY, "", "", "")]
    columns = {
        name: pa.DictionaryArray.from_arrays(*_few(place, [outcome[at] for outcome in outcomes]))
        for at, name in enumerate(("status", "mdc", "adrg", "drg"))
    }
    return Grouped(pa.table({"index": records["index"], **columns}), reading.problems)


def record_of(grouper: Grouper, records: pa.Table, index: str, map_codes: bool = False) -> Record | None:
    """The first record of this index in a table as `group_table` takes it, None where there is none. Raises D201, and
    D202 or D203 where it is faulty."""
    records = _plain(records)
    rows = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(records["index"], index), False)))
    if not len(rows):
        return None
    one = records.slice(int(rows[0]), 1)
    reading = _Reading(one, int(rows[0]) + 1)
    sex, age, age_days, weight, _, los, icu_hours, discharge, _ = reading.numbers()[0].tolist()
    dx, px = (reading.words(name)[0].to_pylist() for name in ("dx", "px"))
    reading.require_principal(np.array([0, len(dx)]))
    if reading.problems:
        raise ProblemError(*reading.problems)
    if map_codes:
        dx = [grouper.scheme.icd10_map.get(code, code) for code in dx]
        px = [grouper.scheme.icd9cm3_map.get(code, code) for code in px]
    dept = reading.texts("dept")[0].as_py()
    return Record(sex, age, tuple(dx), tuple(px), age_days, weight, los, discharge, icu_hours, dept)


def _plain(records: pa.Table) -> pa.Table:
    """The columns that grouping reads, each of texts, codes also of lists of texts. Raises D201, D205, D207."""
    known = "、".join((*NEEDED, *OPTIONAL))
    if missing := [name for name in NEEDED if name not in records.column_names]:
        raise ProblemError(*(Problem("D201", details={"name": name, "known": known}) for name in missing))
    there = [name for name in (*NEEDED, *OPTIONAL) if name in records.column_names]
    if twice := [name for name in there if records.column_names.count(name) > 1]:
        raise ProblemError(*(Problem("D207", details={"name": name}) for name in twice))
    columns, problems = {}, []
    for name in there:
        try:
            columns[name] = _texts(records[name], listed=name in ("dx", "px"))
        except pa.ArrowException:
            problems.append(Problem("D205", details={"name": name, "type": records[name].type}))
    if problems:
        raise ProblemError(*problems)
    return pa.table(columns)


def _texts(column: Any, listed: bool) -> Any:
    """A column as texts or, where it is one, as lists of them."""
    kind = column.type
    is_list = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return column.cast(pa.list_(pa.string()) if listed and is_list else pa.string())


def _few(place: Any, words: Sequence[str]) -> tuple[pa.Array, pa.Array]:
    """Which of the different words stands at each place."""
    different = {word: number for number, word in enumerate(dict.fromkeys(words))}
    number = np.array([different[word] for word in words], np.int32)
    return pa.array(number[place]), pa.array(list(different))


class _Reading:
    """Columns of texts as numbers; what cannot be read is complained of and marks its row."""

    def __init__(self, records: pa.Table, first_row: int) -> None:
        self.records, self.first_row = records, first_row
        self.faulty = np.zeros(len(records), np.bool_)
        self.problems: list[Problem] = []

    def numbers(self) -> Any:
        """The numbers of every record (records × `WIDTH`)."""
        weight = self._number("weight", 0)
        found = np.empty((len(self.records), WIDTH), np.int32)
        columns = {
            Field.SEX: self._number("sex"),
            Field.AGE: self._number("age"),
            Field.AGE_DAYS: self._number("age_days"),
            Field.WEIGHT: weight,
            Field.KNOWN_WEIGHT: np.where(weight > 0, weight, _NONE),
            Field.LOS: self._number("los"),
            Field.ICU_HOURS: self._number("icu_hours"),
        }
        for field, column in columns.items():
            found[:, field.value] = column
        found[:, len(Field)] = self._number("discharge")
        found[:, len(Field) + 1] = pc.equal(self.texts("dept"), ICU)
        return found

    def codes(self, name: str, codes: Codes, mapped: Mapping[str, str]) -> tuple[Any, Any]:
        """All codes of a column by number, and where those of each record begin."""
        words, start = self.words(name)
        number = codes.number
        others = {code: number[to] for code, to in mapped.items() if to in number}
        known = pa.array([*codes.words, *(code for code in others if code not in number)], pa.string())
        by_place = [0, *range(1, codes.count), *(at for code, at in others.items() if code not in number)]
        for code, to in others.items():
            if code in number:
                by_place[number[code]] = to
        place = pc.fill_null(pc.index_in(words, value_set=known), _NONE)
        return np.array(by_place, np.int32)[np.asarray(place) + 1], start

    def words(self, name: str) -> tuple[pa.Array, Any]:
        """All codes of a column as they are written, and where those of each record begin."""
        if name not in self.records.column_names:
            return pa.array([], pa.string()), np.zeros(len(self.records) + 1, np.int64)
        column = self.records[name].combine_chunks()
        if not pa.types.is_list(column.type):
            column = pc.split_pattern(pc.fill_null(column, ""), SEPARATOR)
        words = pc.utf8_trim_whitespace(column.flatten())
        there = pc.fill_null(pc.not_equal(words, ""), False)
        kept = np.append(0, np.cumsum(np.asarray(there)))
        offsets = np.append(0, np.cumsum(np.asarray(pc.fill_null(pc.list_value_length(column), 0))))
        return words.filter(there), kept[offsets]

    def require_principal(self, start: Any) -> None:
        """A record without a diagnosis is in no group because of its data, not because of its illness."""
        for row in self._mark(np.diff(start) == 0):
            self.problems.append(Problem("D203", self._place(row, "dx")))

    def _number(self, name: str, empty: int = UNKNOWN) -> Any:
        texts = self.texts(name)
        form, known = _FORMS.get(name, (_NUMBER, "0, 1, 2 …"))
        sound = np.asarray(pc.match_substring_regex(texts, form))
        blank = np.asarray(pc.equal(texts, ""))
        for row in self._mark(~sound if name in NEEDED else ~(sound | blank)):
            details = {"name": name, "value": texts[row].as_py(), "known": known}
            self.problems.append(Problem("D202", self._place(row, name), details))
        clean = pc.if_else(pa.array(sound), texts, "0").cast(pa.int32())
        return np.where(sound, np.asarray(clean), np.int32(empty))

    def texts(self, name: str) -> Any:
        if name not in self.records.column_names:
            return pa.array([""], pa.string()).take(pa.array(np.zeros(len(self.records), np.int64)))
        column = self.records[name].combine_chunks()
        return pc.utf8_trim_whitespace(pc.fill_null(column, ""))

    def _mark(self, wrong: Any) -> list[int]:
        """The rows to complain of: all are marked, the first of them are told."""
        self.faulty |= wrong
        return list(map(int, np.flatnonzero(wrong)[:MOST_TOLD]))

    def _place(self, row: int, column: str) -> Place:
        return Place(table="records", row=self.first_row + row, column=column)
