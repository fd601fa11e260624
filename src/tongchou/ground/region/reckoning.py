"""What is reckoned from figures by name: facts of a day, figures as they were written, cases about them.

Nothing is silent: a figure that is asked for and missing is refused, and so is one that nobody asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tongchou.ground.errors import ProblemError, fail
from tongchou.ground.money import MAX_FEN
from tongchou.ground.region.facts import Facts
from tongchou.ground.region.headers import ReckonCase
from tongchou.ground.region.outcomes import FAILED, PASSED, CaseOutcome, Mismatch, mismatches
from tongchou.ground.region.pack import Declared, Pack
from tongchou.ground.region.typed import read_number

_DECIMAL = re.compile(r"[0-9]{1,15}\.[0-9]{1,6}")
"""Points and scores have decimals and no unit; an amount needs one (`12.50元`)."""
MOST = 1000 * MAX_FEN
"""Fen; ten thousand billion yuan."""
Figures = Mapping[str, Any]
Reckoned = dict[str, Fraction | str]
Reckoner = Callable[[Pack, str, ReckonCase], Reckoned]


def declared_on(pack: Pack, scheme: str, address: str, day: date) -> Declared | None:
    """What stands at an address of a scheme on a day, whatever `by` of its article says."""
    return next((f for f in pack.by_address.get(f"{scheme}.{address}", ()) if f.covers(day)), None)


def needed_on(pack: Pack, scheme: str, address: str, day: date) -> Declared:
    """The same; raises I107 when nothing stands there."""
    found = declared_on(pack, scheme, address, day)
    if found is None:
        raise fail("I107", scheme=scheme, address=address, day=day)
    return found


def facts_on(pack: Pack, day: date, given: Mapping[str, Any] | None = None) -> Facts:
    """What declared numbers may ask for on a day: indices of its year, and the facts given."""
    return Facts(pack, given or {}, str(pack.year.label_of(day)), day)


def read_fen(name: str, raw: Any) -> int:
    """An amount of money as it is written (`4万`, `12.50元`), in fen. Raises I102 for what is no whole fen, is a share
    (`30%`), or is more than all the money of a region."""
    fen = _number(name, raw) * 100
    if fen.denominator != 1 or abs(fen) > MOST or str(raw).strip().endswith("%"):
        raise fail("I102", name=name, value=raw)
    return fen.numerator


def read_plain(name: str, raw: Any) -> Fraction:
    """A number of nothing or more: points, a score, a share. Raises I102 for anything else."""
    text = str(raw)
    value = Fraction(text) if _DECIMAL.fullmatch(text) else _number(name, text)
    if value < 0:
        raise fail("I102", name=name, value=raw)
    return value


def _number(name: str, raw: Any) -> Fraction:
    try:
        return read_number(name, raw)
    except ProblemError:
        raise fail("I102", name=name, value=raw) from None


def read_table(name: str, raw: Any) -> dict[str, int]:
    """Amounts by month or by day, in fen. Raises I102 for a single number."""
    if not isinstance(raw, Mapping):
        raise fail("I102", name=name, value=raw)
    return {str(key): read_fen(f"{name} {key}", value) for key, value in raw.items()}


def asked(figures: Figures, name: str) -> Any:
    """A figure by name. Raises I101 when it is not given."""
    if name not in figures:
        raise fail("I101", name=name)
    return figures[name]


def refuse_others(figures: Iterable[str], names: Iterable[str]) -> None:
    """Raises I103 for figures that nothing asks for: under a wrong name an amount would be left out in silence."""
    known = tuple(dict.fromkeys(names))
    strange = [name for name in figures if name not in known]
    if strange:
        raise fail("I103", names="、".join(strange), known="、".join(known))


def run_reckoned(pack: Pack, kinds: Iterable[str], reckon: Reckoner) -> list[CaseOutcome]:
    """Every case of a pack that reckons something of these kinds, in written order."""
    kinds = set(kinds)
    addresses = {f.address for f in pack.written if f.kind in kinds}
    found = []
    for entry in pack.cases:
        wanted = entry.case.reckon
        if wanted is None or f"{entry.case.scheme}.{wanted.of}" not in addresses:
            continue
        try:
            figures = reckon(pack, entry.case.scheme, wanted)
            refused = entry.case.refused
            wrong = mismatches(entry.case, figures) if refused is None else [Mismatch("refused", refused, "reckoned")]
        except ProblemError as error:
            as_told = entry.case.refused in {p.code for p in error.problems}
            found.append(CaseOutcome(entry, PASSED if as_told else FAILED, problems=tuple(error.problems)))
            continue
        found.append(CaseOutcome(entry, FAILED if wrong else PASSED, tuple(wrong)))
    return found
