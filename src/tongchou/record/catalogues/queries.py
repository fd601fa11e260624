"""Items and knowledge points as they are on a day, and what splitting a line needs to know of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Min, Q, QuerySet

from tongchou.ground.errors import fail
from tongchou.record.base import clock
from tongchou.record.base.actor import actor
from tongchou.record.base.periods import days
from tongchou.record.base.remembered import Among, Parameter, Remembered
from tongchou.record.base.scope import system
from tongchou.record.catalogues.items import normal
from tongchou.record.catalogues.models import Decision, ItemChange, Mapping, PointChange, Version
from tongchou.record.catalogues.shelves import SHELVES
from tongchou.record.providers.queries import institution
from tongchou.record.sheets.cells import PER_WHOLE

PAID = ("drug", "service", "consumable")


@dataclass(frozen=True)
class Item:
    """An item of a catalogue on a day. Amounts in fen a unit, `first_pay` in ten-thousandths."""

    kind: str
    code: str
    name: str
    spec: str
    unit: str
    maker: str
    pay_class: str
    first_pay: int | None
    price: int | None
    ceiling: int | None
    limited: bool
    limits: dict[str, Any]
    item: str
    fee_kind: str
    list_type: str
    begins: date | None
    ends: date | None
    note: str
    version: int

    def of_line(self) -> dict[str, Any]:
        """The columns of the canonical table `lines` that follow from the item; amounts in fen, the rate exact."""
        return {
            "national_code": self.code,
            "item": self.item or None,
            "class": self.pay_class or None,
            "fee_kind": self.fee_kind or None,
            "price_limit": self.ceiling,
            "first_pay_rate": None if self.first_pay is None else Decimal(self.first_pay) / PER_WHOLE,
            "limited_use": "1" if self.limited else "0",
        }


def items_by_code(codes: Iterable[str], day: date, kinds: Iterable[str] = PAID) -> dict[str, Item]:
    """Items by their national codes on a day, in one query; codes without an item then are left out."""
    rows = ItemChange.objects.filter(
        key__in=set(codes),
        version__decided__decision="in force",
        version__decided__since__lte=day,
        version__kind__in=tuple(kinds),
    )
    newest = rows.select_related("version").order_by("version__kind", "key", "-version_id")
    return {row.key: _item(row) for row in newest.distinct("version__kind", "key") if _holds(row, day)}


def item(code: str, day: date, kinds: Iterable[str] = PAID) -> Item | None:
    """One item on a day, or None."""
    return items_by_code([code], day, kinds).get(code)


def national_items(provider: int, local_codes: Iterable[str], day: date) -> dict[str, Item]:
    """What the items of an institution in scope are nationally on a day, by its own codes, in two queries however many
    they are. A code without an approved mapping, or whose item has ended, is left out."""
    mapped = dict(
        Mapping.objects.filter(
            institution_id=provider, local_code__in=set(local_codes), state="approved", during__contains=day
        ).values_list("local_code", "national_code")
    )
    found = items_by_code(mapped.values(), day)
    return {local: found[national] for local, national in mapped.items() if national in found}


def items_of_lines(provider: int, asked: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Item]:
    """The same for lines of several days, each a code of the institution and the day of its fee, in two queries however
    many they are."""
    wanted = set(asked)
    if not wanted:
        return {}
    first, last = min(day for _, day in wanted), max(day for _, day in wanted)
    mapped: dict[str, list[Mapping]] = {}
    codes = sorted({code for code, _ in wanted})
    for row in _MAPPED.all(institution=provider, codes=codes, during=days(first, last)):
        mapped.setdefault(row.local_code, []).append(row)
    national = {
        (code, day): row.national_code for code, day in wanted for row in mapped.get(code, ()) if day in row.during
    }
    found = items_of_days({(code, day) for (_, day), code in national.items()})
    return {(local, day): found[code, day] for (local, day), code in national.items() if (code, day) in found}


_MAPPED: Remembered[Mapping] = Remembered(
    lambda scope: Mapping.objects.within(scope).filter(
        institution=Parameter("institution"),
        local_code__in=Among("codes"),
        state="approved",
        during__overlap=Parameter("during"),
    )
)
_CHANGES: Remembered[ItemChange] = Remembered(
    lambda scope: ItemChange.objects.filter(
        key__in=Among("codes"),
        version__decided__decision="in force",
        version__decided__since__lte=Parameter("last"),
        version__kind__in=PAID,
    ).select_related("version__decided"),
    system("what the catalogue says is no secret"),
)
_SINCE: Remembered[tuple[str, date]] = Remembered(
    lambda scope: (
        Decision.objects.filter(decision="in force", kind__in=PAID).values_list("kind").annotate(Min("since"))
    ),
    system("since when there is a catalogue is no secret"),
)


def items_of_days(asked: Iterable[tuple[str, date]]) -> dict[tuple[str, date], Item]:
    """Items by their national codes, each on a day of its own, in one query."""
    wanted = set(asked)
    rows: dict[str, list[ItemChange]] = {}
    codes, last = sorted({code for code, _ in wanted}), max((day for _, day in wanted), default=date.min)
    for row in _CHANGES.all(codes=codes, last=last):
        rows.setdefault(row.key, []).append(row)
    found = {}
    for code, day in wanted:
        of_day = [row for row in rows.get(code, ()) if row.version.decided.since <= day]
        newest = max(of_day, key=lambda row: row.version_id, default=None)
        if newest is not None and _holds(newest, day):
            found[code, day] = _item(newest)
    return found


def in_force_since() -> dict[str, date]:
    """Since when there is a catalogue of each kind at all; a kind that never had one is left out."""
    return dict(_SINCE.all())


def national_item(provider: int, local_code: str, day: date) -> Item | None:
    """What one item of an institution in scope is nationally on a day, or None."""
    return national_items(provider, [local_code], day).get(local_code)


def item_of(institution_id: int, local_code: str, day: date | None = None) -> Item | None:
    """The same, for whoever may see catalogues. Raises A114 for an institution out of scope."""
    actor().needs("catalogues.read")
    return national_item(institution(institution_id).pk, local_code, day or clock.today())


def look_up(kind: str, day: date | None = None, search: str = "") -> QuerySet[ItemChange]:
    """A catalogue of items on a day, by code; `search`: what a code begins with, or a name holds."""
    actor().needs("catalogues.read")
    if kind not in SHELVES or kind == "knowledge":
        raise fail("U303", purpose=kind)
    day = day or clock.today()
    rows = SHELVES[kind].latest(day).select_related("version").order_by("key")
    rows = rows.filter(Q(begins=None) | Q(begins__lte=day), Q(ends=None) | Q(ends__gte=day))
    return rows.filter(Q(key__startswith=search) | Q(name_key__contains=normal(search) or "-")) if search else rows


def points(code: str = "", rule: str = "", day: date | None = None) -> QuerySet[PointChange]:
    """Knowledge points in force on a day, about a code or of a rule."""
    actor().needs("catalogues.read")
    rows = SHELVES["knowledge"].latest(day or clock.today()).order_by("rule", "code", "id")
    if code:
        rows = rows.filter(Q(code=code) | Q(other_code=code))
    return rows.filter(rule=rule) if rule else rows


def versions(kind: str = "", open_only: bool = False) -> QuerySet[Version]:
    """Versions, the latest first."""
    actor().needs("catalogues.read")
    rows = Version.objects.select_related("decided").order_by("-id")
    rows = rows.filter(kind=kind) if kind else rows
    return rows.filter(decided=None) if open_only else rows


def changes_of(version_id: int, what: str = "") -> QuerySet[Any]:
    """What a version changes, by key. Raises A114."""
    actor().needs("catalogues.read")
    version = Version.objects.filter(id=version_id).first()
    if version is None:
        raise fail("A114")
    rows = SHELVES[version.kind].model.objects.filter(version=version).order_by("key")
    return rows.filter(what=what) if what else rows


def candidates(name: str, code: str = "", day: date | None = None, kinds: Iterable[str] = PAID) -> list[Item]:
    """Which items a hospital's may be, at most ten: of that code, of that name, then those whose name begins so."""
    actor().needs("catalogues.read")
    day = day or clock.today()
    found: dict[str, Item] = items_by_code([code], day, kinds) if code else {}
    alike = normal(name)
    for condition in (Q(name_key=alike), Q(name_key__startswith=alike)) if alike else ():
        if len(found) < 10:
            codes = ItemChange.objects.filter(condition).order_by("key").values_list("key", flat=True).distinct()[:50]
            for one in sorted(items_by_code(codes, day, kinds).values(), key=lambda each: each.code):
                if normal(one.name).startswith(alike):
                    found.setdefault(one.code, one)
    return list(found.values())[:10]


def _holds(row: ItemChange, day: date) -> bool:
    return row.what != "ended" and (row.begins is None or row.begins <= day) and (row.ends is None or row.ends >= day)


def _item(row: ItemChange) -> Item:
    facts = {name: getattr(row, name) for name in Item.__dataclass_fields__ if name not in ("kind", "code", "version")}
    return Item(kind=row.version.kind, code=row.key, version=row.version_id, **facts)
