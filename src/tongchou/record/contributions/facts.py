"""What the rules ask of the people who are to be assessed: one row a person, as the engine takes them.

Sex and birthday are the person's; words such as 用工 and status are those of the enrolment; a base is what was declared
last, else what the enrolment says. `category` is the person's category on the day that stands first in the region's
list, else what the enrolment says, else 普通 where the list has it. A fact that is 是 or 否 is 是 for whoever has a
category of that name, else what the enrolment says.
"""

from __future__ import annotations

import pyarrow as pa
from django.db.models import QuerySet
from psycopg import sql

from tongchou.engines.contributions.terms import Rules, names_of_groups
from tongchou.ground.region.vocabulary import WordList
from tongchou.record.base.columns import read, statement_of
from tongchou.record.enrolment.models import Spell

_ORDINARY, _YES, _NO = "普通", "是", "否"
_OF_PERSON = {"sex": "p.sex", "birth_date": "p.born::text", "enrolled_on": "lower(s.during)::text"}
_GIVEN = ("scheme", "paid_on")  # the engine's own
_YUAN = r"^[0-9]{1,12}(\.[0-9]{1,2})?$"
_FIRST = {"person_id": pa.string(), "employer_id": pa.int64(), "began": pa.date32(), "agency_id": pa.int64()}

_PEOPLE = """
WITH spell AS (
    SELECT DISTINCT ON (person_id) person_id, employer_id, facts, during
    FROM enrolment_spell WHERE id IN (#spells) ORDER BY person_id, during
), held AS (
    SELECT person_id, array_agg(name) AS names FROM person_category WHERE during @> {day}::date GROUP BY person_id
)
SELECT {columns} FROM spell s JOIN person p ON p.id = s.person_id LEFT JOIN held c ON c.person_id = s.person_id
{declared} ORDER BY s.person_id
"""
_DECLARED = """
LEFT JOIN (
    SELECT DISTINCT ON (person_id) person_id, fen FROM declaration WHERE fact = {fact} AND since <= {day}::date
    ORDER BY person_id, since DESC, id DESC
) {alias} ON {alias}.person_id = s.person_id
"""


def people_of(rules: Rules, spells: QuerySet[Spell]) -> pa.Table:
    """The persons of these spells by number: person_id (text), employer_id, began (the first day of the spell),
    agency_id, and the facts that the rules ask for, bases as int64 fen. Of two spells the earlier counts."""
    words = [name for name in sorted(names_of_groups(rules)) if _is_fact(rules, name)]
    bases = sorted(rules.columns)
    columns = [
        sql.SQL("s.person_id, s.employer_id, lower(s.during), p.agency_id"),
        *(_word(rules, name) for name in words),
    ]
    declared = []
    for number, name in enumerate(bases):
        alias = sql.Identifier(f"declared_{number}")
        columns.append(sql.SQL(_BASE).format(alias=alias, fact=sql.Literal(name), yuan=sql.Literal(_YUAN)))
        declared.append(sql.SQL(_DECLARED).format(alias=alias, fact=sql.Literal(name), day=sql.Literal(rules.day)))
    statement = sql.SQL(_PEOPLE).format(
        columns=sql.SQL(", ").join(columns), day=sql.Literal(rules.day), declared=sql.SQL(" ").join(declared)
    )
    inner, parameters = statement_of(spells.values("id"))
    # Words of the region may hold a percent sign, which the driver would take for a parameter.
    text = statement.as_string().replace("%", "%%").replace("#spells", inner)
    return read(text, parameters, _FIRST | dict.fromkeys(words, pa.string()) | dict.fromkeys(bases, pa.int64()))


_BASE = """
COALESCE({alias}.fen, CASE WHEN s.facts->>{fact} ~ {yuan} THEN ((s.facts->>{fact})::numeric * 100)::bigint END)
"""


def _is_fact(rules: Rules, name: str) -> bool:
    """Not a class, an interval or an index: those follow from facts. Nor what the engine knows by itself."""
    vocabulary = rules.pack.vocabulary
    if name in _GIVEN or name in rules.columns or name in vocabulary.indices:
        return False
    return isinstance(vocabulary.dimensions.get(name), WordList) or vocabulary.kind_of_fact(name) is not None


def _word(rules: Rules, name: str) -> sql.Composable:
    if name in _OF_PERSON:
        return sql.SQL(_OF_PERSON[name])
    said = sql.SQL("s.facts->>{}").format(sql.Literal(name))
    known = rules.pack.vocabulary.dimensions.get(name)
    words = list(known.words) if isinstance(known, WordList) else []
    if name == "category":
        ordinary = sql.Literal(_ORDINARY if _ORDINARY in words else None)
        return sql.SQL(
            "COALESCE((SELECT word FROM unnest({words}::text[]) WITH ORDINALITY AS of_list(word, place)"
            " WHERE word = ANY(c.names) ORDER BY place LIMIT 1), {said}, {ordinary})"
        ).format(words=sql.Literal(words), said=said, ordinary=ordinary)
    if set(words) == {_YES, _NO}:
        return sql.SQL("CASE WHEN {name} = ANY(c.names) THEN {yes} ELSE {said} END").format(
            name=sql.Literal(name), yes=sql.Literal(_YES), said=said
        )
    return said
