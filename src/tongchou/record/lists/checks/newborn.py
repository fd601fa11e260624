"""Newborns: within 28 days of birth there are weights, later there are not."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from tongchou.ground.dates import age_on
from tongchou.ground.errors import Problem
from tongchou.record.lists.checks.finding import problem
from tongchou.record.lists.sheet import Known, Sheet, text

DAYS = 28
_ADMISSION, _BIRTH = ("nwb_adm_wt", "mul_nwb_adm_wt"), ("nwb_bir_wt", "mul_nwb_bir_wt")
_TYPE = "nwb_adm_type"
_LEAST, _MOST = 300, 8_000
_MOTHERS = range(10, 61)
"""Grams that are likely; ages of somebody who gives birth."""


def is_newborn(sheet: Sheet, known: Known) -> bool:
    """Whether the patient is: by the age in days that the list gives for a child that is not insured yet and is treated
    as its mother's, else by the birthday."""
    said = sheet.info.get("age_days") or sheet.info.get("nwb_age")
    return said <= DAYS if said else (known.admitted - known.born).days <= DAYS


def newborn(sheet: Sheet, known: Known) -> Iterator[Problem]:
    """N368: what a newborn's list needs. N369: what another's has not; the weight at birth is also a mother's to give.
    N370: to the nearest 10 g. N394: weights that are unlikely."""
    if not known.stay:
        return
    given = {name for name in (_TYPE, *_ADMISSION, *_BIRTH) if _said(sheet, name)}
    if is_newborn(sheet, known):
        for names in ((_TYPE,), _BIRTH, _ADMISSION):
            if not given & set(names):
                yield problem("N368", sheet, names[0])
    else:
        other = (_TYPE, *_ADMISSION, *(() if _may_give_birth(known) else _BIRTH))
        yield from (problem("N369", sheet, name) for name in other if name in given)
    for name in (*_BIRTH, *_ADMISSION):
        for one in text(sheet.info, name).split(",") if name in given else ():
            yield from _weight(sheet, name, one.strip())


def _said(sheet: Sheet, name: str) -> bool:
    """Software that must write a number writes 0 for none."""
    return text(sheet.info, name).strip("0. ,") != ""


def _may_give_birth(known: Known) -> bool:
    age = age_on(known.born, known.admitted)
    return age == 0 or (known.sex == "女" and age in _MOTHERS)


def _weight(sheet: Sheet, name: str, given: str) -> Iterator[Problem]:
    try:
        grams = Decimal(given)
    except InvalidOperation:
        grams = Decimal("NaN")
    if not grams.is_finite() or grams <= 0 or grams % 10:
        yield problem("N370", sheet, name, value=given[:20])
    elif not _LEAST <= grams <= _MOST:
        yield problem("N394", sheet, name, value=given[:20])
