"""Facts as tables write them: checked against the words of the region, read with their types, and traced to a column.

An unknown word or fact is a problem at its cell, whether or not a rule happens to ask for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.dates import parse_date
from tongchou.ground.errors import Place, Problem, ProblemError, fail
from tongchou.ground.region import expression
from tongchou.ground.region.vocabulary import DATE, LIST, NUMERIC, STANDARD_FACTS, Classes, Vocabulary, WordList

_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,8})?")
_LONGEST = 40
FREE = frozenset(("age", "nth", "stay_days"))
"""Standard facts without a column, which a map of facts may therefore give."""

COLUMNS = {
    "provider": "provider_id",
    "account_use": "account_use",
    "admitted": "admitted_on",
    "discharged": "discharged_on",
    "settled": "settled_at",
    **{n: n for n in "level place disease diseases referral filing third_party option scheme kind".split()},
    **dict.fromkeys(("age", "birth_date", "sex", "retired_on", "status", "category", "months"), "person_id"),
    **dict.fromkeys(("enrolled_on", "paid_on", "resumed", "entitlement"), "person_id"),
}
"""Where in `claims` to look for a fact; facts of the person and the spell are found by `person_id`."""

_CODE_COLUMNS = {"C001": "kind", "C007": "scheme", "C008": "person_id", "C009": "given", "C010": "total_fee"}


def typed(vocabulary: Vocabulary, name: str, text: str, closed: Mapping[str, tuple[str, ...]] | None = None) -> Any:
    """The value of a fact written as text; `closed`: `words_of`, where it is known. Raises C033 for an unknown fact,
    C004 for an unfit value."""
    if not vocabulary.knows(name):
        raise fail("C033", name=name, known="、".join(vocabulary.names()), value=name)
    kind = vocabulary.kind_of_fact(name)
    if kind == NUMERIC:
        if _NUMBER.fullmatch(text):
            return Fraction(text)
        if len(text) > _LONGEST or not expression.LITERAL.fullmatch(text) or text.endswith("/0"):
            raise fail("C004", value=text[:_LONGEST], name=name, known="12.5、4万、80%")
        return expression.literal(text)
    if kind == DATE:
        return _date(name, text)
    if kind == LIST:
        return tuple(word.strip() for word in text.replace("、", ",").split(",") if word.strip())
    words = (words_of(vocabulary) if closed is None else closed).get(name)
    if words is not None and text not in words:
        raise fail("C004", value=text, name=name, known="、".join(words))
    return text


def words_of(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """The closed list of each fact that has one."""
    found: dict[str, tuple[str, ...]] = {}
    for dimension in vocabulary.dimensions.values():
        if isinstance(dimension, WordList):
            found.setdefault(dimension.of, dimension.words)
    return found


def _date(name: str, text: str) -> date:
    try:
        return parse_date(text)
    except ValueError:
        raise fail("C004", value=text, name=name, known="YYYY-MM-DD") from None


class FactReader:
    """Reads the facts of one region's claims."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = words_of(vocabulary)
        seen_on = {d.on for d in vocabulary.dimensions.values() if isinstance(d, Classes) and d.on is not None}
        self.seen_on = ("admitted", *sorted(seen_on - {"admitted"}))
        """Facts that may be days on which the person is looked at."""

    def is_word(self, fact: str, word: str) -> bool:
        """Whether the region takes the word for the fact; any word when it lists none."""
        return fact not in self._words or word in self._words[fact]

    def check(
        self, table: str, row: Mapping[str, Any], columns: Mapping[str, str], facts: Mapping[str, Any]
    ) -> Iterator[Problem]:
        """A problem for each word in these columns (column → fact) that the region's list does not hold."""
        for column, fact in columns.items():
            value = facts.get(fact)
            if fact not in self._words or value is None:
                continue
            for word in value if isinstance(value, tuple) else (value,):
                if word not in self._words[fact]:
                    details = {"value": word, "name": fact, "known": "、".join(self._words[fact])}
                    yield Problem("C004", Place(table=table, row=row["_row"], column=column), details)

    def before_birth(self, row: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Problem]:
        """A problem for each day on which the person is looked at before being born."""
        for fact in self.seen_on:
            day, birth = facts.get(fact), facts.get("birth_date")
            if isinstance(day, date) and birth is not None and day < birth:
                column = COLUMNS.get(fact, "facts")
                details = {"later": fact, "value": day, "earlier": "birth_date", "start": birth}
                yield Problem("T145", Place(table="claims", row=row["_row"], column=column), details)

    @property
    def needs_item(self) -> bool:
        """Whether the region has item groups, so that every line needs one."""
        return "item" in self._words

    def map(
        self, place: Place, facts: Mapping[str, str], problems: list[Problem], *, shared: bool = False
    ) -> dict[str, Any]:
        """The facts of a map cell; what is wrong with them is added to `problems`.

        `shared`: the map is of a person or spell, where other engines have facts of their own; those are left alone.
        """
        read: dict[str, Any] = {}
        for name, text in facts.items():
            if name in STANDARD_FACTS and name not in FREE:
                if not shared:
                    problems.append(Problem("C042", place, {"name": name, "value": name}))
            elif not shared or self._vocabulary.knows(name):
                try:
                    read[name] = typed(self._vocabulary, name, text, self._words)
                except ProblemError as error:
                    problems += [Problem(p.code, place, p.details) for p in error.problems]
        return read

    def column(self, problem: Problem, basis: str) -> str | None:
        """The column of `claims` that a problem found in settling is about, where there is one."""
        if problem.code == "C002":
            return COLUMNS[basis]
        if problem.code in _CODE_COLUMNS:
            return _CODE_COLUMNS[problem.code]
        name = str(problem.details.get("name") or problem.details.get("dimension") or "")
        dimension = self._vocabulary.dimensions.get(name)
        fact = getattr(dimension, "of", name)
        if fact in self._vocabulary.own_facts or (dimension is not None and fact not in STANDARD_FACTS):
            return "facts"
        return COLUMNS.get(fact)
