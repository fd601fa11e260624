"""Claims of a share without their lines, as JSON: built by the code that builds every claim, which remembers what it
found before. People come with several claims, and what is theirs is the same in each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.rows import rows_of as read_rows
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
_MOST = 1 << 16  # words remembered
_DATES = ("admitted", "discharged", "settled")
_words_of = itemgetter(*CLAIM_FACTS)
_JSON = json.JSONEncoder(ensure_ascii=False, default=beyond_json)


def heads(
    share: Share, rows: Rows, visit: Numbers, charge: Numbers, stay: Numbers, pack: Pack, assumed: Mapping[str, str]
) -> list[str]:
    """Of each claim everything but its lines, without the brace that closes it. It is called after its `visit` and the
    first `charge` of it; `stay`: the visit after which its stay is called. Raises the problems of a claim that cannot
    be built."""
    claims = read_rows(share.cut["claims"])
    read: dict[str, list[Row]] = {name: [] for name in TABLES}
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
    """Some facts of a claim as JSON without its braces: which they are, the earliest day among them on which the person
    is looked at, and the day of birth if that is one of them."""

    text: str
    names: frozenset[str]
    first: date
    born: date


_NONE = _Part("", frozenset(), date.max, date.min)


class _Intake(Intake):
    """One that remembers what it found of a person, of a spell and of a claim's own words."""

    def __init__(self, tables: Tables, pack: Pack, assumed: Mapping[str, str]) -> None:
        super().__init__(tables, pack, assumed)
        self._of_person: dict[str, _Part | None] = {}
        self._of_spell: dict[int, _Part | None] = {}
        self._of_words = _words_found(pack.hash)
        self._apart: dict[tuple[frozenset[str], ...], bool] = {}
        self._same = self._part(self.assumed)

    def ordinary(self, row: Row, said: str) -> _Told | None:
        """What a claim says in which all is as in most; None for one that is to be built as a whole, and for one with
        which something is wrong. `said`: its dates as JSON."""
        if row["given"] or row["account_use"] == "relative":
            return None
        admitted = row["admitted_on"]
        discharged = row["discharged_on"] or admitted
        settled = row["settled_at"].date() if row["settled_at"] else discharged
        dates = {"admitted": admitted, "discharged": discharged, "settled": settled}
        person, scheme, day = row["person_id"], row["scheme"], dates[self._basis]
        for spell in self._spells.get((person, scheme), ()):
            if spell["from_date"] <= day and (spell["through_date"] is None or day <= spell["through_date"]):
                break
        else:
            return None
        lasted = spell["months"]
        months = _NONE if lasted is None else _months(lasted + months_between(spell["from_date"], day))
        of = (self._same, self._person(row), self._spell(row, spell), months, self._words(row))
        parts = [part for part in of if part is not None]
        # A fact that is in two parts has its place in the first and its value from the last.
        if len(parts) < len(of) or not self._are_apart(tuple([part.names for part in parts])):
            return None
        if min(admitted, discharged, settled, *[part.first for part in parts]) < max([part.born for part in parts]):
            return None
        problems: list[Problem] = []
        self._check_account(row, None, day, settled, problems)
        if problems:
            return None
        texts = [part.text for part in parts if part.text]
        return _Told(", ".join([*texts, said]), self._entitled(person, scheme, day))

    def whole(self, row: Row) -> _Told:
        """What any claim says. Raises the problems of one that cannot be built."""
        claim = self.claim(row)
        if not isinstance(claim, Claim):
            raise ProblemError(*claim.problems)
        return _Told(_as_json(claim.facts), claim.entitlements)

    def _person(self, row: Row) -> _Part | None:
        key = row["person_id"]
        if key not in self._of_person:
            self._of_person[key] = self._sound(lambda problems: self._person_facts(row, problems))
        return self._of_person[key]

    def _spell(self, row: Row, spell: Row) -> _Part | None:
        """What a spell says but for how long it has lasted."""
        key = spell["_row"]
        if key not in self._of_spell:
            lasting, day = spell | {"months": None}, spell["from_date"]
            self._of_spell[key] = self._sound(lambda problems: self._spell_facts(row, lasting, day, problems))
        return self._of_spell[key]

    def _words(self, row: Row) -> _Part | None:
        key = (*_words_of(row), *row["diseases"], *row["facts"].items())
        if key not in self._of_words:
            if len(self._of_words) >= _MOST:
                self._of_words.clear()
            self._of_words[key] = self._sound(lambda problems: self._claim_facts(row, problems))
        return self._of_words[key]

    def _sound(self, read: Callable[[list[Problem]], dict[str, Any]]) -> _Part | None:
        """None for facts with which something is wrong."""
        problems: list[Problem] = []
        facts = read(problems)
        return None if problems else self._part(facts)

    def _part(self, facts: dict[str, Any]) -> _Part:
        days = [facts[name] for name in self._read.seen_on if isinstance(facts.get(name), date)]
        return _Part(_as_json(facts), frozenset(facts), min(days, default=date.max), facts.get("birth_date", date.min))

    def _are_apart(self, names: tuple[frozenset[str], ...]) -> bool:
        if names not in self._apart:
            together = frozenset(_DATES).union(*names)
            self._apart[names] = len(together) == sum(map(len, names), len(_DATES))
        return self._apart[names]


@lru_cache(maxsize=4)
def _words_found(pack: str) -> dict[tuple[Any, ...], _Part | None]:
    """What the words of claims say under a pack, which is the same in every share."""
    return {}


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
    return _Part(_as_json(facts), frozenset(facts), date.max, date.min)


@lru_cache(maxsize=1 << 12)
def _entitlements(*funds: tuple[str, tuple[str, str]]) -> str:
    return _JSON.encode(dict(funds))


@lru_cache(maxsize=1 << 12)
def _text(word: str) -> str:
    return _JSON.encode(word)
