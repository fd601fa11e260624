"""The people of the town as the files that an agency would be given: enrolments, and what the tax bureau took in."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

AREA = "999999"
"""No place has this code, so no certificate of the town is anybody's."""
_FAMILY, _GIVEN = "王李张刘陈杨赵黄周吴", "明华建国秀英丽军伟芳敏静强磊洋"
_LOWEST, _STEPS, _STEP = 3_500, 60, 250  # yuan a month: what is declared for workers
FIRMS = tuple(f"D{number:03d}" for number in range(1, 13))


def write_enrolments(data: Path, count: int, since: date, out: Path) -> dict[str, str]:
    """The first `count` people of the drawn tables in `data` who were born by then, enrolled from a day on, as the CSV
    that the record takes; who they are, each with the number of the card, in the order of its rows."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(data / "persons.parquet", columns=["person_id", "birth_date", "sex"])
    persons = table.filter(pc.less_equal(table["birth_date"], since)).slice(0, count).to_pylist()
    spells = {row["person_id"]: row for row in _spells(data, [row["person_id"] for row in persons])}
    enrolled = {}
    with out.open("w", encoding="utf-8", newline="") as stream:
        head = "证件号码 姓名 险种 开始日期 单位编码 status 用工 困难企业 缴费基数 category 新生儿".split()
        sheet = csv.writer(stream)
        sheet.writerow(head)
        for number, (row, card) in enumerate(zip(persons, _cards(persons), strict=True)):
            spell = spells.get(row["person_id"])
            if spell is not None:
                sheet.writerow([card, _name(number), *_enrolment(number, spell, since)])
                enrolled[row["person_id"]] = card
    return enrolled


def write_receipts(owed: Iterable[tuple[int, int]], day: date, out: Path) -> None:
    """Receipts of parts, each by number and fen, as the tax bureau's CSV."""
    from tongchou.ground.money import yuan

    with out.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["收款号", "应缴号", "到账日", "金额"])
        for part, fen in owed:
            table.writerow([f"S{day:%Y%m%d}{part:09d}", part, day, yuan(fen)])


def _spells(data: Path, people: list[str]) -> Iterator[Mapping[str, Any]]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    table = pq.read_table(data / "spells.parquet", columns=["person_id", "scheme", "status", "category"])
    yield from table.filter(pc.is_in(table["person_id"], pa.array(people))).to_pylist()


def _cards(rows: list[Mapping[str, Any]]) -> Iterator[str]:
    """A resident card's number for each: birthday and sex are told by it, and no two are the same."""
    from tongchou.record.people.identity import check_digit

    known: Counter[tuple[date, bool]] = Counter()
    for row in rows:
        man = row["sex"] == "男"
        serial = 2 * known[row["birth_date"], man] + man
        known[row["birth_date"], man] += 1
        first = f"{AREA}{row['birth_date']:%Y%m%d}{serial:03d}"
        yield first + check_digit(first)


def _name(number: int) -> str:
    return _FAMILY[number % len(_FAMILY)] + _GIVEN[number // 7 % len(_GIVEN)] + _GIVEN[number // 3 % len(_GIVEN)]


def _enrolment(number: int, spell: Mapping[str, Any], since: date) -> list[object]:
    if spell["scheme"] != "employee":
        return [spell["scheme"], since, "", "", "", "", "", spell["category"], "否"]
    works = spell["status"] == "在职"
    firm = FIRMS[number % len(FIRMS)] if works else ""
    base = _LOWEST + number % _STEPS * _STEP if works else ""
    return ["employee", since, firm, spell["status"], "单位职工", "否", base, spell["category"], ""]
