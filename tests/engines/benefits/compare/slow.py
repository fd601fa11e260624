"""The sums of a comparison the slow and obvious way: a pair after the other, Python's integers, nothing clever."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.compare import Limit
from tongchou.engines.benefits.compare.bands import CHANGES
from tongchou.engines.benefits.compare.pairs import DIMENSIONS, OF_PERSON
from tongchou.engines.benefits.national import FUNDS
from tongchou.ground.region.pack import Pack

Row = Mapping[str, Any]
MEASURES = ("fee", "fund_a", "fund_b", "cash_a", "cash_b")


class Slow:
    """Every sum of `Tally` under its name."""

    def __init__(self, a: Pack, b: Pack, limits: Sequence[Limit]) -> None:
        self.packs, self.limits = (a, b), limits
        self.claims: dict[Any, list[int]] = {}
        self.turned: dict[Any, list[int]] = {}
        self.costs: dict[Any, list[int]] = {}
        self.all: Counter[str] = Counter()
        self.groups: dict[str, dict[str, Counter[str]]] = {name: {} for name in DIMENSIONS}
        self.changes: Counter[int] = Counter()
        self.change_sums: Counter[int] = Counter()
        self.shares: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
        self.heavy = [[0] * 5 for _ in limits]
        self.unknown_years: Counter[int] = Counter()
        self.changed: list[Any] = []
        self.people: list[Any] = []

    def add(self, household: Sequence[Row]) -> None:
        people: dict[tuple[str, int], list[Row]] = {}
        for row in household:
            a, b = row["status_a"], row["status_b"]
            if not row["year_end"]:
                _count(self.claims, (a, b), row["fee"])
                if a != b or "rejected" in (a, b):
                    why = row["reason_b"] if a == "settled" else row["reason_a"]
                    _count(self.turned, (a, b, why or ""), row["fee"])
            if "rejected" not in (a, b) and "settled" in (a, b):
                people.setdefault((row["person_id"], row["year"]), []).append(row)
                for i, side in enumerate("ab"):
                    self._costs(i, side, row)
        for (person, year), rows in people.items():
            self._person(person, year, rows)

    def _costs(self, i: int, side: str, row: Row) -> None:
        scheme, hospital = row["scheme"], row[f"hospital_{side}"]
        for name, amount in (row[f"paid_{side}"] or {}).items():
            layer = self.packs[i].layers[scheme][name]
            bearer = {"acct_pay": "account", "hosp_part_amt": "hospital"}.get(layer.field, layer.bearer)
            self._book(i, (scheme, name, bearer, layer.field in FUNDS), amount)
            hospital -= amount if bearer == "hospital" else 0
        self._book(i, (scheme, "", "hospital", False), hospital)
        turned = "" if row[f"status_{side}"] == "settled" else "refused"
        self._book(i, (scheme, turned, "person", False), row[f"cash_{side}"])

    def _book(self, i: int, cost: Any, amount: int) -> None:
        if amount:
            self.costs.setdefault(cost, [0, 0])[i] += amount

    def _person(self, person: str, year: int, rows: Sequence[Row]) -> None:
        whole = _sum(rows)
        claims = sum(not row["year_end"] for row in rows)
        self.people.append({"person_id": person, "year": year, "claims": claims, **whole})
        _person(self.all, whole)
        for name in DIMENSIONS:
            words = {rows[0][name]} if name in OF_PERSON else {row[name] for row in rows}
            for word in words:
                own = rows if name in OF_PERSON else [row for row in rows if row[name] == word]
                _person(self.groups[name].setdefault(word, Counter()), _sum(own))
        change = whole["cash_b"] - whole["cash_a"]
        band = bisect_right(CHANGES, change) if change < 0 else bisect_left(CHANGES, change) + 1
        self.changes[band] += 1
        self.change_sums[band] += change
        for shares, side in zip(self.shares, "ab", strict=True):
            if whole["fee"]:
                thousandths = Fraction(1000 * whole[f"cash_{side}"], whole["fee"])
                shares[max(0, -(-thousandths.numerator // thousandths.denominator))] += 1
        for i, limit in enumerate(self.limits):
            at = limit.at(year)
            if at is None:
                self.unknown_years[i] += 1
                continue
            a, b = (max(0, whole[f"cash_{side}"] - int(at)) for side in "ab")
            for k, more in enumerate((a > 0, b > 0, a > 0 and b > 0, a, b)):
                self.heavy[i][k] += more
        if change:
            places = [(row["cash_b"] - row["cash_a"], row["claim_id"]) for row in rows]
            claim = (min(places) if change < 0 else max(places))[1]
            cash = (whole["cash_a"], whole["cash_b"])
            self.changed.append((person, year, rows[0]["household"], claim, whole["fee"], cash))

    def top(self) -> tuple[list[Any], list[Any]]:
        """The 20 largest reliefs and the 20 largest burdens."""
        ranked = sorted(self.changed, key=lambda one: (-abs(one[5][1] - one[5][0]), one[0], one[1]))
        better = [one for one in ranked if one[5][1] < one[5][0]]
        return better[:20], [one for one in ranked if one[5][1] > one[5][0]][:20]


def _count(found: dict[Any, list[int]], key: Any, fee: int) -> None:
    kept = found.setdefault(key, [0, 0])
    kept[0] += 1
    kept[1] += fee


def _sum(rows: Sequence[Row]) -> dict[str, int]:
    return {name: sum(row[name] for row in rows) for name in MEASURES}


def _person(group: Counter[str], one: Mapping[str, int]) -> None:
    change = one["cash_b"] - one["cash_a"]
    group.update(one)
    group.update(people=1, better=change < 0, worse=change > 0, gain=max(-change, 0), loss=max(change, 0))
