"""Random claims of the region `ninghe` as canonical tables, as many as a measurement asks for.

They are drawn to be settled fast or slowly, not to look like a place: `tongchou synth` does that. Amounts are whole
fen, days count from 1970-01-01, and the same shape always gives the same tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tongchou.engines.synth import columns as c
from tongchou.engines.synth.draw import NEVER, day_number, pick
from tongchou.ground.tables import schema

HOUSEHOLD = 3
FIRST, LAST = day_number(date(2025, 2, 1)), day_number(date(2025, 12, 31))
"""From February, when the year's indices are out: a formula dated by year alone can then know them too."""

SCHEMES = ("employee", "resident")
LEVELS, LEVEL_SHARES = ("一级", "二级", "三级"), (4, 3, 3)
PLACES, PLACE_SHARES = ("市内", "市外"), (8, 2)
FILINGS = ("无", "长期居住", "转诊")
REFERRALS, REFERRAL_SHARES = ("无", "上转"), (9, 1)
STATUS = ("在职", "退休")
CATEGORIES, CATEGORY_SHARES = ("普通", "特困", "低保", "返贫", "低保边缘", "因病致贫"), (80, 3, 7, 3, 4, 3)
DISEASES = ("高血压", "糖尿病", "恶性肿瘤", "透析", "器官移植")
ITEMS, ITEM_SHARES = ("甲类", "乙类药", "高值检查", "国产植入物", "单行药", "自费"), (60, 22, 4, 2, 2, 10)
CLASSES = ("甲", "乙", "乙", "甲", "甲", "丙")
"""The class of each item group."""
YES, NO = "是", "否"
WORDS = (NO, YES)


@dataclass(frozen=True)
class Visit:
    """A kind of visit: how often it is drawn, and the fee that half of its claims stay below (fen)."""

    scheme: str
    kind: str
    share: int
    median: int
    stays: bool = False  # has a number of its own, days, referral and filing
    disease: bool = False


ALL_KINDS = (
    Visit("employee", "普通门诊", 55, 20_000),
    Visit("employee", "药店购药", 20, 8_000),
    Visit("employee", "门诊慢特病", 10, 40_000, disease=True),
    Visit("employee", "单行药购药", 2, 500_000),
    Visit("employee", "住院", 13, 900_000, stays=True),
    Visit("resident", "普通门诊", 70, 15_000),
    Visit("resident", "门诊慢特病", 12, 35_000, disease=True),
    Visit("resident", "住院", 18, 700_000, stays=True),
)
RESIDENT_STAYS = (Visit("resident", "住院", 1, 900_000, stays=True),)


@dataclass(frozen=True)
class Shape:
    """What to draw. Each person has `1 + Poisson(claims_per_person - 1)` claims, at most `most_claims`.

    `split`: lines come with their four parts, else the item rules split them. `shuffled`: claims and lines in no
    order, else households together, each in the order of settling. `years_insured` and `years_unused` are the values
    of the two facts that count years: the more there are, the more kinds of claims a run has to tell apart.
    """

    persons: int
    claims_per_person: float = 6
    most_claims: int = 400
    lines_per_claim: int = 1
    split: bool = True
    shuffled: bool = False
    visits: tuple[Visit, ...] = ALL_KINDS
    years_insured: tuple[int, ...] = (2, 6, 10)
    years_unused: tuple[int, ...] = (0, 1)
    seed: int = 1


def draw(shape: Shape, first: int = 0) -> dict[str, pa.Table]:
    """Tables by name: persons, spells, accounts, claims, lines. The first person has the number `first` + 1."""
    rng = np.random.default_rng([shape.seed, first])
    people = _People(rng, shape, first)
    bills = _Bills(rng, shape, people)
    tables = {**people.tables(), "claims": bills.claims(), "lines": bills.lines()}
    if shape.shuffled:
        for name in ("claims", "lines"):
            tables[name] = tables[name].take(pa.array(rng.permutation(len(tables[name]))))
    return tables


def write(shape: Shape, folder: Path, chunk: int = 90_000) -> dict[str, int]:
    """The tables as Parquet files of a folder, `chunk` persons in memory at a time; rows by table.

    A shuffled set is drawn in one piece, so that it is shuffled throughout.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    writers: dict[str, pq.ParquetWriter] = {}
    with ExitStack() as stack:
        for tables in [draw(shape)] if shape.shuffled else _chunks(shape, chunk):
            for name, table in tables.items():
                if name not in writers:
                    writers[name] = stack.enter_context(pq.ParquetWriter(folder / f"{name}.parquet", table.schema))
                writers[name].write_table(table)
                rows[name] = rows.get(name, 0) + len(table)
    return rows


def _chunks(shape: Shape, chunk: int) -> Iterator[dict[str, pa.Table]]:
    if chunk % HOUSEHOLD:
        raise ValueError(f"a chunk holds whole households: {chunk} is no multiple of {HOUSEHOLD}")
    for first in range(0, shape.persons, chunk):
        size = min(chunk, shape.persons - first)
        yield draw(Shape(**{**vars(shape), "persons": size}), first)


class _People:
    """Persons, three to a household, each with one spell; employees with an account."""

    def __init__(self, rng: np.random.Generator, shape: Shape, first: int) -> None:
        size = shape.persons
        self.number = first + np.arange(size) + 1
        self.id = c.ids("P", 9, self.number)
        schemes = sorted({SCHEMES.index(visit.scheme) for visit in shape.visits})
        self.scheme = np.array(schemes)[rng.integers(len(schemes), size=size)]
        self.age = rng.integers(1, 90, size)
        self.birth = FIRST - self.age * 365 - rng.integers(0, 365, size)
        self.category = pick(rng, CATEGORY_SHARES, size)
        self.balance = rng.integers(0, 500_000, size)
        self.facts = {
            "公务员": c.words(list(WORDS), rng.integers(0, 2, size)),
            "签约": c.words(list(WORDS), rng.integers(0, 2, size)),
            "连续参保年数": c.numbers_as_text(rng.choice(shape.years_insured, size)),
            "零报销年数": c.numbers_as_text(rng.choice(shape.years_unused, size)),
        }
        self.sex = rng.integers(0, 2, size)

    def tables(self) -> dict[str, pa.Table]:
        size = len(self.number)
        employed = self.scheme == SCHEMES.index("employee")
        owners = pa.array(np.flatnonzero(employed))
        return {
            "persons": _table(
                "persons",
                size,
                person_id=self.id,
                household_id=c.ids("H", 9, (self.number - 1) // HOUSEHOLD),
                birth_date=c.days(self.birth),
                sex=c.words(["男", "女"], self.sex),
            ),
            "spells": _table(
                "spells",
                size,
                spell_id=c.ids("S", 9, self.number),
                person_id=self.id,
                scheme=c.words(list(SCHEMES), self.scheme),
                from_date=c.days(np.maximum(self.birth, FIRST - 3000)),
                status=c.words(list(STATUS), np.where(employed, (self.age >= 60).astype(np.int64), -1)),
                category=c.words(list(CATEGORIES), self.category),
                facts=c.maps(
                    [(name, column, employed == (name == "公务员")) for name, column in self.facts.items()], size
                ),
            ),
            "accounts": _table(
                "accounts",
                len(owners),
                account_id=c.ids("A", 9, self.number[employed]),
                person_id=self.id.take(owners),
                kind=c.words(["个人账户"], np.zeros(len(owners), dtype=np.int64)),
                balance=pa.array(self.balance[employed]),
                as_of=c.days(np.full(len(owners), day_number(date(2024, 12, 31)))),
            ),
        }


class _Bills:
    """Claims in the order in which they settle, and their lines."""

    def __init__(self, rng: np.random.Generator, shape: Shape, people: _People) -> None:
        count = np.minimum(1 + rng.poisson(shape.claims_per_person - 1, shape.persons), shape.most_claims)
        person = np.repeat(np.arange(shape.persons), count)
        size = len(person)
        self.shape, self.people, self.rng = shape, people, rng
        visit = _kinds(rng, shape, people.scheme[person])
        stays = np.array([one.stays for one in shape.visits])[visit]
        out = rng.integers(FIRST + 20, LAST + 1, size)
        at = rng.integers(8 * 3600, 18 * 3600, size)
        order = np.lexsort((at, out, person // HOUSEHOLD))
        self.person, self.visit, self.stays = person[order], visit[order], stays[order]
        self.discharged, self.at = out[order], at[order]
        self.admitted = self.discharged - np.where(self.stays, rng.integers(1, 20, size), 0)
        # Household by household, so numbers go on from those of the persons before.
        self.number = people.number[0] * shape.most_claims + np.arange(size)
        self.amount, self.item = self._lines()
        self.id = c.ids("C", 12, self.number)

    def _lines(self) -> tuple[Any, Any]:
        """Fen and item group of each line: as many rows as claims, as many columns as a claim has lines."""
        size = (len(self.person), self.shape.lines_per_claim)
        median = np.array([visit.median for visit in self.shape.visits])[self.visit]
        drawn = self.rng.lognormal(0, 1.2, size) * median[:, None] / self.shape.lines_per_claim
        amount = np.clip(drawn, 1, 10**9).astype(np.int64)
        return amount, pick(self.rng, ITEM_SHARES, size[0] * size[1]).reshape(size)

    def claims(self) -> pa.Table:
        size, rng, visits = len(self.person), self.rng, self.shape.visits
        ill = np.array([visit.disease for visit in visits])[self.visit]
        disease = rng.integers(0, len(DISEASES), size)
        employed = self.people.scheme[self.person] == SCHEMES.index("employee")
        single = (self.item == ITEMS.index("单行药")).any(axis=1)
        everywhere = np.zeros(size, dtype=np.int64)
        place = pick(rng, PLACE_SHARES, size)
        # Whoever stays at home files nothing.
        filing = np.where(place == PLACES.index("市内"), 0, rng.integers(0, len(FILINGS), size))
        return _table(
            "claims",
            size,
            claim_id=self.id,
            person_id=self.people.id.take(pa.array(self.person)),
            scheme=c.words([visit.scheme for visit in visits], self.visit),
            kind=c.words([visit.kind for visit in visits], self.visit),
            level=c.words(list(LEVELS), pick(rng, LEVEL_SHARES, size)),
            place=c.words(list(PLACES), place),
            referral=c.words(list(REFERRALS), np.where(self.stays, pick(rng, REFERRAL_SHARES, size), -1)),
            filing=c.words(list(FILINGS), np.where(self.stays, filing, -1)),
            admitted_on=c.days(self.admitted),
            discharged_on=c.days(np.where(self.stays, self.discharged, NEVER)),
            settled_at=c.times(self.discharged * 86_400 + self.at),
            stay_id=c.ids("M", 12, self.number, ~self.stays),
            disease=c.words(list(DISEASES), np.where(ill, disease, -1)),
            diseases=c.lists(list(DISEASES), (disease[:, None] == np.arange(len(DISEASES))) & ill[:, None]),
            account_use=c.words(["none", "own"], employed.astype(np.int64)),
            total_fee=pa.array(self.amount.sum(axis=1)),
            facts=c.maps([("单行药备案", c.words([YES], everywhere), single)], size),
        )

    def lines(self) -> pa.Table:
        each = self.shape.lines_per_claim
        amount, item = self.amount.ravel(), self.item.ravel()
        claim = np.repeat(np.arange(len(self.person)), each)
        size = len(claim)
        number = (self.number[:, None] * each + np.arange(each)).ravel()
        ill = np.array([visit.disease for visit in self.shape.visits])[self.visit]
        return _table(
            "lines",
            size,
            line_id=c.ids("L", 14, number),
            claim_id=self.id.take(pa.array(claim)),
            fee_at=c.times(self.admitted[claim] * 86_400 + 9 * 3600),
            item=c.words(list(ITEMS), item),
            **{"class": c.words(list(CLASSES), item)},
            amount=pa.array(amount),
            in_disease_scope=c.words([YES], np.where(ill[claim], 0, -1)),
            **(_parts(self.rng, amount, item) if self.shape.split else {}),
        )


def _kinds(rng: np.random.Generator, shape: Shape, scheme: Any) -> Any:
    """The kind of visit of every claim, among those of its person's scheme."""
    found = np.zeros(len(scheme), dtype=np.int64)
    for number, name in enumerate(SCHEMES):
        own = np.array([i for i, visit in enumerate(shape.visits) if visit.scheme == name], dtype=np.int64)
        rows = np.flatnonzero(scheme == number)
        if len(rows):
            found[rows] = own[pick(rng, [shape.visits[i].share for i in own], len(rows))]
    return found


def _parts(rng: np.random.Generator, amount: Any, item: Any) -> dict[str, Any]:
    """Four parts of each line, as they come from a place with a catalogue of its own."""
    alone = item == ITEMS.index("自费")
    share = np.where(np.array(CLASSES)[item] == "乙", rng.integers(0, 21, len(amount)), 0)
    first = np.where(alone, 0, amount * share // 100)
    return {
        "fulamt_ownpay_amt": pa.array(np.where(alone, amount, 0)),
        "overlmt_amt": pa.array(np.zeros_like(amount)),
        "preselfpay_amt": pa.array(first),
        "inscp_scp_amt": pa.array(np.where(alone, 0, amount - first)),
    }


def _table(name: str, size: int, **columns: Any) -> pa.Table:
    """The canonical table with these columns; the others are empty."""
    form = schema(name)
    filled = [columns.pop(field.name) if field.name in columns else pa.nulls(size, field.type) for field in form]
    assert not columns, sorted(columns)
    return pa.Table.from_arrays(filled, schema=form)
