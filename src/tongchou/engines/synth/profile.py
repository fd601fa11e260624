"""The profile of a synthetic region: calibration figures with their sources, the region's words, and what is drawn.

A profile is data. It is checked in full, and against the words of the region, before anything is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tongchou.engines.synth.form import faults_of_form
from tongchou.ground.region.pack import Pack
from tongchou.ground.region.vocabulary import STANDARD_FACTS, WordList

PROFILES = Path(__file__).parent / "profiles"
UNITS = ("share", "ratio", "persons", "per_person", "per_100", "per_1000", "yuan", "days", "lines")


class ProfileError(ValueError):
    """A profile cannot be used; `zh` and `en` say why and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Figure:
    """One calibration figure. `target` is in `unit` (money in yuan); `None` when it is only reported.

    `published` is the text as printed by `source`; `assumed` (zh, en) says what is ours.
    """

    name: str
    zh: str
    en: str
    unit: str
    target: float | None
    published: str
    source: str
    assumed: tuple[str, str]

    def origin(self, lang: str) -> str:
        """Where the target comes from, in `zh` or `en`."""
        ours = self.assumed[0 if lang == "zh" else 1]
        return ";".join(text for text in (self.source, ours) if text)


@dataclass(frozen=True)
class Profile:
    """A profile that was read. `figures` by name; `raw` holds every section of the file."""

    title: dict[str, str]
    region: str
    figures: dict[str, Figure]
    raw: dict[str, Any]

    def __getitem__(self, section: str) -> Any:
        return self.raw[section]

    def target(self, name: str) -> float:
        """The target of a figure that is drawn from, in its own unit."""
        target = self.figures[name].target
        assert target is not None
        return target


_SECTIONS: dict[str, type | tuple[type, ...]] = {
    **dict.fromkeys("title figures words people categories facts claim_facts visits chronic stays".split(), dict),
    **dict.fromkeys("maternity line_kinds".split(), dict),
    **dict.fromkeys("pyramid months diagnoses".split(), list),
    "region": str,
    "weekend": (float, int),
}
DRAWN = (
    "male household_size employee_share active_per_retired stays_employee stays_resident stay_cost_employee "
    "stay_cost_resident stay_days visits visit_cost_hospital visit_cost_primary lines_per_visit lines_per_stay away "
    "births deaths minimum_living destitute_per_minimum_living"
).split()
"""The figures that the draws read; the others are only compared."""
MAY_BE_ZERO = ("away", "births", "deaths", "minimum_living", "destitute_per_minimum_living")


def shipped_profile(region: str) -> Path | None:
    """The profile that is shipped for a region folder of this name, or `None`."""
    path = PROFILES / f"{region}.yaml"
    return path if path.is_file() else None


def load_profile(path: Path) -> Profile:
    """Read a profile. Raises `ProfileError` when it is no profile: not YAML, or sections missing or of a wrong form.

    `base: NAME` takes every section that is not written from the shipped profile NAME, which has no base itself;
    of `figures` each that is not written.
    """
    raw = _read(path)
    if "base" in raw:
        base = shipped_profile(str(raw.pop("base")))
        if base is None:
            raise ProfileError(f"{path.name} 的 base 不是随附的模拟参数", f"base of {path.name} is no shipped profile")
        inherited, own = _read(base), raw.get("figures")
        raw = {**inherited, **raw, "figures": {**inherited["figures"], **own} if isinstance(own, dict) else own}
    for name, form in _SECTIONS.items():
        if not isinstance(raw.get(name), form):
            raise ProfileError(
                f"{path.name} 缺少“{name}”，或形式不对；照 ninghe.yaml 补上",
                f"{path.name} lacks '{name}', or its form is wrong; write it as in ninghe.yaml",
            )
    for at in faults_of_form(raw):
        raise ProfileError(
            f"{path.name} 的 {at} 缺失或不合适；照 ninghe.yaml 改",
            f"{at} of {path.name} is missing or unfit; see ninghe.yaml",
        )
    figures = {name: _figure(path, name, row) for name, row in raw["figures"].items()}
    for name in DRAWN:
        target = figures[name].target if name in figures else None
        if target is None or target < 0 or (target == 0 and name not in MAY_BE_ZERO):
            raise ProfileError(
                f"{path.name} 的 figures 缺少“{name}”的 target，或它不是正数",
                f"figures of {path.name} lack a target above zero for '{name}'",
            )
    return Profile(raw["title"], raw["region"], figures, raw)


def _read(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ProfileError(f"{path.name} 读不出来：{error}", f"{path.name} cannot be read: {error}") from None
    if not isinstance(raw, dict):
        raise ProfileError(f"{path.name} 不是一份模拟参数", f"{path.name} is not a synthetic profile")
    return raw


def _figure(path: Path, name: str, row: Any) -> Figure:
    target = row.get("target") if isinstance(row, dict) else None
    fit = isinstance(row, dict) and row.get("unit") in UNITS and isinstance(target, float | int | None)
    # In a flow mapping a comma inside a text begins another key.
    fit = fit and set(row) <= {"zh", "en", "unit", "target", "published", "source", "assumed"}
    if not fit or not (row.get("source") or row.get("assumed")):
        units = ", ".join(UNITS)
        raise ProfileError(
            f"{path.name} 的 figures.{name} 要有 unit（{units}）、target，以及 source 或 assumed，没有别的键",
            f"figures.{name} of {path.name} needs unit ({units}), target, and source or assumed, and no other key",
        )
    zh, _, en = str(row.get("assumed", "")).partition(" || ")
    return Figure(
        name,
        str(row.get("zh", name)),
        str(row.get("en", name)),
        row["unit"],
        None if target is None else float(target),
        str(row.get("published", "")),
        str(row.get("source", "")),
        (zh, en or zh),
    )


def check_words(profile: Profile, pack: Pack) -> None:
    """Raises `ProfileError` naming every word of the profile that the region does not have."""
    words, unknown = profile["words"], []
    lists: dict[str, tuple[str, ...]] = {}
    for dimension in pack.vocabulary.dimensions.values():
        if isinstance(dimension, WordList):
            lists.setdefault(dimension.of, dimension.words)
    used: dict[str, set[str]] = {
        "status": set(words["status"].values()),
        "level": set(words["levels"]),
        "place": set(words["places"].values()),
        "filing": set(words["filing"].values()),
        "referral": set(words["referral"].values()),
        "in_disease_scope": set(words["in_scope"]),
        "category": {v for v in profile["categories"].values() if isinstance(v, str)}
        | set(profile["categories"]["households"]),
        "disease": set(profile["chronic"]),
        "item": {kind["item"] for kind in profile["line_kinds"].values() if kind.get("item")},
    }
    for group in (*profile["facts"].values(), *profile["claim_facts"].values()):
        for name, draw in group.items():
            if name in STANDARD_FACTS or not pack.vocabulary.knows(name):
                unknown.append(f"facts {name}")
            used.setdefault(name, set()).update(draw.get("shares", draw.get("delivery", ())))
    for name, found in used.items():
        unknown += [f"{name} {word}" for word in sorted(found - set(lists[name]))] if name in lists else []
    for role, scheme in words["schemes"].items():
        if scheme not in pack.region.schemes:
            unknown.append(f"scheme {scheme} ({role})")
    kinds = {name for visits in pack.visits.values() for name in visits}
    unknown += [f"kind {word}" for word in words["kinds"].values() if word and word not in kinds]
    accounts = {layer.account or name for layers in pack.layers.values() for name, layer in layers.items()}
    if words.get("account") and words["account"] not in accounts:
        unknown.append(f"account {words['account']}")
    if unknown:
        text = "、".join(unknown)
        raise ProfileError(
            f"政策包“{pack.region.code}”没有这些词：{text}。改参数文件的 words，或用 --profile 另给一份",
            f"region {pack.region.code} has no such words: {text}. Change `words` of the profile, or give another",
        )
