"""Facts of claims as JSON, column by column: what the tables say of people, spells and care, joined claim by claim.

A claim in which all is as in most gets them here. `odd` are the others, and those with which something is wrong: they
are built one by one by the code that builds every claim, which also says what is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tongchou.engines.benefits.bulk.columns import NOT_THERE, Flags, Numbers, days, index_in, months_of, numbers
from tongchou.engines.benefits.from_tables import CLAIM_FACTS, PERSON_FACTS, SPELL_FACTS, UNKNOWN_SEX, account_kinds
from tongchou.engines.benefits.table_facts import FactReader, typed
from tongchou.ground.errors import Place, Problem
from tongchou.ground.region.headers import BASIS_FACT
from tongchou.ground.region.pack import Pack
from tongchou.record.settlement.batch.reading import Share
from tongchou.record.settlement.batch.texts import fields, flat, joined, listed, or_nothing, quoted, text
from tongchou.record.settlement.stored import beyond_json

_NOWHERE = Place(table="claims")
_EPOCH = date(1970, 1, 1)
_NEVER = np.iinfo(np.int64).max
JSON = json.JSONEncoder(ensure_ascii=False, default=beyond_json)


@dataclass
class Facts:
    """Facts of some rows: as JSON without braces, which rows say each of them, those that are days (since 1970), and
    rows with which something is wrong or that say one of them twice."""

    text: pa.Array
    says: dict[str, Flags]
    odd: Flags
    days: dict[str, Numbers] = field(default_factory=dict)

    def of(self, rows: Numbers) -> Facts:
        """Of each of these rows; -1 for one that is not there, which is odd."""
        there = pa.array(rows, mask=rows < 0)
        if not len(self.odd):
            return Facts(pa.nulls(len(rows), pa.string()), {}, rows < 0)
        says = {name: found[rows] for name, found in self.says.items()}
        days = {name: found[rows] for name, found in self.days.items()}
        return Facts(self.text.take(there), says, self.odd[rows] | (rows < 0), days)


def together(*parts: Facts) -> Facts:
    """The facts of the same rows in one."""
    odd = np.logical_or.reduce([part.odd for part in parts])
    says: dict[str, Flags] = {}
    days: dict[str, Numbers] = {}
    for part in parts:
        for name, found in part.says.items():
            if name in says:  # it has its place in the first and its value from the last
                odd = odd | (says[name] & found)
                found = says[name] | found
            says[name] = found
        days |= part.days
    return Facts(listed(*(or_nothing(part.text) for part in parts)), says, odd, days)


class Reader:
    """The facts of a share's claims."""

    def __init__(self, share: Share, pack: Pack, assumed: Mapping[str, str]) -> None:
        self._claims, self._tables, self._pack = share.cut["claims"], share.people, pack
        self._read = FactReader(pack.vocabulary)
        self._assumed = {name: typed(pack.vocabulary, name, value) for name, value in assumed.items()}
        self._persons = share.people["persons"]
        self._who = index_in(self._claims["person_id"], self._persons["person_id"])
        discharged = pc.coalesce(self._claims["discharged_on"], self._claims["admitted_on"])
        settled = pc.coalesce(self._claims["settled_at"].cast(pa.date32()), discharged)
        self._dates = {"admitted": self._claims["admitted_on"], "discharged": discharged, "settled": settled}
        self.basis = days(self._dates[BASIS_FACT[pack.region.year.basis]])

    def all(self) -> Facts:
        """What each claim says; those that are to be built one by one are odd."""
        spell = self._covering("spells", self._who, self._claims["scheme"])
        spells = self._of_spells()
        found = together(
            self._of_assumed(),
            self._of_persons().of(self._who),
            spells.of(spell),
            self._months(spell),
            self._of_words(),
            self._of_own(),
            _columns(self._dates),
        )
        if "birth_date" in found.days:
            seen = [found.days[name] for name in (*self._dates, *self._read.seen_on) if name in found.days]
            before = np.minimum.reduce([np.where(one == NOT_THERE, _NEVER, one) for one in seen])
            found.odd = found.odd | (before < found.days["birth_date"])
        given = np.diff(np.asarray(flat(self._claims["given"]).offsets)) > 0
        found.odd = found.odd | given | self._of_accounts(found.days["settled"])
        return found

    def _of_assumed(self) -> Facts:
        count = len(self._claims)
        said = JSON.encode(self._assumed)[1:-1]
        says = {name: np.ones(count, dtype=bool) for name in self._assumed}
        at = {
            name: np.repeat(_days([value]), count) for name, value in self._assumed.items() if isinstance(value, date)
        }
        return Facts(pa.repeat(said, count), says, np.zeros(count, dtype=bool), at)

    def _of_persons(self) -> Facts:
        columns = {name: self._persons[name] for name in PERSON_FACTS}
        if not self._read.is_word("sex", UNKNOWN_SEX):
            unknown = pc.equal(columns["sex"], UNKNOWN_SEX)
            columns["sex"] = pc.if_else(unknown, pa.scalar(None, pa.string()), columns["sex"])
        return together(self._of_maps(self._persons["facts"], shared=True), _columns(columns))

    def _of_spells(self) -> Facts:
        """What spells say but for how long they have lasted."""
        spells = self._tables.get("spells")
        if spells is None or not len(spells):
            return Facts(pa.array([], pa.string()), {}, np.zeros(0, dtype=bool))
        columns = {**{name: spells[name] for name in SPELL_FACTS}, "enrolled_on": spells["from_date"]}
        return together(self._of_maps(spells["facts"], shared=True), _columns(columns))

    def _months(self, spell: Numbers) -> Facts:
        """How long the spell of each claim has lasted."""
        spells, count = self._tables.get("spells"), len(self._claims)
        if spells is None or not len(spells):
            return Facts(pa.nulls(count, pa.string()), {}, np.zeros(count, dtype=bool))
        (month, day), (now, today) = months_of(days(spells["from_date"])[spell]), months_of(self.basis)
        at_start = numbers(spells["months"])[spell]
        months = pa.array(at_start + now - month - (today < day), mask=(spell < 0) | (at_start == NOT_THERE))
        return _said({"months": joined('{"number": "', text(months), '"}')})

    def _of_words(self) -> Facts:
        """The words of the claims themselves."""
        columns = {fact: flat(self._claims[name]).dictionary_encode() for name, fact in CLAIM_FACTS.items()}
        found = _said({fact: quoted(column) for fact, column in columns.items()})
        for fact, column in columns.items():
            known = [self._read.is_word(fact, word) for word in column.dictionary.to_pylist()]
            if not all(known):
                there = pa.array(known, pa.bool_()).take(column.indices)
                found.odd = found.odd | ~np.asarray(pc.fill_null(there, True))
        return found

    def _of_own(self) -> Facts:
        """Diseases, and what claims say beyond the columns of the table."""
        lists = flat(self._claims["diseases"])
        said: list[str | None] = [None] * len(lists)
        odd = np.zeros(len(lists), dtype=bool)
        for at in np.flatnonzero(np.diff(np.asarray(lists.offsets))).tolist():
            words = lists[at].as_py()
            odd[at] = not all(self._read.is_word("diseases", word) for word in words)
            said[at] = JSON.encode(words)
        diseases = _said({"diseases": pa.array(said, pa.string())})
        diseases.odd = odd
        return together(diseases, self._of_maps(self._claims["facts"], shared=False))

    def _of_maps(self, column: pa.ChunkedArray, *, shared: bool) -> Facts:
        """What maps of facts say; most say what others have said."""
        whole = flat(column)
        offsets = np.asarray(whole.offsets)
        names, values = (flat(one).to_pylist() for one in (whole.keys, whole.items))
        known: dict[tuple[tuple[str, str], ...], int] = {(): 0}
        of = np.zeros(len(whole), dtype=np.int64)
        for at in np.flatnonzero(np.diff(offsets)).tolist():
            span = slice(offsets[at], offsets[at + 1])
            of[at] = known.setdefault(tuple(zip(names[span], values[span], strict=True)), len(known))
        told = [self._map(dict(one), shared=shared) for one in known]
        facts = [found for found, _ in told]
        texts = pa.array([JSON.encode(one)[1:-1] or None for one in facts], pa.string())
        says = {
            name: np.array([name in one for one in facts])[of] for name in dict.fromkeys(n for f in facts for n in f)
        }
        at_days = {
            name: self._days([one.get(name) for one in facts])[of] for name in says if name in self._read.seen_on
        }
        return Facts(texts.take(pa.array(of)), says, np.array([bool(wrong) for _, wrong in told])[of], at_days)

    def _map(self, said: Mapping[str, str], *, shared: bool) -> tuple[dict[str, Any], list[Problem]]:
        problems: list[Problem] = []
        return self._read.map(_NOWHERE, said, problems, shared=shared), problems

    def _of_accounts(self, settled: Numbers) -> Flags:
        """Claims with whose account something is wrong."""
        use = flat(self._claims["account_use"])
        owner = self._who.copy()
        odd = np.zeros(len(owner), dtype=bool)
        relative = np.flatnonzero(np.asarray(pc.fill_null(pc.equal(use, "relative"), False)))
        if len(relative):
            owner[relative] = index_in(self._claims["account_person_id"], self._persons["person_id"])[relative]
            home, other = self._home(self._who), self._home(owner)
            odd[relative] = ((home <= 0) | (home != other) | (owner < 0))[relative]
        accounts, kinds = self._tables.get("accounts"), account_kinds(self._pack)
        if accounts is None or not kinds:
            return odd
        since = np.full(len(self._persons) + 1, NOT_THERE)
        unknown = np.asarray(pc.invert(pc.is_in(flat(accounts["kind"]), value_set=pa.array(kinds))))
        at = np.where(unknown, _NEVER, days(accounts["as_of"]))
        np.maximum.at(since, index_in(accounts["person_id"], self._persons["person_id"]), at)
        asked = ~np.asarray(pc.fill_null(pc.equal(use, "none"), False))
        return odd | (asked & (since[owner] >= settled))

    def _home(self, who: Numbers) -> Numbers:
        """The household of people on the days of the claims, as a number from 1; 0 for none."""
        named = [self._persons["household_id"]]
        moves = self._tables.get("households")
        if moves is not None:
            named.append(moves["household_id"])
        ids = pa.chunked_array([chunk for column in named for chunk in column.chunks], pa.string()).unique().drop_null()
        at_last = index_in(named[0], ids)[who] + 1
        covering = self._covering("households", who)
        if moves is None or not len(moves):
            return np.asarray(at_last)
        return np.where(covering >= 0, index_in(moves["household_id"], ids)[covering] + 1, at_last)

    def _covering(self, name: str, who: Numbers, scheme: pa.ChunkedArray | None = None) -> Numbers:
        """The first row of a table that covers the day of each claim for somebody (and the claim's scheme); -1 where
        there is none."""
        rows = self._tables.get(name)
        found = np.full(len(who), -1)
        if rows is None or not len(rows):
            return found
        key, asked = index_in(rows["person_id"], self._persons["person_id"]), who
        if scheme is not None:
            schemes = rows["scheme"].unique()
            key = key * len(schemes) + index_in(rows["scheme"], schemes)
            own = index_in(scheme, schemes)
            asked = np.where(own < 0, -1, who * len(schemes) + own)
        order = np.argsort(key, kind="stable")
        first, last = (np.searchsorted(key[order], asked, side=side) for side in ("left", "right"))
        since, through = days(rows["from_date"]), days(rows["through_date"])
        through = np.where(through == NOT_THERE, _NEVER, through)
        for step in range(int((last - first).max(initial=0))):
            at = order[np.minimum(first + step, len(order) - 1)]
            fits = (asked >= 0) & (first + step < last) & (since[at] <= self.basis) & (self.basis <= through[at])
            found = np.where((found < 0) & fits, at, found)
        return found


def _columns(columns: Mapping[str, Any]) -> Facts:
    """Words and days of a table by the names of facts."""
    told = {
        name: joined('{"day": "', text(one), '"}') if pa.types.is_date32(one.type) else quoted(one)
        for name, one in columns.items()
    }
    found = _said(told)
    found.days = {name: days(_chunked(one)) for name, one in columns.items() if pa.types.is_date32(one.type)}
    return found


def _days(values: Iterable[Any]) -> Numbers:
    """Days as numbers; `NOT_THERE` for what is none."""
    found = [(one - _EPOCH).days if isinstance(one, date) else NOT_THERE for one in values]
    return np.array(found, dtype=np.int64)


def _chunked(column: Any) -> pa.ChunkedArray:
    return column if isinstance(column, pa.ChunkedArray) else pa.chunked_array([column])


def _said(columns: Mapping[str, pa.Array]) -> Facts:
    """Columns that are JSON already."""
    says = {name: np.asarray(column.is_valid()) for name, column in columns.items() if column.null_count < len(column)}
    count = len(next(iter(columns.values())))
    return Facts(fields(columns), says, np.zeros(count, dtype=bool))
