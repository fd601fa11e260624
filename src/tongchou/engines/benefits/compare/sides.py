"""Settle the same claims under two policies, household by household.

`sides` is the one place where a comparison settles anything: what is to settle faster takes its place and yields the
same pairs. Nothing of a household is kept once its pairs are handed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tongchou.engines.benefits.claim import Claim, Result, Settlement
from tongchou.engines.benefits.compare.bands import age_band
from tongchou.engines.benefits.compare.pair import OF_PERSON, REFUSED, REJECTED, SETTLED, Pair, Side, Visit
from tongchou.engines.benefits.engine import Engine
from tongchou.engines.benefits.explain import Explanation, explain
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.engines.benefits.state import State
from tongchou.engines.benefits.to_tables import Outcome, reason_of, settle_rows
from tongchou.engines.benefits.window import year_end_claims
from tongchou.ground.errors import Problem
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables


class Both:
    """The claims of a set of tables, ready to settle under policy A and policy B.

    `assume` gives facts by name (as text) to claims that lack them. `year_end`: the data hold whole insurance years, so
    that year-end layers run too. Raises `ProblemError` for an assumption one of the policies cannot read.
    """

    def __init__(
        self, a: Pack, b: Pack, tables: Tables, assume: Mapping[str, str] | None = None, year_end: bool = False
    ) -> None:
        self.a, self.b, self.tables = a, b, tables
        self._policies = tuple(_Policy(pack, tables, assume, year_end) for pack in (a, b))
        self._persons = {row["person_id"]: row for row in tables.rows["persons"]}
        self._spells: dict[tuple[str, str], list[Row]] = {}
        for row in tables.rows["spells"]:
            self._spells.setdefault((row["person_id"], row["scheme"]), []).append(row)

    @property
    def households(self) -> list[str]:
        """Everybody who shares state, under one name; in the order of their first claims."""
        return list(self._policies[0].rows)

    def pairs(self, household: str) -> list[Pair]:
        """The claims of a household in A's order of settlement, year-end payments after them."""
        (claims_a, help_a), (claims_b, help_b) = (policy.settle(household) for policy in self._policies)
        visits = {row["claim_id"]: self._visit(row, household) for row in self._policies[0].rows[household]}
        pairs = [Pair(visit, _side(claims_a[name]), _side(claims_b[name])) for name, visit in visits.items()]
        for name in dict.fromkeys((*help_a, *help_b)):
            visit = self._at_year_end((help_a.get(name) or help_b[name]).claim, household, list(visits.values()))
            pairs.append(Pair(visit, _help(help_a.get(name)), _help(help_b.get(name))))
        return pairs

    def results(self, household: str, claim_id: str) -> tuple[Result | None, Result | None]:
        """A claim as each policy settles it, with everything an explanation needs.

        Both must have judged it; `None` where only the other policy makes that payment at year end.
        """
        a, b = (policy.result(household, claim_id) for policy in self._policies)
        return a, b

    def _visit(self, row: Row, household: str) -> Visit:
        day = self._policies[0].day(row)
        person = self._persons[row["person_id"]]
        spell = next((s for s in self._spells.get((row["person_id"], row["scheme"]), ()) if _covers(s, day)), {})
        return Visit(
            claim_id=row["claim_id"],
            person_id=row["person_id"],
            household=household,
            year=self.a.year.label_of(day),
            fee=row["total_fee"],
            groups={
                "age": age_band(person["birth_date"], day),
                "sex": person["sex"] or "",
                "category": spell.get("category") or "",
                "status": spell.get("status") or "",
                "scheme": row["scheme"],
                "kind": row["kind"],
                "level": row["level"] or "",
                "place": row["place"] or "",
                "disease": row["disease"] or next(iter(row["diseases"] or ()), ""),
            },
        )

    def _at_year_end(self, claim: Claim, household: str, visits: list[Visit]) -> Visit:
        """A payment at year end belongs to its person and year; it has no hospital and no disease."""
        year = self.a.year.label_of(claim.facts["settled"])
        own = [visit for visit in visits if visit.person_id == claim.person_id]
        last = max(reversed(own), key=lambda visit: (visit.groups["scheme"] == claim.scheme, visit.year == year))
        groups = {name: word if name in OF_PERSON else "" for name, word in last.groups.items()}
        groups |= {"scheme": claim.scheme, "kind": claim.kind}
        return Visit(claim.id, claim.person_id, household, year, 0, groups, year_end=True)


def sides(both: Both) -> Iterator[list[Pair]]:
    """Every household's pairs, one household after the other."""
    for household in both.households:
        yield both.pairs(household)


def explained(both: Both, household: str, claim_id: str) -> tuple[Explanation | None, Explanation | None]:
    """One claim explained under each policy; its household is settled anew for it. `None` as in `Both.results`."""
    a, b = both.results(household, claim_id)
    return None if a is None else explain(a, both.a), None if b is None else explain(b, both.b)


@dataclass
class _Policy:
    pack: Pack
    tables: Tables
    assume: Mapping[str, str] | None
    year_end: bool

    def __post_init__(self) -> None:
        self.engine = Engine(self.pack)
        self.intake = Intake(self.tables, self.pack, self.assume)
        self.rows: dict[str, list[Row]] = {}
        for row in self.intake.rows:
            self.rows.setdefault(self.intake.bucket(row), []).append(row)

    def settle(self, household: str) -> tuple[dict[str, Outcome], dict[str, Result]]:
        """What becomes of each claim, by its id; and of each year-end claim, by the id it is given."""
        states: dict[str, State] = {}
        numbered = list(enumerate(self.rows[household], 1))
        made = {o.row["claim_id"]: o for o in settle_rows(self.engine, self.intake, numbered, states)}
        if not self.year_end:
            return made, {}
        settled = [o.result for o in made.values() if isinstance(o.result, Settlement)]
        claims = year_end_claims(self.engine, settled)
        return made, {claim.id: self.engine.settle(claim, states[household]) for claim in claims}

    def result(self, household: str, claim_id: str) -> Result | None:
        """What became of one claim; `None` of a year-end claim that this policy does not make."""
        made, at_year_end = self.settle(household)
        return made[claim_id].result if claim_id in made else at_year_end.get(claim_id)

    def day(self, row: Row) -> date:
        """The day that places a claim in an insurance year."""
        discharged: date = row["discharged_on"] or row["admitted_on"]
        settled: date = row["settled_at"].date() if row["settled_at"] else discharged
        days: dict[str, date] = {"admission": row["admitted_on"], "discharge": discharged, "settlement": settled}
        return days[self.pack.region.year.basis]


def _side(made: Outcome) -> Side:
    result = made.result
    if isinstance(result, Settlement):
        return Side(SETTLED, result.cash, result.hospital, result.paid)
    if result is not None:
        return Side(REFUSED, cash=made.row["total_fee"], reason=reason_of(made))
    return Side(REJECTED, reason=_told(made.problems))


def _help(result: Result | None) -> Side:
    """What was left to the person is not spent again: only what is taken off it counts."""
    if isinstance(result, Settlement):
        return Side(SETTLED, result.cash - result.claim.total, result.hospital, result.paid)
    return Side(SETTLED)  # refused, or a policy without this payment: the person is left with what there was


def _told(problems: tuple[Problem, ...]) -> str:
    return "; ".join(f"{problem.code} {problem.message('zh')}" for problem in problems)


def _covers(spell: Row, day: date) -> bool:
    start: date = spell["from_date"]
    through: date | None = spell["through_date"]
    return start <= day and (through is None or day <= through)
