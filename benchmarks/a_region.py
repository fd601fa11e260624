"""A throw-away record full of people who never were: an embedded database, a city, its employees and their wages."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path


@contextmanager
def record() -> Iterator[None]:
    """Within the block there is an empty record with the pack of Ninghe in force, and whoever acts may do all."""
    root = Path(tempfile.mkdtemp(prefix="tongchou-bench-"))
    root.chmod(0o755)
    os.environ |= {"TONGCHOU_HOME": str(root / "home"), "TONGCHOU_KEYS": str(root / "keys")}
    os.environ.pop("DATABASE_URL", None)
    (root / "home").mkdir()
    from tongchou.record.project.start import running

    try:
        with running():
            from tongchou.record.base.actor import acting, system_actor
            from tongchou.record.orgs.permissions import PERMISSIONS

            with acting(system_actor("bench", *PERMISSIONS)):
                _ninghe()
                yield
    finally:
        shutil.rmtree(root)


def _ninghe() -> None:
    from tongchou.ground.region.load import load_region
    from tongchou.ground.shipped import regions_dir
    from tongchou.record.base import clock
    from tongchou.record.packs.models import Activation, StoredPack

    pack, now = load_region(regions_dir() / "ninghe"), clock.now()
    stored = StoredPack.objects.create(
        hash=pack.hash, region=pack.region.code, name="ninghe", content=dict(pack.resolved), proposed_at=now
    )
    Activation.objects.create(pack=stored, decision="activated", since=now, decided_at=now, reason="bench")


def employees(count: int, since: date = date(2025, 1, 1)) -> int:
    """So many employees with declared wages, all of one city; the id of the city."""
    import numpy as np
    import pyarrow as pa

    from tongchou.record.base import clock
    from tongchou.record.base.columns import numbers, write
    from tongchou.record.base.secret import keys
    from tongchou.record.contributions.models import Declaration
    from tongchou.record.enrolment.models import Spell
    from tongchou.record.orgs import commands
    from tongchou.record.orgs.models import Organisation
    from tongchou.record.people.models import Person

    top = Organisation.objects.filter(level=1).first() or commands.open_organisation(
        kind="agency", code="bench", name="bench"
    )
    ids, chance = numbers(Person, count), np.random.default_rng(1)
    born = np.datetime64("1965-01-01") + chance.integers(0, 14_000, count)
    secret = "\\x" + keys().seal("王某", "person.name").hex()
    same = {"agency_id": pa.repeat(top.pk, count), "name": pa.repeat(secret, count)}
    same |= {"name_finder": pa.repeat(secret[:66], count), "provisional": pa.repeat(False, count)}
    write(Person, pa.table({"id": ids, **same, "born": born, "sex": pa.repeat("男", count)}))
    retired = chance.random(count) < 0.25
    words = [f'{{"status": "{"退休" if r else "在职"}", "用工": "单位职工", "困难企业": "否"}}' for r in retired]
    spell = {"person_id": ids, "insurance": pa.repeat("employee", count), "facts": words}
    period = {"suspended": pa.repeat(False, count), "during": pa.repeat(f"[{since},)", count)}
    write(Spell, pa.table({**spell, **period}))
    wage = {"person_id": ids, "fact": pa.repeat("缴费基数", count), "fen": chance.integers(300_000, 3_000_000, count)}
    when = {"since": pa.repeat(since, count), "at": pa.repeat(clock.now().isoformat(), count)}
    write(Declaration, pa.table({**wage, **when}))
    return top.pk
