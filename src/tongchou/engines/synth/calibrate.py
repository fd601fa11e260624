"""What was generated, figure by figure, beside what was aimed at and the document it comes from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tongchou.engines.synth.bills import Bills
from tongchou.engines.synth.draw import NEVER, Calendar, Ints
from tongchou.engines.synth.population import EMPLOYEE
from tongchou.engines.synth.profile import Profile
from tongchou.engines.synth.visits import MATERNITY, SPECIAL, STAY, VISIT

_CLASSES = ("甲", "乙", "丙")


@dataclass
class Tally:
    """Counts and fees (fen) by name, added up over chunks; `by_person` keeps the yearly fee of each person."""

    sums: dict[str, int] = field(default_factory=dict)
    by_person: list[Ints] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name, value in other.sums.items():
            self.sums[name] = self.sums.get(name, 0) + value
        self.by_person += other.by_person

    def ratio(self, above: str, below: str) -> float | None:
        """One sum over another; `None` when there is nothing to divide by."""
        return self.sums[above] / self.sums[below] if self.sums.get(below) else None


def tally_of(profile: Profile, bills: Bills, calendar: Calendar) -> Tally:
    """The counts of one chunk."""
    people, found, fee, lines = bills.people, bills.found, bills.fee, bills.lines
    age, role = people.age, found.role
    employee = people.scheme == EMPLOYEE
    retired = people.retired_on <= calendar.last
    stay, visit = np.isin(role, (STAY, MATERNITY)), np.isin(role, (VISIT, SPECIAL))
    # Cost per stay is compared without deliveries, which are paid by the package.
    ill = role == STAY
    of_employee = bills.scheme == EMPLOYEE
    hospital, primary = (role == VISIT) & (found.level > 0), (role == VISIT) & (found.level == 0)
    kinds = list(profile["line_kinds"].values())
    drug = np.array([bool(kind.get("drug")) for kind in kinds])[lines.kind]
    classes = np.array([_CLASSES.index(kind["class"]) for kind in kinds])[lines.kind]
    of_visit, of_stay = (role == VISIT)[lines.claim], ill[lines.claim]
    by_class = np.bincount(classes, weights=lines.amount, minlength=3)
    counts: dict[str, Any] = {
        "persons": len(people),
        "homes": people.homes,
        "age_0_14": (age < 15).sum(),
        "age_15_59": ((age >= 15) & (age < 60)).sum(),
        "age_60_up": (age >= 60).sum(),
        "age_65_up": (age >= 65).sum(),
        "male": (~people.female).sum(),
        "employees": employee.sum(),
        "residents": (~employee).sum(),
        "retired": (employee & retired).sum(),
        "active": (employee & ~retired).sum(),
        "births": (people.birth >= calendar.first).sum(),
        "deaths": (people.died_on != NEVER).sum(),
        "minimum_living": (people.category == 1).sum(),
        "destitute": (people.category == 2).sum(),
        "claims": len(found),
        "lines": len(lines.claim),
        "fee": fee.sum(),
        "stays": stay.sum(),
        "ill_stays": ill.sum(),
        "stays_employee": (stay & of_employee).sum(),
        "stays_resident": (stay & ~of_employee).sum(),
        "ill_employee": (ill & of_employee).sum(),
        "ill_resident": (ill & ~of_employee).sum(),
        "ill_fee_employee": fee[ill & of_employee].sum(),
        "ill_fee_resident": fee[ill & ~of_employee].sum(),
        "ill_days": (found.discharged - found.admitted)[ill].sum(),
        "ill_lines": found.lines[ill].sum(),
        "away": (ill & (found.away == 1)).sum(),
        "visits": visit.sum(),
        "visit_lines": found.lines[visit].sum(),
        "hospital": hospital.sum(),
        "hospital_fee": fee[hospital].sum(),
        "primary": primary.sum(),
        "primary_fee": fee[primary].sum(),
        "ordinary": (role == VISIT).sum(),
        "ordinary_fee": fee[role == VISIT].sum(),
        "ordinary_drugs": lines.amount[drug & of_visit].sum(),
        "ill_fee": fee[ill].sum(),
        "ill_drugs": lines.amount[drug & of_stay].sum(),
        **{f"class_{name}": by_class[at] for at, name in enumerate("abc")},
    }
    by_person = np.bincount(found.person, weights=fee, minlength=len(people)).astype(np.int64)
    return Tally({name: int(value) for name, value in counts.items()}, [by_person])


_RATIOS: dict[str, tuple[str, str, float]] = {
    **{name: (name, "persons", 1.0) for name in ("age_0_14", "age_15_59", "age_60_up", "age_65_up", "male")},
    "household_size": ("persons", "homes", 1.0),
    "employee_share": ("employees", "persons", 1.0),
    "active_per_retired": ("active", "retired", 1.0),
    "stays_employee": ("stays_employee", "employees", 100.0),
    "stays_resident": ("stays_resident", "residents", 100.0),
    "stay_cost_employee": ("ill_fee_employee", "ill_employee", 0.01),
    "stay_cost_resident": ("ill_fee_resident", "ill_resident", 0.01),
    "stay_days": ("ill_days", "ill_stays", 1.0),
    "visits": ("visits", "persons", 1.0),
    "primary_visits": ("primary", "ordinary", 1.0),
    "visit_cost_hospital": ("hospital_fee", "hospital", 0.01),
    "visit_cost_primary": ("primary_fee", "primary", 0.01),
    "drug_share_visit": ("ordinary_drugs", "ordinary_fee", 1.0),
    "drug_share_stay": ("ill_drugs", "ill_fee", 1.0),
    "class_a": ("class_a", "fee", 1.0),
    "class_b": ("class_b", "fee", 1.0),
    "class_c": ("class_c", "fee", 1.0),
    "lines_per_visit": ("visit_lines", "visits", 1.0),
    "lines_per_stay": ("ill_lines", "ill_stays", 1.0),
    "away": ("away", "ill_stays", 1.0),
    "births": ("births", "persons", 1000.0),
    "deaths": ("deaths", "persons", 1000.0),
    "minimum_living": ("minimum_living", "persons", 1.0),
    "destitute_per_minimum_living": ("destitute", "minimum_living", 1.0),
}


def calibration(profile: Profile, tally: Tally) -> list[dict[str, Any]]:
    """One row a figure: name, zh, en, unit, target, published, source (zh, en), and what was generated."""
    rows = []
    for name, figure in profile.figures.items():
        generated = _concentration(tally, name)
        if name in _RATIOS:
            above, below, factor = _RATIOS[name]
            ratio = tally.ratio(above, below)
            generated = None if ratio is None else ratio * factor
        rows.append(
            {
                "figure": name,
                "zh": figure.zh,
                "en": figure.en,
                "unit": figure.unit,
                "target": figure.target,
                "published": figure.published or None,
                "source": {"zh": figure.origin("zh"), "en": figure.origin("en")},
                "generated": None if generated is None else round(generated, 6),
            }
        )
    return rows


def _concentration(tally: Tally, name: str) -> float | None:
    """The part of all fees that the costliest 1 % or 5 % of persons have."""
    share = {"top_1_percent": 0.01, "top_5_percent": 0.05}.get(name)
    fees = np.sort(np.concatenate(tally.by_person)) if share and tally.by_person else np.zeros(0)
    if not share or not fees.sum():
        return None
    most = max(1, round(len(fees) * share))
    return float(fees[-most:].sum() / fees.sum())
