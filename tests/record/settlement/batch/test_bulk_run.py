"""A year as large ones are settled, share by share in the compiled run, is posted and settles again to the same."""

from datetime import date
from pathlib import Path

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force
from tests.record.orgs.people import organisation
from tests.record.settlement.batch.stage import a_year, known_in
from tests.record.settlement.race import wrong
from tongchou.faces.cli import settle
from tongchou.record.base import clock
from tongchou.record.settlement.batch import post_batch
from tongchou.record.settlement.models import Event


@pytest.mark.usefixtures("record")
def test_what_the_compiled_run_settled_replays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says of itself what the counter would: also what it looked at, and no more."""
    monkeypatch.setattr(settle, "_WORTH_A_BULK_RUN", 0)
    data, results = a_year(tmp_path, 24)
    assert (results / "states").is_dir()
    with clock.at(date(2026, 3, 1)), doing_everything():
        put_in_force()
        city = organisation("agency", organisation("agency"))
        posted = post_batch(data=data, results=results, known=known_in(data, city))
        assert posted.settlements == Event.objects.count() > 30
        assert wrong() == set()
