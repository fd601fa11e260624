"""What must hold between the books and what brought them about."""

from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired, treated
from tests.record.undone import undone
from tongchou.record.base import clock
from tongchou.record.ledger.checks import AccountGap, Unposted, account_gaps, unposted
from tongchou.record.settlement import keeping
from tongchou.record.settlement.reversing import reverse
from tongchou.record.settlement.settling import settle


def test_a_settlement_without_its_postings_is_found(record: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check that every test of the record ends with: it must see what it is there for."""
    with clock.at(date(2025, 6, 1)), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        person, at = retired(city, 500_00), hospital(city, "二级")
        event = settle(visit_id=treated(at, person, date(2025, 5, 10), 8_000_00).pk)
        reverse(event_id=event.pk, reason="录入错误")
        assert unposted() == []
        assert account_gaps() == []
        with undone():
            monkeypatch.setattr(keeping, "posting", lambda *_: [])
            lost = settle(visit_id=treated(at, person, date(2025, 5, 10), 8_000_00).pk)
            assert unposted() == [Unposted(lost.pk, 7_325_00, 0)]
            assert account_gaps() == [AccountGap("employee", "个人账户", 0, 500_00)]
