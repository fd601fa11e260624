"""Whom the texts of a data set mean in the record. What the record does not know is refused, row by row."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from tongchou.engines.benefits.bulk.columns import Numbers, index_in
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.tables import load_arrow
from tongchou.record.base.columns import as_array
from tongchou.record.settlement.batch.reading import Share, Year
from tongchou.record.settlement.claims import subject_of_person

_MOST = 1_000  # problems told at once
_LONGEST = 18  # digits of a number that a row can have


class Known:
    """`person_id` of the data → a person's number; `provider_id` → an institution's."""

    def __init__(self, persons: Mapping[str, int], institutions: Mapping[str, int]) -> None:
        self.persons, self.institutions = persons, institutions

    def __str__(self) -> str:
        """As the trail names it."""
        return f"{len(self.persons)} persons, {len(self.institutions)} institutions"


def read_known(data: Path, persons: Path | None = None) -> Known:
    """Whom a folder of tables means, as `known_of`. Raises V501."""
    found = load_arrow(data)
    if found is None:
        raise fail("V501", what=str(data))
    return known_of(found, persons)


def known_of(tables: Mapping[str, pa.Table], persons: Path | None = None) -> Known:
    """Whom tables mean: `persons` is a CSV file with the columns `person_id` and `number`, where a person of the data
    has another name than the number in the record; a provider is known by its code. Raises V501."""
    texts = [one for one in tables["persons"]["person_id"].to_pylist() if one.isdecimal() and len(one) <= _LONGEST]
    numbers = {text: int(text) for text in texts} if persons is None else _numbers_in(persons)
    with connection.cursor() as cursor:
        codes = pc.unique(tables["claims"]["provider_id"]).to_pylist()
        cursor.execute("SELECT code, id FROM institution WHERE code = ANY(%s)", [codes])
        return Known(numbers, dict(cursor.fetchall()))


def _numbers_in(file: Path) -> dict[str, int]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if not {"person_id", "number"} <= set(rows.fieldnames or ()):
                raise fail("V501", what=str(file))
            return {row["person_id"]: int(row["number"]) for row in rows}
    except (OSError, ValueError, TypeError, csv.Error) as error:
        raise fail("V501", what=str(file)) from error


@dataclass(frozen=True)
class Rows:
    """Of each settlement of a share, as numbers of the record: person, household (-1: none), who pays by account (-1:
    nobody else), agency, the agency of who pays by account, institution, and the institution's organisation.
    `subjects`: person of the data → as the state names them."""

    person: Numbers
    household: Numbers
    payer: Numbers
    county: Numbers
    payer_county: Numbers
    institution: Numbers
    organisation: Numbers
    subjects: Mapping[str, str]


def check(year: Year, known: Known) -> None:
    """Raises a V503 for every row of claims whose person or institution the record does not know, a thousand at most.
    Rows that were merged into others are not known either: their person goes by another number now."""
    claims = year.tables["claims"]
    named = {"person_id": _persons(known.persons.values()), "provider_id": _institutions(known.institutions.values())}
    numbers = {"person_id": known.persons, "provider_id": known.institutions}
    problems: list[Problem] = []
    judged = pc.is_in(claims["claim_id"], value_set=year.judged["claim_id"].combine_chunks())
    for column, of in numbers.items():
        there = pa.array([text for text, number in of.items() if number in named[column]], pa.string())
        unknown = pc.and_(judged, pc.invert(pc.is_in(claims[column], value_set=there)))
        for row in np.flatnonzero(np.asarray(unknown))[:_MOST].tolist():
            place = Place(table="claims", row=row + 1, column=column)
            problems.append(Problem("V503", place, {"value": claims[column][row].as_py()}))
    if problems:
        raise ProblemError(*problems[:_MOST])


def rows_of(share: Share, known: Known) -> Rows:
    """Raises V504 where people live together in the data and not in the record, or the other way round."""
    settlements, claims = share.cut["settlements"], share.cut["claims"]
    ids = share.people["persons"]["person_id"].to_pylist()
    agencies = _persons([known.persons[one] for one in ids if one in known.persons])
    places = _institutions(known.institutions.values())
    person = _numbered(settlements["person_id"], known.persons)
    institution = _numbered(settlements["provider_id"], known.institutions)
    payer = _numbered(claims["account_person_id"], known.persons)
    owner = np.where(payer >= 0, payer, person)
    return Rows(
        person=person,
        household=_households(share, person),
        payer=payer,
        county=np.array([agencies[one] for one in person.tolist()], dtype=np.int64),
        payer_county=np.array([agencies[one] for one in owner.tolist()], dtype=np.int64),
        institution=institution,
        organisation=np.array([places[one] for one in institution.tolist()], dtype=np.int64),
        subjects={one: subject_of_person(known.persons[one]) for one in ids if one in known.persons},
    )


def _numbered(texts: pa.ChunkedArray, numbers: Mapping[str, int]) -> Numbers:
    coded = texts.combine_chunks().dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    found = np.array([*(numbers.get(one, -1) for one in coded.dictionary.to_pylist()), -1], dtype=np.int64)
    return found[np.asarray(pc.fill_null(coded.indices, len(found) - 1))]


def _home_texts(share: Share) -> list[str | None]:
    """The household of each settlement on its day, as the data name it."""
    persons = share.people["persons"]
    who = index_in(share.cut["settlements"]["person_id"], persons["person_id"])
    at_last: list[str | None] = persons["household_id"].take(pa.array(who)).to_pylist()
    moves = share.people.get("households")
    if moves is None or not len(moves):
        return at_last
    spans: dict[str, list[tuple[str, object, object]]] = {}
    for row in moves.select(["person_id", "household_id", "from_date", "through_date"]).to_pylist():
        spans.setdefault(row["person_id"], []).append((row["household_id"], row["from_date"], row["through_date"]))
    names, days = share.cut["settlements"]["person_id"].to_pylist(), share.cut["settlements"]["basis_date"].to_pylist()
    return [
        next(
            (
                home
                for home, since, through in spans.get(one, ())
                if since <= day and (through is None or day <= through)
            ),
            last,
        )
        for one, day, last in zip(names, days, at_last, strict=True)
    ]


_MEMBERS = """
SELECT s.at, m.household_id FROM unnest(%s::bigint[], %s::date[]) WITH ORDINALITY s (person, day, at)
JOIN household_member m ON m.person_id = s.person AND m.during @> s.day
"""


def _households(share: Share, person: Numbers) -> Numbers:
    """The household of each settlement's person on its day, -1 for none."""
    settlements = share.cut["settlements"]
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [as_array(person.tolist()), as_array(settlements["basis_date"].to_pylist())])
        theirs = dict(cursor.fetchall())
    numbers = [theirs.get(at, -1) for at in range(1, len(settlements) + 1)]
    texts = [
        one if one is not None else f"{who} alone"
        for one, who in zip(_home_texts(share), settlements["person_id"].to_pylist(), strict=True)
    ]
    pairs = {(text, number) for text, number in zip(texts, numbers, strict=True) if number >= 0}
    by_text, by_number = Counter(text for text, _ in pairs), Counter(number for _, number in pairs)
    odd = {text for text, number in pairs if by_text[text] > 1 or by_number[number] > 1}
    if odd:
        raise ProblemError(
            *(Problem("V504", Place(table="households"), {"value": text}) for text in sorted(odd)[:_MOST])
        )
    return np.array(numbers, dtype=np.int64)


def _persons(numbers: Iterable[int]) -> dict[int, int]:
    """Person → agency, of rows that were not merged into others."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, agency_id FROM person WHERE id = ANY(%s::bigint[]) AND merged_into_id IS NULL",
            [as_array(numbers)],
        )
        return dict(cursor.fetchall())


def _institutions(numbers: Iterable[int]) -> dict[int, int]:
    """Institution → its organisation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id FROM institution WHERE id = ANY(%s)", [list(numbers)])
        return dict(cursor.fetchall())
