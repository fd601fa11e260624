"""New persons and spells by COPY, some thousands at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db import models

from tongchou.record.base.columns import numbers, write
from tongchou.record.base.secret import Keys, keys
from tongchou.record.enrolment.files.finding import Found, Ints
from tongchou.record.enrolment.models import Spell
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.identity import PROVISIONAL
from tongchou.record.people.models import Household, Identity, Membership, Person

_BATCH = 20_000
Tables = tuple[tuple[type[models.Model], pa.Table], ...]
"""Models with the rows that are written into them, in this order."""


def write_all(found: Found, agency: Organisation) -> Ints:
    """Register whoever is new, each alone in a household, and enrol everybody; the numbers of the persons by place.

    While a batch is being written the next is sealed.
    """
    persons = found.known.copy()
    new = np.flatnonzero(persons == 0)
    homes = numbers(Household, len(new))
    persons[new] = numbers(Person, len(new))

    def register(part: Ints) -> Tables:
        return _people(found.table.take(pa.array(found.first[new[part]])), persons[new[part]], homes[part], agency)

    def enrol(rows: Ints) -> Tables:
        return _spells(found.table.take(pa.array(rows)), persons[found.person[rows]])

    _write(register, np.arange(len(new)))
    _write(enrol, np.arange(len(found.table)))
    return persons


def _write(make: Callable[[Ints], Tables], rows: Ints) -> None:
    parts = [rows[begin : begin + _BATCH] for begin in range(0, len(rows), _BATCH)]
    with ThreadPoolExecutor(1) as ahead:
        coming = [ahead.submit(make, part) for part in parts[:1]]
        for number in range(len(parts)):
            coming += [ahead.submit(make, part) for part in parts[number + 1 : number + 2]]
            for model, table in coming.pop(0).result():
                write(model, table)


def _people(rows: pa.Table, persons: Ints, homes: Ints, agency: Organisation) -> Tables:
    secret = keys()
    during = pc.binary_join_element_wise("[", rows["born"].cast(pa.string()), ",)", "")
    return (
        (Household, pa.table({"id": homes, "agency_id": _all(agency.pk, rows)})),
        (Person, pa.table({
            "id": persons,
            "agency_id": _all(agency.pk, rows),
            "name": _sealed(secret, rows["name"], Person, "name"),
            "name_finder": _bytes(rows["name_finder"]),
            "born": rows["born"],
            "sex": rows["sex"],
            "phone": _sealed(secret, rows["phone"], Person, "phone"),
            "provisional": pc.equal(rows["kind"], PROVISIONAL),
        })),
        (Identity, pa.table({
            "person_id": persons,
            "kind": rows["kind"],
            "number": _sealed(secret, rows["number"], Identity, "number"),
            "number_finder": _bytes(rows["finder"]),
        })),
        (Membership, pa.table({
            "person_id": persons, "household_id": homes, "head": _all(True, rows), "during": during,
        })),
    )  # fmt: skip


def _spells(rows: pa.Table, persons: Ints) -> Tables:
    last = pc.fill_null(rows["through"].cast(pa.string()), "")
    bracket = pc.if_else(pc.is_valid(rows["through"]), "]", ")")
    spells = {
        "person_id": persons,
        "insurance": rows["insurance"],
        "employer_id": rows["employer"],
        "facts": rows["facts"],
        "suspended": _all(False, rows),
        "during": pc.binary_join_element_wise("[", rows["since"].cast(pa.string()), ",", last, bracket, ""),
    }
    return ((Spell, pa.table(spells)),)


def _all(value: object, rows: pa.Table) -> pa.Array:
    return pa.array([value]).take(pa.array(np.zeros(len(rows), dtype=np.int64)))


def _sealed(secret: Keys, column: pa.ChunkedArray, model: type[models.Model], name: str) -> pa.Array:
    """As `SealedText` would write them; PostgreSQL reads bytes from their hexadecimal digits."""
    about = f"{model._meta.db_table}.{name}"
    texts = (None if text is None else "\\x" + secret.seal(text, about).hex() for text in column.to_pylist())
    return pa.array(texts, pa.string())


def _bytes(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(("\\x" + value.hex() for value in column.to_pylist()), pa.string())
