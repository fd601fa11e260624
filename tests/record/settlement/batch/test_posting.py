"""A year that was settled in bulk, posted: to the fen, under the constraints of the counter, and once."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.db.models import Sum

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import acting_as, add_user, organisation
from tests.record.settlement.batch.stage import a_year, known_in
from tongchou.engines.benefits.national import national_fields
from tongchou.engines.benefits.state import Key, State
from tongchou.engines.benefits.traces import trace_rows
from tongchou.ground.errors import ProblemError
from tongchou.record.accounts.models import Entry as AccountEntry
from tongchou.record.base import clock, columns
from tongchou.record.ledger.models import Entry, Posting
from tongchou.record.ledger.queries import balance_of
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Membership
from tongchou.record.settlement import queries
from tongchou.record.settlement.batch import Known, Run, Year, post_batch
from tongchou.record.settlement.models import Accumulator, Batch, BatchShare, Event, LineResult
from tongchou.record.settlement.replay import replay, shares
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.rules import rules_of
from tongchou.record.settlement.stored import claim_from_json, delta_as_json, keys_as_json
from tongchou.record.settlement.stored_lines import as_columns, as_rows
from tongchou.record.settlement.verify import EVERY
from tongchou.record.visits.models import Charge, Visit

TODAY = date(2026, 3, 1)
PEOPLE, AT_ONCE = 24, 30


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return a_year(tmp_path_factory.mktemp("year"), PEOPLE)


@pytest.fixture
def city(record: None) -> Iterator[Organisation]:
    with clock.at(TODAY), doing_everything():
        put_in_force()
        yield organisation("agency", organisation("agency"))


def settled(results: Path) -> list[dict[str, Any]]:
    return [row for row in pq.read_table(results / "settlements.parquet").to_pylist() if row["status"] == "settled"]


def test_all_of_it_is_there_to_the_fen(city: Organisation, year: tuple[Path, Path]) -> None:
    data, results = year
    posted = post_batch(data=data, results=results, known=known_in(data, city), at_once=AT_ONCE)
    told = settled(results)
    assert posted.settlements == Event.objects.count() == len(told) > AT_ONCE
    for field, column in (("total", "medfee_sumamt"), ("cash", "psn_cash_pay")):
        assert Event.objects.aggregate(fen=Sum(field))["fen"] == sum(row[column] for row in told)
    lines = pq.read_table(results / "line_results.parquet")
    assert posted.lines == LineResult.objects.count() == Charge.objects.count() == len(lines)
    assert -balance_of("provider_payable", TODAY) == sum(row["fund_pay_sumamt"] + row["acct_pay"] for row in told)
    assert Posting.objects.aggregate(fen=Sum("fen"))["fen"] == 0


def test_shares_may_be_as_small_as_one_settlement(city: Organisation, year: tuple[Path, Path]) -> None:
    """Nobody in such a share may have an account, or be of a household, or have anything else that others have."""
    data, results = year
    posted = post_batch(data=data, results=results, known=known_in(data, city), at_once=1)
    assert posted.settlements == Event.objects.count() == len(settled(results))
    assert BatchShare.objects.count() > 5


def test_a_share_is_looked_up_by_index(city: Organisation, year: tuple[Path, Path]) -> None:
    """However little the database knows of tables that grow with each share, none is read from end to end for it."""
    data, results = year
    run = Run(Year(data, results), known_in(data, city), AT_ONCE)
    due = run.due()
    before = _read_whole()
    for number in due:
        run.post(number)
    assert [now - then for now, then in zip(_read_whole(), before, strict=True)] == [0] * len(_GROWING)


_GROWING = (Visit, Charge, Event, LineResult, Accumulator, AccountEntry, Entry, Posting, Membership)


def _read_whole() -> list[int]:
    """How often each of the tables that grow was read from end to end in this transaction, which is the test's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, seq_scan FROM pg_stat_xact_user_tables")
        counted = dict(cursor.fetchall())
    return [counted[one._meta.db_table] for one in _GROWING]


def test_every_claim_settles_again_to_the_same(city: Organisation, year: tuple[Path, Path]) -> None:
    """What is stored is all that settling needs: by the engine of the counter, person after person, fen for fen."""
    data, results = year
    post_batch(data=data, results=results, known=known_in(data, city), at_once=AT_ONCE)
    states: dict[str, State] = {}
    opening = {one.person_id: one.fen for one in AccountEntry.objects.filter(kind="transfer_in")}
    compared = 0
    for event in Event.objects.order_by("id"):
        rules, claim = rules_of(event.pack), claim_from_json(event.claim)
        home = states.setdefault(claim.household_id or claim.person_id, State())
        owner = claim.account_person or claim.person_id
        if int(owner[1:]) in opening:
            home.apply({Key("account:个人账户", owner, "ever"): opening.pop(int(owner[1:]))})
        again = rules.engine.settle(claim, home)
        assert {layer: fen for layer, fen in again.paid.items() if fen} == event.paid
        assert (again.cash, again.hospital, claim.total) == (event.cash, event.hospital, event.total)
        assert national_fields(again) == event.fields
        assert delta_as_json(again.state_delta) == sorted(event.delta)
        assert {tuple(one) for one in keys_as_json(again.reads)} <= {tuple(one) for one in event.reads}
        assert trace_rows(again) == event.trace
        assert as_columns(as_rows(event.claim["lines"])) == event.claim["lines"]
        compared += 1
    assert compared == len(settled(results))


def test_it_is_posted_once_and_goes_on_where_it_ended(
    city: Organisation, year: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever statement is the last before it ends, the next call posts the rest, and all is as if in one go."""
    data, results = year
    known, chance = known_in(data, city), random.Random(7)
    plain, ended = columns.write, 0
    for _ in range(6):
        left = chance.randrange(40)

        def write(model: Any, table: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise KeyboardInterrupt
            plain(model, table)

        for room in ("posting", "accounts"):
            monkeypatch.setattr(f"tongchou.record.settlement.batch.{room}.write", write)
        try:
            post_batch(data=data, results=results, known=known, at_once=AT_ONCE)
        except KeyboardInterrupt:
            ended += 1
    for room in ("posting", "accounts"):
        monkeypatch.setattr(f"tongchou.record.settlement.batch.{room}.write", plain)
    last = post_batch(data=data, results=results, known=known, at_once=AT_ONCE)
    assert ended > 1
    assert last.before + last.settlements == Event.objects.count() == Visit.objects.count() == len(settled(results))
    assert post_batch(data=data, results=results, known=known, at_once=AT_ONCE).settlements == 0
    assert Batch.objects.count() == 1


def test_how_much_is_posted_is_told(city: Organisation, year: tuple[Path, Path]) -> None:
    data, results = year
    assert queries.batches() == []
    run = Run(Year(data, results), known_in(data, city), AT_ONCE)
    first, *_ = run.due()
    (begun,) = queries.batches()
    assert (begun.posted, begun.last, begun.settlements) == (0, None, len(settled(results)))
    share = run.post(first)
    (going,) = queries.batches()
    assert 0 < going.posted == share.settlements == Event.objects.count() < going.settlements
    assert going.last == share.at
    with acting_as(add_user("accountant", city)), pytest.raises(ProblemError, match="A101"):
        queries.batches()


def test_the_counter_goes_on_from_it(city: Organisation, year: tuple[Path, Path]) -> None:
    """The last settlement of all is reversed, and nothing is left of it."""
    data, results = year
    post_batch(data=data, results=results, known=known_in(data, city), at_once=AT_ONCE)
    last = Event.objects.exclude(delta=[]).latest("id")
    before = dict(Accumulator.objects.values_list("id", "fen"))
    (reversal,) = reverse(event_id=last.pk, reason="录入错误")
    assert reversal.total == -last.total
    assert not LineResult.objects.filter(event=last, event__reversed_by=None).exists()
    assert dict(Accumulator.objects.values_list("id", "fen")) != before


def test_who_is_not_known_is_told_row_by_row(city: Organisation, year: tuple[Path, Path]) -> None:
    data, results = year
    known = known_in(data, city)
    gone = settled(results)[0]["person_id"]
    less = Known({text: one for text, one in known.persons.items() if text != gone}, known.institutions)
    with pytest.raises(ProblemError, match="V503") as refused:
        post_batch(data=data, results=results, known=less)
    rows = pq.read_table(data / "claims.parquet").to_pylist()
    assert {rows[one.place.row - 1]["person_id"] for one in refused.value.problems} == {gone}
    assert not Event.objects.exists()


def test_households_are_those_of_the_record(city: Organisation, year: tuple[Path, Path]) -> None:
    data, results = year
    known = known_in(data, city)
    treated = {known.persons[row["person_id"]] for row in settled(results)}
    homes = [*Membership.objects.filter(person__in=treated).order_by("household_id")]
    first, other = homes[0], homes[-1]
    assert first.household_id != other.household_id
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE household_member SET household_id = %s WHERE person_id = %s", [other.household_id, first.person_id]
        )
    with pytest.raises(ProblemError, match="V504"):
        post_batch(data=data, results=results, known=known, at_once=10_000)


def test_what_somebody_used_up_at_the_counter_stops_it(city: Organisation, year: tuple[Path, Path]) -> None:
    """The bulk run knew nothing of it."""
    data, results = year
    known = known_in(data, city)
    number = known.persons[settled(results)[0]["person_id"]]
    changes = pq.read_table(results / "changes").to_pylist()
    one = next(row for row in changes if row["claim_id"] == settled(results)[0]["claim_id"] and row["period"] == "2025")
    Accumulator.objects.create(subject=f"p{number}", name=one["name"], period="2025", each=one["each"], fen=1)
    with pytest.raises(ProblemError, match="V502"):
        post_batch(data=data, results=results, known=known)
    assert not Event.objects.exists()


def test_an_account_that_the_record_knows_otherwise(city: Organisation, year: tuple[Path, Path]) -> None:
    data, results = year
    known = known_in(data, city)
    treated = {row["person_id"] for row in settled(results)}
    one = next(row for row in pq.read_table(data / "accounts.parquet").to_pylist() if row["person_id"] in treated)
    AccountEntry.objects.create(
        person_id=known.persons[one["person_id"]],
        insurance="employee",
        account=one["kind"],
        day=one["as_of"],
        kind="credit",
        fen=one["balance"] + 1,
        source="stage",
        at=clock.now(),
    )
    with pytest.raises(ProblemError, match="V505"):
        post_batch(data=data, results=results, known=known)


def test_an_account_that_was_drawn_elsewhere_meanwhile(city: Organisation, year: tuple[Path, Path]) -> None:
    """It held what the data say, and was emptied the day after; what the bulk run drew is not there any more."""
    data, results = year
    known, by_claim = known_in(data, city), {row["claim_id"]: row for row in settled(results)}
    changes = pq.read_table(results / "changes").to_pylist()
    drawn = next(row for row in changes if row["name"].startswith("account:") and row["amount"] < 0)
    assert drawn["claim_id"] in by_claim
    accounts = pq.read_table(data / "accounts.parquet").to_pylist()
    one = next(row for row in accounts if row["person_id"] == drawn["subject"])
    for days, kind, fen in ((0, "credit", one["balance"]), (1, "relative", -one["balance"])):
        AccountEntry.objects.create(
            person_id=known.persons[one["person_id"]],
            insurance="employee",
            account=one["kind"],
            day=one["as_of"] + timedelta(days=days),
            kind=kind,
            fen=fen,
            source=f"stage {days}",
            at=clock.now(),
        )
    with pytest.raises(ProblemError, match="V506"):
        post_batch(data=data, results=results, known=known)
    assert not Event.objects.exists()


def test_results_without_changes_are_not_posted(city: Organisation, year: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = year
    with pytest.raises(ProblemError, match="V501"):
        post_batch(data=data, results=tmp_path, known=Known({}, {}))


def test_nothing_is_wrong_with_it_and_it_replays(city: Organisation, year: tuple[Path, Path]) -> None:
    data, results = year
    posted = post_batch(data=data, results=results, known=known_in(data, city), at_once=AT_ONCE)
    replayed = [replay(part.tolist()) for part in shares()]
    assert sum(one.events for one in replayed) == posted.settlements
    assert [problem.message("en") for one in replayed for problem in one.problems] == []
    assert [problem.message("en") for check in EVERY for problem in check.look()] == []
