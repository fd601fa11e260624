"""The year is cleared: the engine's statement over the final groups, fed with what the record deducted, paid and holds;
kept whole, line by line, with what it is to come to in the books. Nothing is entered before another person confirms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tongchou.engines.payment import Cleared as Result
from tongchou.engines.payment import Year, clear
from tongchou.engines.payment.folder import write
from tongchou.engines.payment.statement import FIELDS, Line
from tongchou.ground.errors import fail
from tongchou.ground.money import allocate, yuan
from tongchou.record.audit.command import command
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.lock import lock
from tongchou.record.clearing.inputs import Inputs, digest_of_inputs, inputs_of
from tongchou.record.clearing.models import Cleared, ClearedAmount, ClearedBalance, ClearedLine, ClearingYear
from tongchou.record.clearing.positions import Held, Spread, over
from tongchou.record.clearing.steps import ALL, key_of, must_be, state_of, step, the
from tongchou.record.clearing.tables import digest_of, zipped
from tongchou.record.ledger.posting import Fund
from tongchou.record.providers.models import Institution

_LINE = tuple(name for name, *_ in FIELDS)
_BALANCE = ("budget", "paid", "deposits_kept", "reserve", "reserve_used", "retained")


@command("clearing.clear", needs="clearing.work")
def clear_year(*, year_id: int, reason: str) -> Cleared:
    """Clear a year whose groups are final. Without a change since the last time nothing is made, and that is returned.
    Raises A114, M503, M504 without a budget, M505 where the books have changed since the groups were made final, M507,
    and what the engine finds."""
    year = the(year_id)
    lock(key_of(year))
    must_be(year, "final", "cleared")
    found = inputs_of(year)
    known = digest_of_inputs(found)
    last = Cleared.objects.within(ALL).filter(year=year).order_by("-number").first()
    if last is not None and last.inputs == known:
        _step(year, reason)
        return last
    result = clear(found.rules, found.year)
    content = _folder(result, found.year)
    made = Cleared.objects.create(
        year=year,
        number=1 if last is None else last.number + 1,
        inputs=known,
        content=content,
        digest=digest_of(content),
        by=actor().user,
        at=clock.now(),
    )
    _keep(made, found, result)
    step(year, "cleared", reason)
    return made


def _folder(result: Result, year: Year) -> bytes:
    """The city's folder, as `tongchou clear run` writes it, in one file."""
    with TemporaryDirectory(prefix="tongchou-clearing-") as name:
        write(result, year, Path(name))
        return zipped(Path(name))


def _keep(made: Cleared, found: Inputs, result: Result) -> None:
    by_code = {one.code: one for one in Institution.objects.within(ALL).filter(code__in=_codes(result.lines))}
    ClearedLine.objects.bulk_create(
        ClearedLine(
            cleared=made, institution=by_code[line.institution], setting=line.setting, method=line.method,
            **{name: getattr(line, name) for name in _LINE},
        )
        for line in result.lines
    )  # fmt: skip
    ClearedBalance.objects.bulk_create(
        ClearedBalance(cleared=made, setting=one.setting, **{name: getattr(one, name) for name in _BALANCE})
        for one in result.balances
    )
    everybody = defaultdict[Fund, int](int)
    for one in found.held.values():
        for of, fen in one.charged.items():
            everybody[of] += fen
    rows = []
    for code in sorted(by_code):
        lines = [line for line in result.lines if line.institution == code]
        mine, of = found.held.get(code, Held()), found.spreads.get(code)
        for fund, amounts in _come_to(lines, mine, of, sum(found.net.get(code, {}).values()), everybody).items():
            rows.append(
                ClearedAmount(cleared=made, institution=by_code[code], county_id=fund.county, fund=fund.fund, **amounts)
            )
    ClearedAmount.objects.bulk_create(rows)


def _codes(lines: Iterable[Line]) -> set[str]:
    return {line.institution for line in lines}


def _come_to(
    lines: Sequence[Line], mine: Held, of: Spread | None, net: int, everybody: Mapping[Fund, int]
) -> dict[Fund, dict[str, int]]:
    """What an institution's statement means in the books, by what it is of; only where it means something. Raises M509
    where an institution is owed something and nobody's money was ever charged in the year."""
    lost = sum(line.lost for line in lines)
    drawn = _of_held(of.deposit if of else 0, mine.deposit)
    kept_back = (
        dict(zip(drawn, allocate(lost, list(drawn.values()), list(drawn.values())), strict=True)) if lost else {}
    )
    released = _of_held(of.deferred if of else 0, mine.deferred)
    owed = sum(line.payable for line in lines) - net
    weights = mine.charged if any(fen > 0 for fen in mine.charged.values()) else everybody
    if owed and not weights:
        raise fail("M509", institution=lines[0].institution, fen=yuan(owed))
    difference = over(owed, weights) if owed else {}
    found: dict[Fund, dict[str, int]] = {}
    for fund in sorted({*drawn, *released, *difference}, key=lambda one: (one.county, one.fund)):
        amounts = {
            "returned": drawn.get(fund, 0) - kept_back.get(fund, 0),
            "lost": kept_back.get(fund, 0),
            "released": released.get(fund, 0),
            "difference": difference.get(fund, 0),
        }
        if any(amounts.values()):
            found[fund] = amounts
    return found


def _of_held(fen: int, amounts: Mapping[Fund, int]) -> dict[Fund, int]:
    caps = [max(one, 0) for one in amounts.values()]
    return dict(zip(amounts, allocate(fen, caps, caps), strict=True)) if fen else {}


def _step(year: ClearingYear, reason: str) -> None:
    """Cleared again to the same: said once more only where the groups were made final anew."""
    if state_of(year) == "final":
        step(year, "cleared", reason)
