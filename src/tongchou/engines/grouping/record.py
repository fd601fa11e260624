"""A discharge as grouping sees it."""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = -1
"""In place of a number that is not known; no comparison holds for it."""
ICU = "ICU"


@dataclass(frozen=True)
class Record:
    """`sex` 1 male, 2 female; `age` in completed years and `age_days` since birth; `weight` at birth or admission in
    grams, 0 where it is not known; `los` in days; `discharge` 1 by order … 5 death, 9 other; `icu_hours`; `dept`, the
    department. `dx` and `px`: codes of diagnoses and operations, the principal and the main one first."""

    sex: int
    age: int
    dx: tuple[str, ...]
    px: tuple[str, ...] = ()
    age_days: int = UNKNOWN
    weight: int = 0
    los: int = UNKNOWN
    discharge: int = UNKNOWN
    icu_hours: int = UNKNOWN
    dept: str = ""

    def numbers(self) -> tuple[int, ...]:
        """In the order of `scheme.Field`, then the mode of discharge and whether it was the intensive care unit's."""
        return (
            self.sex,
            self.age,
            self.age_days,
            self.weight,
            self.weight if self.weight > 0 else UNKNOWN,
            self.los,
            self.icu_hours,
            self.discharge,
            int(self.dept == ICU),
        )
