"""A random region being drafted: its documents, its random choices, and the numbers of policy it may state."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

Value = Any
FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2026, 12, 31)

WORDS: dict[str, list[str]] = {
    "place": ["区内", "区外市内", "市外"],
    "level": ["一级", "二级", "三级"],
    "status": ["在职", "退休", "学生"],
    "category": ["普通", "低保", "特困"],
    "disease": ["无", "尿毒症", "肿瘤", "精神病"],
    "filing": ["已备案", "未备案"],
    "次数": ["首次", "二次", "三次以上"],
    "年龄段": ["未成年", "成年", "老年"],
    "连续": ["短", "中", "长"],
    "人群": ["儿童", "劳动者", "老人"],
    "退休批次": ["老办法", "新办法"],
}
"""Closed words that a table may be headed by."""

ITEMS = ["甲类", "乙类", "高值", "单行药"]

CONDITIONS = [
    "place is 市外",
    "place is not 区内",
    "level is 三级",
    "level in [一级, 二级]",
    "status is 退休",
    "status is not 学生",
    "category is 低保",
    "category in [低保, 特困]",
    "disease is 尿毒症",
    "disease is not 无",
    "diseases has 肿瘤",
    "filing is 未备案 and place is not 区内",
    "age >= 60",
    "人群 is 老人 or category is 特困",
    "months >= 12",
    "连续 is 短",
    "退休批次 is 老办法",
    "count(diseases) >= 2",
    "not kind is 门诊",
]
"""Conditions that a whole claim answers."""

OF_STAYS = ["次数 is 二次", "nth >= 2", "stay_days > 10"]
OF_MONEY = ["total_fee > 10000", "first_self_pay > 0", "in_scope >= 5000 and not over_limit > 0"]
"""Conditions on what differs from claim to claim; only some regions ask for it, so that an engine which remembers
numbers by the facts they depend on is met in both states."""


class Draft:
    """Collects articles. `edges` remembers every amount stated, in fen, so that claims can be aimed at it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.articles: list[dict[str, Any]] = []
        self.fee_articles: list[dict[str, Any]] = []
        self.edges: set[int] = {0, 1}
        self.items = rng.sample(ITEMS, rng.choice([0, 2, 3, 4, 4])) if rng.random() < 0.9 else []
        self.items.sort(key=ITEMS.index)
        self.entitled = self.maybe(0.15)
        self.asks_money, self.asks_stays, self.asks_index = self.maybe(0.25), self.maybe(0.35), self.maybe(0.35)
        self.conditions = CONDITIONS + (OF_STAYS if self.asks_stays else []) + (OF_MONEY if self.asks_money else [])

    def maybe(self, chance: float) -> bool:
        return self.rng.random() < chance

    def pick(self, *choices: Any) -> Any:
        return self.rng.choice(choices)

    # numbers

    def yuan(self, low: int, high: int) -> str:
        """An amount in one of its spellings; round ones mostly, odd ones so that rounding is met."""
        rng = self.rng
        if self.maybe(0.15):
            fen = rng.randint(low * 100, high * 100)
            self.edges.add(fen)
            return f"{fen // 100}.{fen % 100:02d}元"
        step = 10000 if high > 50000 and self.maybe(0.5) else 100 if high > 1000 else 10
        amount = max(low, rng.randint(low, high) // step * step)
        self.edges.add(amount * 100)
        return f"{amount // 10000}万" if amount and amount % 10000 == 0 else str(amount)

    def percent(self, low: int = 0, high: int = 100) -> str:
        rng = self.rng
        if self.maybe(0.1):
            return self.pick("1/3", "2/3", "5/7", "1/2")
        if self.maybe(0.2):
            return f"{rng.randint(low, high - 1)}.{rng.choice(['5', '25', '1'])}%"
        return f"{rng.randint(low // 5, high // 5) * 5}%"

    def table(self, cell: Callable[[], Value], depth: int = 2) -> Value:
        """A number that may be a table over closed words, nested at most twice."""
        if depth == 0 or self.maybe(0.6):
            return cell()
        name = self.rng.choice([w for w in WORDS if w != "次数" or self.asks_stays])
        words = list(WORDS[name])
        if self.maybe(0.3):
            word = words.pop(self.rng.randrange(len(words)))
            return {f"by {name}": {word: self.table(cell, depth - 1), "其他": cell()}}
        if len(words) > 2 and self.maybe(0.3):
            return {f"by {name}": {"、".join(words[:2]): cell(), **{w: self.table(cell, depth - 1) for w in words[2:]}}}
        return {f"by {name}": {w: self.table(cell, depth - 1) for w in words}}

    def money(self, low: int, high: int) -> Value:
        return self.table(lambda: self.yuan(low, high))

    def ratio(self, low: int = 0, high: int = 100) -> Value:
        if self.maybe(0.06):
            a, b = self.rng.randint(low // 2, high // 2), self.pick("0.5%", "1%", "0.25%")
            return f"min(100%, {a}% + {b} × age)"
        return self.table(lambda: self.percent(low, high))

    # articles

    def put(self, address: str, make: Callable[[], Value], cell: Callable[[], Value] | None = None) -> None:
        """Set an address, for ever or for a span with a successor; `cell` re-sets one cell of its main number."""
        rng = self.rng
        value = make()
        style = rng.random()
        day = date(2024, rng.randint(1, 12), rng.randint(1, 28))
        if style < 0.8:
            self.article(address, value, FIRST_DAY)
        elif style < 0.9:
            self.article(address, value, FIRST_DAY, through=day)
            self.article(address, make(), day + timedelta(days=1))
        else:
            self.article(address, value, FIRST_DAY)
            self.article(address, make(), day, supersedes="旧办法")
            return
        if cell is not None and (path := _some_cell(rng, main_number(value))) and style < 0.8 and self.maybe(0.5):
            self.article(f"{address}[{path}]", cell(), day)

    def article(self, address: str, value: Value, start: date, **more: Any) -> None:
        through = more.pop("through", None)
        effective = {"from": str(start), **({"through": str(through)} if through else {})}
        article = {"cite": f"第{len(self.articles) + 1}条", "says": "随机条款", "sets": {address: value}}
        self.articles.append({**article, "effective": effective, **more})

    def condition(self) -> str:
        return self.rng.choice(self.conditions)


def main_number(value: Value) -> Value:
    """The number inside a fact that a cell address re-sets."""
    if isinstance(value, dict):
        for key in ("amount", "at_most", "points", "at_least", "pay"):
            if key in value:
                return value[key]
    return value


def _some_cell(rng: random.Random, number: Value) -> str | None:
    """The path of one cell of a table, such as `place=市外`; None when there is no table or a cell is deeper."""
    if not isinstance(number, dict) or len(number) != 1:
        return None
    key, cells = next(iter(number.items()))
    if not str(key).startswith("by "):
        return None
    name = key.removeprefix("by ")
    plain = [w for words, v in cells.items() if not isinstance(v, dict) for w in str(words).split("、") if w != "其他"]
    return f"{name}={rng.choice(plain)}" if plain else None
