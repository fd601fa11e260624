"""The form of a profile: what every section must hold, so that drawing from it cannot fail half-way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

LINE_ROLES = ("visit", "special", "pharmacy", "drug_purchase", "stay")
"""The kinds of bill whose lines are mixed differently."""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 10**9


def _is_share(value: Any) -> bool:
    return _is_number(value) and value <= 1


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_shares(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_is_number, value.values())) and sum(value.values()) > 0


def _is_steps(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_row(row, 2) for row in value) and value[0][0] == 0


def _is_row(value: Any, length: int) -> bool:
    return isinstance(value, list) and len(value) == length and all(map(_is_number, value))


_NEEDED: dict[str, Callable[[Any], bool]] = {
    **dict.fromkeys(("words.schemes.employee", "words.schemes.resident", "words.kinds.stay"), _is_text),
    **dict.fromkeys(("words.status.active", "words.status.retired"), _is_text),
    **dict.fromkeys(("words.places.home", "words.places.away", "words.referral.none", "words.referral.up"), _is_text),
    **dict.fromkeys(("words.filing.none", "words.filing.resident", "words.filing.referred"), _is_text),
    **dict.fromkeys(("words.outcome.home", "words.outcome.transferred", "words.outcome.dead"), _is_text),
    "words.levels": lambda value: isinstance(value, list) and bool(value) and all(map(_is_text, value)),
    "words.in_scope": lambda value: isinstance(value, list) and len(value) == 2,
    "people.retires.male": _is_number,
    "people.retires.female": _is_number,
    "people.works_from": _is_number,
    "people.frailty_shape": lambda value: _is_number(value) and value > 0,
    "people.persons_per_employer": lambda value: _is_number(value) and value >= 1,
    **dict.fromkeys(("people.account_yuan.active", "people.account_yuan.retired"), _is_number),
    **{f"people.changes.{n}": _is_share for n in ("employer", "to_resident", "to_employee", "late", "missed")},
    "categories.ordinary": _is_text,
    "categories.minimum_living": _is_text,
    "categories.destitute": _is_text,
    "categories.households": lambda value: isinstance(value, dict) and all(map(_is_share, value.values())),
    "visits.employee_per_resident": _is_number,
    "visits.age": _is_steps,
    "visits.levels": _is_shares,
    "visits.relative_cost": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    "visits.spread": _is_number,
    **{f"visits.{kind}.{n}": _is_number for kind in ("pharmacy", "drug") for n in ("per_employee", "yuan", "lines")},
    "visits.account_use": lambda value: isinstance(value, dict) and all(map(_is_share, value.values())),
    "visits.account_use.relative": _is_share,
    "stays.age": _is_steps,
    "stays.levels": _is_shares,
    "stays.relative_cost": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    "stays.away_cost": _is_number,
    "stays.spread": _is_number,
    "stays.tail.share": _is_share,
    "stays.tail.shape": lambda value: _is_number(value) and value > 1,
    "stays.tail.most": _is_number,
    "stays.implant.share_of_fee": lambda value: _is_number(value) and value < 1,
    "stays.transfer": _is_share,
    **{f"stays.maternity.{name}": _is_number for name in ("yuan", "days", "lines")},
    "stays.intensive.share": _is_share,
    "stays.intensive.hours": lambda value: _is_number(value) and value > 0,
    **dict.fromkeys(("newborn.grams", "newborn.spread"), _is_number),
    "stays.comorbidities": lambda value: isinstance(value, list) and bool(value) and all(map(_is_text, value)),
    **{f"maternity.{how}.{name}": _is_text for how in ("normal", "caesarean") for name in ("code", "procedure")},
    "maternity.caesarean.share": _is_share,
    "months": lambda value: _is_row(value, 12) and min(value) > 0,
    "weekend": lambda value: _is_number(value) and value > 0,
    "pyramid": lambda value: bool(value) and all(_is_row(row, 3) and row[0] < row[1] for row in value),
}


def faults_of_form(raw: dict[str, Any]) -> Iterator[str]:
    """The address of each part of a profile that is missing or unfit."""
    for path, fits in _NEEDED.items():
        value: Any = raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if not fits(value):
            yield path
            return  # what follows looks into these
    levels = raw["words"]["levels"]
    for section, name in (("visits", "levels"), ("stays", "levels"), ("stays", "relative_cost")):
        if set(raw[section][name]) != set(levels):
            yield f"{section}.{name}"
    for name, row in raw["chronic"].items():
        if not isinstance(row, dict) or not all(
            _is_number(row.get(n)) for n in ("share", "visits", "yuan", "from_age")
        ):
            yield f"chronic.{name}"
    for at, row in enumerate(raw["diagnoses"], 1):
        if not _is_diagnosis(row):
            yield f"diagnoses[{at}]"
    yield from _lines(raw["line_kinds"])
    yield from _facts(raw)


def _is_diagnosis(row: Any) -> bool:
    if not isinstance(row, dict) or not _is_text(row.get("code")) or not _is_row(row.get("ages"), 2):
        return False
    procedures = row.get("procedures", {"": 0})
    return (
        _is_number(row.get("weight"))
        and _is_number(row.get("cost"))
        and row.get("sex", "男") in ("男", "女")
        and _is_share(row.get("implant", 0))
        and isinstance(procedures, dict)
        and len(procedures) == 1
        and all(map(_is_share, procedures.values()))
    )


def _lines(kinds: dict[str, Any]) -> Iterator[str]:
    mixed = dict.fromkeys(LINE_ROLES, 0.0)
    for name, row in kinds.items():
        fit = isinstance(row, dict) and row.get("class") in ("甲", "乙", "丙") and _is_text(row.get("fee_kind"))
        if not fit or not isinstance(row.get("codes"), int) or not 0 < row["codes"] < 10_000:
            yield f"line_kinds.{name}"
            continue
        if not _is_share(row.get("first_pay", 0)) or not ("bed" not in row or _is_bed(row["bed"])):
            yield f"line_kinds.{name}"
        for role in LINE_ROLES:
            if role in row and not _is_row(row[role], 2):
                yield f"line_kinds.{name}.{role}"
            elif role in row:
                mixed[role] += min(row[role])
    yield from (f"line_kinds.*.{role}" for role, sum_ in mixed.items() if sum_ <= 0)


def _is_bed(value: Any) -> bool:
    return _is_row(value, 2) and all(isinstance(yuan, int) for yuan in value) and 0 < value[0] < value[1]


def _facts(raw: dict[str, Any]) -> Iterator[str]:
    for section in ("facts", "claim_facts"):
        for group, rules in raw[section].items():
            for name, rule in rules.items():
                fit = isinstance(rule, dict) and (
                    _is_shares(rule.get("shares"))
                    or (isinstance(rule.get("delivery"), dict) and len(rule["delivery"]) == 2)
                    or (_is_number(rule.get("count")) and isinstance(rule.get("most"), int))
                )
                if not fit:
                    yield f"{section}.{group}.{name}"
