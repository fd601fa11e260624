"""DIP as a person would do it: case by case, with fractions, from the page of the algorithm; written apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from tongchou.ground.region.dip.declaration import Conditions, Range
from tongchou.ground.region.dip.load import Dip

Row = dict[str, Any]
ORDER = ("related", "therapeutic", "diagnostic", "conservative")


def half_up(value: Fraction) -> int:
    return int((2 * value + 1) // 2)


def cut(code: str, n: int) -> str:
    while len(code.replace(".", "")) > n:
        code = code[:-1]
    return code.rstrip(".")


def fits(pattern: str, code: str) -> bool:
    if "-" in pattern:
        low, high = pattern.split("-")
        return low <= code[:3] <= high[:3]
    return code[: len(pattern)] == pattern


def class_of(dip: Dip, code: str) -> str:
    known = [beginning for beginning in dip.operations if code.startswith(beginning)]
    return dip.operations[max(known, key=len)]


def operations_of(dip: Dip, row: Row) -> list[str]:
    return [code for code in dict.fromkeys(row["procedures"] or []) if class_of(dip, code) != "ignored"]


def treatment_of(dip: Dip, row: Row) -> str:
    classes = {class_of(dip, code) for code in row["procedures"] or []}
    return next((word for word in ORDER[:3] if word in classes), "conservative")


def complication_of(dip: Dip, row: Row) -> str:
    own = dip.exclusions.get(row["principal_diagnosis"], "")
    for word, listed in (("MCC", dip.mcc), ("CC", dip.cc)):
        if any(code in listed and not (own and listed[code] == own) for code in row["other_diagnoses"] or []):
            return word
    return "none"


def cci_of(dip: Dip, row: Row) -> int:
    found: dict[str, int] = {}
    for condition, weight, pattern in dip.comorbidities:
        if any(fits(pattern, code) for code in row["other_diagnoses"] or []):
            found[condition] = max(weight, found.get(condition, 0))
    return sum(found.values())


def between(asked: Range, value: Fraction | int | None) -> bool:
    if value is None:
        return False
    return (
        (asked.at_least is None or value >= asked.at_least)
        and (asked.above is None or value > asked.above)
        and (asked.at_most is None or value <= asked.at_most)
        and (asked.under is None or value < asked.under)
    )


def holds(dip: Dip, asked: Conditions, row: Row, more: dict[str, Any]) -> bool:
    for name in Conditions.model_fields:
        value = getattr(asked, name)
        if value is None:
            continue
        if isinstance(value, Range):
            number = cci_of(dip, row) if name == "cci" else more[name] if name in more else row.get(name)
            if not between(value, number):
                return False
            continue
        principal, others = [row["principal_diagnosis"]], row["other_diagnoses"] or []
        codes = {
            "principal": principal,
            "any_diagnosis": [*principal, *others],
            "other_diagnosis": others,
            "operation": row["procedures"] or [],
        }
        if name in codes:
            if not any(fits(pattern, code) for pattern in value for code in codes[name]):
                return False
            continue
        word = {"complication": complication_of, "treatment": treatment_of}.get(name, lambda _, r, n=name: r.get(n))(
            dip, row
        )
        if word not in value:
            return False
    return True


def mean_of(dip: Dip, rows: Sequence[Row]) -> Fraction:
    said = dip.said.catalogue
    over, under = Fraction(0), Fraction(0)
    for year, weight in zip(said.years, said.year_weights, strict=True):
        fees = [row["total_fee"] for row in rows if row["discharged_on"].year == year]
        if fees and said.weighting == "years":
            over += weight * Fraction(sum(fees), len(fees))
            under += weight
        elif fees:
            over += weight * sum(fees)
            under += weight * len(fees)
    return over / under


def counting(dip: Dip, rows: list[Row]) -> list[Row]:
    """Those that count for the mean of their group."""
    trimming = dip.said.catalogue.trimming
    if trimming is None:
        return rows
    if trimming.interval is not None:
        low, high = narrowest([row["total_fee"] for row in rows], trimming.interval.share)
        kept = [row for row in rows if low <= row["total_fee"] <= high]
        known = [row["days"] for row in rows if row["days"] is not None]
        if trimming.interval.of == "cost and days" and known:
            least, most = narrowest(known, trimming.interval.share)
            kept = [row for row in kept if row["days"] is None or least <= row["days"] <= most]
        return kept
    fees = sorted(row["total_fee"] for row in rows)

    def at(share: Fraction) -> int:
        rank = next(n for n in range(1, len(fees) + 1) if n >= share * len(fees))
        return fees[rank - 1]

    if trimming.percentiles is not None:
        low, high = (Fraction(at(share)) for share in trimming.percentiles)
    else:
        first, third = at(Fraction(1, 4)), at(Fraction(3, 4))
        low, high = first - trimming.quartiles * (third - first), third + trimming.quartiles * (third - first)
    return [row for row in rows if low <= row["total_fee"] <= high]


def narrowest(values: Sequence[int], share: Fraction) -> tuple[int, int]:
    """Every interval between two values is tried; the narrowest that holds enough, of those the lowest."""
    enough = [
        (high - low, low, high)
        for low in values
        for high in values
        if low <= high and sum(low <= value <= high for value in values) >= share * len(values)
    ]
    _, low, high = min(enough)
    return low, high


def parts(dip: Dip, rows: Sequence[Row]) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Of each group and part: the cases that tell it, their mean, its points; of the rest what points are left."""
    said = dip.said.catalogue
    rows = [row for row in rows if row["discharged_on"].year in said.years]
    worth, kept = catalogue(dip, rows), {code: counting(dip, own) for code, own in form(dip, rows).items()}
    against = mean_of(dip, [row for own in kept.values() for row in own] if said.overall == "kept" else rows)
    found = {}
    for code, own in kept.items():
        left = worth[code]["rw"]
        for part in said.separate:
            column = {"drugs": "drug_fee", "consumables": "consumable_fee"}[part]
            told = [row | {"total_fee": row[column]} for row in own if row[column] is not None]
            mean = mean_of(dip, told) if told else Fraction(0)
            points = half_up(mean / against * said.points * 10**said.decimals)
            found[code, part] = (len(told), half_up(mean), points)
            left -= points
        found[code, "rest"] = (len(own), 0, left)
    return found


def variation_of(rows: Sequence[Row]) -> Fraction:
    fees = [Fraction(row["total_fee"]) for row in rows]
    mean = sum(fees) / len(fees)
    return sum((fee - mean) ** 2 for fee in fees) / len(fees) / mean**2


def key_of(dip: Dip, row: Row, related: dict[tuple[Any, ...], bool]) -> tuple[str, str]:
    diagnosis = cut(row["principal_diagnosis"], dip.said.catalogue.key.diagnosis_characters)
    own = operations_of(dip, row)
    if dip.said.catalogue.key.operations == "main and related" and own:
        beside = related_of(dip, row)
        own = [own[0], *(beside if related.get((diagnosis, own[0], tuple(sorted(beside)))) else [])]
    return diagnosis, "+".join(sorted(own))


def related_of(dip: Dip, row: Row) -> list[str]:
    own = operations_of(dip, row)
    return [code for code in own[1:] if class_of(dip, code) in dip.said.catalogue.related.classes]


def raising(dip: Dip, rows: Sequence[Row]) -> dict[tuple[Any, ...], bool]:
    """Which combinations of a main operation and related ones cost more by so much than the main one alone."""
    said = dip.said.catalogue
    lots: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if own := operations_of(dip, row):
            lots[
                cut(row["principal_diagnosis"], said.key.diagnosis_characters),
                own[0],
                tuple(sorted(related_of(dip, row))),
            ].append(row)
    least = said.core.cases or said.core.least or 1
    return {
        key: len(lot) >= least
        and (
            (*key[:2], ()) not in lots
            or mean_of(dip, lot) > (1 + said.related.raises) * mean_of(dip, lots[*key[:2], ()])
        )
        for key, lot in lots.items()
        if key[2]
    }


def form(dip: Dip, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The groups by their code, each with its cases."""
    said = dip.said.catalogue
    groups: dict[str, list[Row]] = defaultdict(list)
    rest = []
    for row in rows:
        if any(fits(pattern, row["principal_diagnosis"]) for pattern in said.excluded_diagnoses):
            continue
        pre = next((one.group for one in said.pre_groups if holds(dip, one, row, {})), None)
        (groups[pre] if pre else rest).append(row)
    related = raising(dip, rest) if said.key.operations == "main and related" else {}
    keys: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rest:
        keys[key_of(dip, row, related)].append(row)
    least = said.core.cases
    if least is None:
        least = said.core.least
        for tried in range(said.core.most, said.core.least, -1):
            if sum(len(own) for own in keys.values() if len(own) >= tried) >= said.core.coverage * len(rest):
                least = tried
                break
    left = []
    for (diagnosis, operations), own in keys.items():
        basic = (diagnosis, operations) in dip.basic
        steady = said.variation.above == "report" or variation_of(counting(dip, own)) <= said.variation.limit**2
        if basic or (len(own) >= least and steady):
            groups[f"{diagnosis}:{operations}"] = own
        else:
            left += own
    for at, level in enumerate(said.comprehensive.levels):
        lots: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in left:
            name = named(dip, row, level)
            if name:
                lots[name, treatment_of(dip, row)].append(row)
        enough = said.comprehensive.cases if at < len(said.comprehensive.levels) - 1 else 1
        for (name, treatment), own in lots.items():
            if len(own) >= enough:
                groups[f"{name}:*{treatment}"] = own
                gone = {id(row) for row in own}
                left = [row for row in left if id(row) not in gone]
    return groups


def named(dip: Dip, row: Row, level: Any) -> str:
    code = row["principal_diagnosis"]
    if level == "chapter":
        return next((f"{low}-{high}" for low, high in dip.chapters if low <= code[:3] <= high), "")
    return cut(code, level)


def catalogue(dip: Dip, rows: Sequence[Row]) -> dict[str, dict[str, Any]]:
    """Of each group its cases by year, those that count, mean in fen, points and variation in their units."""
    said = dip.said.catalogue
    rows = [row for row in rows if row["discharged_on"].year in said.years]
    groups = form(dip, rows)
    kept = {code: counting(dip, own) for code, own in groups.items()}
    against = mean_of(dip, [row for own in kept.values() for row in own] if said.overall == "kept" else rows)
    if said.value.by == "benchmark":
        against = mean_of(dip, kept[said.value.benchmark])
    found = {}
    for code, own in groups.items():
        mean = mean_of(dip, kept[code])
        worth = Fraction(dip.quota[code]) if said.value.by == "quota" and code in dip.quota else mean
        square = variation_of(kept[code])
        cv = int(float(square) ** 0.5 * 10_000) - 2  # near it; the fraction has the last word
        cv = next(n for n in range(max(cv, 0), cv + 9) if Fraction(2 * n + 1, 20_000) ** 2 > square)
        found[code] = {
            "cases": tuple(sum(row["discharged_on"].year == year for row in own) for year in said.years),
            "kept": len(kept[code]),
            "mean": half_up(mean),
            "rw": half_up(worth / against * said.points * 10**said.decimals),
            "cv": cv,
            "deaths": sum(row["outcome"] in said.died for row in own),
        }
    return found


def factors(dip: Dip, rows: Sequence[Row]) -> dict[tuple[str, str, str], int]:
    """The factors of the auxiliary catalogues."""
    said = dip.said.catalogue
    rows = [row for row in rows if row["discharged_on"].year in said.years]
    worth = catalogue(dip, rows)
    groups = form(dip, rows)
    earlier = since_previous(dip, [row for own in groups.values() for row in own])
    found = {}
    for name, one in dip.said.auxiliary.items():
        lots: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for code, own in groups.items():
            for row in counting(dip, own):
                cls = class_in(dip, name, row, of_group(own, worth[code], row) | {"since_previous": earlier[id(row)]})
                if cls is not None:
                    lots[cls, "*"].append((row["total_fee"], worth[code]["mean"]))
                    lots[cls, code].append((row["total_fee"], worth[code]["mean"]))
        for (cls, code), lot in lots.items():
            if one.classes[cls].factor is None and len(lot) >= one.cases and (code == "*" or one.per == "group"):
                ratio = Fraction(sum(fee for fee, _ in lot), sum(mean for _, mean in lot))
                found[name, cls, code] = half_up(ratio * 10**said.decimals)
        for cls, declared in one.classes.items():
            if declared.factor is not None:
                found[name, cls, "*"] = half_up(declared.factor * 10**said.decimals)
    return found


def of_group(own: Sequence[Row], worth: dict[str, Any], row: Row) -> dict[str, Any]:
    days = [one["days"] for one in own if one["days"] is not None]
    stay = Fraction(half_up(Fraction(100 * sum(days), len(days))), 100) if days else None
    return {
        "stay_ratio": Fraction(row["days"]) / stay if stay and row["days"] is not None else None,
        "cost_ratio": Fraction(row["total_fee"], worth["mean"]),
        "group_mortality": Fraction(worth["deaths"], sum(worth["cases"])),
    }


def class_in(dip: Dip, name: str, row: Row, more: dict[str, Any]) -> str | None:
    one = dip.said.auxiliary[name]
    if not holds(dip, one.of, row, more):
        return None
    return next((cls for cls, asked in one.classes.items() if holds(dip, asked, row, more)), None)


def since_previous(dip: Dip, rows: Sequence[Row]) -> dict[int, int | None]:
    """Days from the last discharge of the same person from the same institution with the same key."""
    found: dict[int, int | None] = {}
    characters = dip.said.catalogue.key.diagnosis_characters
    lots: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        found[id(row)] = None
        if row["person_id"] and row["admitted_on"]:
            lots[row["person_id"], row["provider_id"], cut(row["principal_diagnosis"], characters)].append(row)
    for lot in lots.values():
        for row in lot:
            own = (row["admitted_on"], row["discharged_on"])
            earlier = [other for one in lot if (other := (one["admitted_on"], one["discharged_on"])) < own]
            days = (own[0] - max(earlier)[1]).days if earlier else -1
            found[id(row)] = days if days >= 0 else None
    return found


def assign(catalogue: Any, row: Row) -> tuple[str, str]:
    """The group of a case by a catalogue and what decided, every group looked at."""
    dip = catalogue.dip
    said, rows = dip.said, catalogue.rows
    if any(fits(pattern, row["principal_diagnosis"]) for pattern in said.catalogue.excluded_diagnoses):
        return "", "excluded_diagnosis"
    day = row["discharged_on"]
    if (said.valid_from and day < said.valid_from) or (said.valid_through and day > said.valid_through):
        return "", "not_in_force"
    for pre in said.catalogue.pre_groups:
        if holds(dip, pre, row, {}):
            return (pre.group if any(one.code == pre.group for one in rows) else ""), "pre_group"
    own, treatment = set(operations_of(dip, row)), treatment_of(dip, row)
    among = [one for one in rows if one.kind in ("core", "basic") and takes(said.assignment, one, row, own, treatment)]
    left_over = len(own) > max((matched(one, own) for one in among), default=0)
    if said.assignment.comprehensive == "always" or not among:
        for level in said.assignment.levels:
            wide = [
                one
                for one in rows
                if one.kind == "comprehensive"
                and one.treatment == treatment
                and one.diagnosis == named(dip, row, level)
            ]
            if wide:
                among += wide
                break
    if not among:
        return (said.assignment.fallback, "fallback") if said.assignment.fallback else ("", "")
    decided = "only"
    for criterion in said.assignment.order:
        if len(among) == 1:
            break
        name, score = scored(criterion, row, own, treatment, left_over)
        best = min(map(score, among))
        kept = [one for one in among if score(one) == best]
        if len(kept) < len(among):
            decided = name
        among = kept
    if len(among) > 1:
        decided = "group_code"
    return min(one.code for one in among), decided


def matched(one: Any, own: set[str]) -> int:
    return sum(1 for part in one.asked if part & own)


def takes(said: Any, one: Any, row: Row, own: set[str], treatment: str) -> bool:
    code = row["principal_diagnosis"]
    if one.diagnosis not in (code, cut(code, len(one.diagnosis.replace(".", "")))):
        return False
    if matched(one, own) < len(one.asked) or (not one.asked and treatment not in said.conservative_takes):
        return False
    return said.operations == "contained" or own <= {code for part in one.asked for code in part}


def scored(criterion: Any, row: Row, own: set[str], treatment: str, left_over: bool) -> Any:
    if not isinstance(criterion, str):
        named = {
            "type_order": lambda one: f"{one.kind} {one.treatment}",
            "kind_order": lambda one: one.kind,
            "treatment_order": lambda one: one.treatment,
        }
        name = next(name for name in named if getattr(criterion, name))
        order, word = getattr(criterion, name), named[name]
        return name, lambda one: order.index(word(one)) if word(one) in order else 99
    operated = treatment != "conservative"
    return criterion, {
        "most_operations": lambda one: -len(one.asked),
        "nearest_cost": lambda one: abs(row["total_fee"] - one.mean),
        "higher_points": lambda one: -one.rw,
        "lower_points": lambda one: one.rw,
        "higher_points_if_operated": lambda one: -one.rw if operated else 0,
        "longest_diagnosis": lambda one: 0 if "-" in one.diagnosis else -len(one.diagnosis.replace(".", "")),
        "comprehensive_if_unmatched": lambda one: (
            not (operated and left_over and one.kind == "comprehensive" and one.treatment == treatment)
        ),
    }[criterion]
