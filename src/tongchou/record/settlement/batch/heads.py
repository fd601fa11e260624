"""Claims of a share without their lines, as JSON: built by the code that builds every claim, which remembers what it
found before. People come with several claims, and what is theirs is the same in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.samples import rows_of as read_rows
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.from_tables import CLAIM_FACTS, Intake, Row
from tongchou.ground.dates import months_between
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables
from tongchou.record.settlement.batch.known import Rows
from tongchou.record.settlement.batch.reading import Share
from tongchou.record.settlement.batch.texts import fields, joined, text
from tongchou.record.settlement.stored import beyond_json

_OF_PERSON = ("persons", "households", "spells", "entitlements", "accounts")
_words_of = itemgetter(*CLAIM_FACTS)
_JSON = json.JSONEncoder(ensure_ascii=False, default=beyond_json)


def heads(
    share: Share, rows: Rows, visit: Numbers, charge: Numbers, stay: Numbers, pack: Pack, assumed: Mapping[str, str]
) -> list[str]:
    """Of each claim everything but its lines, without the brace that closes it. It is called after its `visit` and the
    first `charge` of it; `stay`: the visit after which its stay is called. Raises the problems of a claim that cannot
    be built."""
    claims = read_rows(share.cut["claims"])
    read: dict[str, list[Row]] = {name: [] for name in TABLES} | {"claims": claims}
    read |= {name: read_rows(share.people[name]) for name in _OF_PERSON if name in share.people}
    intake = _Intake(Tables(read, [], {name: len(found) for name, found in read.items() if found}), pack, assumed)
    columns = (rows.person, rows.household, rows.payer, visit, charge, stay)
    found = []
    for row, dates, person, home, payer, own, first, of_stay in zip(
        claims, _dates(share), *(one.tolist() for one in columns), strict=True
    ):
        told = intake.ordinary(row, dates) or intake.whole(row)
        head = (
            f'{{"id": "v{own}.{first}", "person": "p{person}", "scheme": {_text(row["scheme"])}, '
            f'"kind": {_text(row["kind"])}, "facts": {{{told.facts}}}, "stay": "v{of_stay}"'
        )
        if row["given"]:
            head += f', "given": {{{_as_json(row["given"])}}}'
        if home >= 0:
            head += f', "household": "h{home}"'
        if row["episode_id"] is not None:
            head += f', "episode": {_JSON.encode(row["episode_id"])}'
        if payer >= 0:
            head += f', "account_person": "p{payer}"'
        if told.entitlements is not None:
            head += f', "entitlements": {_entitlements(*told.entitlements.items())}'
        found.append(head)
    return found


def _dates(share: Share) -> list[str]:
    """The dates of each claim as facts."""
    claims = share.cut["claims"]
    discharged = pc.coalesce(claims["discharged_on"], claims["admitted_on"])
    settled = pc.coalesce(claims["settled_at"].cast(pa.date32()), discharged)
    columns = {"admitted": claims["admitted_on"], "discharged": discharged, "settled": settled}
    found: list[str] = fields({name: joined('{"day": "', text(one), '"}') for name, one in columns.items()}).to_pylist()
    return found


class _Told(NamedTuple):
    """What a claim says: its facts as JSON without braces, and its entitlements."""

    facts: str
    entitlements: Mapping[str, tuple[str, str]] | None


class _Part(NamedTuple):
    """Some facts of a claim, and as JSON without its braces."""

    facts: dict[str, Any]
    text: str


class _Intake(Intake):
    """One that remembers what it found of a person, of a spell and of a claim's own words, where nothing was wrong with
    it."""

    def __init__(self, tables: Tables, pack: Pack, assumed: Mapping[str, str]) -> None:
        super().__init__(tables, pack, assumed)
        self._parts: list[_Part] = []
        self._found: dict[tuple[Any, ...], _Part] = {}
        self._same = _as_json(self.assumed)

    def ordinary(self, row: Row, said: str) -> _Told | None:
        """What a claim says in which all is as in most; None for one that is to be built as a whole, and for one with
        which something is wrong. `said`: its dates as JSON."""
        if row["given"] or row["account_use"] == "relative":
            return None
        discharged = row["discharged_on"] or row["admitted_on"]
        settled = row["settled_at"].date() if row["settled_at"] else discharged
        dates = {"admitted": row["admitted_on"], "discharged": discharged, "settled": settled}
        person, scheme, day = row["person_id"], row["scheme"], dates[self._basis]
        for spell in self._spells.get((person, scheme), ()):
            if spell["from_date"] <= day and (spell["through_date"] is None or day <= spell["through_date"]):
                break
        else:
            return None
        problems: list[Problem] = []
        self._parts.clear()
        facts = self.assumed | self._person_facts(row, problems) | self._spell_facts(row, spell, day, problems)
        facts |= self._claim_facts(row, problems)
        facts |= dates
        problems += self._read.before_birth(row, facts)
        self._check_account(row, None, day, dates["settled"], problems)
        # A fact that is in two parts has its place in the first and its value from the last.
        if problems or sum([len(part.facts) for part in self._parts], len(self.assumed) + len(dates)) != len(facts):
            return None
        parts = [self._same, *[part.text for part in self._parts], said]
        return _Told(", ".join([part for part in parts if part]), self._entitled(person, scheme, day))

    def whole(self, row: Row) -> _Told:
        """What any claim says. Raises the problems of one that cannot be built."""
        claim = self.claim(row)
        if not isinstance(claim, Claim):
            raise ProblemError(*claim.problems)
        return _Told(_as_json(claim.facts), claim.entitlements)

    def _person_facts(self, claim: Row, problems: list[Problem]) -> dict[str, Any]:
        key = ("person", claim["person_id"])
        return self._part(key) or self._keep(key, super()._person_facts(claim, problems), problems)

    def _spell_facts(self, claim: Row, spell: Row | None, day: date, problems: list[Problem]) -> dict[str, Any]:
        key = ("spell", None if spell is None else spell["_row"])
        found = self._part(key)
        if spell is None or spell["months"] is None:
            return found or self._keep(key, super()._spell_facts(claim, spell, day, problems), problems)
        if found is None:
            found = super()._spell_facts(claim, spell | {"months": None}, day, problems)
            found = self._keep(key, found, problems)
        months = spell["months"] + months_between(spell["from_date"], day)
        part = _months(months)
        self._parts.append(part)
        return found | part.facts

    def _claim_facts(self, row: Row, problems: list[Problem]) -> dict[str, Any]:
        key = ("claim", *_words_of(row), *row["diseases"], *row["facts"].items())
        return self._part(key) or self._keep(key, super()._claim_facts(row, problems), problems)

    def _part(self, key: tuple[Any, ...]) -> dict[str, Any] | None:
        part = self._found.get(key)
        if part is None:
            return None
        self._parts.append(part)
        return part.facts

    def _keep(self, key: tuple[Any, ...], facts: dict[str, Any], problems: list[Problem]) -> dict[str, Any]:
        part = _Part(facts, _as_json(facts))
        self._parts.append(part)
        if not problems:
            self._found[key] = part
        return facts


def _as_json(facts: Mapping[str, Any]) -> str:
    return ", ".join([_fact(name, value) for name, value in facts.items()])


@lru_cache(maxsize=1 << 16, typed=True)
def _fact(name: str, value: Any) -> str:
    """Written once: the same words and days come again and again."""
    return f"{_text(name)}: {_JSON.encode(value)}"


@lru_cache(maxsize=1 << 12)
def _months(count: int) -> _Part:
    """How long a spell has lasted: of one that many days have in common."""
    facts = {"months": Fraction(count)}
    return _Part(facts, _as_json(facts))


@lru_cache(maxsize=1 << 12)
def _entitlements(*funds: tuple[str, tuple[str, str]]) -> str:
    return _JSON.encode(dict(funds))


@lru_cache(maxsize=1 << 12)
def _text(word: str) -> str:
    return _JSON.encode(word)
