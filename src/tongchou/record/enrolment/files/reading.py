"""The rows of a file of enrolments as columns, and what is wrong with each cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import pyarrow as pa

from tongchou.ground.dates import parse_date
from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.secret import keys
from tongchou.record.enrolment.insurances import check_facts, insurances, present_from
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.identity import RESIDENT_CARD, certificate
from tongchou.record.people.models import Person
from tongchou.record.sheets.streamed import MOST_PROBLEMS, Upload, rows

KIND, NUMBER, NAME, BORN, SEX, PHONE = "证件类型", "证件号码", "姓名", "出生日期", "性别", "电话"
INSURANCE, SINCE, THROUGH, EMPLOYER = "险种", "开始日期", "结束日期", "单位编码"
NEEDED = (NUMBER, NAME, INSURANCE, SINCE)
KNOWN = (KIND, *NEEDED, BORN, SEX, PHONE, THROUGH, EMPLOYER)
"""Birthday and sex may be left to the number of a resident card, which is the kind when none is written. Any other
column is a fact that the region's vocabulary knows."""
SCHEMA = pa.schema([
    ("row", pa.int32()), ("kind", pa.string()), ("number", pa.string()), ("finder", pa.binary(32)),
    ("name", pa.string()), ("name_finder", pa.binary(32)), ("born", pa.date32()), ("sex", pa.string()),
    ("phone", pa.string()), ("insurance", pa.string()), ("since", pa.date32()), ("through", pa.date32()),
    ("employer", pa.int64()), ("facts", pa.string()),
])  # fmt: skip
_SEXES = dict(Person.SEXES)
_BATCH = 20_000
_LONGEST_NAME, _LONGEST_PHONE = 60, 30


@dataclass
class Read:
    """Columns of the rows that hold, and what is wrong with the others."""

    table: pa.Table
    problems: list[Problem]
    count: int


def read(upload: Upload) -> Read:
    """The rows of a file. Raises E110 for what is no such file and E106 for a column that is missing or twice."""
    lines = rows(upload)
    _, head = next(lines, (1, []))
    problems = [
        Problem("E106", Place(table=upload.name, row=1), {"column": column, "known": "、".join(KNOWN)})
        for column in KNOWN
        if head.count(column) > 1 or (column in NEEDED and column not in head)
    ]
    if problems:
        raise ProblemError(*problems)
    found = _Rows(upload.name, head)
    batches: list[pa.RecordBatch] = []
    for number, cells in lines:
        found.take(number, cells)
        if len(found.held) == _BATCH:
            batches.append(found.batch())
        if len(found.problems) >= MOST_PROBLEMS:
            break
    batches.append(found.batch())
    return Read(pa.Table.from_batches(batches, SCHEMA), found.problems, found.count)


class _Rows:
    def __init__(self, file: str, head: list[str]) -> None:
        self.file, self.head, self.count = file, head, 0
        self.pack, self.today = pack_in_force(), clock.today()
        self.insurances = insurances(self.pack)
        self.names = {title: name for name, title in self.insurances.items()}
        self.facts = [(place, name) for place, name in enumerate(head) if name and name not in KNOWN]
        self.at = {name: head.index(name) for name in KNOWN if name in head}
        self.employers = dict(Organisation.objects.filter(kind="employer", active=True).values_list("code", "id"))
        self.any_day = "enrolment.change_past" in actor().permissions
        self.present = lru_cache(lambda name: present_from(self.pack, name, self.today))
        self.rules_answer = lru_cache(maxsize=100_000)(self._rules_answer)
        self.as_json = lru_cache(maxsize=100_000)(self._as_json)
        self.find = keys().find
        self.held: list[tuple[Any, ...]] = []
        self.problems: list[Problem] = []

    def batch(self) -> pa.RecordBatch:
        columns = list(zip(*self.held, strict=True)) or [() for _ in SCHEMA]
        self.held = []
        arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
        return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def take(self, number: int, cells: list[str]) -> None:
        """Hold a row, or what is wrong with it."""
        self.count += 1
        row = _Row(self, number, cells)
        held = row.held()
        if row.problems:
            self.problems += row.problems
        else:
            self.held.append(held)

    def _as_json(self, *cells: str) -> str:
        facts = {name: cell for (_, name), cell in zip(self.facts, cells, strict=True) if cell}
        return json.dumps(facts, ensure_ascii=False, sort_keys=True)

    def _rules_answer(self, insurance: str, facts: str, since: date) -> tuple[Problem, ...]:
        """What the region's rules say of facts, once for all rows that bring the same."""
        try:
            check_facts(self.pack, insurance, json.loads(facts), since)
        except ProblemError as error:
            return tuple(error.problems)
        return ()


class _Row:
    def __init__(self, of: _Rows, number: int, cells: list[str]) -> None:
        self.of, self.number, self.cells = of, number, cells
        self.problems: list[Problem] = []

    def held(self) -> tuple[Any, ...]:
        kind, number, born, sex = self._certificate()
        name, phone = self[NAME], self[PHONE]
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            self._wrong(NAME, f"1–{_LONGEST_NAME}")
        if len(phone) > _LONGEST_PHONE or not phone.isprintable():
            self._wrong(PHONE, f"0–{_LONGEST_PHONE}")
        insurance = self.of.names.get(self[INSURANCE], self[INSURANCE])
        if insurance not in self.of.insurances:
            self._wrong(INSURANCE, "、".join(self.of.names))
        since, through = self._day(SINCE), self._day(THROUGH, needed=False)
        if since and ((born and since < born) or (through and through < since)):
            self._add(SINCE, "E103")
        employer = self.of.employers.get(self[EMPLOYER])
        if self[EMPLOYER] and employer is None:
            self._wrong(EMPLOYER, "参保单位的编码")
        text = self.of.as_json(*(self.cells[place] if place < len(self.cells) else "" for place, _ in self.of.facts))
        if not self.problems and since is not None:
            self._ask_rules(insurance, text, since)
        if self.problems:
            return ()
        who = (
            kind,
            number,
            self.of.find(number, "certificate"),
            name,
            self.of.find(name, "name"),
            born,
            sex,
            phone or None,
        )
        return self.number, *who, insurance, since, through, employer, text

    def __getitem__(self, column: str) -> str:
        place = self.of.at.get(column, -1)
        return self.cells[place] if 0 <= place < len(self.cells) else ""

    def _certificate(self) -> tuple[str, str, date | None, str]:
        """Kind and number, birthday and sex: a resident card's own, which what is written must not contradict."""
        born, sex = self._day(BORN, needed=False), self[SEX]
        try:
            card = certificate(self[KIND] or RESIDENT_CARD, self[NUMBER])
        except ProblemError as error:
            self._add(NUMBER, error.problems[0].code, **error.problems[0].details)
            return "", "", None, ""
        if card.born is not None and ((born or card.born), (sex or card.sex)) != (card.born, card.sex):
            self._add(BORN if born and born != card.born else SEX, "P105")
        born, sex = card.born or born, card.sex or sex
        if sex not in _SEXES:
            self._wrong(SEX, "、".join(_SEXES))
        if (born is None and not self[BORN]) or (born is not None and born > self.of.today):
            self._wrong(BORN, "YYYY-MM-DD")
        return card.kind, card.number, born, sex

    def _day(self, column: str, needed: bool = True) -> date | None:
        text = self[column]
        if not text and not needed:
            return None
        found = _parsed(text)
        if found is None:
            self._wrong(column, "YYYY-MM-DD")
        return found

    def _ask_rules(self, insurance: str, facts: str, since: date) -> None:
        earliest = self.of.present(insurance)
        if since < earliest and not self.of.any_day:
            self._add(SINCE, "E104", day=since, earliest=earliest)
        for problem in self.of.rules_answer(insurance, facts, since):
            name = str(problem.details.get("name", ""))
            self._add(name if name in self.of.head else INSURANCE, problem.code, **problem.details)

    def _wrong(self, column: str, known: str) -> None:
        self._add(column, "E107", field=column, value=self[column][:60], known=known)

    def _add(self, column: str, code: str, **details: object) -> None:
        self.problems.append(Problem(code, Place(table=self.of.file, row=self.number, column=column), details))


@lru_cache(maxsize=100_000)
def _parsed(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
