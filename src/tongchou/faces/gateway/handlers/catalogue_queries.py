"""1304, 1312, 1316–1319: the catalogue in pages, as it is on a day, what changed since a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from tongchou.faces.gateway.calls import Call, Said, Section, handles
from tongchou.faces.gateway.fields import codes
from tongchou.faces.gateway.paging import paged
from tongchou.faces.gateway.writing import fen
from tongchou.record.base import clock
from tongchou.record.catalogues import changes
from tongchou.record.catalogues.items import normal
from tongchou.record.catalogues.mappings import mappings
from tongchou.record.catalogues.models import ItemChange, Mapping
from tongchou.record.catalogues.queries import PAID
from tongchou.record.sheets.cells import PER_WHOLE

LIST_TYPES = {"drug": "101", "service": "201", "consumable": "301"}
"""The list of an item that does not say its own."""
CLASSES = {"甲": "01", "乙": "02", "丙": "03"}
_ETHNIC = "104"
_OTHER_FEES = "14"
_LEVELS = ("1", "2", "3")
_FIRST_PAY = "10"
_EVERYBODY = "99"


def list_type(kind: str, said: str) -> str:
    return said or LIST_TYPES.get(kind, "")


def _asked(given: Section, kinds: tuple[str, ...] = PAID) -> QuerySet[ItemChange]:
    """The items of a query: on the day it names, changed since the day it names, of the list and code it names."""
    rows = changes.current(given.day("query_date") or clock.today(), kinds, given.day("updt_time"))
    for name in ("hilist_code", "med_list_codg"):
        if given[name]:
            rows = rows.filter(key=given.text(name))
    if given["list_type"]:
        wanted = given.text("list_type")
        unsaid = [kind for kind, one in LIST_TYPES.items() if one == wanted]
        rows = rows.filter(Q(list_type=wanted) | Q(list_type="", version__kind__in=unsaid))
    if given["begndate"]:
        begins = given.day("begndate")
        rows = rows.filter(Q(begins__gte=begins) | Q(begins=None, version__since__gte=begins))
    return rows.none() if given.text("vali_flag", "1") == "0" else rows


def _row(call: Call, item: ItemChange) -> dict[str, Any]:
    """What every query answers of an item."""
    decided = item.version.decided.decided_at.astimezone(clock.CHINA)
    return {
        "hilist_code": item.key,
        "med_list_codg": item.key,
        "list_type": list_type(item.version.kind, item.list_type),
        "insu_admdvs": call.region,
        "poolarea_no": call.region,
        "begndate": item.begins or item.version.since,
        "enddate": item.ends,
        "memo": item.note,
        "vali_flag": "1",
        "rid": str(item.pk),
        "crte_time": decided.date(),
        "updt_time": max(decided.date(), item.version.since),
    }


def _fee_kind(said: str) -> str:
    return said if said in codes()["med_chrgitm_type"] else _OTHER_FEES


@handles("1304")
def ethnic_drugs(call: Call) -> Said:
    given = call.section()
    rows = _asked(given, ("drug",)).filter(list_type=_ETHNIC)
    for name in ("drug_genname", "drug_prodname"):
        if given[name]:
            rows = rows.filter(name_key__contains=normal(given.text(name)) or "-")

    def told(item: ItemChange) -> dict[str, Any]:
        row = _row(call, item)
        return {
            **{name: row[name] for name in ("med_list_codg", "begndate", "enddate", "memo", "vali_flag", "rid")},
            **{name: row[name] for name in ("crte_time", "updt_time")},
            "drug_genname": item.name,
            "drug_spec": item.spec,
            "min_prcunt": item.unit,
            "ver": f"v{item.version_id:04d}",
        }

    return paged(given, rows, told)


@handles("1312")
def insurance_catalogue(call: Call) -> Said:
    given = call.section()
    rows = _asked(given)
    if given["hilist_name"]:
        rows = rows.filter(name_key__contains=normal(given.text("hilist_name")) or "-")
    if given["chrgitm_lv"]:
        rows = rows.filter(pay_class__in=[one for one, code in CLASSES.items() if code == given.text("chrgitm_lv")])
    if given["lmt_used_flag"]:
        rows = rows.filter(limited=given.text("lmt_used_flag") == "1")
    if given["med_chrgitm_type"]:
        rows = rows.filter(fee_kind=given.text("med_chrgitm_type"))

    def told(item: ItemChange) -> dict[str, Any]:
        return {
            **_row(call, item),
            "hilist_name": item.name,
            "med_chrgitm_type": _fee_kind(item.fee_kind),
            "chrgitm_lv": CLASSES.get(item.pay_class, ""),
            "lmt_used_flag": "1" if item.limited else "0",
            "med_use_flag": "1",
        }

    return paged(given, rows, told)


@handles("1316")
def medical_to_insurance(call: Call) -> Said:
    """A national item is the insurance item of the same code here."""
    given = call.section()
    return paged(given, _asked(given), lambda item: _row(call, item))


@handles("1317")
def institution_to_national(call: Call) -> Said:
    """The approved mappings of the institution that asks."""
    given = call.section()
    day: date = given.day("query_date") or clock.today()
    rows = mappings(call.institution.pk, "approved")
    for name, field in (
        ("medins_list_codg", "local_code"),
        ("med_list_codg", "national_code"),
        ("medins_list_name", "local_name__contains"),
        ("begndate", "during__startswith__gte"),
    ):
        if given[name]:
            rows = rows.filter(**{field: given[name]})
    if given["updt_time"]:
        rows = rows.filter(decided_at__date__gte=given.day("updt_time"))
    if given["list_type"]:
        kinds = [kind for kind, one in LIST_TYPES.items() if one[0] == given.text("list_type")[:1]]
        rows = rows.filter(kind__in=kinds)
    if given["vali_flag"]:
        holds = Q(during__contains=day)
        rows = rows.filter(holds if given.text("vali_flag") == "1" else ~holds)

    def told(one: Mapping) -> dict[str, Any]:
        assert one.decided_at is not None
        decided = one.decided_at.astimezone(clock.CHINA).date()
        return {
            "fixmedins_code": call.institution.code,
            "medins_list_codg": one.local_code,
            "medins_list_name": one.local_name,
            "insu_admdvs": call.region,
            "poolarea_no": call.region,
            "list_type": LIST_TYPES[one.kind],
            "med_list_codg": one.national_code,
            "begndate": one.during.lower,
            "enddate": last_of(one),
            "prcunt": one.unit,
            "spec": one.spec,
            "memo": one.opinion,
            "vali_flag": "1" if day in one.during else "0",
            "rid": str(one.pk),
            "updt_time": decided,
            "crte_time": one.proposed_at.astimezone(clock.CHINA).date(),
        }

    return paged(given, rows, told)


@handles("1318")
def price_limits(call: Call) -> Said:
    """Items with a limit, which holds at every level: a row for each."""
    given = call.section()
    levels = [one for one in _LEVELS if given.text("hilist_lmtpric_type", one) == one]
    rows = _asked(given).exclude(ceiling=None)

    def told(found: tuple[ItemChange, str]) -> dict[str, Any]:
        item, level = found
        assert item.ceiling is not None
        return {
            **_row(call, item),
            "hilist_lmtpric_type": level,
            "hilist_pric_uplmt_amt": fen(item.ceiling),
            "tabname": given.text("tabname"),
        }

    return paged(given, _EachLevel(rows, levels), told)


class _EachLevel:
    """Items, each as often as there are levels, of which a page reads no more than it shows."""

    def __init__(self, rows: QuerySet[ItemChange], levels: list[str]) -> None:
        self.rows, self.levels = rows, levels

    def count(self) -> int:
        return self.rows.count() * len(self.levels)

    def __getitem__(self, part: slice) -> list[tuple[ItemChange, str]]:
        each = len(self.levels)
        if not each:
            return []
        first = part.start // each
        found = [(item, level) for item in self.rows[first : -(-part.stop // each)] for level in self.levels]
        return found[part.start - first * each : part.stop - first * each]


@handles("1319")
def first_self_pay(call: Call) -> Said:
    """Items that have a ratio of their own; it holds for everybody."""
    given = call.section()
    rows = _asked(given).exclude(first_pay=None)
    if given.text("selfpay_prop_type", _FIRST_PAY) != _FIRST_PAY:
        rows = rows.none()

    def told(item: ItemChange) -> dict[str, Any]:
        assert item.first_pay is not None
        return {
            **_row(call, item),
            "selfpay_prop_psn_type": given.text("selfpay_prop_psn_type", _EVERYBODY),
            "selfpay_prop_type": _FIRST_PAY,
            "selfpay_prop": f"{Decimal(item.first_pay) / PER_WHOLE:f}",
            "tabname": given.text("tabname"),
        }

    return paged(given, rows, told)


def last_of(one: Mapping) -> date | None:
    """The last day of a mapping."""
    upper: date | None = one.during.upper
    return None if upper is None else date.fromordinal(upper.toordinal() - 1)
