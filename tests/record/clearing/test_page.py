"""The worked example of the page about the year's clearing in the record."""

from django.db.models import Sum

from tests.docs.pages import DOCS, tables
from tests.record.clearing.stage import LATER, Town, cleared, told
from tests.record.ledger.stage import user
from tongchou.ground.money import yuan
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing.confirming import confirm
from tongchou.record.clearing.inputs import inputs_of
from tongchou.record.clearing.models import ClearedLine, ClearingYear
from tongchou.record.ledger.models import Posting
from tongchou.record.payment.year_end import KINDS

PAGE = tables(DOCS / "algorithms" / "clearing-in-the-record.md")
NAMES = ("first", "second")
WAY = ("inpatient", "dip")


def test_the_worked_example(place: Town, year: ClearingYear) -> None:
    told(year)
    with clock.at(LATER):
        found = cleared(year)
        went_in = inputs_of(year)
        rows = []
        for name, at, waiting in zip(NAMES, place.hospitals, (0, 6_825_00), strict=True):
            line = ClearedLine.objects.get(cleared=found, institution=at)
            held, spread = went_in.held[at.code], went_in.spreads[at.code]
            amounts = (
                went_in.net[at.code][WAY], waiting, sum(held.deposit.values()), sum(held.deferred.values()),
                spread.deposits[WAY], spread.deferrals[WAY], spread.prepaid[WAY], line.payable, line.returned, line.due,
            )  # fmt: skip
            assert (line.deposit, line.prepaid) == (spread.deposits[WAY], spread.prepaid[WAY])
            rows.append([name, *map(yuan, amounts)])
        assert rows == PAGE["spread"]
        with acting(user(7)):
            confirm(year_id=year.pk, number=1, reason="确认")
        moved = []
        for name, at in zip(NAMES, place.hospitals, strict=True):
            mine = Posting.objects.filter(entry__kind__in=KINDS, entry__source__endswith=f" {at.code}")
            sums = dict(mine.values_list("account").annotate(fen=Sum("fen")).order_by())
            accounts = ("provider_deposit", "provider_deferred", "provider_payable", "benefit_accrued")
            moved += [[name, account, yuan(sums[account])] for account in accounts]
        assert moved == PAGE["entered"]
