"""A pack is stored whole, activated by a second person, and settles as its folder does."""

import shutil
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.engines.benefits.cases import run_cases
from tongchou.ground.errors import ProblemError
from tongchou.ground.region.load import load_region
from tongchou.ground.region.outcomes import PASSED
from tongchou.ground.shipped import regions_dir
from tongchou.record.base import clock
from tongchou.record.packs import commands, queries
from tongchou.record.packs.models import StoredPack

MORNING = datetime(2100, 1, 5, 9, 0, tzinfo=clock.CHINA)
SMALL = "dibao-2006"

pytestmark = pytest.mark.usefixtures("record")


@pytest.fixture
def officers():
    city = organisation("agency", organisation("agency"))
    return add_user("policy", city), add_user("policy_reviewer", city)


def propose(officer, name: str = SMALL, folder: Path | None = None) -> StoredPack:
    with acting_as(officer):
        return commands.propose(folder=str(folder or regions_dir() / name), reason="新政策")


def test_two_people_put_a_pack_in_force(officers) -> None:
    proposer, reviewer = officers
    pack = propose(proposer)
    with pytest.raises(ProblemError, match="G104"):
        queries.pack_in_force()
    with acting_as(proposer), pytest.raises(ProblemError, match="A101"):
        commands.activate(hash=pack.hash, reason="自己批")
    with acting_as(reviewer):
        commands.activate(hash=pack.hash, reason="同意")
    assert queries.pack_in_force().hash == pack.hash == load_region(regions_dir() / SMALL).hash


def test_what_was_stored_settles_as_the_folder_does(officers) -> None:
    written = load_region(regions_dir() / "ninghe")
    kept = queries.pack_of(propose(officers[0], "ninghe").hash)
    assert kept.hash == written.hash
    assert written.cases
    assert {outcome.status for outcome in run_cases(replace(kept, cases=written.cases))} == {PASSED}


def test_it_comes_into_force_when_it_was_said_to(officers) -> None:
    proposer, reviewer = officers
    old = propose(proposer)
    with clock.at(MORNING), acting_as(reviewer):
        commands.activate(hash=old.hash, reason="同意")
        with pytest.raises(ProblemError, match="G102"):
            commands.activate(hash=old.hash, reason="追溯", since=MORNING - timedelta(days=1))
        commands.refuse(hash=old.hash, reason="此后的不予启用决定不影响已启用的")
    with clock.at(MORNING - timedelta(seconds=1)), pytest.raises(ProblemError, match="G104"):
        queries.pack_in_force()
    with clock.at(MORNING):
        assert queries.pack_in_force().hash == old.hash


def test_one_deployment_runs_one_region(officers) -> None:
    proposer, reviewer = officers
    one, other = propose(proposer), propose(proposer, "jiangmen-2012")
    with acting_as(reviewer):
        commands.activate(hash=one.hash, reason="同意")
        with pytest.raises(ProblemError, match="G103"):
            commands.activate(hash=other.hash, reason="同意")
        with pytest.raises(ProblemError, match="G101"):
            commands.activate(hash="0" * 64, reason="同意")


def test_proposing_again_changes_nothing(officers) -> None:
    assert propose(officers[0]).proposed_at == propose(officers[0]).proposed_at
    assert StoredPack.objects.count() == 1


def test_a_pack_with_a_hole_or_a_wrong_case_is_not_stored(officers, tmp_path: Path) -> None:
    folder = tmp_path / "region"
    shutil.copytree(regions_dir() / SMALL, folder)
    case = next((folder / "cases").rglob("*.yaml"))
    text = case.read_text("utf-8")
    assert "20" in text
    case.write_text(text.replace("20", "21"), "utf-8")
    with pytest.raises(ProblemError):
        propose(officers[0], folder=folder)
    (folder / "layers.yaml").write_text("nonsense: [", "utf-8")
    with pytest.raises(ProblemError):
        propose(officers[0], folder=folder)
    with pytest.raises(ProblemError):
        propose(officers[0], folder=tmp_path / "nowhere")
    assert not StoredPack.objects.exists()


def test_a_stored_pack_is_never_changed(officers) -> None:
    propose(officers[0])
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("UPDATE stored_pack SET content = '{}'")
