"""Claims of a share without their lines, as JSON: built by the code that builds every claim, which remembers what it
found before. People come with several claims, and what is theirs is the same in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from tongchou.engines.benefits.bulk.columns import Numbers
from tongchou.engines.benefits.bulk.samples import rows_of as read_rows
from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.from_tables import Intake, Row
from tongchou.ground.errors import Problem, ProblemError
from tongchou.ground.region.pack import Pack
from tongchou.ground.tables import TABLES, Tables
from tongchou.record.settlement.batch.known import Rows
from tongchou.record.settlement.batch.reading import Share
from tongchou.record.settlement.stored import beyond_json

_OF_PERSON = ("persons", "households", "spells", "entitlements", "accounts")
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
    for row, person, home, payer, own, first, of_stay in zip(claims, *(one.tolist() for one in columns), strict=True):
        claim = intake.claim(row)
        if not isinstance(claim, Claim):
            raise ProblemError(*claim.problems)
        named = {
            "id": f'"v{own}.{first}"',
            "person": f'"p{person}"',
            "scheme": _text(claim.scheme),
            "kind": _text(claim.kind),
            "facts": _as_json(claim.facts),
            "stay": f'"v{of_stay}"',
        }
        if claim.given:
            named["given"] = _as_json(claim.given)
        if home >= 0:
            named["household"] = f'"h{home}"'
        if claim.episode_id is not None:
            named["episode"] = _JSON.encode(claim.episode_id)
        if payer >= 0:
            named["account_person"] = f'"p{payer}"'
        if claim.entitlements is not None:
            named["entitlements"] = _JSON.encode(claim.entitlements)
        found.append("{" + ", ".join([f'"{name}": {text}' for name, text in named.items()]))
    return found


class _Intake(Intake):
    """One that remembers what it found of a person and of a spell, where nothing was wrong with it."""

    def __init__(self, tables: Tables, pack: Pack, assumed: Mapping[str, str]) -> None:
        super().__init__(tables, pack, assumed)
        self._found: dict[tuple[Any, ...], dict[str, Any]] = {}

    def _person_facts(self, claim: Row, problems: list[Problem]) -> dict[str, Any]:
        key = ("person", claim["person_id"])
        found = self._found.get(key)
        if found is None:
            found = super()._person_facts(claim, problems)
            if not problems:
                self._found[key] = found
        return found

    def _spell_facts(self, claim: Row, spell: Row | None, day: date, problems: list[Problem]) -> dict[str, Any]:
        if spell is None or spell["months"] is None:
            return self._of_spell(claim, spell, day, problems)
        said = super()._spell_facts(claim, spell | {"facts": {}}, day, problems)  # how long it lasted, by the day
        return self._of_spell(claim, spell | {"months": None}, day, problems) | said

    def _of_spell(self, claim: Row, spell: Row | None, day: date, problems: list[Problem]) -> dict[str, Any]:
        key = ("spell", None if spell is None else spell["_row"])
        found = self._found.get(key)
        if found is None:
            found = super()._spell_facts(claim, spell, day, problems)
            if not problems:
                self._found[key] = found
        return found


def _as_json(facts: Mapping[str, Any]) -> str:
    return "{" + ", ".join([_fact(name, value) for name, value in facts.items()]) + "}"


@lru_cache(maxsize=1 << 16, typed=True)
def _fact(name: str, value: Any) -> str:
    """Written once: the same words and days come again and again."""
    return f"{_text(name)}: {_JSON.encode(value)}"


@lru_cache(maxsize=1 << 12)
def _text(word: str) -> str:
    return _JSON.encode(word)
