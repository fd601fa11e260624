"""The state that a settlement starts from, and what it leaves: counters of the person and the household, balances of
accounts, and what is left of lines that are returned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from django.db import connection

from tongchou.engines.benefits.claim import Claim
from tongchou.engines.benefits.state import Key, SettledLine, State
from tongchou.record.accounts.entries import Held
from tongchou.record.base import clock
from tongchou.record.base.prepared import Rows, Statement, together

ACCOUNT = "account:"
_READ = "SELECT name, subject, period, each, fen FROM accumulator WHERE subject = ANY(%s::text[])"
_ADD = """
INSERT INTO accumulator (subject, name, period, each, fen)
SELECT * FROM jsonb_to_recordset(%s::jsonb) AS one (subject text, name text, period text, each text, fen bigint)
ON CONFLICT (subject, name, period, each) DO UPDATE SET fen = accumulator.fen + excluded.fen
"""
_ADD_COLUMNS = """
INSERT INTO accumulator (subject, name, period, each, fen)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[])
ON CONFLICT (subject, name, period, each) DO UPDATE SET fen = accumulator.fen + excluded.fen
"""
_LINES = "SELECT charge, full_self_pay, over_limit, first_self_pay, in_scope FROM lines_standing(%s::bigint[])"
_RETURNED = """
SELECT c.returns_id, -sum(full_self_pay), -sum(over_limit), -sum(first_self_pay), -sum(in_scope)
FROM lines_standing(ARRAY(SELECT id FROM charge WHERE returns_id = ANY(%s::bigint[]))) l
JOIN charge c ON c.id = l.charge GROUP BY c.returns_id
"""


def asking(subjects: Sequence[str]) -> Statement:
    """What persons and households used up (`p` or `h` and a number), for `used_in`."""
    return Statement(_READ, [list(subjects)])


def used_in(found: Rows) -> dict[Key, int]:
    """What `asking` found."""
    return {Key(*row[:4]): row[4] for row in found}


def state_of(
    claim: Claim, kinds: Sequence[str], insurance: str, accounts: Sequence[Held], used: Mapping[Key, int] | None = None
) -> State:
    """What the claim starts from. It may draw on these kinds of account, of an insurance, among `accounts`, which are
    of the one who pays; balances count what is free today, in fen. `used`: what was used up by the person and the
    household, where somebody read it already, be it with what others used."""
    subjects = [claim.person_id, *([claim.household_id] if claim.household_id else [])]
    if used is None:
        used = used_in(together(asking(subjects))[0])
    state = State({key: fen for key, fen in used.items() if key.subject in subjects})
    originals = sorted({int(line.original) for line in claim.lines if line.original is not None})
    if originals:
        split, returned = together(Statement(_LINES, [originals]), Statement(_RETURNED, [originals]))
        back = {row[0]: tuple(map(int, row[1:5])) for row in returned}
        for number, *parts in split:
            state.lines[str(number)] = SettledLine(tuple(map(int, parts)), back.get(number, (0, 0, 0, 0)))
    subject = claim.account_person or claim.person_id
    for one in accounts:
        if one.insurance == insurance and one.account in kinds and (fen := one.free(clock.today())) > 0:
            state.amounts[Key(ACCOUNT + one.account, subject, "ever")] = fen
    return state


def add_columns(*columns: str) -> None:
    """Add to the accumulators what many events added to the state, each key once: subjects, names, periods, what each
    is for and fen, as PostgreSQL writes arrays of them."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD_COLUMNS, columns)


def adding(delta: Mapping[Key, int], sign: int = 1) -> list[Statement]:
    """What adds to the accumulators what an event added to the state (`sign` −1: takes it back). Accounts keep their
    own."""
    rows = [
        {**key._asdict(), "fen": sign * change}
        for key, change in sorted(delta.items())
        if not key.name.startswith(ACCOUNT)
    ]
    return [Statement(_ADD, [json.dumps(rows, ensure_ascii=False)])] if rows else []


def drawn(delta: Mapping[Key, int]) -> Iterable[tuple[int, str, int]]:
    """What an event drew from accounts: owner's number, kind of account, fen."""
    for key, change in delta.items():
        if key.name.startswith(ACCOUNT) and change:
            yield int(key.subject[1:]), key.name.removeprefix(ACCOUNT), -change
