"""What a region declares of its months: how much is withheld, deferred and advanced, and how long may be appealed.

Read strictly from `payment/clearing/prepayment.toml` of the shipped folder of the region in force, until the pack
carries the section itself: then only `terms_in_force` changes. Whoever prepays keeps the terms that applied with what
it came to.

National frame: the deposit is at most 5 % and comes back by assessment (interim rules on payment by disease, 2025);
deposit and clearing reserve first, the rest spread over months, what lies above a month's share deferred to the year's
end, a part advanced as 周转金 (人社部发〔2012〕70号 三(七), BUD-10 and BUD-12).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from tongchou.engines.filings.clock import declared_calendar
from tongchou.ground.dates import days_after
from tongchou.ground.errors import fail
from tongchou.ground.region.pack import Pack
from tongchou.ground.shipped import shipped_regions
from tongchou.record.packs.queries import pack_in_force

MOST_DEPOSIT = Fraction(5, 100)
"""Of what is reviewed, at most (interim rules on payment by disease, 2025)."""
FILE = "payment/clearing/prepayment.toml"
_RATE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?)%|(\d{1,4})/(\d{1,4})|(0|1)")
_KEYS = {
    "": {"source", "title", "evidence", "from", "through", "paid", "deposit", "quota", "advance", "appeal"},
    "paid": {"share", "cite", "says"},
    "deposit": {"share", "cite", "says"},
    "quota": {"reserve", "months", "counted", "over", "kinds", "cite", "says"},
    "advance": {"share", "cite", "says"},
    "appeal": {"working_days", "cite", "says"},
}
"""Everything must be there, and nothing else."""
SECTIONS = ("paid", "deposit", "quota", "advance", "appeal")


@dataclass(frozen=True)
class PrepaymentTerms:
    """`share`: of the month within its quota, paid now; the rest waits for clearing. `deposit`: of that share.
    `months`: the shares of the year's quota after `reserve`, twelve that add up to one. `counted`: each month by
    itself, or `cumulative` from the year's first month. `over`: what lies above is `deferred`, or `paid`. `kinds`: of
    the agreement's budget lines, all where empty. `cited`: article by figure."""

    share: Fraction
    deposit: Fraction
    reserve: Fraction
    months: tuple[Fraction, ...]
    counted: str
    over: str
    kinds: tuple[str, ...]
    advance: Fraction
    appeal_days: int
    first: date
    last: date
    source: str
    cited: tuple[tuple[str, str], ...]

    def month_quota(self, quota: int, number: int) -> int:
        """Of a year's quota in fen what the month `number` (0 is the year's first) may be paid. The twelve add up to
        the quota less the reserve, whole fen: each is the difference of two sums rounded down."""
        spread = quota * (1 - self.reserve)
        return int(spread * sum(self.months[: number + 1])) - int(spread * sum(self.months[:number]))

    def kept(self) -> dict[str, Any]:
        """As a row keeps them."""
        return {
            "source": self.source,
            "share": str(self.share),
            "deposit": str(self.deposit),
            "reserve": str(self.reserve),
            "months": [str(one) for one in self.months],
            "counted": self.counted,
            "over": self.over,
            "kinds": list(self.kinds),
            "advance": str(self.advance),
            "appeal_days": self.appeal_days,
            "cited": dict(self.cited),
        }


def terms_in_force(month: date) -> PrepaymentTerms:
    """Those of the pack in force for a month. Raises G104 without a pack, M401 for a region that declares none or none
    for the month, M418 for a declaration that cannot be read."""
    region = pack_in_force().region
    folder = _folder(region.code)
    if folder is None or not (folder / FILE).is_file():
        raise fail("M401", region=region.name.zh, month=f"{month:%Y-%m}")
    terms = read_terms((folder / FILE).read_text("utf-8"))
    if not terms.first <= month <= terms.last:
        raise fail("M401", region=region.name.zh, month=f"{month:%Y-%m}")
    return terms


@lru_cache
def _folder(code: str) -> Path | None:
    for folder in shipped_regions():
        text = (folder / "region.yaml").read_text("utf-8")
        if re.search(rf"^code:\s*[\"']?{re.escape(code)}[\"']?\s*(#|$)", text, re.MULTILINE):
            return folder
    return None


def read_terms(text: str) -> PrepaymentTerms:
    """A declaration, read strictly. Raises M418, which says what is wrong."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(str(error)) from error
    _known("", given)
    for section in SECTIONS:
        if not isinstance(given[section], dict):
            raise _wrong(section)
        _known(section, given[section])
    deposit, quota, advance, appeal = (given[name] for name in SECTIONS[1:])
    terms = PrepaymentTerms(
        share=_rate(given["paid"]["share"]),
        deposit=_rate(deposit["share"]),
        reserve=_rate(quota["reserve"]),
        months=_months(quota["months"]),
        counted=_word(quota["counted"], "month", "cumulative"),
        over=_word(quota["over"], "deferred", "paid"),
        kinds=tuple(_text(one) for one in _list(quota["kinds"])),
        advance=_rate(advance["share"]),
        appeal_days=_days(appeal["working_days"]),
        first=_day(given["from"]),
        last=_day(given["through"]),
        source=_text(given["source"]),
        cited=tuple((name, _text(given[name]["cite"])) for name in SECTIONS),
    )
    for text_ in (given["title"], given["evidence"], *(given[name]["says"] for name, _ in terms.cited)):
        _text(text_)
    if terms.deposit > MOST_DEPOSIT:
        raise _wrong(f"deposit.share {deposit['share']} > 5%")
    return terms


def last_day_of_appeal(pack: Pack, terms: PrepaymentTerms, told: date) -> date:
    """The last of so many working days; the day after they were told is the first. Raises M417 for a year whose
    holidays the region does not declare."""
    calendar = declared_calendar(pack)
    try:
        return days_after(told, terms.appeal_days, calendar)
    except LookupError:
        year = (told + timedelta(days=1)).year
        raise fail("M417", year=year if year not in (calendar.years or ()) else year + 1) from None


def _wrong(why: str) -> Exception:
    return fail("M418", file=FILE, why=why)


def _known(section: str, given: Mapping[str, Any]) -> None:
    if odd := sorted(_KEYS[section] ^ set(given)):
        raise _wrong(f"{section or FILE}: {'、'.join(odd)}")


def _rate(given: Any) -> Fraction:
    found = _RATE.fullmatch(given) if isinstance(given, str) else None
    if found is None or (found[3] is not None and not int(found[3])):
        raise _wrong(str(given))
    percent, over, under, whole = found.groups()
    rate = Fraction(percent) / 100 if percent else Fraction(int(over), int(under)) if over else Fraction(int(whole))
    if rate > 1:
        raise _wrong(given)
    return rate


def _months(given: Any) -> tuple[Fraction, ...]:
    if given == "equal":
        return (Fraction(1, 12),) * 12
    found = tuple(_rate(one) for one in _list(given))
    if len(found) != 12 or sum(found) != 1:
        raise _wrong(f"quota.months: {given}")
    return found


def _word(given: Any, *known: str) -> str:
    if given not in known:
        raise _wrong(f"{given} ({'、'.join(known)})")
    return str(given)


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise _wrong(str(given))
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str) or not given.strip():
        raise _wrong(str(given))
    return given


def _days(given: Any) -> int:
    if type(given) is not int or not 1 <= given <= 60:
        raise _wrong(str(given))
    return given


def _day(given: Any) -> date:
    if type(given) is not date:
        raise _wrong(str(given))
    return given
