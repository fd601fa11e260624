"""`tongchou clear from-record`, and what a hospital does with what it wrote."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.faces.cli.desk import Desk
from tests.record.clearing.stage import LATER, Town, cleared, told
from tests.record.ledger.stage import user
from tongchou.record.base import clock
from tongchou.record.base.actor import acting
from tongchou.record.clearing.confirming import confirm
from tongchou.record.clearing.models import ClearingYear
from tongchou.record.project import start


def test_folders_out_of_the_record_are_counted_again(
    place: Town, year: ClearingYear, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "running", lambda migrate: nullcontext())
    desk, out = Desk(capsys), tmp_path / "out"
    told(year)
    with clock.at(LATER):
        cleared(year)
        asked = ("clear", "from-record", "--year", str(year.pk), "--number", "1", "--out", str(out))
        assert desk(*asked).code == 3  # it is not confirmed
        assert not out.exists()
        with acting(user(7)):
            confirm(year_id=year.pk, number=1, reason="确认")
        said = desk(*asked, "--json").json()
    codes = [one.code for one in place.hospitals]
    assert said["institutions"] == codes
    for code in codes:
        proof = desk("clear", "verify", str(out / code), "--json").json()
        assert (proof["equal"], proof["institution"]) == (True, code)
        assert (out / code / "report.html").is_file()
