"""A backup comes back whole; a damaged one is refused; keys are not in it."""

import tarfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from tests.record.orgs.people import organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.base.scope import scoped, system
from tongchou.record.orgs.models import Organisation
from tongchou.record.project.backups import backup, restore


def empty() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("DROP OWNED BY tongchou_owner CASCADE")
        cursor.execute("DROP SCHEMA IF EXISTS public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO tongchou_service")


@pytest.fixture
def file(own_database: str, tmp_path: Path) -> Path:
    organisation("agency")
    assert backup(tmp_path / "backup.tar") == (tmp_path / "backup.tar").stat().st_size
    return tmp_path / "backup.tar"


def test_what_was_backed_up_comes_back(file: Path) -> None:
    organisation("agency")
    empty()
    restore(file)
    with scoped(system("look")):
        assert Organisation.objects.count() == 1


def test_never_over_what_is_there(file: Path) -> None:
    with pytest.raises(ProblemError, match="S110"):
        restore(file)


@pytest.mark.parametrize("damage", ["cut", "changed", "text"])
def test_a_damaged_backup_is_refused(file: Path, damage: str) -> None:
    content = bytearray(file.read_bytes())
    if damage == "changed":
        content[len(content) // 2] ^= 1
    file.write_bytes({"cut": content[:3000], "changed": content, "text": b"not a backup"}[damage])
    empty()
    with pytest.raises(ProblemError, match="S109"):
        restore(file)


def test_keys_are_not_in_it_and_nobody_else_reads_it(file: Path) -> None:
    secret = (settings.KEYS / "keys.json").read_text("utf-8")
    key = secret.split('"1": "')[1][:32]
    content = file.read_bytes()
    assert key.encode() not in content
    assert bytes.fromhex(key) not in content
    assert file.stat().st_mode & 0o077 == 0
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["about.json", "database.dump"]
