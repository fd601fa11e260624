"""Entitlement at any date equals a slow, obvious model, whatever is enrolled, paid, suspended, moved or corrected."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.engines.contributions.small import region
from tongchou.engines.contributions import Payment, Period, Spell, entitlement
from tongchou.engines.contributions.cases import run_cases
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.pack import Pack

DAY = timedelta(days=1)
FIRST = date(2022, 1, 1)
MONTHS = [date(2022 + i // 12, i % 12 + 1, 1) for i in range(25)]
LAST = MONTHS[-1]
REGION = """name: {zh: 甲市, en: A}
code: "000000"
evidence: fictional
schemes: {resident: 居民, employee: 职工}
supports: {from: 2020-01-01, through: 2026-12-31}
"""
LAYERS = """resident: {layers: {pool: {name: 统筹, payer: fund, field: hifp_pay}}, visits: {住院: [pool]}}
employee: {layers: {pool: {name: 统筹, payer: fund, field: hifp_pay}}, visits: {住院: [pool]}}
"""
ARTICLES = """source: decree
scheme: {scheme}
effective: {{from: 2020-01-01, by: payment}}
articles:
  - cite: 第十条
    says: x
    sets:
      payer.个人: {{is: person}}
      levy.费: {{per: month, amount: 10, shares: 个人}}
      due.费: {{of: 费, months: 0, day: 20}}
      cover.统筹: {{funds: pool, paid_by: 费{more}}}
{extra}"""
RESIDENT = "      wait.等待: {months: 2, after: paid_on}\n      connection.转: {scheme: employee, within: 2}\n"


def build(folder: Path, resident: str, employee: str, vocabulary: str = "lists: {resumed: [是, 否]}\n") -> Pack:
    files = {
        "region.yaml": REGION,
        "layers.yaml": LAYERS,
        "sources.yaml": "decree: {title: x, published: 2020-01-01, review_by: 2030-01-01, evidence: fictional}\n",
        "vocabulary.yaml": vocabulary,
        "contributions/resident.yaml": ARTICLES.format(scheme="resident", more=resident, extra=RESIDENT),
        "contributions/employee.yaml": ARTICLES.format(scheme="employee", more=employee, extra=""),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return load_region(folder)


RULES = {  # keeps, repair, retroactive, ends with the month
    "strict": (0, 0, True, False),
    "kind": (1, 3, True, True),
    "from payment": (1, 4, False, False),
    "for ever": (None, 2, True, False),
}


def written(name: str) -> str:
    keeps, repair, retroactive, by_month = RULES[name]
    kept = "不限" if keeps is None else keeps
    mended = "retroactive" if retroactive else "from payment"
    return f", keeps: {kept}, repair: {repair}, repaired: {mended}, ends: {'month' if by_month else 'day'}"


@cache
def pack_of(resident: str, employee: str, folder: Path) -> Pack:
    return build(folder / f"{resident}-{employee}", written(resident), written(employee))


# --- the model: every day by itself, by going back day by day ---------------------------------------------------------


def later(day: date, months: int) -> date:
    """So many months on, month ends clamped, counted out one month at a time from the first of the month."""
    year, month = day.year, day.month
    for _ in range(months):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


class Model:
    """One scheme of one person, month by month; payments are for whole months."""

    def __init__(self, scheme: str, rules: str, spells: list[Spell], payments: list[Payment]) -> None:
        self.waits = 2 if scheme == "resident" else None
        self.keeps, self.repair, self.retroactive, by_month = RULES[rules]
        self.paid = {p.from_date: p.paid_on for p in payments if p.scheme == scheme}
        self.pieces: list[list[date]] = []
        for spell in sorted((s for s in spells if s.scheme == scheme), key=lambda s: s.from_date):
            end = spell.through_date or LAST
            while by_month and spell.through_date is not None and (end + DAY).day != 1:
                end += DAY
            for month in MONTHS:
                days = [d for d in days_of(month) if spell.from_date <= d <= end]
                self.pieces += [days] if days else []

    def fold(self, insured_elsewhere: set[date]) -> tuple[set[date], set[date]]:
        """(entitled days, insured days): insured are those who are entitled or only wait."""
        entitled: set[date] = set()
        insured: set[date] = set()
        start: date | None = None  # of the run; None when there is none
        reached = False  # whether the run has had a day
        since: date | None = None  # the first of the unpaid days the run is in
        for i, days in enumerate(self.pieces):
            first = days[0]
            goes_on = i > 0 and self.pieces[i - 1][-1] + DAY == first
            if not goes_on:
                start = None
            since = since if goes_on else None
            paid_on = self.paid.get(first.replace(day=1))
            covered = days
            mended = False
            if paid_on is None:
                covered = []
            elif paid_on > first.replace(day=20):
                mended = start is not None and paid_on < later(self.unpaid_since(i), self.repair)
                if not mended or not self.retroactive:
                    covered = [d for d in days if d >= paid_on]
            kept_start = start
            for day in days:
                if day not in covered:
                    since = since or day
                    if start is not None and reached and (self.keeps is None or day < later(since, self.keeps)):
                        insured.add(day)
                        entitled |= {day} if day >= start else set()
                    else:
                        start = None
            if paid_on is None:
                continue
            since = None
            if kept_start is not None and (mended or paid_on <= first.replace(day=20)):
                start = kept_start
            else:
                reached = False
                start = self.starts(paid_on, covered[0] if covered else days[-1] + DAY, insured_elsewhere)
            reached = reached or bool(covered)
            insured |= set(covered)
            entitled |= {d for d in covered if d >= start}
        return entitled, insured

    def unpaid_since(self, i: int) -> date:
        """On the day the month was paid: how far back it and all before it were unpaid."""
        paid_on = self.paid[self.pieces[i][0].replace(day=1)]
        while i and self.pieces[i - 1][-1] + DAY == self.pieces[i][0]:
            earlier = self.paid.get(self.pieces[i - 1][0].replace(day=1))
            if earlier is None or earlier < paid_on:
                break
            i -= 1
        return self.pieces[i][0]

    def starts(self, paid_on: date, first: date, insured_elsewhere: set[date]) -> date:
        before = [d for d in insured_elsewhere if d < first]
        if self.waits is None or (before and first <= later(max(before) + DAY, 2)):
            return date.min
        return later(paid_on, self.waits)


def days_of(month: date) -> list[date]:
    return [month + n * DAY for n in range(31) if (month + n * DAY).month == month.month]


def expected(resident: str, employee: str, spells: list[Spell], payments: list[Payment]) -> dict[str, set[date]]:
    own, other = Model("resident", resident, spells, payments), Model("employee", employee, spells, payments)
    _, insured = other.fold(set())
    return {"resident": own.fold(insured)[0], "employee": other.fold(set())[0]}


def days_in(periods: list[Period], scheme: str) -> set[date]:
    found: set[date] = set()
    for period in periods:
        if period.scheme == scheme and period.level == "full":
            at = period.from_date
            while at <= min(period.through_date or LAST, LAST):
                assert at not in found, "two periods at once"
                found.add(at)
                at += DAY
    return {day for day in found if day < LAST}


# --- the machine ------------------------------------------------------------------------------------------------------

DAYS = st.dates(FIRST, LAST - DAY)
SCHEMES = st.sampled_from(["resident", "employee"])


class Enrolment(RuleBasedStateMachine):
    """Enrol, pay, suspend, resume, move, correct what was before, die; after each the whole past is derived anew."""

    def __init__(self, folder: Path, resident: str, employee: str) -> None:
        super().__init__()
        self.rules = resident, employee
        self.pack = pack_of(resident, employee, folder)
        self.spells: list[Spell] = []
        self.payments: list[Payment] = []
        self.died: date | None = None

    def room(self, spell: Spell) -> bool:
        for other in self.spells:
            if other.scheme == spell.scheme and other.from_date <= (spell.through_date or LAST):
                end = _month_end(other.through_date) if other.through_date else LAST
                if spell.from_date <= end:
                    return False
        return True

    @rule(scheme=SCHEMES, first=DAYS, length=st.none() | st.integers(0, 400))
    def enrol(self, scheme: str, first: date, length: int | None) -> None:
        through = None if length is None else min(first + length * DAY, LAST - DAY)
        spell = Spell("P1", scheme, first, through)
        ends = replace(spell, through_date=_month_end(through) if through else None)
        if self.room(ends):
            self.spells.append(spell)

    @rule(scheme=SCHEMES, day=DAYS)
    def suspend(self, scheme: str, day: date) -> None:
        for i, spell in enumerate(self.spells):
            if spell.scheme == scheme and spell.from_date <= day <= (spell.through_date or LAST):
                self.spells[i] = replace(spell, through_date=day)

    @rule(scheme=SCHEMES, month=st.integers(0, 23), count=st.integers(1, 8), lag=st.integers(-40, 200))
    def pay(self, scheme: str, month: int, count: int, lag: int) -> None:
        paid_on = MONTHS[month] + lag * DAY
        for first in MONTHS[month : min(24, month + count)]:
            if not any(p.scheme == scheme and p.from_date == first for p in self.payments):
                self.payments.append(Payment("P1", scheme, "费", first, days_of(first)[-1], paid_on))

    @rule(scheme=SCHEMES, month=st.integers(0, 23))
    def give_back(self, scheme: str, month: int) -> None:
        self.payments = [p for p in self.payments if (p.scheme, p.from_date) != (scheme, MONTHS[month])]

    @rule(day=DAYS)
    def move(self, day: date) -> None:
        """From one scheme to the other on a day."""
        for scheme, other in (("resident", "employee"), ("employee", "resident")):
            held = [s for s in self.spells if s.scheme == scheme and s.from_date < day <= (s.through_date or LAST)]
            if held and self.room(Spell("P1", other, day)):
                self.suspend(scheme, day - DAY)
                self.spells.append(Spell("P1", other, day))
                return

    @rule(day=DAYS)
    def die(self, day: date) -> None:
        self.died = day

    @invariant()
    def entitlement_is_that_of_the_model(self) -> None:
        deaths = {} if self.died is None else {"P1": self.died}
        periods = entitlement(self.pack, self.spells, self.payments, deaths)
        wanted = expected(*self.rules, self.spells, self.payments)
        for scheme, days in wanted.items():
            assert days_in(periods, scheme) == {d for d in days if d < LAST and d <= (self.died or LAST)}
        assert all(p.cite for p in periods)


def _month_end(day: date) -> date:
    return days_of(day.replace(day=1))[-1]


@pytest.mark.parametrize("resident", RULES)
@pytest.mark.parametrize("employee", ["strict", "kind"])
def test_entitlement_at_any_date_equals_the_model(resident: str, employee: str, tmp_path: Path) -> None:
    pack_of.cache_clear()
    run_state_machine_as_test(
        lambda: Enrolment(tmp_path, resident, employee),
        settings=settings(max_examples=25, stateful_step_count=14, deadline=None),
    )


# --- by hand ----------------------------------------------------------------------------------------------------------


def paid(first: date, through: date, on: date, scheme: str = "resident") -> Payment:
    return Payment("P1", scheme, "费", first, through, on)


def test_spells_that_overlap_are_refused(tmp_path: Path) -> None:
    pack = build(tmp_path, "", "")
    for first, through in ((FIRST, None), (FIRST, date(2022, 6, 1))):
        with pytest.raises(ProblemError, match="P008"):
            entitlement(pack, [Spell("P1", "resident", first, through), Spell("P1", "resident", date(2022, 6, 1))], [])


def test_people_of_one_history_are_derived_alike_under_their_own_names(tmp_path: Path) -> None:
    pack = build(tmp_path, "", "")
    spells = [Spell(who, "employee", FIRST) for who in ("b", "a")]
    payments = [Payment(who, "employee", "费", FIRST, date(2022, 1, 31), FIRST) for who in ("a", "b")]
    assert [(p.person_id, p.level, p.from_date, p.through_date) for p in entitlement(pack, spells, payments)] == [
        (who, level, first, through)
        for who in ("a", "b")
        for level, first, through in (("full", FIRST, date(2022, 1, 31)), ("none", date(2022, 2, 1), None))
    ]


def test_overlapping_payments_count_once_the_earlier_first(tmp_path: Path) -> None:
    pack = build(tmp_path, "", "")
    payments = [
        paid(date(2022, 3, 1), date(2022, 3, 31), date(2022, 3, 5), "employee"),
        paid(FIRST, date(2022, 5, 31), date(2022, 1, 10), "employee"),
        paid(date(2022, 5, 1), date(2022, 6, 30), date(2022, 6, 5), "employee"),
    ]
    found = entitlement(pack, [Spell("P1", "employee", FIRST)], payments)
    first = found[0]
    assert (first.level, first.from_date, first.through_date) == ("full", FIRST, date(2022, 5, 31))


def test_before_any_rule_nothing_is_said(tmp_path: Path) -> None:
    pack = build(tmp_path, ", when: resumed is 否", "")
    early = entitlement(pack, [Spell("P1", "employee", date(2019, 1, 1), date(2019, 5, 1))], [])
    assert early == []
    other = entitlement(pack, [Spell("P1", "resident", FIRST, None, {"resumed": "是"})], [])
    assert other == []


def test_coming_from_a_scheme_without_rules_the_spell_counts(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    build(folder, "", "")
    (folder / "contributions/employee.yaml").unlink()
    pack = load_region(folder)
    spells = [Spell("P1", "employee", FIRST, date(2022, 5, 31)), Spell("P1", "resident", date(2022, 6, 1))]
    (first, _) = entitlement(pack, spells, [paid(date(2022, 6, 1), date(2022, 6, 30), date(2022, 6, 5))])
    assert (first.level, first.from_date) == ("full", date(2022, 6, 1))


def test_paying_for_bygone_days_alone_keeps_nothing_afterwards(tmp_path: Path) -> None:
    """Two months paid for when both are over, from payment on: nothing was entitled, so nothing is kept."""
    pack = build(tmp_path, "", ", keeps: 1, repair: 3, repaired: from payment")
    months = [(FIRST, date(2022, 1, 31)), (date(2022, 2, 1), date(2022, 2, 28))]
    payments = [paid(*month, date(2022, 3, 1), "employee") for month in months]
    found = entitlement(pack, [Spell("P1", "employee", FIRST)], payments)
    assert {p.level for p in found} == {"none"}


def test_who_need_not_pay_is_entitled_as_long_as_enrolled_and_alive(tmp_path: Path) -> None:
    retired = "{funds: [pool], when: resumed is 否}"
    pack = region(tmp_path / "r", "levy.费: {per: year, amount: 1, shares: 个人}", f"cover.退休: {retired}")
    spells = [
        Spell("P1", "resident", FIRST, date(2022, 5, 31)),
        Spell("P1", "resident", date(2022, 6, 1), date(2022, 6, 30), {}, suspended=True),
        Spell("P1", "resident", date(2022, 7, 1)),
    ]
    found = entitlement(pack, spells, [], {"P1": date(2022, 9, 1)})
    assert [(p.level, p.reason, p.from_date, p.through_date) for p in found] == [
        ("full", "不需缴费", FIRST, date(2022, 5, 31)),
        ("none", "暂停参保", date(2022, 6, 1), date(2022, 6, 30)),
        ("full", "不需缴费", date(2022, 7, 1), date(2022, 9, 1)),
    ]
    assert {p.cite for p in found} == {found[0].cite}


def test_cases_about_cover_that_lack_a_day_are_refused(tmp_path: Path) -> None:
    case = "  - {id: %s, title: x, scheme: resident, cover: {on: 2022-01-01, spells: [{%s}]%s}, expect: {%s}}\n"
    cases = "source: decree\ncases:\n" + "".join(
        case % written
        for written in (
            ("a", "through: 2022-01-01", "", "pool: none"),
            ("b", "from: 2022-01-01", ", receipts: [{from: 2022-01-01}]", "pool: none"),
            ("c", "from: 2022-01-01", ", died_on: 2021-01-01", "pool.reason: 未参保"),
            ("d", "from: 2022-01-01", "", "pool: full"),
        )
    )
    pack = region(
        tmp_path / "r",
        "levy.费: {per: year, amount: 1, shares: 个人}",
        "cover.统筹: {funds: [pool], paid_by: 费}",
        cases__more=cases,
    )
    found = [
        (o.status, [p.details.get("name") for p in o.problems], [m.got for m in o.mismatches]) for o in run_cases(pack)
    ]
    assert found == [("failed", ["from"], []), ("failed", ["levy"], []), ("passed", [], []), ("failed", [], ["none"])]


@pytest.mark.parametrize(("later", "level"), [("", "full"), (", later: break", "none")])
def test_who_comes_too_late_enrols_anew_or_resumes_after_a_break(tmp_path: Path, later: str, level: str) -> None:
    """Out of the employee scheme on 31 January, in the resident scheme on 1 May; only who resumes waits."""
    wait = "      wait.等待: {months: 2, after: paid_on, when: resumed is 是}\n"
    extra = f"{wait}      connection.转: {{scheme: employee, within: 2{later}}}\n"
    folder = tmp_path / "r"
    build(folder, "", "")
    file = folder / "contributions" / "resident.yaml"
    file.write_text(ARTICLES.format(scheme="resident", more="", extra=extra), "utf-8")
    pack = load_region(folder)
    january, may = date(2024, 1, 1), date(2024, 5, 1)
    spells = [Spell("P1", "employee", january, date(2024, 1, 31)), Spell("P1", "resident", may)]
    payments = [
        Payment("P1", "employee", "费", january, date(2024, 1, 31), january),
        Payment("P1", "resident", "费", may, date(2024, 5, 31), may),
    ]
    found = [one for one in entitlement(pack, spells, payments) if one.scheme == "resident" and one.from_date == may]
    assert [one.level for one in found] == [level]
