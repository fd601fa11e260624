"""What supervision looks into: packages that were sold more than once."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tongchou.faces.api.acting import as_asker
from tongchou.faces.api.fields import Day
from tongchou.record.stock.models import Entry
from tongchou.record.stock.queries import SoldTwice, sold_twice

router = Router(tags=["supervision"])


class DaysLookedInto(Schema):
    """From the first through the last."""

    first: Day
    last: Day


class SaleShown(Schema):
    """`person`, `visit`, `settlement`: to whom and for what it was sold, as far as the institution said."""

    institution: str
    name: str
    at: datetime
    item: str
    item_name: str
    batch: str
    quantity: Decimal
    person: int | None
    visit: str
    settlement: int | None

    @classmethod
    def of(cls, one: Entry) -> dict[str, Any]:
        return {
            **{name: getattr(one, name) for name in ("at", "batch", "quantity", "person", "visit", "settlement")},
            "institution": one.institution.code,
            "name": one.institution.organisation.name,
            "item": one.local_code,
            "item_name": one.name,
        }


class PackageShown(Schema):
    """A package by its trace code, how often more it was sold than it came back, and the sales."""

    code: str
    times: int
    sales: list[SaleShown]

    @classmethod
    def of(cls, found: SoldTwice) -> dict[str, Any]:
        return {"code": found.code, "times": found.times, "sales": [SaleShown.of(one) for one in found.sales]}


@router.get("/packages-sold-twice", response=list[PackageShown], summary="重复销售的追溯码")
@as_asker
def packages_sold_twice(request: HttpRequest, days: Query[DaysLookedInto]) -> list[dict[str, Any]]:
    """Packages that were sold whole more than once, in whatever institutions of the branch, and at least once in these
    days."""
    return [PackageShown.of(one) for one in sold_twice(days.first, days.last)]
