"""What a visit is about: its diagnoses, of which one is the main one."""

from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.stage import hospital, retired
from tests.record.undone import undone
from tests.record.visits.stage import agreed, registered
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.visits.describing import Named, describe
from tongchou.record.visits.models import Diagnosis


@pytest.mark.usefixtures("record")
def test_a_visit_has_one_main_diagnosis() -> None:
    """Whether both come at once or one after the other; the first may be taken away."""
    main, other = Named("1", 1, "I21", "心肌梗死", main=True), Named("1", 2, "E11", "糖尿病", main=True)
    with clock.at(date(2025, 6, 3)), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        visit = registered(agreed(hospital(city)), retired(city)).pk
        with undone(), pytest.raises(ProblemError, match="V223"):
            describe(visit_id=visit, stage="out", diagnoses=[main, other])
        describe(visit_id=visit, stage="out", diagnoses=[main])
        describe(visit_id=visit, stage="in", diagnoses=[other])
        with undone(), pytest.raises(ProblemError, match="V223"):
            describe(visit_id=visit, stage="out", diagnoses=[other])
        describe(visit_id=visit, stage="out", diagnoses=[Named("1", 1, "", "", valid=False), other])
        assert list(Diagnosis.objects.filter(stage="out").values_list("code", flat=True)) == ["E11"]
