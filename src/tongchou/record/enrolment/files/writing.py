"""New persons and spells by COPY, some thousands at a time."""

from __future__ import annotations

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


def write_all(found: Found, agency: Organisation) -> Ints:
    """Register whoever is new, each alone in a household, and enrol everybody; the numbers of the persons by place."""
    persons = found.known.copy()
    new = np.flatnonzero(persons == 0)
    homes = numbers(Household, len(new))
    persons[new] = numbers(Person, len(new))
    for begin in range(0, len(new), _BATCH):
        part = slice(begin, begin + _BATCH)
        _register(found.table.take(pa.array(found.first[new[part]])), persons[new[part]], homes[part], agency)
    for begin in range(0, len(found.table), _BATCH):
        rows = found.table.slice(begin, _BATCH)
        _enrol(rows, persons[found.person[begin : begin + len(rows)]])
    return persons


def _register(rows: pa.Table, persons: Ints, homes: Ints, agency: Organisation) -> None:
    secret = keys()
    write(Household, pa.table({"id": homes, "agency_id": _all(agency.pk, rows)}))
    write(Person, pa.table({
        "id": persons,
        "agency_id": _all(agency.pk, rows),
        "name": _sealed(secret, rows["name"], Person, "name"),
        "name_finder": _bytes(rows["name_finder"]),
        "born": rows["born"],
        "sex": rows["sex"],
        "phone": _sealed(secret, rows["phone"], Person, "phone"),
        "provisional": pc.equal(rows["kind"], PROVISIONAL),
    }))  # fmt: skip
    write(Identity, pa.table({
        "person_id": persons,
        "kind": rows["kind"],
        "number": _sealed(secret, rows["number"], Identity, "number"),
        "number_finder": _bytes(rows["finder"]),
    }))  # fmt: skip
    during = pc.binary_join_element_wise("[", rows["born"].cast(pa.string()), ",)", "")
    write(
        Membership, pa.table({"person_id": persons, "household_id": homes, "head": _all(True, rows), "during": during})
    )


def _enrol(rows: pa.Table, persons: Ints) -> None:
    last = pc.fill_null(rows["through"].cast(pa.string()), "")
    bracket = pc.if_else(pc.is_valid(rows["through"]), "]", ")")
    write(Spell, pa.table({
        "person_id": persons,
        "insurance": rows["insurance"],
        "employer_id": rows["employer"],
        "facts": rows["facts"],
        "suspended": _all(False, rows),
        "during": pc.binary_join_element_wise("[", rows["since"].cast(pa.string()), ",", last, bracket, ""),
    }))  # fmt: skip


def _all(value: object, rows: pa.Table) -> pa.Array:
    return pa.array([value]).take(pa.array(np.zeros(len(rows), dtype=np.int64)))


def _sealed(secret: Keys, column: pa.ChunkedArray, model: type[models.Model], name: str) -> pa.Array:
    """As `SealedText` would write them; PostgreSQL reads bytes from their hexadecimal digits."""
    about = f"{model._meta.db_table}.{name}"
    texts = (None if text is None else "\\x" + secret.seal(text, about).hex() for text in column.to_pylist())
    return pa.array(texts, pa.string())


def _bytes(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(("\\x" + value.hex() for value in column.to_pylist()), pa.string())
