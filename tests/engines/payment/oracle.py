"""The year cleared again, slowly: one case after the other, in fractions, from the rows as they were written.

It reads the declaration's own words and shares no code with the engine.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.engines.payment.stage import Tables
from tongchou.engines.payment.rules import Rules

F = Fraction


def number(said: Any, **words: str) -> Fraction:
    """A figure as a declaration writes it."""
    if isinstance(said, dict):
        ((key, cells),) = said.items()
        word = words[key.removeprefix("by ")]
        for names, value in cells.items():
            if word in names.split("、"):
                return number(value, **words)
        return number(cells["其他"], **words)
    text = str(said)
    if "ratio" in text:
        ratio = F(words["ratio"])
        rest = text.replace("ratio", "", 1)
        total = ratio
        for sign, term in re.findall(r"([-+])\s*([0-9.%/]+)", rest):
            total += number(term) if sign == "+" else -number(term)
        return total
    if text.endswith("%"):
        return F(text[:-1]) / 100
    return F(text.removesuffix("元"))


def half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def shares(total: int, weights: list[int]) -> list[int]:
    """Largest remainder; the earlier first."""
    exact = [F(total * w, sum(weights) or 1) for w in weights]
    given = [int(e) for e in exact]
    if sum(weights) == 0:
        return given
    for i in sorted(range(len(exact)), key=lambda i: (-(exact[i] - given[i]), i))[: total - sum(given)]:
        given[i] += 1
    return given


class Oracle:
    """`lines` by (setting, scheme, method, institution), `paths`, `points` and `reasons` by settlement."""

    def __init__(self, rules: Rules, tables: Tables) -> None:
        self.raw = {address: p.raw for address, p in rules.provisions.items()}
        self.tables = tables
        self.groups = {row["settlement_id"]: row for row in tables["groups"]}
        self.levels = {row["institution"]: row["level"] for row in tables["institutions"]}
        self.special = {row["settlement_id"] for row in tables.get("special_cases", [])}
        self.reasons: dict[str, str] = {}
        self.methods: dict[str, str] = {}
        self.paths: dict[str, str] = {}
        self.points: dict[str, Fraction] = {}
        self.money: dict[str, int] = {}
        self.pointed: set[str] = set()
        self._clear()

    def _clear(self) -> None:
        rows = sorted(self.tables["settlements"], key=lambda s: s["settlement_id"])
        for s in rows:
            self._route(s)
        inside = [s for s in rows if not self.reasons[s["settlement_id"]]]
        dip = [s for s in inside if self.methods[s["settlement_id"]] == "dip"]
        self.counts = Counter(self.group(s)["group"] for s in dip)
        self.again = self._readmitted(dip)
        for s in inside:
            getattr(self, "_" + self.methods[s["settlement_id"]])(s)
        self._lines(inside)

    def group(self, s: dict[str, Any]) -> dict[str, Any]:
        return self.groups.get(s["settlement_id"], {"group": "", "status": "missing", "base_points": 0})

    def _route(self, s: dict[str, Any]) -> None:
        key = s["settlement_id"]
        method = None
        for one in self.raw["routes"]:
            asked = {
                "setting": [one["setting"]],
                "care": one.get("care"),
                "institution": one.get("institutions"),
                "scheme": one.get("schemes"),
                "group": one.get("groups"),
            }
            value = {**s, "group": self.group(s)["group"]}
            if all(words is None or value[name] in words for name, words in asked.items()):
                method = one["method"]
                break
        last = date.fromisoformat(self.raw["clearing"]["lists_by"])
        reason = ""
        if s["reversed"]:
            reason = "reversed"
        elif s["discharged_on"].year != int(self.raw["clearing"]["year"]):
            reason = "other_year"
        elif s["inbound"]:
            reason = "inbound"
        elif method is None:
            reason = "other_method"
        elif s["setting"] == "inpatient" and (s["list_on"] is None or s["list_on"] > last):
            reason = "no_list"
        self.reasons[key], self.methods[key] = reason, method or ""

    def _readmitted(self, dip: list[dict[str, Any]]) -> set[str]:
        said = self.raw["readmission"]
        stays: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
        for s in dip:
            if s["care"] not in said["exempt"] and s["person"]:
                stays[s["institution"], s["person"], self.group(s)["group"]].append(s)
        found = set()
        for own in stays.values():
            own.sort(key=lambda s: (s["admitted_on"], s["discharged_on"], s["settlement_id"]))
            for one, other in pairwise(own):
                if 0 <= (other["admitted_on"] - one["discharged_on"]).days <= int(said["within"]):
                    found.add(one["settlement_id"])
        return found

    def _put(self, s: dict[str, Any], path: str, points: Fraction | None = None, money: Fraction | int = 0) -> None:
        key = s["settlement_id"]
        self.paths[key] = path
        self.points[key] = F(half_up(points * 10_000), 10_000) if points is not None else F(0)
        self.money[key] = half_up(F(money))
        if points is not None:
            self.pointed.add(key)

    def _factor(self, s: dict[str, Any]) -> Fraction:
        said = self.raw["hospital_factor"]
        if self.group(s)["group"] in said["same_price"]:
            return F(1)
        row = next(r for r in self.tables["institutions"] if r["institution"] == s["institution"])
        value = sum(F(row[f"factor_{name}"]) * number(weight) for name, weight in said["parts"].items())
        return min(max(F(half_up(value * 10_000), 10_000), number(said["at_least"])), number(said["at_most"]))

    def _dip(self, s: dict[str, Any]) -> None:
        group, key = self.group(s), s["settlement_id"]
        base, mean = F(str(group["base_points"])), F(group.get("reference_mean", 0))
        few = int(self.raw["few_cases"]["below"])
        status = next(
            (
                name
                for name, holds in (
                    ("special", key in self.special),
                    ("excluded_by_stay", s["days"] <= 1 or s["days"] >= 60),
                    ("ungrouped", group["status"] in ("ungrouped", "missing")),
                    ("qy", group["status"] == "qy"),
                    ("zero_points", base == 0),
                    ("few_cases", self.counts[group["group"]] < few),
                    ("incomplete", not s["completed"]),
                )
                if holds
            ),
            None,
        )
        aux = max(F(str(group.get("auxiliary_age", 0))), F(str(group.get("auxiliary_severity", 0)))) or F(1)
        if status is None:
            self._band(s, base, mean, self._factor(s) * aux)
            return
        path = self.raw[f"path.{status}"]
        left = 1 - number(path.get("loss", "0%"))
        if path["pays"] == "cost":
            self._put(s, status, money=s["fund"] * left)
        elif path["pays"] == "points":
            self._put(s, status, F(s["total_fee"]) / (number(self.raw["points"]["cost_of_one"]) * 100) * left)
        else:
            factor = number(path["factor"], ratio=str(F(s["total_fee"]) / mean))
            points = half_up(base * factor * self._factor(s) * aux * left * 10_000)
            self._put(s, status, min(F(points, 10_000), base * number(path["at_most"])))

    def _band(self, s: dict[str, Any], base: Fraction, mean: Fraction, factors: Fraction) -> None:
        ratio = F(s["total_fee"]) / mean
        for band in self.raw["bands.dip"]:
            below = "below" in band and ratio < number(band["below"])
            upto = "upto" in band and ratio <= number(band["upto"])
            if below or upto or not {"below", "upto"} & set(band):
                break
        points = base * number(band["factor"], ratio=str(ratio)) * factors
        status = band["status"]
        if s["settlement_id"] in self.again:
            points, status = points * number(self.raw["readmission"]["factor"]), "readmission"
        self._put(s, status, points)

    def _fund(self, s: dict[str, Any], standard: Fraction, kind: str) -> Fraction:
        if kind == "minus":
            return max(standard - s["person_paid"] - s["other_paid"], F(0))
        return max(standard - s["deductible"], F(0)) * F(s["fund_ratio"])

    def _per_diem(self, s: dict[str, Any]) -> None:
        level = self.levels[s["institution"]]
        total, begun = F(0), 0
        for phase in self.raw["per_diem.精神"]["phases"]:
            until = min(s["days"], int(phase.get("upto", s["days"])))
            total += max(until - begun, 0) * number(phase["price"], level=level) * 100
            begun = max(begun, until)
        self._put(s, "per_diem", money=self._fund(s, total, "ratio"))

    def _per_disease(self, s: dict[str, Any]) -> None:
        group = self.group(s)["group"]
        standard = number(self.raw[f"standard.{group}"]["standard"], level=self.levels[s["institution"]]) * 100
        if not s["completed"] or not F(2, 5) * standard <= s["total_fee"] <= 2 * standard:
            self._put(s, "left_standard", money=s["fund"])
        else:
            self._put(s, "per_disease", money=self._fund(s, standard, "minus"))

    def _service(self, s: dict[str, Any]) -> None:
        self._put(s, "service", money=s["fund"])

    def _lump(self, s: dict[str, Any]) -> None:
        self._put(s, "institution")

    _capitation = _lump

    def _lines(self, inside: list[dict[str, Any]]) -> None:
        lines: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for s in inside:
            key = s["settlement_id"]
            line = lines[s["setting"], s["scheme"], self.methods[key], s["institution"]]
            line.update(cases=1, charged=s["fund"], standard=self.money[key])
            line["points"] += self.points[key]
            if key in self.pointed:
                line.update(total=s["total_fee"], fund=s["fund"], others=s["person_paid"] + s["other_paid"])
        for row in self.tables["signed"]:
            fee = number(self.raw["capitation.家庭医生"]["fee"], scheme=row["scheme"])
            lines["outpatient", row["scheme"], "capitation", row["institution"]]["standard"] += (
                row["persons"] * fee * 100
            )
        for scheme in ("employee", "resident"):
            own = [row for row in self.tables["communities"] if row["scheme"] == scheme]
            own.sort(key=lambda row: row["institution"])
            fee = number(self.raw["lump.丰乡医共体"]["fee"], scheme=scheme)
            whole = int(sum(r["persons"] for r in own) * fee * 100) - sum(r["paid_elsewhere"] for r in own)
            keys = [("inpatient", scheme, "lump", row["institution"]) for row in own]
            for key, fen in zip(keys, shares(whole, [lines[key]["charged"] for key in keys]), strict=True):
                lines[key]["standard"] += fen
        self._price(lines)
        for row in self.tables["deductions"]:
            lines["inpatient", row["scheme"], row["method"], row["institution"]]["deducted"] += row["amount"]
        for row in self.tables["prepaid"]:
            lines["inpatient", row["scheme"], row["method"], row["institution"]]["prepaid"] += row["amount"]
        self.withheld: dict[tuple[str, ...], int] = {}
        for row in self.tables["deposits"]:
            key = "inpatient", row["scheme"], row["method"], row["institution"]
            self.withheld[key] = self.withheld.get(key, 0) + row["amount"]
            lines[key]["deposit"] += 0
        self.cases = Counter[str]()
        for (*_, institution), line in lines.items():
            self.cases[institution] += line["cases"]
        self.lines = {key: self._settled(key, line) for key, line in lines.items()}

    def _price(self, lines: dict[tuple[str, ...], Counter[str]]) -> None:
        self.budgets: dict[tuple[str, str], tuple[int, int]] = {}
        for row in self.tables["budget"]:
            scheme = row["scheme"]
            # The settings stand in the order inpatient, outpatient; of equal remainders the first has the fen.
            inpatient, outpatient = shares(row["amount"], [75, 25])
            reserve = inpatient * 5 // 100
            self.budgets[scheme, "inpatient"], self.budgets[scheme, "outpatient"] = (
                (inpatient, reserve),
                (outpatient, 0),
            )
            own = {key: line for key, line in sorted(lines.items()) if key[:3] == ("inpatient", scheme, "dip")}
            first = sum(
                line["standard"]
                for key, line in lines.items()
                if key[:2] == ("inpatient", scheme) and key[2] in ("lump", "per_diem", "per_disease")
            )
            available = inpatient - reserve - first - sum(line["standard"] for line in own.values())
            ratio = F(sum(x["fund"] for x in own.values()), sum(x["total"] for x in own.values()))
            whole = int(available / ratio)
            weights = [int(line["points"] * 10_000) for line in own.values()]
            for line, fen in zip(own.values(), shares(whole, weights), strict=True):
                line["standard"] += max(fen - line["others"], 0)

    def _settled(self, key: tuple[str, ...], line: Counter[str]) -> dict[str, Any]:
        _, _, method, institution = key
        standard, charged = line["standard"], line["charged"]
        surplus, overrun = max(standard - charged, 0), max(charged - standard, 0)
        said = self.raw.get(f"sharing.{method}")
        kept, shared, compensated = surplus, 0, 0
        if said:
            kept = half_up(self._bands(said["surplus"], surplus, standard))
            shared = half_up(self._bands(said["overrun"], overrun, standard))
            row = next(r for r in self.tables["institutions"] if r["institution"] == institution)
            if "compensates" in said and row["cases_last_year"]:
                growth = F(self.cases[institution], row["cases_last_year"]) - 1
                if growth > number(said["compensates"]["growth_above"]):
                    compensated = half_up((overrun - shared) * number(said["compensates"]["pays"]))
        earned = charged + kept if surplus else min(standard, charged) + shared + compensated
        payable = earned - line["deducted"]
        deposit = half_up(max(payable, 0) * number(self.raw["prepayment"]["deposit"]))
        deposit = self.withheld.get(key, deposit)
        back = number(self.raw["assessment"]["unassessed"])
        for row in self.tables["assessments"]:
            if row["institution"] == institution:
                steps = [s for s in self.raw["assessment"]["returns"] if F(row["score"]) >= F(s["at_least"])]
                back = number(steps[0]["returns"]) if steps else F(0)
        returned = half_up(deposit * back)
        return {
            "cases": line["cases"], "points": int(line["points"] * 10_000), "charged": charged, "standard": standard,
            "surplus": surplus, "kept": kept, "overrun": overrun, "shared": shared, "compensated": compensated,
            "deducted": line["deducted"], "payable": payable, "deposit": deposit, "lost": deposit - returned,
            "prepaid": line["prepaid"], "due_before": payable - deposit - line["prepaid"], "returned": returned,
            "due": payable - deposit + returned - line["prepaid"],
        }  # fmt: skip

    @staticmethod
    def _bands(bands: list[dict[str, str]], amount: int, standard: int) -> Fraction:
        paid, low = F(0), F(0)
        for band in bands:
            high = number(band["upto"]) * standard if "upto" in band else F(amount)
            paid += max(min(F(amount), high) - low, F(0)) * number(band["pays"])
            low = max(low, high)
        return paid
