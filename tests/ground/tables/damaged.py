"""A few households with a year of everything, sound, and ways to damage it as files from the field are damaged."""

import json
import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pyarrow as pa

from tongchou.ground.tables import TABLES, schema
from tongchou.ground.tables.shape import DATE, DECIMALS, FEN, FENS, INT, MONTH, TEXT, TEXTS, TIMESTAMP, WORDS, Column
from tongchou.ground.tables.visits import PARTS

Row = dict[str, Any]
Rows = dict[str, list[Row]]
NEW_YEAR = date(2024, 1, 1)


def sound_rows(draw: random.Random) -> Rows:
    """Every canonical table; nothing in it is rejected."""
    rows: Rows = {name: [] for name in TABLES}
    persons = [f"P{number}" for number in range(draw.randint(4, 14))]
    for place, person in enumerate(persons):
        _person(draw, rows, person, f"H{place // 2}")
    for place, person in enumerate(persons):
        for _ in range(draw.randint(0, 2)):
            _claim(draw, rows, person, persons[place : place + 2])
    rows["rejects"] = [
        {"table": "claims", "row": row, "code": "T101", "message_zh": "一 二", "message_en": "one"} for row in (1, 1)
    ]
    return rows


def _person(draw: random.Random, rows: Rows, person: str, household: str) -> None:
    days = sorted(draw.sample(range(300), 2))
    first, second = (NEW_YEAR + timedelta(day) for day in days)
    about = {"person_id": person, "household_id": draw.choice([None, household])}
    facts = {"重点人群": draw.choice(["是", "否"]), "x": ""} if draw.random() < 0.3 else None
    birth = date(draw.randint(1930, 2020), draw.randint(1, 12), draw.randint(1, 28))
    rows["persons"].append({**about, "birth_date": birth, "sex": draw.choice(["男", "1", None]), "facts": facts})
    if draw.random() < 0.7:
        stays = [(household, first, second - timedelta(1)), (f"{household}x", second, None)]
        for home, start, end in stays[: draw.randint(1, 2)]:
            rows["households"].append(
                {"household_id": home, "person_id": person, "from_date": start, "through_date": end}
            )
    period = {"person_id": person, "scheme": draw.choice(["resident", "employee"])}
    for number, (start, end) in enumerate([(second, None), (first, second - timedelta(1))]):
        dates = {"from_date": start, "through_date": end}
        spell = {"spell_id": f"S{person}{number}", "months": number, "status": "在职"}
        rows["spells"].append({**spell, **period, **dates})
        rows["entitlements"].append({**period, "fund": "pool", "level": "full", **dates})
    account = {"account_id": f"A{person}", "kind": "个人账户", "balance": draw.randint(0, 10**6), "as_of": NEW_YEAR}
    rows["accounts"].append({**account, "person_id": person})


def _claim(draw: random.Random, rows: Rows, person: str, persons: list[str]) -> None:
    number = len(rows["claims"])
    claim_id, day = f"C{number}", NEW_YEAR + timedelta(draw.randint(0, 300))
    lines: list[Row] = []
    for _ in range(draw.randint(1, 4)):
        lines += _lines(draw, claim_id, len(rows["lines"]) + len(lines), datetime.combine(day, time(8)))
    rows["lines"] += lines
    total = sum(line["amount"] for line in lines)
    owner = draw.choice([None, None, *persons])
    whose = {"claim_id": claim_id, "person_id": person}
    visit = {"scheme": "resident", "kind": "门诊"}
    dates = {"admitted_on": day, "discharged_on": draw.choice([None, day + timedelta(3)])}
    rows["claims"].append(
        {
            **whose,
            **visit,
            **dates,
            "total_fee": total,
            "settled_at": datetime.combine(day, time(9, 30, 1)),
            "diseases": draw.choice([None, [], ["高血压", "E11"]]),
            "account_use": "relative" if owner else draw.choice(["own", None]),
            "account_person_id": owner,
            "given": {"大病": 5, "pool": 0} if draw.random() < 0.2 else None,
            "facts": {"病种": "a b"} if draw.random() < 0.2 else None,
        }
    )
    if draw.random() < 0.5:
        discharge = {
            "discharge_id": f"D{number}",
            "provider_id": "F1",
            "discharged_on": day,
            "other_diagnoses": ["I10"],
        }
        rows["discharges"].append({**discharge, **whose})
    if draw.random() < 0.6:
        _results(draw, rows, whose, lines, total, day)


def _lines(draw: random.Random, claim_id: str, number: int, at: datetime) -> list[Row]:
    quantity, price = Decimal(draw.randint(1, 400)) / 4, Decimal(draw.randint(0, 9999)) / 100
    amount = int(quantity * price * 100)
    line = {"line_id": f"L{number:03}", "claim_id": claim_id, "fee_at": at, "item": draw.choice(["甲类药", None])}
    line |= {"class": draw.choice(["甲", "01", None]), "price_limit": draw.choice([None, 5, 99_999_900])}
    line |= {"quantity": quantity, "price": price, "amount": amount, "national_code": "XA 01"}
    if draw.random() < 0.3:
        line |= dict(zip(PARTS, (0, amount // 2, 0, amount - amount // 2), strict=True))
    if draw.random() < 0.3:
        line |= {"quantity": None, "first_pay_rate": Decimal("0.1")}
    if line["quantity"] is None or amount == 0 or draw.random() < 0.6:
        return [line]
    whole = {**line, "quantity": -quantity, "amount": -amount, "original_line_id": line["line_id"]}
    return [line, {**whole, "line_id": f"L{number:03}R", **{part: -line[part] for part in PARTS if part in line}}]


def _results(draw: random.Random, rows: Rows, whose: Row, lines: list[Row], total: int, day: date) -> None:
    number = len(rows["settlements"]) + 1
    settlement = {**whose, "settlement_id": f"Z{number}", "scheme": "resident", "kind": "门诊", "event_no": number}
    zero = dict.fromkeys(("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "hosp_part_amt", "acct_pay"), 0)
    amounts = {"medfee_sumamt": total, "inscp_scp_amt": total, "fund_pay_sumamt": total - 1, "psn_part_amt": 1}
    settled = {"status": "settled", **zero, **amounts, "psn_cash_pay": 1}
    rows["settlements"].append({**settlement, **(settled if draw.random() < 0.7 else {"status": "refused"})})
    for line in lines:
        result = {"settlement_id": f"Z{number}", "claim_id": whose["claim_id"], "line_id": line["line_id"]}
        paid = {"paid": {"pool": line["amount"] - 2, "大病": 1}, "cash": 1, "hospital": 0, "amount": line["amount"]}
        rows["line_results"].append({**result, **paid})
    end = {"settlement_id": f"Y{number}", "person_id": whose["person_id"], "scheme": "resident", "kind": "门诊"}
    rows["year_end"].append({**end, "basis_date": day, "status": "settled", "amount": 7, "paid": {"a": 4}, "cash": 3})
    rows["events"].append({"event_no": number, "kind": "settle", "claim_id": whose["claim_id"]})
    posting = {"entry_id": f"E{number}", "event_no": number, "book": "b", "fund": "f", "account": "c", "amount": -5}
    rows["postings"].append({**posting, "business_date": day, "posted_month": "2024-05"})


def damage(draw: random.Random, rows: Rows) -> None:
    """One thing that goes wrong: a row is lost, comes twice, or comes with a cell that does not belong there."""
    name = draw.choice([name for name in rows for _ in range(3 if name in ("claims", "lines", "persons") else 1)])
    own = rows[name]
    if not own:
        return
    row = draw.choice(own)
    kind = draw.randrange(6)
    if kind == 0:
        own.remove(row)
        return
    if kind < 3:
        row = dict(row)
        own.insert(draw.randrange(len(own) + 1), row)
    if kind > 1:
        column = draw.choice(TABLES[name].columns)
        others = [one.get(column.name) for one in own]
        row[column.name] = draw.choice([None, *others, *_ODD[column.type], *_ODD[column.type]])


_TEXTS = ["", " P1", "P1 ", "P\t1", "a\u200bb", "\u3000", "P9", "C1", "L000", "H1"]
_WORDS = ["丁", "a b", "full", "none", "relative", "refused", "settled", "resident"]
_DECIMALS = [Decimal(text) for text in ("0", "-1", "1", "0.5", "-0.0001", "100", "999", "0.0000001")]
_ODD: dict[str, list[Any]] = {
    TEXT: _TEXTS + _WORDS,
    FEN: [0, 1, -1, 7, 10**12, 10**12 + 1, -(10**12), 2**63 - 1, 99_999_900, 9_999_999_900],
    INT: [0, 1, -1, 3, 2**63 - 1, -(2**63), 2400],
    DATE: [date(1899, 12, 31), date(1900, 1, 1), date(2199, 12, 31), date(2200, 1, 1), date(2024, 6, 1)],
    TIMESTAMP: [datetime.fromisoformat(text) for text in ("1899-12-31 23:59:59", "2199-12-31 23:59:59", "2200-01-01")],
    MONTH: ["2024-13", "2024-1", "", "2024-01"],
    **dict.fromkeys(DECIMALS, _DECIMALS),
    TEXTS: [[""], [None], [" a"], ["a", "a"], []],
    WORDS: [{"": "a"}, {"a": None}, {"a": " b"}, [("a", "b"), ("a", "c")], {" k": "b"}, {}],
    FENS: [{"a": -1}, {"a": None}, {"": 1}, [("a", 1), ("a", 1)], {"a": 10**12 + 1}, {}],
}

_OTHER_TYPES: dict[str, list[pa.DataType]] = {
    TEXT: [pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string()), pa.int64()],
    FEN: [pa.int32(), pa.uint64(), pa.decimal128(20, 0), pa.decimal128(20, 2), pa.float64(), pa.decimal256(50, 0)],
    INT: [pa.int16(), pa.uint64(), pa.decimal128(20, 0), pa.float32()],
    DATE: [pa.timestamp("ms"), pa.timestamp("ns"), pa.date64()],
    TIMESTAMP: [pa.timestamp("s"), pa.timestamp("ns"), pa.timestamp("us", "Asia/Shanghai"), pa.date32()],
    MONTH: [pa.large_string(), pa.dictionary(pa.int32(), pa.string())],
    **{kind: [pa.decimal128(30, 8), pa.decimal128(18, 1), pa.int64(), pa.float64()] for kind in DECIMALS},
    TEXTS: [pa.large_list(pa.string()), pa.list_(pa.large_string()), pa.list_(pa.string_view())],
    WORDS: [pa.map_(pa.large_string(), pa.large_string()), pa.map_(pa.string_view(), pa.string())],
    FENS: [
        pa.map_(pa.string(), pa.int32()),
        pa.map_(pa.string(), pa.decimal128(20, 0)),
        pa.map_(pa.string(), pa.string()),
    ],
}


def arrow_of(draw: random.Random, rows: Rows, strange: float) -> dict[str, pa.Table]:
    """The rows in Arrow, in chunks, a column with a chance of `strange` in another type than ours; some that are empty
    are left out."""
    contents = {}
    for name, own in rows.items():
        columns = {}
        for column in TABLES[name].columns:
            values = [row.get(column.name) for row in own]
            if column.required or draw.random() < 0.8 or any(value is not None for value in values):
                columns[column.name] = _cells(draw, column, values, strange)
        whole = pa.table(columns)
        cuts = sorted({0, len(whole), *(draw.randint(0, len(whole)) for _ in range(draw.randint(0, 3)))})
        contents[name] = pa.concat_tables([whole.slice(a, b - a) for a, b in pairwise(cuts)]) if len(whole) else whole
    return contents


def _cells(draw: random.Random, column: Column, values: list[Any], strange: float) -> pa.Array:
    pairs = [list(value.items()) if isinstance(value, dict) else value for value in values]
    kinds = [_KINDS[column.name, column.type]]
    if draw.random() < strange:
        kinds = draw.sample(_OTHER_TYPES[column.type], 2) + kinds
    for kind in kinds:
        try:
            return pa.array(pairs, kind)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            continue  # some value is not of that type
    return pa.array([_as_text(value) for value in values], pa.string())


_KINDS = {(c.name, c.type): schema(table).field(c.name).type for table in TABLES.values() for c in table.columns}


def _as_text(value: Any) -> str | None:
    if isinstance(value, dict | list):
        pairs = isinstance(value, list) and value and isinstance(value[0], tuple)
        return json.dumps(dict(value) if pairs else value)
    return None if value is None else str(value)
