"""The rows of a file of enrolments as columns, and what is wrong with each cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any

import pyarrow as pa

from tongchou.ground.dates import parse_date
from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.secret import keys
from tongchou.record.enrolment.insurances import (
    asked_at_enrolment,
    check_facts,
    has_groups,
    insurances,
    not_eligible,
    present_from,
    standing,
)
from tongchou.record.orgs.models import Organisation
from tongchou.record.packs.queries import pack_in_force
from tongchou.record.people.identity import RESIDENT_CARD, Certificate, certificate
from tongchou.record.people.models import Person
from tongchou.record.sheets.streamed import MOST_PROBLEMS, Upload, rows

KIND, NUMBER, NAME, BORN, SEX, PHONE = "证件类型", "证件号码", "姓名", "出生日期", "性别", "电话"
INSURANCE, SINCE, THROUGH, EMPLOYER = "险种", "开始日期", "结束日期", "单位编码"
NEEDED = (NUMBER, NAME, INSURANCE, SINCE)
KNOWN = (KIND, *NEEDED, BORN, SEX, PHONE, THROUGH, EMPLOYER)  # in the order in which `_Row.held` takes them
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
_ANY_DAY = date(1970, 1, 1)
"""The birthday where no rule asks for it, so that all who bring the same facts are asked about once."""
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
    for number, cells in lines:
        found.take(number, cells)
        if len(found.held) == _BATCH:
            found.put_away()
        if len(found.problems) >= MOST_PROBLEMS:
            break
    return Read(found.table(), found.problems, found.count)


class _Rows:
    def __init__(self, file: str, head: list[str]) -> None:
        self.file, self.head, self.count = file, head, 0
        self.pack, self.today = pack_in_force(), clock.today()
        self.insurances = insurances(self.pack)
        self.names = {title: name for name, title in self.insurances.items()}
        self.facts = [name for name in head if name and name not in KNOWN]
        self.known = _picker(head, KNOWN)
        self.others = _picker(head, self.facts)
        self.employers = dict(Organisation.objects.filter(kind="employer", active=True).values_list("code", "id"))
        self.for_some = lru_cache(lambda name: has_groups(self.pack, name))
        self.asks_birthday = "birth_date" in asked_at_enrolment(self.pack)
        self.any_day = "enrolment.change_past" in actor().permissions
        self.present = lru_cache(lambda name: present_from(self.pack, name, self.today))
        self.rules_answer = lru_cache(maxsize=100_000)(self._rules_answer)
        self.as_json = lru_cache(maxsize=100_000)(self._as_json)
        self.find = keys().find
        self.held: list[tuple[Any, ...]] = []
        self.columns: list[list[pa.Array]] = [[] for _ in SCHEMA]
        self.problems: list[Problem] = []

    def put_away(self) -> None:
        """What is held as rows is held as columns from now on."""
        for parts, field, column in zip(self.columns, SCHEMA, zip(*self.held, strict=True), strict=True):
            parts.append(pa.array(column, field.type))
        self.held = []

    def table(self) -> pa.Table:
        """All that is held, each column in one piece; a column's parts go before the next is joined."""
        if self.held:
            self.put_away()
        joined = []
        for parts, field in zip(self.columns, SCHEMA, strict=True):
            joined.append(pa.concat_arrays(parts) if parts else pa.array([], field.type))
            parts.clear()
        return pa.Table.from_arrays(joined, schema=SCHEMA)

    def take(self, number: int, cells: list[str]) -> None:
        """Hold a row, or what is wrong with it."""
        self.count += 1
        row = _Row(self, number)
        held = row.held([*cells[: len(self.head)], *[""] * (len(self.head) - len(cells)), ""])
        if row.problems:
            self.problems += row.problems
        else:
            self.held.append(held)

    def _as_json(self, cells: tuple[str, ...]) -> str:
        facts = {name: cell for name, cell in zip(self.facts, cells, strict=True) if cell}
        return json.dumps(facts, ensure_ascii=False, sort_keys=True)

    def _rules_answer(self, insurance: str, facts: str, since: date, sex: str, born: date) -> tuple[Problem, ...]:
        """What the region's rules say of facts, once for all rows that bring the same."""
        told = json.loads(facts)
        try:
            check_facts(self.pack, insurance, told, since, sex, born)
            if self.for_some(insurance):
                stands = standing(self.pack, insurance, told, since, sex, born, ())
                if not stands.eligible:
                    return tuple(not_eligible(self.pack, insurance, stands).problems)
        except ProblemError as error:
            return tuple(error.problems)
        return ()


class _Row:
    def __init__(self, of: _Rows, number: int) -> None:
        self.of, self.number = of, number
        self.problems: list[Problem] = []

    def held(self, cells: list[str]) -> tuple[Any, ...]:
        """The values of its cells, in the order of `SCHEMA`; nothing where something is wrong."""
        of = self.of
        kind, number, name, insurance, since, born, sex, phone, through, employer = of.known(cells)
        card = self._certificate(kind, number)
        sex, born = ("", None) if card is None else (self._sex(card, sex), self._born(card, born))
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            self._wrong(NAME, name, f"1–{_LONGEST_NAME}")
        if len(phone) > _LONGEST_PHONE or not phone.isprintable():
            self._wrong(PHONE, phone, f"0–{_LONGEST_PHONE}")
        insurance = of.names.get(insurance, insurance)
        if insurance not in of.insurances:
            self._wrong(INSURANCE, insurance, "、".join(of.names))
        since, through = self._day(SINCE, since), self._day(THROUGH, through) if through else None
        if since and ((born and since < born) or (through and through < since)):
            self._add(SINCE, "E103")
        where = of.employers.get(employer)
        if employer and where is None:
            self._wrong(EMPLOYER, employer, "参保单位的编码")
        facts = of.as_json(of.others(cells))
        if not self.problems:
            self._ask_rules(insurance, facts, since, sex, born)
        if self.problems or card is None:
            return ()
        who = card.kind, card.number, of.find(card.number, "certificate"), name, of.find(name, "name"), born, sex
        return self.number, *who, phone or None, insurance, since, through, where, facts

    def _certificate(self, kind: str, number: str) -> Certificate | None:
        try:
            return certificate(kind or RESIDENT_CARD, number)
        except ProblemError as error:
            self._add(NUMBER, error.problems[0].code, **error.problems[0].details)
            return None

    def _born(self, card: Certificate, text: str) -> date | None:
        """The birthday: a resident card's own, which what is written must not contradict."""
        own = card.born
        if own is not None and not text:
            return own
        born = self._day(BORN, text)
        if own is not None and born is not None and born != own:
            self._add(BORN, "P105")
        elif born is not None and born > self.of.today:
            self._wrong(BORN, text, "YYYY-MM-DD")
        return born

    def _sex(self, card: Certificate, text: str) -> str:
        """Likewise."""
        own = card.sex
        if own is not None and text not in ("", own):
            self._add(SEX, "P105")
        elif own is None and text not in _SEXES:
            self._wrong(SEX, text, "、".join(_SEXES))
        return own or text

    def _day(self, column: str, text: str) -> date | None:
        found = _parsed(text)
        if found is None:
            self._wrong(column, text, "YYYY-MM-DD")
        return found

    def _ask_rules(self, insurance: str, facts: str, since: date, sex: str, born: date) -> None:
        earliest = self.of.present(insurance)
        if since < earliest and not self.of.any_day:
            self._add(SINCE, "E104", day=since, earliest=earliest)
        for problem in self.of.rules_answer(insurance, facts, since, sex, born if self.of.asks_birthday else _ANY_DAY):
            name = str(problem.details.get("name", ""))
            self._add(name if name in self.of.head else INSURANCE, problem.code, **problem.details)

    def _wrong(self, column: str, value: str, known: str) -> None:
        self._add(column, "E107", field=column, value=value[:60], known=known)

    def _add(self, column: str, code: str, **details: object) -> None:
        self.problems.append(Problem(code, Place(table=self.of.file, row=self.number, column=column), details))


@lru_cache(maxsize=100_000)
def _parsed(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _picker(head: Sequence[str], names: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """The cells of these columns out of a row with an empty cell at its end, which stands for a column that is not."""
    places = [head.index(name) if name in head else -1 for name in names]
    if len(places) > 1:
        return itemgetter(*places)
    return lambda cells: tuple(cells[place] for place in places)
