"""Which constructs a run of claims really exercised, family by family (reference regions.md, section 2)."""

from __future__ import annotations

from collections import Counter

PERIODS = ("claim", "visit", "day", "month", "stay", "episode", "year", "ever")
SCALES = ("expense", "above the deductible", "amount paid")

FAMILIES: dict[str, list[str]] = {
    "C1 dated clauses": [
        "article dated by admission",
        "article dated by discharge",
        "article dated by settlement",
        "line read by the article of its fee date",
        "article with an end",
        "article that superseded another",
        "cell re-set by another article",
    ],
    "C2 insurance year, indices": ["year that is not the calendar's", "formula of 工资", "formula of 收入"],
    "C3 beneficiary classes": [
        "number of a table",
        "table within a table",
        "class on another date",
        "class of a person",
    ],
    "C4 ratio expressions": [
        "formula of age",
        "factor of the payment",
        "factor of the own share",
        "clamp",
        "claim reduced by a guard",
    ],
    "C5 deductibles": [
        *(f"deductible per {period}" for period in PERIODS),
        *(f"deductible {kind}" for kind in ("times", "plus", "minus", "set", "at_least", "at_most")),
        "deductible charged before",
        "deductible topped up",
        "deductible of a pool charged before",
        "deductible cut by the yearly maximum",
        "deductible above the expense",
        "deductible by groups in order",
        "second or later stay",
        "further bill of a stay",
        "formula of total_fee",
        "formula of stay_days",
    ],
    "C6 scales": [
        *(f"scale on {scale} over {period}" for scale in SCALES for period in PERIODS),
        *(f"several bands on {scale}" for scale in SCALES),
        "scale continued from earlier claims",
        "closed corridor cut",
    ],
    "C7 caps": [
        *(f"cap of {measure} cut" for measure in ("entering", "covered", "paid")),
        *(f"cap per {period} cut" for period in PERIODS),
        *(f"cap each {each} cut" for each in ("disease", "household", "person", "place")),
        "cap of a pool cut",
        "cap with a condition cut",
        "one disease of a list",
        "highest of several diseases",
        "formula of months",
    ],
    "C8 layers and remainders": [
        "takes deductible_part",
        "takes own_share",
        "takes over_cap",
        "takes first_self_pay",
        "takes over_limit",
        "takes full_self_pay",
        "takes package_excess",
        "takes unpaid",
        "takes with a coefficient",
        "inverse of the scale",
        "inverse over several bands",
        "given payer",
        "own account",
        "account of a relative",
        "account emptied",
        "layer skipped by a guard",
    ],
    "C9 item rules": [
        "line excluded",
        "price over limit",
        "first pay",
        "first pay on a price slice",
        "line arrives split",
        *(f"package per {period}" for period in ("claim", "day", "month", "stay", "year")),
        "package excess to the hospital",
        "package excess to the person",
    ],
    "C10 floors": [
        "floor raised the payment",
        "floor paid into the deductible",
        "floor topped up by another layer",
        "top-up paid into the deductible",
    ],
    "C11 points": ["bonus points", "penalty points", "highest of several points"],
    "C12 single-line drugs": [
        "takes of groups",
        "takes except groups",
        "own ratio of an item group",
        "single-line drugs paid",
    ],
    "C13 provider payment (the payment engine's; here only what a hospital bears)": ["package excess to the hospital"],
    "C14 rounding": [
        *(f"rounded {mode}" for mode in ("half_up", "half_even", "down", "up")),
        "rounded to 角",
        "rounded to 元",
    ],
    "C15 changes and split stays": [
        "stay across a calendar year",
        "stay split at the year end",
        "patient chose to split",
        "person changed class",
        "refund",
        "refund of an earlier claim",
        "lines diverted to another kind of visit",
    ],
    "C16 waiting and entitlement": [
        "waiting period looked at",
        "refused during the waiting period",
        "entitlement none",
        "entitlement reduced",
        "claim refused by a guard",
        "claim redirected by a guard",
    ],
}
"""For every family the constructs that a run must have exercised, by the words the oracle notes."""


def report(tally: Counter[str]) -> str:
    """A line for every construct: how many compared claims exercised it."""
    lines = [f"{tally['claims']} claims compared: {tally['settled']} settled, {tally['refused']} refused"]
    for family, constructs in FAMILIES.items():
        lines.append(family)
        lines += [f"  {tally[construct]:>9}  {construct}" for construct in constructs]
    return "\n".join(lines)


def by_family(tally: Counter[str]) -> dict[str, dict[str, int]]:
    """The same counts for a machine."""
    return {family: {c: tally[c] for c in constructs} for family, constructs in FAMILIES.items()}


def never_exercised(tally: Counter[str]) -> list[str]:
    return [f"{family}: {c}" for family, constructs in FAMILIES.items() for c in constructs if not tally[c]]
