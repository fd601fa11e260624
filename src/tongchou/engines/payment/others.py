"""Methods that pay an institution, not a case: capitation, an average quota, the lump budget of a community."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from tongchou.engines.payment.formula import figure
from tongchou.engines.payment.rules import Rules
from tongchou.engines.payment.statement import Key, Line
from tongchou.engines.payment.tables import Year
from tongchou.ground.errors import Place, fail
from tongchou.ground.money import allocate, round_fraction
from tongchou.ground.region.clearing_money import Capitation, Clearing, Lump


def by_institution(rules: Rules, year: Year, lines: dict[Key, Line]) -> None:
    """The standards of such lines, whole fen."""
    rounding = rules.need("clearing", Clearing).rounding
    for key, fen in capitation(rules, year, rounding).items():
        lines.setdefault(key, Line(*key)).standard += fen
    for row in year.rows("quotas"):
        lines[row["setting"], row["scheme"], row["method"], row["institution"]].standard += row["amount"]
    for key, fen in lump(rules, year, lines, rounding).items():
        if key in lines:
            lines[key].standard += fen


def capitation(rules: Rules, year: Year, rounding: str) -> dict[Key, int]:
    """Σ signed persons × months × fee of the package: a row of `signed` is the persons of one month."""
    found: defaultdict[Key, Fraction] = defaultdict(Fraction)
    for row in year.rows("signed"):
        said = rules.need(f"capitation.{row['package']}", Capitation)
        if row["month"][:4] != str(rules.year):
            raise fail("Y213", Place(table="signed"), value=row["month"], year=rules.year)
        fee = figure(said.fee, scheme=row["scheme"], month=row["month"]) * 100
        found["outpatient", row["scheme"], "capitation", row["institution"]] += row["persons"] * fee
    return {key: round_fraction(fen, mode=rounding) for key, fen in found.items()}


def lump(rules: Rules, year: Year, lines: Mapping[Key, Line], rounding: str) -> dict[Key, int]:
    """The budget of each community (persons × fee, less what the fund paid for its people elsewhere) over its members
    as the fund was charged by them, to the fen. What others charged is published (`charged`) for who cannot see it."""
    persons: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    elsewhere: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    members: defaultdict[tuple[str, str, str], dict[str, int]] = defaultdict(dict)
    for row in year.rows("communities"):
        key = row["community"], row["setting"], row["scheme"]
        persons[key] += row["persons"]
        elsewhere[key] += row["paid_elsewhere"]
        charged = row["charged"]
        if charged < 0:
            charged = lines[row["setting"], row["scheme"], "lump", row["institution"]].charged
        members[key][row["institution"]] = charged
    found: dict[Key, int] = {}
    for (community, setting, scheme), who in members.items():
        said = rules.get(f"lump.{community}", Lump)
        if said is None:
            raise fail("Y106", Place(key="lump"), address=f"lump.{community}")
        key = community, setting, scheme
        fee = figure(said.fee, scheme=scheme) * 100
        whole = max(round_fraction(persons[key] * fee, mode=rounding) - elsewhere[key], 0)
        given = allocate(whole, [charged for _, charged in sorted(who.items())], [whole] * len(who))
        found |= {(setting, scheme, "lump", one): fen for one, fen in zip(sorted(who), given, strict=True)}
    return found
