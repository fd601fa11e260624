"""An application for a month's clearing: one stands, and it is withdrawn while nobody has accepted it."""

from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.matching.models import Application
from tongchou.record.matching.totals import apply_for_clearing, withdraw_application

MAY = date(2025, 5, 1)


@pytest.mark.usefixtures("record")
def test_what_was_accepted_is_not_withdrawn() -> None:
    with clock.at(date(2025, 6, 3)), doing_everything():
        put_in_force()
        at = hospital(organisation("agency", organisation("agency"))).pk
        asked = {"institution_id": at, "clearing": "21", "month": MAY, "there": {"count": 0}}
        first = apply_for_clearing(**asked).pk
        with pytest.raises(ProblemError, match="M305"):
            apply_for_clearing(**asked)
        for _ in range(2):
            assert withdraw_application(institution_id=at, application=first).state == "withdrawn"
        second = apply_for_clearing(**asked).pk
        Application.objects.filter(id=second).update(state="accepted")
        with pytest.raises(ProblemError, match="M306"):
            withdraw_application(institution_id=at, application=second)
