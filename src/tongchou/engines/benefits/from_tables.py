"""Canonical tables as claims: each joined with its person, spell, household, entitlement and accounts on its dates.

A claim that cannot be built raises `ProblemError` whose problems name table, row and column. One whose person is not
insured on its day is built and turned away: a `Refusal`, not a fault of the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from tongchou.engines.benefits.claim import Claim, Line, Refusal
from tongchou.engines.benefits.state import Key, State
from tongchou.engines.benefits.table_facts import FactReader, typed
from tongchou.ground.dates import months_between
from tongchou.ground.errors import Place, Problem, ProblemError
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import Tables

Row = dict[str, Any]
Turn = tuple[date, datetime, str]
"""When a claim settles: basis date, time of settlement, id. The order of claims that are not recorded yet."""
CLAIM_FACTS = {
    "provider_id": "provider",
    **{n: n for n in "level place disease referral filing third_party account_use option".split()},
}
PERSON_FACTS = ("birth_date", "sex", "retired_on")
SPELL_FACTS = ("status", "category", "paid_on", "resumed")
CLAIM_WORDS = {**CLAIM_FACTS, "diseases": "diseases"}
LINE_FACTS = "class fee_kind national_code hospital_code limited_use approved in_disease_scope".split()
LINE_WORDS = {name: name for name in ("item", *LINE_FACTS)}
PARTS = ("fulamt_ownpay_amt", "overlmt_amt", "preselfpay_amt", "inscp_scp_amt")
UNKNOWN_SEX = "未知"


class Intake:
    """The claims of a set of tables in the order in which they settle, and what each household starts from.

    `rows` are the sound rows of `claims` by basis date, time of settlement and id; `claim(row)` builds one. People who
    ever share a household share one `State`: some limits, and accounts, are theirs together. It is called by the first
    of them (`people`, `homes`: a person, or a household id, → that name).
    `assume` gives facts by name (as text) to claims that lack them.
    """

    def __init__(self, tables: Tables, pack: Pack, assume: Mapping[str, str] | None = None) -> None:
        self.tables, self.pack = tables, pack
        self.assumed = {name: typed(pack.vocabulary, name, value) for name, value in (assume or {}).items()}
        self._read = FactReader(pack.vocabulary)
        self._basis = BASIS_FACT[pack.region.year.basis]
        rows = tables.rows
        self._persons = {row["person_id"]: row for row in rows["persons"]}
        self._spells = _grouped(rows["spells"], "person_id", "scheme")
        self._entitlements = _grouped(rows["entitlements"], "person_id", "scheme")
        self._households = _grouped(rows["households"], "person_id")
        self._lines = _grouped(rows["lines"], "claim_id")
        self._accounts = _grouped(rows["accounts"], "person_id")
        self._kinds = account_kinds(pack)
        self.rows: list[Row] = sorted(rows["claims"], key=self.turn)
        linked = _buckets(rows["persons"], rows["households"])
        self.people: dict[str, str] = {person: linked.get(person, person) for person in self._persons}
        members = [*rows["persons"], *rows["households"]]
        self.homes: dict[str, str] = {
            row["household_id"]: linked[row["person_id"]] for row in members if row["household_id"] is not None
        }

    def claim(self, row: Row) -> Claim | Refusal:
        """The claim of a row. Raises `ProblemError` with every fault, each with table, row and column."""
        dates = _dates(row)
        day = dates[self._basis]
        problems: list[Problem] = []
        lines = tuple(self._line(line, problems) for line in self._lines.get((row["claim_id"],), ()))
        if problems:
            problems.append(Problem("T156", _place("claims", row, None), {"value": row["claim_id"]}))
        person, scheme = row["person_id"], row["scheme"]
        household = self._household(person, day)
        spell = _covering(self._spells.get((person, scheme), ()), day)
        facts = {**self.assumed, **self._person_facts(row, problems)}
        facts |= self._spell_facts(row, spell, day, problems)
        facts |= self._claim_facts(row, problems) | dates
        problems += self._read.before_birth(row, facts)
        self._check_account(row, household, day, dates["settled"], problems)
        self._check_given(row, problems)
        if problems:
            raise ProblemError(*problems)
        claim = Claim(
            id=row["claim_id"],
            person_id=person,
            scheme=scheme,
            kind=row["kind"],
            facts=facts,
            lines=lines,
            given=row["given"],
            household_id=household,
            stay_id=row["stay_id"],
            episode_id=row["episode_id"],
            account_person=row["account_person_id"],
            entitlements=self._entitled(person, scheme, day),
        )
        if spell is None and "spells" in self.tables.read and scheme in self.pack.region.schemes:
            problem = Problem("C040", _place("claims", row, "scheme"), {"day": day, "scheme": scheme, "value": scheme})
            return Refusal(claim, None, (problem,))
        return claim

    def bucket(self, row: Row) -> str:
        """Whose state a claim reads and changes: one name for all who ever share a household."""
        person: str = row["person_id"]
        return self.people.get(person, person)

    def opening(self, bucket_rows: Iterable[Row]) -> State:
        """The state of a bucket before its claims: the balances of the accounts of the people in it."""
        people = {person for row in bucket_rows for person in (row["person_id"], row["account_person_id"])}
        state = State()
        for person in people - {None}:
            for account in self._accounts.get((person,), ()):
                if account["kind"] in self._kinds:
                    state.apply({Key(f"account:{account['kind']}", person, "ever"): account["balance"]})
        return state

    def balance(self, person: str, state: State) -> int | None:
        """What is left in the accounts of a person that this region draws on; `None` when it draws on none."""
        if not self._kinds:
            return None
        return sum(state.get(Key(f"account:{kind}", person, "ever")) for kind in self._kinds)

    def turn(self, row: Row) -> Turn:
        """The place of a row of claims in the order in which they settle."""
        dates = _dates(row)
        at = row["settled_at"] or datetime.combine(dates["settled"], time())
        return dates[self._basis], at, row["claim_id"]

    def place(self, claim: Claim, row: Row, problem: Problem) -> list[Problem]:
        """A problem that settling found, with the table, row and column it is about."""
        line = problem.details.get("line")
        for found in self._lines[claim.id,] if line is not None else ():
            if found["line_id"] == line:
                own = Problem(problem.code, _place("lines", found, None), {"value": line, **problem.details})
                return [own, Problem("T156", _place("claims", row, None), {"value": claim.id})]
        column = self._read.column(problem, self._basis)
        value = row.get(column) if column is not None else None
        details = {"value": "" if value is None or value == {} else value, **problem.details}
        return [Problem(problem.code, _place("claims", row, column), details)]

    def _household(self, person: str, day: date) -> str | None:
        found = _covering(self._households.get((person,), ()), day)
        home: str | None = (found or self._persons[person])["household_id"]
        return home

    def _person_facts(self, claim: Row, problems: list[Problem]) -> dict[str, Any]:
        row = self._persons[claim["person_id"]]
        facts = {name: row[name] for name in PERSON_FACTS if row[name] is not None}
        if facts.get("sex") == UNKNOWN_SEX and not self._read.is_word("sex", UNKNOWN_SEX):
            del facts["sex"]
        return self._read.map(_place("claims", claim, "person_id"), row["facts"], problems, shared=True) | facts

    def _spell_facts(self, claim: Row, spell: Row | None, day: date, problems: list[Problem]) -> dict[str, Any]:
        if spell is None:
            return {}
        facts = {name: spell[name] for name in SPELL_FACTS if spell[name] is not None}
        facts["enrolled_on"] = spell["from_date"]
        if spell["months"] is not None:
            facts["months"] = Fraction(spell["months"] + months_between(spell["from_date"], day))
        return self._read.map(_place("claims", claim, "person_id"), spell["facts"], problems, shared=True) | facts

    def _claim_facts(self, row: Row, problems: list[Problem]) -> dict[str, Any]:
        facts = {fact: row[column] for column, fact in CLAIM_FACTS.items() if row[column] is not None}
        if row["diseases"]:
            facts["diseases"] = tuple(row["diseases"])
        problems += self._read.check("claims", row, CLAIM_WORDS, facts)
        if row["facts"]:
            facts |= self._read.map(_place("claims", row, "facts"), row["facts"], problems)
        return facts

    def _line(self, row: Row, problems: list[Problem]) -> Line:
        facts = {name: row[name] for name in LINE_FACTS if row[name] is not None}
        problems += self._read.check("lines", row, LINE_WORDS, facts | {"item": row["item"]})
        if row["item"] is None and self._read.needs_item:
            problems.append(Problem("C003", _place("lines", row, "item"), {"name": "item", "value": ""}))
        if row["fee_at"] is not None:
            facts["fee_date"] = row["fee_at"].date()
        if row["facts"]:
            facts |= self._read.map(_place("lines", row, "facts"), row["facts"], problems)
        parts = [row[name] for name in PARTS]
        full, over, first, scope = (part or 0 for part in parts)
        return Line(
            id=row["line_id"],
            amount=row["amount"],
            item=row["item"],
            quantity=Fraction(1) if row["quantity"] is None else Fraction(row["quantity"]),
            unit_price=None if row["price"] is None else Fraction(row["price"]),
            price_limit=row["price_limit"],
            first_pay_rate=None if row["first_pay_rate"] is None else Fraction(row["first_pay_rate"]),
            original=row["original_line_id"],
            given_parts=None if parts[0] is None else (full, over, first, scope),
            facts=facts,
        )

    def _entitled(self, person: str, scheme: str, day: date) -> dict[str, tuple[str, str]] | None:
        """Level and reason of each fund on a day; `None` when the tables say nothing about entitlement."""
        if "entitlements" not in self.tables.read:
            return None
        rows = self._entitlements.get((person, scheme), ())
        return {row["fund"]: (row["level"], row["reason"] or "") for row in rows if _covers(row, day)}

    def _check_account(
        self, row: Row, household: str | None, day: date, settled: date, problems: list[Problem]
    ) -> None:
        owner = row["person_id"]
        if row["account_use"] == "relative":
            owner = row["account_person_id"]
            if household is None or self._household(owner, day) != household:
                place = _place("claims", row, "account_person_id")
                problems.append(Problem("C041", place, {"value": owner, "day": day}))
        if row["account_use"] == "none" or not self._kinds:
            return
        for account in self._accounts.get((owner,), ()):
            if account["kind"] not in self._kinds:
                details = {"value": account["kind"], "name": "account", "known": "、".join(self._kinds)}
                problems.append(Problem("C004", _place("accounts", account, "kind"), details))
            elif account["as_of"] >= settled:
                details = {"account": account["account_id"], "day": account["as_of"], "settled": settled}
                problems.append(Problem("C043", _place("accounts", account, "as_of"), details))
            else:
                continue
            details = {"table": "accounts", "row": account["_row"], "value": owner}
            problems.append(Problem("T157", _place("claims", row, "person_id"), details))

    def _check_given(self, row: Row, problems: list[Problem]) -> None:
        layers = self.pack.layers.get(row["scheme"], {})
        known = [name for name, layer in layers.items() if layer.payer == "given"]
        for name in row["given"]:
            if name not in known:
                details = {"value": name, "name": "given", "known": "、".join(known) or "-"}
                problems.append(Problem("C004", _place("claims", row, "given"), details))


def claims_from(
    tables: Tables, pack: Pack, assume: Mapping[str, str] | None = None
) -> tuple[list[Claim | Refusal], list[Problem]]:
    """Every claim of the tables in settlement order, and the problems of those that cannot be built."""
    intake = Intake(tables, pack, assume)
    claims: list[Claim | Refusal] = []
    problems: list[Problem] = []
    for row in intake.rows:
        try:
            claims.append(intake.claim(row))
        except ProblemError as error:
            problems += error.problems
    return claims, problems


def _dates(row: Row) -> dict[str, date]:
    """A visit without discharge ends on the day it began; a claim without time of settlement is settled at its end."""
    discharged = row["discharged_on"] or row["admitted_on"]
    settled = row["settled_at"].date() if row["settled_at"] else discharged
    return {"admitted": row["admitted_on"], "discharged": discharged, "settled": settled}


def _place(table: str, row: Row, column: str | None) -> Place:
    return Place(table=table, row=row["_row"], column=column)


def _grouped(rows: Iterable[Row], *names: str) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def _covers(row: Row, day: date) -> bool:
    through: date | None = row["through_date"]
    start: date = row["from_date"]
    return start <= day and (through is None or day <= through)


def _covering(rows: Iterable[Row], day: date) -> Row | None:
    return next((row for row in rows if _covers(row, day)), None)


def account_kinds(pack: Pack) -> list[str]:
    """The kinds of accounts that some layer draws on."""
    layers = (item for scheme in pack.layers.values() for item in scheme.items())
    return sorted({layer.account or name for name, layer in layers if layer.payer == "account"})


def _buckets(persons: Iterable[Row], households: Iterable[Row]) -> dict[str, str]:
    """Person → the smallest person id among all who are linked by a household at any time."""
    members: dict[str, list[str]] = {}
    for row in (*persons, *households):
        if row["household_id"] is not None:
            members.setdefault(row["household_id"], []).append(row["person_id"])
    root: dict[str, str] = {}

    def find(person: str) -> str:
        while (up := root.setdefault(person, person)) != person:
            root[person] = root[up]
            person = up
        return person

    for people in members.values():
        roots = [find(person) for person in people]
        for one in roots:
            root[one] = min(roots)
    return {person: find(person) for person in sorted(root)}
